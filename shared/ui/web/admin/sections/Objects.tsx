// Which objects agents see, in which order, and what the widget searches when it opens.
import { api } from '../api.ts';
import { CheckAt, bound } from '../components/Bound.tsx';
import { DualList } from '../components/DualList.tsx';
import { Locked } from '../components/Locked.tsx';
import { Empty, Note } from '../../components/Note.tsx';
import { Card, Page, Reading } from '../components/Page.tsx';
import { fitScreen } from '../logic/complete.ts';
import { selectObjects } from '../logic/objects.ts';
import { draft, edit, saved } from '../state/draft.ts';
import { once, useLoaded } from '../state/load.ts';
import { href } from '../state/route.ts';
import type { ObjectName } from '../types.ts';

export function Objects() {
  return (
    <Page title="Objects" about="The Salesforce objects agents search, see and create beside a conversation, in this order.">
      <Locked>
        <Card title="Selected objects" about="Custom objects appear here when they have a lookup from the Chat Transcript.">
          <Selection />
        </Card>
        <Card title="Search">
          <CheckAt
            path={['widget', 'disable_on_load_search']}
            label="Disable on-load auto search"
            help="The widget opens without searching; the agent starts the search."
          />
          <CheckAt
            path={['widget', 'disable_search_edits']}
            label="Disable modify on-load search params"
            help="Agents search with the values of the conversation and cannot change them."
          />
        </Card>
      </Locked>
    </Page>
  );
}

function Selection() {
  const active = saved.value?.configuration.active ?? false;
  const selected = draft.value?.objects ?? [];
  const names = selected.map((object) => object.object);
  if (!active) return <ObjectLinks names={names} labels={new Map()} />;
  return <AvailableObjects names={names} />;
}

function AvailableObjects({ names }: { names: string[] }) {
  const found = useLoaded(() => once('objects', api.objects));
  const { error } = bound(['objects']);
  return (
    <Reading of={found} what="the objects of the org">
      {({ objects }) => {
        const gone = names.filter((name) => !objects.some((object) => object.object === name));
        return (
          <>
            <DualList
              {...bound(['objects'])}
              label="objects"
              available={objects.map((object) => ({ value: object.object, label: titleOf(object) }))}
              selected={names}
              onChange={select}
            />
            {error && <Note kind="error">{error}</Note>}
            {gone.length > 0 && (
              <Note kind="warning">
                {gone.join(', ')}: no longer available in the org. Give the sync user access to it again, or remove it here.
              </Note>
            )}
            <ObjectLinks names={names} labels={new Map(objects.map((object) => [object.object, object.label]))} />
          </>
        );
      }}
    </Reading>
  );
}

function ObjectLinks({ names, labels }: { names: string[]; labels: Map<string, string> }) {
  if (names.length === 0) return <Empty>No object is selected yet. Agents see nothing until there is one.</Empty>;
  return (
    <>
      <p class="slds-m-top_small">Set up what agents see of each:</p>
      <ul class="links">
        {names.map((name) => (
          <li key={name}><a href={href(`/objects/${encodeURIComponent(name)}`)}>{labels.get(name) ?? name}</a></li>
        ))}
      </ul>
    </>
  );
}

/** Skills lose what is no longer selected. */
function select(names: string[]): void {
  const { objects = [], skills = [] } = draft.value ?? {};
  edit(['objects'], selectObjects(objects, names));
  edit(['skills'], skills.map((skill) => fitScreen({ ...skill, objects: skill.objects.filter((name) => names.includes(name)) })));
}

function titleOf({ object, label, custom }: ObjectName): string {
  return custom ? `${label} (${object})` : label;
}
