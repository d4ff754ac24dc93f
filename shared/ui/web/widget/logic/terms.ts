// Search values: no empty ones, none twice.
import type { SearchValue } from '../types.ts';

export function mergeTerms(values: readonly SearchValue[]): SearchValue[] {
  const seen = new Set<string>();
  const merged: SearchValue[] = [];
  for (const { label, value } of values) {
    const text = value.trim();
    if (!text || seen.has(text.toLowerCase())) continue;
    seen.add(text.toLowerCase());
    merged.push({ label, value: text });
  }
  return merged;
}

export function sameTerms(one: readonly SearchValue[], two: readonly SearchValue[]): boolean {
  return one.length === two.length && one.every(({ value }, n) => value === two[n]?.value);
}
