// Two browsers at once, somebody who may not, and the configuration as a file.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { consents } from './setup.mjs';
import { Person, stack } from './support.mjs';

export async function meetsAnother(admin) {
  const other = await Person.arrives();
  await other.page.goto(stack.console);
  await other.button('Sign in with Salesforce').click();
  await consents(other, stack.administrator);
  await other.goTo('Schedules');
  await admin.goTo('Schedules');
  await other.field('Days the event log is kept').fill('120');
  await other.saves();
  await admin.field('Share of the org\'s daily API calls, in percent').fill('35');
  await admin.button('Save').click();
  await admin.sees(admin.page.getByRole('dialog', { name: 'Somebody else saved meanwhile' }));
  await admin.sees('noor.adair@chatlink.example');
  await admin.looks('overtaken');
  await admin.button('Show the differences').click();
  await admin.sees('What they changed');
  await admin.looks('overtaken-differences', { narrow: true });
  await admin.button('Put my changes on top').click();
  await admin.saves();
  await admin.holds(admin.field('Days the event log is kept'), '120');
  await other.context.close();
}

export async function turnsAgentAway() {
  const agent = await Person.arrives();
  await agent.page.goto(stack.console);
  await agent.button('Sign in with Salesforce').click();
  await consents(agent, 'ilse.varga@agents.example.com');
  await agent.sees(agent.page.getByRole('heading', { name: 'You need a permission' }));
  await agent.sees('LP_Admin');
  await agent.looks('forbidden');
  await agent.context.close();
}

export async function exportsAndImports(admin) {
  await admin.goTo('Import and export');
  const [download] = await Promise.all([
    admin.page.waitForEvent('download'),
    admin.page.getByRole('button', { name: /^Download version \d+, as saved$/ }).click(),
  ]);
  const configuration = JSON.parse(await readFile(await download.path(), 'utf8'));
  assert.equal(configuration.account, stack.account);
  assert.deepEqual(configuration.objects.map(({ object }) => object), ['Contact', 'Case', 'Account']);
  configuration.limits.log_days = 30;
  const file = (text) => ({ name: 'chatlink.json', mimeType: 'application/json', buffer: Buffer.from(text) });
  const input = admin.field('Configuration file (JSON)');
  await input.setInputFiles(file('{"account": 3'));
  await admin.sees(/^The file is not JSON/);
  await input.setInputFiles(file(JSON.stringify({ ...configuration, account: '' })));
  await admin.sees(/1 problem would have to be mended/);
  await admin.looks('import-problem');
  await input.setInputFiles(file(JSON.stringify(configuration)));
  await admin.sees('The file is in order.');
  await admin.looks('import');
  await admin.button('Take over 1 change').click();
  await admin.sees(/^1 unsaved change/);
  await admin.saves();
}

/** Every section once more, as it is when all is set up. */
export async function looksAround(admin) {
  const sections = ['Account settings', 'Objects', 'Skills', 'Widget set-up', 'Quarantine', 'Preview'];
  for (const section of sections) {
    await admin.goTo(section);
    await admin.looks(`all-${section.toLowerCase().replaceAll(' ', '-')}`, { narrow: section === 'Widget set-up' });
  }
  await admin.button('Sign out').click();
  await admin.sees(admin.button('Sign in with Salesforce'));
}
