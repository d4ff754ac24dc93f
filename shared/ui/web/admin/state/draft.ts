// The configuration as it is saved and as it is being edited.
import { batch, computed, effect, signal } from '@preact/signals';
import { ApiError, api, sentenceOf } from '../api.ts';
import { complete, emptyConfiguration } from '../logic/complete.ts';
import { changesBetween } from '../logic/diff.ts';
import { sentence } from '../logic/show.ts';
import { type Path, formatPath, isWithin, valueAt, withValue } from '../paths.ts';
import type { Configuration, Problem, Versioned } from '../types.ts';

/** What the server holds, as we last read it; edits are compared with it and saved on top of it. */
export const saved = signal<Versioned | null>(null);
export const draft = signal<Configuration | null>(null);
export const problems = signal<Problem[]>([]);
export const loadError = signal<string | null>(null);
/** What is read out after a save, a discard or a restore. */
export const notice = signal<{ kind: 'success' | 'error' | 'info'; text: string } | null>(null);
export const saving = signal(false);
/** What somebody else saved while we edited. */
export const overtaken = signal<Versioned | null>(null);

export const changes = computed(() =>
  saved.value && draft.value ? changesBetween(saved.value.configuration, draft.value) : [],
);

const STASH = 'chatlink.unsaved';

export async function load(): Promise<void> {
  loadError.value = null;
  try {
    const found = await read();
    const stash = unstash(found);
    batch(() => {
      saved.value = stash?.saved ?? found;
      draft.value = stash?.draft ?? found.configuration;
      if (stash) notice.value = { kind: 'info', text: 'Your unsaved changes are here again.' };
    });
  } catch (error) {
    loadError.value = sentenceOf(error);
  }
}

/** A stack that was never set up has no configuration yet; then editing starts with an empty one. */
async function read(): Promise<Versioned> {
  try {
    const { version, configuration } = await api.configuration();
    return { version, configuration: complete(configuration) };
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return { version: 0, configuration: emptyConfiguration() };
    throw error;
  }
}

export function edit(path: Path, value: unknown): void {
  if (draft.value) draft.value = withValue(draft.value, path, value);
}

/** Takes a whole configuration as the edited one. */
export function edited(configuration: Configuration): void {
  draft.value = configuration;
}

export function at<Value>(path: Path): Value {
  return valueAt(draft.value, path) as Value;
}

export function discard(): void {
  batch(() => {
    draft.value = saved.value?.configuration ?? null;
    problems.value = [];
    notice.value = { kind: 'info', text: 'Your changes were discarded.' };
  });
}

export async function save(): Promise<void> {
  const [base, mine] = [saved.value, draft.value];
  if (!base || !mine || saving.value) return;
  saving.value = true;
  notice.value = null;
  try {
    const answer = await api.save(mine, base.version);
    const version = answer?.version ?? base.version + 1;
    batch(() => {
      saved.value = { version, configuration: mine };
      problems.value = [];
      notice.value = { kind: 'success', text: 'Saved.' };
    });
  } catch (error) {
    await explain(error);
  } finally {
    saving.value = false;
  }
}

async function explain(error: unknown): Promise<void> {
  if (error instanceof ApiError && error.status === 412) {
    try {
      overtaken.value = await read();
    } catch (failed) {
      notice.value = { kind: 'error', text: sentenceOf(failed) };
    }
    return;
  }
  if (error instanceof ApiError && error.problems.length > 0) problems.value = error.problems;
  if (!(error instanceof ApiError && error.status === 401)) notice.value = { kind: 'error', text: sentenceOf(error) };
}

/** Goes on from what somebody else saved, with `mine` as the unsaved state. */
export function goOnFrom(theirs: Versioned, mine: Configuration): void {
  batch(() => {
    saved.value = theirs;
    draft.value = mine;
    problems.value = [];
    overtaken.value = null;
  });
}

/** After terms or activation, which the server saves by itself: take those over and keep what is being edited. */
export async function refresh(): Promise<void> {
  const found = await read();
  const [base, mine] = [saved.value, draft.value];
  const { active, terms } = found.configuration;
  const onlyThese = base && changesBetween({ ...base.configuration, active, terms }, found.configuration).length === 0;
  batch(() => {
    if (mine && base && onlyThese) {
      saved.value = found;
      draft.value = { ...mine, active, terms };
    } else if (changes.value.length === 0) {
      saved.value = found;
      draft.value = found.configuration;
    } else {
      overtaken.value = found;
    }
  });
}

/** What is wrong at a place itself. */
export function problemOf(path: Path): string | undefined {
  const place = formatPath(path);
  return said(problems.value.find((problem) => problem.path === place));
}

/** What is wrong at a place or below it, for a control that edits all of that. */
export function problemWithin(path: Path): string | undefined {
  const place = formatPath(path);
  return said(problems.value.find((problem) => isWithin(problem.path, place)));
}

function said(problem: Problem | undefined): string | undefined {
  return problem && sentence(problem.sentence);
}

/** Keeps unsaved changes over a sign-in or a reload, warns before they are left, and checks again what was refused. */
export function startKeeping(): void {
  effect(() => {
    const [base, mine] = [saved.value, draft.value];
    if (!base || !mine) return;
    if (changes.value.length > 0) sessionStorage.setItem(STASH, JSON.stringify({ saved: base, draft: mine }));
    else sessionStorage.removeItem(STASH);
  });
  addEventListener('beforeunload', (event) => {
    if (changes.value.length > 0 && !leaving) event.preventDefault();
  });
  let timer: ReturnType<typeof setTimeout> | undefined;
  effect(() => {
    const mine = draft.value;
    clearTimeout(timer);
    if (mine && problems.peek().length > 0) timer = setTimeout(() => void checkAgain(mine), 700);
  });
}

async function checkAgain(mine: Configuration): Promise<void> {
  try {
    const { problems: found } = await api.check(mine);
    if (draft.value === mine) problems.value = found;
  } catch {
    // The problems of the last save stay until the next.
  }
}

let leaving = false;
/** Goes to another page on purpose, with unsaved changes kept for the way back. */
export function leaveFor(address: string): void {
  leaving = true;
  sessionStorage.setItem(WAY_BACK, location.pathname + location.search);
  location.assign(address);
}

const WAY_BACK = 'chatlink.way-back';
/** Where the page was left for signing in, once. */
export function wayBack(): string | null {
  const address = sessionStorage.getItem(WAY_BACK);
  sessionStorage.removeItem(WAY_BACK);
  return address;
}

function unstash(found: Versioned): { saved: Versioned; draft: Configuration } | null {
  try {
    const kept = JSON.parse(sessionStorage.getItem(STASH) ?? 'null') as { saved: Versioned; draft: Configuration } | null;
    return kept && changesBetween(found.configuration, kept.draft).length > 0 ? kept : null;
  } catch {
    return null;
  }
}
