// The event log with its list views.
import { useCallback, useState } from 'preact/hooks';
import { type LogView, api } from '../api.ts';
import { Button, LinkButton } from '../../components/Button.tsx';
import { SelectField, TextField } from '../../components/Field.tsx';
import { Empty } from '../../components/Note.tsx';
import { Card, Page, Reading } from '../components/Page.tsx';
import { Badge, type Column, Pager, Table } from '../components/Table.tsx';
import { time } from '../logic/show.ts';
import { useLoaded } from '../state/load.ts';
import { href, parameter, replaceQuery } from '../state/route.ts';
import type { LogEntry } from '../types.ts';

const VIEWS = [
  { value: '', label: 'All' },
  { value: 'callout', label: 'Callout Errors' },
  { value: 'mapping', label: 'Mapping' },
  { value: 'configuration', label: 'Configuration' },
  { value: 'sign-in', label: 'Sign-in' },
  { value: 'run', label: 'Runs' },
];
const PAGE = 50;

const COLUMNS: Column<LogEntry>[] = [
  { head: 'When', cell: (entry) => time(entry.at), kind: 'short' },
  { head: 'Code', cell: (entry) => <><Badge kind={entry.severity}>{entry.severity}</Badge><br /><span class="code">{entry.code}</span></> },
  { head: 'What happened', cell: (entry) => entry.sentence, kind: 'wide' },
  { head: 'Conversation and run', cell: about, kind: 'id' },
];

function about({ conversation, run }: LogEntry) {
  return (
    <>
      {conversation && <div><a href={href(`/log?conversation=${encodeURIComponent(conversation)}`)}>{conversation}</a></div>}
      {run && <div><a href={href(`/runs/${encodeURIComponent(run)}`)}>{run}</a></div>}
    </>
  );
}

export function Log() {
  const [category, run, conversation] = [parameter('category'), parameter('run'), parameter('conversation')];
  const view = { category, run, conversation };
  const key = JSON.stringify(view);
  return (
    <Page
      title="Event log"
      about="What was refused, worked around or went wrong, in plain sentences. It never holds what was said in a conversation."
      actions={<LinkButton href={api.logCsv(view)} download="chatlink-event-log.csv">Download as CSV</LinkButton>}
    >
      <Card title={VIEWS.find((one) => one.value === category)?.label ?? 'All'}>
        <Filter key={key} {...view} />
        <Entries key={`entries ${key}`} {...view} />
      </Card>
    </Page>
  );
}

type Filtered = { category: string; run: string; conversation: string };

function Filter({ category, run, conversation }: Filtered) {
  const [entered, setEntered] = useState({ run, conversation });
  const apply = (chosen: Filtered) => replaceQuery(chosen);
  return (
    <form class="filter" onSubmit={(event) => { event.preventDefault(); apply({ category, ...entered }); }}>
      <SelectField label="List view" value={category} choices={VIEWS} onChange={(chosen) => apply({ category: chosen, ...entered })} />
      <TextField label="Run" value={entered.run} onChange={(text) => setEntered({ ...entered, run: text.trim() })} />
      <TextField label="Conversation" value={entered.conversation} onChange={(text) => setEntered({ ...entered, conversation: text.trim() })} />
      <button type="submit" class="slds-button slds-button_neutral">Show</button>
      {(run || conversation) && <Button kind="base" onClick={() => apply({ category, run: '', conversation: '' })}>Clear</Button>}
    </form>
  );
}

function Entries(view: Filtered) {
  const [after, setAfter] = useState<string>();
  const asked: LogView = { ...view, limit: PAGE, ...(after ? { after } : {}) };
  const found = useLoaded(useCallback(() => api.log(asked), [after]), [after]);
  return (
    <Reading of={found} what="the event log">
      {({ entries, next }) => (
        <>
          {entries.length === 0 ? (
            <Empty>No entries here. Nothing of this kind was met in the days the log is kept.</Empty>
          ) : (
            <Table caption="Event log entries" columns={COLUMNS} rows={entries} keyOf={(entry) => entry.at + entry.code + entry.conversation + entry.sentence} />
          )}
          <Pager first={!after} next={next} onFirst={() => setAfter(undefined)} onNext={setAfter} />
        </>
      )}
    </Reading>
  );
}
