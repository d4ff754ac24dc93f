// The related lists below a record: which, with which columns, how sorted and how long.
import { NumberAt, bound, boundWithin } from '../components/Bound.tsx';
import { DualList } from '../components/DualList.tsx';
import { SelectField } from '../../components/Field.tsx';
import { Empty, Note } from '../../components/Note.tsx';
import { Card } from '../components/Page.tsx';
import { AddRow, RowActions } from '../components/RowActions.tsx';
import { fieldChoices, nameOf } from '../logic/fields.ts';
import { useDescription } from '../state/description.ts';
import { at, edit } from '../state/draft.ts';
import type { RelatedList, SalesforceField } from '../types.ts';
import type { PartProps } from './ObjectPage.tsx';

const fresh = (): RelatedList => ({ object: '', field: '', columns: [], sort: null, rows: 5 });

export function RelatedLists({ place, description }: PartProps) {
  const list = ['objects', place, 'related_lists'];
  const lists = at<RelatedList[]>(list);
  const offered = (description?.related_lists ?? []).map(({ object, label, field }) => ({
    value: `${object}.${field}`,
    label: `${label} (${object}.${field})`,
  }));
  return (
    <>
      {lists.length === 0 && <Card title="Related lists"><Empty>No related list yet. Agents see the record alone.</Empty></Card>}
      {lists.map((one, n) => <One key={n} path={[...list, n]} related={one} offered={offered} />)}
      <AddRow list={list} item={fresh}>Add a related list</AddRow>
    </>
  );
}

type OneProps = { path: (string | number)[]; related: RelatedList; offered: { value: string; label: string }[] };

function One({ path, related, offered }: OneProps) {
  const { answer, error } = useDescription(related.object);
  const fields = answer?.fields ?? [];
  const columns = [...path, 'columns'];
  const name = related.object || 'the new list';
  const which = offered.find((one) => one.value === `${related.object}.${related.field}`);
  const choose = (chosen: string) => {
    const [object = '', field = ''] = chosen.split('.');
    edit(path, { ...related, object, field, columns: object === related.object ? related.columns : [], sort: null });
  };
  const columnsBound = boundWithin(columns);
  return (
    <Card
      id={bound(path).id}
      title={which?.label ?? related.object ?? 'New related list'}
      actions={<RowActions list={path.slice(0, -1)} place={path.at(-1) as number} name={name} />}
    >
      <div class="columns">
        <SelectField
          {...bound([...path, 'object'])}
          error={bound([...path, 'object']).error ?? bound([...path, 'field']).error ?? bound(path).error}
          label="Related list"
          value={related.object && `${related.object}.${related.field}`}
          choices={offered}
          onChange={choose}
        />
        <NumberAt path={[...path, 'rows']} label="Number of records" min={1} max={200} />
      </div>
      {error && <Note kind="error">The fields of {related.object} could not be read. {error}</Note>}
      {related.object && (
        <>
          <p class="slds-form-element__label">Fields: the first 4 are shown in the list, all of them when a record is opened.</p>
          <DualList
            id={columnsBound.id}
            label="fields"
            available={fields.map((field) => ({ value: field.field, label: nameOf(field) }))}
            selected={related.columns}
            onChange={(chosen) => edit(columns, chosen)}
          />
          {columnsBound.error && <Note kind="error">{columnsBound.error}</Note>}
          <SortFields path={[...path, 'sort']} related={related} fields={fields} />
        </>
      )}
    </Card>
  );
}

function SortFields({ path, related, fields }: { path: (string | number)[]; related: RelatedList; fields: SalesforceField[] }) {
  const sort = related.sort;
  const by = (field: string) => edit(path, field === '' ? null : { field, descending: sort?.descending ?? true });
  return (
    <div class="columns">
      <SelectField
        {...bound([...path, 'field'])}
        label="Sort by"
        value={sort?.field ?? ''}
        choices={[{ value: '', label: "Salesforce's own order" }, ...fieldChoices(fields.filter((one) => one.sortable))]}
        onChange={by}
      />
      {sort && (
        <SelectField
          {...bound([...path, 'descending'])}
          label="Direction"
          value={String(sort.descending)}
          choices={[
            { value: 'true', label: 'Descending, newest or highest first' },
            { value: 'false', label: 'Ascending, oldest or lowest first' },
          ]}
          onChange={(chosen) => edit([...path, 'descending'], chosen === 'true')}
        />
      )}
    </div>
  );
}
