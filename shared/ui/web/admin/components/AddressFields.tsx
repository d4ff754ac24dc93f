// The four addresses of a value that is not predefined. Those on the API side are tried while they are typed.
import { useEffect, useId, useState } from 'preact/hooks';
import { api, sentenceOf } from '../api.ts';
import { count } from '../logic/show.ts';
import { type Path } from '../paths.ts';
import { at } from '../state/draft.ts';
import { type AddressAnswer, type Side } from '../types.ts';
import { OptionalTextAt } from './Bound.tsx';

const LABELS: [Side, string, string][] = [
  ['chat_sdk', 'LivePerson SDK Field', 'Chat, in the widget'],
  ['chat_api', 'LivePerson API Field', 'Chat, in the sync'],
  ['messaging_sdk', 'LivePerson Msg SDK Field', 'Messaging, in the widget'],
  ['messaging_api', 'LivePerson Msg API Field', 'Messaging, in the sync'],
];

/** `path` is where the addresses lie. `sides` are those that count here. */
export function AddressFields({ path, name, sdk = true }: { path: Path; name: string; sdk?: boolean }) {
  const shown = LABELS.filter(([side]) => sdk || side.endsWith('_api'));
  return (
    <div class="addresses" role="group" aria-label={`Addresses of ${name}`}>
      {shown.map(([side, label, hint]) => (
        <AddressField key={side} path={[...path, side]} side={side} label={label} hint={hint} />
      ))}
    </div>
  );
}

function AddressField({ path, side, label, hint }: { path: Path; side: Side; label: string; hint: string }) {
  const list = useId();
  const address = at<string | null | undefined>(path) ?? '';
  const tested = side === 'chat_api' || side === 'messaging_api' ? side : null;
  const answer = useTested(tested, address);
  return (
    <div>
      <OptionalTextAt path={path} label={label} list={list} help={tested ? undefined : hint} />
      {answer?.completions && <datalist id={list}>{answer.completions.map((one) => <option key={one} value={one} />)}</datalist>}
      {tested && <p class={`help ${answer?.problem && !isBegun(answer) ? 'help_bad' : ''}`} role="status">{found(answer, hint)}</p>}
    </div>
  );
}

/** Not an address yet, but recent conversations have what begins like this. */
function isBegun(answer: AddressAnswer | undefined): boolean {
  return answer?.problem != null && answer.completions.length > 0;
}

/** What the address finds in recent conversations. */
function found(answer: AddressAnswer | undefined, hint: string): string {
  if (!answer) return hint;
  if (isBegun(answer)) return `${hint}. Goes on in ${count(answer.completions.length, 'way')}: choose one from the list, or type on.`;
  if (answer.problem) return answer.problem;
  if (answer.values.length === 0) return `${hint}. No recent conversation to try it on.`;
  const values = answer.values.flatMap(({ value }) => (value === null || value === '' ? [] : [value]));
  const where = `in ${values.length} of ${answer.values.length} recent conversations`;
  return values.length === 0 ? `${hint}. Finds nothing ${where}.` : `${hint}. Finds a value ${where}: ${values.slice(0, 3).join(', ')}`;
}

/** Waits until typing pauses; an answer to an older text is dropped. */
function useTested(side: 'chat_api' | 'messaging_api' | null, address: string): AddressAnswer | undefined {
  const [answer, setAnswer] = useState<AddressAnswer>();
  useEffect(() => {
    setAnswer(undefined);
    if (!side || address.trim() === '') return undefined;
    const asking = new AbortController();
    const timer = setTimeout(() => {
      api.testAddress(side, address, asking.signal).then(setAnswer, (error: unknown) => {
        if (!asking.signal.aborted) setAnswer({ problem: `It could not be tried. ${sentenceOf(error)}`, values: [], completions: [] });
      });
    }, 350);
    return () => {
      clearTimeout(timer);
      asking.abort();
    };
  }, [side, address]);
  return answer;
}
