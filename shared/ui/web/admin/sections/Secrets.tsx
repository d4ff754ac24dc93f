// Keys that can be written and never read back: whether they are set, and replacing them.
import { useState } from 'preact/hooks';
import { api, sentenceOf } from '../api.ts';
import { Button } from '../../components/Button.tsx';
import { TextField } from '../../components/Field.tsx';
import { Note } from '../../components/Note.tsx';
import { Reading } from '../components/Page.tsx';
import { Badge } from '../components/Table.tsx';
import { draft } from '../state/draft.ts';
import { useLoaded } from '../state/load.ts';
import type { LivePersonSecret } from '../types.ts';
import { flowOf } from './Account.tsx';

type Part = { name: string; label: string; lines?: number; help?: string };

const LIVEPERSON: Part[] = [
  { name: 'consumer_key', label: 'App key' },
  { name: 'consumer_secret', label: 'App secret' },
  { name: 'access_token', label: 'Access token' },
  { name: 'access_token_secret', label: 'Access token secret' },
];

export function LivePersonKeys() {
  const write = (entered: Record<string, string>) => api.setLivePerson(entered as LivePersonSecret);
  return <Secret which="liveperson" name="The four LivePerson keys" parts={LIVEPERSON} write={write} />;
}

export function SalesforceKey() {
  const jwt = flowOf(draft.value?.salesforce.flow) === 'jwt_bearer';
  const part = jwt
    ? { name: 'private_key', label: 'Private key', lines: 6, help: 'PEM, from -----BEGIN to END-----' }
    : { name: 'client_secret', label: 'Consumer secret' };
  const write = ({ [part.name]: secret = '' }: Record<string, string>) =>
    api.setSalesforce(jwt ? { private_key: secret } : { client_secret: secret });
  return <Secret key={part.name} which="salesforce" name={part.label} parts={[part]} write={write} />;
}

type Props = {
  which: 'liveperson' | 'salesforce';
  name: string;
  parts: Part[];
  write: (entered: Record<string, string>) => Promise<void>;
};

function Secret({ which, name, parts, write }: Props) {
  const found = useLoaded(api.secrets);
  const [open, setOpen] = useState(false);
  const [done, setDone] = useState(false);
  const stored = () => {
    setOpen(false);
    setDone(true);
    found.reload();
  };
  return (
    <div class="secret" role="group" aria-label={name}>
      <Reading of={found} what="which keys are set">
        {(set) => (
          <div class="secret-line">
            <span>{name}</span>
            <Badge kind={set[which] ? 'success' : 'warning'}>{set[which] ? 'Set' : 'Not set'}</Badge>
            {!open && <Button onClick={() => setOpen(true)}>{set[which] ? 'Replace' : 'Enter'}</Button>}
            <span role="status">{done && !open && 'Stored. It is used from now on and cannot be read back.'}</span>
          </div>
        )}
      </Reading>
      {open && <Entry parts={parts} write={write} onStored={stored} onCancel={() => setOpen(false)} />}
    </div>
  );
}

type EntryProps = { parts: Part[]; write: Props['write']; onStored: () => void; onCancel: () => void };

function Entry({ parts, write, onStored, onCancel }: EntryProps) {
  const [entered, setEntered] = useState<Record<string, string>>({});
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);
  const missing = parts.filter((part) => !entered[part.name]?.trim());
  const store = async () => {
    setBusy(true);
    setError(undefined);
    try {
      await write(entered);
      onStored();
    } catch (failed) {
      setError(sentenceOf(failed));
      setBusy(false);
    }
  };
  return (
    <div class="secret-entry">
      <div class={parts.length > 1 ? 'columns' : ''}>
        {parts.map(({ name, label, lines, help }) => (
          <TextField
            key={name}
            label={label}
            required
            type="password"
            help={help}
            {...(lines ? { lines } : {})}
            value={entered[name] ?? ''}
            onChange={(text) => setEntered({ ...entered, [name]: text })}
          />
        ))}
      </div>
      {error && <Note kind="error">{error}</Note>}
      <div class="page-actions">
        <Button onClick={onCancel}>Cancel</Button>
        <Button kind="brand" busy={busy} disabled={missing.length > 0} onClick={store}>Store</Button>
        <span class="help">Stored at once, apart from the other settings.</span>
      </div>
    </div>
  );
}
