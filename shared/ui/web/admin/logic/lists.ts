// Moving things in ordered lists. Every function answers a new list.

export function move<T>(list: readonly T[], from: number, to: number): T[] {
  const copy = [...list];
  if (from < 0 || from >= copy.length) return copy;
  const [item] = copy.splice(from, 1);
  copy.splice(Math.max(0, Math.min(to, copy.length)), 0, item as T);
  return copy;
}

/** Moves the picked items one place up or down together, keeping their order; those at the end stay. */
export function shift<T>(list: readonly T[], picked: ReadonlySet<T>, by: -1 | 1): T[] {
  const copy = by < 0 ? [...list] : [...list].reverse();
  for (let n = 1; n < copy.length; n += 1) {
    const [before, here] = [copy[n - 1] as T, copy[n] as T];
    if (picked.has(here) && !picked.has(before)) [copy[n - 1], copy[n]] = [here, before];
  }
  return by < 0 ? copy : copy.reverse();
}

export function removeAt<T>(list: readonly T[], place: number): T[] {
  return list.filter((_, n) => n !== place);
}

/** The list with `item` when `wanted`, without it otherwise; the order of the rest stays. */
export function toggle<T>(list: readonly T[], item: T, wanted: boolean): T[] {
  const rest = list.filter((other) => other !== item);
  return wanted ? [...rest, item] : rest;
}
