// What keeps a record from being saved: said where it is wrong, and nothing typed is lost.
import assert from 'node:assert/strict';
import { conversation, query } from './widget-support.mjs';

const count = async (object, where) => (await query(`SELECT Id FROM ${object} WHERE ${where}`)).length;

export async function badFields(agent) {
  await agent.worksOn(conversation({ first: 'Odd', last: 'Lot' }));
  await agent.picks('Actions', 'New Account');
  const name = agent.required('Account Name');
  await name.waitFor();
  await agent.button('Save', agent.widget).click();
  await agent.sees('1 thing to put right');
  assert.equal(await name.getAttribute('aria-invalid'), 'true');
  await agent.looks('required');
  await agent.button('Fill in Account Name.', agent.widget).click();
  assert.ok(await name.evaluate((input) => input === input.ownerDocument.activeElement), 'the sentence leads to the field');
  await name.fill('n'.repeat(300));
  assert.ok((await name.inputValue()).length <= 255, 'no more fits in');
  // A value that gets past the page is refused by the server, in words.
  await agent.page.route('**/api/widget/records', async (route) => {
    const body = route.request().postDataJSON();
    body.values.Name = 'n'.repeat(300);
    await route.continue({ postData: JSON.stringify(body) });
  });
  await agent.button('Save', agent.widget).click();
  await agent.sees('Account Name has 300 characters and takes 255; shorten it.');
  await agent.sees('1 thing to put right');
  await agent.looks('too-long');
  await agent.page.unroute('**/api/widget/records');
}

export async function validationRules(agent) {
  await agent.worksOn(conversation({ channel: 'messaging', first: 'Ada', last: 'Abernathy' }));
  await agent.picks('Actions for Lantern Bay Hotel', 'New Opportunity');
  await agent.required('Name').fill('Worth nothing');
  await agent.required('Stage').selectOption('Proposal');
  await agent.required('Close Date').fill('2027-01-31');
  await agent.input('Amount').fill('-5');
  await agent.button('Save & Link', agent.widget).click();
  await agent.sees(/An opportunity cannot be worth less than nothing\./);
  assert.equal(await agent.input('Amount').getAttribute('aria-invalid'), 'true');
  await agent.looks('validation-rule');
  assert.deepEqual([await count('Opportunity', "Name = 'Worth nothing'"), (await agent.quickLinks()).names.length], [0, 0], 'neither saved nor linked');
  await agent.input('Amount').fill('5');
  assert.notEqual(await agent.input('Amount').getAttribute('aria-invalid'), 'true');
  await agent.button('Cancel', agent.widget).click();
  await agent.widget.getByRole('dialog').getByRole('button', { name: 'Discard' }).click();
  await agent.picks('Actions for Ada Abernathy', 'New Case');
  await agent.required('Subject').fill('Low but escalated');
  await agent.input('Status').selectOption('Escalated');
  await agent.input('Priority').selectOption('Low');
  await agent.button('Save', agent.widget).click();
  await agent.sees('A case of low priority cannot be escalated.');
  await agent.looks('validation-rule-of-no-field');
  await agent.required('Subject').fill('   ');
  await agent.button('Save', agent.widget).click();
  await agent.sees(/Fill in Subject\./);
}

export async function duplicateContact(agent) {
  const email = 'dalia.abernathy@visitors.example.com';
  const before = await count('Contact', `Email = '${email}'`);
  await agent.worksOn(conversation({ first: 'Dalia', last: 'Abernathy' }));
  await agent.picks('Actions', 'New Contact');
  await agent.holdsText('Email', email);
  await agent.button('Save & Link', agent.widget).click();
  await agent.sees('This Contact may exist already');
  const found = agent.widget.getByRole('region', { name: 'This Contact may exist already' });
  await agent.sees(found.getByText('Dalia Abernathy'));
  await agent.looks('duplicate-contact');
  await agent.button('Link this one', found).first().click();
  await agent.sees('Linked to Dalia Abernathy.');
  await agent.sees(agent.heading('Dalia Abernathy'));
  assert.equal(await count('Contact', `Email = '${email}'`), before);
  await agent.picks('Actions', 'New Contact');
  await agent.holdsText('Email', email);
  await agent.button('Save', agent.widget).click();
  await agent.button('Save anyway', agent.widget).click();
  await agent.sees(/ was saved\.$/);
  assert.equal(await count('Contact', `Email = '${email}'`), before + 1);
}

export async function duplicateLead(agent) {
  await agent.worksOn(conversation({ channel: 'messaging', first: 'Ada', last: 'Castellan' }));
  await agent.picks('Actions', 'New Lead');
  await agent.required('Company').fill('Elsewhere Ltd');
  await agent.button('Save & Link', agent.widget).click();
  await agent.sees('This Lead may exist already');
  await agent.sees('Use one of these. Salesforce does not allow another record like it.');
  assert.equal(await agent.button('Save anyway', agent.widget).count(), 0);
  await agent.looks('duplicate-lead');
  await agent.button('Change what I typed', agent.widget).click();
  assert.equal(await agent.required('Company').inputValue(), 'Elsewhere Ltd');
  assert.equal(await count('Lead', "Email = 'ada.castellan@visitors.example.com'"), 1);
}
