// Who is signed in.
import { signal } from '@preact/signals';
import { ApiError, SIGN_IN, api, sentenceOf, signedOut } from '../api.ts';
import type { Me } from '../types.ts';
import { leaveFor, load } from './draft.ts';
import { forget } from './load.ts';

export type Session =
  | { state: 'asking' }
  | { state: 'in'; me: Me }
  | { state: 'out' }
  | { state: 'forbidden'; sentence: string }
  | { state: 'failed'; sentence: string };

export const session = signal<Session>({ state: 'asking' });

export async function startSession(): Promise<void> {
  session.value = { state: 'asking' };
  try {
    const me = await api.me();
    forget();
    session.value = { state: 'in', me };
    signedOut.value = false;
    await load();
  } catch (error) {
    session.value = stateFor(error);
    signedOut.value = false;
  }
}

function stateFor(error: unknown): Session {
  const status = error instanceof ApiError ? error.status : 0;
  if (status === 401) return { state: 'out' };
  if (status === 403) return { state: 'forbidden', sentence: sentenceOf(error) };
  return { state: 'failed', sentence: sentenceOf(error) };
}

export function signIn(): void {
  leaveFor(SIGN_IN);
}

export async function signOut(): Promise<void> {
  try {
    await api.signOut();
  } finally {
    session.value = { state: 'out' };
  }
}
