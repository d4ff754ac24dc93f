// What this conversation is linked to, and its transcript.
import { signal } from '@preact/signals';
import { api, sentenceOf } from '../api.ts';
import { count } from '../../components/words.ts';
import type { Link, Transcript } from '../types.ts';
import { context, labelOf } from './context.ts';
import { SignedOut } from './gate.ts';
import { tell } from './notice.ts';

export const links = signal<readonly Link[]>([]);
export const transcript = signal<Transcript | null>(null);
/** The record, or the object, a change of a link is under way for. */
export const busyWith = signal<string | null>(null);
export const syncing = signal(false);

export type Target = { object: string; id: string; name: string };

export const isLinked = (object: string, id: string) => links.value.some((one) => one.object === object && one.id === id);
/** The record a new link would take the place of. */
export const linkedInstead = (object: string, id: string) => links.value.find((one) => one.object === object && one.id !== id);

export async function link({ object, id, name }: Target): Promise<boolean> {
  const conversation = context.value?.conversation;
  if (!conversation || busyWith.value) return false;
  const replaced = linkedInstead(object, id);
  const done = await change(id, () => api.link(conversation.id, object, id));
  if (done) tell('success', `Linked to ${name}.${replaced ? ` The link to ${replaced.name} was replaced.` : ''}`);
  return done;
}

export async function unlink({ object, id, name }: Target): Promise<void> {
  const conversation = context.value?.conversation;
  if (!conversation || busyWith.value) return;
  const done = await change(id, () => api.unlink(conversation.id, object));
  if (done) tell('success', `${labelOf(object)} ${name} is no longer linked.`);
}

async function change(id: string, ask: () => Promise<{ links: Link[] }>): Promise<boolean> {
  busyWith.value = id;
  try {
    links.value = (await ask()).links;
    lookAgain();
    return true;
  } catch (error) {
    if (!(error instanceof SignedOut)) tell('error', sentenceOf(error));
    return false;
  } finally {
    busyWith.value = null;
  }
}

export async function syncChat(): Promise<void> {
  const conversation = context.value?.conversation;
  if (!conversation || syncing.value) return;
  syncing.value = true;
  try {
    const answer = await api.syncChat(conversation.id);
    transcript.value = answer.transcript;
    const fields = answer.changed.length;
    tell('success', fields ? `The transcript was brought up to date: ${count(fields, 'field')} changed.` : 'The transcript was up to date already.');
  } catch (error) {
    if (!(error instanceof SignedOut)) tell('error', sentenceOf(error));
  } finally {
    syncing.value = false;
  }
}

/** Looks for the transcript's record, which is made a few seconds after a conversation opens; ever more rarely. */
const LOOKS_MS = [4_000, 10_000, 30_000, 60_000];
let looking: ReturnType<typeof setTimeout> | undefined;

export function watchTranscript(conversation: string, look = 0): void {
  clearTimeout(looking);
  const wait = LOOKS_MS[look];
  if (transcript.value?.state !== 'waiting' || wait === undefined) return;
  looking = setTimeout(async () => {
    await readTranscript(conversation);
    if (context.value?.conversation.id === conversation) watchTranscript(conversation, look + 1);
  }, wait);
}

/** Linking makes the transcript's record, if it was not there yet. */
export function lookAgain(): void {
  const conversation = context.value?.conversation.id;
  if (conversation && transcript.value?.state === 'waiting') void readTranscript(conversation);
}

/** A look nobody asked for: when it fails, nothing is said. */
export async function readTranscript(conversation: string): Promise<void> {
  try {
    const answer = await api.transcript(conversation);
    if (context.value?.conversation.id !== conversation) return;
    transcript.value = answer.transcript;
    if (!busyWith.value) links.value = answer.links;
  } catch {
    // The next look, or the next context, says it.
  }
}
