// What opens over the page closes again: by Escape, by a click elsewhere, or when the focus leaves.
import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useState } from 'preact/hooks';

export function useDismiss(around: RefObject<HTMLElement | null>, open: boolean, close: (giveBack: boolean) => void): void {
  useEffect(() => {
    if (!open) return undefined;
    const outside = (event: Event) => {
      if (!around.current?.contains(event.target as Node)) close(false);
    };
    const escape = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      close(around.current?.contains(document.activeElement) ?? false);
    };
    const left = (event: FocusEvent) => {
      if (event.relatedTarget && !around.current?.contains(event.relatedTarget as Node)) close(false);
    };
    const here = around.current;
    document.addEventListener('pointerdown', outside);
    document.addEventListener('keydown', escape, true);
    here?.addEventListener('focusout', left);
    return () => {
      document.removeEventListener('pointerdown', outside);
      document.removeEventListener('keydown', escape, true);
      here?.removeEventListener('focusout', left);
    };
  }, [open]);
}

/** Whether what opened below would be cut off, while there is room above. */
export function useRoom(shown: RefObject<HTMLElement | null>, open: boolean): boolean {
  const [up, setUp] = useState(false);
  useLayoutEffect(() => {
    if (!open) return setUp(false);
    const box = shown.current?.getBoundingClientRect();
    const anchor = shown.current?.offsetParent?.getBoundingClientRect();
    const foot = document.querySelector('.foot')?.getBoundingClientRect().top ?? window.innerHeight;
    if (box && anchor) setUp(box.bottom > foot && anchor.top - box.height > 48);
  }, [open]);
  return up;
}
