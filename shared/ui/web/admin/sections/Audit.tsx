// Who changed which setting, and when.
import { useCallback, useState } from 'preact/hooks';
import { api } from '../api.ts';
import { Button } from '../../components/Button.tsx';
import { ChangesTable } from '../components/ChangesTable.tsx';
import { Empty } from '../../components/Note.tsx';
import { Card, Page, Reading } from '../components/Page.tsx';
import { Pager } from '../components/Table.tsx';
import { count, time } from '../logic/show.ts';
import { saved } from '../state/draft.ts';
import { useLoaded } from '../state/load.ts';

export function Audit() {
  const [before, setBefore] = useState<number>();
  const found = useLoaded(useCallback(() => api.audit(before), [before]), [before, saved.value?.version]);
  return (
    <Page title="Audit log" about="Every saved change of the settings, newest first. Keys and secrets are never part of it." actions={<Button icon="refresh" onClick={found.reload}>Refresh</Button>}>
      <Reading of={found} what="the audit log">
        {({ entries, next }) => (
          <>
            {entries.length === 0 && <Card title="Changes"><Empty>No change was saved yet.</Empty></Card>}
            {entries.map(({ version, at, by, changes }) => (
              <Card key={version} title={`Version ${version}`} about={<>{by}, {time(at)}, {count(changes.length, 'change')}</>}>
                {changes.length > 0 && <ChangesTable changes={changes} root={undefined} caption={`Changes of version ${version}`} />}
              </Card>
            ))}
            <Pager first={before === undefined} next={next} onFirst={() => setBefore(undefined)} onNext={setBefore} />
          </>
        )}
      </Reading>
    </Page>
  );
}
