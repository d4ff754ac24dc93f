// How one run stands: progress, counts that must balance, cancel and resume.
import { useState } from 'preact/hooks';
import { api, sentenceOf } from '../api.ts';
import { Button } from '../../components/Button.tsx';
import { Note } from '../../components/Note.tsx';
import { Card } from '../components/Page.tsx';
import { Badge } from '../components/Table.tsx';
import { number, time } from '../logic/show.ts';
import type { RunDetail, RunStatus } from '../types.ts';

const STATUS: Record<RunStatus, { kind: 'success' | 'warning' | 'error' | 'plain'; word: string }> = {
  running: { kind: 'plain', word: 'Running' },
  paused: { kind: 'warning', word: 'Paused' },
  cancelled: { kind: 'warning', word: 'Cancelled' },
  succeeded: { kind: 'success', word: 'Succeeded' },
  partial: { kind: 'error', word: 'Partial' },
  failed: { kind: 'error', word: 'Failed' },
};

export function StatusBadge({ status }: { status: RunStatus }) {
  const { kind, word } = STATUS[status] ?? { kind: 'plain', word: status };
  return <Badge kind={kind}>{word}</Badge>;
}

/** Whether a run changes by itself, so that it is worth reading again. */
export function goesOn(status: RunStatus): boolean {
  return status === 'running' || status === 'paused';
}

export function RunProgress({ run, onChange }: { run: RunDetail; onChange: () => void }) {
  const { read, expected } = run.progress ?? { read: run.fetched, expected: run.fetched };
  const live = goesOn(run.status);
  return (
    <Card title={run.dry_run ? 'Dry run: nothing is written' : 'Progress'} actions={<Controls run={run} onChange={onChange} />}>
      <p>
        <StatusBadge status={run.status} /> {time(run.window.from)} to {time(run.window.to)}, started {time(run.started)}
        {run.finished && `, finished ${time(run.finished)}`}
      </p>
      {live && (
        <>
          <label class="slds-assistive-text" for="progress">Conversations read</label>
          <progress id="progress" class="progress" max={Math.max(expected, 1)} {...(expected > 0 ? { value: read } : {})} />
        </>
      )}
      <p role="status">
        {live && (expected > 0 ? `${number(read)} of ${number(expected)} conversations read` : 'Asking LivePerson what there is…')}
      </p>
      {run.reason && <Note kind={run.status === 'failed' ? 'error' : 'warning'}>{run.reason}</Note>}
      <Counts run={run} />
    </Card>
  );
}

function Counts({ run }: { run: RunDetail }) {
  const balanced = run.fetched === run.written + run.unchanged + run.quarantined;
  const facts: [string, string][] = [
    ['Fetched', number(run.fetched)],
    [run.dry_run ? 'Would be written' : 'Written', `${number(run.written)} (${number(run.created)} new, ${number(run.updated)} updated)`],
    ['Unchanged', number(run.unchanged)],
    ['Quarantined', number(run.quarantined)],
    ['API calls', `${number(run.calls.liveperson)} LivePerson, ${number(run.calls.salesforce)} Salesforce`],
  ];
  return (
    <>
      <dl class="facts">
        {facts.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}
      </dl>
      {!goesOn(run.status) && (
        <Note kind={balanced ? 'success' : 'error'}>
          {balanced
            ? 'Balanced: every conversation that was fetched is accounted for.'
            : 'Not balanced: some conversations are not accounted for. Run the same span again; what is already right is left alone.'}
        </Note>
      )}
    </>
  );
}

function Controls({ run, onChange }: { run: RunDetail; onChange: () => void }) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  const ask = (call: (run: string) => Promise<unknown>) => async () => {
    setBusy(true);
    setError(undefined);
    try {
      await call(run.run);
      onChange();
    } catch (failed) {
      setError(sentenceOf(failed));
    } finally {
      setBusy(false);
    }
  };
  const resumable = run.status === 'paused' || run.status === 'cancelled';
  return (
    <>
      {error && <span class="slds-text-color_error" role="alert">{error}</span>}
      {goesOn(run.status) && <Button busy={busy} onClick={ask(api.cancelRun)}>Cancel</Button>}
      {resumable && <Button kind="brand" busy={busy} onClick={ask(api.resumeRun)}>Resume</Button>}
    </>
  );
}
