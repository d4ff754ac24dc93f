// When the sync runs by itself, and what it may use up.
import { api } from '../api.ts';
import { CheckAt, NumberAt, TextAt, bound } from '../components/Bound.tsx';
import { CheckField, SelectField } from '../../components/Field.tsx';
import { Locked } from '../components/Locked.tsx';
import { Card, Page, Reading } from '../components/Page.tsx';
import { time } from '../logic/show.ts';
import { at, draft, edit, saved } from '../state/draft.ts';
import { useLoaded } from '../state/load.ts';

export function Schedules() {
  return (
    <Page title="Schedules" about="The sync brings every conversation into Salesforce by itself; both schedules together leave nothing out.">
      <NextRuns />
      <Locked>
        <Card title="Periodic sync">
          <CheckAt path={['schedules', 'periodic']} label="Sync every 3 hours" help="Covers the last 6 hours each time, so that a missed run does no harm." />
        </Card>
        <Daily />
        <Card title="Limits">
          <div class="columns">
            <NumberAt path={['limits', 'api_share']} label="Share of the org's daily API calls, in percent" min={1} max={100} help="When it is spent, runs pause and go on after midnight UTC." />
            <NumberAt path={['limits', 'log_days']} label="Days the event log is kept" min={1} max={400} />
          </div>
        </Card>
      </Locked>
    </Page>
  );
}

const HOURS = Array.from({ length: 24 }, (_, hour) => ({ value: String(hour), label: `${String(hour).padStart(2, '0')}:00` }));
const ZONES = typeof Intl.supportedValuesOf === 'function' ? ['UTC', ...Intl.supportedValuesOf('timeZone')] : ['UTC'];

function Daily() {
  const daily = draft.value?.schedules.daily ?? null;
  const path = ['schedules', 'daily'];
  const turn = (on: boolean) => {
    const kept = saved.value?.configuration.schedules.daily;
    edit(path, on ? kept ?? { hour: 3, zone: Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC' } : null);
  };
  return (
    <Card title="Daily sync">
      <CheckField {...bound(path)} label="Sync once a day" checked={daily !== null} onChange={turn} help="Covers the last 48 hours, and catches what changed late." />
      {daily && (
        <div class="columns">
          <Hour />
          <ZoneField />
        </div>
      )}
    </Card>
  );
}

function Hour() {
  const path = ['schedules', 'daily', 'hour'];
  const value = String(at<number>(path));
  return <SelectField {...bound(path)} label="Hour" value={value} choices={HOURS} onChange={(hour) => edit(path, Number(hour))} help="It starts within this hour." />;
}

function ZoneField() {
  return (
    <>
      <TextAt path={['schedules', 'daily', 'zone']} label="Time zone" list="zones" help="Type a city, such as Berlin. Summer time is taken care of." />
      <datalist id="zones">{ZONES.map((zone) => <option key={zone} value={zone} />)}</datalist>
    </>
  );
}

function NextRuns() {
  const found = useLoaded(api.schedules, [saved.value?.version]);
  return (
    <Card title="Next runs" about="As saved.">
      <Reading of={found} what="the next runs">
        {({ periodic, daily, next }) => (
          <dl class="facts">
            <div><dt>Periodic</dt><dd>{nextOf(periodic, next.periodic)}</dd></div>
            <div><dt>Daily</dt><dd>{nextOf(daily !== null, next.daily)}</dd></div>
          </dl>
        )}
      </Reading>
    </Card>
  );
}

function nextOf(on: boolean, next: string | null): string {
  if (!on) return 'Off';
  return next ? time(next) : 'On, but waiting: the account is not activated';
}
