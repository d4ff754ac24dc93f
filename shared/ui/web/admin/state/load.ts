// Reading something from the API while a section is shown.
import { useCallback, useEffect, useState } from 'preact/hooks';
import { sentenceOf } from '../api.ts';

export type Loaded<Answer> = {
  answer: Answer | undefined;
  error: string | undefined;
  loading: boolean;
  reload: () => void;
};

/** Reads when the section opens and whenever `keys` change. What came before stays visible while it is read again. */
export function useLoaded<Answer>(read: () => Promise<Answer>, keys: readonly unknown[] = []): Loaded<Answer> {
  const [state, setState] = useState<{ answer?: Answer; error?: string; loading: boolean }>({ loading: true });
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    let shown = true;
    setState((before) => ({ ...before, loading: true }));
    read().then(
      (answer) => shown && setState({ answer, loading: false }),
      (error: unknown) => shown && setState((before) => ({ ...before, error: sentenceOf(error), loading: false })),
    );
    return () => {
      shown = false;
    };
  }, [...keys, turn]);
  const reload = useCallback(() => setTurn((n) => n + 1), []);
  return { answer: state.answer, error: state.error, loading: state.loading, reload };
}

const kept = new Map<string, Promise<unknown>>();

/** Reads once for the whole page: what an org or an account offers rarely changes while someone sets up. */
export function once<Answer>(name: string, read: () => Promise<Answer>): Promise<Answer> {
  const known = kept.get(name) as Promise<Answer> | undefined;
  if (known) return known;
  const reading = read();
  kept.set(name, reading);
  reading.catch(() => kept.delete(name));
  return reading;
}

/** Forgets what was read once, so that it is asked for again. */
export function forget(): void {
  kept.clear();
}

/** Calls `step` again and again while `on`. */
export function useEvery(milliseconds: number, on: boolean, step: () => void): void {
  useEffect(() => {
    if (!on) return undefined;
    const timer = setInterval(step, milliseconds);
    return () => clearInterval(timer);
  }, [on, milliseconds, step]);
}
