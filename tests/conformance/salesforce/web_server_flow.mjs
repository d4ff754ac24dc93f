// jsforce signs people in at the simulator as it would at an org: by the web-server flow, with PKCE.
import assert from "node:assert/strict";
import { test } from "node:test";
import jsforce from "jsforce";

const { SALESFORCE_URL, SALESFORCE_CLIENT_ID } = process.env;
const AGENT = "ilse.varga@agents.example.com";
const redirectUri = "http://127.0.0.1:1/callback";

const app = () =>
  new jsforce.OAuth2({ loginUrl: SALESFORCE_URL, clientId: SALESFORCE_CLIENT_ID, redirectUri, useVerifier: true });

/** What a person decides on the page at this address, and where the browser is sent back to. */
async function decides(address, decision = "allow") {
  const asked = new URL(address);
  const page = await fetch(asked);
  assert.match(await page.text(), /Allow access\?/);
  const form = new URLSearchParams([...asked.searchParams, ["username", AGENT], ["decision", decision]]);
  const answer = await fetch(`${asked.origin}${asked.pathname}`, { method: "POST", body: form, redirect: "manual" });
  assert.equal(answer.status, 302);
  const back = new URL(answer.headers.get("location"));
  assert.equal(`${back.origin}${back.pathname}`, redirectUri);
  return back.searchParams;
}

const connect = (oauth2) => new jsforce.Connection({ oauth2, version: "67.0" });

test("the code is good for the app that asked with its verifier", async () => {
  const oauth2 = app();
  const address = oauth2.getAuthorizationUrl({ scope: "api refresh_token", state: "x/1" });
  assert.match(address, /code_challenge=/);
  const back = await decides(address);
  assert.equal(back.get("state"), "x/1");
  const connection = connect(oauth2);
  const user = await connection.authorize(back.get("code"));
  assert.equal((await connection.identity()).username, AGENT);
  assert.equal(user.id, (await connection.identity()).user_id);
  assert.ok(connection.refreshToken);

  await assert.rejects(connect(oauth2).authorize(back.get("code")), /invalid_grant|invalid authorization code/);
});

test("with another verifier, or none, it is refused and used up", async () => {
  for (const wrong of [app(), new jsforce.OAuth2({ loginUrl: SALESFORCE_URL, clientId: SALESFORCE_CLIENT_ID, redirectUri })]) {
    const oauth2 = app();
    const code = (await decides(oauth2.getAuthorizationUrl({ scope: "api" }))).get("code");
    await assert.rejects(connect(wrong).authorize(code), /verifier/);
    await assert.rejects(connect(oauth2).authorize(code), /invalid authorization code/);
  }
});

test("a refusal comes back as one, with the state", async () => {
  const back = await decides(app().getAuthorizationUrl({ scope: "api", state: "y" }), "deny");
  assert.deepEqual([back.get("error"), back.get("state"), back.get("code")], ["access_denied", "y", null]);
});
