// The fields of an object's form: where each gets its value, who may change it, what the overview shows.
import { AddressFields } from '../components/AddressFields.tsx';
import { CheckAt, OptionalTextAt, SelectAt, bound, boundWithin } from '../components/Bound.tsx';
import { SelectField } from '../../components/Field.tsx';
import { Empty } from '../../components/Note.tsx';
import { Card } from '../components/Page.tsx';
import { AddRow, RowActions } from '../components/RowActions.tsx';
import { ValueSource } from '../components/ValueSource.tsx';
import { EDITABILITIES, editabilitiesOf, showableChoices } from '../logic/fields.ts';
import { ADDRESSES_AT, fromObject, toObject } from '../logic/values.ts';
import { useParameters } from '../state/description.ts';
import { at, edit } from '../state/draft.ts';
import type { ObjectMapping, Parameter, SalesforceField } from '../types.ts';
import type { PartProps } from './ObjectPage.tsx';

const OVERVIEW = 5;
const HEADS = ['Field', 'LivePerson value', 'Editability', 'Overview', 'Required', 'Default'];
const CHECKS = new Set(['Overview', 'Required']);

const fresh = (): ObjectMapping => ({ field: '', value: 'none', editability: 'editable', overview: false, required: false, default: null });

export function ObjectFields({ place, object, description }: PartProps) {
  const list = ['objects', place, 'field_mappings'];
  const mappings = at<ObjectMapping[]>(list);
  const parameters = useParameters().answer ?? [];
  const overview = mappings.filter((mapping) => mapping.overview).length;
  const about = `The fields of the form in this order. The overview shows the first ${OVERVIEW} that are marked${overview > OVERVIEW ? `; ${overview - OVERVIEW} more are marked and not shown` : ''}.`;
  return (
    <Card title="Field mappings" about={about}>
      {mappings.length === 0 ? (
        <Empty>No field yet. Add the fields agents need to see or fill in.</Empty>
      ) : (
        <div class="table-scroll">
          <table class="slds-table edit-table">
            <caption class="slds-assistive-text">Field mappings of {object}</caption>
            <thead>
              <tr>
                {HEADS.map((head) => <th key={head} scope="col" class={CHECKS.has(head) ? 'cell_check' : undefined}>{head}</th>)}
                <th scope="col" class="cell_actions"><span class="slds-assistive-text">Order and remove</span></th>
              </tr>
            </thead>
            {mappings.map((mapping, n) => (
              <Row
                key={n}
                path={[...list, n]}
                mapping={mapping}
                fields={description?.fields ?? []}
                taken={mappings.filter((other) => other !== mapping).map((other) => other.field)}
                parameters={parameters}
              />
            ))}
          </table>
        </div>
      )}
      <AddRow list={list} item={fresh}>Add a field</AddRow>
    </Card>
  );
}

type RowProps = {
  path: (string | number)[];
  mapping: ObjectMapping;
  fields: readonly SalesforceField[];
  taken: readonly string[];
  parameters: readonly Parameter[];
};

function Row({ path, mapping, fields, taken, parameters }: RowProps) {
  const field = fields.find((one) => one.field === mapping.field);
  const source = fromObject(mapping.value);
  const name = mapping.field || 'the new row';
  const at = (member: string) => [...path, member];
  const permitted = editabilitiesOf(field);
  const choose = (chosen: string) => {
    const allowed = editabilitiesOf(fields.find((one) => one.field === chosen));
    const editability = allowed.includes(mapping.editability) ? mapping.editability : allowed[0] ?? 'read_only';
    edit(path, { ...mapping, field: chosen, editability });
  };
  return (
    <tbody {...bound(path)} tabIndex={-1}>
      <tr>
        <td>
          <SelectField {...bound(at('field'))} label="Field" hideLabel value={mapping.field} choices={showableChoices(fields, taken)} onChange={choose} />
        </td>
        <td>
          <ValueSource {...(source.kind === 'other' ? bound : boundWithin)(at('value'))} name={name} optional source={source} parameters={parameters} onChange={(chosen) => edit(at('value'), toObject(chosen))} />
        </td>
        <td>
          <SelectAt
            path={at('editability')}
            label={`Editability of ${name}`}
            hideLabel
            choices={Object.entries(EDITABILITIES).map(([value, label]) => ({ value, label, disabled: !permitted.includes(value as ObjectMapping['editability']) }))}
          />
        </td>
        <td class="cell_check"><CheckAt path={at('overview')} label={`${name} in the overview`} hideLabel /></td>
        <td class="cell_check"><CheckAt path={at('required')} label={`${name} is required`} hideLabel /></td>
        <td><OptionalTextAt path={at('default')} label={`Default of ${name}`} hideLabel /></td>
        <td><RowActions list={path.slice(0, -1)} place={path.at(-1) as number} name={name} /></td>
      </tr>
      {source.kind === 'other' && (
        <tr>
          <td colSpan={7}><AddressFields path={[...path, ...ADDRESSES_AT.object.split('.')]} name={name} /></td>
        </tr>
      )}
    </tbody>
  );
}
