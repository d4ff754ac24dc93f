// Search filter operators in words, and how a value is entered. Which of them fit a field, the API says.

export const OPERATORS: Record<string, string> = {
  equals: 'equals',
  not_equals: 'not equal to',
  less_than: 'less than',
  greater_than: 'greater than',
  less_or_equal: 'less or equal',
  greater_or_equal: 'greater or equal',
  contains: 'contains',
  does_not_contain: 'does not contain',
  starts_with: 'starts with',
  includes: 'includes',
  excludes: 'excludes',
};

export type ValueEntry = { input: 'text' | 'number' | 'date' | 'choice' | 'record'; hint: string };

/** How a filter's value is entered for a field's `type`. */
export function valueEntry(type: string): ValueEntry {
  switch (type) {
    case 'int':
    case 'double':
    case 'long':
    case 'currency':
    case 'percent':
      return { input: 'number', hint: 'A number' };
    case 'date':
      return { input: 'date', hint: 'A day' };
    case 'datetime':
      return { input: 'text', hint: 'A time in UTC, such as 2026-03-01T09:00:00Z' };
    case 'boolean':
    case 'picklist':
      return { input: 'choice', hint: 'One of the values' };
    case 'multipicklist':
      return { input: 'text', hint: 'Values, joined with ;' };
    case 'time':
      return { input: 'text', hint: 'A time of day, such as 14:30:00' };
    case 'id':
    case 'reference':
      return { input: 'record', hint: 'A record' };
    default:
      return { input: 'text', hint: 'Text' };
  }
}
