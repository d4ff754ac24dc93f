// Which section is shown: the part of the address after /admin.
import { signal } from '@preact/signals';

const ROOT = '/admin';

export const route = signal(current());
/** Counts navigations, so that a page can move the focus even when the address stays the same. */
export const arrivals = signal(0);

function current(): string {
  if (typeof location === 'undefined') return '/';
  return location.pathname.slice(ROOT.length).replace(/\/$/, '') || '/account';
}

export function href(section: string): string {
  return ROOT + section;
}

export function go(section: string): void {
  const [path = '', search] = section.split('?');
  if (location.pathname + location.search !== href(section)) history.pushState(null, '', href(section));
  query.value = search ?? '';
  route.value = path;
  arrivals.value += 1;
}

/** The part of the address after `?`. */
export const query = signal(typeof location === 'undefined' ? '' : location.search.slice(1));

/** Keeps the part after `?` in step with what is filtered by, without a new entry in the browser's history. */
export function replaceQuery(parameters: Record<string, string>): void {
  const given = Object.entries(parameters).filter(([, value]) => value !== '');
  query.value = new URLSearchParams(given).toString();
  history.replaceState(null, '', location.pathname + (query.value ? `?${query.value}` : ''));
}

export function parameter(name: string): string {
  return new URLSearchParams(query.value).get(name) ?? '';
}

/** Follows the browser's back and forward, and links of the page. */
export function startRouting(): void {
  addEventListener('popstate', () => {
    query.value = location.search.slice(1);
    route.value = current();
    arrivals.value += 1;
  });
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (!link || !plain || link.target || link.hasAttribute('download') || link.origin !== location.origin) return;
    if (link.pathname !== ROOT && !link.pathname.startsWith(`${ROOT}/`)) return;
    event.preventDefault();
    go(link.pathname.slice(ROOT.length) + link.search);
  });
}
