import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError, api } from './api.ts';
import { SignedOut, dismiss, open, signedOut } from './state/gate.ts';

type Sent = { url: string; method: string | undefined; body: unknown };

/** Answers one call after the other, and says what was sent. */
function answering(...answers: (Response | Error)[]): Sent[] {
  const sent: Sent[] = [];
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    sent.push({ url, method: init.method, body: typeof init.body === 'string' ? JSON.parse(init.body) : undefined });
    const answer = answers.shift();
    if (!answer || answer instanceof Error) throw answer ?? new Error('asked too often');
    return answer;
  });
  return sent;
}

const json = (status: number, body: unknown, headers: Record<string, string> = {}) => new Response(JSON.stringify(body), { status, headers });

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('a call', () => {
  it('writes names into the address so that they stay names', async () => {
    const sent = answering(json(200, { records: [] }));
    await api.lookup('Case', 'Account/Id', 'a&b');
    expect(sent[0]?.url).toBe('/api/widget/lookups/Case/Account%2FId?q=a%26b');
  });

  it('waits for the sign-in and is repeated with what is on the page then', async () => {
    let typed = 'before';
    const sent = answering(json(401, {}), json(200, { situation: null }));
    const answer = api.context(() => typed);
    await vi.waitFor(() => expect(signedOut.value).toBe(true));
    typed = 'after';
    open();
    expect(await answer).toEqual({ situation: null });
    expect(sent.map((one) => one.body)).toEqual([{ context: 'before' }, { context: 'after' }]);
    expect(signedOut.value).toBe(false);
  });

  it('is given up when the person signs out instead', async () => {
    answering(json(401, {}));
    const answer = api.recent().catch((error: unknown) => error);
    await vi.waitFor(() => expect(signedOut.value).toBe(true));
    dismiss();
    expect(await answer).toBeInstanceOf(SignedOut);
  });

  it('does not wait at the gate when it is the sign-in itself', async () => {
    answering(json(401, { detail: 'the code is used' }));
    await expect(api.session('code', 'nonce')).rejects.toThrow('The code is used.');
    expect(signedOut.value).toBe(false);
  });

  it('waits a short time when there were too many, and says so when it would be long', async () => {
    const sent = answering(json(429, {}, { 'retry-after': '2' }), json(200, { records: [] }), json(429, {}, { 'retry-after': '60' }));
    const answer = api.recent();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(await answer).toEqual({ records: [] });
    expect(sent).toHaveLength(2);
    await expect(api.recent()).rejects.toThrow('Wait 60 seconds');
  });

  it.each([
    [json(422, { detail: 'no', problems: [{ path: 'values.A', code: 'x', sentence: 'A is wrong.' }] }), 422, 'No.'],
    [json(404, {}), 404, 'does not exist'],
    [json(503, {}), 503, 'Salesforce does not answer'],
    [new TypeError('offline'), 0, 'Check your connection'],
    [new Response('<html>', { status: 200 }), 200, 'could not be read'],
  ])('that fails says what happened (%#)', async (answer, status, words) => {
    answering(answer);
    const error = await api.recent().catch((failure: unknown) => failure);
    expect(error).toBeInstanceOf(ApiError);
    expect((error as ApiError).status).toBe(status);
    expect((error as ApiError).message).toContain(words);
  });
});
