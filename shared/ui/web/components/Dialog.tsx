// A question or a view on top of the page. The browser keeps the focus inside and gives it back afterwards.
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { IconButton } from './Button.tsx';

type Props = {
  title: string;
  onClose: () => void;
  actions: ComponentChildren;
  children: ComponentChildren;
  wide?: boolean;
};

export function Dialog({ title, onClose, actions, children, wide = false }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const shown = dialog.current;
    const before = document.activeElement;
    if (shown && !shown.open) shown.showModal();
    return () => {
      shown?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  const cancel = (event: Event) => {
    event.preventDefault();
    onClose();
  };
  return (
    <dialog ref={dialog} class={`dialog ${wide ? 'dialog_wide' : ''}`} aria-labelledby={id} onCancel={cancel}>
      <div class="dialog-head">
        <h2 class="slds-text-heading_medium" id={id}>{title}</h2>
        <IconButton icon="close" label="Close" onClick={onClose} />
      </div>
      <div class="dialog-body" tabIndex={0} role="region" aria-label={title}>{children}</div>
      <div class="dialog-foot">{actions}</div>
    </dialog>
  );
}
