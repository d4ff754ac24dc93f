// The calls of the widget's API. A call that needs a sign-in waits for it; every other failure is an ApiError whose
// message says what happened and the way out.
import { sentence } from '../components/words.ts';
import { untilSignedIn } from './state/gate.ts';
import type * as t from './types.ts';

const BASE = '/api/widget';
export const signInAddress = (challenge: string) => `${BASE}/sign-in?frame=${encodeURIComponent(challenge)}`;

export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly said: { code?: string; problems?: t.Problem[]; duplicates?: t.Duplicates; changed?: t.Changed } = {},
  ) {
    super(message);
  }
}

/** The skill that decides what a call works with, as the context's answer names it. */
let skill = '';

/** `body` is asked for at every attempt, so that what is repeated after a sign-in is what is on the page then. */
type Options = { body?: () => unknown; openGate?: boolean };

/** Longer waits than this are left to the person. */
const LONGEST_WAIT_S = 10;
const ATTEMPTS = 3;

async function call<Answer>(method: string, path: string, { body, openGate = false }: Options = {}): Promise<Answer> {
  for (let attempt = 1; ; attempt += 1) {
    const response = await send(method, path, body?.());
    if (response.ok) return (response.status === 204 ? undefined : await read(response)) as Answer;
    const wait = Number(response.headers.get('retry-after')) || 1;
    if (response.status === 401 && !openGate) await untilSignedIn();
    else if (response.status === 429 && wait <= LONGEST_WAIT_S && attempt < ATTEMPTS) await seconds(wait);
    else throw await refusal(response, wait);
  }
}

async function send(method: string, path: string, body: unknown): Promise<Response> {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (skill) headers['x-chatlink-skill'] = skill;
  const init: RequestInit = { method, headers, credentials: 'same-origin' };
  if (body !== undefined) {
    init.body = JSON.stringify(body);
    headers['content-type'] = 'application/json';
  }
  try {
    return await fetch(BASE + path, init);
  } catch {
    throw new ApiError(0, 'Chatlink did not answer. Check your connection and try again; nothing you typed is lost.');
  }
}

function read(response: Response): Promise<unknown> {
  return response.json().catch(() => {
    throw new ApiError(response.status, 'The answer could not be read. Try again; if it stays so, tell your administrator.');
  });
}

async function refusal(response: Response, wait: number): Promise<ApiError> {
  const said = (await response.json().catch(() => ({}))) as ApiError['said'] & { detail?: string };
  return new ApiError(response.status, said.detail ? sentence(said.detail) : usual(response.status, wait), said);
}

function usual(status: number, wait: number): string {
  if (status === 403) return 'You may not do this. Ask your administrator for the permission.';
  if (status === 404) return 'This does not exist any more, or you may not see it.';
  if (status === 429) return `Too many requests at once. Wait ${wait} seconds and try again.`;
  if (status === 502 || status === 503 || status === 504) return 'Salesforce does not answer just now. Try again in a minute.';
  if (status >= 500) return 'Chatlink could not do this just now. Try again in a minute.';
  return `Chatlink refused this (status ${status}). Check what you entered and try again.`;
}

const seconds = (n: number) => new Promise((done) => setTimeout(done, n * 1_000));
const one = encodeURIComponent;
const query = (given: Record<string, string>) => `?${new URLSearchParams(given)}`;

export const api = {
  session: (code: string, nonce: string) => call<void>('POST', '/session', { body: () => ({ code, nonce }), openGate: true }),
  signOut: () => call<void>('POST', '/sign-out', { openGate: true }),
  context: async (context: () => unknown) => {
    const answer = await call<t.ContextAnswer>('POST', '/context', { body: () => ({ context: context() }) });
    skill = answer.skill?.id ?? '';
    return answer;
  },
  search: (scope: string, values: string[], conversation: string) =>
    call<t.Found>('POST', '/search', { body: () => ({ scope, values, conversation }) }),
  record: (object: string, id: string, conversation: string) =>
    call<t.RecordAnswer>('GET', `/records/${one(object)}/${one(id)}${query({ conversation })}`),
  form: (request: t.FormRequest) => call<t.Form>('POST', '/forms', { body: () => request }),
  save: (request: () => t.SaveRequest) => call<t.Saved>('POST', '/records', { body: request }),
  link: (conversation: string, object: string, id: string) =>
    call<{ links: t.Link[] }>('POST', '/links', { body: () => ({ conversation, object, id }) }),
  unlink: (conversation: string, object: string) =>
    call<{ links: t.Link[] }>('DELETE', `/links${query({ conversation, object })}`),
  lookup: (object: string, field: string, q: string) =>
    call<{ records: t.LookupRecord[] }>('GET', `/lookups/${one(object)}/${one(field)}${query({ q })}`),
  recent: () => call<{ records: t.RecentRecord[] }>('GET', '/recent'),
  transcript: (conversation: string) =>
    call<{ transcript: t.Transcript; links: t.Link[] }>('GET', `/transcript${query({ conversation })}`),
  syncChat: (conversation: string) =>
    call<{ transcript: t.Transcript; changed: string[] }>('POST', '/sync-chat', { body: () => ({ conversation }) }),
};

/** What to tell a person about a failure. */
export function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
