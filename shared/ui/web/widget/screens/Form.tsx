// Making or changing a record.
import { useEffect, useRef } from 'preact/hooks';
import { Button } from '../../components/Button.tsx';
import { CheckField, SelectField } from '../../components/Field.tsx';
import { Note } from '../../components/Note.tsx';
import { count } from '../../components/words.ts';
import { Heading, ObjectIcon, Skeleton } from '../components/Small.tsx';
import { type Draft, load, save, setAssignment, setRecordType } from '../state/form.ts';
import { signedOut } from '../state/gate.ts';
import { cancelForm } from '../state/work.ts';
import type { Problem } from '../types.ts';
import { Fields, inputId } from './FormFields.tsx';
import { TroublePanel } from './Trouble.tsx';

export function FormScreen({ now }: { now: Draft }) {
  const { form, ask, label, loading, error, trouble, problems } = now;
  return (
    <form class="form" noValidate onSubmit={(event) => event.preventDefault()} aria-label={titleOf(now)}>
      <div class="record-head">
        <ObjectIcon object={ask.object} />
        <div class="record-name"><Heading>{titleOf(now)}</Heading></div>
      </div>
      {error && <Note kind="error">The form could not be read. {error} <Button kind="base" onClick={() => void load()}>Try again</Button></Note>}
      <Summary now={now} problems={problems} />
      {trouble && <TroublePanel now={now} trouble={trouble} />}
      {!form && loading && <Skeleton what={`Reading the form for ${label}…`} rows={6} />}
      {form && (
        <fieldset class="form-body" disabled={loading} aria-busy={loading}>
          {form.record_types.length > 1 && (
            <SelectField
              label="Record type"
              value={form.record_type ?? ask.record_type ?? ''}
              choices={form.record_types.map(({ id, name }) => ({ value: id, label: name }))}
              onChange={setRecordType}
            />
          )}
          <Fields now={now} />
          {form.assignment_rule && (
            <CheckField
              label="Assign using active assignment rules"
              checked={now.assignment}
              disabled={!form.assignment_rule.may_choose}
              onChange={setAssignment}
            />
          )}
        </fieldset>
      )}
      <Buttons now={now} />
    </form>
  );
}

export function titleOf({ ask, label }: Draft): string {
  return ask.id ? `Edit ${label}` : `New ${label}`;
}

function Buttons({ now: { form, loading, saving } }: { now: Draft }) {
  const busy = saving !== null;
  const words = (what: string) => (signedOut.value ? 'Waiting for sign-in…' : what);
  return (
    <div class="form-buttons">
      {form?.may_link && (
        <Button kind="brand" disabled={busy || loading} busy={saving === 'link'} onClick={() => void save(true)}>
          {saving === 'link' ? words('Saving…') : 'Save & Link'}
        </Button>
      )}
      <Button kind={form?.may_link ? 'neutral' : 'brand'} disabled={!form || busy || loading} busy={saving === 'save'} onClick={() => void save(false)}>
        {saving === 'save' ? words('Saving…') : 'Save'}
      </Button>
      <Button onClick={cancelForm} disabled={busy && !signedOut.value}>Cancel</Button>
    </div>
  );
}

/** What is wrong, on top, each with the way to its field. The focus comes here when saving was refused. */
function Summary({ now, problems }: { now: Draft; problems: readonly Problem[] }) {
  const box = useRef<HTMLDivElement>(null);
  const { refusals, trouble, form } = now;
  const seen = useRef(refusals);
  useEffect(() => {
    if (refusals === seen.current) return;
    seen.current = refusals;
    if (problems.length) box.current?.focus();
    box.current?.scrollIntoView({ block: 'center' });
  }, [refusals]);
  if (problems.length === 0 || trouble) return null;
  return (
    <div class="summary" ref={box} tabIndex={-1} role="alert">
      <h2 class="slds-text-heading_small">{count(problems.length, 'thing')} to put right</h2>
      <ul>
        {problems.map((problem) => {
          const field = form?.fields.find((one) => problem.path === `values.${one.field}`);
          return (
            <li key={problem.path + problem.sentence}>
              {field ? (
                <button type="button" class="summary-link" onClick={() => jump(field.field)}>
                  {problem.sentence.includes(field.label) ? problem.sentence : `${field.label}: ${problem.sentence}`}
                </button>
              ) : problem.sentence}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function jump(field: string): void {
  const input = document.getElementById(inputId(field));
  input?.scrollIntoView({ block: 'center' });
  input?.focus({ preventScroll: true });
}
