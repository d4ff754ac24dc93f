import { describe, expect, it } from 'vitest';
import { move, shift, toggle } from './lists.ts';
import { mark } from './marking.ts';

describe('lists', () => {
  it('move one item and stop at the ends', () => {
    expect(move(['a', 'b', 'c'], 0, 1)).toEqual(['b', 'a', 'c']);
    expect(move(['a', 'b', 'c'], 2, 9)).toEqual(['a', 'b', 'c']);
    expect(move(['a', 'b'], 5, 0)).toEqual(['a', 'b']);
  });

  it('shift what is picked together and keep its order', () => {
    expect(shift(['a', 'b', 'c', 'd'], new Set(['b', 'c']), -1)).toEqual(['b', 'c', 'a', 'd']);
    expect(shift(['a', 'b', 'c', 'd'], new Set(['b', 'c']), 1)).toEqual(['a', 'd', 'b', 'c']);
    expect(shift(['a', 'b', 'c'], new Set(['a', 'c']), -1)).toEqual(['a', 'c', 'b']);
    expect(shift(['a', 'b'], new Set(['a', 'b']), 1)).toEqual(['a', 'b']);
  });

  it('toggle keeps the order of the rest', () => {
    expect(toggle(['a', 'b', 'c'], 'b', false)).toEqual(['a', 'c']);
    expect(toggle(['a', 'b'], 'a', true)).toEqual(['b', 'a']);
  });
});

describe('marking', () => {
  const values = ['a', 'b', 'c', 'd'];
  const start = { active: 1, anchor: 1, marked: new Set(['b']) };
  it.each([
    [3, 'only', ['d'], 3, 3],
    [3, 'extend', ['b', 'c', 'd'], 3, 1],
    [0, 'extend', ['a', 'b'], 0, 1],
    [1, 'toggle', [], 1, 1],
    [2, 'toggle', ['b', 'c'], 2, 2],
    [2, 'move', ['b'], 2, 1],
    [9, 'only', ['d'], 3, 3],
    [-4, 'only', ['a'], 0, 0],
  ] as const)('to %i, %s', (place, how, marked, active, anchor) => {
    const after = mark(values, start, place, how);
    expect([[...after.marked], after.active, after.anchor]).toEqual([marked, active, anchor]);
  });
  it('of nothing is nothing', () => {
    expect(mark([], start, 0, 'only').marked.size).toBe(0);
  });
});
