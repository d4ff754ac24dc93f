// jsforce meets the simulator as it would meet an org: nothing of it is changed, only its addresses are given.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { before, test } from "node:test";
import jsforce from "jsforce";

const { SALESFORCE_URL, SALESFORCE_CLIENT_ID, SALESFORCE_CLIENT_SECRET, SALESFORCE_USERNAME, SALESFORCE_PASSWORD } =
  process.env;
for (const name of ["URL", "CLIENT_ID", "CLIENT_SECRET", "USERNAME", "PASSWORD"]) {
  assert.ok(process.env[`SALESFORCE_${name}`], `SALESFORCE_${name} is not set`);
}

const TRANSCRIPT = "LP_ChatTranscript__c";
const KEY = "Conversation_Id__c";
// Every run has keys of its own, so that it may be repeated against one simulator.
const run = randomUUID();

let connection;

before(async () => {
  connection = new jsforce.Connection({ loginUrl: SALESFORCE_URL, version: "67.0" });
  await connection.login(SALESFORCE_USERNAME, SALESFORCE_PASSWORD);
});

test("logs in and knows who it is", async () => {
  assert.equal(connection.instanceUrl, SALESFORCE_URL.replace(/\/$/, ""));
  const identity = await connection.identity();
  assert.equal(identity.username, SALESFORCE_USERNAME);
  const user = await connection.sobject("User").retrieve(identity.user_id);
  assert.equal(user.Username, SALESFORCE_USERNAME);
  const organization = await connection.query("SELECT Id, Name, IsSandbox FROM Organization");
  assert.equal(organization.records[0].Id, identity.organization_id);
});

test("says what a wrong password is answered with", async () => {
  const stranger = new jsforce.Connection({ loginUrl: SALESFORCE_URL });
  await assert.rejects(stranger.login(SALESFORCE_USERNAME, "not it"), /INVALID_LOGIN/);
});

test("logs in with OAuth", async () => {
  const oauth2 = { loginUrl: SALESFORCE_URL, clientId: SALESFORCE_CLIENT_ID, clientSecret: SALESFORCE_CLIENT_SECRET };
  const byPassword = new jsforce.Connection({ oauth2 });
  await byPassword.login(SALESFORCE_USERNAME, SALESFORCE_PASSWORD);
  const byClient = new jsforce.Connection({ instanceUrl: SALESFORCE_URL, oauth2 });
  await byClient.authorize({ grant_type: "client_credentials" });
  for (const other of [byPassword, byClient]) {
    assert.equal((await other.identity()).username, SALESFORCE_USERNAME);
  }
});

test("describes the org and an object", async () => {
  const { sobjects } = await connection.describeGlobal();
  const entry = sobjects.find(({ name }) => name === TRANSCRIPT);
  assert.ok(entry.custom && entry.createable && entry.keyPrefix.length === 3);
  const { fields, childRelationships } = await connection.sobject(TRANSCRIPT).describe();
  const key = fields.find(({ name }) => name === KEY);
  assert.deepEqual([key.externalId, key.unique, key.caseSensitive, key.nillable], [true, true, true, false]);
  assert.deepEqual(fields.find(({ name }) => name === "Contact__c").referenceTo, ["Contact"]);
  assert.ok(Array.isArray(childRelationships));
});

test("creates, reads, changes and deletes a record", async () => {
  const contacts = connection.sobject("Contact");
  const { id, success } = await contacts.create({ FirstName: "Mira", LastName: "Okafor", Email: `m-${run}@example.com` });
  assert.ok(success && id.length === 18);
  assert.equal((await contacts.retrieve(id)).Name, "Mira Okafor");
  assert.equal((await contacts.update({ Id: id, Title: "Clerk" })).success, true);
  assert.equal((await contacts.find({ Email: `M-${run}@example.com` }, ["Title"]))[0].Title, "Clerk");
  assert.equal((await contacts.destroy(id)).success, true);
  await assert.rejects(contacts.retrieve(id), { errorCode: "ENTITY_IS_DELETED" });
});

test("upserts a collection, creates first and then updates", async () => {
  const rows = Array.from({ length: 450 }, (_, number) => ({ [KEY]: `${run}:${number}`, Channel__c: "messaging" }));
  const first = await connection.sobject(TRANSCRIPT).upsert(rows, KEY, { allowRecursive: true });
  assert.equal(first.filter(({ success, created }) => success && created).length, rows.length);
  const again = await connection.sobject(TRANSCRIPT).upsert(rows.slice(0, 3), KEY);
  assert.deepEqual(again.map(({ id, created }) => [id, created]), first.slice(0, 3).map(({ id }) => [id, false]));
});

test("shows which rows of a collection were refused", async () => {
  const rows = [
    { [KEY]: `${run}:ok` },
    { [KEY]: `${run}:long`, Device__c: "d".repeat(41) },
    { [KEY]: `${run}:link`, Contact__c: "nobody" },
  ];
  const results = await connection.sobject(TRANSCRIPT).upsert(rows, KEY);
  assert.deepEqual(results.map(({ success }) => success), [true, false, false]);
  assert.deepEqual(results.slice(1).map(({ errors }) => errors[0].statusCode ?? errors[0].errorCode), [
    "STRING_TOO_LONG",
    "MALFORMED_ID",
  ]);
});

test("pages through a long result", async () => {
  const people = Array.from({ length: 2100 }, (_, number) => ({ LastName: `P${number}`, Department: run }));
  const made = await connection.sobject("Contact").create(people, { allowRecursive: true });
  assert.equal(made.filter(({ success }) => success).length, people.length);
  const statement = `SELECT Id, LastName FROM Contact WHERE Department = '${run}'`;
  const page = await connection.query(statement);
  assert.deepEqual([page.totalSize, page.done, page.records.length], [2100, false, 2000]);
  assert.match(page.nextRecordsUrl, /\/query\/01g\w+-2000$/);
  const rest = await connection.queryMore(page.nextRecordsUrl);
  assert.deepEqual([rest.done, rest.records.length], [true, 100]);
  const all = await connection.query(statement, { autoFetch: true, maxFetch: 5000 });
  assert.equal(new Set(all.records.map(({ Id }) => Id)).size, 2100);
  assert.ok(connection.limitInfo.apiUsage.used > 0);
});

test("reads errors as from an org", async () => {
  await assert.rejects(connection.query("SELECT Nope FROM Account"), (error) => {
    assert.equal(error.errorCode, "INVALID_FIELD");
    assert.match(error.message, /ERROR at Row:1:Column:8\nNo such column 'Nope' on entity 'Account'/);
    return true;
  });
  await assert.rejects(connection.sobject("Lead").create({ LastName: "Reyes" }), {
    errorCode: "REQUIRED_FIELD_MISSING",
  });
  await assert.rejects(connection.sobject("Nope__c").describe(), { errorCode: "NOT_FOUND" });
  await assert.rejects(connection.queryMore("01gLk0000000zzzAAA-2000"), (error) => error.errorCode === "INVALID_QUERY_LOCATOR");
  const expired = new jsforce.Connection({ instanceUrl: SALESFORCE_URL, accessToken: "00Dgone!token" });
  await assert.rejects(expired.query("SELECT Id FROM Account"), { errorCode: "INVALID_SESSION_ID" });
});
