// What keeps an agent from working, each with its cause and a way out that works.
import { configures, conversation, deactivates } from './widget-support.mjs';

const known = () => conversation({ first: 'Ada', last: 'Abernathy' });

async function isTold(agent, heading, cause, shot) {
  await agent.sees(agent.heading(heading));
  await agent.sees(cause);
  await agent.looks(`trouble-${shot}`);
}

/** Comes again until a change has reached the function, which reads its configuration every few seconds. */
async function comesUntil(agent, entry, locator) {
  for (let tries = 0; tries < 10; tries += 1) {
    await agent.meets(entry);
    if (await locator.waitFor({ timeout: 1_500 }).then(() => true, () => false)) return;
  }
  await locator.waitFor();
}

export async function noConversation(agent) {
  await agent.meets(conversation({ change: (model) => delete model.chatInfo.rtSessionId }));
  await isTold(agent, 'Waiting for the conversation', 'LivePerson has not told the widget yet which conversation is open.', 'conversation-missing');
}

export async function noSkill(agent) {
  await agent.meets(conversation({ first: 'Ada', last: 'Abernathy', skill: '' }));
  await isTold(agent, 'The skill is missing', 'The conversation came without a skill, so the widget does not know what to show.', 'skill-missing');
}

export async function skillNotEnabled(agent) {
  await agent.meets(conversation({ channel: 'messaging', first: 'Ada', last: 'Abernathy', skill: 'VIP Desk' }));
  // A skill that is not known may have been renamed, and LivePerson is asked about that for agents only.
  await agent.sees(agent.heading('Sign in to Salesforce'));
  await agent.signsIn();
  await isTold(agent, 'The skill is not enabled', 'The skill VIP Desk is not among the skills that work with Salesforce.', 'skill-not-enabled');
}

export async function wrongAccount(agent) {
  const change = (model) => Object.assign(model.chatInfo, { accountId: 'le999' });
  await agent.meets(conversation({ first: 'Ada', last: 'Abernathy', change }));
  await isTold(agent, 'Another LivePerson account', /^The conversation belongs to the account le999/, 'wrong-account');
}

/** Its script does not load. */
export async function silentSdk(agent) {
  const script = '**/webagent/client-SDK.min.js';
  await agent.page.route(script, (route) => route.abort());
  await agent.meets(known());
  await agent.sees(agent.heading('Session waiting to initialise'));
  agent.complaints.length = 0;
  await isTold(agent, 'Session waiting to initialise', /^LivePerson has not told the widget about the conversation/, 'silent-sdk');
  await agent.page.unroute(script);
  await agent.button('Try again', agent.widget).click();
  await agent.isAtWork();
  agent.complaints.length = 0;
}

export async function noAnswer(agent) {
  const context = '**/api/widget/context';
  await agent.page.route(context, (route) => route.abort());
  await agent.meets(known());
  await agent.sees(agent.heading('Chatlink does not answer'));
  agent.complaints.length = 0;
  await isTold(agent, 'Chatlink does not answer', /Check your connection and try again/, 'no-answer');
  await agent.page.unroute(context);
  await agent.button('Try again', agent.widget).click();
  await agent.isAtWork();
}

export async function signInFails(agent) {
  await agent.worksOn(known());
  await agent.picks('More', 'Sign out');
  await agent.sees(agent.heading('Sign in to Salesforce'));
  const denied = await agent.opensPopUp();
  await denied.getByRole('button', { name: 'Deny' }).click();
  await denied.getByText(/Salesforce did not sign you in: end-user denied authorization/).waitFor();
  await denied.close();
  await agent.sees('The sign-in window was closed before you were signed in. Try again.');
  await agent.looks('trouble-sign-in-closed');
  await agent.signsIn();
  await agent.isAtWork();
}

/** Limited agents see no opportunities, and this skill works with nothing else. */
export async function nothingToSee(agent) {
  const restore = await configures((configuration) => {
    const skill = { ...configuration.skills[0], skill: '106', name: 'VIP Desk', objects: ['Opportunity'] };
    configuration.skills = [...configuration.skills, skill];
  });
  const entry = conversation({ channel: 'messaging', first: 'Ada', last: 'Abernathy', skill: 'VIP Desk' });
  try {
    await agent.meets(known());
    await agent.isAtWork();
    await comesUntil(agent, entry, agent.heading('No permission in Salesforce'));
    await isTold(agent, 'No permission in Salesforce', /in Salesforce: Opportunity\.$/, 'no-permission');
    await agent.sees(agent.button('Sign in as somebody else', agent.widget));
  } finally {
    await restore();
  }
}

/** Such a configuration cannot be saved, so the answer is one of ours with another situation. */
export async function noObjects(agent) {
  const context = '**/api/widget/context';
  const situation = {
    kind: 'skill_without_objects', title: 'The skill has no objects', cause: 'No Salesforce object is chosen for the skill Billing.',
    way_out: 'Contact your system administrator: they choose the objects in the console, under Skills.',
  };
  await agent.page.route(context, async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: { ...(await answer.json()), situation, objects: [] } });
  });
  await agent.meets(known());
  await isTold(agent, situation.title, situation.cause, 'skill-without-objects');
  await agent.page.unroute(context);
  await agent.button('Try again', agent.widget).click();
  await agent.isAtWork();
}

/** What is intercepted is the answer that the API gives when Salesforce is away; the API's own part is tested beside it. */
export async function salesforceAway(agent) {
  await agent.worksOn(known());
  await agent.sees('One exact match:');
  const search = '**/api/widget/search';
  const detail = 'Salesforce does not answer: connection refused';
  await agent.page.route(search, (route) => route.fulfill({ status: 503, contentType: 'application/problem+json', json: { status: 503, title: 'Unavailable', detail } }));
  await agent.searches('Zzyzx');
  await agent.sees(/^The search did not work/);
  agent.complaints.length = 0;
  await agent.looks('trouble-search-failed');
  await agent.page.unroute(search);
  await agent.button('Try again', agent.widget).click();
  await agent.sees('Nobody found for Zzyzx.');
}

export async function deactivated(agent) {
  const restore = await deactivates();
  try {
    await comesUntil(agent, known(), agent.heading('The account is deactivated'));
    await isTold(agent, 'The account is deactivated', 'An administrator has switched the connection to Salesforce off.', 'deactivated');
  } finally {
    await restore();
  }
  for (let tries = 0; tries < 10 && (await agent.button('More', agent.widget).count()) === 0; tries += 1) {
    await agent.button('Try again', agent.widget).click({ timeout: 1_000 }).catch(() => {});
    await agent.page.waitForTimeout(1_000);
  }
  await agent.isAtWork();
  await agent.looks('trouble-over');
}
