// Which fields can be chosen where, and what the org permits with them.
import type { Choice } from '../../components/Field.tsx';
import type { Editability, Parameter, SalesforceField } from '../types.ts';

export const EDITABILITIES: Record<Editability, string> = {
  editable: 'Editable',
  on_create_only: 'On create only',
  read_only: 'Read-only',
};

/** What the org permits with a field, the widest first. */
export function editabilitiesOf(field: SalesforceField | undefined): Editability[] {
  if (!field || (field.createable && field.updateable)) return ['editable', 'on_create_only', 'read_only'];
  if (field.updateable) return ['editable', 'read_only'];
  return field.createable ? ['on_create_only', 'read_only'] : ['read_only'];
}

/** Fields to map to: those that cannot be chosen are shown with the reason. */
export function mappableChoices(fields: readonly SalesforceField[], taken: readonly string[]): Choice[] {
  return fields.map((field) => {
    const reason = !field.mappable ? field.reason ?? 'it cannot be mapped' : taken.includes(field.field) ? 'it is mapped already' : null;
    const label = nameOf(field);
    return reason ? { value: field.field, label: `${label}: ${reason}`, disabled: true } : { value: field.field, label };
  });
}

/** Fields to show on an object's form: also those that nobody may write. */
export function showableChoices(fields: readonly SalesforceField[], taken: readonly string[]): Choice[] {
  return mappableChoices(fields.map((field) => ({ ...field, mappable: true })), taken);
}

export function fieldChoices(fields: readonly SalesforceField[]): Choice[] {
  return fields.map((field) => ({ value: field.field, label: nameOf(field) }));
}

export function nameOf({ label, field }: SalesforceField): string {
  return label === field ? field : `${label} (${field})`;
}

/** Parameters grouped by the kind of conversation that has them. */
export function parameterChoices(parameters: readonly Parameter[]): Choice[] {
  return parameters.map(({ label, chat, messaging }) => ({
    value: label,
    label,
    group: chat && messaging ? 'Chat and messaging' : chat ? 'Chat only' : 'Messaging only',
  }));
}
