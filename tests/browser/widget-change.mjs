// Changing records: alone, at the same time as somebody else, and over the end of the session.
import assert from 'node:assert/strict';
import { conversation, query, salesforce } from './widget-support.mjs';

const RIVAL = 'noor.adair@chatlink.example';
let used = 0;

/** A contact of its own for each step, shown in the widget. */
async function opens(agent, { channel = 'chat' } = {}) {
  used += 1;
  const last = `Tide${Date.now()}${used}`;
  const { id } = await salesforce(agent.username, 'POST', '/sobjects/Contact', { FirstName: 'Rune', LastName: last, Email: `rune.${last}@visitors.example.com`, Title: 'Buyer' });
  await agent.worksOn(conversation({ channel, first: 'Rune', last }));
  await agent.button('Open', agent.widget.getByRole('region', { name: 'Exact match' })).click();
  await agent.button('Edit', agent.widget).click();
  await agent.sees(agent.heading('Edit Contact'));
  await agent.input('Title').waitFor();
  return { id, last, now: async () => (await query(`SELECT Title, Phone, Description FROM Contact WHERE Id = '${id}'`))[0] };
}

export async function edits(agent) {
  const { last, now } = await opens(agent);
  await agent.input('Title').fill('Head of purchasing');
  await agent.input('Description').fill('Two\nlines');
  await agent.looks('edit');
  await agent.button('Save', agent.widget).click();
  await agent.seesSaved(`Rune ${last}`);
  await agent.sees('Head of purchasing');
  const { Title, Description } = await now();
  assert.deepEqual([Title, Description], ['Head of purchasing', 'Two\nlines']);
}

export async function loadsTheirs(agent) {
  const { id, last, now } = await opens(agent, { channel: 'messaging' });
  await agent.input('Title').fill('Mine');
  await salesforce(RIVAL, 'PATCH', `/sobjects/Contact/${id}`, { Title: 'Theirs', Phone: '+1 555 010 7777' });
  await agent.button('Save', agent.widget).click();
  await agent.sees('Somebody else changed this record');
  await agent.sees(/^Noor Adair saved it at /);
  await agent.looks('conflict');
  assert.equal((await now()).Title, 'Theirs', 'nothing was saved');
  await agent.button('Load theirs', agent.widget).click();
  await agent.seesNoMore(agent.widget.getByText('Somebody else changed this record'));
  assert.equal(await agent.input('Title').inputValue(), 'Mine', 'what I typed');
  assert.equal(await agent.widget.locator('#field-Phone').inputValue(), '+1 555 010 7777', 'what they typed');
  await agent.input('Title').fill('Ours');
  await agent.button('Save', agent.widget).click();
  await agent.seesSaved(`Rune ${last}`);
  assert.deepEqual(await now().then(({ Title, Phone }) => [Title, Phone]), ['Ours', '+1 555 010 7777']);
}

export async function savesMine(agent) {
  const { id, last, now } = await opens(agent);
  await agent.input('Title').fill('Mine');
  await salesforce(RIVAL, 'PATCH', `/sobjects/Contact/${id}`, { Title: 'Theirs', Phone: '+1 555 010 8888' });
  await agent.button('Save & Link', agent.widget).click();
  await agent.button('Save mine anyway', agent.widget).click();
  await agent.seesSaved(`Rune ${last}`, { linked: true });
  assert.deepEqual(await now().then(({ Title, Phone }) => [Title, Phone]), ['Mine', '+1 555 010 8888'], 'only what I typed is written');
}

export async function waits(agent) {
  await opens(agent);
  await agent.input('Title').fill('Half a thought');
  await agent.picks('Search in: People Search', 'People Search');
  await agent.sees('“Edit Contact” is not saved yet.');
  await agent.looks('unfinished');
  await agent.picks('Actions', 'New Account');
  await agent.sees(agent.widget.getByRole('dialog', { name: 'Discard what you typed?' }));
  await agent.looks('discard');
  await agent.button('Keep editing', agent.widget).click();
  assert.equal(await agent.input('Title').inputValue(), 'Half a thought');
  await agent.button('Cancel', agent.widget).click();
  await agent.widget.getByRole('dialog').getByRole('button', { name: 'Discard' }).click();
  await agent.seesNoMore(agent.input('Title'));
}

export async function outlivesSession(agent) {
  const { last, now } = await opens(agent, { channel: 'messaging' });
  await agent.input('Title').fill('Typed before');
  await agent.losesSession();
  await agent.button('Save & Link', agent.widget).click();
  await agent.sees('You are signed out of Salesforce.');
  await agent.looks('session-over');
  assert.equal(await agent.input('Title').inputValue(), 'Typed before');
  await agent.signsIn();
  // It goes on where it stopped.
  await agent.seesSaved(`Rune ${last}`, { linked: true });
  assert.equal((await now()).Title, 'Typed before');
}
