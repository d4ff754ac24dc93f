// One record: its fields, what hangs on it, and what can be done from here.
import { useEffect, useState } from 'preact/hooks';
import { ApiError, api, sentenceOf } from '../api.ts';
import { Button } from '../../components/Button.tsx';
import { Icon } from '../../components/Icon.tsx';
import { Note } from '../../components/Note.tsx';
import { LinkToggle, Replaces } from '../components/LinkButton.tsx';
import { Menu } from '../components/Menu.tsx';
import { CellValue, FullView, Heading, ObjectIcon, Skeleton } from '../components/Small.tsx';
import { add, back as backIcon, edit as editIcon } from '../icons.ts';
import { cellText, webAddress } from '../logic/show.ts';
import { context, labelOf, objectNamed } from '../state/context.ts';
import { SignedOut } from '../state/gate.ts';
import { isLinked } from '../state/links.ts';
import { back, mayGoBack, push } from '../state/screens.ts';
import { create, edit, freshness } from '../state/work.ts';
import type { RecordAnswer, RecordField, RelatedList } from '../types.ts';

type Props = { object: string; id: string };
type State = { answer?: RecordAnswer; error?: string; gone?: boolean };

export function Record({ object, id }: Props) {
  const [state, setState] = useState<State>({});
  const [turn, setTurn] = useState(0);
  const conversation = context.value?.conversation.id ?? '';
  useEffect(() => {
    let shown = true;
    api.record(object, id, conversation).then(
      (answer) => shown && setState({ answer }),
      (error: unknown) => {
        if (shown && !(error instanceof SignedOut)) setState({ error: sentenceOf(error), gone: error instanceof ApiError && error.status === 404 });
      },
    );
    return () => {
      shown = false;
    };
  }, [object, id, conversation, turn, freshness.value]);
  const { answer, error, gone = false } = state;
  return (
    <article class="record">
      <div class="crumb">
        {mayGoBack.value && <Button kind="base" icon={backIcon} onClick={back}>Back</Button>}
      </div>
      <div class="record-head">
        <ObjectIcon object={object} />
        <div class="record-name">
          <Heading>{answer?.name ?? labelOf(object)}</Heading>
          <span class="kind">{answer?.label ?? (error ? '' : 'Reading…')}</span>
          {isLinked(object, id) && <span class="slds-badge badge_linked">Linked</span>}
        </div>
      </div>
      {answer && <Shown record={answer} />}
      {!answer && !error && <Skeleton what={`Reading the ${labelOf(object)}…`} rows={6} />}
      {error && (
        <Note kind="error">
          {error} {!gone && <Button kind="base" onClick={() => setTurn((n) => n + 1)}>Try again</Button>}
        </Note>
      )}
    </article>
  );
}

function Shown({ record }: { record: RecordAnswer }) {
  const { object, id, name, url } = record;
  return (
    <>
      <div class="record-actions">
        <LinkToggle target={{ object, id, name }} brand />
        {record.may_edit && <Button icon={editIcon} onClick={() => edit(object, id)}>Edit</Button>}
        <FullView url={url} name={name}>Full View</FullView>
        {record.create.length > 0 && (
          <Menu
            label={`New record from ${name}`}
            class="slds-button slds-button_neutral"
            items={record.create.map((one) => ({
              key: one.object, label: `New ${one.label}`, icon: add, onChoose: () => create(one.object, one.parents),
            }))}
          >
            New <Icon name="down" class="slds-m-left_x-small" />
          </Menu>
        )}
      </div>
      <Replaces object={object} id={id} />
      <dl class="fields">
        {record.fields.map((field) => (
          <div key={field.field} class={field.type === 'textarea' ? 'field_wide' : ''}>
            <dt>{field.label}</dt>
            <dd><FieldValue field={field} /></dd>
          </div>
        ))}
      </dl>
      {record.related_lists.map((list) => <Related key={`${list.object}.${list.field}`} list={list} url={url} />)}
    </>
  );
}

function FieldValue({ field }: { field: RecordField }) {
  const { reference } = field;
  if (!reference || !objectNamed(reference.object)) return <CellValue cell={field} />;
  const open = () => push({ kind: 'record', object: reference.object, id: reference.id });
  return <button type="button" class="name name_plain" onClick={open}>{reference.name}</button>;
}

function Related({ list, url }: { list: RelatedList; url: string }) {
  return (
    <section class="related" aria-label={list.label}>
      <h2 class="slds-text-heading_small">{list.label} <span class="kind">{list.rows.length}{list.more && '+'}</span></h2>
      {list.rows.length === 0 && <p class="hint">There are none.</p>}
      <ul>
        {list.rows.map((row) => (
          <li key={row.id}>
            <RelatedName object={list.object} row={row} />
            <dl class="related-cells">
              {row.cells.map((cell) => cellText(cell) && cellText(cell) !== row.name && (
                <div key={cell.field}><dt>{cell.label}</dt><dd><CellValue cell={cell} /></dd></div>
              ))}
            </dl>
          </li>
        ))}
      </ul>
      {list.more && webAddress(url) && (
        <a class="related-more" href={url} target="_blank" rel="noopener noreferrer">See all in Salesforce <Icon name="link" /></a>
      )}
    </section>
  );
}

function RelatedName({ object, row: { id, name, url } }: { object: string; row: RelatedList['rows'][number] }) {
  if (objectNamed(object)) {
    return <button type="button" class="name" onClick={() => push({ kind: 'record', object, id })}>{name}</button>;
  }
  const address = webAddress(url);
  if (!address) return <strong>{name}</strong>;
  return <a class="name" href={address} target="_blank" rel="noopener noreferrer">{name} <Icon name="link" /></a>;
}
