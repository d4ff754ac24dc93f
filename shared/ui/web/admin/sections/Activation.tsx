// Activates and deactivates the account, with what both sides answered.
import { useState } from 'preact/hooks';
import { ApiError, api, sentenceOf } from '../api.ts';
import { Button } from '../../components/Button.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { Note } from '../../components/Note.tsx';
import { Card } from '../components/Page.tsx';
import { Badge } from '../components/Table.tsx';
import { sentence } from '../logic/show.ts';
import { changes, refresh, saved } from '../state/draft.ts';
import { forget } from '../state/load.ts';
import type { Problem } from '../types.ts';

type Answer = { ok: boolean; sentence: string; problems: Problem[] };

export function Activation() {
  const active = saved.value?.configuration.active ?? false;
  const [busy, setBusy] = useState(false);
  const [asking, setAsking] = useState(false);
  const [answer, setAnswer] = useState<Answer>();
  const unsaved = changes.value.length > 0;

  const run = async (call: () => Promise<unknown>, done: string) => {
    setBusy(true);
    setAsking(false);
    setAnswer(undefined);
    try {
      await call();
      forget();
      await refresh();
      setAnswer({ ok: true, sentence: done, problems: [] });
    } catch (error) {
      setAnswer({ ok: false, sentence: sentenceOf(error), problems: error instanceof ApiError ? error.problems : [] });
    } finally {
      setBusy(false);
    }
  };
  const activate = () => run(api.activate, 'Both logins work. The account is activated and its schedules run.');
  const deactivate = () => run(api.deactivate, 'The account is deactivated. Running syncs stop at the next safe point.');

  return (
    <Card
      title="Activation"
      about="Activating signs in to LivePerson and to Salesforce once. Until then nothing is synced and the other settings are read-only."
      actions={
        active ? (
          <Button kind="destructive" busy={busy} onClick={() => setAsking(true)}>Deactivate</Button>
        ) : (
          <Button kind="brand" busy={busy} disabled={unsaved} onClick={activate}>Activate</Button>
        )
      }
    >
      <p>
        <Badge kind={active ? 'success' : 'warning'}>{active ? 'Activated' : 'Not activated'}</Badge>{' '}
        {!active && unsaved && 'Save or discard your changes first: what is saved is what signs in.'}
      </p>
      <div aria-live="polite">
        {busy && <p class="loading">Asking LivePerson and Salesforce…</p>}
        {answer && <Answers answer={answer} />}
      </div>
      {asking && (
        <Dialog
          title="Deactivate the account?"
          onClose={() => setAsking(false)}
          actions={
            <>
              <Button onClick={() => setAsking(false)}>Keep it activated</Button>
              <Button kind="brand" onClick={deactivate}>Deactivate</Button>
            </>
          }
        >
          <p>No sync runs and the widget shows nothing until it is activated again. Settings and records stay as they are.</p>
        </Dialog>
      )}
    </Card>
  );
}

function Answers({ answer: { ok, sentence: said, problems } }: { answer: Answer }) {
  if (ok) return <Note kind="success">{said}</Note>;
  if (problems.length === 0) return <Note kind="error">{said}</Note>;
  return (
    <Note kind="error">
      The account was not activated. Mend this, and activate it again:
      <ul class="slds-list_dotted">
        {problems.map((problem) => <li key={problem.path + problem.code}>{sentence(problem.sentence)} <span class="code">{problem.code}</span></li>)}
      </ul>
    </Note>
  );
}
