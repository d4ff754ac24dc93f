// What the org says about one object. Nothing is asked before the account is activated.
import { api } from '../api.ts';
import type { ObjectDescription, Parameter } from '../types.ts';
import { saved } from './draft.ts';
import { type Loaded, once, useLoaded } from './load.ts';

const NOTHING = Promise.resolve(undefined);

function isActive(): boolean {
  return saved.value?.configuration.active ?? false;
}

export function useDescription(object: string): Loaded<ObjectDescription | undefined> {
  const ask = isActive() && object !== '';
  return useLoaded(() => (ask ? once(`object ${object}`, () => api.object(object)) : NOTHING), [object, ask]);
}

export function useParameters(): Loaded<Parameter[] | undefined> {
  const ask = isActive();
  return useLoaded(() => (ask ? once('parameters', async () => (await api.parameters()).parameters) : NOTHING), [ask]);
}
