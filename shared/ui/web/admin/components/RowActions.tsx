// Up, down and remove for one row of an ordered list. The focus follows the row.
import { move, removeAt } from '../logic/lists.ts';
import { edit, at } from '../state/draft.ts';
import { type Path, formatPath } from '../paths.ts';
import { IconButton } from '../../components/Button.tsx';

type Props = { list: Path; place: number; name: string };

export function RowActions({ list, place, name }: Props) {
  const items = at<unknown[]>(list);
  const id = (action: string, n: number) => `${action}-${formatPath(list)}-${n}`;
  const shift = (by: -1 | 1) => {
    const to = place + by;
    edit(list, move(items, place, to));
    const ends = to === 0 || to === items.length - 1;
    const action = ends ? (by < 0 ? 'down' : 'up') : by < 0 ? 'up' : 'down';
    focus(id(items.length > 1 ? action : 'remove', to));
  };
  const remove = () => {
    edit(list, removeAt(items, place));
    focus(items.length > 1 ? id('remove', Math.min(place, items.length - 2)) : `add-${formatPath(list)}`);
  };
  return (
    <div class="row-actions">
      <IconButton id={id('up', place)} icon="up" label={`Move ${name} up`} disabled={place === 0} onClick={() => shift(-1)} />
      <IconButton id={id('down', place)} icon="down" label={`Move ${name} down`} disabled={place === items.length - 1} onClick={() => shift(1)} />
      <IconButton id={id('remove', place)} icon="remove" label={`Remove ${name}`} onClick={remove} />
    </div>
  );
}

function focus(id: string): void {
  requestAnimationFrame(() => requestAnimationFrame(() => document.getElementById(id)?.focus()));
}

/** The button that adds a row below a list. */
export function AddRow({ list, item, children }: { list: Path; item: () => unknown; children: string }) {
  const add = () => edit(list, [...at<unknown[]>(list), item()]);
  return (
    <button type="button" id={`add-${formatPath(list)}`} class="slds-button slds-button_neutral" onClick={add}>
      {children}
    </button>
  );
}
