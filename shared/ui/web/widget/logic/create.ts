// What can be made from where the agent stands, with its parents filled in.
import type { Create, Row, SObject } from '../types.ts';

const FROM: Record<string, string[]> = { Account: ['Contact', 'Case', 'Opportunity'], Contact: ['Case', 'Opportunity'] };

/** From a row of a search; `account` is the account it hangs under. */
export function createFrom(row: Pick<Row, 'object' | 'id'>, account: string | null, objects: readonly SObject[]): Create[] {
  const offered = FROM[row.object];
  if (!offered) return [];
  const parents = row.object === 'Account' ? { account: row.id } : account ? { contact: row.id, account } : { contact: row.id };
  return objects
    .filter(({ object, may_create, custom }) => may_create && (custom || offered.includes(object)))
    .map(({ object, label }) => ({ object, label, parents }));
}
