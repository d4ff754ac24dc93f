// Values as people read them.

export { count, number, sentence, time } from '../../components/words.ts';

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
