// Form controls with their label, help and error.
import type { ComponentChildren } from 'preact';
import { useId, useState } from 'preact/hooks';

type Around = {
  label: string;
  id?: string | undefined;
  help?: ComponentChildren;
  error?: string | undefined;
  required?: boolean;
  disabled?: boolean;
  /** The label is read out and not shown: a table's heading says it. */
  hideLabel?: boolean;
};

function describedBy(id: string, { help, error }: Around): string | undefined {
  const ids = [error && `${id}-error`, help && `${id}-help`].filter(Boolean);
  return ids.length ? ids.join(' ') : undefined;
}

function Framed({ id, children, ...around }: Around & { id: string; children: ComponentChildren }) {
  const { label, help, error, required, hideLabel } = around;
  return (
    <div class={`slds-form-element ${error ? 'slds-has-error' : ''}`}>
      <label class={hideLabel ? 'slds-assistive-text' : 'slds-form-element__label'} for={id}>
        {required && <abbr class="slds-required" title="required">* </abbr>}
        {label}
      </label>
      <div class="slds-form-element__control">{children}</div>
      {error && <div id={`${id}-error`} class="slds-form-element__help">{error}</div>}
      {help && <div id={`${id}-help`} class="help">{help}</div>}
    </div>
  );
}

export type TextProps = Around & {
  value: string;
  onChange: (value: string) => void;
  type?: 'text' | 'password' | 'number' | 'date' | 'datetime-local' | 'time' | 'url' | 'email' | 'tel';
  placeholder?: string;
  lines?: number;
  list?: string;
  min?: number;
  max?: number;
  step?: number | 'any';
  maxLength?: number | undefined;
};

export function TextField({ value, onChange, type = 'text', lines, ...around }: TextProps) {
  const own = useId();
  const id = around.id ?? own;
  const shared = {
    id,
    value,
    placeholder: around.placeholder,
    required: around.required,
    disabled: around.disabled,
    maxLength: around.maxLength,
    spellcheck: false,
    'aria-invalid': around.error ? true : undefined,
    'aria-describedby': describedBy(id, around),
  };
  return (
    <Framed {...around} id={id}>
      {lines ? (
        <textarea {...shared} rows={lines} class="slds-textarea" onInput={(e) => onChange(e.currentTarget.value)} />
      ) : (
        <input
          {...shared}
          type={type as 'text'}
          list={around.list}
          min={around.min}
          max={around.max}
          step={around.step}
          autocomplete={type === 'password' ? 'new-password' : 'off'}
          class="slds-input"
          onInput={(e) => onChange(e.currentTarget.value)}
        />
      )}
    </Framed>
  );
}

export type Choice = { value: string; label: string; disabled?: boolean; group?: string };
export type SelectProps = Around & { value: string; choices: readonly Choice[]; onChange: (value: string) => void };

/** Long lists are written out when the control is about to be used, so that a table of them stays quick. */
const LONG = 40;

export function SelectField({ value, choices, onChange, ...around }: SelectProps) {
  const own = useId();
  const id = around.id ?? own;
  const [near, setNear] = useState(false);
  const offered = near || choices.length <= LONG ? choices : choices.filter((choice) => choice.value === value);
  const approach = () => setNear(true);
  return (
    <Framed {...around} id={id}>
      <div class="slds-select_container">
        <select
          id={id}
          class="slds-select"
          value={value}
          required={around.required}
          disabled={around.disabled}
          aria-invalid={around.error ? true : undefined}
          aria-describedby={describedBy(id, around)}
          onPointerEnter={approach}
          onPointerDown={approach}
          onFocus={approach}
          onChange={(e) => onChange(e.currentTarget.value)}
        >
          {!choices.some((choice) => choice.value === value) && <option value={value}>{value || 'Choose…'}</option>}
          <Options choices={offered} />
        </select>
      </div>
    </Framed>
  );
}

function Options({ choices }: { choices: readonly Choice[] }) {
  const groups = [...new Set(choices.map((choice) => choice.group))];
  const options = (group: string | undefined) =>
    choices
      .filter((choice) => choice.group === group)
      .map((choice) => <option key={choice.value} value={choice.value} disabled={choice.disabled}>{choice.label}</option>);
  return <>{groups.map((group) => (group ? <optgroup key={group} label={group}>{options(group)}</optgroup> : options(group)))}</>;
}

export type CheckProps = Around & { checked: boolean; onChange: (checked: boolean) => void };

export function CheckField({ checked, onChange, ...around }: CheckProps) {
  const own = useId();
  const id = around.id ?? own;
  return (
    <div class={`slds-form-element ${around.error ? 'slds-has-error' : ''}`}>
      <div class="slds-form-element__control">
        <div class="slds-checkbox">
          <input
            type="checkbox"
            id={id}
            checked={checked}
            disabled={around.disabled}
            aria-describedby={describedBy(id, around)}
            onChange={(e) => onChange(e.currentTarget.checked)}
          />
          <label class="slds-checkbox__label" for={id}>
            <span class="slds-checkbox_faux" />
            <span class={around.hideLabel ? 'slds-assistive-text' : 'slds-form-element__label'}>{around.label}</span>
          </label>
        </div>
      </div>
      {around.error && <div id={`${id}-error`} class="slds-form-element__help">{around.error}</div>}
      {around.help && <div id={`${id}-help`} class="help help_check">{around.help}</div>}
    </div>
  );
}

type RadioProps = {
  legend: string;
  value: string;
  choices: readonly { value: string; label: string; help?: string }[];
  onChange: (value: string) => void;
  id?: string;
  error?: string | undefined;
};

export function RadioField({ legend, value, choices, onChange, id, error }: RadioProps) {
  const name = useId();
  return (
    <fieldset class={`slds-form-element ${error ? 'slds-has-error' : ''}`} id={id} tabIndex={-1}>
      <legend class="slds-form-element__legend slds-form-element__label">{legend}</legend>
      <div class="slds-form-element__control">
        {choices.map((choice) => (
          <div class="slds-radio" key={choice.value}>
            <input
              type="radio"
              id={`${name}-${choice.value}`}
              name={name}
              checked={choice.value === value}
              onChange={() => onChange(choice.value)}
            />
            <label class="slds-radio__label" for={`${name}-${choice.value}`}>
              <span class="slds-radio_faux" />
              <span class="slds-form-element__label">{choice.label}</span>
            </label>
            {choice.help && <div class="help help_check">{choice.help}</div>}
          </div>
        ))}
      </div>
      {error && <div class="slds-form-element__help">{error}</div>}
    </fieldset>
  );
}
