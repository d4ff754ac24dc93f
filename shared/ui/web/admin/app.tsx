// The page as a whole: who may see it, and the frame around the sections.
import { signedOut } from './api.ts';
import { Button } from '../components/Button.tsx';
import { Navigation } from './components/Navigation.tsx';
import { Overtaken } from './components/Overtaken.tsx';
import { Note } from '../components/Note.tsx';
import { SaveBar } from './components/SaveBar.tsx';
import { Failed, Forbidden, SignIn, SignInAgain } from './components/SignIn.tsx';
import { Section } from './routes.tsx';
import { draft, load, loadError, overtaken } from './state/draft.ts';
import { session, signOut, startSession } from './state/session.ts';
import type { Me } from './types.ts';

export function App() {
  const current = session.value;
  switch (current.state) {
    case 'asking':
      return <main class="alone"><p role="status">Opening Chatlink Setup…</p></main>;
    case 'out':
      return <SignIn />;
    case 'forbidden':
      return <Forbidden sentence={current.sentence} />;
    case 'failed':
      return <Failed sentence={current.sentence} onAgain={startSession} />;
    case 'in':
      return <Frame me={current.me} />;
  }
}

function Frame({ me: { name, user } }: { me: Me }) {
  return (
    <div class="frame">
      <a class="skip" href="#content">Skip to the content</a>
      <header class="bar">
        <span class="brand">Chatlink <span class="brand-light">Setup</span></span>
        <span class="bar-user">{name ?? 'API key'}{user && ` (${user})`}</span>
        <Button onClick={signOut}>Sign out</Button>
      </header>
      <Navigation />
      <main id="content" class="content" tabIndex={-1}>
        {loadError.value && (
          <Note kind="error">The settings could not be read. {loadError.value} <Button kind="base" onClick={load}>Try again</Button></Note>
        )}
        {draft.value ? <Section /> : !loadError.value && <p class="loading" role="status">Reading the settings…</p>}
      </main>
      <SaveBar />
      {overtaken.value && <Overtaken theirs={overtaken.value} />}
      {signedOut.value && <SignInAgain />}
    </div>
  );
}
