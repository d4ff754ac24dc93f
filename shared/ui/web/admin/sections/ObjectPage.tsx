// One selected object: its settings, field mappings, related lists and search filters.
import { Locked } from '../components/Locked.tsx';
import { Empty, Note } from '../../components/Note.tsx';
import { Page } from '../components/Page.tsx';
import { useDescription } from '../state/description.ts';
import { draft, problems } from '../state/draft.ts';
import { href } from '../state/route.ts';
import type { ObjectDescription } from '../types.ts';
import { Button } from '../../components/Button.tsx';
import { ObjectFields } from './ObjectFields.tsx';
import { ObjectSettingsCard } from './ObjectSettings.tsx';
import { RelatedLists } from './RelatedLists.tsx';
import { SearchFilters } from './SearchFilters.tsx';

const TABS = [
  { tab: '', label: 'Settings' },
  { tab: 'fields', label: 'Field mappings', member: 'field_mappings' },
  { tab: 'related-lists', label: 'Related lists', member: 'related_lists' },
  { tab: 'search-filters', label: 'Search filters', member: 'search_filters' },
];

export function ObjectPage({ object, tab }: { object: string; tab: string }) {
  const place = draft.value?.objects.findIndex((one) => one.object === object) ?? -1;
  const { answer: description, error, loading, reload } = useDescription(object);
  if (place < 0) {
    return (
      <Page title={object} about="This object is not selected.">
        <Empty>Select it in <a href={href('/objects')}>Objects</a> to set up what agents see of it.</Empty>
      </Page>
    );
  }
  return (
    <Page title={description?.label ?? object} about={description && description.label !== object ? `${object} in Salesforce` : 'What agents see and do with this object.'}>
      <Tabs object={object} place={place} current={tab} />
      {error && (
        <Note kind="error">
          The fields could not be read from Salesforce. {error} <Button kind="base" onClick={reload}>Try again</Button>
        </Note>
      )}
      {loading && !description && <p class="loading" role="status">Reading the fields from Salesforce…</p>}
      <Locked><Tab tab={tab} place={place} object={object} description={description} /></Locked>
    </Page>
  );
}

function Tabs({ object, place, current }: { object: string; place: number; current: string }) {
  const troubled = (member: string | undefined) =>
    problems.value.some(({ path }) => member && path.startsWith(`objects[${place}].${member}`));
  return (
    <nav class="tabs" aria-label={`Parts of ${object}`}>
      {TABS.map(({ tab, label, member }) => (
        <a
          key={tab}
          href={href(`/objects/${encodeURIComponent(object)}${tab && `/${tab}`}`)}
          class="tab"
          aria-current={current === tab ? 'page' : undefined}
        >
          {label}
          {troubled(member) && <span class="tab-problem"> (to mend)</span>}
        </a>
      ))}
    </nav>
  );
}

export type PartProps = { place: number; object: string; description: ObjectDescription | undefined };

function Tab({ tab, ...part }: PartProps & { tab: string }) {
  switch (tab) {
    case 'fields':
      return <ObjectFields {...part} />;
    case 'related-lists':
      return <RelatedLists {...part} />;
    case 'search-filters':
      return <SearchFilters {...part} />;
    default:
      return <ObjectSettingsCard {...part} />;
  }
}
