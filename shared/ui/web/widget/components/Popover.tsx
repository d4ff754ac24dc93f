// A button that opens a small panel below it.
import type { ComponentChildren } from 'preact';
import { useId, useRef, useState } from 'preact/hooks';
import { IconButton } from '../../components/Button.tsx';
import { useDismiss } from './dismiss.ts';

type Props = {
  label: string;
  title: string;
  class: string;
  button: ComponentChildren;
  children: (close: () => void) => ComponentChildren;
};

export function Popover({ label, title, class: look, button, children }: Props) {
  const id = useId();
  const [open, setOpen] = useState(false);
  const around = useRef<HTMLDivElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const close = (giveBack: boolean) => {
    setOpen(false);
    if (giveBack) opener.current?.focus();
  };
  useDismiss(around, open, close);
  return (
    <div class="opener" ref={around}>
      <button
        ref={opener}
        type="button"
        class={look}
        aria-label={label}
        title={label}
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => setOpen(!open)}
      >
        {button}
      </button>
      {open && (
        <section class="pop pop_right panel" id={id} aria-labelledby={`${id}-title`}>
          <div class="panel-head">
            <h2 class="slds-text-heading_small" id={`${id}-title`}>{title}</h2>
            <IconButton icon="close" label={`Close ${title}`} onClick={() => close(true)} />
          </div>
          {children(() => close(false))}
        </section>
      )}
    </div>
  );
}
