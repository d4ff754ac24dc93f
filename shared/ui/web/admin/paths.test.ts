import { describe, expect, it } from 'vitest';
import { emptyConfiguration, newSkill } from './logic/complete.ts';
import { newObject } from './logic/objects.ts';
import { describeChange, describePath, formatPath, isWithin, parsePath, placesUpwards, sectionOf, valueAt, withValue } from './paths.ts';

const configuration = {
  ...emptyConfiguration(),
  objects: [newObject('Account'), { ...newObject('Order__c'), related_lists: [{ object: 'Case', field: 'Order__c', columns: [], sort: null, rows: 5 }] }],
  skills: [newSkill('17', 'Billing')],
};

describe('paths', () => {
  it('are read and written alike', () => {
    for (const text of ['account', 'objects[0].field_mappings[12].value.other.chat_api', 'transcript.redaction[1].pattern.regex']) {
      expect(formatPath(parsePath(text))).toBe(text);
    }
    expect(parsePath('objects[0].field')).toEqual(['objects', 0, 'field']);
    expect(parsePath('')).toEqual([]);
  });

  it('find and replace one value and share the rest', () => {
    const after = withValue(configuration, parsePath('objects[1].related_lists[0].sort.field'), 'CreatedDate');
    expect(valueAt(after, parsePath('objects[1].related_lists[0].sort'))).toEqual({ field: 'CreatedDate' });
    expect(configuration.objects[1]?.related_lists[0]?.sort).toBeNull();
    expect(after.objects[0]).toBe(configuration.objects[0]);
    expect(valueAt(configuration, parsePath('objects[7].field'))).toBeUndefined();
  });

  it('know what lies within another', () => {
    expect(isWithin('objects[1].object', 'objects[1]')).toBe(true);
    expect(isWithin('objects[10].object', 'objects[1]')).toBe(false);
    expect(placesUpwards('objects[1].rows')).toEqual(['objects[1].rows', 'objects[1]', 'objects']);
  });

  it.each([
    ['account', '/account'],
    ['salesforce.flow.jwt_bearer.audience', '/account'],
    ['objects', '/objects'],
    ['objects[1].object', '/objects'],
    ['objects[1].allow_creation', '/objects/Order__c'],
    ['objects[1].related_lists[0].rows', '/objects/Order__c/related-lists'],
    ['objects[9].related_lists', '/objects'],
    ['skills[0].default_screen.create', '/skills/17'],
    ['skills[4].name', '/skills'],
    ['field_mappings[2].field', '/transcript'],
    ['limits.log_days', '/schedules'],
  ])('%s is edited in %s', (path, section) => {
    expect(sectionOf(path, configuration)).toBe(section);
  });

  it('are told in words', () => {
    expect(describePath('objects[1].related_lists[0].rows', configuration)).toBe('Objects › Order__c › Related lists › Case › number of records');
    expect(describePath('skills[0].service_console', configuration)).toBe('Skills › Billing › Use Service Console');
    expect(describePath('objects[3].object', undefined)).toBe('Objects › 4 › object');
  });

  it('name what was taken out, not what took its place', () => {
    const gone = { path: 'objects[1]', before: newObject('Contact'), after: undefined };
    expect(describeChange(gone, configuration)).toBe('Objects › Contact');
    expect(describeChange({ path: 'objects[1].account_field', before: 'A__c', after: null }, configuration)).toBe('Objects › Order__c › Account lookup');
  });
});
