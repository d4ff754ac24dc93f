// The fields of a form, each with the input its type asks for.
import { Icon } from '../../components/Icon.tsx';
import { CheckField, SelectField, TextField, type TextProps } from '../../components/Field.tsx';
import { Lookup } from '../components/Lookup.tsx';
import { lock } from '../icons.ts';
import { isNumber, problemAt, toValue } from '../logic/inputs.ts';
import { cellText } from '../logic/show.ts';
import { type Draft, setInput } from '../state/form.ts';
import type { FormField } from '../types.ts';

export const inputId = (field: string) => `field-${field}`;

/** What a new record has nothing in and nobody can fill in is not worth a line. */
const tells = (field: FormField, id: string | null) => field.editable || id !== null || (field.value !== null && field.value !== '');

export function Fields({ now }: { now: Draft }) {
  const shown = now.form?.fields.filter((field) => tells(field, now.ask.id));
  return <div class="form-fields">{shown?.map((field) => <One key={field.field} field={field} now={now} />)}</div>;
}

function One({ field, now }: { field: FormField; now: Draft }) {
  const { type, label, required } = field;
  const input = now.inputs[field.field] ?? '';
  const text = typeof input === 'string' ? input : '';
  const error = problemAt(now.problems, field.field);
  if (!field.editable) return <ReadOnly field={field} text={text} name={now.names[field.field]} error={error} />;
  const change = (value: string | boolean) => setInput(field.field, value);
  const shared = { id: inputId(field.field), label, required, error, help: field.help ?? undefined };
  switch (type) {
    case 'boolean':
      return <CheckField {...shared} checked={input === true} onChange={change} />;
    case 'picklist':
      return <SelectField {...shared} value={text} onChange={change} choices={choicesOf(field, text)} />;
    case 'multipicklist':
      return <Several field={field} text={text} error={error} onChange={change} />;
    case 'reference':
      return (
        <Lookup
          object={now.form?.object ?? now.ask.object}
          field={field}
          id={shared.id}
          value={text}
          name={now.names[field.field] ?? ''}
          error={error}
          onChoose={(id, name) => setInput(field.field, id, name)}
        />
      );
    case 'textarea':
      return <div class="field_wide"><TextField {...shared} value={text} onChange={change} lines={4} maxLength={field.length ?? undefined} /></div>;
    case 'combobox':
      return (
        <>
          <TextField {...shared} value={text} onChange={change} list={`${shared.id}-list`} maxLength={field.length ?? undefined} />
          <datalist id={`${shared.id}-list`}>{field.picklist?.map((one) => <option key={one.value} value={one.value}>{one.label}</option>)}</datalist>
        </>
      );
    case 'datetime':
      return <TextField {...shared} {...inputOf(field)} value={text} onChange={change} help={field.help ?? `In your own time zone, ${ZONE}.`} />;
    default:
      return <TextField {...shared} {...inputOf(field)} value={text} onChange={change} />;
  }
}

const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone.replaceAll('_', ' ');

function inputOf({ type, scale, length }: FormField): Partial<TextProps> {
  const maxLength = length ?? undefined;
  if (isNumber(type)) return { type: 'number', step: type === 'int' ? 1 : scale ? Number((10 ** -scale).toFixed(scale)) : 'any' };
  switch (type) {
    case 'date':
      return { type: 'date' };
    case 'datetime':
      return { type: 'datetime-local', step: 'any' };
    case 'time':
      return { type: 'time', step: 'any' };
    case 'email':
      return { type: 'email', maxLength };
    case 'phone':
      return { type: 'tel', maxLength };
    // Salesforce takes addresses without their scheme, which an input for addresses would call wrong.
    default:
      return { type: 'text', maxLength };
  }
}

function choicesOf({ picklist, required }: FormField, text: string) {
  const choices = picklist ?? [];
  return required && text ? choices : [{ value: '', label: required ? 'Choose…' : 'None' }, ...choices];
}

type SeveralProps = { field: FormField; text: string; error: string | undefined; onChange: (value: string) => void };

/** A multi-select picklist: a box for each value; values no longer offered stay until they are taken out. */
function Several({ field, text, error, onChange }: SeveralProps) {
  const id = inputId(field.field);
  const marked = text.split(';').filter(Boolean);
  const offered = field.picklist ?? [];
  const old = marked.filter((value) => !offered.some((one) => one.value === value)).map((value) => ({ value, label: value }));
  const all = [...offered, ...old];
  const toggle = (value: string, on: boolean) =>
    onChange(all.filter((one) => (one.value === value ? on : marked.includes(one.value))).map((one) => one.value).join(';'));
  return (
    <fieldset
      class={`slds-form-element several ${error ? 'slds-has-error' : ''}`}
      id={id}
      tabIndex={-1}
      aria-describedby={error ? `${id}-error` : undefined}
    >
      <legend class="slds-form-element__label">
        {field.required && <abbr class="slds-required" title="required">* </abbr>}
        {field.label}
      </legend>
      <div class="several-boxes">
        {all.map(({ value, label }) => (
          <CheckField key={value} label={label} checked={marked.includes(value)} onChange={(on) => toggle(value, on)} />
        ))}
      </div>
      {error && <div class="slds-form-element__help" id={`${id}-error`}>{error}</div>}
      {field.help && <div class="help">{field.help}</div>}
    </fieldset>
  );
}

function ReadOnly({ field, text, name, error }: { field: FormField; text: string; name: string | undefined; error: string | undefined }) {
  const value = toValue(field, field.type === 'boolean' ? field.value === true : text);
  const shown = cellText({ type: field.type, value, display: field.type === 'reference' ? (name ?? field.display) : field.display });
  const id = inputId(field.field);
  return (
    <div class={`slds-form-element read-only ${error ? 'slds-has-error' : ''}`} id={id} tabIndex={-1} role="group" aria-label={`${field.label}, read-only`}>
      <span class="slds-form-element__label"><Icon name={lock} class="slds-m-right_xx-small" />{field.label}</span>
      <div class="read-only-value">{shown || '–'}</div>
      {error && <div class="slds-form-element__help">{error}</div>}
      {field.help && <div class="help">{field.help}</div>}
    </div>
  );
}
