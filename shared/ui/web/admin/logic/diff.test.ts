import { describe, expect, it } from 'vitest';
import type { Configuration } from '../types.ts';
import { complete, emptyConfiguration, fitScreen, newSkill } from './complete.ts';
import { changesBetween } from './diff.ts';
import { contested, merge } from './merge.ts';
import { newObject, selectObjects } from './objects.ts';

const base: Configuration = { ...emptyConfiguration(), objects: ['Account', 'Contact', 'Case'].map(newObject) };
const paths = (after: unknown) => changesBetween(base, after).map((change) => change.path);
const [account, contact, cases] = base.objects;

describe('changes', () => {
  it('are none when nothing differs, and null is as good as absent', () => {
    expect(paths(structuredClone(base))).toEqual([]);
    expect(changesBetween({ zone: null }, {})).toEqual([]);
    expect(changesBetween({ on: false }, {})).toHaveLength(1);
  });

  it('name the place of each', () => {
    expect(paths({ ...base, limits: { api_share: 30, log_days: 10 } })).toEqual(['limits.api_share', 'limits.log_days']);
  });

  it('follow a thing that moved by its name', () => {
    const moved = { ...base, objects: [cases, account, contact] };
    expect(paths(moved)).toEqual(['objects']);
    expect(changesBetween(base, moved)[0]?.after).toEqual(['Case', 'Account', 'Contact']);
  });

  it('count one for a thing more and one for a thing less', () => {
    expect(paths({ ...base, objects: [...base.objects, newObject('Lead')] })).toEqual(['objects[3]']);
    expect(paths({ ...base, objects: [account, cases] })).toEqual(['objects[1]']);
  });

  it('see what changed in a thing that moved', () => {
    expect(paths({ ...base, objects: [contact, { ...account, allow_creation: false }, cases] })).toEqual(['objects[1].allow_creation', 'objects']);
  });

  it('take lists without names as a whole', () => {
    const filters = [{ field: 'Name', operator: 'equals', value: 'x' }, { field: 'Name', operator: 'contains', value: 'y' }];
    expect(paths({ ...base, objects: [{ ...account, search_filters: filters }, contact, cases] })).toEqual(['objects[0].search_filters']);
  });
});

describe('merging', () => {
  const mine = { ...base, limits: { api_share: 30, log_days: 90 }, account: 'le1' };
  const theirs = { ...base, limits: { api_share: 50, log_days: 90 }, schedules: { periodic: true, daily: null } };

  it('finds what both changed', () => {
    expect(contested(base, mine, theirs)).toEqual(['limits.api_share']);
    expect(contested(base, mine, { ...base, limits: { api_share: 20, log_days: 30 } })).toEqual([]);
    expect(contested(base, mine, { ...base, account: 'le1' })).toEqual([]);
  });

  it('keeps both changes, and the chosen one of what both changed', () => {
    expect(merge(base, mine, theirs, {})).toEqual({ ...theirs, account: 'le1', limits: mine.limits });
    const days = { ...theirs, limits: { ...base.limits, log_days: 30 } };
    expect(merge(base, mine, days, {}).limits).toEqual({ api_share: 30, log_days: 30 });
    expect(merge(base, mine, theirs, { 'limits.api_share': 'theirs' })).toEqual({ ...theirs, account: 'le1' });
  });
});

describe('settings', () => {
  it('of an object survive that the selection changes around it', () => {
    const edited = { ...newObject('Case'), contact_mandatory: true };
    expect(selectObjects([newObject('Account'), edited], ['Lead', 'Case'])).toEqual([newObject('Lead'), edited]);
  });

  it('of a skill do not show an object it lost', () => {
    const skill = { ...newSkill('1', 'Billing'), objects: ['Case'], default_screen: { create: 'Case' } };
    expect(fitScreen(skill)).toBe(skill);
    expect(fitScreen({ ...skill, objects: [] }).default_screen).toBe('people_search');
  });

  it('a file leaves out are filled in with what the API takes them for', () => {
    const full = complete(JSON.parse('{"account":"le1","objects":[{"object":"Account","field_mappings":[{"field":"Name"}]}],"limits":{"api_share":5}}'));
    expect(full.limits).toEqual({ api_share: 5, log_days: 90 });
    expect(full.objects[0]).toMatchObject({ allow_creation: false, related_lists: [], field_mappings: [{ field: 'Name', value: 'none', required: false }] });
  });
});
