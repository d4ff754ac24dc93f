// One record that was found: why, what is known of it, and what can be done with it.
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { IconButton } from '../../components/Button.tsx';
import { Icon } from '../../components/Icon.tsx';
import { useDismiss, useRoom } from '../components/dismiss.ts';
import { LinkIcon, LinkToggle, Replaces } from '../components/LinkButton.tsx';
import { Menu, type MenuItem } from '../components/Menu.tsx';
import { CellValue, FullView, ObjectIcon } from '../components/Small.tsx';
import { add, more } from '../icons.ts';
import { createFrom } from '../logic/create.ts';
import { webAddress } from '../logic/show.ts';
import { context, objectNamed } from '../state/context.ts';
import { isLinked, link, unlink } from '../state/links.ts';
import { push } from '../state/screens.ts';
import { create } from '../state/work.ts';
import type { Row } from '../types.ts';

/** How long the pointer or the focus rests on a row before it tells more. */
const REST_MS = 450;

export function ResultRow({ row, account }: { row: Row; account: string | null }) {
  const id = useId();
  const [told, setTold] = useState<'hover' | 'pinned' | null>(null);
  const [folded, setFolded] = useState(false);
  const line = useRef<HTMLDivElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  /** The focus comes back to the name because what was told was closed. */
  const givenBack = useRef(false);
  useEffect(() => () => clearTimeout(timer.current), []);
  useDismiss(line, told !== null, (giveBack) => {
    setTold(null);
    if (!giveBack) return;
    givenBack.current = true;
    line.current?.querySelector<HTMLElement>('.name')?.focus();
    givenBack.current = false;
  });
  const soon = (event: Event) => {
    clearTimeout(timer.current);
    if (event.type === 'focus' && (givenBack.current || !(event.currentTarget as HTMLElement).matches(':focus-visible'))) return;
    timer.current = setTimeout(() => setTold((now) => now ?? 'hover'), REST_MS);
  };
  const leave = () => {
    clearTimeout(timer.current);
    setTold((now) => (now === 'hover' ? null : now));
  };
  const open = () => push({ kind: 'record', object: row.object, id: row.id });
  const blurred = (event: FocusEvent) => {
    if (!line.current?.contains(event.relatedTarget as Node | null)) leave();
  };
  return (
    <li class="row">
      <div class={`row-line ${row.reasons.length ? '' : 'row-line_context'}`} ref={line} onMouseLeave={leave} onFocusOut={blurred}>
        {row.children.length > 0 && (
          <button type="button" class="fold" aria-expanded={!folded} aria-label={`Records of ${row.name}`} onClick={() => setFolded(!folded)}>
            <Icon name={folded ? 'right' : 'down'} />
          </button>
        )}
        <ObjectIcon object={row.object} />
        <div class="row-main" onMouseEnter={soon}>
          <div><button type="button" class="name" onClick={open} onFocus={soon}>{row.name}</button></div>
          <div class="row-kinds">
            <span class="kind">{row.person_account ? 'Person account' : row.label}</span>
            {isLinked(row.object, row.id) && <span class="slds-badge badge_linked">Linked</span>}
            {row.converted_from && <span class="kind">converted from lead {row.converted_from}</span>}
          </div>
          {row.reasons.length > 0 && (
            <ul class="reasons" aria-label="Why it was found">
              {row.reasons.map((reason) => <li key={reason.field}><span>{reason.label}</span> <mark>{reason.value}</mark></li>)}
            </ul>
          )}
        </div>
        <div class="row-buttons">
          <IconButton
            icon="info"
            label={`About ${row.name}`}
            expanded={told !== null}
            onClick={() => setTold(told === 'pinned' ? null : 'pinned')}
          />
          <LinkIcon target={row} />
          <Menu label={`Actions for ${row.name}`} class="slds-button slds-button_icon slds-button_icon-border-filled" items={actions(row, account, open)}>
            <Icon name={more} />
          </Menu>
        </div>
        {told && <Bubble id={id} row={row} />}
      </div>
      {row.children.length > 0 && !folded && (
        <ul class="rows rows_inner" aria-label={`Records of ${row.name}`}>
          {row.children.map((child) => <ResultRow key={child.id} row={child} account={row.object === 'Account' ? row.id : null} />)}
        </ul>
      )}
    </li>
  );
}

function Bubble({ id, row }: { id: string; row: Row }) {
  const bubble = useRef<HTMLDivElement>(null);
  const up = useRoom(bubble, true);
  return (
    <div class={`bubble ${up ? 'bubble_up' : ''}`} id={id} ref={bubble} role="group" aria-label={`Overview of ${row.name}`}>
      {row.overview.length > 0 ? (
        <dl class="overview">
          {row.overview.map((cell) => (
            <div key={cell.field}><dt>{cell.label}</dt><dd><CellValue cell={cell} /></dd></div>
          ))}
        </dl>
      ) : (
        <p class="hint">Nothing more is known here. Open the record to see all of it.</p>
      )}
      <Replaces object={row.object} id={row.id} />
      <div class="bubble-actions">
        <LinkToggle target={row} brand />
        <FullView url={row.url} name={row.name}>Full View</FullView>
      </div>
    </div>
  );
}

function actions(row: Row, account: string | null, open: () => void): MenuItem[] {
  const objects = context.value?.objects ?? [];
  const here = isLinked(row.object, row.id);
  const linking: MenuItem[] = objectNamed(row.object)?.may_link
    ? [{ key: 'link', label: here ? 'Unlink' : 'Link Chat', onChoose: () => void (here ? unlink(row) : link(row)) }]
    : [];
  return [
    { key: 'open', label: 'Open', onChoose: open },
    ...linking,
    ...(webAddress(row.url) ? [{ key: 'full', label: 'Full View', icon: 'link' as const, href: row.url }] : []),
    ...createFrom(row, account, objects).map(({ object, label, parents }) => ({
      key: `new-${object}`, label: `New ${label}`, icon: add, onChoose: () => create(object, parents),
    })),
  ];
}
