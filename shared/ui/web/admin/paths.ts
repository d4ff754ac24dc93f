// Places in the configuration document: `objects[0].field_mappings[2].field` as the API writes them, and as steps.
import type { Change, Configuration } from './types.ts';

export type Step = string | number;
export type Path = readonly Step[];

/** `objects[0].field` → `['objects', 0, 'field']`. */
export function parsePath(text: string): Path {
  return [...text.matchAll(/\[(\d+)\]|([^.[\]]+)/g)].map(([, place, member]) =>
    place === undefined ? (member ?? '') : Number(place),
  );
}

/** The reverse of {@link parsePath}. */
export function formatPath(path: Path): string {
  return path.reduce<string>(
    (text, step) => (typeof step === 'number' ? `${text}[${step}]` : text ? `${text}.${step}` : step),
    '',
  );
}

/** What is at a place; `undefined` when there is nothing. */
export function valueAt(root: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, step) => (isObject(value) ? value[step] : undefined), root);
}

/** A copy with another value at a place; everything beside the way there is shared with the original. */
export function withValue<Root>(root: Root, path: Path, value: unknown): Root {
  const [step, ...rest] = path;
  if (step === undefined) return value as Root;
  const parent: unknown = isObject(root) ? root : typeof step === 'number' ? [] : {};
  const copy = (Array.isArray(parent) ? [...parent] : { ...(parent as object) }) as Record<Step, unknown>;
  copy[step] = withValue(copy[step], rest, value);
  return copy as Root;
}

/** Whether `place` is `path` or lies below it. */
export function isWithin(place: string, path: string): boolean {
  return place === path || (place.startsWith(path) && /^[.[]/.test(place.slice(path.length)));
}

/** The DOM id of the control that edits a place. */
export function controlId(path: string): string {
  return `at-${path}`;
}

/** The places to look for a control, nearest first: the place itself, then what holds it. */
export function placesUpwards(path: string): string[] {
  const steps = parsePath(path);
  return steps.map((_, n) => formatPath(steps.slice(0, steps.length - n)));
}

/** The address of the section in which a place is edited. */
export function sectionOf(path: string, configuration: Configuration): string {
  const [member, place, part] = parsePath(path);
  switch (member) {
    case 'objects': {
      const name = typeof place === 'number' ? configuration.objects[place]?.object : undefined;
      if (!name || part === 'object') return '/objects';
      const tab = typeof part === 'string' ? OBJECT_TABS[part] : undefined;
      return `/objects/${encodeURIComponent(name)}${tab ? `/${tab}` : ''}`;
    }
    case 'widget':
      return '/objects';
    case 'skills': {
      const skill = typeof place === 'number' ? configuration.skills[place]?.skill : undefined;
      return skill && part !== 'skill' ? `/skills/${encodeURIComponent(skill)}` : '/skills';
    }
    case 'transcript':
    case 'field_mappings':
      return '/transcript';
    case 'schedules':
    case 'limits':
      return '/schedules';
    default:
      return '/account';
  }
}

const OBJECT_TABS: Record<string, string> = {
  field_mappings: 'fields',
  related_lists: 'related-lists',
  search_filters: 'search-filters',
};

const WORDS: Record<string, string> = {
  account: 'Account id',
  active: 'Activated',
  terms: 'Terms',
  salesforce: 'Salesforce login',
  login_url: 'Login URL',
  api_version: 'API version',
  flow: 'Flow',
  jwt_bearer: 'JWT bearer',
  client_credentials: 'Client credentials',
  client_id: 'Consumer key',
  username: 'User name',
  audience: 'Audience',
  transcript: 'Chat transcript',
  include_agent_only_lines: 'Include agent-only lines',
  save_mode: 'Save mode',
  redaction: 'Redaction',
  field_mappings: 'Field mappings',
  schedules: 'Schedules',
  periodic: 'Periodic sync',
  daily: 'Daily sync',
  hour: 'Hour',
  zone: 'Time zone',
  limits: 'Limits',
  api_share: 'Share of API calls',
  log_days: 'Days the log is kept',
  widget: 'Widget',
  disable_on_load_search: 'Disable on-load auto search',
  disable_search_edits: 'Disable modify on-load search params',
  objects: 'Objects',
  allow_creation: 'Allow creation',
  use_assignment_rules: 'Use assignment rules',
  let_user_decide: 'Let user decide',
  account_mandatory: 'Account mandatory',
  contact_mandatory: 'Contact mandatory',
  account_field: 'Account lookup',
  contact_field: 'Contact lookup',
  related_lists: 'Related lists',
  search_filters: 'Search filters',
  skills: 'Skills',
  default_screen: 'Default screen',
  search_values: 'Search values',
  service_console: 'Use Service Console',
  columns: 'fields',
  rows: 'number of records',
  value: 'value',
  chat_sdk: 'LivePerson SDK Field',
  chat_api: 'LivePerson API Field',
  messaging_sdk: 'LivePerson Msg SDK Field',
  messaging_api: 'LivePerson Msg API Field',
};

/** A place in the words of the page: `Objects › Case › Field mappings › Subject › required`. */
export function describePath(text: string, root: unknown): string {
  const path = parsePath(text);
  const words = path.map((step, n) => {
    if (typeof step === 'string') return WORDS[step] ?? step.replaceAll('_', ' ');
    const item = valueAt(root, path.slice(0, n + 1));
    return nameOf(item) ?? `${step + 1}`;
  });
  return words.join(' › ');
}

/** Where a change is. What was put into a list or taken out of it goes by its own name: in `root`, another may be in its place. */
export function describeChange({ path, before, after }: Change, root: unknown): string {
  const steps = parsePath(path);
  const inList = typeof steps.at(-1) === 'number';
  const name = inList ? nameOf(after ?? before) : undefined;
  return name ? `${describePath(formatPath(steps.slice(0, -1)), root)} › ${name}` : describePath(path, root);
}

/** The name a list's item goes by: its skill's name, its object or its field. */
function nameOf(item: unknown): string | undefined {
  if (typeof item === 'string') return item;
  if (!isObject(item)) return undefined;
  const named = item['name'] || item['object'] || item['field'];
  return typeof named === 'string' && named ? named : undefined;
}

export function isObject(value: unknown): value is Record<Step, unknown> {
  return typeof value === 'object' && value !== null;
}
