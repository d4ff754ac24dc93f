// New records, from the conversation and from other records.
import assert from 'node:assert/strict';
import { conversation, query } from './widget-support.mjs';

const unique = () => `${Date.now()}${Math.round(Math.random() * 1e6)}`.slice(-9);

export async function contact(agent) {
  const last = `Quill${unique()}`;
  const entry = await agent.worksOn(conversation({ first: 'Mina', last, phone: '+1 555 700 8000' }));
  await agent.button('New Contact', agent.widget).click();
  await agent.sees(agent.heading('New Contact'));
  await agent.holdsText('First Name', 'Mina');
  await agent.holdsText('* Last Name', last);
  await agent.holdsText('Email', `mina.${last}@visitors.example.com`.toLowerCase());
  await agent.input('Birthdate').fill('1990-02-28');
  await agent.looksUp('Account', 'copper', 'Copper Kettle');
  await agent.looks('new-contact');
  await agent.button('Save & Link', agent.widget).click();
  await agent.seesSaved(`Mina ${last}`, { linked: true });
  await agent.looks('new-contact-saved');
  assert.deepEqual(await agent.quickLinks(), { orange: true, names: ['Copper Kettle', `Mina ${last}`] });
  const [saved] = await query(`SELECT Birthdate, Account.Name, CreatedBy.Username FROM Contact WHERE LastName = '${last}'`);
  assert.deepEqual([saved.Birthdate, saved.Account.Name, saved.CreatedBy.Username], ['1990-02-28', 'Copper Kettle', agent.username]);
  const [kept] = await query(`SELECT Contact__r.LastName FROM LP_ChatTranscript__c WHERE Conversation_Id__c = '${entry.external}'`);
  assert.equal(kept.Contact__r.LastName, last);
}

export async function account(agent) {
  const name = `Quay & Sons ${unique()}`;
  await agent.worksOn(conversation({ channel: 'messaging', first: 'Mina', last: 'Quay' }));
  await agent.picks('Actions', 'New Account');
  await agent.required('Account Name').fill(name);
  await agent.input('Industry').selectOption({ index: 2 });
  assert.equal(await agent.widget.getByText('Annual Revenue').count(), 0, 'nobody can fill it in, so it is not there');
  await agent.looks('new-account');
  await agent.button('Save', agent.widget).click();
  await agent.seesSaved(name);
  assert.deepEqual(await agent.quickLinks(), { orange: false, names: [] }, 'saved, not linked');
}

export async function personAccount(agent) {
  const last = `Fjord${unique()}`;
  await agent.worksOn(conversation({ first: 'Solveig', last }));
  await agent.picks('Actions', 'New Account');
  await agent.input('Record type').selectOption('Person Account');
  await agent.required('Last Name').fill(last);
  await agent.input('First Name').fill('Solveig');
  assert.equal(await agent.required('Account Name').count(), 0, 'it is called by the person’s name');
  await agent.button('Save', agent.widget).click();
  await agent.sees(/Fill in Email\./);
  await agent.looks('new-person-account');
  await agent.required('Email').fill(`solveig.${last}@visitors.example.com`);
  await agent.button('Save & Link', agent.widget).click();
  await agent.seesSaved(`Solveig ${last}`, { linked: true });
  const [saved] = await query(`SELECT IsPersonAccount FROM Account WHERE LastName = '${last}'`);
  assert.equal(saved.IsPersonAccount, true);
}

export async function lead(agent) {
  const last = `Reed${unique()}`;
  await agent.worksOn(conversation({ first: 'Ossian', last }));
  await agent.picks('Actions', 'New Lead');
  await agent.required('Company').fill('Reed & Rush');
  const rules = agent.widget.getByRole('checkbox', { name: 'Assign using active assignment rules' });
  assert.equal(await rules.isChecked(), true);
  await agent.looks('new-lead');
  await agent.widget.locator('label').filter({ hasText: 'Assign using active assignment rules' }).first().click();
  await agent.button('Save & Link', agent.widget).click();
  await agent.seesSaved(`Ossian ${last}`, { linked: true });
  const [saved] = await query(`SELECT Owner.Name, Email FROM Lead WHERE LastName = '${last}'`);
  assert.equal(saved.Owner.Name, agent.name, 'the agent chose to keep it');
}

export async function opportunity(agent) {
  const name = `Autumn coats ${unique()}`;
  await agent.worksOn(conversation({ channel: 'messaging', first: 'Ada', last: 'Abernathy' }));
  await agent.picks('Actions', 'New Opportunity');
  await agent.required('Name').fill(name);
  await agent.required('Stage').selectOption('Proposal');
  await agent.required('Close Date').fill('2027-01-31');
  await agent.input('Amount').fill('1250.50');
  await agent.widget.getByRole('combobox', { name: /Account$/ }).fill('l');
  await agent.sees('Type at least two letters.');
  await agent.widget.getByRole('combobox', { name: /Account$/ }).fill('zzzz');
  await agent.sees('Nothing found for “zzzz”.');
  await agent.widget.getByRole('combobox', { name: /Account$/ }).fill('lantern');
  await agent.sees(agent.widget.getByRole('option', { name: /^Lantern Bay Hotel/ }));
  await agent.looks('lookup');
  await agent.page.keyboard.press('ArrowDown');
  await agent.page.keyboard.press('Enter');
  await agent.button('Save & Link', agent.widget).click();
  await agent.seesSaved(name, { linked: true });
  await agent.looks('new-opportunity-saved');
  const [saved] = await query(`SELECT Amount, CloseDate, Account.Name FROM Opportunity WHERE Name = '${name}'`);
  assert.deepEqual([saved.Amount, saved.CloseDate, saved.Account.Name], [1250.5, '2027-01-31', 'Lantern Bay Hotel']);
  assert.deepEqual((await agent.quickLinks()).names, ['Lantern Bay Hotel', name]);
}

export async function caseOfType(agent) {
  await agent.worksOn(conversation({ first: 'Ada', last: 'Abernathy' }));
  await agent.picks('Actions', 'New Case');
  await agent.sees(agent.heading('New Case'));
  const choices = (label) => agent.widget.getByLabel(label).locator('option').allInnerTexts();
  const types = await choices('Record type');
  assert.ok(types.length > 1, types.join());
  const before = await choices(/^(\* )?(Case )?Reason/);
  await agent.required('Subject').fill('Charged for a parcel');
  await agent.input('Record type').selectOption('Complaint');
  await agent.widget.locator('fieldset.form-body[aria-busy=false]').waitFor();
  assert.equal(await agent.required('Subject').inputValue(), 'Charged for a parcel', 'what was typed stays');
  const after = await choices(/^(\* )?(Case )?Reason/);
  assert.notDeepEqual(after, before, 'another record type, other reasons');
  await agent.looks('new-case-complaint');
  await agent.button('Save & Link', agent.widget).click();
  await agent.sees(/Fill in Contact/);
  await agent.looks('new-case-without-contact');
  await agent.looksUp('Contact', 'chidi ab', 'Chidi Abernathy');
  await agent.button('Save & Link', agent.widget).click();
  await agent.seesSaved(/^\d{5,}$/, { linked: true });
  const [saved] = await query("SELECT RecordType.Name, Contact.Name FROM Case WHERE Subject = 'Charged for a parcel' ORDER BY CaseNumber DESC LIMIT 1");
  assert.deepEqual([saved.RecordType.Name, saved.Contact.Name], ['Complaint', 'Chidi Abernathy']);
}

export async function caseFromRow(agent) {
  const subject = `Wet boots ${unique()}`;
  const entry = await agent.worksOn(conversation({ channel: 'messaging', first: 'Dalia', last: 'Abernathy' }));
  await agent.picks('Actions for Dalia Abernathy', 'New Case');
  await agent.sees(agent.heading('New Case'));
  await agent.required('Subject').fill(subject);
  const parents = await agent.widget.getByRole('combobox').evaluateAll((inputs) => inputs.map((input) => input.value).filter(Boolean));
  assert.ok(parents.includes('Lantern Bay Hotel') && parents.includes('Dalia Abernathy'), parents.join());
  await agent.looks('case-from-row');
  await agent.button('Save & Link', agent.widget).click();
  await agent.seesSaved(/^\d{5,}$/, { linked: true });
  const [saved] = await query(`SELECT CaseNumber, Contact.Name, Account.Name FROM Case WHERE Subject = '${subject}'`);
  assert.deepEqual([saved.Contact.Name, saved.Account.Name], ['Dalia Abernathy', 'Lantern Bay Hotel']);
  assert.deepEqual((await agent.quickLinks()).names, ['Lantern Bay Hotel', 'Dalia Abernathy', saved.CaseNumber]);
  const [kept] = await query(`SELECT Case__r.Subject FROM LP_ChatTranscript__c WHERE Conversation_Id__c = '${entry.external}'`);
  assert.equal(kept.Case__r.Subject, subject);
}

export async function policy(agent) {
  const number = `P-${unique()}`;
  await agent.worksOn(conversation({ first: 'Ada', last: 'Abernathy' }));
  await agent.button('Open', agent.widget.getByRole('region', { name: 'Exact match' })).click();
  await agent.picks('New record from Ada Abernathy', 'New Policy');
  await agent.sees(agent.heading('New Policy'));
  await agent.widget.locator('#field-Name').fill(number);
  await agent.widget.locator('#field-Premium__c').fill('99.5');
  await agent.looks('new-policy');
  await agent.button('Save', agent.widget).click();
  await agent.seesSaved(number);
  const [saved] = await query(`SELECT Premium__c, Contact__r.Name, Account__r.Name FROM Policy__c WHERE Name = '${number}'`);
  assert.deepEqual([saved.Premium__c, saved.Contact__r.Name, saved.Account__r.Name], [99.5, 'Ada Abernathy', 'Lantern Bay Hotel']);
  await agent.button('Link Chat', agent.widget).click();
  await agent.sees(`Linked to ${number}.`);
  await agent.looks('policy-linked');
}
