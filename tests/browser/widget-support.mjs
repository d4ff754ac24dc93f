// An agent in the simulated agents' workspace, which is another site than the widget in its frame: so the session's cookie
// is the partitioned one. The workspace's list follows the clock; a test that needs a certain visitor puts one into it.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { Person, SHOTS, barriers, stack } from './support.mjs';

export const ILSE = 'ilse.varga@agents.example.com';
export const TOMO = 'tomo.reyes@agents.example.com';
const NAMES = { [ILSE]: 'Ilse Varga', [TOMO]: 'Tomo Reyes' };

export const WORKSPACE = `http://localhost:${stack.base + 1}/workspace`;
export const WIDGET = `http://127.0.0.1:${stack.base}`;
export const SALESFORCE = `http://127.0.0.1:${stack.base + 2}`;
const ADMIN_KEY = { authorization: 'Bearer chatlink-local-key' };
const WINDOW = { width: 1100, height: 1000 };

const { conversations } = await (await fetch(`${WORKSPACE}/conversations.json`)).json();
/** A conversation of the simulated account as it is. */
export const listed = (channel, state) => conversations.find((one) => one.channel === channel && one.state === state);

let made = 0;
const stamp = String(Date.now()).slice(-8);

/** A conversation that goes on, with this visitor; `change` has the last word on the SDK's model. */
export function conversation({ channel = 'chat', first = '', last = '', email, phone = '', skill = 'Billing', change = () => {} }) {
  // At some hours no chat goes on.
  const entry = { ...structuredClone(listed(channel, 'live') ?? listed(channel, 'ended')), state: 'live' };
  made += 1;
  const number = `9${stamp}${String(made).padStart(3, '0')}`;
  const { model } = entry;
  const id = channel === 'chat' ? number : `00000000-0000-4000-8000-${number.padStart(12, '0')}`;
  const visitor = `${first} ${last}`.trim();
  const address = email ?? (visitor && `${first}.${last}@visitors.example.com`.toLowerCase());
  Object.assign(model.chatInfo, { rtSessionId: id, chatSkill: skill });
  Object.assign(model.engagementInfo, { skill, engagementSkill: skill });
  Object.assign(model.visitorInfo, { visitorName: visitor });
  const { preChat } = model.surveyQuestions;
  Object.assign(preChat.name, { value: visitor });
  Object.assign(preChat.email, { value: address });
  const person = { name: first, firstname: first, lastname: last, contactInfo: [{ email: address, phone }] };
  Object.assign(model.SDE, { personalInfo: visitor ? [person] : [], customerDetails: [] });
  change(model);
  const external = `${model.chatInfo.accountId}:${id}`;
  return { ...entry, id: channel === 'chat' ? `${model.chatInfo.accountId}${id}` : id, visitor: visitor || 'Visitor', skill: { id: null, name: skill }, external };
}

export class Agent extends Person {
  static async arrives(username) {
    const agent = await super.arrives(WINDOW);
    agent.username = username;
    agent.entries = [];
    await agent.context.route('**/workspace/conversations.json', (route) =>
      route.fulfill({ json: { widget: `${WIDGET}/ChatLink`, conversations: agent.entries } }));
    agent.widget = agent.page.frameLocator('#widgets iframe:not([hidden])');
    return agent;
  }

  /** Opens the workspace with these conversations, and the first of them. */
  async meets(...entries) {
    this.entries = entries;
    await this.page.goto(WORKSPACE);
    await this.chooses(entries[0]);
  }

  async chooses(entry) {
    this.now = entry;
    await this.page.locator(`[data-conversation="${entry.id}"]`).click();
  }

  /** Meets a conversation and is at work with it: signed in, and the header there. */
  async worksOn(entry, ...others) {
    await this.meets(entry, ...others);
    await this.isAtWork();
    return entry;
  }

  async isAtWork() {
    const strip = this.button('Sign in with Salesforce', this.widget);
    const header = this.widget.getByRole('button', { name: 'More', exact: true });
    await strip.or(header).first().waitFor();
    if (await strip.isVisible()) await this.signsIn();
    await header.waitFor();
  }

  /** The pop-up, and what the person decides there. */
  async opensPopUp() {
    const button = this.button('Sign in with Salesforce', this.widget);
    const [popUp] = await Promise.all([this.page.waitForEvent('popup'), button.click()]);
    await popUp.getByRole('heading', { name: 'Allow access?' }).waitFor();
    return popUp;
  }

  async signsIn(username = this.username) {
    const popUp = await this.opensPopUp();
    await popUp.getByLabel('Log in as').selectOption(username);
    await Promise.all([popUp.waitForEvent('close'), popUp.getByRole('button', { name: 'Allow' }).click()]);
  }

  get name() {
    return NAMES[this.username];
  }

  async sees(what) {
    const text = typeof what === 'string' || what instanceof RegExp;
    return super.sees(text ? this.widget.getByText(what).first() : what);
  }

  heading(name) {
    return this.widget.getByRole('heading', { level: 1, name, exact: true });
  }

  /** The menu of this name, and one of its entries. */
  async picks(menu, entry) {
    await this.button(menu, this.widget).click();
    await this.widget.getByRole('menuitem', { name: entry, exact: true }).or(this.widget.getByRole('menuitemradio', { name: entry, exact: true })).click();
  }

  row(name) {
    return this.widget.locator('.row').filter({ has: this.widget.locator('> .row-line .name', { hasText: new RegExp(`^${name}$`) }) });
  }

  /** Names of the rows found, in order; those of an account's contacts are indented. */
  async found() {
    await this.widget.locator('.results[aria-busy=false]').waitFor();
    return this.widget.locator('.row').evaluateAll((rows) =>
      rows.map((row) => (row.parentElement.closest('.row') ? '  ' : '') + row.querySelector('.name').textContent));
  }

  /** Searches for what is typed and nothing else. */
  async searches(text) {
    const remove = this.widget.getByRole('button', { name: /^Remove / });
    while (await remove.count()) await remove.first().click();
    await this.widget.getByRole('searchbox').fill(text);
    await this.button('Search', this.widget).click();
  }

  input(label) {
    return this.widget.getByLabel(label, { exact: true });
  }

  /** The label of a required field has a star in front. */
  required(label) {
    return this.widget.getByLabel(`* ${label}`, { exact: true });
  }

  async holdsText(label, value) {
    const field = this.input(label);
    await field.waitFor();
    assert.equal(await field.inputValue(), value, label);
  }

  /** Types into a lookup and takes what is offered. */
  async looksUp(label, typed, name) {
    await this.widget.getByRole('combobox', { name: new RegExp(`${label}$`) }).fill(typed);
    await this.widget.getByRole('option', { name: new RegExp(`^${name}`) }).first().click();
  }

  /** The record's page, reached by saving. */
  async seesSaved(name, { linked = false } = {}) {
    await this.sees(linked ? / was saved and linked to this conversation\.$/ : / was saved\.$/);
    await this.sees(name instanceof RegExp ? this.widget.getByRole('heading', { level: 1, name }) : this.heading(name));
    assert.equal(await this.widget.getByText('Linked', { exact: true }).count() > 0, linked, 'the badge');
  }

  /** What Quick Links shows, and how its button looks. */
  async quickLinks() {
    const button = this.widget.getByRole('button', { name: /^Quick Links: / });
    const orange = /quick_linked/.test(await button.getAttribute('class'));
    await button.click();
    const panel = this.widget.getByRole('region', { name: 'Quick Links' });
    await panel.waitFor();
    const names = await panel.locator('.panel-name').evaluateAll((all) => all.map((one) => one.firstElementChild.textContent));
    await this.button('Close Quick Links', this.widget).click();
    return { orange, names };
  }

  async frame() {
    const element = await this.page.locator('#widgets iframe:not([hidden])').elementHandle();
    return element.contentFrame();
  }

  /** Photographs the widget and looks it over: nothing serious, nothing wider than the frame. */
  async looks(name) {
    const frame = await this.frame();
    await this.page.locator('#widgets iframe:not([hidden])').screenshot({ path: join(SHOTS, `widget-${name}.png`), animations: 'disabled' });
    assert.deepEqual(await barriers(frame), [], `${name}: axe-core`);
    const wider = await frame.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(wider <= 0, `${name}: ${wider} px wider than the frame`);
    assert.deepEqual(this.complaints, [], `${name}: the browser complains`);
  }

  /** Something else in the same browser ends the session. */
  async losesSession() {
    const status = await (await this.frame()).evaluate(async () =>
      (await fetch('/api/widget/sign-out', { method: 'POST' })).status);
    assert.equal(status, 204);
  }
}

/** Salesforce in another user's name, behind the widget's back. */
export async function salesforce(username, method, path, body) {
  const token = await tokenOf(username);
  const response = await fetch(`${SALESFORCE}/services/data/v67.0${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`);
  return text ? JSON.parse(text) : undefined;
}

export async function query(soql, username = 'noor.adair@chatlink.example') {
  return (await salesforce(username, 'GET', `/query?q=${encodeURIComponent(soql)}`)).records;
}

const tokens = new Map();

async function tokenOf(username) {
  if (!tokens.has(username)) tokens.set(username, await signInAs(username));
  return tokens.get(username);
}

/** The web-server flow, by hand. */
async function signInAs(username) {
  const verifier = randomBytes(32).toString('base64url');
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  const client = { client_id: 'chatlink-local-consumer-key', redirect_uri: `${WIDGET}/nowhere` };
  const asked = { response_type: 'code', scope: 'api', code_challenge: challenge, code_challenge_method: 'S256' };
  const decided = await fetch(`${SALESFORCE}/services/oauth2/authorize`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ ...client, ...asked, username, decision: 'allow' }),
  });
  const code = new URL(decided.headers.get('location')).searchParams.get('code');
  const answer = await fetch(`${SALESFORCE}/services/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({ ...client, grant_type: 'authorization_code', code, code_verifier: verifier }),
  });
  return (await answer.json()).access_token;
}

/** Changes the configuration as an administrator would, and gives back a way to put it as it was. */
export async function configures(change) {
  const address = `${WIDGET}/api/admin/configuration`;
  const read = async () => (await fetch(address, { headers: ADMIN_KEY })).json();
  const put = async (configuration, version) => {
    const response = await fetch(address, {
      method: 'PUT',
      headers: { ...ADMIN_KEY, 'content-type': 'application/json', 'if-match': `"${version}"` },
      body: JSON.stringify(configuration),
    });
    assert.equal(response.status, 200, await response.text());
  };
  const before = await read();
  const changed = structuredClone(before.configuration);
  change(changed);
  await put(changed, before.version);
  return async () => put(before.configuration, (await read()).version);
}

export async function deactivates() {
  const call = (method, path) => fetch(`${WIDGET}/api/admin/${path}`, { method, headers: ADMIN_KEY });
  await call('DELETE', 'activation');
  return async () => {
    await call('POST', 'terms');
    const answer = await call('POST', 'activation');
    assert.equal(answer.status, 200, await answer.text());
  };
}
