// What is searched for, and what was found, one result for each scope.
import { signal } from '@preact/signals';
import { api, sentenceOf } from '../api.ts';
import { mergeTerms, sameTerms } from '../logic/terms.ts';
import type { Found, SearchValue } from '../types.ts';
import { context } from './context.ts';
import { SignedOut } from './gate.ts';
import { scope as shownScope } from './screens.ts';

export type Result = { found?: Found; error?: string; searching: boolean; asked: string[] };

/** The search values as chips. */
export const terms = signal<readonly SearchValue[]>([]);
/** Values LivePerson has learnt since, while the agent was looking at results. */
export const offered = signal<readonly SearchValue[] | null>(null);
export const results = signal<Readonly<Record<string, Result>>>({});
/** What is being typed. */
export const typing = signal('');

let given: readonly SearchValue[] = [];
let turns = 0;
/** The search of each scope whose answer is still wanted. */
const wanted = new Map<string, number>();

export function beginSearch(values: readonly SearchValue[]): void {
  given = values;
  terms.value = mergeTerms(values);
  clear();
  offered.value = null;
  typing.value = '';
}

/** New values of the same conversation. Results somebody looks at do not change under their hands. */
export function renewSearch(values: readonly SearchValue[]): void {
  if (sameTerms(values, given)) return;
  const touched = !sameTerms(terms.value, mergeTerms(given));
  given = values;
  const shown = shownScope.value ? results.value[shownScope.value] : undefined;
  if (touched || (shown?.found?.rows.length ?? 0) > 0) {
    offered.value = mergeTerms(values);
    return;
  }
  useTerms(mergeTerms(values));
}

export function useTerms(values: readonly SearchValue[]): void {
  offered.value = null;
  terms.value = values;
  clear();
  if (shownScope.value && context.value?.search.on_load) void run(shownScope.value);
}

/** Searches when a scope is opened for the first time, if that is wanted. */
export function openScope(scope: string): void {
  if (results.value[scope] || !context.value?.search.on_load || terms.value.length === 0) return;
  void run(scope);
}

/** Searches with the chips and with what is still being typed. */
export async function run(scope: string): Promise<void> {
  takeTyped();
  const conversation = context.value?.conversation.id;
  const values = terms.value.map((term) => term.value);
  if (!conversation || values.length === 0) return;
  const mine = (turns += 1);
  wanted.set(scope, mine);
  const before = results.value[scope];
  put(scope, { ...(before?.found && { found: before.found }), searching: true, asked: values });
  try {
    const found = await api.search(scope, values, conversation);
    if (mine === wanted.get(scope)) put(scope, { found, searching: false, asked: values });
  } catch (error) {
    if (mine !== wanted.get(scope)) return;
    if (error instanceof SignedOut) put(scope, undefined);
    else put(scope, { error: sentenceOf(error), searching: false, asked: values });
  }
}

export function takeTyped(): void {
  const typed = typing.value.trim();
  if (!typed) return;
  terms.value = mergeTerms([...terms.value, { label: '', value: typed }]);
  typing.value = '';
}

/** Everything found so far may be old: another search reads it again. */
export function refreshSearch(): void {
  const shown = shownScope.value;
  const kept = shown ? results.value[shown] : undefined;
  results.value = shown && kept ? { [shown]: kept } : {};
  if (shown && (kept || context.value?.search.on_load)) void run(shown);
}

function clear(): void {
  results.value = {};
  wanted.clear();
}

function put(scope: string, result: Result | undefined): void {
  const { [scope]: _, ...others } = results.value;
  results.value = result ? { ...others, [scope]: result } : others;
}
