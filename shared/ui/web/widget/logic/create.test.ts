import { describe, expect, it } from 'vitest';
import type { SObject } from '../types.ts';
import { createFrom } from './create.ts';

const object = (name: string, more: Partial<SObject> = {}): SObject => ({
  object: name, label: name, label_plural: `${name}s`, may_create: true, may_link: true, custom: false, ...more,
});
const objects = [object('Account'), object('Contact'), object('Lead'), object('Case'), object('Opportunity', { may_create: false }), object('Order__c', { custom: true })];

describe('from a row', () => {
  it.each([
    ['Account', null, [['Contact', { account: '1' }], ['Case', { account: '1' }], ['Order__c', { account: '1' }]]],
    ['Contact', '9', [['Case', { contact: '1', account: '9' }], ['Order__c', { contact: '1', account: '9' }]]],
    ['Contact', null, [['Case', { contact: '1' }], ['Order__c', { contact: '1' }]]],
    ['Lead', null, []],
  ] as const)('%s under %s', (name, account, want) => {
    const offered = createFrom({ object: name, id: '1' }, account, objects);
    expect(offered.map((one) => [one.object, one.parents])).toEqual(want);
  });
});
