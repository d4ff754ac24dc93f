import { beforeEach, describe, expect, it, vi } from 'vitest';
import { type Context, context } from './context.ts';
import { begin, search } from './screens.ts';
import { beginSearch, offered, openScope, renewSearch, results, run, terms, typing, useTerms } from './search.ts';

const value = (text: string) => ({ label: '', value: text });
const found = (id: string) => ({ rows: [{ id, object: 'Contact', reasons: [], children: [] }], more: false, exact: null });

let asked: { scope: string; values: string[]; answer: (body: unknown) => Promise<void> }[] = [];

beforeEach(() => {
  asked = [];
  vi.stubGlobal('fetch', (_: string, init: RequestInit) => {
    const { scope, values } = JSON.parse(String(init.body)) as { scope: string; values: string[] };
    return new Promise<Response>((done) => {
      const answer = async (body: unknown) => {
        done(new Response(JSON.stringify(body)));
        await new Promise((later) => setTimeout(later));
      };
      asked.push({ scope, values, answer });
    });
  });
  context.value = {
    user: { name: '', username: '' }, conversation: { id: 'c1', channel: 'chat' }, skill: { id: '', name: '' },
    default_screen: 'people_search', search: { on_load: true, editable: true, values: [] }, objects: [], links: [],
    transcript: { record: null, url: null, state: 'open', last_synced: null, may_sync: false },
  } satisfies Context;
  begin('people');
  beginSearch([value('ada@mail.example'), value('Quill')]);
});

describe('searching', () => {
  it('runs by itself once for each scope', async () => {
    openScope('people');
    openScope('people');
    expect(asked.map((one) => [one.scope, one.values])).toEqual([['people', ['ada@mail.example', 'Quill']]]);
    await asked[0]?.answer(found('003'));
    expect(results.value['people']).toMatchObject({ searching: false, found: { rows: [{ id: '003' }] } });
  });

  it('keeps the answers of two scopes apart, whichever comes first', async () => {
    openScope('people');
    search('Case');
    openScope('Case');
    await asked[1]?.answer(found('500'));
    await asked[0]?.answer(found('003'));
    expect(results.value['people']?.found?.rows[0]?.id).toBe('003');
    expect(results.value['Case']?.found?.rows[0]?.id).toBe('500');
  });

  it('takes only the newest answer of a scope', async () => {
    void run('people');
    typing.value = 'Ghent';
    void run('people');
    expect(asked[1]?.values).toEqual(['ada@mail.example', 'Quill', 'Ghent']);
    await asked[1]?.answer(found('new'));
    await asked[0]?.answer(found('old'));
    expect(results.value['people']?.found?.rows[0]?.id).toBe('new');
  });

  it('does not take results away from under the hands, and says that there are new values', async () => {
    openScope('people');
    await asked[0]?.answer(found('003'));
    renewSearch([value('new@mail.example')]);
    expect([terms.value.length, offered.value]).toEqual([2, [value('new@mail.example')]]);
    useTerms(offered.value ?? []);
    expect(asked[1]?.values).toEqual(['new@mail.example']);
    expect(offered.value).toBe(null);
  });

  it('searches again by itself when there was nothing to look at', async () => {
    openScope('people');
    await asked[0]?.answer({ rows: [], more: false, exact: null });
    renewSearch([value('new@mail.example')]);
    expect(asked[1]?.values).toEqual(['new@mail.example']);
  });

  it('leaves values alone that the agent has changed', () => {
    terms.value = [value('mine')];
    renewSearch([value('new@mail.example')]);
    expect(terms.value).toEqual([value('mine')]);
    renewSearch([value('new@mail.example')]);
    expect(asked).toEqual([]);
  });
});
