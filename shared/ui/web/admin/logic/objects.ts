// Which settings belong to which object, and what a newly selected one starts with.
import type { ObjectSettings } from '../types.ts';

/** Objects that can be selected without a lookup of the Chat Transcript. */
export const STANDARD = ['Account', 'Contact', 'Lead', 'Case', 'Opportunity'] as const;

export type Setting = 'allow_creation' | 'use_assignment_rules' | 'account_mandatory' | 'contact_mandatory' | 'lookups';

/** The settings an object has; the others of the document keep their defaults. */
export function settingsOf(object: string): Setting[] {
  switch (object) {
    case 'Account':
    case 'Contact':
      return ['allow_creation'];
    case 'Lead':
      return ['use_assignment_rules'];
    case 'Case':
      return ['use_assignment_rules', 'account_mandatory', 'contact_mandatory'];
    case 'Opportunity':
      return ['account_mandatory'];
    default:
      return ['account_mandatory', 'contact_mandatory', 'lookups'];
  }
}

export function newObject(object: string): ObjectSettings {
  return {
    object,
    allow_creation: settingsOf(object).includes('allow_creation'),
    use_assignment_rules: false,
    let_user_decide: false,
    account_mandatory: false,
    contact_mandatory: false,
    account_field: null,
    contact_field: null,
    field_mappings: [],
    related_lists: [],
    search_filters: [],
  };
}

/** The settings for a new order of names: those already set up are kept, new ones start fresh. */
export function selectObjects(current: readonly ObjectSettings[], names: readonly string[]): ObjectSettings[] {
  return names.map((name) => current.find((known) => known.object === name) ?? newObject(name));
}
