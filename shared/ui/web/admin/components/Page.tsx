// The frame of a section: heading, what it is for, its actions, and the states of what it shows.
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { arrivals } from '../state/route.ts';
import type { Loaded } from '../state/load.ts';
import { Button } from '../../components/Button.tsx';
import { Note } from '../../components/Note.tsx';

type Props = { title: string; about: ComponentChildren; actions?: ComponentChildren; children: ComponentChildren };

export function Page({ title, about, actions, children }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  const arrival = arrivals.value;
  useEffect(() => {
    document.title = `${title} · Chatlink Setup`;
    // The first page of a visit leaves the focus where the browser puts it.
    if (arrival > 0) heading.current?.focus();
  }, [arrival, title]);
  return (
    <>
      <header class="page-head">
        <div>
          <h1 class="slds-text-heading_medium" ref={heading} tabIndex={-1}>{title}</h1>
          <p class="slds-text-color_weak">{about}</p>
        </div>
        {actions && <div class="page-actions">{actions}</div>}
      </header>
      {children}
    </>
  );
}

export function Card({ title, about, actions, id, children }: {
  title: string;
  about?: ComponentChildren;
  actions?: ComponentChildren;
  id?: string;
  children: ComponentChildren;
}) {
  return (
    <section class="slds-card card" id={id} tabIndex={id ? -1 : undefined}>
      <div class="card-head">
        <h2 class="slds-text-heading_small">{title}</h2>
        {actions && <div class="page-actions">{actions}</div>}
      </div>
      {about && <p class="slds-text-color_weak card-about">{about}</p>}
      {children}
    </section>
  );
}

type ReadingProps<Answer> = {
  of: Loaded<Answer>;
  what: string;
  children: (answer: Answer) => ComponentChildren;
};

/** What was read; before that that it is being read, and when it failed why and a button to try again. */
export function Reading<Answer>({ of: { answer, error, loading, reload }, what, children }: ReadingProps<Answer>) {
  return (
    <div aria-busy={loading}>
      {error && (
        <Note kind="error">
          Reading {what} failed. {error} <Button kind="base" onClick={reload}>Try again</Button>
        </Note>
      )}
      {answer !== undefined ? children(answer) : !error && <p class="loading" role="status">Reading {what}…</p>}
    </div>
  );
}
