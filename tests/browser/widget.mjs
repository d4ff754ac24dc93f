// The widget as agents meet it: beside a conversation of the simulated agents' workspace. Each step brings the conversation
// it needs; a failed one does not keep the others from being tried.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { closeBrowser, openBrowser } from './support.mjs';
import * as change from './widget-change.mjs';
import * as create from './widget-create.mjs';
import * as find from './widget-find.mjs';
import * as link from './widget-link.mjs';
import * as refused from './widget-refused.mjs';
import * as signIn from './widget-sign-in.mjs';
import { Agent, ILSE, TOMO } from './widget-support.mjs';
import * as trouble from './widget-trouble.mjs';

before(openBrowser);
after(closeBrowser);

/** An agent who goes through the steps, one after the other. */
function agent(username, steps) {
  describe(username, () => {
    let person;
    before(async () => (person = await Agent.arrives(username)));
    after(() => person?.context.close());
    for (const [name, step] of steps) {
      test(name, async () => {
        try {
          await step(person);
          assert.deepEqual(person.complaints, [], 'the browser complains');
        } catch (error) {
          await person.fails(`widget ${name}`);
          throw error;
        } finally {
          person.complaints.length = 0;
        }
      });
    }
  });
}

agent(ILSE, [
  ['a limited agent signs in beside a chat, by a pop-up', signIn.besideAChat],
  ['one contact is found by what the visitor said', find.oneContact],
  ['two contacts with one address are both shown, neither preferred', find.twoContacts],
  ['a lead', find.lead],
  ['a converted lead is shown as what it became', find.convertedLead],
  ['a person account', find.personAccount],
  ['nobody, and the way out', find.nobody],
  ['what is typed is searched for', find.typedValues],
  ['one object is searched', find.oneObject],
  ['the bubble tells more of a row', find.bubble],
  ['a record with its lists, and its address in Salesforce', find.recordPage],
  ['what the agent may not see or make is not there', find.limits],
  ['new details of the visitor are offered, and used', find.changedVisitor],
  ['a conversation is linked from the bubble, listed and unlinked', link.fromBubble],
  ['a link is replaced only after it is said', link.replaces],
  ['two conversations side by side', link.twoConversations],
]);

agent(TOMO, [
  ['an agent signs in beside a messaging conversation', signIn.besideMessaging],
  ['a new contact is filled in from the conversation, saved and linked', create.contact],
  ['a new account', create.account],
  ['a new account that is a person', create.personAccount],
  ['a new lead', create.lead],
  ['a new opportunity, with its account looked up', create.opportunity],
  ['a new case: its record type decides what can be chosen', create.caseOfType],
  ['a case from a contact’s row, with its parents', create.caseFromRow],
  ['a record of the org’s own object', create.policy],
  ['a record is edited', change.edits],
  ['somebody else was quicker: theirs is loaded', change.loadsTheirs],
  ['somebody else was quicker: mine is saved anyway', change.savesMine],
  ['an unfinished form waits', change.waits],
  ['the session ends in the middle of a form', change.outlivesSession],
  ['what is missing or too long is said at its field', refused.badFields],
  ['what a rule of the org refuses is said at its field', refused.validationRules],
  ['a duplicate contact is warned of and can be saved', refused.duplicateContact],
  ['a duplicate lead cannot be saved', refused.duplicateLead],
  ['recently used records', link.recently],
  ['a chat that has ended is brought up to date', link.syncsChat],
]);

agent(ILSE, [
  ['the conversation is not there yet', trouble.noConversation],
  ['the conversation has no skill', trouble.noSkill],
  ['its skill is not enabled', trouble.skillNotEnabled],
  ['another account’s conversation', trouble.wrongAccount],
  ['LivePerson’s script is silent', trouble.silentSdk],
  ['Chatlink does not answer', trouble.noAnswer],
  ['the sign-in is refused, and closed', trouble.signInFails],
  ['its skill has no objects', trouble.noObjects],
  ['its skill has no objects the agent may see', trouble.nothingToSee],
  ['Salesforce does not answer', trouble.salesforceAway],
  ['the account is deactivated', trouble.deactivated],
]);
