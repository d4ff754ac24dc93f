// The bar at the bottom: how much is unsaved, discard, preview, save; and the problems a save was refused for.
import { useState } from 'preact/hooks';
import { controlId, describePath, placesUpwards, sectionOf } from '../paths.ts';
import { count, sentence } from '../logic/show.ts';
import { changes, discard, draft, notice, problems, save, saving } from '../state/draft.ts';
import { go, href } from '../state/route.ts';
import type { Problem } from '../types.ts';
import { Button, LinkButton } from '../../components/Button.tsx';
import { ChangesTable } from './ChangesTable.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { Note } from '../../components/Note.tsx';

export function SaveBar() {
  const [asking, setAsking] = useState(false);
  const [listing, setListing] = useState(false);
  const unsaved = changes.value.length;
  const said = notice.value;
  return (
    <footer class={`save-bar ${unsaved > 0 ? 'save-bar_unsaved' : ''}`} aria-label="Unsaved changes">
      {problems.value.length > 0 && <Problems problems={problems.value} />}
      {said && said.kind === 'error' && problems.value.length === 0 && <Note kind="error">{said.text}</Note>}
      <div class="save-line">
        <span role="status" class="save-count">
          {unsaved > 0 ? count(unsaved, 'unsaved change') : 'No unsaved changes'}
          {said && (said.kind === 'info' || (said.kind === 'success' && unsaved === 0)) && ` · ${said.text}`}
        </span>
        {unsaved > 0 && <Button kind="base" onClick={() => setListing(true)}>Show</Button>}
        <span class="save-actions">
          <Button disabled={unsaved === 0 || saving.value} onClick={() => setAsking(true)}>Discard</Button>
          <LinkButton href={href('/preview')}>Preview</LinkButton>
          <Button kind="brand" disabled={unsaved === 0} busy={saving.value} onClick={save}>{saving.value ? 'Saving…' : 'Save'}</Button>
        </span>
      </div>
      {listing && (
        <Dialog title="Unsaved changes" wide onClose={() => setListing(false)} actions={<Button onClick={() => setListing(false)}>Close</Button>}>
          <ChangesTable changes={changes.value} root={draft.value} />
        </Dialog>
      )}
      {asking && (
        <Dialog
          title="Discard your changes?"
          onClose={() => setAsking(false)}
          actions={
            <>
              <Button onClick={() => setAsking(false)}>Keep editing</Button>
              <Button kind="brand" onClick={() => { setAsking(false); discard(); }}>Discard</Button>
            </>
          }
        >
          <p>{count(unsaved, 'change')} will be lost. What is saved stays as it is.</p>
        </Dialog>
      )}
    </footer>
  );
}

function Problems({ problems: found }: { problems: Problem[] }) {
  return (
    <div class="problems" role="alert">
      <h2 class="slds-text-heading_small">Not saved: {count(found.length, 'thing')} to mend</h2>
      <ul>
        {found.map((problem, n) => (
          <li key={n}>
            <button type="button" class="slds-button problem-link" onClick={() => jumpTo(problem.path)}>{describePath(problem.path, draft.value) || 'Settings'}</button>
            <span>{sentence(problem.sentence)} <span class="code">{problem.code}</span></span>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Opens the section in which a place is edited and puts the focus on its control, or the nearest around it. */
export function jumpTo(path: string): void {
  if (!draft.value) return;
  go(sectionOf(path, draft.value));
  let tries = 0;
  const look = () => {
    const found = placesUpwards(path).map((place) => document.getElementById(controlId(place)));
    const control = found.find((element) => element !== null);
    // Lists from Salesforce may still be on their way; the nearest control may only be what holds the right one.
    if (control && (control === found[0] || tries > 20)) {
      control.scrollIntoView({ block: 'center' });
      control.focus();
    } else if (tries < 40) {
      tries += 1;
      setTimeout(look, 50);
    }
  };
  setTimeout(look, 50);
}
