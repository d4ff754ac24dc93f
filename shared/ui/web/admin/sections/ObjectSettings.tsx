// The settings that only some objects have: creation, assignment rules, what is mandatory.
import { CheckAt, SelectAt, bound } from '../components/Bound.tsx';
import { CheckField } from '../../components/Field.tsx';
import { Card } from '../components/Page.tsx';
import { nameOf } from '../logic/fields.ts';
import { settingsOf } from '../logic/objects.ts';
import { at, edit } from '../state/draft.ts';
import type { ObjectDescription } from '../types.ts';
import type { PartProps } from './ObjectPage.tsx';

export function ObjectSettingsCard({ place, object, description }: PartProps) {
  const has = settingsOf(object);
  const name = description?.label ?? object;
  const path = (member: string) => ['objects', place, member];
  const rules = at<boolean>(path('use_assignment_rules'));
  const turnRules = (on: boolean) => {
    edit(path('use_assignment_rules'), on);
    if (!on) edit(path('let_user_decide'), false);
  };
  return (
    <>
      <Card title="Creating records">
        {has.includes('allow_creation') && <CheckAt path={path('allow_creation')} label={`Allow agents to create: ${name}`} />}
        {has.includes('use_assignment_rules') && (
          <>
            <CheckField {...bound(path('use_assignment_rules'))} label="Use assignment rules" checked={rules} onChange={turnRules} help="Salesforce's active rule decides who owns a new record." />
            <CheckAt path={path('let_user_decide')} label="Let the agent decide" disabled={!rules} help="Agents see a box to leave the rules out. Needs assignment rules." />
          </>
        )}
        {has.includes('account_mandatory') && <CheckAt path={path('account_mandatory')} label="An account is mandatory" help="A record is only created with an account linked." />}
        {has.includes('contact_mandatory') && <CheckAt path={path('contact_mandatory')} label="A contact is mandatory" help="A record is only created with a contact linked." />}
      </Card>
      {has.includes('lookups') && (
        <Card title="Account and contact" about="A custom object can have several lookups; choose which ones link it to the visitor's account and contact.">
          <div class="columns">
            <SelectAt path={path('account_field')} empty={null} label="Account lookup" choices={lookups(description, 'Account')} />
            <SelectAt path={path('contact_field')} empty={null} label="Contact lookup" choices={lookups(description, 'Contact')} />
          </div>
        </Card>
      )}
    </>
  );
}

function lookups(description: ObjectDescription | undefined, target: string) {
  const fields = (description?.fields ?? []).filter((field) => field.reference_to.includes(target));
  return [{ value: '', label: 'None' }, ...fields.map((field) => ({ value: field.field, label: nameOf(field) }))];
}
