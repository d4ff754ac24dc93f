// Joining my unsaved changes with what somebody else saved meanwhile, part by part.
import { isObject, parsePath, valueAt, withValue } from '../paths.ts';
import type { Configuration } from '../types.ts';
import { changesBetween } from './diff.ts';

/** The place of what is taken over as a whole: a setting such as `limits.log_days`, or a list such as `objects`. */
export type Part = string;
export type Side = 'mine' | 'theirs';

/** Parts that both of us changed, and not to the same. */
export function contested(base: Configuration, mine: Configuration, theirs: Configuration): Part[] {
  return parts(base).filter((part) => differs(part, base, mine) && differs(part, base, theirs) && differs(part, mine, theirs));
}

/** Theirs, with the parts only I changed, and of the contested ones those I choose. */
export function merge(
  base: Configuration,
  mine: Configuration,
  theirs: Configuration,
  choices: Partial<Record<Part, Side>>,
): Configuration {
  const taken = parts(base).filter(
    (part) => differs(part, base, mine) && (!differs(part, base, theirs) || choices[part] !== 'theirs'),
  );
  return taken.reduce((joined, part) => withValue(joined, parsePath(part), at(part, mine)), theirs);
}

function parts(configuration: Configuration): Part[] {
  return Object.entries(configuration).flatMap(([member, value]) =>
    isObject(value) && !Array.isArray(value) ? Object.keys(value).map((inner) => `${member}.${inner}`) : [member],
  );
}

function differs(part: Part, one: Configuration, other: Configuration): boolean {
  return changesBetween(at(part, one), at(part, other)).length > 0;
}

function at(part: Part, configuration: Configuration): unknown {
  return valueAt(configuration, parsePath(part));
}
