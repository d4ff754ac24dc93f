// The Chat Transcript records the sync wrote last.
import { useCallback, useState } from 'preact/hooks';
import { api } from '../api.ts';
import { Button } from '../../components/Button.tsx';
import { Icon } from '../../components/Icon.tsx';
import { Empty } from '../../components/Note.tsx';
import { Card, Page, Reading } from '../components/Page.tsx';
import { type Column, Pager, Table } from '../components/Table.tsx';
import { time } from '../logic/show.ts';
import { useLoaded } from '../state/load.ts';
import { href } from '../state/route.ts';
import type { Transcript } from '../types.ts';

const COLUMNS: Column<Transcript>[] = [
  { head: 'Conversation', cell: (one) => one.conversation, kind: 'id' },
  { head: 'Channel', cell: (one) => one.channel },
  { head: 'Started', cell: (one) => time(one.start), kind: 'whole' },
  { head: 'Last synced', cell: (one) => time(one.last_synced), kind: 'whole' },
  { head: 'Record', cell: record, kind: 'whole' },
  { head: 'Log', cell: (one) => <a href={href(`/log?conversation=${encodeURIComponent(one.conversation)}`)} aria-label={`Event log of ${one.conversation}`}>Event log</a>, kind: 'whole' },
];

export function Transcripts() {
  const [after, setAfter] = useState<string>();
  const found = useLoaded(useCallback(() => api.transcripts(after), [after]), [after]);
  return (
    <Page title="Chat Transcripts" about="The records the sync wrote, newest first." actions={<Button icon="refresh" onClick={found.reload}>Refresh</Button>}>
      <Card title="Latest records">
        <Reading of={found} what="the records">
          {({ transcripts, next }) => (
            <>
              {transcripts.length === 0 ? (
                <Empty>No record was written yet. Turn on a schedule, or start a manual sync.</Empty>
              ) : (
                <Table caption="Latest records" columns={COLUMNS} rows={transcripts} keyOf={(one) => one.conversation} />
              )}
              <Pager first={!after} next={next} onFirst={() => setAfter(undefined)} onNext={setAfter} />
            </>
          )}
        </Reading>
      </Card>
    </Page>
  );
}

function record({ record: id, salesforce_url }: Transcript) {
  return (
    <a href={salesforce_url} target="_blank" rel="noreferrer">
      {id} <Icon name="link" /><span class="slds-assistive-text"> in Salesforce, in a new tab</span>
    </a>
  );
}
