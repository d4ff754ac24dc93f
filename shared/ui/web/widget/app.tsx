// The widget as a whole: what stands in the way, or the screen the agent is on.
import type { ComponentChildren } from 'preact';
import { Button } from '../components/Button.tsx';
import { Dialog } from '../components/Dialog.tsx';
import { Footer } from './components/Footer.tsx';
import { Header } from './components/Header.tsx';
import { SignInStrip } from './components/SignInStrip.tsx';
import { Skeleton } from './components/Small.tsx';
import { Toast } from './components/Toast.tsx';
import { FormScreen, titleOf } from './screens/Form.tsx';
import { Record } from './screens/Record.tsx';
import { Search } from './screens/Search.tsx';
import { SIGNED_OUT, SILENT, SituationScreen, unreachable } from './screens/Situation.tsx';
import { type Context, ask, context, phase } from './state/context.ts';
import { changed, draft } from './state/form.ts';
import { signedOut } from './state/gate.ts';
import { push, screen } from './state/screens.ts';
import { cancelForm, question } from './state/work.ts';
import type { Situation } from './types.ts';

export function App() {
  const standing = phase.value;
  switch (standing.kind) {
    case 'waiting':
      if (signedOut.value) return <Obstacle situation={SIGNED_OUT} onAgain={() => void ask()} />;
      return <Alone><h1 class="slds-assistive-text">Chatlink</h1><div class="opening"><Skeleton what="Waiting for the conversation…" /></div></Alone>;
    case 'silent':
      return <Obstacle situation={SILENT} onAgain={() => location.reload()} />;
    case 'failed':
      return <Obstacle situation={unreachable(standing.sentence)} onAgain={() => void ask()} />;
    case 'situation':
      return <Obstacle situation={standing.situation} onAgain={() => void ask()} />;
    case 'ready':
      return context.value && <Work now={context.value} />;
  }
}

function Alone({ children, strip = true }: { children: ComponentChildren; strip?: boolean }) {
  return (
    <div class="widget">
      {strip && <SignInStrip />}
      <main class="content">{children}</main>
      <Toast />
    </div>
  );
}

function Obstacle({ situation, onAgain }: { situation: Situation; onAgain: () => void }) {
  return (
    <Alone strip={situation.kind !== 'not_signed_in'}>
      <SituationScreen situation={situation} onAgain={onAgain} />
    </Alone>
  );
}

function Work({ now }: { now: Context }) {
  return (
    <div class="widget">
      <Header now={now} />
      <SignInStrip />
      <Unfinished />
      <main class="content"><Screen /></main>
      <Footer now={now} />
      <Toast />
      {question.value && <Question goOn={question.value.goOn} />}
    </div>
  );
}

function Screen() {
  const shown = screen.value;
  if (!shown) return null;
  switch (shown.kind) {
    case 'search':
      return <Search key={shown.scope} scope={shown.scope} />;
    case 'record':
      return <Record key={shown.id} object={shown.object} id={shown.id} />;
    case 'form':
      return draft.value && <FormScreen now={draft.value} />;
  }
}

/** A form that was left for another screen and waits with what was typed. */
function Unfinished() {
  const waiting = draft.value;
  if (!waiting || !changed.value || screen.value?.kind === 'form') return null;
  return (
    <section class="unfinished" aria-label="Unfinished form">
      <span class="unfinished-text">“{titleOf(waiting)}” is not saved yet.</span>
      <Button kind="base" onClick={() => push({ kind: 'form' })}>Continue</Button>
      <Button kind="base" onClick={cancelForm}>Discard</Button>
    </section>
  );
}

/** Something typed would be lost. */
function Question({ goOn }: { goOn: () => void }) {
  const waiting = draft.value;
  const close = () => (question.value = null);
  const lose = () => {
    close();
    goOn();
  };
  return (
    <Dialog
      title="Discard what you typed?"
      onClose={close}
      actions={
        <>
          <Button kind="destructive" onClick={lose}>Discard</Button>
          <Button kind="brand" onClick={() => { close(); push({ kind: 'form' }); }}>Keep editing</Button>
        </>
      }
    >
      <p>“{waiting ? titleOf(waiting) : 'The form'}” has changes that are not saved.</p>
    </Dialog>
  );
}
