// Values as people read them.

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

/** A value of the configuration in one line. */
export function value(anything: unknown): string {
  if (anything === undefined || anything === null) return '(none)';
  if (anything === '') return '(empty)';
  if (anything === true) return 'yes';
  if (anything === false) return 'no';
  if (Array.isArray(anything)) return anything.length === 0 ? '(empty)' : anything.map(brief).join(', ');
  return typeof anything === 'object' ? brief(anything) : String(anything);
}

function brief(item: unknown): string {
  if (typeof item !== 'object' || item === null) return String(item);
  const record = item as Record<string, unknown>;
  const name = record['name'] ?? record['object'] ?? record['field'] ?? record['predefined'];
  if (typeof name === 'string' && name) return name;
  const parts = Object.entries(record).filter(([, part]) => part !== null && part !== '' && !(Array.isArray(part) && part.length === 0));
  return parts.map(([key, part]) => `${key.replaceAll('_', ' ')}: ${typeof part === 'object' ? brief(part) : String(part)}`).join(', ');
}
