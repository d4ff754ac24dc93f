// Custom fields of the Chat Transcript that take a LivePerson value.
import { AddressFields } from '../components/AddressFields.tsx';
import { bound } from '../components/Bound.tsx';
import { Button } from '../../components/Button.tsx';
import { SelectField } from '../../components/Field.tsx';
import { Empty, Note } from '../../components/Note.tsx';
import { Card } from '../components/Page.tsx';
import { AddRow, RowActions } from '../components/RowActions.tsx';
import { ValueSource } from '../components/ValueSource.tsx';
import { mappableChoices } from '../logic/fields.ts';
import { ADDRESSES_AT, fromTranscript, toTranscript } from '../logic/values.ts';
import { useDescription, useParameters } from '../state/description.ts';
import { at, edit } from '../state/draft.ts';
import type { Parameter, SalesforceField, TranscriptMapping } from '../types.ts';

const TRANSCRIPT = 'LP_ChatTranscript__c';

export function TranscriptFields() {
  const list = ['field_mappings'];
  const mappings = at<TranscriptMapping[]>(list);
  const { answer, error, reload } = useDescription(TRANSCRIPT);
  const parameters = (useParameters().answer ?? []).filter((parameter) => parameter.api);
  return (
    <Card title="Field mappings" about="Fields that you added to the Chat Transcript yourself can take a value. The list says of every other field why it cannot be chosen.">
      {error && <Note kind="error">The fields could not be read from Salesforce. {error} <Button kind="base" onClick={reload}>Try again</Button></Note>}
      {mappings.length === 0 ? (
        <Empty>No field takes a value yet. Who, when and the text are written anyway.</Empty>
      ) : (
        <div class="table-scroll">
          <table class="slds-table edit-table">
            <caption class="slds-assistive-text">Field mappings of the Chat Transcript</caption>
            <thead>
              <tr>
                <th scope="col">Field</th>
                <th scope="col">LivePerson value</th>
                <th scope="col" class="cell_actions"><span class="slds-assistive-text">Order and remove</span></th>
              </tr>
            </thead>
            {mappings.map((mapping, n) => (
              <Row
                key={n}
                place={n}
                mapping={mapping}
                fields={answer?.fields ?? []}
                taken={mappings.filter((other) => other !== mapping).map((other) => other.field)}
                parameters={parameters}
              />
            ))}
          </table>
        </div>
      )}
      <AddRow list={list} item={(): TranscriptMapping => ({ field: '', value: '' })}>Add a field</AddRow>
    </Card>
  );
}

type RowProps = {
  place: number;
  mapping: TranscriptMapping;
  fields: readonly SalesforceField[];
  taken: readonly string[];
  parameters: readonly Parameter[];
};

function Row({ place, mapping, fields, taken, parameters }: RowProps) {
  const path = ['field_mappings', place];
  const source = fromTranscript(mapping.value);
  const field = bound([...path, 'field']);
  return (
    <tbody id={bound(path).id} tabIndex={-1}>
      <tr>
        <td>
          <SelectField {...field} error={field.error ?? bound(path).error} label="Field" hideLabel value={mapping.field} choices={mappableChoices(fields, taken)} onChange={(chosen) => edit([...path, 'field'], chosen)} />
        </td>
        <td>
          <ValueSource {...bound([...path, 'value'])} name={mapping.field || 'the new row'} optional={false} source={source} parameters={parameters} onChange={(chosen) => edit([...path, 'value'], toTranscript(chosen))} />
        </td>
        <td><RowActions list={['field_mappings']} place={place} name={mapping.field || 'the new row'} /></td>
      </tr>
      {source.kind === 'other' && (
        <tr>
          <td colSpan={3}><AddressFields path={[...path, ...ADDRESSES_AT.transcript.split('.')]} name={mapping.field} sdk={false} /></td>
        </tr>
      )}
    </tbody>
  );
}
