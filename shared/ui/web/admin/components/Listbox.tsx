// A list whose items can be marked with the mouse and with keys, the same in every browser.
import { useEffect, useId, useRef } from 'preact/hooks';
import { type How, type Marking, mark } from '../logic/marking.ts';

export type Item = { value: string; label: string };

type Props = {
  title: string;
  items: readonly Item[];
  marking: Marking;
  onMark: (marking: Marking) => void;
  /** Keys the list itself has no use for, such as Enter; answers whether it had. */
  onKey: (event: KeyboardEvent) => boolean;
  onOpen: (value: string) => void;
  disabled: boolean;
  help: string;
};

export function Listbox({ title, items, marking, onMark, onKey, onOpen, disabled, help }: Props) {
  const id = useId();
  const list = useRef<HTMLUListElement>(null);
  const values = items.map((item) => item.value);
  const active = Math.min(marking.active, items.length - 1);
  const go = (place: number, how: How) => onMark(mark(values, marking, place, how));
  useEffect(() => {
    if (document.activeElement === list.current) list.current?.children[active]?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  const keys = (event: KeyboardEvent) => {
    if (disabled) return;
    if (onKey(event) || move(event, active, items.length, go)) event.preventDefault();
  };
  const click = (place: number, event: MouseEvent) => {
    if (disabled) return;
    go(place, event.shiftKey ? 'extend' : event.ctrlKey || event.metaKey ? 'toggle' : 'only');
  };
  return (
    <div class="dual-list">
      <span class="slds-form-element__label" id={id}>{title} ({items.length})</span>
      <ul
        ref={list}
        class="listbox"
        role="listbox"
        tabIndex={disabled ? -1 : 0}
        aria-multiselectable="true"
        aria-labelledby={id}
        aria-describedby={help}
        aria-disabled={disabled}
        aria-activedescendant={active >= 0 ? `${id}-${active}` : undefined}
        onKeyDown={keys}
      >
        {items.map((item, n) => (
          <li
            key={item.value}
            id={`${id}-${n}`}
            role="option"
            class={n === active ? 'option option_active' : 'option'}
            aria-selected={marking.marked.has(item.value)}
            onClick={(event) => click(n, event)}
            onDblClick={() => !disabled && onOpen(item.value)}
          >
            {item.label}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Arrows, Home and End move and mark; with Shift they extend, with Ctrl they only move; Space toggles. */
function move(event: KeyboardEvent, active: number, length: number, go: (place: number, how: How) => void): boolean {
  if (event.altKey || length === 0) return false;
  const how: How = event.shiftKey ? 'extend' : event.ctrlKey ? 'move' : 'only';
  const places: Record<string, number> = { ArrowUp: active - 1, ArrowDown: active + 1, Home: 0, End: length - 1 };
  const place = places[event.key];
  if (place !== undefined) go(place, how);
  else if (event.key === ' ') go(active, 'toggle');
  else return false;
  return true;
}
