import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Form, FormField } from '../types.ts';
import { changed, draft, dropForm, load, loadTheirs, save, saveMineAnyway, setInput, setRecordType, startForm } from './form.ts';
import { open, signedOut } from './gate.ts';
import { begin, push, screen } from './screens.ts';

const field = (name: string, value: string | null, required = false): FormField => ({
  field: name, label: name, type: 'string', value, display: value, required, editable: true, length: null, scale: null,
  picklist: null, reference_to: null, help: null,
});
const form = (more: Partial<Form> = {}): Form => ({
  object: 'Contact', label: 'Contact', id: '003', key: 'k1', record_types: [], record_type: null,
  fields: [field('LastName', 'Quill', true), field('Phone', '1')], assignment_rule: null, last_modified: 't1', may_link: true,
  mandatory: [], ...more,
});

let answers: Response[] = [];
let sent: { path: string; body: Record<string, unknown> }[] = [];
const will = (status: number, body: unknown) => answers.push(new Response(JSON.stringify(body), { status }));
const saves = () => sent.filter((one) => one.path === '/api/widget/records').map((one) => one.body);
const saved = { object: 'Contact', id: '003', name: 'Ada', url: 'https://x.example', links: [] };

async function opened(): Promise<void> {
  will(200, form());
  startForm('Contact', '003', {});
  push({ kind: 'form' });
  await vi.waitFor(() => expect(draft.value?.form).not.toBeNull());
}

beforeEach(() => {
  [answers, sent] = [[], []];
  vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
    sent.push({ path, body: JSON.parse(String(init.body)) });
    const answer = answers.shift();
    if (!answer) throw new Error('asked too often');
    return answer;
  });
  dropForm();
  begin('people');
});

describe('a form', () => {
  it('saves what was changed and shows the record', async () => {
    await opened();
    expect(changed.value).toBe(false);
    setInput('Phone', '2');
    expect(changed.value).toBe(true);
    will(200, saved);
    await save(true);
    expect(saves()).toMatchObject([{ id: '003', key: 'k1', values: { Phone: '2' }, link: true, last_modified: 't1', save_duplicate: false }]);
    expect(draft.value).toBeNull();
    expect(screen.value).toEqual({ kind: 'record', object: 'Contact', id: '003' });
  });

  it('says what is missing without asking', async () => {
    await opened();
    setInput('LastName', '');
    await save(false);
    expect(draft.value?.problems).toEqual([{ path: 'values.LastName', code: 'page', sentence: 'Fill in LastName.' }]);
    expect(draft.value?.refusals).toBe(1);
    expect(saves()).toEqual([]);
    setInput('LastName', 'Q');
    expect(draft.value?.problems).toEqual([]);
  });

  it('puts Salesforce’s problems at their fields', async () => {
    await opened();
    setInput('Phone', 'x');
    const problems = [{ path: 'values.Phone', code: 'X', sentence: 'Not a number.' }];
    will(422, { detail: 'refused', problems });
    await save(false);
    expect(draft.value).toMatchObject({ problems, trouble: null, saving: null, inputs: { Phone: 'x' } });
  });

  it('shows duplicates and saves anyway', async () => {
    await opened();
    setInput('Phone', '2');
    will(409, { detail: 'x', code: 'WGT-004', duplicates: { may_save: true, rows: [] } });
    await save(true);
    expect(draft.value?.trouble).toMatchObject({ kind: 'duplicates', may_save: true });
    will(200, saved);
    await save(draft.value?.linking ?? false, true);
    expect(saves()[1]).toMatchObject({ save_duplicate: true, link: true, key: 'k1' });
  });

  it('that someone overtook keeps mine and takes their other values', async () => {
    await opened();
    setInput('Phone', '2');
    will(412, { detail: 'x', changed: { by: 'Tomo Reyes', at: '2026-01-01T00:00:00Z' } });
    await save(false);
    expect(draft.value?.trouble).toMatchObject({ kind: 'changed', changed: { by: 'Tomo Reyes' } });
    const theirs = form({ key: 'k2', last_modified: 't2', fields: [field('LastName', 'Theirs', true), field('Phone', '9')] });
    will(200, theirs);
    await loadTheirs();
    expect(draft.value).toMatchObject({ trouble: null, inputs: { LastName: 'Theirs', Phone: '2' } });
    will(200, theirs);
    will(200, saved);
    await saveMineAnyway();
    expect(saves()[1]).toMatchObject({ values: { Phone: '2' }, last_modified: 't2', key: 'k2' });
  });

  it('with an unknown outcome goes on from a new form', async () => {
    await opened();
    setInput('Phone', '2');
    will(409, { detail: 'not known', code: 'WGT-005' });
    await save(false);
    expect(draft.value?.trouble).toMatchObject({ kind: 'unknown', sentence: 'Not known.' });
    will(200, form({ key: 'k2' }));
    await load();
    expect(draft.value).toMatchObject({ form: { key: 'k2' }, inputs: { Phone: '2' } });
  });

  it('that is given up while its save waits for a sign-in is not saved', async () => {
    await opened();
    setInput('Phone', '2');
    will(401, {});
    const saving = save(true);
    await vi.waitFor(() => expect(signedOut.value).toBe(true));
    dropForm();
    open();
    await saving;
    expect(saves()).toHaveLength(1);
    expect(draft.value).toBeNull();
  });

  it('keeps what was typed when the record type changes', async () => {
    await opened();
    setInput('Phone', '2');
    will(200, form({ record_type: '012', fields: [field('Phone', ''), field('Fax', '7')] }));
    setRecordType('012');
    await vi.waitFor(() => expect(draft.value?.form?.record_type).toBe('012'));
    expect(draft.value?.inputs).toEqual({ Phone: '2', Fax: '7' });
    expect(sent.at(-1)?.body).toMatchObject({ record_type: '012' });
  });
});
