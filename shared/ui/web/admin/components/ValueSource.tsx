// Where a mapped value comes from: a LivePerson parameter, addresses, or nowhere.
import { type Source } from '../logic/values.ts';
import { parameterChoices } from '../logic/fields.ts';
import type { Parameter } from '../types.ts';
import { type Choice, SelectField } from '../../components/Field.tsx';

type Props = {
  source: Source;
  parameters: readonly Parameter[];
  onChange: (source: Source) => void;
  /** Whether a field may be shown without a value from LivePerson. */
  optional: boolean;
  /** The field that gets the value. */
  name: string;
  id: string;
  error: string | undefined;
};

const OTHER = ' other';
const NONE = ' none';

export function ValueSource({ source, parameters, onChange, optional, name, id, error }: Props) {
  const choices: Choice[] = [
    ...(optional ? [{ value: NONE, label: 'None' }] : []),
    { value: OTHER, label: 'Other (addresses)' },
    ...parameterChoices(parameters),
  ];
  const value = source.kind === 'other' ? OTHER : source.kind === 'none' ? NONE : source.label;
  const change = (chosen: string) => {
    if (chosen === OTHER) onChange({ kind: 'other', addresses: source.kind === 'other' ? source.addresses : {} });
    else onChange(chosen === NONE ? { kind: 'none' } : { kind: 'predefined', label: chosen });
  };
  return <SelectField id={id} label={`LivePerson value of ${name}`} hideLabel value={value} choices={choices} onChange={change} error={error} />;
}
