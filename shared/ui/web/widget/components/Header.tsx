// The line at the top: where to search, what to make, what is linked, and the rest.
import { useEffect, useState } from 'preact/hooks';
import { api, sentenceOf } from '../api.ts';
import { IconButton } from '../../components/Button.tsx';
import { Icon } from '../../components/Icon.tsx';
import { linked, logout, more, recent, unlinked } from '../icons.ts';
import { type Context, objectNamed, refreshing } from '../state/context.ts';
import { links, transcript, unlink } from '../state/links.ts';
import { push, scope, scopesOf, search } from '../state/screens.ts';
import { openScope } from '../state/search.ts';
import { create, leave, refresh } from '../state/work.ts';
import type { RecentRecord } from '../types.ts';
import { Menu } from './Menu.tsx';
import { Popover } from './Popover.tsx';
import { FullView, ObjectIcon, Skeleton } from './Small.tsx';

export function Header({ now }: { now: Context }) {
  const scopes = scopesOf(now.objects);
  const here = scopes.find((one) => one.scope === scope.value);
  const choose = (next: string) => {
    search(next);
    openScope(next);
  };
  const makable = now.objects.filter((one) => one.may_create);
  return (
    <header class="top">
      <Menu
        label={`Search in: ${here?.label ?? 'choose'}`}
        class="slds-button slds-button_neutral scope"
        side="left"
        items={scopes.map((one) => ({
          key: one.scope, label: one.label, chosen: one.scope === scope.value, onChoose: () => choose(one.scope),
        }))}
      >
        <span class="scope-name">{here?.label ?? 'Search'}</span>
        <Icon name="down" />
      </Menu>
      {makable.length > 0 && (
        <Menu
          label="Actions"
          class="slds-button slds-button_neutral actions"
          items={makable.map((one) => ({
            key: one.object, label: `New ${one.label}`, onChoose: () => create(one.object, {}),
          }))}
        >
          Actions <Icon name="down" class="slds-m-left_x-small" />
        </Menu>
      )}
      <QuickLinks />
      <Recent />
      <More now={now} />
    </header>
  );
}

function QuickLinks() {
  const count = links.value.length;
  const label = count === 0 ? 'Quick Links: nothing linked' : `Quick Links: ${count} linked`;
  return (
    <Popover
      label={label}
      title="Quick Links"
      class={`slds-button slds-button_icon slds-button_icon-border-filled quick ${count ? 'quick_linked' : ''}`}
      button={<><Icon name={linked} />{count > 0 && <span class="quick-count">{count}</span>}</>}
    >
      {(close) => count === 0 ? (
        <p class="panel-text">This conversation is not linked to a record yet. Find the visitor and choose Link Chat.</p>
      ) : (
        <ul class="panel-list">
          {links.value.map((one) => (
            <li key={one.object}>
              <ObjectIcon object={one.object} />
              <RecordName record={one} onOpen={close} />
              <FullView url={one.url} name={one.name} />
              <IconButton icon={unlinked} label={`Unlink ${one.name}`} onClick={() => void unlink(one)} />
            </li>
          ))}
        </ul>
      )}
    </Popover>
  );
}

function RecordName({ record, onOpen }: { record: Omit<RecentRecord, 'url'>; onOpen: () => void }) {
  const open = () => {
    onOpen();
    push({ kind: 'record', object: record.object, id: record.id });
  };
  return (
    <span class="panel-name">
      {objectNamed(record.object) ? <button type="button" class="name" onClick={open}>{record.name}</button> : <span>{record.name}</span>}
      <span class="kind">{record.label}</span>
    </span>
  );
}

function Recent() {
  return (
    <Popover label="Recent records" title="Recent records" class="slds-button slds-button_icon slds-button_icon-border-filled" button={<Icon name={recent} />}>
      {(close) => <RecentList onOpen={close} />}
    </Popover>
  );
}

function RecentList({ onOpen }: { onOpen: () => void }) {
  const [records, setRecords] = useState<RecentRecord[] | string | null>(null);
  useEffect(() => {
    api.recent().then((answer) => setRecords(answer.records), (error: unknown) => setRecords(sentenceOf(error)));
  }, []);
  if (records === null) return <Skeleton what="Reading recent records…" rows={3} />;
  if (typeof records === 'string') return <p class="panel-text" role="alert">{records}</p>;
  if (records.length === 0) return <p class="panel-text">You have not looked at any records lately.</p>;
  return (
    <ul class="panel-list">
      {records.map((one) => (
        <li key={one.id}>
          <ObjectIcon object={one.object} />
          <RecordName record={one} onOpen={onOpen} />
          <FullView url={one.url} name={one.name} />
        </li>
      ))}
    </ul>
  );
}

function More({ now }: { now: Context }) {
  const record = transcript.value?.url;
  return (
    <Menu
      label="More"
      class={`slds-button slds-button_icon slds-button_icon-border-filled ${refreshing.value ? 'turning' : ''}`}
      head={
        <div class="who">
          <span>Signed in as</span>
          <strong>{now.user.name}</strong>
          <span>{now.user.username}</span>
        </div>
      }
      items={[
        { key: 'refresh', label: 'Refresh', icon: 'refresh', onChoose: refresh },
        ...(record ? [{ key: 'transcript', label: 'Open the transcript', icon: 'link' as const, href: record }] : []),
        { key: 'out', label: 'Sign out', icon: logout, onChoose: leave },
      ]}
    >
      <Icon name={more} />
    </Menu>
  );
}
