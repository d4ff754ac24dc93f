// Finding the visitor: by what the conversation says, by what is typed, and what is shown of what was found.
import assert from 'node:assert/strict';
import { SALESFORCE, conversation, query } from './widget-support.mjs';

const reasons = (row) => row.locator('> .row-line .reasons li').allInnerTexts();

export async function oneContact(agent) {
  await agent.worksOn(conversation({ first: 'Ada', last: 'Abernathy' }));
  assert.deepEqual(await agent.found(), ['Lantern Bay Hotel', '  Ada Abernathy']);
  assert.deepEqual(await reasons(agent.row('Ada Abernathy')), ['Email ada.abernathy@visitors.example.com']);
  assert.deepEqual(await reasons(agent.row('Lantern Bay Hotel')), [], 'the account is there for its contact');
  const exact = agent.widget.getByRole('region', { name: 'Exact match' });
  await agent.looks('one-contact');
  await agent.button('Open', exact).click();
  await agent.sees(agent.heading('Ada Abernathy'));
  await agent.button('Back', agent.widget).click();
  assert.deepEqual((await agent.quickLinks()).names, [], 'nothing is linked by itself');
}

export async function twoContacts(agent) {
  const entry = conversation({ channel: 'messaging', first: 'Bruno', last: 'Brightwater' });
  const want = ['Copper Kettle', '  Bruno Brightwater', 'Lantern Bay Hotel', '  Bruno Brightwater'];
  for (let turn = 0; turn < 3; turn += 1) {
    await agent.worksOn(entry);
    assert.deepEqual(await agent.found(), want, `turn ${turn}`);
  }
  assert.equal(await agent.widget.getByRole('region', { name: 'Exact match' }).count(), 0);
  for (const row of await agent.row('Bruno Brightwater').all()) {
    assert.deepEqual(await reasons(row), ['Email bruno.brightwater@visitors.example.com']);
  }
  await agent.sees('2 matches');
  await agent.looks('two-contacts');
  await agent.widget.getByRole('button', { name: 'Records of Copper Kettle' }).click();
  assert.deepEqual(await agent.found(), [want[0], want[2], want[3]], 'folded');
}

export async function lead(agent) {
  await agent.worksOn(conversation({ first: 'Chidi', last: 'Castellan' }));
  assert.deepEqual(await agent.found(), ['Chidi Castellan']);
  await agent.sees(agent.row('Chidi Castellan').getByText('Lead', { exact: true }));
  await agent.looks('lead');
}

export async function convertedLead(agent) {
  await agent.worksOn(conversation({ first: 'Dalia', last: 'Drumlin' }));
  assert.deepEqual(await agent.found(), ['Millbrook School', '  Dalia Drumlin']);
  const row = agent.row('Dalia Drumlin');
  await agent.sees(row.getByText('Contact', { exact: true }));
  await agent.sees(row.getByText('converted from lead Dalia Drumlin'));
  await agent.looks('converted-lead');
}

export async function personAccount(agent) {
  await agent.worksOn(conversation({ channel: 'messaging', first: 'Ada', last: 'Eastwick' }));
  assert.deepEqual(await agent.found(), ['Ada Eastwick'], 'not the contact behind it as well');
  await agent.sees('Person account');
  await agent.looks('person-account');
  await agent.button('Ada Eastwick', agent.row('Ada Eastwick')).click();
  await agent.sees(agent.heading('Ada Eastwick'));
  const labels = await agent.widget.locator('.fields dt').allInnerTexts();
  assert.ok(labels.includes('Email') && labels.includes('Mobile'), labels.join());
  await agent.looks('person-account-record');
}

export async function nobody(agent) {
  await agent.worksOn(conversation({ first: 'Greta', last: 'Goldcrest' }));
  await agent.sees('Nobody found for greta.goldcrest@visitors.example.com.');
  const offered = await agent.widget.locator('.blank-actions button').allInnerTexts();
  assert.deepEqual(offered, ['Change the search', 'New Contact', 'New Account'], 'a lead is not this agent’s to make');
  await agent.looks('nobody');
  await agent.meets(conversation({ first: '', last: '', email: '' }));
  await agent.sees('Nothing is known of the visitor yet.');
  await agent.looks('nothing-known');
}

export async function typedValues(agent) {
  await agent.worksOn(conversation({ first: 'Greta', last: 'Goldcrest' }));
  await agent.searches('Abernathy');
  const want = ['Ada', 'Bruno', 'Chidi', 'Dalia'].map((first) => `  ${first} Abernathy`);
  await agent.sees(agent.row('Chidi Abernathy'));
  assert.deepEqual(await agent.found(), ['Lantern Bay Hotel', ...want]);
  await agent.looks('typed-name');
  await agent.searches('+1 (555) 010-0204');
  await agent.sees(agent.row('Bruno Drumlin'));
  assert.deepEqual(await agent.found(), ['Millbrook School', '  Bruno Drumlin']);
  assert.deepEqual(await reasons(agent.row('Bruno Drumlin')), ['Mobile Phone +1 555 010 0204']);
  await agent.searches('O\'Neil%_\\\'; "');
  await agent.sees(/^Nobody found for O'Neil%_/);
  await agent.looks('typed-odd');
  await agent.searches('Copper Ket');
  await agent.sees(agent.row('Copper Kettle'));
  assert.equal((await agent.found())[0], 'Copper Kettle', 'with its contacts below');
}

export async function oneObject(agent) {
  await agent.worksOn(conversation({ first: 'Greta', last: 'Goldcrest' }));
  await agent.picks('Search in: People Search', 'Search Cases');
  await agent.searches('Parcel');
  const [known] = await query("SELECT CaseNumber FROM Case WHERE Subject = 'Parcel has not arrived'");
  await agent.sees(agent.row(known.CaseNumber));
  assert.deepEqual(await agent.found(), [known.CaseNumber]);
  assert.deepEqual(await reasons(agent.row(known.CaseNumber)), ['Subject Parcel has not arrived']);
  await agent.looks('search-cases');
  await agent.searches('no such case');
  await agent.sees('Nothing found for no such case.');
}

export async function bubble(agent) {
  await agent.worksOn(conversation({ first: 'Ada', last: 'Abernathy' }));
  await agent.button('About Ada Abernathy', agent.widget).click();
  const about = agent.widget.getByRole('group', { name: 'Overview of Ada Abernathy' });
  await agent.sees(about);
  assert.deepEqual(await about.locator('dt').allInnerTexts(), ['First Name', 'Last Name', 'Email', 'Business Phone', 'Title']);
  await agent.sees(agent.button('Link Chat', about));
  await agent.looks('bubble');
  await agent.page.keyboard.press('Escape');
  await agent.seesNoMore(about);
  // It stays closed although the focus is back on the name.
  await agent.page.waitForTimeout(700);
  assert.equal(await about.count(), 0);
  await agent.button('Ada Abernathy', agent.row('Ada Abernathy')).hover();
  await agent.sees(about);
  await agent.widget.getByRole('searchbox').hover();
  await agent.seesNoMore(about);
}

export async function recordPage(agent) {
  await agent.worksOn(conversation({ channel: 'messaging', first: 'Ada', last: 'Abernathy' }));
  await agent.button('Ada Abernathy', agent.row('Ada Abernathy')).click();
  await agent.sees(agent.heading('Ada Abernathy'));
  await agent.sees('Buyer');
  const cases = agent.widget.getByRole('region', { name: 'Cases' });
  const subjects = cases.locator('dd');
  await agent.sees(cases.getByText('Parcel has not arrived'));
  await agent.sees(cases.getByText('Boots in another size'));
  assert.ok((await subjects.count()) >= 6);
  await agent.looks('contact-record');
  const [known] = await query("SELECT Id, AccountId FROM Contact WHERE Email = 'ada.abernathy@visitors.example.com' AND AccountId != null");
  const full = agent.widget.getByRole('link', { name: 'Full View of Ada Abernathy, opens a new tab' });
  assert.equal(await full.getAttribute('href'), `${SALESFORCE}/${known.Id}`);
  const [tab] = await Promise.all([agent.page.waitForEvent('popup'), full.click()]);
  await tab.getByText('Ada Abernathy').first().waitFor();
  await tab.close();
  await agent.button('Lantern Bay Hotel', agent.widget).click();
  await agent.sees(agent.heading('Lantern Bay Hotel'));
  await agent.sees(agent.widget.getByRole('region', { name: 'Contacts' }).getByText('Bruno Brightwater'));
  await agent.sees('See all in Salesforce');
  await agent.looks('account-record');
  await agent.button('Back', agent.widget).click();
  await agent.sees(agent.heading('Ada Abernathy'));
}

/** No Opportunity, no new Lead, no AnnualRevenue. */
export async function limits(agent) {
  await agent.worksOn(conversation({ first: 'Ada', last: 'Abernathy' }));
  const entries = async (menu) => {
    await agent.button(menu, agent.widget).click();
    const list = await agent.widget.getByRole('menu', { name: menu }).locator('[role^=menuitem]').allInnerTexts();
    await agent.page.keyboard.press('Escape');
    return list.map((entry) => entry.trim());
  };
  assert.deepEqual(await entries('Actions'), ['New Account', 'New Contact', 'New Case', 'New Policy']);
  assert.deepEqual(await entries('Search in: People Search'), ['People Search', 'Search Accounts', 'Search Contacts', 'Search Leads', 'Search Cases', 'Search Policies']);
  assert.deepEqual(await entries('Actions for Ada Abernathy'), ['Open', 'Link Chat', 'Full View', 'New Case', 'New Policy']);
  await agent.button('Actions', agent.widget).click();
  await agent.looks('limited-actions');
  await agent.page.keyboard.press('Escape');
  await agent.button('Lantern Bay Hotel', agent.row('Lantern Bay Hotel')).click();
  await agent.sees(agent.heading('Lantern Bay Hotel'));
  const labels = await agent.widget.locator('.fields dt').allInnerTexts();
  assert.ok(labels.includes('Industry') && !labels.includes('Annual Revenue'), labels.join());
  assert.ok(!labels.includes('Email'), `a business account has no fields of persons: ${labels.join()}`);
  assert.equal(await agent.widget.getByRole('region', { name: 'Opportunities' }).count(), 0);
}

export async function changedVisitor(agent) {
  await agent.worksOn(conversation({ first: 'Greta', last: 'Goldcrest' }));
  await agent.sees(/^Nobody found for greta/);
  // Nothing was found, so the search begins anew by itself.
  await agent.page.getByRole('button', { name: 'Change visitor data' }).click();
  await agent.sees('Nobody found for mira.tolland@visitors.example.com.');
  await agent.searches('Abernathy');
  await agent.sees(agent.row('Ada Abernathy'));
  await agent.page.getByRole('button', { name: 'Change visitor data' }).click();
  await agent.sees('LivePerson has new details of the visitor.');
  await agent.sees(agent.row('Ada Abernathy'));
  await agent.looks('changed-visitor');
  await agent.button('Search with them', agent.widget).click();
  await agent.sees('Nobody found for oskar.venn@visitors.example.com.');
}
