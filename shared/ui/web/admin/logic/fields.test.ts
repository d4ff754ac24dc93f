import { describe, expect, it } from 'vitest';
import type { SalesforceField } from '../types.ts';
import { editabilitiesOf, mappableChoices, showableChoices } from './fields.ts';
import { settingsOf } from './objects.ts';
import { fromObject, fromTranscript, toObject, toTranscript } from './values.ts';

const field = (more: Partial<SalesforceField>): SalesforceField => ({
  field: 'Order_Id__c', label: 'Order Id', type: 'string', length: 20, createable: true, updateable: true, nillable: true,
  filterable: true, sortable: true, reference_to: [], picklist: [], mappable: true, reason: null, operators: ['equals'], ...more,
});

describe('fields', () => {
  it('say why they cannot be chosen', () => {
    const fields = [field({}), field({ field: 'A__c', mappable: false, reason: 'it is a number' }), field({ field: 'B__c' })];
    expect(mappableChoices(fields, ['B__c'])).toEqual([
      { value: 'Order_Id__c', label: 'Order Id (Order_Id__c)' },
      { value: 'A__c', label: 'Order Id (A__c): it is a number', disabled: true },
      { value: 'B__c', label: 'Order Id (B__c): it is mapped already', disabled: true },
    ]);
  });

  it('can be shown where nobody may write them', () => {
    const shown = showableChoices([field({ mappable: false, reason: 'it is a formula' }), field({ field: 'B__c' })], ['B__c']);
    expect(shown.map(({ disabled }) => disabled ?? false)).toEqual([false, true]);
  });

  it('are editable as far as the org permits', () => {
    expect(editabilitiesOf(field({}))).toEqual(['editable', 'on_create_only', 'read_only']);
    expect(editabilitiesOf(field({ updateable: false }))).toEqual(['on_create_only', 'read_only']);
    expect(editabilitiesOf(field({ createable: false }))).toEqual(['editable', 'read_only']);
    expect(editabilitiesOf(field({ createable: false, updateable: false }))).toEqual(['read_only']);
  });
});

describe('values', () => {
  it('keep the shape each part of the document has', () => {
    for (const value of ['Visitor Email', { chat_api: 'info.skillName' }]) expect(toTranscript(fromTranscript(value))).toEqual(value);
    for (const value of ['none' as const, { predefined: 'Visitor Email' }, { other: { chat_sdk: 'x' } }]) expect(toObject(fromObject(value))).toEqual(value);
  });
});

describe('settings', () => {
  it('belong to their objects only', () => {
    expect(settingsOf('Contact')).toEqual(['allow_creation']);
    expect(settingsOf('Lead')).toEqual(['use_assignment_rules']);
    expect(settingsOf('Opportunity')).not.toContain('contact_mandatory');
    expect(settingsOf('Visit__c')).toContain('lookups');
  });
});
