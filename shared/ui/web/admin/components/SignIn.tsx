// Signing in, signing in again, and what to do when one may not.
import { signedOut } from '../api.ts';
import { changes } from '../state/draft.ts';
import { signIn } from '../state/session.ts';
import { count } from '../logic/show.ts';
import { Button } from '../../components/Button.tsx';
import { Dialog } from '../../components/Dialog.tsx';

export function SignIn() {
  return (
    <main class="alone">
      <h1 class="slds-text-heading_large">Chatlink Setup</h1>
      <p>You sign in with your Salesforce user. Chatlink asks Salesforce who you are and keeps no password.</p>
      <Button kind="brand" onClick={signIn}>Sign in with Salesforce</Button>
    </main>
  );
}

export function Forbidden({ sentence }: { sentence: string }) {
  return (
    <main class="alone">
      <h1 class="slds-text-heading_large">You need a permission</h1>
      <p role="alert">{sentence}</p>
      <p>
        Ask an administrator of your org to give you one of them, then sign in again. <strong>LP_Admin</strong> is part of
        the Chatlink administrator permission set.
      </p>
      <Button kind="brand" onClick={signIn}>Sign in again</Button>
    </main>
  );
}

export function Failed({ sentence, onAgain }: { sentence: string; onAgain: () => void }) {
  return (
    <main class="alone">
      <h1 class="slds-text-heading_large">Chatlink Setup could not open</h1>
      <p role="alert">{sentence}</p>
      <Button kind="brand" onClick={onAgain}>Try again</Button>
    </main>
  );
}

export function SignInAgain() {
  const unsaved = changes.value.length;
  const close = () => (signedOut.value = false);
  return (
    <Dialog
      title="You were signed out"
      onClose={close}
      actions={
        <>
          <Button onClick={close}>Not now</Button>
          <Button kind="brand" onClick={signIn}>Sign in again</Button>
        </>
      }
    >
      <p>
        Your session has ended. Signing in goes to Salesforce in this tab and comes back to this page.
        {unsaved > 0 && ` Your ${count(unsaved, 'unsaved change')} stay${unsaved === 1 ? 's' : ''} as they are.`}
      </p>
    </Dialog>
  );
}
