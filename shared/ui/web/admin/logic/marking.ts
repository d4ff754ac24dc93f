// Which items of a list are marked after a click or a key, as lists of files do it.

export type Marking = { active: number; anchor: number; marked: ReadonlySet<string> };

export type How = 'only' | 'toggle' | 'extend' | 'move';

/** Makes the item at `place` the active one, and marks it alone, besides the others, up to it from the anchor, or not. */
export function mark(values: readonly string[], before: Marking, place: number, how: How): Marking {
  const active = Math.max(0, Math.min(place, values.length - 1));
  const value = values[active];
  if (value === undefined) return { active: 0, anchor: 0, marked: new Set() };
  switch (how) {
    case 'move':
      return { ...before, active };
    case 'only':
      return { active, anchor: active, marked: new Set([value]) };
    case 'toggle': {
      const marked = new Set(before.marked);
      if (!marked.delete(value)) marked.add(value);
      return { active, anchor: active, marked };
    }
    case 'extend': {
      const [from, to] = [Math.min(before.anchor, active), Math.max(before.anchor, active)];
      return { active, anchor: before.anchor, marked: new Set(values.slice(from, to + 1)) };
    }
  }
}
