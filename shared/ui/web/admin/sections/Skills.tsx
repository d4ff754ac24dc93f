// Which skills use Chatlink.
import { api } from '../api.ts';
import { bound } from '../components/Bound.tsx';
import { DualList } from '../components/DualList.tsx';
import { Locked } from '../components/Locked.tsx';
import { Empty, Note } from '../../components/Note.tsx';
import { Card, Page, Reading } from '../components/Page.tsx';
import { newSkill } from '../logic/complete.ts';
import { draft, edit, saved } from '../state/draft.ts';
import { once, useLoaded } from '../state/load.ts';
import { href } from '../state/route.ts';
import type { Skill } from '../types.ts';

export function Skills() {
  const active = saved.value?.configuration.active ?? false;
  return (
    <Page title="Skills" about="The LivePerson skills whose agents use the widget. Each skill has its own objects, search and first screen.">
      <Locked>
        <Card title="Selected skills">
          {active && <Selection />}
          <SkillLinks />
        </Card>
      </Locked>
    </Page>
  );
}

function Selection() {
  const found = useLoaded(() => once('skills', api.skills));
  const selected = (draft.value?.skills ?? []).map(({ skill }) => skill);
  const { id, error } = bound(['skills']);
  return (
    <Reading of={found} what="the skills from LivePerson">
      {({ skills }) => {
        const gone = selected.filter((id) => !skills.some(({ skill }) => skill === id));
        return (
          <>
            {skills.length === 0 && <Note kind="info">LivePerson has no skills yet. Create them there, then load this page again.</Note>}
            <DualList
              id={id}
              label="skills"
              ordered={false}
              available={skills.map(({ skill, name }) => ({ value: skill, label: name }))}
              selected={selected}
              onChange={(chosen) => select(chosen, skills)}
            />
            {error && <Note kind="error">{error}</Note>}
            {gone.length > 0 && <Note kind="warning">{gone.map(nameOf).join(', ')}: no longer in LivePerson. Remove it here, or create it there again.</Note>}
          </>
        );
      }}
    </Reading>
  );
}

function SkillLinks() {
  const skills = draft.value?.skills ?? [];
  if (skills.length === 0) return <Empty>No skill is selected yet. Agents see nothing in the widget until theirs is.</Empty>;
  return (
    <>
      <p class="slds-m-top_small">Set up what agents of each skill see:</p>
      <ul class="links">
        {skills.map(({ skill, name, objects }) => (
          <li key={skill}>
            <a href={href(`/skills/${encodeURIComponent(skill)}`)}>{name || skill}</a>
            {objects.length === 0 && ' (no objects yet)'}
          </li>
        ))}
      </ul>
    </>
  );
}

function nameOf(id: string): string {
  return draft.value?.skills.find(({ skill }) => skill === id)?.name || id;
}

function select(chosen: string[], skills: readonly Skill[]): void {
  const current = draft.value?.skills ?? [];
  const settings = chosen.map((id) => {
    const known = current.find(({ skill }) => skill === id);
    return known ?? newSkill(id, skills.find(({ skill }) => skill === id)?.name ?? id);
  });
  edit(['skills'], settings);
}
