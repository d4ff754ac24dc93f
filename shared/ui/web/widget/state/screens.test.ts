import { describe, expect, it } from 'vitest';
import type { SObject } from '../types.ts';
import { arrivals, back, begin, firstScope, leaveForm, mayGoBack, push, scope, scopesOf, screen, search } from './screens.ts';

const object = (name: string): SObject => ({
  object: name, label: name, label_plural: `${name}s`, may_create: true, may_link: true, custom: false,
});

describe('scopes', () => {
  it('offer people only where there are people', () => {
    expect(scopesOf([object('Lead'), object('Case')]).map((one) => one.scope)).toEqual(['people', 'Lead', 'Case']);
    expect(scopesOf([object('Case')])).toEqual([{ scope: 'Case', label: 'Search Cases' }]);
  });

  it('start as configured, or with the first there is', () => {
    const objects = [object('Account'), object('Case')];
    expect(firstScope('people_search', objects)).toBe('people');
    expect(firstScope({ search: 'Case' }, objects)).toBe('Case');
    expect(firstScope({ search: 'Order__c' }, objects)).toBe('people');
    expect(firstScope({ create: 'Case' }, objects)).toBe('people');
    expect(firstScope('people_search', [object('Case')])).toBe('Case');
    expect(firstScope('people_search', [])).toBe(null);
  });
});

describe('screens', () => {
  const record = { kind: 'record', object: 'Case', id: '500' } as const;
  it('lead there and back', () => {
    begin('people');
    expect([arrivals.value, mayGoBack.value]).toEqual([0, false]);
    push(record);
    push(record);
    expect([screen.value, scope.value, arrivals.value]).toEqual([record, 'people', 1]);
    back();
    expect([screen.value, mayGoBack.value]).toEqual([{ kind: 'search', scope: 'people' }, false]);
    back();
    expect(screen.value).toEqual({ kind: 'search', scope: 'people' });
  });

  it('hold one form, which leaves to what it made', () => {
    search('Case');
    push(record);
    push({ kind: 'form' });
    push({ kind: 'form' });
    leaveForm(record);
    expect(screen.value).toEqual(record);
    back();
    expect(screen.value).toEqual({ kind: 'search', scope: 'Case' });
  });
});
