// Saving met something that a person has to decide.
import { useEffect, useRef } from 'preact/hooks';
import type { ComponentChildren } from 'preact';
import { Button } from '../../components/Button.tsx';
import { Icon } from '../../components/Icon.tsx';
import { FullView, ObjectIcon } from '../components/Small.tsx';
import { linked } from '../icons.ts';
import { cellText, instantText } from '../logic/show.ts';
import { objectNamed } from '../state/context.ts';
import { type Draft, type Trouble, closeTrouble, dropForm, load, loadTheirs, save, saveMineAnyway } from '../state/form.ts';
import { busyWith, link } from '../state/links.ts';
import { leaveForm, scope, search } from '../state/screens.ts';
import type { Row } from '../types.ts';

export function TroublePanel({ now, trouble }: { now: Draft; trouble: Trouble }) {
  const { linking, refusals, label } = now;
  switch (trouble.kind) {
    case 'failed':
      return (
        <Panel title="It could not be saved" turn={refusals} bad>
          <p>{trouble.sentence}</p>
          <Choices><Button kind="brand" onClick={() => void save(linking)}>Try again</Button></Choices>
        </Panel>
      );
    case 'duplicates':
      return (
        <Panel title={`This ${label} may exist already`} turn={refusals}>
          <p>{trouble.may_save ? 'Use one of these, or save yours as another record.' : 'Use one of these. Salesforce does not allow another record like it.'}</p>
          <ul class="duplicates">{trouble.rows.map((row) => <Duplicate key={row.id} row={row} />)}</ul>
          <Choices>
            {trouble.may_save && <Button onClick={() => void save(linking, true)}>Save anyway</Button>}
            <Button onClick={closeTrouble}>Change what I typed</Button>
          </Choices>
        </Panel>
      );
    case 'changed':
      return (
        <Panel title="Somebody else changed this record" turn={refusals}>
          <p>{trouble.changed.by} saved it at {instantText(trouble.changed.at)}, after you opened it. Your changes are kept here and are not saved.</p>
          <Choices>
            <Button kind="brand" onClick={() => void loadTheirs()}>Load theirs</Button>
            <Button onClick={() => void saveMineAnyway()}>Save mine anyway</Button>
          </Choices>
          <p class="hint">“Load theirs” shows their values and keeps yours in the fields you changed.</p>
        </Panel>
      );
    case 'unknown':
      return (
        <Panel title="It is not known whether this was saved" turn={refusals} bad>
          <p>{trouble.sentence}</p>
          <Choices>
            <Button kind="brand" onClick={() => scope.value && search(scope.value)}>Search for it first</Button>
            <Button onClick={() => void load().then((read) => read && closeTrouble())}>Go on from a new form</Button>
          </Choices>
          <p class="hint">What you typed is kept either way.</p>
        </Panel>
      );
  }
}

function Panel({ title, turn, bad = false, children }: { title: string; turn: number; bad?: boolean; children: ComponentChildren }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
    heading.current?.scrollIntoView({ block: 'center' });
  }, [turn]);
  return (
    <section class={`trouble ${bad ? 'trouble_bad' : ''}`} aria-label={title}>
      <h2 class="slds-text-heading_small" ref={heading} tabIndex={-1}>
        <Icon name={bad ? 'error' : 'warning'} class="slds-m-right_x-small" />{title}
      </h2>
      {children}
    </section>
  );
}

const Choices = ({ children }: { children: ComponentChildren }) => <div class="choices">{children}</div>;

function Duplicate({ row }: { row: Row }) {
  const take = async () => {
    if (!(await link(row))) return;
    dropForm();
    leaveForm({ kind: 'record', object: row.object, id: row.id });
  };
  const known = row.overview.map((cell) => cellText(cell)).filter((text) => text && !row.name.includes(text)).slice(0, 3).join(' · ');
  return (
    <li>
      <ObjectIcon object={row.object} />
      <span class="duplicate-text">
        <strong>{row.name}</strong>
        <span class="kind">{row.label}{known && ` · ${known}`}</span>
      </span>
      <FullView url={row.url} name={row.name} />
      {objectNamed(row.object)?.may_link && (
        <Button icon={linked} busy={busyWith.value === row.id} onClick={() => void take()}>Link this one</Button>
      )}
    </li>
  );
}
