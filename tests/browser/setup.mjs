// From nothing to an activated account.
import { readFileSync } from 'node:fs';
import { stack } from './support.mjs';

/** Signs in at Salesforce's consent page, as this user. */
export async function consents(person, username) {
  await person.page.getByLabel('Log in as').selectOption(username);
  await person.button('Allow').click();
}

export async function signsIn(admin) {
  await admin.page.goto(stack.console);
  await admin.sees(admin.button('Sign in with Salesforce'));
  await admin.looks('sign-in', { narrow: true });
  await admin.button('Sign in with Salesforce').click();
  await admin.sees(admin.page.getByRole('heading', { name: 'Allow access?' }));
  await consents(admin, stack.administrator);
  await admin.sees(admin.page.getByRole('heading', { level: 1, name: 'Account settings' }));
  await admin.sees('Noor Adair (noor.adair@chatlink.example)');
  await admin.sees('Not activated');
  await admin.looks('account-empty', { narrow: true });
  await admin.goTo('Objects');
  await admin.sees(/These settings are read-only/);
  await admin.looks('objects-read-only');
}

export async function meetsProblems(admin) {
  await admin.goTo('Account settings');
  await admin.field('* Account id').fill('harbour & pine');
  await admin.button('Save').click();
  await admin.sees(/^Not saved: \d things to mend$/);
  await admin.looks('account-problems', { narrow: true });
  await admin.button('Account id').click();
  await admin.page.waitForFunction(() => document.activeElement?.id === 'at-account');
}

export async function entersAccount(admin) {
  const { salesforce } = stack;
  await admin.field('* Account id').fill(stack.account);
  await admin.field('* Login URL').fill(salesforce.login_url);
  await admin.field('* Consumer key').fill(salesforce.client_id);
  await admin.field('* User name of the sync user').fill(salesforce.username);
  await admin.field('* Audience').fill(salesforce.audience);
  await admin.seesNoMore(admin.page.getByText(/^Not saved:/));
  await admin.saves();
  await storesLivePerson(admin, { ...stack.liveperson, consumer_secret: 'not-the-app-secret' });
  const key = secret(admin, 'Private key');
  await admin.button('Enter', key).click();
  await admin.field('* Private key', key).fill(readFileSync(salesforce.private_key_file, 'utf8'));
  await admin.button('Store', key).click();
  await admin.sees(key.getByText(/^Stored\./));
  await admin.looks('account-entered');
}

export async function isRefused(admin) {
  await admin.button('Activate').click();
  const refusal = await admin.sees(admin.page.getByRole('alert'));
  await admin.sees(refusal.getByText(/^Nobody has accepted the terms yet/));
  await admin.sees(refusal.getByText(/^The LivePerson login fails: .*four strings/));
  await admin.looks('activation-refused', { narrow: true });
  await admin.tick('I have read this and accept it for my organization');
  await admin.button('Accept').click();
  await admin.sees(/^Accepted by/);
}

export async function activates(admin) {
  await storesLivePerson(admin, stack.liveperson);
  await admin.button('Activate').click();
  await admin.sees('Both logins work. The account is activated and its schedules run.');
  await admin.sees(admin.page.getByText('Activated', { exact: true }));
  await admin.looks('account-activated');
}

function secret(admin, name) {
  return admin.page.getByRole('group', { name, exact: true });
}

async function storesLivePerson(admin, { consumer_key, consumer_secret, access_token, access_token_secret }) {
  const keys = secret(admin, 'The four LivePerson keys');
  await keys.getByRole('button', { name: /^(Enter|Replace)$/ }).click();
  await admin.field('* App key', keys).fill(consumer_key);
  await admin.field('* App secret', keys).fill(consumer_secret);
  await admin.field('* Access token', keys).fill(access_token);
  await admin.field('* Access token secret', keys).fill(access_token_secret);
  await admin.button('Store', keys).click();
  await admin.sees(keys.getByText(/^Stored\./));
}
