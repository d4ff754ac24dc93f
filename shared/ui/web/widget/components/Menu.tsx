// A button that opens a menu: arrows move, Home and End jump, Escape gives the focus back.
import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { type Drawing, Icon, type IconName } from '../../components/Icon.tsx';
import { check } from '../icons.ts';
import { useDismiss, useRoom } from './dismiss.ts';

export type MenuItem = {
  key: string;
  label: string;
  icon?: IconName | Drawing;
  /** Opens in a new tab. */
  href?: string | undefined;
  onChoose?: () => void;
  /** One of several of which one is chosen. */
  chosen?: boolean;
};

type Props = {
  label: string;
  class: string;
  children: ComponentChildren;
  items: readonly MenuItem[];
  head?: ComponentChildren;
  side?: 'left' | 'right';
};

export function Menu({ label, class: look, children, items, head, side = 'right' }: Props) {
  const id = useId();
  const [open, setOpen] = useState<'first' | 'last' | null>(null);
  const around = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const close = (giveBack: boolean) => {
    setOpen(null);
    if (giveBack) button.current?.focus();
  };
  useDismiss(around, open !== null, close);
  const up = useRoom(list, open !== null);
  const entries = () => [...(list.current?.querySelectorAll<HTMLElement>('[role^=menuitem]') ?? [])];
  useLayoutEffect(() => {
    const all = entries();
    if (open) (all.find((one) => one.ariaChecked === 'true') ?? all.at(open === 'first' ? 0 : -1))?.focus();
  }, [open]);
  const keys = (event: KeyboardEvent) => {
    const all = entries();
    const here = all.indexOf(document.activeElement as HTMLElement);
    const place = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: -1 }[event.key];
    if (event.key === 'Tab') close(false);
    if (place === undefined) return;
    event.preventDefault();
    all.at(place % all.length)?.focus();
  };
  const openers = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    event.preventDefault();
    setOpen(event.key === 'ArrowDown' ? 'first' : 'last');
  };
  return (
    <div class="opener" ref={around}>
      <button
        ref={button}
        type="button"
        class={look}
        aria-haspopup="menu"
        aria-expanded={open !== null}
        aria-controls={open ? id : undefined}
        aria-label={label}
        title={label}
        onClick={() => setOpen(open ? null : 'first')}
        onKeyDown={openers}
      >
        {children}
      </button>
      {open && (
        <div class={`pop pop_${side} ${up ? 'pop_up' : ''}`} ref={list}>
          {head}
          <div role="menu" id={id} aria-label={label} onKeyDown={keys}>
            {items.map((item) => <Entry key={item.key} item={item} onDone={close} />)}
          </div>
        </div>
      )}
    </div>
  );
}

function Entry({ item: { label, icon, href, onChoose, chosen }, onDone }: { item: MenuItem; onDone: (giveBack: boolean) => void }) {
  const inside = (
    <>
      {chosen !== undefined ? <span class="menu-mark">{chosen && <Icon name={check} />}</span> : icon && <Icon name={icon} />}
      <span>{label}</span>
    </>
  );
  if (href) {
    return (
      <a class="menu-item" role="menuitem" tabIndex={-1} href={href} target="_blank" rel="noopener noreferrer" onClick={() => onDone(true)}>
        {inside}
      </a>
    );
  }
  const choose = () => {
    onDone(true);
    onChoose?.();
  };
  return (
    <button
      type="button"
      class="menu-item"
      role={chosen === undefined ? 'menuitem' : 'menuitemradio'}
      aria-checked={chosen}
      tabIndex={-1}
      onClick={choose}
    >
      {inside}
    </button>
  );
}
