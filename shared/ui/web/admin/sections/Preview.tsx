// What the edited mappings would write for ten real conversations. Nothing is written.
import { useState } from 'preact/hooks';
import { ApiError, api, sentenceOf } from '../api.ts';
import { Button } from '../../components/Button.tsx';
import { CheckField } from '../../components/Field.tsx';
import { Empty, Note } from '../../components/Note.tsx';
import { Card, Page } from '../components/Page.tsx';
import { type Column, Table } from '../components/Table.tsx';
import { count, sentence, time } from '../logic/show.ts';
import { changes, draft, problems, saved } from '../state/draft.ts';
import type { Configuration, PreviewConversation, PreviewField } from '../types.ts';

const COLUMNS: Column<PreviewField>[] = [
  { head: 'Field', cell: (one) => one.field, kind: 'id' },
  { head: 'Source', cell: (one) => one.source, kind: 'wide' },
  { head: 'Value found', cell: (one) => <Text of={one.value} />, kind: 'wide' },
  { head: 'Written', cell: written, kind: 'wide' },
  { head: 'Warning', cell: (one) => one.warning && <strong class="warned">{sentence(one.warning)}</strong>, kind: 'wide' },
];

export function Preview() {
  const [result, setResult] = useState<{ of: Configuration; conversations: PreviewConversation[] }>();
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);
  const [warnedOnly, setWarnedOnly] = useState(false);
  const active = saved.value?.configuration.active ?? false;
  const run = async () => {
    const mine = draft.value;
    if (!mine) return;
    setBusy(true);
    setError(undefined);
    try {
      setResult({ of: mine, ...(await api.preview(mine)) });
    } catch (failed) {
      const wrong = failed instanceof ApiError ? failed.problems : [];
      if (wrong.length > 0) problems.value = wrong;
      setError(wrong.length > 0 ? 'What is listed below has to be mended first.' : sentenceOf(failed));
    } finally {
      setBusy(false);
    }
  };
  const unsaved = changes.value.length;
  return (
    <Page
      title="Preview"
      about="Reads ten real conversations and shows what the field mappings, as you have them now, would write. Nothing is written."
      actions={<Button kind="brand" busy={busy} disabled={!active} onClick={run}>{busy ? 'Reading ten conversations…' : result ? 'Preview again' : 'Preview'}</Button>}
    >
      {!active && <Note kind="warning">The account is not activated, so no conversation can be read.</Note>}
      {unsaved > 0 && <Note kind="info">This includes your {count(unsaved, 'unsaved change')}.</Note>}
      {error && <Note kind="error">{error}</Note>}
      {result && result.of !== draft.value && <Note kind="warning">You changed settings since. Preview again to see them.</Note>}
      <div aria-live="polite">
        {result ? (
          <Results conversations={result.conversations} warnedOnly={warnedOnly} onWarnedOnly={setWarnedOnly} />
        ) : (
          <Card title="Ten conversations"><Empty>Nothing previewed yet. Choose Preview.</Empty></Card>
        )}
      </div>
    </Page>
  );
}

type ResultsProps = { conversations: PreviewConversation[]; warnedOnly: boolean; onWarnedOnly: (on: boolean) => void };

function Results({ conversations, warnedOnly, onWarnedOnly }: ResultsProps) {
  if (conversations.length === 0) {
    return <Card title="Ten conversations"><Empty>LivePerson has no recent conversation to try the mappings on. Hold one, and preview again.</Empty></Card>;
  }
  const warnings = conversations.flatMap((one) => warned(one)).length;
  return (
    <Card title={count(conversations.length, 'conversation')} about={warnings === 0 ? 'No warnings.' : `${count(warnings, 'warning')}.`}>
      {warnings > 0 && <CheckField label="Only fields with a warning" checked={warnedOnly} onChange={onWarnedOnly} />}
      {conversations.map((one, n) => {
        const rows = warnedOnly ? warned(one) : one.fields;
        if (warnedOnly && rows.length === 0) return null;
        return (
          <details key={one.conversation} open={n === 0 || warnedOnly} class="conversation">
            <summary>
              {one.conversation} · {one.channel} · {time(one.start)}
              {warned(one).length > 0 && <span class="warned"> · {count(warned(one).length, 'warning')}</span>}
            </summary>
            {rows.length === 0 ? <Empty>No field is mapped.</Empty> : <Table caption={`What would be written for ${one.conversation}`} columns={COLUMNS} rows={rows} keyOf={(row) => row.field} />}
          </details>
        );
      })}
    </Card>
  );
}

/** Fields of objects, such as `Contact.Email`, are shown to agents; the sync writes only those of the Chat Transcript. */
function written({ field, written: text }: PreviewField) {
  return field.includes('.') ? <span class="slds-text-color_weak">shown to agents, not written by the sync</span> : <Text of={text} />;
}

function warned(one: PreviewConversation): PreviewField[] {
  return one.fields.filter((field) => field.warning);
}

function Text({ of: text }: { of: string | null }) {
  return text === null || text === '' ? <span class="slds-text-color_weak">nothing</span> : <>{text}</>;
}
