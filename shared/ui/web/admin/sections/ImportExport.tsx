// The whole configuration as a file: taken out, and brought in after it was checked.
import { useState } from 'preact/hooks';
import { api, sentenceOf } from '../api.ts';
import { Button } from '../../components/Button.tsx';
import { ChangesTable } from '../components/ChangesTable.tsx';
import { Note } from '../../components/Note.tsx';
import { Card, Page } from '../components/Page.tsx';
import { complete } from '../logic/complete.ts';
import { changesBetween } from '../logic/diff.ts';
import { count, sentence } from '../logic/show.ts';
import { describePath } from '../paths.ts';
import { changes, draft, edited, problems, saved } from '../state/draft.ts';
import type { Configuration, Problem } from '../types.ts';

type Found = { configuration: Configuration; problems: Problem[] };

export function ImportExport() {
  return (
    <Page title="Import and export" about="The whole configuration as one JSON file, for a repository or another stack. Keys and secrets are never part of it.">
      <Export />
      <Import />
    </Page>
  );
}

function Export() {
  const version = saved.value?.version ?? 0;
  const unsaved = changes.value.length > 0;
  const download = (configuration: Configuration | undefined | null, name: string) => {
    const file = new Blob([`${JSON.stringify(configuration, null, 2)}\n`], { type: 'application/json' });
    const link = document.createElement('a');
    link.href = URL.createObjectURL(file);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };
  return (
    <Card title="Export">
      <div class="page-actions">
        <Button icon="download" onClick={() => download(saved.value?.configuration, `chatlink-version-${version}.json`)}>Download version {version}, as saved</Button>
        {unsaved && <Button icon="download" onClick={() => download(draft.value, 'chatlink-unsaved.json')}>Download with your unsaved changes</Button>}
      </div>
    </Card>
  );
}

function Import() {
  const [found, setFound] = useState<Found>();
  const [error, setError] = useState<string>();
  const [said, setSaid] = useState('');
  const active = saved.value?.configuration.active ?? false;
  const take = async (input: HTMLInputElement) => {
    const file = input.files?.[0];
    if (!file) return;
    setFound(undefined);
    setError(undefined);
    setSaid('Checking…');
    try {
      const configuration = keepingOurs(parse(await file.text()));
      const { problems: refused } = await api.check(configuration);
      setFound({ configuration, problems: refused });
    } catch (failed) {
      setError(sentenceOf(failed));
    } finally {
      setSaid('');
      input.value = '';
    }
  };
  const accept = ({ configuration, problems: refused }: Found) => {
    edited(configuration);
    problems.value = refused;
    setFound(undefined);
    setSaid('Taken over as unsaved changes. Look them over and save.');
  };
  return (
    <Card title="Import" about="The file is checked first. It then becomes your unsaved changes, which you can look over, preview and save. Whether the account is activated and who accepted the terms stay as they are here.">
      {!active && <Note kind="warning">Activate the account first: until then the settings cannot be changed.</Note>}
      <label class="slds-form-element__label" for="import">Configuration file (JSON)</label>
      <input id="import" type="file" accept=".json,application/json" disabled={!active} onChange={(event) => take(event.currentTarget)} />
      <p role="status">{said}</p>
      {error && <Note kind="error">{error}</Note>}
      {found && <Result found={found} onAccept={() => accept(found)} onCancel={() => setFound(undefined)} />}
    </Card>
  );
}

function Result({ found, onAccept, onCancel }: { found: Found; onAccept: () => void; onCancel: () => void }) {
  const differences = changesBetween(draft.value, found.configuration);
  return (
    <>
      {found.problems.length > 0 ? (
        <Note kind="warning">
          {count(found.problems.length, 'problem')} would have to be mended before it can be saved:
          <ul class="slds-list_dotted">
            {found.problems.map((problem, n) => <li key={n}>{describePath(problem.path, found.configuration)}: {sentence(problem.sentence)}</li>)}
          </ul>
        </Note>
      ) : (
        <Note kind="success">The file is in order.</Note>
      )}
      <h3 class="slds-text-heading_small">What it changes</h3>
      <ChangesTable changes={differences} root={found.configuration} />
      <div class="page-actions slds-m-top_small">
        <Button onClick={onCancel}>Cancel</Button>
        <Button kind="brand" disabled={differences.length === 0} onClick={onAccept}>Take over {count(differences.length, 'change')}</Button>
      </div>
    </>
  );
}

function parse(text: string): Configuration {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw new Error(`The file is not JSON: ${sentenceOf(error)}. Choose a file that was exported here.`);
  }
  if (typeof document !== 'object' || document === null || !('account' in document) || !('salesforce' in document)) {
    throw new Error('The file is not a Chatlink configuration: it names no account. Choose a file that was exported here.');
  }
  return complete(document as Partial<Configuration>);
}

function keepingOurs(configuration: Configuration): Configuration {
  const ours = saved.value?.configuration;
  return ours ? { ...configuration, active: ours.active, terms: ours.terms } : configuration;
}
