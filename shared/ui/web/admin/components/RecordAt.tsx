// A record of the org, kept by its id: chosen by typing part of its name, or entered as an id. Which record it is stands
// below.
import { useEffect, useId, useState } from 'preact/hooks';
import { api, sentenceOf } from '../api.ts';
import { type Path } from '../paths.ts';
import { at } from '../state/draft.ts';
import { type RecordChoice } from '../types.ts';
import { TextAt } from './Bound.tsx';

type Found = { records: RecordChoice[]; problem?: string };

export function RecordAt({ path, label, object, field }: { path: Path; label: string; object: string; field: string }) {
  const list = useId();
  const typed = at<string>(path) ?? '';
  const found = useRecords(object, field, typed);
  const chosen = found?.records.find((one) => one.id === typed);
  return (
    <div>
      <TextAt path={path} label={label} hideLabel list={list} placeholder="Part of a name, or an id" />
      <datalist id={list}>
        {found?.records.map((one) => <option key={one.id} value={one.id}>{one.name} ({one.object})</option>)}
      </datalist>
      <p class={`help ${found?.problem ? 'help_bad' : ''}`} role="status">{said(found, chosen, typed)}</p>
    </div>
  );
}

function said(found: Found | undefined, chosen: RecordChoice | undefined, typed: string): string {
  if (chosen) return `${chosen.name} (${chosen.object})`;
  if (!found) return '';
  if (found.problem) return found.problem;
  if (typed === '') return 'Choose a record from the list, or type part of its name.';
  const names = found.records.slice(0, 3).map((one) => one.name).join(', ');
  return names ? `Choose one from the list: ${names}${found.records.length > 3 ? ' …' : ''}` : 'No record has this in its name.';
}

/** Waits until typing pauses; an answer to an older text is dropped. */
function useRecords(object: string, field: string, typed: string): Found | undefined {
  const [found, setFound] = useState<Found>();
  useEffect(() => {
    const asking = new AbortController();
    const timer = setTimeout(() => {
      api.records(object, field, typed, asking.signal).then(setFound, (error: unknown) => {
        if (!asking.signal.aborted) setFound({ records: [], problem: `The records could not be read. ${sentenceOf(error)}` });
      });
    }, 350);
    return () => {
      clearTimeout(timer);
      asking.abort();
    };
  }, [object, field, typed]);
  return found;
}
