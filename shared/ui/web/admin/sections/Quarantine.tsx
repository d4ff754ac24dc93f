// Conversations that Salesforce refused: why, and trying again or giving up.
import { useState } from 'preact/hooks';
import { api, sentenceOf } from '../api.ts';
import { Button } from '../../components/Button.tsx';
import { Empty, Note } from '../../components/Note.tsx';
import { Card, Page, Reading } from '../components/Page.tsx';
import { Badge, type Column, Table } from '../components/Table.tsx';
import { number, time } from '../logic/show.ts';
import { useLoaded } from '../state/load.ts';
import { href } from '../state/route.ts';
import type { Quarantined } from '../types.ts';

const STATES = {
  waiting: { kind: 'warning', word: 'Waiting' },
  retrying: { kind: 'plain', word: 'Retrying' },
  dismissed: { kind: 'plain', word: 'Dismissed' },
} as const;

export function Quarantine() {
  const found = useLoaded(api.quarantine);
  const [said, setSaid] = useState<{ ok: boolean; text: string }>();
  const decide = async (conversation: string, call: (conversation: string) => Promise<unknown>, done: string) => {
    try {
      await call(conversation);
      setSaid({ ok: true, text: `${conversation}: ${done}` });
      found.reload();
    } catch (error) {
      setSaid({ ok: false, text: sentenceOf(error) });
    }
  };
  const columns: Column<Quarantined>[] = [
    { head: 'Conversation', cell: (one) => <a href={href(`/log?conversation=${encodeURIComponent(one.conversation)}`)}>{one.conversation}</a>, kind: 'id' },
    { head: 'State', cell: (one) => <Badge kind={STATES[one.state]?.kind ?? 'plain'}>{STATES[one.state]?.word ?? one.state}</Badge> },
    { head: 'What Salesforce said', cell: reason, kind: 'wide' },
    { head: 'Tries', cell: (one) => <>{number(one.tries)} since<br />{time(one.since)}</>, kind: 'short' },
    {
      head: 'Decide',
      cell: (one) =>
        one.state === 'dismissed' ? (
          <Decide label="Retry" of={one} onClick={() => decide(one.conversation, api.retry, 'the next run tries it again.')} />
        ) : (
          <div class="row-actions">
            <Decide label="Retry" of={one} onClick={() => decide(one.conversation, api.retry, 'the next run tries it again.')} />
            <Decide label="Dismiss" of={one} onClick={() => decide(one.conversation, api.dismiss, 'it is not tried again.')} />
          </div>
        ),
    },
  ];
  return (
    <Page
      title="Quarantine"
      about="Conversations Salesforce refused. Mend the cause in Salesforce or in the mappings, then retry; every run retries by itself for 14 days."
      actions={<Button icon="refresh" onClick={found.reload}>Refresh</Button>}
    >
      <div role="status">{said?.ok && <Note kind="success">{said.text}</Note>}</div>
      {said && !said.ok && <Note kind="error">{said.text}</Note>}
      <Card title="Refused conversations">
        <Reading of={found} what="the quarantine">
          {({ conversations }) =>
            conversations.length === 0 ? (
              <Empty>Nothing is in quarantine. Salesforce took every conversation.</Empty>
            ) : (
              <Table caption="Refused conversations" columns={columns} rows={conversations} keyOf={(one) => one.conversation} />
            )
          }
        </Reading>
      </Card>
    </Page>
  );
}

function reason({ code, status, fields, message }: Quarantined) {
  return (
    <>
      {message} <span class="code">{code}</span>
      {(status || fields.length > 0) && <div class="help">{[status, fields.join(', ')].filter(Boolean).join(' at ')}</div>}
    </>
  );
}

function Decide({ label, of: { conversation }, onClick }: { label: string; of: Quarantined; onClick: () => void }) {
  return (
    <button type="button" class="slds-button slds-button_neutral" aria-label={`${label} ${conversation}`} onClick={onClick}>{label}</button>
  );
}
