// The console as an administrator meets it: an empty stack is set up, synced, and looked at. Each step goes on where the
// one before ended.
import { after, before, test } from 'node:test';
import * as settings from './settings.mjs';
import * as setup from './setup.mjs';
import { Person, closeBrowser, openBrowser } from './support.mjs';
import * as sync from './sync.mjs';
import * as together from './together.mjs';

const STEPS = [
  ['an administrator signs in at Salesforce', setup.signsIn],
  ['what is wrong with the account is said at its place', setup.meetsProblems],
  ['account and logins are entered', setup.entersAccount],
  ['a wrong secret is refused with what LivePerson says', setup.isRefused],
  ['with the right one, both logins work', setup.activates],
  ['objects are chosen and ordered', settings.choosesObjects],
  ['a skill gets its objects, default screen and search values', settings.choosesSkill],
  ['transcript fields are mapped, one by an address typed with completion', settings.mapsTranscript],
  ['fields of an object are mapped', settings.mapsContact],
  ['a related list is added', settings.addsRelatedList],
  ['a search filter is added', settings.addsSearchFilter],
  ['what would be written is previewed', settings.previews],
  ['everything is saved', settings.savesAll],
  ['the sync is scheduled', settings.schedules],
  ['a manual sync runs to its end', sync.syncs],
  ['runs, records, event log and audit are read', sync.readsWhatHappened],
  ['two administrators save at once', together.meetsAnother],
  ['an agent is turned away', together.turnsAgentAway],
  ['the configuration is exported and imported', together.exportsAndImports],
  ['every section, and the way out', together.looksAround],
];

before(openBrowser);
after(closeBrowser);

test('the console, from nothing to the first sync', async (whole) => {
  const admin = await Person.arrives();
  let stopped = false;
  for (const [name, step] of STEPS) {
    await whole.test(name, { skip: stopped && 'an earlier step failed' }, async () => {
      try {
        await step(admin);
      } catch (error) {
        stopped = true;
        await admin.fails(name);
        throw error;
      }
    });
  }
});
