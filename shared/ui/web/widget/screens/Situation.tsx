// When there is nothing to work with: what is the matter, why, and the way out.
import { Button } from '../../components/Button.tsx';
import { Icon, type Drawing, type IconName } from '../../components/Icon.tsx';
import { SignInButton } from '../components/SignInStrip.tsx';
import { lock, offline, recent } from '../icons.ts';
import { leave } from '../state/work.ts';
import type { Kind, Situation } from '../types.ts';

const ICONS: Record<Kind, IconName | Drawing> = {
  conversation_missing: recent,
  skill_missing: recent,
  skill_not_enabled: 'info',
  skill_without_objects: 'info',
  not_signed_in: lock,
  no_permission: lock,
  deactivated: 'info',
  not_configured: 'info',
  wrong_account: 'warning',
  salesforce_unreachable: offline,
};

/** LivePerson's part of the page does not answer. */
export const SILENT: Situation = {
  kind: 'conversation_missing',
  title: 'Session waiting to initialise',
  cause: 'LivePerson has not told the widget about the conversation. Its script did not load, or the widget was opened outside of the agent workspace.',
  way_out: 'Open the widget beside a conversation in LivePerson. If it is, reload the widget; if that does not help, tell your administrator.',
};

/** The very first answer was that nobody is signed in. */
export const SIGNED_OUT: Situation = {
  kind: 'not_signed_in',
  title: 'Sign in to Salesforce',
  cause: 'Chatlink shows what your Salesforce user may see, so it needs to know who you are.',
  way_out: 'A window opens for signing in, and closes by itself.',
};

export const unreachable = (sentence: string): Situation => ({
  kind: 'salesforce_unreachable',
  title: 'Chatlink does not answer',
  cause: sentence,
  way_out: 'Wait a moment and try again. If it stays so, tell your administrator.',
});

export function SituationScreen({ situation, onAgain }: { situation: Situation; onAgain: () => void }) {
  const { kind, title, cause, way_out } = situation;
  return (
    <section class="situation" data-situation={kind}>
      <span class="situation-icon"><Icon name={ICONS[kind] ?? 'info'} /></span>
      <div role="status">
        <h1 class="heading">{title}</h1>
        <p>{cause}</p>
        <p>{way_out}</p>
      </div>
      {kind === 'not_signed_in' ? (
        <SignInButton />
      ) : (
        <div class="choices">
          <Button kind={kind === 'salesforce_unreachable' ? 'brand' : 'neutral'} icon="refresh" onClick={onAgain}>Try again</Button>
          {kind === 'no_permission' && <Button onClick={leave}>Sign in as somebody else</Button>}
        </div>
      )}
    </section>
  );
}
