// The newest runs, and one run with its progress and what the event log says of it.
import { useCallback } from 'preact/hooks';
import { api } from '../api.ts';
import { Button, LinkButton } from '../../components/Button.tsx';
import { Empty } from '../../components/Note.tsx';
import { Card, Page, Reading } from '../components/Page.tsx';
import { type Column, Table } from '../components/Table.tsx';
import { number, time } from '../logic/show.ts';
import { useEvery, useLoaded } from '../state/load.ts';
import { href } from '../state/route.ts';
import type { Run } from '../types.ts';
import { RunProgress, StatusBadge, goesOn } from './RunProgress.tsx';

const COLUMNS: Column<Run>[] = [
  { head: 'Run', cell: (run) => <a href={href(`/runs/${encodeURIComponent(run.run)}`)}>{run.run}</a>, kind: 'id' },
  { head: 'Kind', cell: (run) => (run.dry_run ? `${run.kind}, dry run` : run.kind) },
  { head: 'Status', cell: (run) => <StatusBadge status={run.status} /> },
  { head: 'Covers', cell: ({ window }) => <>{time(window.from)} to<br />{time(window.to)}</>, kind: 'short' },
  { head: 'Fetched', cell: (run) => number(run.fetched), kind: 'number' },
  { head: 'Written', cell: (run) => number(run.written), kind: 'number' },
  { head: 'Quarantined', cell: (run) => number(run.quarantined), kind: 'number' },
];

export function Runs() {
  const found = useLoaded(api.runs);
  const live = found.answer?.runs.some((run) => goesOn(run.status)) ?? false;
  useEvery(5000, live, found.reload);
  return (
    <Page
      title="Runs"
      about="Every sync, newest first. Open one to see its progress and what it met."
      actions={
        <>
          <Button icon="refresh" onClick={found.reload}>Refresh</Button>
          <LinkButton href={href('/manual-sync')}>New manual sync</LinkButton>
        </>
      }
    >
      <Card title="Latest runs">
        <Reading of={found} what="the runs">
          {({ runs }) =>
            runs.length === 0 ? (
              <Empty>Nothing has been synced yet. Turn on a schedule, or start a manual sync.</Empty>
            ) : (
              <Table caption="Latest runs" columns={COLUMNS} rows={runs} keyOf={(run) => run.run} />
            )
          }
        </Reading>
      </Card>
    </Page>
  );
}

export function OneRun({ run }: { run: string }) {
  const found = useLoaded(useCallback(() => api.run(run), [run]), [run]);
  const live = found.answer ? goesOn(found.answer.status) : false;
  useEvery(2000, live, found.reload);
  return (
    <Page title={run} about={<a href={href('/runs')}>All runs</a>} actions={<Button icon="refresh" onClick={found.reload}>Refresh</Button>}>
      <Reading of={found} what="the run">
        {(detail) => (
          <>
            <RunProgress run={detail} onChange={found.reload} />
            <Card title="What the event log says" actions={<LinkButton href={href(`/log?run=${encodeURIComponent(run)}`)}>Open in the event log</LinkButton>}>
              {detail.log?.length ? (
                <ul class="slds-list_dotted">{detail.log.map((sentence, n) => <li key={n}>{sentence}</li>)}</ul>
              ) : (
                <Empty>Nothing went wrong.</Empty>
              )}
            </Card>
          </>
        )}
      </Reading>
    </Page>
  );
}
