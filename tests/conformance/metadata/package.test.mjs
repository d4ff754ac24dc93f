// Salesforce's own library, which its command line converts and deploys with, unmodified: it makes of infra/salesforce the
// files that `chatlink package` writes, and the simulated org takes what it deploys.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, readdirSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { test } from "node:test";
import { AuthInfo, Connection } from "@salesforce/core";
import { ComponentSet, MetadataConverter } from "@salesforce/source-deploy-retrieve";
import { XMLParser } from "fast-xml-parser";

const { METADATA_SOURCE, METADATA_PACKAGE, BARE_SALESFORCE_URL, BARE_SALESFORCE_CLIENT_ID, BARE_SALESFORCE_CLIENT_SECRET } =
  process.env;
const VERSION = "67.0";

const source = () => {
  const set = ComponentSet.fromSource(METADATA_SOURCE);
  [set.sourceApiVersion, set.apiVersion] = [VERSION, VERSION];
  return set;
};

const files = (folder) =>
  readdirSync(folder, { recursive: true })
    .map((path) => join(folder, path))
    .filter((path) => statSync(path).isFile())
    .map((path) => relative(folder, path))
    .sort();

/** What a file means: elements whose order says nothing are sorted, texts are as they are. */
const ORDERED = new Set(["tabs", "layoutSections", "layoutItems", "layoutColumns", "columns", "groupingsDown"]);
const parser = new XMLParser({ ignoreAttributes: false, parseTagValue: false, isArray: (name) => !name.startsWith("?") });
const sorted = (value, name) => {
  if (Array.isArray(value)) {
    const all = value.map((one) => sorted(one));
    const text = (one) => JSON.stringify(one);
    return ORDERED.has(name) ? all : all.sort((a, b) => (text(a) < text(b) ? -1 : 1));
  }
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key], key)]));
};
const meaning = (path) => {
  const read = parser.parse(readFileSync(path, "utf8"));
  // A folder of reports is listed with a slash by this library, without one in Salesforce's documentation.
  for (const types of read.Package?.[0].types ?? []) types.members = types.members.map((name) => name.replace(/\/$/, ""));
  return sorted(read);
};

test("the package is what Salesforce's own library makes of the source", async () => {
  const outputDirectory = mkdtempSync(join(tmpdir(), "chatlink-"));
  const target = { type: "directory", outputDirectory, genUniqueDir: false };
  await new MetadataConverter().convert(source(), "metadata", target);
  const made = files(outputDirectory);
  assert.ok(made.length >= 16, `only ${made.length} files`);
  assert.deepEqual(files(METADATA_PACKAGE), made);
  for (const path of made) {
    assert.deepEqual(meaning(join(METADATA_PACKAGE, path)), meaning(join(outputDirectory, path)), path);
  }
});

test("a difference is seen", () => {
  const path = join(METADATA_PACKAGE, "objects/LP_ChatTranscript__c.object");
  const text = readFileSync(path, "utf8");
  const read = (xml) => JSON.stringify(sorted(parser.parse(xml)));
  assert.notEqual(read(text), read(text.replace("<length>131072</length>", "<length>32768</length>")));
  assert.notEqual(read(text), read(text.replace(/<fields>[^]*?<\/fields>/, "")));
});

/** An administrator of the simulated org without Chatlink. */
const administrator = async () => {
  const form = new URLSearchParams({
    grant_type: "password",
    client_id: BARE_SALESFORCE_CLIENT_ID,
    client_secret: BARE_SALESFORCE_CLIENT_SECRET,
    username: "noor.adair@chatlink.example",
    password: process.env.BARE_SALESFORCE_PASSWORD,
  });
  const answer = await fetch(`${BARE_SALESFORCE_URL}/services/oauth2/token`, { method: "POST", body: form });
  const { access_token: accessToken } = await answer.json();
  const instanceUrl = BARE_SALESFORCE_URL;
  const authInfo = await AuthInfo.create({ accessTokenOptions: { accessToken, instanceUrl, loginUrl: instanceUrl } });
  const connection = await Connection.create({ authInfo });
  connection.setApiVersion(VERSION);
  return connection;
};

test("the simulated org takes what Salesforce's own library deploys", async () => {
  const connection = await administrator();
  const deploy = async (set) => {
    const apiOptions = { rest: true, singlePackage: true, rollbackOnError: true };
    const job = await set.deploy({ usernameOrConnection: connection, apiOptions });
    return job.pollStatus({ frequency: { milliseconds: 10 }, timeout: { milliseconds: 20_000 } });
  };
  const { response } = await deploy(source());
  const problems = [response.details?.componentFailures ?? []].flat();
  assert.equal(response.status, "Succeeded", JSON.stringify(problems.slice(0, 3)));
  assert.equal(response.numberComponentErrors, 0);
  const described = await connection.describe("LP_ChatTranscript__c");
  assert.equal(described.label, "Chat Transcript");
  const again = await deploy(source());
  const effects = again.getFileResponses().filter(({ state }) => state !== "Unchanged");
  assert.deepEqual(effects, []);
});
