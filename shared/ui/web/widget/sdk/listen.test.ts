import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PATIENCE_MS, QUIET_MS, SILENCE_MS, listen } from './listen.ts';
import type { AgentSdk, Change } from './liveperson.ts';
import type { Model } from './model.ts';

type Bound = { changed: (change: Change) => void; done: (error?: unknown) => void };

function fake() {
  const bound = new Map<string, Bound>();
  const sdk: AgentSdk = { init: () => {}, bind: (path, changed, done) => void bound.set(path, { changed, done }) };
  return { bound, sdk };
}

function attend(find: () => AgentSdk | undefined) {
  const [models, onSilence] = [[] as Model[], vi.fn()];
  listen({ find, onRest: (model) => models.push(model), onSilence, onFocus: () => {} });
  return { models, onSilence };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('listening to LivePerson', () => {
  it('tells one model once every path has answered', () => {
    const { bound, sdk } = fake();
    const { models } = attend(() => sdk);
    for (const [path, { changed, done }] of bound) {
      if (path === 'chatInfo') changed({ key: path, newValue: { rtSessionId: '4711' } });
      done(path === 'SDE' ? new Error('not there yet') : undefined);
    }
    vi.advanceTimersByTime(QUIET_MS);
    expect(models).toEqual([{ chatInfo: { rtSessionId: '4711' } }]);
  });

  it('gathers quick changes into one', () => {
    const { bound, sdk } = fake();
    const { models } = attend(() => sdk);
    for (const { done } of bound.values()) done();
    vi.advanceTimersByTime(QUIET_MS);
    for (let n = 0; n < 5; n += 1) {
      bound.get('visitorInfo')?.changed({ key: 'visitorInfo', newValue: { n } });
      vi.advanceTimersByTime(QUIET_MS / 2);
    }
    vi.advanceTimersByTime(QUIET_MS);
    expect(models).toEqual([{}, { visitorInfo: { n: 4 } }]);
  });

  it('does not wait for ever for a silent path', () => {
    const { bound, sdk } = fake();
    const { models, onSilence } = attend(() => sdk);
    bound.get('chatInfo')?.changed({ key: 'chatInfo', newValue: { rtSessionId: '1' } });
    vi.advanceTimersByTime(QUIET_MS);
    expect(models).toEqual([]);
    vi.advanceTimersByTime(PATIENCE_MS);
    expect(models).toEqual([{ chatInfo: { rtSessionId: '1' } }]);
    vi.advanceTimersByTime(SILENCE_MS);
    expect(onSilence).not.toHaveBeenCalled();
  });

  it('says when nothing answers, and takes an SDK that comes late', () => {
    const { bound, sdk } = fake();
    let late: AgentSdk | undefined;
    const { models, onSilence } = attend(() => late);
    vi.advanceTimersByTime(SILENCE_MS);
    expect(onSilence).toHaveBeenCalledOnce();
    late = sdk;
    vi.advanceTimersByTime(1_000);
    bound.get('chatInfo')?.changed({ key: 'chatInfo', newValue: {} });
    vi.advanceTimersByTime(PATIENCE_MS + QUIET_MS);
    expect(models).toEqual([{ chatInfo: {} }]);
  });

  it('says when the SDK is there and deaf', () => {
    const { sdk } = fake();
    const { models, onSilence } = attend(() => sdk);
    vi.advanceTimersByTime(SILENCE_MS);
    expect(onSilence).toHaveBeenCalledOnce();
    expect(models).toEqual([]);
  });
});
