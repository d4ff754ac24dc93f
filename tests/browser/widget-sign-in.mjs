// Signing in, once for every conversation beside it, and the conversation's own record.
import assert from 'node:assert/strict';
import { conversation, query } from './widget-support.mjs';

export async function besideAChat(agent) {
  await signsInBeside(agent, conversation({ first: 'Ada', last: 'Abernathy' }), 'chat');
}

export async function besideMessaging(agent) {
  await signsInBeside(agent, conversation({ channel: 'messaging', first: 'Ada', last: 'Abernathy' }), 'messaging');
}

/** What kinds of requests the widget makes of its own function meanwhile. */
async function requestsOf(agent, work) {
  const kinds = [];
  const count = (request) => {
    const { pathname } = new URL(request.url());
    if (/^\/(ChatLink|assets\/widget\/|api\/widget\/)/.test(pathname)) kinds.push(request.resourceType());
  };
  agent.page.on('request', count);
  await work();
  agent.page.off('request', count);
  return kinds.sort();
}

async function signsInBeside(agent, entry, channel) {
  const asked = await requestsOf(agent, async () => {
    await agent.meets(entry);
    await agent.sees(agent.heading('Sign in to Salesforce'));
  });
  assert.deepEqual(asked, ['document', 'fetch', 'script', 'stylesheet'], 'one request of a kind, and the page can be used');
  await agent.looks(`${channel}-sign-in`);
  const popUp = await agent.opensPopUp();
  await agent.sees(/^Go on in the window that opened/);
  await popUp.getByLabel('Log in as').selectOption(agent.username);
  await Promise.all([popUp.waitForEvent('close'), popUp.getByRole('button', { name: 'Allow' }).click()]);
  await agent.sees('One exact match:');
  const cookies = await agent.context.cookies(agent.page.frames().at(-1).url());
  const session = cookies.find(({ name }) => name.includes('agent') || name.includes('session'));
  assert.ok(session?.httpOnly && session.partitionKey?.includes('localhost'), `the cookie is the frame's alone: ${JSON.stringify(cookies)}`);
  await agent.sees(/^Transcript.*: written when it ends$/);
  await agent.looks(`${channel}-opened`);
  const [record] = await query(`SELECT Channel__c, Status__c, Visitor_Email__c FROM LP_ChatTranscript__c WHERE Conversation_Id__c = '${entry.external}'`);
  assert.deepEqual(
    [record?.Channel__c, record?.Status__c, record?.Visitor_Email__c],
    [channel, 'open', 'ada.abernathy@visitors.example.com'],
  );
  await agent.button('More', agent.widget).click();
  await agent.sees(`${agent.name}`);
  await agent.looks(`${channel}-more`);
  await agent.page.keyboard.press('Escape');
}
