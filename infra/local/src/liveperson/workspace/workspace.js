// The agents' workspace: a list of conversations, the chosen one's transcript, and a widget frame for each conversation that
// was opened. A frame stays alive while another conversation is looked at.
'use strict';

const conversations = new Map();
let order = [];
let chosen = null;
let widget = new URLSearchParams(location.search).get('widget');

const by = (id) => document.getElementById(id);

/** Makes an element; what comes from conversations is only ever text. */
function make(tag, className, ...content) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...content);
  return element;
}

async function refresh() {
  try {
    const answer = await (await fetch('/workspace/conversations.json')).json();
    widget = widget || answer.widget;
    order = answer.conversations.map((entry) => entry.id);
    for (const entry of answer.conversations) take(entry);
    say(`${order.length} conversations. The widget is ${widget}.`);
  } catch (error) {
    say(`The conversations could not be read: ${error.message}`);
  }
  showList();
  if (chosen) showConversation(conversations.get(chosen));
}

function take(entry) {
  const known = conversations.get(entry.id);
  if (!known) {
    conversations.set(entry.id, { ...entry, frame: null, port: null, bound: new Set(), told: new Map() });
    return;
  }
  // What the tester changed stays changed.
  const model = known.changes ? known.model : entry.model;
  Object.assign(known, entry, { model });
  tellChanges(known);
}

function showList() {
  const items = order.map((id) => {
    const { visitor, channel, skill, state, started } = conversations.get(id);
    const button = make(
      'button', '',
      make('strong', '', visitor, make('span', `state state_${state}`, state)),
      make('span', '', `${channel} · ${skill.name}`),
      make('span', '', `since ${started.slice(0, 16)} UTC`),
    );
    button.type = 'button';
    button.dataset.conversation = id;
    if (id === chosen) button.setAttribute('aria-current', 'true');
    button.addEventListener('click', () => choose(id));
    return make('li', '', button);
  });
  by('conversations').replaceChildren(...items);
}

function choose(id) {
  const before = conversations.get(chosen);
  const now = conversations.get(id);
  if (before && before !== now) {
    before.frame.hidden = true;
    before.port?.postMessage({ event: 'blurred' });
  }
  chosen = id;
  if (!now.frame) open(now);
  now.frame.hidden = false;
  now.port?.postMessage({ event: 'focused' });
  for (const button of document.querySelectorAll('[data-conversation]')) {
    if (button.dataset.conversation === id) button.setAttribute('aria-current', 'true');
    else button.removeAttribute('aria-current');
  }
  by('change').disabled = false;
  by('reload').disabled = false;
  by('draft').value = '';
  showConversation(now);
}

function open(conversation) {
  const frame = document.createElement('iframe');
  frame.title = `Widget for ${conversation.visitor}`;
  frame.src = widget;
  conversation.frame = frame;
  by('widgets').append(frame);
}

function showConversation({ id, visitor, channel, skill, state, model }) {
  by('about').replaceChildren(
    make('p', '', make('strong', '', visitor), ` · ${channel} · ${skill.name} · ${state}`),
    make('p', '', make('small', '', id)),
  );
  const lines = (model.chatTranscript?.lines ?? []).map((line) =>
    make('li', line.source, make('small', '', `${line.by}, ${String(line.time).slice(11, 16)}`), plain(line)));
  by('lines').replaceChildren(...lines);
  by('lines').scrollTop = by('lines').scrollHeight;
}

/** Lines may be HTML; here only their text is wanted. */
function plain({ text, textType }) {
  if (textType !== 'html') return String(text);
  return new DOMParser().parseFromString(String(text).replace(/<br>|<\/p>/g, '\n'), 'text/html').body.textContent.trim();
}

// What the SDK in a frame asks.

window.addEventListener('message', (event) => {
  if (event.data?.liveperson !== 'hello') return;
  const conversation = [...conversations.values()].find((one) => one.frame?.contentWindow === event.source);
  const port = event.ports[0];
  if (!conversation || !port) return;
  Object.assign(conversation, { port, bound: new Set(), told: new Map() });
  port.onmessage = ({ data }) => answer(conversation, data);
});

function answer(conversation, { id, method, path, name, payload }) {
  const reply = (value) => conversation.port.postMessage({ id, value });
  switch (method) {
    case 'get':
      return reply(valueAt(conversation.model, path));
    case 'bind': {
      const value = valueAt(conversation.model, path);
      conversation.bound.add(path);
      conversation.told.set(path, JSON.stringify(value));
      return reply(value);
    }
    case 'unbind':
      conversation.bound.delete(path);
      return reply(null);
    case 'command':
      if (name === 'Write ChatLine') by('draft').value = payload?.text ?? '';
      say(`The widget sent “${name}”.`);
      return reply(null);
    default:
      return conversation.port.postMessage({ id, error: `there is no method ${method}` });
  }
}

function valueAt(model, path) {
  return path.split('.').reduce((value, step) => value?.[step], model) ?? null;
}

/** Tells the frame every bound path whose value is another than it was told; of the transcript only the new lines. */
function tellChanges(conversation) {
  for (const path of conversation.bound) {
    const value = valueAt(conversation.model, path);
    const [now, before] = [JSON.stringify(value), conversation.told.get(path)];
    if (now === before) continue;
    conversation.told.set(path, now);
    const known = path === 'chatTranscript.lines' ? new Set(JSON.parse(before ?? '[]')?.map((line) => line.id)) : null;
    conversation.port.postMessage({ event: 'change', path, value: known ? value.filter((line) => !known.has(line.id)) : value });
  }
}

/** Other visitors for the button, one after the other. */
const OTHERS = [
  ['Mira Tolland', 'mira.tolland@visitors.example.com', 'Bruges'],
  ['Oskar Venn', 'oskar.venn@visitors.example.com', 'Turku'],
  ['Ada Larkspur', 'ada.larkspur@visitors.example.com', 'Lisbon'],
];

function changeVisitor() {
  const conversation = conversations.get(chosen);
  const changes = conversation.changes ?? 0;
  const [name, email, city] = OTHERS[changes % OTHERS.length];
  const { model } = conversation;
  const preChat = model.surveyQuestions?.preChat ?? {};
  const [firstname, lastname] = name.split(' ');
  const person = { name: firstname, firstname, lastname, contactInfo: [{ email, phone: '' }] };
  conversation.model = {
    ...model,
    visitorInfo: { ...model.visitorInfo, visitorName: name, city },
    surveyQuestions: {
      ...model.surveyQuestions,
      preChat: { ...preChat, name: { ...preChat.name, value: name }, email: { ...preChat.email, value: email } },
    },
    SDE: { ...model.SDE, personalInfo: [person, ...(model.SDE?.personalInfo ?? [])] },
  };
  Object.assign(conversation, { changes: changes + 1, visitor: name });
  tellChanges(conversation);
  showList();
  showConversation(conversation);
  say(`The visitor is now known as ${name}.`);
}

function say(text) {
  by('said').textContent = text;
}

function setWidth() {
  by('widgets').className = `width-${by('width').value}`;
}

by('width').addEventListener('change', setWidth);
by('change').addEventListener('click', changeVisitor);
by('refresh').addEventListener('click', refresh);
// As in LivePerson: the page is loaded anew and what was bound is gone.
by('reload').addEventListener('click', () => {
  const { frame } = conversations.get(chosen);
  frame.src = frame.src;
});
setWidth();
void refresh();
