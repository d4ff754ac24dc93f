// Which section an address shows.
import type { VNode } from 'preact';
import { Empty } from '../components/Note.tsx';
import { Page } from './components/Page.tsx';
import { Account } from './sections/Account.tsx';
import { Audit } from './sections/Audit.tsx';
import { ImportExport } from './sections/ImportExport.tsx';
import { Log } from './sections/Log.tsx';
import { ManualSync } from './sections/ManualSync.tsx';
import { ObjectPage } from './sections/ObjectPage.tsx';
import { Objects } from './sections/Objects.tsx';
import { Preview } from './sections/Preview.tsx';
import { Quarantine } from './sections/Quarantine.tsx';
import { OneRun, Runs } from './sections/Runs.tsx';
import { Schedules } from './sections/Schedules.tsx';
import { SkillPage } from './sections/SkillPage.tsx';
import { Skills } from './sections/Skills.tsx';
import { Transcript } from './sections/Transcript.tsx';
import { Transcripts } from './sections/Transcripts.tsx';
import { Widget } from './sections/Widget.tsx';
import { href, route } from './state/route.ts';

const SECTIONS: Record<string, (first: string | undefined, second: string | undefined) => VNode> = {
  account: () => <Account />,
  objects: (object, tab = '') => (object ? <ObjectPage key={object} object={object} tab={tab} /> : <Objects />),
  skills: (skill) => (skill ? <SkillPage key={skill} id={skill} /> : <Skills />),
  transcript: () => <Transcript />,
  schedules: () => <Schedules />,
  widget: () => <Widget />,
  'manual-sync': () => <ManualSync />,
  runs: (run) => (run ? <OneRun key={run} run={run} /> : <Runs />),
  transcripts: () => <Transcripts />,
  quarantine: () => <Quarantine />,
  log: () => <Log />,
  preview: () => <Preview />,
  'import-export': () => <ImportExport />,
  audit: () => <Audit />,
};

export function Section(): VNode {
  const [section = '', first, second] = route.value.split('/').slice(1).map(decoded);
  return (SECTIONS[section] ?? Unknown)(first, second);
}

/** An address typed by hand may not be decodable; then it names nothing. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function Unknown() {
  return (
    <Page title="There is nothing here" about="The address does not name a section of Chatlink Setup.">
      <Empty>Choose a section on the left, or go to <a href={href('/account')}>Account settings</a>.</Empty>
    </Page>
  );
}
