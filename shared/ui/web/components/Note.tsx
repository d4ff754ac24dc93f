// What a page says beside its content: a note of some weight, or that there is nothing.
import type { ComponentChildren } from 'preact';
import { Icon, type IconName } from './Icon.tsx';

type Kind = 'info' | 'success' | 'warning' | 'error';

const ICONS: Record<Kind, IconName> = { info: 'info', success: 'success', warning: 'warning', error: 'error' };

export function Note({ kind, children }: { kind: Kind; children: ComponentChildren }) {
  return (
    <div class={`note note_${kind}`} role={kind === 'error' ? 'alert' : undefined}>
      <Icon name={ICONS[kind]} />
      <div>{children}</div>
    </div>
  );
}

export function Empty({ children }: { children: ComponentChildren }) {
  return <p class="empty">{children}</p>;
}
