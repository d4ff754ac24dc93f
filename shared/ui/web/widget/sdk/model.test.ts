import { describe, expect, it } from 'vitest';
import { fit, gather, print } from './model.ts';

describe('the model', () => {
  it('gathers members and drops what is not there', () => {
    const one = gather({}, 'chatInfo', { rtSessionId: '4711' });
    expect(one).toEqual({ chatInfo: { rtSessionId: '4711' } });
    expect(gather(one, 'chatInfo', null)).toEqual({});
    expect(gather(one, 'SDE', undefined)).toEqual(one);
  });

  it('is the same in another order, and while the visitor types', () => {
    const one = { a: { x: 1, y: [2, { q: 1, p: 2 }] }, visitorInfo: { visitorTyping: true, city: 'Ghent' } };
    const two = { visitorInfo: { city: 'Ghent', visitorTyping: false }, a: { y: [2, { p: 2, q: 1 }], x: 1 } };
    expect(print(one)).toBe(print(two));
    expect(print(one)).not.toBe(print({ ...two, a: { x: 2 } }));
  });

  it('gives up the journey first, and no more than it must', () => {
    const model = { chatInfo: { rtSessionId: '1' }, visitorJourney: { pages: 'p'.repeat(500) }, SDE: { personalInfo: [] } };
    expect(fit(model, 10_000)).toEqual(model);
    expect(fit(model, 200)).toEqual({ chatInfo: { rtSessionId: '1' }, SDE: { personalInfo: [] } });
  });
});
