import { describe, expect, it } from 'vitest';
import type { Form, FormField } from '../types.ts';
import { carry, changedFields, check, inputsOf, problemAt, toInput, toValue, valuesToSave } from './inputs.ts';

const field = (name: string, more: Partial<FormField> = {}): FormField => ({
  field: name, label: name, type: 'string', value: null, display: null, required: false, editable: true, length: null,
  scale: null, picklist: null, reference_to: null, help: null, ...more,
});
const form = (fields: FormField[], id: string | null = null): Form => ({
  object: 'Contact', label: 'Contact', id, key: 'k', record_types: [], record_type: null, fields, assignment_rule: null,
  last_modified: null, may_link: true, mandatory: [],
});

describe('an input', () => {
  it.each([
    ['string', 'Quill', 'Quill'],
    ['boolean', true, true],
    ['boolean', false, false],
    ['double', 12.5, '12.5'],
    ['date', '2026-02-28', '2026-02-28'],
    ['time', '09:30:00.000Z', '09:30'],
    ['multipicklist', 'a;b', 'a;b'],
  ])('of %s %s and back', (type, value, input) => {
    expect(toInput({ type, value })).toBe(input);
    expect(toValue({ type }, input)).toBe(value);
  });

  it('of a time of day is an instant, whatever the zone', () => {
    for (const at of ['2026-07-01T10:00:00Z', '2026-12-31T23:59:59Z']) {
      expect(toValue({ type: 'datetime' }, toInput({ type: 'datetime', value: at }))).toBe(at);
    }
  });

  it('that is empty is nothing', () => {
    expect(toValue({ type: 'string' }, '  ')).toBe(null);
    expect(toValue({ type: 'currency' }, '1,5')).toBe(1.5);
  });
});

describe('saving', () => {
  const fields = [field('LastName', { value: 'Quill' }), field('Phone', { value: '1' }), field('Vip', { type: 'boolean', value: false })];

  it('sends what says something when it creates', () => {
    const inputs = { ...inputsOf(form(fields)), Phone: '' };
    expect(valuesToSave(form(fields), inputs)).toEqual({ LastName: 'Quill', Vip: false });
  });

  it('sends what changed when it edits, emptied too', () => {
    const edited = form(fields, '003');
    const inputs = { ...inputsOf(edited), Phone: '' };
    expect(changedFields(edited, inputs).map((one) => one.field)).toEqual(['Phone']);
    expect(valuesToSave(edited, inputs)).toEqual({ Phone: null });
  });

  it('says first what is missing', () => {
    const strict = form([field('LastName', { required: true }), field('Score', { type: 'int' }), field('Code', { length: 2 }), field('Seen', { required: true, editable: false })]);
    const problems = check(strict, { LastName: ' ', Score: 'many', Code: 'abc', Seen: '' });
    expect(problems.map((one) => one.path)).toEqual(['values.LastName', 'values.Score', 'values.Code']);
    expect(problemAt(problems, 'LastName')).toBe('Fill in LastName.');
    expect(problemAt(problems, 'Other')).toBe(undefined);
  });
});

describe('another form of the same object', () => {
  it('keeps what was typed and takes the rest', () => {
    const before = form([field('A', { value: '1' }), field('B', { value: '2' }), field('C', { value: '3' })]);
    const after = form([field('A', { value: 'x' }), field('B', { value: 'y' }), field('C', { value: 'z', editable: false }), field('D', { value: 'w' })]);
    expect(carry(before, { A: 'mine', B: '2', C: 'mine' }, after)).toEqual({ A: 'mine', B: 'y', C: 'z', D: 'w' });
  });
});
