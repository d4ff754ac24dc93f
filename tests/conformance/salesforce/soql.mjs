// soql-parser-js reads what the widget's logic writes: every query, and every literal with the very text that was typed.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { composeQuery, parseQuery } from "@jetstreamapp/soql-parser-js";

const lines = readFileSync(process.env.SOQL_LINES, "utf8").trim().split("\n").map((line) => JSON.parse(line));
const queries = lines.flatMap(({ query }) => query ?? []);
const texts = lines.filter(({ literal }) => literal !== undefined);

test("every query of every operation is SOQL", () => {
  assert.ok(queries.length >= 60, `only ${queries.length} queries`);
  for (const query of queries) {
    const parsed = parseQuery(query);
    assert.match(parsed.sObject, /^\w+$/, query);
    assert.ok(parsed.where && parsed.limit, query);
    // Nothing is lost on the way through the parser, which writes booleans in capitals.
    const back = composeQuery(parsed).replaceAll(/ = (TRUE|FALSE)\b/g, (equals) => equals.toLowerCase());
    assert.equal(back, query);
  }
});

const UNESCAPED = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f" };
/** As Salesforce reads a literal: a backslash and the letter after it stand for one character. */
const read = (literal) => literal.slice(1, -1).replaceAll(/\\(.)/gsu, (_, letter) => UNESCAPED[letter] ?? letter);

/** To a dot of JavaScript's regular expressions, of which the parser is made, these two end a line. To SOQL they do not. */
const inOneLine = (text) => text.replaceAll(/[\u2028\u2029]/g, "\u2030");

test("ten thousand texts come back as they were typed", () => {
  assert.equal(texts.length, 10_000);
  for (const { text: typed, literal, pattern } of texts) {
    const text = inOneLine(typed);
    for (const [value, operator] of [[inOneLine(literal), "="], [inOneLine(pattern), "LIKE"]]) {
      const soql = `SELECT Id FROM Account WHERE Name ${operator} ${value} AND Id != null`;
      const { where } = parseQuery(soql);
      assert.equal(where.left.value, value, JSON.stringify(text));
      assert.equal(read(where.left.value), text, JSON.stringify(text));
      assert.equal(where.operator, "AND", "what follows is still a condition");
      assert.equal(where.right.left.field, "Id", JSON.stringify(text));
    }
  }
});
