// Filters that narrow every search for an object.
import { SelectAt, TextAt, bound } from '../components/Bound.tsx';
import { SelectField } from '../../components/Field.tsx';
import { Empty } from '../../components/Note.tsx';
import { Card } from '../components/Page.tsx';
import { RecordAt } from '../components/RecordAt.tsx';
import { AddRow, RowActions } from '../components/RowActions.tsx';
import { nameOf } from '../logic/fields.ts';
import { OPERATORS, valueEntry } from '../logic/operators.ts';
import { at, edit } from '../state/draft.ts';
import type { SalesforceField, SearchFilter } from '../types.ts';
import type { PartProps } from './ObjectPage.tsx';

const fresh = (): SearchFilter => ({ field: '', operator: 'equals', value: '' });

export function SearchFilters({ place, object, description }: PartProps) {
  const list = ['objects', place, 'search_filters'];
  const filters = at<SearchFilter[]>(list);
  return (
    <Card title="Search filters" about={`Searches only find records of ${description?.label ?? object} that pass every filter. For a lookup or a record type, type part of a name and choose the record, or enter its id.`}>
      {filters.length === 0 ? (
        <Empty>No filter. Searches find every record the agent may see.</Empty>
      ) : (
        <div class="table-scroll">
          <table class="slds-table edit-table">
            <caption class="slds-assistive-text">Search filters of {object}</caption>
            <thead>
              <tr>
                {['Field', 'Operator', 'Value'].map((head) => <th key={head} scope="col">{head}</th>)}
                <th scope="col" class="cell_actions"><span class="slds-assistive-text">Order and remove</span></th>
              </tr>
            </thead>
            <tbody>
              {filters.map((filter, n) => <Row key={n} path={[...list, n]} filter={filter} object={object} fields={description?.fields ?? []} />)}
            </tbody>
          </table>
        </div>
      )}
      <AddRow list={list} item={fresh}>Add a filter</AddRow>
    </Card>
  );
}

type RowProps = { path: (string | number)[]; filter: SearchFilter; object: string; fields: SalesforceField[] };

function Row({ path, filter, object, fields }: RowProps) {
  const field = fields.find((one) => one.field === filter.field);
  const fitting = field?.operators ?? Object.keys(OPERATORS);
  const name = filter.field || 'the new filter';
  const choose = (chosen: string) => {
    const operators = fields.find((one) => one.field === chosen)?.operators ?? [];
    edit(path, { field: chosen, operator: operators.includes(filter.operator) ? filter.operator : operators[0] ?? 'equals', value: '' });
  };
  const choices = fields.map((one) => {
    const filterable = one.operators.length > 0;
    return { value: one.field, label: filterable ? nameOf(one) : `${nameOf(one)}: cannot be filtered by`, disabled: !filterable };
  });
  return (
    <tr id={bound(path).id} tabIndex={-1}>
      <td><SelectField {...bound([...path, 'field'])} label="Field" hideLabel value={filter.field} choices={choices} onChange={choose} /></td>
      <td>
        <SelectAt
          path={[...path, 'operator']}
          label={`Operator for ${name}`}
          hideLabel
          choices={fitting.map((operator) => ({ value: operator, label: OPERATORS[operator] ?? operator }))}
        />
      </td>
      <td><Value path={[...path, 'value']} name={name} object={object} field={field} /></td>
      <td><RowActions list={path.slice(0, -1)} place={path.at(-1) as number} name={name} /></td>
    </tr>
  );
}

type ValueProps = { path: (string | number)[]; name: string; object: string; field: SalesforceField | undefined };

function Value({ path, name, object, field }: ValueProps) {
  const { input, hint } = valueEntry(field?.type ?? 'string');
  const label = `Value for ${name}`;
  if (input === 'choice') {
    const values = field?.type === 'boolean' ? ['true', 'false'] : (field?.picklist ?? []);
    const choices = values.map((one) => (typeof one === 'string' ? { value: one, label: one } : { value: one.value, label: one.label ?? one.value }));
    return <SelectAt path={path} label={label} hideLabel choices={choices} />;
  }
  if (input === 'record') return <RecordAt path={path} label={label} object={object} field={field?.field ?? 'Id'} />;
  return <TextAt path={path} label={label} hideLabel type={input} placeholder={hint} />;
}
