// Two lists beside each other: what there is, and what is selected, in order. Buttons and keys move the marked items.
import { useId, useState } from 'preact/hooks';
import { shift } from '../logic/lists.ts';
import type { Marking } from '../logic/marking.ts';
import { saved } from '../state/draft.ts';
import { IconButton } from '../../components/Button.tsx';
import { type Item, Listbox } from './Listbox.tsx';

type Props = {
  label: string;
  available: readonly Item[];
  selected: readonly string[];
  onChange: (selected: string[]) => void;
  id?: string;
  /** Whether the order of what is selected means something. */
  ordered?: boolean;
};

/** Nothing marked; the first arrow key goes to the first item. */
const NOTHING: Marking = { active: -1, anchor: 0, marked: new Set() };

export function DualList({ label, available, selected, onChange, id, ordered = true }: Props) {
  const help = useId();
  const [left, setLeft] = useState(NOTHING);
  const [right, setRight] = useState(NOTHING);
  const [said, say] = useState('');
  const disabled = !saved.value?.configuration.active;
  const labelOf = (value: string) => available.find((item) => item.value === value)?.label ?? value;
  const offered = available.filter((item) => !selected.includes(item.value));
  const markedLeft = offered.map((item) => item.value).filter((value) => left.marked.has(value));
  const markedRight = selected.filter((value) => right.marked.has(value));

  const add = (values: string[]) => {
    if (values.length === 0) return;
    onChange([...selected, ...values]);
    setLeft({ ...left, marked: new Set() });
    say(`${values.map(labelOf).join(', ')} selected`);
  };
  const remove = (values: string[]) => {
    if (values.length === 0) return;
    onChange(selected.filter((value) => !values.includes(value)));
    setRight({ ...right, marked: new Set() });
    say(`${values.map(labelOf).join(', ')} no longer selected`);
  };
  const reorder = (by: -1 | 1) => {
    if (markedRight.length === 0) return;
    const moved = shift(selected, new Set(markedRight), by);
    onChange(moved);
    const active = moved.indexOf(selected[right.active] ?? '');
    setRight({ ...right, active, anchor: active });
    say(markedRight.map((value) => `${labelOf(value)} is now number ${moved.indexOf(value) + 1}`).join(', '));
  };
  const leftKey = (event: KeyboardEvent) => handled(event.key === 'Enter', () => add(markedLeft));
  const rightKey = (event: KeyboardEvent) => {
    const arrow = ordered && event.altKey && /^Arrow(Up|Down)$/.test(event.key);
    if (arrow) return handled(true, () => reorder(event.key === 'ArrowUp' ? -1 : 1));
    return handled(event.key === 'Enter' || event.key === 'Delete', () => remove(markedRight));
  };
  const titles = { left: `Available ${label}`, right: `Selected ${label}` };
  return (
    <div class="dual" role="group" aria-label={label} id={id} tabIndex={-1}>
      <Listbox title={titles.left} items={offered} marking={left} onMark={setLeft} onKey={leftKey} onOpen={(value) => add([value])} disabled={disabled} help={help} />
      <div class="dual-buttons">
        <IconButton icon="right" label={`Select the marked ${label}`} disabled={disabled || markedLeft.length === 0} onClick={() => add(markedLeft)} />
        <IconButton icon="left" label={`Remove the marked ${label}`} disabled={disabled || markedRight.length === 0} onClick={() => remove(markedRight)} />
      </div>
      <Listbox
        title={titles.right}
        items={selected.map((value) => ({ value, label: labelOf(value) }))}
        marking={right}
        onMark={setRight}
        onKey={rightKey}
        onOpen={(value) => remove([value])}
        disabled={disabled}
        help={help}
      />
      {ordered && (
        <div class="dual-buttons">
          <IconButton icon="up" label="Move the marked up" disabled={disabled || markedRight.length === 0} onClick={() => reorder(-1)} />
          <IconButton icon="down" label="Move the marked down" disabled={disabled || markedRight.length === 0} onClick={() => reorder(1)} />
        </div>
      )}
      <p class="help dual-help" id={help}>
        Keys: arrows mark, Enter moves the marked to the other list{ordered && ', Alt with an arrow changes the order'}.
      </p>
      <p class="slds-assistive-text" role="status">{said}</p>
    </div>
  );
}

function handled(whether: boolean, act: () => void): boolean {
  if (whether) act();
  return whether;
}
