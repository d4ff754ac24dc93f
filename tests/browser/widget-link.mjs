// What a conversation is linked to, and its transcript.
import assert from 'node:assert/strict';
import { conversation, listed, query, salesforce } from './widget-support.mjs';

async function lookups(entry) {
  const [record] = await query(`SELECT Account__r.Name, Contact__r.Name, Case__c FROM LP_ChatTranscript__c WHERE Conversation_Id__c = '${entry.external}'`);
  return [record?.Account__r?.Name ?? null, record?.Contact__r?.Name ?? null];
}

export async function fromBubble(agent) {
  const entry = await agent.worksOn(conversation({ first: 'Ada', last: 'Abernathy' }));
  await agent.button('About Ada Abernathy', agent.widget).click();
  await agent.button('Link Chat', agent.widget.getByRole('group', { name: 'Overview of Ada Abernathy' })).click();
  await agent.sees('Linked to Ada Abernathy.');
  await agent.looks('linked');
  // Its account is linked with it, where the conversation had none.
  assert.deepEqual(await agent.quickLinks(), { orange: true, names: ['Lantern Bay Hotel', 'Ada Abernathy'] });
  assert.deepEqual(await lookups(entry), ['Lantern Bay Hotel', 'Ada Abernathy']);
  await agent.widget.getByRole('button', { name: 'Quick Links: 2 linked' }).click();
  await agent.looks('quick-links');
  await agent.button('Unlink Ada Abernathy', agent.widget.getByRole('region', { name: 'Quick Links' })).click();
  await agent.sees('Contact Ada Abernathy is no longer linked.');
  await agent.button('Close Quick Links', agent.widget).click();
  assert.deepEqual(await agent.quickLinks(), { orange: true, names: ['Lantern Bay Hotel'] });
  await agent.button('Ada Abernathy', agent.row('Ada Abernathy')).click();
  await agent.button('Lantern Bay Hotel', agent.widget).click();
  await agent.sees(agent.heading('Lantern Bay Hotel'));
  await agent.button('Unlink', agent.widget).click();
  await agent.sees('Account Lantern Bay Hotel is no longer linked.');
  assert.deepEqual(await agent.quickLinks(), { orange: false, names: [] });
  assert.deepEqual(await lookups(entry), [null, null]);
}

export async function replaces(agent) {
  const entry = await agent.worksOn(conversation({ channel: 'messaging', first: 'Bruno', last: 'Abernathy' }));
  await agent.button('Open', agent.widget.getByRole('region', { name: 'Exact match' })).click();
  await agent.button('Link Chat', agent.widget).click();
  await agent.sees('Linked to Bruno Abernathy.');
  await agent.looks('linked-from-record');
  await agent.button('Back', agent.widget).click();
  await agent.searches('ada.brightwater@visitors.example.com');
  const row = agent.row('Copper Kettle').locator('.row').first();
  await row.getByRole('button', { name: 'About Ada Brightwater' }).click();
  await agent.sees('Linking replaces the link to Bruno Abernathy.');
  await agent.looks('replaces');
  await agent.button('Link Chat', row.getByRole('group', { name: 'Overview of Ada Brightwater' })).click();
  await agent.sees('Linked to Ada Brightwater. The link to Bruno Abernathy was replaced.');
  assert.deepEqual(await lookups(entry), ['Lantern Bay Hotel', 'Ada Brightwater'], 'the account was linked already');
}

export async function recently(agent) {
  const name = `Harbour ${Date.now()}`;
  await salesforce(agent.username, 'POST', '/sobjects/Account', { Name: name });
  await agent.worksOn(conversation({ first: 'Chidi', last: 'Abernathy' }));
  await agent.button('Recent records', agent.widget).click();
  const panel = agent.widget.getByRole('region', { name: 'Recent records' });
  await agent.sees(panel.getByText(name));
  await agent.looks('recent');
  await panel.getByRole('button', { name }).click();
  await agent.sees(agent.heading(name));
}

/** One session serves every frame, and a frame keeps what is in it while another is looked at. */
export async function twoConversations(agent) {
  const [chat, message] = [conversation({ first: 'Ada', last: 'Abernathy' }), conversation({ channel: 'messaging', first: 'Bruno', last: 'Castellan' })];
  await agent.worksOn(chat, message);
  await agent.widget.getByRole('searchbox').fill('half a na');
  await agent.chooses(message);
  await agent.sees(agent.row('Bruno Castellan'));
  await agent.chooses(chat);
  await agent.sees(agent.row('Ada Abernathy'));
  assert.equal(await agent.widget.getByRole('searchbox').inputValue(), 'half a na');
}

export async function syncsChat(agent) {
  const ended = structuredClone(listed('chat', 'ended'));
  // Whatever skill it had: not each is set up.
  Object.assign(ended.model.chatInfo, { chatSkill: 'Billing' });
  await agent.worksOn(ended);
  await agent.sees(/^Transcript.*: complete/);
  await agent.button('Sync Chat', agent.widget).click();
  await agent.sees(/^The transcript was (up to date already|brought up to date)/);
  await agent.looks('synced');
}
