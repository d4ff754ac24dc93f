// The terms: who accepted them and when, or a box to accept them.
import { useState } from 'preact/hooks';
import { api, sentenceOf } from '../api.ts';
import { CheckField } from '../../components/Field.tsx';
import { Button } from '../../components/Button.tsx';
import { Note } from '../../components/Note.tsx';
import { Card } from '../components/Page.tsx';
import { time } from '../logic/show.ts';
import { notice, refresh, saved } from '../state/draft.ts';

export function Terms() {
  const terms = saved.value?.configuration.terms;
  const [agreed, setAgreed] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  const accept = async () => {
    setBusy(true);
    setError(undefined);
    try {
      await api.acceptTerms();
      await refresh();
      notice.value = { kind: 'success', text: 'Terms accepted.' };
    } catch (failed) {
      setError(sentenceOf(failed));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Card title="Terms" about="Conversations hold personal data. Chatlink copies them into your Salesforce org, where your own rules for keeping and deleting data apply; it is open source under Apache-2.0 and comes without warranty.">
      {terms ? (
        <p>Accepted by <strong>{terms.by}</strong> on {time(terms.at)}.</p>
      ) : (
        <div class="secret-line">
          <CheckField label="I have read this and accept it for my organization" checked={agreed} onChange={setAgreed} />
          <Button kind="brand" busy={busy} disabled={!agreed} onClick={accept}>Accept</Button>
        </div>
      )}
      {error && <Note kind="error">{error}</Note>}
    </Card>
  );
}
