// The search values as chips, an input for more, and the button that searches.
import type { RefObject } from 'preact';
import { Icon } from '../../components/Icon.tsx';
import { search as searchIcon } from '../icons.ts';
import { results, run, takeTyped, terms, typing } from '../state/search.ts';
import type { SearchValue } from '../types.ts';

type Props = { scope: string; editable: boolean; input: RefObject<HTMLInputElement | null> };

export function Terms({ scope, editable, input }: Props) {
  const busy = results.value[scope]?.searching ?? false;
  const submit = (event: Event) => {
    event.preventDefault();
    void run(scope);
  };
  return (
    <form class="terms" role="search" onSubmit={submit}>
      {terms.value.length > 0 && (
        <ul class="chips" aria-label="Searching for">
          {terms.value.map((term) => <Chip key={term.value} term={term} editable={editable} input={input} />)}
        </ul>
      )}
      <div class="terms-line">
        {editable ? (
          <input
            ref={input}
            class="slds-input"
            type="search"
            aria-label="Add a search value"
            placeholder={terms.value.length ? 'Add a name, e-mail, number…' : 'Name, e-mail, number…'}
            title="Press / to come here"
            spellcheck={false}
            autocomplete="off"
            value={typing.value}
            onInput={(event) => (typing.value = event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key === 'ArrowDown') document.querySelector<HTMLElement>('.row .name')?.focus();
              if (event.key === 'Backspace' && !typing.value && terms.value.length) remove(terms.value.at(-1));
            }}
          />
        ) : (
          <p class="hint">The search values come from the conversation.</p>
        )}
        <button type="submit" class="slds-button slds-button_brand" aria-busy={busy} disabled={terms.value.length === 0 && !typing.value.trim()}>
          <Icon name={searchIcon} class="slds-m-right_x-small" />Search
        </button>
      </div>
    </form>
  );
}

function Chip({ term, editable, input }: { term: SearchValue; editable: boolean; input: Props['input'] }) {
  const said = term.label ? `${term.label}: ${term.value}` : term.value;
  const change = () => {
    takeTyped();
    remove(term);
    typing.value = term.value;
    input.current?.focus();
  };
  const drop = () => {
    remove(term);
    input.current?.focus();
  };
  const inside = (
    <>
      {term.label && <span class="chip-label">{term.label}<span class="slds-assistive-text">:</span> </span>}
      <span class="chip-value">{term.value}</span>
    </>
  );
  if (!editable) return <li class="chip" title={said}>{inside}</li>;
  return (
    <li class="chip">
      <button type="button" class="chip-text" title={`Change ${said}`} onClick={change}>
        <span class="slds-assistive-text">Change </span>
        {inside}
      </button>
      <button type="button" class="chip-x" aria-label={`Remove ${said}`} title="Remove" onClick={drop}><Icon name="close" /></button>
    </li>
  );
}

function remove(term: SearchValue | undefined): void {
  terms.value = terms.value.filter((one) => one !== term);
}
