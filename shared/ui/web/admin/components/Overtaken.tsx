// Somebody else saved while we edited: who and when, what differs, and how to go on.
import { useState } from 'preact/hooks';
import { api } from '../api.ts';
import { changesBetween } from '../logic/diff.ts';
import { type Part, type Side, contested, merge } from '../logic/merge.ts';
import { time } from '../logic/show.ts';
import { describePath } from '../paths.ts';
import { draft, goOnFrom, notice, overtaken, saved } from '../state/draft.ts';
import { useLoaded } from '../state/load.ts';
import type { Configuration, Versioned } from '../types.ts';
import { Button } from '../../components/Button.tsx';
import { ChangesTable } from './ChangesTable.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { RadioField } from '../../components/Field.tsx';

export function Overtaken({ theirs }: { theirs: Versioned }) {
  const [shown, setShown] = useState(false);
  const [choices, setChoices] = useState<Partial<Record<Part, Side>>>({});
  const who = useLoaded(() => api.audit());
  const [base, mine] = [saved.value?.configuration, draft.value];
  if (!base || !mine) return null;
  const latest = who.answer?.entries.find((entry) => entry.version === theirs.version) ?? who.answer?.entries[0];
  const close = () => (overtaken.value = null);
  const takeTheirs = () => {
    goOnFrom(theirs, theirs.configuration);
    notice.value = { kind: 'info', text: 'Loaded what was saved meanwhile.' };
  };
  const join = () => {
    goOnFrom(theirs, merge(base, mine, theirs.configuration, choices));
    notice.value = { kind: 'info', text: 'Your changes are now on top of theirs. Look them over and save.' };
  };
  return (
    <Dialog
      title="Somebody else saved meanwhile"
      wide
      onClose={close}
      actions={
        <>
          <Button onClick={close}>Keep editing</Button>
          <Button onClick={takeTheirs}>Reload and lose my changes</Button>
          {shown ? (
            <Button kind="brand" onClick={join}>Put my changes on top</Button>
          ) : (
            <Button kind="brand" onClick={() => setShown(true)}>Show the differences</Button>
          )}
        </>
      }
    >
      <p>
        {latest ? <><strong>{latest.by}</strong> saved version {latest.version} on {time(latest.at)}.</> : `Version ${theirs.version} was saved.`}{' '}
        Your changes are not saved and not lost.
      </p>
      {shown && <Differences base={base} mine={mine} theirs={theirs.configuration} choices={choices} onChoose={setChoices} />}
    </Dialog>
  );
}

type DifferencesProps = {
  base: Configuration;
  mine: Configuration;
  theirs: Configuration;
  choices: Partial<Record<Part, Side>>;
  onChoose: (choices: Partial<Record<Part, Side>>) => void;
};

function Differences({ base, mine, theirs, choices, onChoose }: DifferencesProps) {
  const both = contested(base, mine, theirs);
  return (
    <>
      <h3 class="slds-text-heading_small slds-m-top_medium">They changed</h3>
      <ChangesTable changes={changesBetween(base, theirs)} root={theirs} caption="What they changed" />
      <h3 class="slds-text-heading_small slds-m-top_medium">You changed</h3>
      <ChangesTable changes={changesBetween(base, mine)} root={mine} caption="What you changed" />
      {both.map((part) => (
        <RadioField
          key={part}
          legend={`${describePath(part, mine)}: both of you changed it; one of the two is taken as a whole`}
          value={choices[part] ?? 'mine'}
          choices={[
            { value: 'mine', label: 'Take mine' },
            { value: 'theirs', label: 'Take theirs' },
          ]}
          onChange={(side) => onChoose({ ...choices, [part]: side as Side })}
        />
      ))}
    </>
  );
}
