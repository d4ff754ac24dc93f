// The conversation beside the widget: what LivePerson says of it, and what Chatlink answers to that.
import { signal } from '@preact/signals';
import { api, sentenceOf } from '../api.ts';
import { listen } from '../sdk/listen.ts';
import { sdk } from '../sdk/liveperson.ts';
import { type Model, fit, print } from '../sdk/model.ts';
import type { ContextAnswer, Situation } from '../types.ts';
import { SignedOut, signedOut } from './gate.ts';

/** An answer without a situation has all its members. */
export type Context = { [Member in Exclude<keyof ContextAnswer, 'situation'>]: NonNullable<ContextAnswer[Member]> };

export type Phase =
  | { kind: 'waiting' }
  | { kind: 'silent' }
  | { kind: 'failed'; sentence: string }
  | { kind: 'situation'; situation: Situation }
  | { kind: 'ready' };

export const phase = signal<Phase>({ kind: 'waiting' });
export const context = signal<Context | null>(null);
/** The context is being asked for again. */
export const refreshing = signal(false);

const LARGEST = 127 * 1_024;

let model: Model | null = null;
let posted = '';
let asking = false;
let onContext: (now: Context, before: Context | null) => void = () => {};

export function startContext(each: typeof onContext, onFocus: () => void): void {
  onContext = each;
  listen({
    find: sdk,
    onRest: (rested) => {
      model = rested;
      if (print(rested) !== posted) void ask();
    },
    onSilence: () => {
      if (!model) phase.value = { kind: 'silent' };
    },
    onFocus,
  });
}

/** The model as it may be sent. */
export function modelToSend(): Model {
  return fit(model ?? {}, LARGEST);
}

/** Asks with what LivePerson says now; what changes meanwhile is asked for afterwards. */
export async function ask(): Promise<void> {
  if (asking || !model) return;
  asking = true;
  refreshing.value = true;
  if (!context.value) phase.value = { kind: 'waiting' };
  try {
    const answer = await api.context(() => {
      posted = print(model ?? {});
      return modelToSend();
    });
    take(answer);
  } catch (error) {
    if (error instanceof SignedOut) return;
    // Who is at work already is told when the next thing they do fails.
    if (!context.value) phase.value = { kind: 'failed', sentence: sentenceOf(error) };
  } finally {
    asking = false;
    refreshing.value = false;
  }
  if (print(model) !== posted) void ask();
}

function take({ situation, ...answer }: ContextAnswer): void {
  const before = context.value;
  if (situation?.kind === 'not_signed_in' && before) {
    signedOut.value = true;
    return;
  }
  if (situation?.kind === 'salesforce_unreachable' && before) return;
  if (situation) {
    phase.value = { kind: 'situation', situation };
    return;
  }
  const now = whole(answer);
  context.value = now;
  phase.value = { kind: 'ready' };
  onContext(now, before);
}

function whole(answer: Omit<ContextAnswer, 'situation'>): Context {
  return {
    user: answer.user ?? { name: '', username: '' },
    conversation: answer.conversation ?? { id: '', channel: '' },
    skill: answer.skill ?? { id: '', name: '' },
    default_screen: answer.default_screen ?? 'people_search',
    search: answer.search ?? { on_load: false, editable: true, values: [] },
    objects: answer.objects ?? [],
    links: answer.links ?? [],
    transcript: answer.transcript ?? { record: null, url: null, state: 'waiting', last_synced: null, may_sync: false },
  };
}

/** Nobody is signed in any more: what Salesforce told is put away. */
export function forgetContext(): void {
  context.value = null;
  posted = '';
  void ask();
}

export const objectNamed = (object: string) => context.value?.objects.find((one) => one.object === object);
export const labelOf = (object: string) => objectNamed(object)?.label ?? object;
