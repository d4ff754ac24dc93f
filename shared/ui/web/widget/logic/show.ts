// Salesforce's values as the agent reads them, in the agent's own zone and language.
import type { Cell } from '../types.ts';

const DAY = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeZone: 'UTC' });

export function cellText({ type, value, display }: Pick<Cell, 'type' | 'value' | 'display'>, zone?: string): string {
  if (type === 'boolean') return value === true ? 'Yes' : 'No';
  if (value === null || value === '') return display ?? '';
  if (type === 'date') return dayText(String(value));
  if (type === 'datetime') return instantText(String(value), zone);
  return display ?? String(value);
}

/** A day has no zone: it is the same day everywhere. */
export function dayText(day: string): string {
  const instant = new Date(`${day}T00:00:00Z`);
  return Number.isNaN(instant.getTime()) ? day : DAY.format(instant);
}

export function instantText(at: string, zone?: string): string {
  const instant = new Date(at);
  if (Number.isNaN(instant.getTime())) return at;
  return new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short', timeZone: zone }).format(instant);
}

/** Only addresses of the web are followed. */
export function webAddress(address: string | null | undefined): string | undefined {
  return address && /^https?:\/\//i.test(address) ? address : undefined;
}

/** What an address, a number or a mailbox is opened with. */
export function hrefOf({ type, value }: Pick<Cell, 'type' | 'value'>): string | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  if (type === 'url') return webAddress(value) ?? (/^[\w-]+(\.[\w-]+)+/.test(value) ? `https://${value}` : undefined);
  if (type === 'email' && /^[^\s@?&]+@[^\s@?&]+$/.test(value)) return `mailto:${value}`;
  if (type === 'phone') return `tel:${value.replace(/[^\d+*#]/g, '')}`;
  return undefined;
}
