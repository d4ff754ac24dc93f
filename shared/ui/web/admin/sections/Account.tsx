// Account settings: which account, how both sides are signed in to, terms, activation.
import { SelectField } from '../../components/Field.tsx';
import { TextAt, bound } from '../components/Bound.tsx';
import { Card, Page } from '../components/Page.tsx';
import { draft, edit, saved } from '../state/draft.ts';
import type { Flow } from '../types.ts';
import { Activation } from './Activation.tsx';
import { LivePersonKeys, SalesforceKey } from './Secrets.tsx';
import { Terms } from './Terms.tsx';

export function Account() {
  return (
    <Page title="Account settings" about="Which LivePerson account and which Salesforce org belong together, and with which keys Chatlink signs in to them.">
      <Activation />
      <Card title="LivePerson" about="The account id is shown in LivePerson beside your name; the four keys come from its API key management.">
        <div class="columns">
          <TextAt path={['account']} label="Account id" required placeholder="le12345678" />
        </div>
        <LivePersonKeys />
      </Card>
      <Card title="Salesforce" about="The sync signs in as a user of its own, through an external client app of your org.">
        <div class="columns">
          <TextAt path={['salesforce', 'login_url']} label="Login URL" required help="Your My Domain, such as https://acme.my.salesforce.com" />
          <TextAt path={['salesforce', 'api_version']} label="API version" required help="With its v, such as v67.0" />
        </div>
        <FlowFields />
        <SalesforceKey />
      </Card>
      <Terms />
    </Page>
  );
}

const FLOWS = [
  { value: 'jwt_bearer', label: 'JWT bearer (a private key)' },
  { value: 'client_credentials', label: 'Client credentials (a consumer secret)' },
];

export function flowOf(flow: Flow | undefined): 'jwt_bearer' | 'client_credentials' {
  return flow && 'client_credentials' in flow ? 'client_credentials' : 'jwt_bearer';
}

function FlowFields() {
  const flow = draft.value?.salesforce.flow;
  const kind = flowOf(flow);
  const at = (member: string) => ['salesforce', 'flow', kind, member];
  return (
    <div class="columns">
      <SelectField
        {...bound(['salesforce', 'flow'])}
        label="How the sync signs in"
        value={kind}
        choices={FLOWS}
        onChange={(chosen) => edit(['salesforce', 'flow'], otherFlow(chosen))}
      />
      <TextAt path={at('client_id')} label="Consumer key" required help="Of the external client app" />
      {kind === 'jwt_bearer' && (
        <>
          <TextAt path={at('username')} label="User name of the sync user" required placeholder="sync@acme.example" />
          <TextAt path={at('audience')} label="Audience" required help="https://login.salesforce.com, or https://test.salesforce.com for a sandbox, or your My Domain" />
        </>
      )}
    </div>
  );
}

/** The flow with its fields as they were saved or entered before, so that trying the other one loses nothing. */
function otherFlow(kind: string): Flow {
  const before = draft.value?.salesforce.flow;
  const kept = saved.value?.configuration.salesforce.flow;
  if (kept && kind in kept) return kept;
  const client_id = before ? Object.values(before)[0]?.client_id ?? '' : '';
  return kind === 'client_credentials'
    ? { client_credentials: { client_id } }
    : { jwt_bearer: { client_id, username: '', audience: 'https://login.salesforce.com' } };
}

