// The calls of the admin API. Every failure is an ApiError whose message says what happened and the way out.
import { signal } from '@preact/signals';
import { sentence } from './logic/show.ts';
import type * as t from './types.ts';

const BASE = '/api/admin';
export const SIGN_IN = `${BASE}/sign-in`;

/** Set as soon as an answer says that nobody is signed in; the page then asks to sign in again. */
export const signedOut = signal(false);

export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly code: string | null = null,
    readonly problems: t.Problem[] = [],
  ) {
    super(message);
  }
}

type Options = { body?: unknown; headers?: Record<string, string>; signal?: AbortSignal | undefined };

async function call<Answer>(method: string, path: string, options: Options = {}): Promise<Answer> {
  const response = await send(method, path, options);
  if (!response.ok) throw await refusal(response);
  if (response.status === 204) return undefined as Answer;
  return (await response.json().catch(() => {
    throw new ApiError(response.status, 'The answer could not be read. Load the page again; if it stays so, look at the deployment.');
  })) as Answer;
}

async function send(method: string, path: string, { body, headers, signal }: Options): Promise<Response> {
  const init: RequestInit = { method, headers: { accept: 'application/json', ...headers }, credentials: 'same-origin' };
  if (signal) init.signal = signal;
  if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers = { ...init.headers, 'content-type': 'application/json' };
  }
  try {
    return await fetch(BASE + path, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError(0, 'Chatlink did not answer. Check your connection and try again; nothing was lost.');
  }
}

async function refusal(response: Response): Promise<ApiError> {
  const said = (await response.json().catch(() => ({}))) as {
    detail?: string;
    code?: string;
    problems?: t.Problem[];
  };
  if (response.status === 401) signedOut.value = true;
  const told = said.detail ? sentence(said.detail) : usual(response.status);
  return new ApiError(response.status, told, said.code ?? null, said.problems ?? []);
}

function usual(status: number): string {
  if (status === 401) return 'You are not signed in. Sign in and try again.';
  if (status === 403) return 'You may not do this. Ask an administrator of the org for the permission.';
  if (status === 404) return 'This does not exist (any more). Go back and load the list again.';
  if (status >= 500) return 'Chatlink could not do this just now. Try again in a minute; the event log may say more.';
  return `Chatlink refused this (status ${status}). Check what you entered and try again.`;
}

function query(parameters: Record<string, string | number | null | undefined>): string {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== null && value !== '');
  return given.length ? `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}` : '';
}

export type LogView = { category?: string; run?: string; conversation?: string; limit?: number; after?: string };

const one = encodeURIComponent;

export const api = {
  me: () => call<t.Me>('GET', '/me'),
  signOut: () => call<void>('POST', '/sign-out'),
  configuration: () => call<t.Versioned>('GET', '/configuration'),
  save: (configuration: t.Configuration, version: number) =>
    call<{ version: number } | undefined>('PUT', '/configuration', {
      body: configuration,
      headers: { 'if-match': `"${version}"` },
    }),
  check: (configuration: t.Configuration) =>
    call<{ problems: t.Problem[] }>('POST', '/configuration/check', { body: configuration }),
  audit: (before?: number) => call<t.AuditPage>('GET', `/audit${query({ before })}`),
  secrets: () => call<t.SecretsSet>('GET', '/secrets'),
  setLivePerson: (secret: t.LivePersonSecret) => call<void>('PUT', '/secrets/liveperson', { body: secret }),
  setSalesforce: (secret: t.SalesforceSecret) => call<void>('PUT', '/secrets/salesforce', { body: secret }),
  acceptTerms: () => call<{ version: number }>('POST', '/terms'),
  activate: () => call<{ version: number }>('POST', '/activation'),
  deactivate: () => call<{ version: number }>('DELETE', '/activation'),
  objects: () => call<{ objects: t.ObjectName[] }>('GET', '/salesforce/objects'),
  object: (object: string) => call<t.ObjectDescription>('GET', `/salesforce/objects/${one(object)}`),
  skills: () => call<{ skills: t.Skill[] }>('GET', '/liveperson/skills'),
  parameters: () => call<{ parameters: t.Parameter[] }>('GET', '/parameters'),
  preview: (configuration: t.Configuration) =>
    call<{ conversations: t.PreviewConversation[] }>('POST', '/preview', { body: { configuration } }),
  records: (object: string, field: string, q: string, signal?: AbortSignal) =>
    call<{ records: t.RecordChoice[] }>('GET', `/salesforce/objects/${one(object)}/fields/${one(field)}/records${query({ q })}`, {
      signal,
    }),
  testAddress: (side: 'chat_api' | 'messaging_api', address: string, signal?: AbortSignal) =>
    call<t.AddressAnswer>('POST', '/addresses/test', { body: { side, address }, signal }),
  schedules: () => call<t.Schedules>('GET', '/schedules'),
  startRun: (from: string, to: string, dry_run: boolean) =>
    call<{ run: string }>('POST', '/runs', { body: { from, to, dry_run } }),
  runs: () => call<{ runs: t.Run[] }>('GET', '/runs'),
  run: (run: string) => call<t.RunDetail>('GET', `/runs/${one(run)}`),
  cancelRun: (run: string) => call<t.Run>('POST', `/runs/${one(run)}/cancel`),
  resumeRun: (run: string) => call<t.Run>('POST', `/runs/${one(run)}/resume`),
  log: (view: LogView) => call<t.LogPage>('GET', `/log${query(view)}`),
  logCsv: (view: LogView) => `${BASE}/log.csv${query({ ...view, limit: undefined, after: undefined })}`,
  quarantine: () => call<{ conversations: t.Quarantined[] }>('GET', '/quarantine'),
  retry: (conversation: string) => call<unknown>('POST', `/quarantine/${one(conversation)}/retry`),
  dismiss: (conversation: string) => call<unknown>('POST', `/quarantine/${one(conversation)}/dismiss`),
  transcripts: (after?: string) => call<t.TranscriptPage>('GET', `/transcripts${query({ after })}`),
  widgetSetup: () => call<t.WidgetSetup>('GET', '/widget-setup'),
};

/** What to tell a person about a failure. */
export function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
