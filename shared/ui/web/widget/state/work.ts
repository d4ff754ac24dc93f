// What people do with the widget as a whole: begin, refresh, make something new.
import { signal } from '@preact/signals';
import { sentenceOf } from '../api.ts';
import type { Parents } from '../types.ts';
import { type Context, ask, context, forgetContext } from './context.ts';
import { changed, draft, dropForm, startForm } from './form.ts';
import { links, readTranscript, transcript, watchTranscript } from './links.ts';
import { hush, tell } from './notice.ts';
import { begin, firstScope, leaveForm, push } from './screens.ts';
import { beginSearch, openScope, refreshSearch, renewSearch } from './search.ts';
import { signOut } from './session.ts';

/** Grows when records should be read again. */
export const freshness = signal(0);
/** What waits for the answer whether an unfinished form may be given up. */
export const question = signal<{ goOn: () => void } | null>(null);

/** Chatlink has answered for the conversation. */
export function onContext(now: Context, before: Context | null): void {
  links.value = now.links;
  transcript.value = now.transcript;
  watchTranscript(now.conversation.id);
  if (before?.conversation.id === now.conversation.id) return renewSearch(now.search.values);
  if (before) {
    dropForm();
    tell('info', 'The widget now shows another conversation.');
  }
  beginSearch(now.search.values);
  const wanted = now.default_screen;
  const scope = firstScope(wanted, now.objects);
  if (scope) begin(scope);
  const create = typeof wanted === 'object' && 'create' in wanted ? wanted.create : null;
  if (!draft.value && create && now.objects.some((one) => one.object === create && one.may_create)) {
    startForm(create, null, {});
    push({ kind: 'form' }, false);
  } else if (scope) openScope(scope);
}

export function onFocus(): void {
  const conversation = context.value?.conversation.id;
  if (conversation && transcript.value?.state === 'waiting') void readTranscript(conversation);
}

/** The session is over, on purpose: nothing of Salesforce stays on the page. */
export function onSignedOut(): void {
  dropForm();
  links.value = [];
  transcript.value = null;
  beginSearch([]);
  forgetContext();
}

export function leave(): void {
  const goOn = () => void signOut().catch((error: unknown) => tell('error', sentenceOf(error)));
  if (changed.value) question.value = { goOn };
  else goOn();
}

export function refresh(): void {
  void ask();
  refreshSearch();
  freshness.value += 1;
}

export function create(object: string, parents: Parents): void {
  openForm(() => startForm(object, null, parents));
}

export function edit(object: string, id: string): void {
  const now = draft.value;
  if (now?.ask.object === object && now.ask.id === id) return push({ kind: 'form' });
  openForm(() => startForm(object, id, {}));
}

function openForm(start: () => void): void {
  const goOn = () => {
    // What was done before would lie over the form's own buttons.
    hush();
    start();
    push({ kind: 'form' });
  };
  if (changed.value) question.value = { goOn };
  else goOn();
}

/** Leaves the form for good; asks first when something would be lost. */
export function cancelForm(): void {
  const goOn = () => {
    dropForm();
    leaveForm();
  };
  if (changed.value) question.value = { goOn };
  else goOn();
}
