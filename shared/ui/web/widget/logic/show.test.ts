import { describe, expect, it } from 'vitest';
import { cellText, hrefOf, instantText, webAddress } from './show.ts';

describe('a cell', () => {
  it.each([
    [{ type: 'boolean', value: true, display: null }, 'Yes'],
    [{ type: 'boolean', value: null, display: null }, 'No'],
    [{ type: 'currency', value: 12.5, display: 'EUR 12.50' }, 'EUR 12.50'],
    [{ type: 'reference', value: '001', display: 'Quill Ltd' }, 'Quill Ltd'],
    [{ type: 'string', value: 'as it is', display: null }, 'as it is'],
    [{ type: 'date', value: null, display: null }, ''],
  ])('%o reads %s', (cell, want) => expect(cellText(cell)).toBe(want));

  it('shows a day as that day, and an instant in the zone of who reads', () => {
    expect(cellText({ type: 'date', value: '2026-03-01', display: null })).toMatch(/Mar 1, 2026|1 Mar 2026/);
    expect(instantText('2026-03-01T23:30:00Z', 'Asia/Tokyo')).toMatch(/2/);
    expect(instantText('soon')).toBe('soon');
  });
});

describe('addresses', () => {
  it.each([
    ['url', 'https://a.example/x', 'https://a.example/x'],
    ['url', 'www.a.example', 'https://www.a.example'],
    ['url', 'javascript:alert(1)', undefined],
    ['email', 'ada@mail.example', 'mailto:ada@mail.example'],
    ['email', 'ada@mail.example?bcc=x', undefined],
    ['phone', '+31 (0)20 555', 'tel:+31020555'],
    ['string', 'https://a.example', undefined],
  ])('%s %s opens %s', (type, value, want) => expect(hrefOf({ type, value })).toBe(want));

  it('are only followed on the web', () => {
    expect(webAddress('javascript:alert(1)')).toBe(undefined);
    expect(webAddress('http://127.0.0.1:8082/003')).toBe('http://127.0.0.1:8082/003');
  });
});
