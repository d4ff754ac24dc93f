// Small parts that several screens show.
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Icon } from '../../components/Icon.tsx';
import { OBJECTS, OTHER } from '../icons.ts';
import { cellText, hrefOf, webAddress } from '../logic/show.ts';
import { arrivals } from '../state/screens.ts';
import type { Cell } from '../types.ts';

/** The sign of an object; its name is said beside it. */
export function ObjectIcon({ object }: { object: string }) {
  const known = OBJECTS[object as keyof typeof OBJECTS];
  return (
    <span class={`object object_${known ? object : 'other'}`}>
      <Icon name={known ?? OTHER} />
    </span>
  );
}

let served = 0;

/** The heading of a screen. It takes the focus when a person opened the screen, never by itself. */
export function Heading({ children, hidden = false }: { children: ComponentChildren; hidden?: boolean }) {
  const heading = useRef<HTMLHeadingElement>(null);
  const arrival = arrivals.value;
  useEffect(() => {
    if (arrival === served) return;
    served = arrival;
    heading.current?.focus({ preventScroll: true });
    heading.current?.closest('.content')?.scrollTo(0, 0);
  }, [arrival]);
  return <h1 ref={heading} tabIndex={-1} class={hidden ? 'slds-assistive-text' : 'heading'}>{children}</h1>;
}

/** Opens a record in Salesforce. */
export function FullView({ url, name, children }: { url: string; name: string; children?: ComponentChildren }) {
  const address = webAddress(url);
  if (!address) return null;
  return (
    <a
      class={children ? 'slds-button slds-button_neutral' : 'slds-button slds-button_icon slds-button_icon-border-filled'}
      href={address}
      target="_blank"
      rel="noopener noreferrer"
      title={`Open ${name} in Salesforce, in a new tab`}
      aria-label={`Full View of ${name}, opens a new tab`}
    >
      {children}
      <Icon name="link" class={children ? 'slds-m-left_x-small' : ''} />
    </a>
  );
}

/** A value as text, or as what it can open. */
export function CellValue({ cell }: { cell: Cell }) {
  const text = cellText(cell);
  if (!text) return <span class="nothing" aria-label="empty">–</span>;
  const href = hrefOf(cell);
  if (!href) return <>{text}</>;
  return <a href={href} target={cell.type === 'url' ? '_blank' : undefined} rel="noopener noreferrer">{text}</a>;
}

/** Where something is about to be. Still, for those who asked for stillness. */
export function Skeleton({ what, rows = 4 }: { what: string; rows?: number }) {
  return (
    <div class="skeleton" role="status">
      <span class="slds-assistive-text">{what}</span>
      {Array.from({ length: rows }, (_, n) => (
        <div class="skeleton-row" key={n} aria-hidden="true">
          <span class="skeleton-dot" />
          <span class="skeleton-lines"><span /><span /></span>
        </div>
      ))}
    </div>
  );
}
