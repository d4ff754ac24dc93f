// Settings are shown but not changed until the account is activated.
import type { ComponentChildren } from 'preact';
import { saved } from '../state/draft.ts';
import { href } from '../state/route.ts';
import { Note } from '../../components/Note.tsx';

export function Locked({ children }: { children: ComponentChildren }) {
  const active = saved.value?.configuration.active ?? false;
  return (
    <>
      {!active && (
        <Note kind="warning">
          These settings are read-only, because the account is not activated: lists of fields, objects and skills come
          from Salesforce and LivePerson. Enter the keys and activate in <a href={href('/account')}>Account settings</a>.
        </Note>
      )}
      <fieldset class="plain" disabled={!active}>{children}</fieldset>
    </>
  );
}
