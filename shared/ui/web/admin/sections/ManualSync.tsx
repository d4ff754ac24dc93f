// A sync of a past span, now: asked for, watched, cancelled, resumed.
import { useState } from 'preact/hooks';
import { ApiError, api, sentenceOf } from '../api.ts';
import { CheckField, TextField } from '../../components/Field.tsx';
import { Note } from '../../components/Note.tsx';
import { Card, Page } from '../components/Page.tsx';
import { saved } from '../state/draft.ts';
import { useEvery, useLoaded } from '../state/load.ts';
import { href } from '../state/route.ts';
import { RunProgress, goesOn } from './RunProgress.tsx';

export function ManualSync() {
  const [run, setRun] = useState<string>();
  return (
    <Page title="Manual sync" about="Syncs a past span of at most 30 days. What is already right in Salesforce is left alone, so a span can be synced as often as you like.">
      <Card title="Span"><Ask onStarted={setRun} /></Card>
      {run && <Watched key={run} run={run} />}
    </Page>
  );
}

function Ask({ onStarted }: { onStarted: (run: string) => void }) {
  const active = saved.value?.configuration.active ?? false;
  const [from, setFrom] = useState(local(-24));
  const [to, setTo] = useState(local(0));
  const [dry, setDry] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  const start = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      const { run } = await api.startRun(new Date(from).toISOString(), new Date(to).toISOString(), dry);
      onStarted(run);
    } catch (failed) {
      setError(failed instanceof RangeError ? 'Enter a day and a time for both ends of the span.' : sentenceOf(failed));
    } finally {
      setBusy(false);
    }
  };
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <form onSubmit={start}>
      {!active && <Note kind="warning">The account is not activated, so nothing can be synced. Activate it in <a href={href('/account')}>Account settings</a>.</Note>}
      <fieldset class="plain" disabled={!active}>
        <div class="columns">
          <TextField label="From" type="datetime-local" required value={from} onChange={setFrom} help={`In your time zone, ${zone}`} />
          <TextField label="To" type="datetime-local" required value={to} onChange={setTo} help="At the latest, now" />
        </div>
        <CheckField label="Dry run" checked={dry} onChange={setDry} help="Reads and compares everything, and only says what it would write." />
        {error && <Note kind="error">{error}</Note>}
        <button type="submit" class="slds-button slds-button_brand slds-m-top_small" disabled={busy} aria-busy={busy}>
          {busy ? 'Starting…' : dry ? 'Start the dry run' : 'Start the sync'}
        </button>
      </fieldset>
    </form>
  );
}

/** A run that was just asked for may not have begun; then it is looked for again. */
function Watched({ run }: { run: string }) {
  const found = useLoaded(() => api.run(run).catch((error: unknown) => {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }), [run]);
  const detail = found.answer;
  useEvery(1500, !detail || goesOn(detail.status), found.reload);
  return (
    <div aria-live="polite">
      {found.error && <Note kind="error">How the run stands could not be read. {found.error} It is tried again.</Note>}
      {detail ? <RunProgress run={detail} onChange={found.reload} /> : <Card title="Progress"><p class="loading">The run is about to begin…</p></Card>}
      <p><a href={href(`/runs/${encodeURIComponent(run)}`)}>Open this run</a></p>
    </div>
  );
}

/** An hour before or after now, rounded to minutes, as the input wants it: without zone. */
function local(hours: number): string {
  const at = new Date(Date.now() + hours * 3_600_000);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
