// Numbers, times and sentences as people read them.

const PARTS = { month: 'short', day: 'numeric', hour: 'numeric', minute: '2-digit' } as const;
const THIS_YEAR = new Intl.DateTimeFormat(undefined, PARTS);
const OTHER_YEAR = new Intl.DateTimeFormat(undefined, { ...PARTS, year: 'numeric' });
const NUMBER = new Intl.NumberFormat();

/** An instant in the reader's own zone, its year only when it is not this one; what is no instant is shown as it is. */
export function time(at: string | null | undefined, now = new Date()): string {
  if (!at) return '';
  const instant = new Date(at);
  if (Number.isNaN(instant.getTime())) return at;
  return (instant.getFullYear() === now.getFullYear() ? THIS_YEAR : OTHER_YEAR).format(instant);
}

export function number(value: number): string {
  return NUMBER.format(value);
}

export function count(value: number, one: string, many = `${one}s`): string {
  return `${number(value)} ${value === 1 ? one : many}`;
}

/** What the API says, as a sentence of the page: it begins with a capital, unless with a name such as `daily.zone`,
 * and ends with a full stop. */
export function sentence(said: string): string {
  const begun = /^[a-z]+(?![\w.])/.test(said) ? said.charAt(0).toUpperCase() + said.slice(1) : said;
  return /[.!?…]$/.test(begun) ? begun : `${begun}.`;
}
