// People Search, and the search of one object: what is searched for above, what was found below.
import { useEffect, useRef } from 'preact/hooks';
import { Button } from '../../components/Button.tsx';
import { Note } from '../../components/Note.tsx';
import { Heading, Skeleton } from '../components/Small.tsx';
import { add } from '../icons.ts';
import { context } from '../state/context.ts';
import { PEOPLE, scopesOf } from '../state/screens.ts';
import { type Result, offered, results, run, terms, useTerms } from '../state/search.ts';
import { create } from '../state/work.ts';
import { Results } from './Results.tsx';
import { Terms } from './Terms.tsx';

export function Search({ scope }: { scope: string }) {
  const now = context.value;
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const slash = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || target.matches('input, textarea, select')) return;
      event.preventDefault();
      input.current?.focus();
    };
    document.addEventListener('keydown', slash);
    return () => document.removeEventListener('keydown', slash);
  }, []);
  if (!now) return null;
  const label = scopesOf(now.objects).find((one) => one.scope === scope)?.label ?? 'Search';
  const fresh = offered.value;
  return (
    <>
      <Heading hidden>{label}</Heading>
      <Terms scope={scope} editable={now.search.editable} input={input} />
      {fresh && (
        <Note kind="info">
          LivePerson has new details of the visitor.{' '}
          <Button kind="base" onClick={() => useTerms(fresh)}>Search with them</Button>
        </Note>
      )}
      <Outcome scope={scope} result={results.value[scope]} input={input} />
    </>
  );
}

type OutcomeProps = { scope: string; result: Result | undefined; input: { current: HTMLInputElement | null } };

function Outcome({ scope, result, input }: OutcomeProps) {
  const editable = context.value?.search.editable ?? false;
  if (!result) {
    const none = terms.value.length === 0;
    return (
      <div class="blank">
        <p>{none ? 'Nothing is known of the visitor yet.' : 'Ready to search.'}</p>
        <p class="hint">{none && editable ? 'Enter a name, an e-mail address or a number above, or create a record.' : none ? 'Create a record, or wait until the visitor has told more.' : 'Press Search.'}</p>
        {none && <div class="blank-actions"><Makable scope={scope} /></div>}
      </div>
    );
  }
  const { found, error, searching, asked } = result;
  if (error) {
    return <Note kind="error">The search did not work. {error} <Button kind="base" onClick={() => void run(scope)}>Try again</Button></Note>;
  }
  if (!found) return <Skeleton what="Searching…" />;
  if (found.rows.length > 0) return <Results found={found} searching={searching} />;
  return (
    <div class="blank" role="status" aria-busy={searching}>
      <p><strong>{scope === PEOPLE ? 'Nobody' : 'Nothing'} found for {asked.join(', ')}.</strong></p>
      <p class="hint">{editable ? 'Change the search, or create a new record.' : 'Create a new record.'}</p>
      <div class="blank-actions">
        {editable && <Button onClick={() => input.current?.focus()}>Change the search</Button>}
        <Makable scope={scope} />
      </div>
    </div>
  );
}

const PEOPLE_FIRST = ['Contact', 'Lead', 'Account'];

/** What can be made where nothing was found. */
function Makable({ scope }: { scope: string }) {
  const objects = (context.value?.objects ?? []).filter((one) => one.may_create);
  const wanted = scope === PEOPLE ? PEOPLE_FIRST : [scope];
  const here = wanted.flatMap((name) => objects.filter((one) => one.object === name));
  return <>{here.map((one) => <Button key={one.object} icon={add} onClick={() => create(one.object, {})}>New {one.label}</Button>)}</>;
}
