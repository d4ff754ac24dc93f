// Between Salesforce's values and what stands in a form's inputs. Texts as they are typed; booleans for checkboxes.
import type { Form, FormField, Problem, Value } from '../types.ts';

export type Input = string | boolean;
export type Inputs = Readonly<Record<string, Input>>;

const NUMBERS = ['int', 'double', 'currency', 'percent', 'long'];
export const isNumber = (type: string) => NUMBERS.includes(type);

export function toInput({ type, value }: Pick<FormField, 'type' | 'value'>): Input {
  if (type === 'boolean') return value === true;
  if (value === null || value === undefined) return '';
  if (type === 'datetime') return localTime(String(value));
  if (type === 'time') return String(value).replace(/(\.\d+)?Z?$/, '').replace(/^(\d\d:\d\d):00$/, '$1');
  return String(value);
}

export function toValue({ type }: Pick<FormField, 'type'>, input: Input): Value {
  if (typeof input === 'boolean') return input;
  const text = input.trim();
  if (text === '') return null;
  if (isNumber(type)) return Number(text.replace(',', '.'));
  if (type === 'datetime') return instant(text);
  if (type === 'time') return `${text.length === 5 ? `${text}:00` : text}.000Z`;
  return type === 'textarea' ? input : text;
}

/** An instant as the agent's own clock shows it, in the form a `datetime-local` input takes. */
function localTime(at: string): string {
  const moment = new Date(at);
  if (Number.isNaN(moment.getTime())) return '';
  const two = (n: number) => String(n).padStart(2, '0');
  const day = `${String(moment.getFullYear()).padStart(4, '0')}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`;
  const seconds = moment.getSeconds() ? `:${two(moment.getSeconds())}` : '';
  return `${day}T${two(moment.getHours())}:${two(moment.getMinutes())}${seconds}`;
}

function instant(local: string): Value {
  const moment = new Date(local);
  return Number.isNaN(moment.getTime()) ? local : moment.toISOString().replace('.000Z', 'Z');
}

export function inputsOf(form: Form): Inputs {
  return Object.fromEntries(form.fields.map((field) => [field.field, toInput(field)]));
}

/** The fields in which something else stands than the form came with. */
export function changedFields(form: Form, inputs: Inputs): FormField[] {
  return form.fields.filter((field) => inputs[field.field] !== toInput(field));
}

/** What is typed goes into another form of the same object; fields nobody touched take the new form's values. */
export function carry(from: Form, inputs: Inputs, to: Form): Inputs {
  const mine = Object.fromEntries(changedFields(from, inputs).map(({ field }) => [field, inputs[field] ?? '']));
  const fresh = inputsOf(to);
  return Object.fromEntries(to.fields.map(({ field, editable }) => [field, (editable ? mine[field] : undefined) ?? fresh[field] ?? '']));
}

/** For a new record everything that says something, for an existing one what was changed. */
export function valuesToSave(form: Form, inputs: Inputs): Record<string, Value> {
  const told = form.id ? changedFields(form, inputs) : form.fields;
  const values = told.map((field) => [field.field, toValue(field, inputs[field.field] ?? '')] as const);
  return Object.fromEntries(form.id ? values : values.filter(([, value]) => value !== null));
}

/** What can be said before asking Salesforce. */
export function check(form: Form, inputs: Inputs): Problem[] {
  const problems: Problem[] = [];
  for (const field of form.fields) {
    const input = inputs[field.field] ?? '';
    const sentence = field.editable ? complaint(field, input) : undefined;
    if (sentence) problems.push({ path: pathOf(field.field), code: 'page', sentence });
  }
  return problems;
}

function complaint(field: FormField, input: Input): string | undefined {
  if (typeof input === 'boolean') return undefined;
  const text = input.trim();
  if (text === '') return field.required ? `Fill in ${field.label}.` : undefined;
  if (isNumber(field.type) && !Number.isFinite(Number(text.replace(',', '.')))) return `${field.label} must be a number.`;
  if (field.length && input.length > field.length) return `${field.label} takes at most ${field.length} characters.`;
  return undefined;
}

export const pathOf = (field: string) => `values.${field}`;

/** A problem belongs to a field of the form, or stands above it. */
export function problemAt(problems: readonly Problem[], field: string): string | undefined {
  const here = problems.filter((problem) => problem.path === pathOf(field)).map((problem) => problem.sentence);
  return here.length ? here.join(' ') : undefined;
}
