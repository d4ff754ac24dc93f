// The sections, grouped as in Setup. Selected objects have a page each.
import { draft, problems } from '../state/draft.ts';
import { href, route } from '../state/route.ts';
import { sectionOf } from '../paths.ts';

type Entry = { section: string; label: string; below?: Entry[] };
type Group = { title: string; entries: Entry[] };

function groups(): Group[] {
  const objects = (draft.value?.objects ?? []).map(({ object }) => ({
    section: `/objects/${encodeURIComponent(object)}`,
    label: object,
  }));
  return [
    {
      title: 'Settings',
      entries: [
        { section: '/account', label: 'Account settings' },
        { section: '/objects', label: 'Objects', below: objects },
        { section: '/skills', label: 'Skills' },
        { section: '/transcript', label: 'Chat transcript' },
        { section: '/schedules', label: 'Schedules' },
        { section: '/widget', label: 'Widget set-up' },
      ],
    },
    {
      title: 'Sync',
      entries: [
        { section: '/manual-sync', label: 'Manual sync' },
        { section: '/runs', label: 'Runs' },
        { section: '/transcripts', label: 'Chat Transcripts' },
        { section: '/quarantine', label: 'Quarantine' },
        { section: '/log', label: 'Event log' },
      ],
    },
    {
      title: 'Configuration',
      entries: [
        { section: '/preview', label: 'Preview' },
        { section: '/import-export', label: 'Import and export' },
        { section: '/audit', label: 'Audit log' },
      ],
    },
  ];
}

export function Navigation() {
  return (
    <nav class="side" aria-label="Setup">
      {groups().map((group) => (
        <div class="side-group" key={group.title}>
          <h2 class="side-title">{group.title}</h2>
          <Entries entries={group.entries} />
        </div>
      ))}
    </nav>
  );
}

function Entries({ entries }: { entries: Entry[] }) {
  return (
    <ul>
      {entries.map(({ section, label, below }) => (
        <li key={section}>
          <a class="side-link" href={href(section)} aria-current={isCurrent(section, below) ? 'page' : undefined}>
            {label}
            <Troubled section={section} />
          </a>
          {below && below.length > 0 && <Entries entries={below} />}
        </li>
      ))}
    </ul>
  );
}

function isCurrent(section: string, below: Entry[] | undefined): boolean {
  if (route.value === section) return true;
  const inside = route.value.startsWith(`${section}/`);
  return inside && !below?.some((entry) => route.value.startsWith(entry.section));
}

/** How many problems the section has. */
function Troubled({ section }: { section: string }) {
  const mine = problems.value.filter(({ path }) => {
    const at = draft.value ? sectionOf(path, draft.value) : '';
    return at === section || (at.startsWith(`${section}/`) && section !== '/objects');
  });
  if (mine.length === 0) return null;
  return <span class="side-problems" title={`${mine.length} to mend`}>{mine.length}<span class="slds-assistive-text"> to mend</span></span>;
}
