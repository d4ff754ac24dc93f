// What was found: accounts with their contacts, leads, or the records of one object.
import { Button } from '../../components/Button.tsx';
import { Note } from '../../components/Note.tsx';
import { count } from '../../components/words.ts';
import { LinkToggle } from '../components/LinkButton.tsx';
import { ObjectIcon } from '../components/Small.tsx';
import { push } from '../state/screens.ts';
import type { Found, Row } from '../types.ts';
import { ResultRow } from './ResultRow.tsx';

export function Results({ found, searching }: { found: Found; searching: boolean }) {
  const all = found.rows.flatMap((row) => [row, ...row.children]);
  const matches = all.filter((row) => row.reasons.length > 0).length;
  const exact = all.find((row) => row.object === found.exact?.object && row.id === found.exact.id);
  return (
    <section class="results" aria-label="Results" aria-busy={searching}>
      <p class="results-count" role="status">{count(matches || all.length, 'match', 'matches')}{found.more && ', and more'}</p>
      {exact && <Exact row={exact} />}
      <ul class="rows" onKeyDown={walk}>
        {found.rows.map((row) => <ResultRow key={row.id} row={row} account={null} />)}
      </ul>
      {found.more && <Note kind="info">There are more matches than are shown. Refine your search, for instance with an e-mail address.</Note>}
    </section>
  );
}

/** Exactly one record matched: one click opens it, and nothing happens by itself. */
function Exact({ row }: { row: Row }) {
  return (
    <section class="exact" aria-label="Exact match">
      <ObjectIcon object={row.object} />
      <span class="exact-text">One exact match: <strong>{row.name}</strong></span>
      <span class="exact-actions">
        <Button kind="brand" onClick={() => push({ kind: 'record', object: row.object, id: row.id })}>Open</Button>
        <LinkToggle target={row} />
      </span>
    </section>
  );
}

/** Up and down go from name to name. */
function walk(event: KeyboardEvent): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
  const list = event.currentTarget as HTMLElement;
  const names = [...list.querySelectorAll<HTMLElement>('.row .name')];
  const here = names.indexOf(event.target as HTMLElement);
  if (here < 0) return;
  event.preventDefault();
  names[Math.max(0, Math.min(names.length - 1, here + (event.key === 'ArrowDown' ? 1 : -1)))]?.focus();
}
