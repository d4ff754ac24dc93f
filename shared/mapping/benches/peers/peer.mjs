// The same record by JSON.parse and plain JavaScript. Prints nanoseconds a conversation, of the quickest round.

import { readFileSync } from 'node:fs';

const ROUNDS = 12;
const { paths, lines, parts, records } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
// As they come over the wire.
const bodies = records.map((record) => Buffer.from(record, 'utf8'));

function walk(value, path, at = 0) {
  for (; at < path.length && value != null; at += 1) {
    const step = path[at];
    if (Array.isArray(step)) {
      if (!Array.isArray(value)) return undefined;
      for (const one of value) {
        if (one[step[0]] !== step[1]) continue;
        const found = walk(one, path, at + 1);
        if (found !== undefined) return found;
      }
      return undefined;
    }
    value = value[step];
  }
  return value ?? undefined;
}

function map(body) {
  const record = JSON.parse(body.toString('utf8'));
  const fields = {};
  paths.forEach((path, n) => {
    const value = walk(record, path);
    fields[`Field_${n}__c`] = value === undefined ? null : typeof value === 'string' ? value : JSON.stringify(value);
  });
  let transcript = '';
  for (const line of walk(record, lines) ?? []) {
    const [time, by, said] = parts.map((path) => walk(line, path) ?? '');
    transcript += `${time} ${by}: ${said}\n`;
  }
  fields.Transcript__c = transcript;
  return JSON.stringify(fields);
}

let best = Infinity;
let written = 0;
for (let round = 0; round < ROUNDS; round += 1) {
  const start = process.hrtime.bigint();
  for (const body of bodies) written += map(body).length;
  best = Math.min(best, Number(process.hrtime.bigint() - start) / bodies.length);
}
if (written === 0) throw new Error('nothing was written');
console.log(best.toFixed(0));
