// Signing in: as a strip above what the agent is doing, or as the heart of a screen of its own.
import { useEffect } from 'preact/hooks';
import { signInAddress } from '../api.ts';
import { Button } from '../../components/Button.tsx';
import { Icon } from '../../components/Icon.tsx';
import { lock } from '../icons.ts';
import { signedOut } from '../state/gate.ts';
import { cookieRefused, openPopUp, prepare, proof, signIn, windowName } from '../state/session.ts';

export function SignInStrip() {
  if (!signedOut.value) return null;
  return (
    <section class="strip" aria-label="Sign in" role="alert">
      <Icon name={lock} />
      <div class="strip-text">
        <p><strong>You are signed out of Salesforce.</strong> What you typed is kept; sign in and it goes on where it stopped.</p>
        <SignInButton />
      </div>
    </section>
  );
}

export function SignInButton() {
  const ready = proof.value;
  const now = signIn.value;
  useEffect(() => void prepare(), [ready]);
  return (
    <div class="sign-in">
      <Button kind="brand" busy={!ready || now.state === 'finishing'} onClick={openPopUp}>
        {now.state === 'finishing' ? 'Signing in…' : 'Sign in with Salesforce'}
      </Button>
      <p class="hint" role="status">{hintOf(now)}</p>
      {now.state === 'blocked' && ready && (
        <p><a href={signInAddress(ready.challenge)} target={windowName(ready)} rel="opener">Open the sign-in page</a></p>
      )}
    </div>
  );
}

function hintOf(now: typeof signIn.value): string {
  switch (now.state) {
    case 'open':
      return 'Go on in the window that opened. This page continues by itself.';
    case 'blocked':
      return 'The browser blocked the sign-in window. Allow pop-ups for this site in the address bar and try again, or use the link.';
    case 'closed':
      return 'The sign-in window was closed before you were signed in. Try again.';
    case 'refused':
      return now.sentence;
    case 'ready':
      return cookieRefused() ? 'You just signed in, but the browser did not keep it. Allow cookies for this site, then try again.' : '';
    case 'finishing':
      return '';
  }
}
