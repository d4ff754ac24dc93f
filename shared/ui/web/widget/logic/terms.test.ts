import { describe, expect, it } from 'vitest';
import { mergeTerms, sameTerms } from './terms.ts';

describe('search values', () => {
  it('are each there once, as first written', () => {
    const values = [{ label: 'Email', value: ' ada@mail.example ' }, { label: 'Login', value: 'ADA@mail.example' }, { label: 'Name', value: ' ' }];
    expect(mergeTerms(values)).toEqual([{ label: 'Email', value: 'ada@mail.example' }]);
  });

  it('are the same when their texts are', () => {
    const [a, b] = [{ label: 'x', value: '1' }, { label: 'y', value: '1' }];
    expect(sameTerms([a], [b])).toBe(true);
    expect(sameTerms([a], [])).toBe(false);
  });
});
