// A field that names another record: type a few letters, choose with the arrows or the mouse.
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { api, sentenceOf } from '../api.ts';
import { Icon } from '../../components/Icon.tsx';
import { labelOf } from '../state/context.ts';
import type { FormField, LookupRecord } from '../types.ts';

type Props = {
  object: string;
  field: FormField;
  id: string;
  value: string;
  name: string;
  error?: string | undefined;
  onChoose: (id: string, name: string) => void;
};

type Offer = { state: 'shut' | 'searching' } | { state: 'found'; records: LookupRecord[] } | { state: 'failed'; sentence: string };

const SHORTEST = 2;
const PAUSE_MS = 250;

export function Lookup({ object, field, id, value, name, error, onChoose }: Props) {
  const list = useId();
  const [typed, setTyped] = useState<string | null>(null);
  const [offer, setOffer] = useState<Offer>({ state: 'shut' });
  const [active, setActive] = useState(-1);
  const input = useRef<HTMLInputElement>(null);
  const records = offer.state === 'found' ? offer.records : [];
  const query = (typed ?? '').trim();

  useEffect(() => {
    setActive(-1);
    if (query.length < SHORTEST) return setOffer({ state: 'shut' });
    let wanted = true;
    setOffer({ state: 'searching' });
    const timer = setTimeout(() => {
      api.lookup(object, field.field, query).then(
        (answer) => wanted && setOffer({ state: 'found', records: answer.records }),
        (failure: unknown) => wanted && setOffer({ state: 'failed', sentence: sentenceOf(failure) }),
      );
    }, PAUSE_MS);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [query]);

  const shut = () => {
    setTyped(null);
    setOffer({ state: 'shut' });
  };
  const choose = (record: LookupRecord) => {
    onChoose(record.id, record.name);
    shut();
  };
  const clear = () => {
    onChoose('', '');
    shut();
    input.current?.focus();
  };
  const keys = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const here = records[active];
    if (step && records.length) {
      event.preventDefault();
      setActive((active + step + records.length + (active < 0 && step < 0 ? 1 : 0)) % records.length);
    } else if (event.key === 'Enter' && here) {
      event.preventDefault();
      choose(here);
    } else if (event.key === 'Escape' && offer.state !== 'shut') {
      event.stopPropagation();
      shut();
    }
  };
  const open = offer.state !== 'shut';
  const described = [error && `${id}-error`, `${id}-help`].filter(Boolean).join(' ');
  return (
    <div class={`slds-form-element lookup ${error ? 'slds-has-error' : ''}`}>
      <label class="slds-form-element__label" for={id}>
        {field.required && <abbr class="slds-required" title="required">* </abbr>}
        {field.label}
      </label>
      <div class="lookup-line">
        <input
          ref={input}
          id={id}
          class="slds-input"
          role="combobox"
          aria-autocomplete="list"
          aria-expanded={open}
          aria-controls={open ? list : undefined}
          aria-activedescendant={active >= 0 ? `${list}-${active}` : undefined}
          aria-invalid={error ? true : undefined}
          aria-describedby={described}
          required={field.required}
          autocomplete="off"
          spellcheck={false}
          placeholder={`Search ${(field.reference_to ?? []).map(labelOf).join(', ') || 'records'}…`}
          value={typed ?? (value ? name || value : '')}
          onInput={(event) => setTyped(event.currentTarget.value)}
          onKeyDown={keys}
          onBlur={shut}
        />
        {value && typed === null && (
          <button type="button" class="slds-button slds-button_icon lookup-clear" aria-label={`Clear ${field.label}`} title="Clear" onClick={clear}>
            <Icon name="close" />
          </button>
        )}
        {open && (
          <div class="lookup-list">
            <ul role="listbox" id={list} aria-label={field.label}>
              {records.map((record, n) => (
                <li
                  key={record.id}
                  id={`${list}-${n}`}
                  role="option"
                  aria-selected={n === active}
                  onMouseDown={(event) => event.preventDefault()}
                  onClick={() => choose(record)}
                >
                  <span>{record.name}</span>
                  {record.detail && <span class="kind">{record.detail}</span>}
                </li>
              ))}
            </ul>
            <p class="hint" role="status">
              {offer.state === 'searching' && 'Searching…'}
              {offer.state === 'failed' && offer.sentence}
              {offer.state === 'found' && records.length === 0 && `Nothing found for “${query}”.`}
            </p>
          </div>
        )}
      </div>
      {error && <div id={`${id}-error`} class="slds-form-element__help">{error}</div>}
      <div id={`${id}-help`} class="help">{query.length === 1 ? 'Type at least two letters.' : field.help}</div>
    </div>
  );
}
