// One line about what was just done, shown and read out.
import { signal } from '@preact/signals';

export type Notice = { kind: 'success' | 'error' | 'info'; text: string };

export const notice = signal<Notice | null>(null);

const SHOWN_MS = 6_000;
let timer: ReturnType<typeof setTimeout> | undefined;

export function tell(kind: Notice['kind'], text: string): void {
  clearTimeout(timer);
  notice.value = { kind, text };
  // What went wrong stays until the person has read it.
  if (kind !== 'error') timer = setTimeout(() => (notice.value = null), SHOWN_MS);
}

export function hush(): void {
  clearTimeout(timer);
  notice.value = null;
}
