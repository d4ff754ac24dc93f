// The one form that may be under way. What is typed lives here and not on the screen, so it outlives what is shown.
import { computed, signal } from '@preact/signals';
import { ApiError, api, sentenceOf } from '../api.ts';
import { sentence } from '../../components/words.ts';
import { type Input, type Inputs, carry, changedFields, check, inputsOf, valuesToSave } from '../logic/inputs.ts';
import type { Changed, Duplicates, Form, FormRequest, Parents, Problem, SaveRequest } from '../types.ts';
import { context, labelOf, modelToSend } from './context.ts';
import { SignedOut } from './gate.ts';
import { links, lookAgain } from './links.ts';
import { tell } from './notice.ts';
import { leaveForm } from './screens.ts';

export type Trouble =
  | ({ kind: 'duplicates' } & Duplicates)
  | { kind: 'changed'; changed: Changed }
  | { kind: 'unknown'; sentence: string }
  | { kind: 'failed'; sentence: string };

export type Draft = {
  ask: Omit<FormRequest, 'context'>;
  label: string;
  form: Form | null;
  loading: boolean;
  error: string | null;
  inputs: Inputs;
  /** What the records chosen in lookups are called. */
  names: Readonly<Record<string, string>>;
  assignment: boolean;
  /** A choice that is not a field was changed. */
  chosen: boolean;
  problems: readonly Problem[];
  trouble: Trouble | null;
  saving: 'save' | 'link' | null;
  /** Whether the last attempt was to link too. */
  linking: boolean;
  /** Counts refusals, so that the focus goes to each. */
  refusals: number;
};

export const draft = signal<Draft | null>(null);
export const changed = computed(() => {
  const now = draft.value;
  return now?.form ? now.chosen || changedFields(now.form, now.inputs).length > 0 : false;
});

const put = (part: Partial<Draft>) => {
  if (draft.value) draft.value = { ...draft.value, ...part };
};

export function startForm(object: string, id: string | null, parents: Parents): void {
  const ask = { object, id, record_type: null, parents: { account: parents.account ?? null, contact: parents.contact ?? null } };
  draft.value = {
    ask, label: labelOf(object), form: null, loading: true, error: null, inputs: {}, names: {}, assignment: false, chosen: false,
    problems: [], trouble: null, saving: null, linking: false, refusals: 0,
  };
  void load();
}

export function dropForm(): void {
  draft.value = null;
}

/** Reads the form (again). What was typed stays where it was typed. */
export async function load(): Promise<boolean> {
  const asked = draft.value;
  if (!asked) return false;
  put({ loading: true, error: null });
  try {
    const form = await api.form({ ...asked.ask, context: modelToSend() });
    const now = draft.value;
    if (!now || now.ask !== asked.ask) return false;
    const fresh = Object.fromEntries(form.fields.map(({ field, display }) => [field, display ?? '']));
    const inputs = now.form ? carry(now.form, now.inputs, form) : inputsOf(form);
    const mine = Object.fromEntries(changedFields(form, inputs).map(({ field }) => [field, now.names[field] ?? '']));
    const assignment = now.chosen ? now.assignment : (form.assignment_rule?.use ?? false);
    put({ form, inputs, names: { ...fresh, ...mine }, assignment, label: form.label, loading: false });
    return true;
  } catch (error) {
    if (draft.value?.ask !== asked.ask) return false;
    put({ loading: false, error: error instanceof SignedOut ? 'You signed out.' : sentenceOf(error) });
    return false;
  }
}

export function setInput(field: string, input: Input, name?: string): void {
  const now = draft.value;
  if (!now) return;
  const problems = now.problems.filter((problem) => problem.path !== `values.${field}`);
  put({
    inputs: { ...now.inputs, [field]: input },
    problems,
    ...(name !== undefined && { names: { ...now.names, [field]: name } }),
  });
}

export function setRecordType(record_type: string): void {
  const now = draft.value;
  if (!now) return;
  put({ ask: { ...now.ask, record_type }, chosen: true, problems: [], trouble: null });
  void load();
}

export const setAssignment = (assignment: boolean) => put({ assignment, chosen: true });
export const closeTrouble = () => put({ trouble: null });

export async function save(link: boolean, saveDuplicate = false): Promise<void> {
  const now = draft.value;
  if (!now?.form || now.saving) return;
  const problems = check(now.form, now.inputs);
  if (problems.length) return put({ problems, trouble: null, refusals: now.refusals + 1 });
  put({ saving: link ? 'link' : 'save', linking: link, problems: [], trouble: null });
  try {
    const saved = await api.save(() => bodyOf(current(now), link, saveDuplicate));
    if (saved.links) {
      links.value = saved.links;
      lookAgain();
    }
    if (saved.warning) tell('error', saved.warning);
    else tell('success', `${now.label} ${saved.name} was saved${link ? ' and linked to this conversation' : ''}.`);
    if (draft.value?.ask !== now.ask) return;
    dropForm();
    leaveForm({ kind: 'record', object: saved.object, id: saved.id });
  } catch (error) {
    if (draft.value?.ask !== now.ask) return;
    put({ saving: null, ...(error instanceof SignedOut ? {} : { ...refused(error), refusals: draft.value.refusals + 1 }) });
  }
}

/** The form as it is now. One that was given up while its save waited for a sign-in is not saved. */
function current(of: Draft): Draft {
  if (draft.value?.ask !== of.ask) throw new SignedOut();
  return draft.value;
}

function bodyOf({ form, inputs, assignment, ask }: Draft, link: boolean, save_duplicate: boolean): SaveRequest {
  const conversation = context.value?.conversation;
  if (!form) throw new Error('There is no form to save.');
  return {
    object: form.object,
    id: form.id,
    key: form.key,
    values: valuesToSave(form, inputs),
    record_type: form.record_type ?? ask.record_type,
    assignment_rule: form.assignment_rule ? assignment : null,
    link,
    conversation: conversation?.id ?? '',
    save_duplicate,
    last_modified: form.last_modified,
  };
}

function refused(error: unknown): Pick<Draft, 'problems' | 'trouble'> {
  const none = { problems: [], trouble: null };
  if (!(error instanceof ApiError)) return { ...none, trouble: { kind: 'failed', sentence: sentenceOf(error) } };
  const { problems = [], duplicates, changed: theirs, code } = error.said;
  if (error.status === 409 && duplicates) return { ...none, trouble: { kind: 'duplicates', ...duplicates } };
  if (error.status === 412 && theirs) return { ...none, trouble: { kind: 'changed', changed: theirs } };
  if (error.status === 409 && code === 'WGT-005') return { ...none, trouble: { kind: 'unknown', sentence: error.message } };
  const said = problems.map((problem) => ({ ...problem, sentence: sentence(problem.sentence) }));
  return said.length ? { ...none, problems: said } : { ...none, trouble: { kind: 'failed', sentence: error.message } };
}

/** Someone else was quicker: their values where nothing was typed. */
export async function loadTheirs(): Promise<void> {
  if (await load()) put({ trouble: null });
}

export async function saveMineAnyway(): Promise<void> {
  if (!(await load())) return;
  put({ trouble: null });
  await save(draft.value?.linking ?? false);
}
