// What differs between two configurations, in steps a person recognizes.
import { type Path, formatPath, isObject } from '../paths.ts';
import type { Change } from '../types.ts';

/**
 * Every difference. Lists of things with a name (objects, skills, fields) are compared thing by thing, so that one
 * more object is one change and another order is one change; other lists are compared as a whole.
 */
export function changesBetween(before: unknown, after: unknown): Change[] {
  return compare([], before, after);
}

function compare(path: Path, before: unknown, after: unknown): Change[] {
  if (Object.is(before, after)) return [];
  if (Array.isArray(before) && Array.isArray(after)) return compareLists(path, before, after);
  if (isRecord(before) && isRecord(after)) {
    const members = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...members].flatMap((member) => compare([...path, member], before[member], after[member]));
  }
  return isEmpty(before) && isEmpty(after) ? [] : [{ path: formatPath(path), before, after }];
}

function compareLists(path: Path, before: unknown[], after: unknown[]): Change[] {
  const [namesBefore, namesAfter] = [names(before), names(after)];
  if (!namesBefore || !namesAfter) {
    const same = JSON.stringify(before) === JSON.stringify(after);
    return same ? [] : [{ path: formatPath(path), before, after }];
  }
  const gone = before.flatMap((item, n) =>
    namesAfter.includes(namesBefore[n] ?? '') ? [] : [{ path: formatPath([...path, n]), before: item, after: undefined }],
  );
  const rest = after.flatMap((item, n) => {
    const place = namesBefore.indexOf(namesAfter[n] ?? '');
    return place < 0
      ? [{ path: formatPath([...path, n]), before: undefined, after: item }]
      : compare([...path, n], before[place], item);
  });
  const keptBefore = namesBefore.filter((name) => namesAfter.includes(name));
  const keptAfter = namesAfter.filter((name) => namesBefore.includes(name));
  const moved = keptBefore.join('\n') !== keptAfter.join('\n');
  return [...gone, ...rest, ...(moved ? [{ path: formatPath(path), before: keptBefore, after: keptAfter }] : [])];
}

/** What each item of a list is known by; `undefined` when one has no name or two share it. */
function names(list: unknown[]): string[] | undefined {
  const found = list.map((item) => {
    if (!isRecord(item) || 'rows' in item || 'operator' in item) return undefined;
    const name = item['skill'] ?? item['object'] ?? item['field'];
    return typeof name === 'string' && name ? name : undefined;
  });
  const known = found.filter((name) => name !== undefined);
  return known.length === list.length && new Set(known).size === list.length ? known : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return isObject(value) && !Array.isArray(value);
}

/** A member that is not there and one that is `null` mean the same. */
function isEmpty(value: unknown): boolean {
  return value === undefined || value === null;
}
