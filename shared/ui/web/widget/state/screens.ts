// Which screen is shown, and the way back.
import { computed, signal } from '@preact/signals';
import type { DefaultScreen, SObject } from '../types.ts';

export type Screen = { kind: 'search'; scope: string } | { kind: 'record'; object: string; id: string } | { kind: 'form' };

export const PEOPLE = 'people';
const PEOPLE_OBJECTS = ['Account', 'Contact', 'Lead'];

const stack = signal<Screen[]>([]);
/** Counts what a person opened; a screen that came by itself leaves the focus alone. */
export const arrivals = signal(0);

export const screen = computed(() => stack.value.at(-1) ?? null);
/** The search that is shown or that the way back leads to. */
export const scope = computed(() => {
  const under = stack.value.findLast((one) => one.kind === 'search');
  return under?.kind === 'search' ? under.scope : null;
});
export const mayGoBack = computed(() => stack.value.length > 1);

export function scopesOf(objects: readonly SObject[]): { scope: string; label: string }[] {
  const people = objects.some(({ object }) => PEOPLE_OBJECTS.includes(object));
  const each = objects.map((one) => ({ scope: one.object, label: `Search ${one.label_plural}` }));
  return people ? [{ scope: PEOPLE, label: 'People Search' }, ...each] : each;
}

/** The search a conversation starts with. */
export function firstScope(wanted: DefaultScreen | null, objects: readonly SObject[]): string | null {
  const offered = scopesOf(objects).map((one) => one.scope);
  const asked = typeof wanted === 'object' && wanted && 'search' in wanted ? wanted.search : PEOPLE;
  return offered.includes(asked) ? asked : (offered[0] ?? null);
}

/** Without a person's doing: the first screen of a conversation. */
export function begin(first: string): void {
  stack.value = [{ kind: 'search', scope: first }];
}

export function search(next: string): void {
  stack.value = [{ kind: 'search', scope: next }];
  arrivals.value += 1;
}

export function push(next: Screen, byPerson = true): void {
  const top = screen.value;
  if (top && JSON.stringify(top) === JSON.stringify(next)) return;
  stack.value = [...stack.value.filter((one) => !(one.kind === 'form' && next.kind === 'form')), next];
  if (byPerson) arrivals.value += 1;
}

export function back(): void {
  if (stack.value.length > 1) stack.value = stack.value.slice(0, -1);
  arrivals.value += 1;
}

/** Takes the form off the stack and shows `next` instead, if there is one. */
export function leaveForm(next?: Screen): void {
  const rest = stack.value.filter((one) => one.kind !== 'form');
  const same = (a: Screen | undefined) => JSON.stringify(a) === JSON.stringify(next);
  stack.value = next && !same(rest.at(-1)) ? [...rest, next] : rest;
  arrivals.value += 1;
}
