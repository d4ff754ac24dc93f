// One skill: its objects, the first screen, what is searched for, and how records open.
import { CheckAt, boundWithin } from '../components/Bound.tsx';
import { DualList } from '../components/DualList.tsx';
import { SelectField } from '../../components/Field.tsx';
import { Locked } from '../components/Locked.tsx';
import { Empty, Note } from '../../components/Note.tsx';
import { Card, Page } from '../components/Page.tsx';
import { fitScreen } from '../logic/complete.ts';
import { useParameters } from '../state/description.ts';
import { draft, edit } from '../state/draft.ts';
import { href } from '../state/route.ts';
import type { DefaultScreen, SkillSettings } from '../types.ts';

export function SkillPage({ id }: { id: string }) {
  const place = draft.value?.skills.findIndex(({ skill }) => skill === id) ?? -1;
  const skill = draft.value?.skills[place];
  const parameters = (useParameters().answer ?? []).filter((parameter) => parameter.sdk);
  if (!skill) {
    return (
      <Page title={id} about="This skill is not selected.">
        <Empty>Select it in <a href={href('/skills')}>Skills</a> to set it up.</Empty>
      </Page>
    );
  }
  const path = ['skills', place];
  const objects = boundWithin([...path, 'objects']);
  const values = boundWithin([...path, 'search_values']);
  const selected = (draft.value?.objects ?? []).map(({ object }) => ({ value: object, label: object }));
  return (
    <Page title={skill.name || skill.skill} about={<>What agents of this skill see in the widget. <a href={href('/skills')}>All skills</a></>}>
      <Locked>
        <Card title="Objects" about="The objects these agents work with, in this order. Only objects selected for the whole account can be chosen.">
          {selected.length === 0 && <Note kind="info">No object is selected yet. Start in <a href={href('/objects')}>Objects</a>.</Note>}
          <DualList
            id={objects.id}
            label="objects"
            available={selected}
            selected={skill.objects}
            onChange={(chosen) => edit(path, fitScreen({ ...skill, objects: chosen }))}
          />
          {objects.error && <Note kind="error">{objects.error}</Note>}
        </Card>
        <Card title="Default screen">
          <div class="columns"><ScreenField skill={skill} path={path} /></div>
        </Card>
        <Card title="Search values" about="The widget searches with these values of the conversation. Only values that LivePerson hands to widgets are listed.">
          <DualList
            id={values.id}
            label="values"
            available={parameters.map(({ label }) => ({ value: label, label }))}
            selected={skill.search_values}
            onChange={(chosen) => edit([...path, 'search_values'], chosen)}
          />
          {values.error && <Note kind="error">{values.error}</Note>}
        </Card>
        <Card title="Opening records">
          <CheckAt path={[...path, 'service_console']} label="Use Service Console" help="Records open as tabs of the Service Console instead of browser tabs." />
        </Card>
      </Locked>
    </Page>
  );
}

function ScreenField({ skill, path }: { skill: SkillSettings; path: (string | number)[] }) {
  const at = [...path, 'default_screen'];
  const choices = [
    { value: 'people_search', label: 'People Search' },
    ...skill.objects.map((object) => ({ value: `search ${object}`, label: `Search ${object}` })),
    ...skill.objects.map((object) => ({ value: `create ${object}`, label: `New ${object}` })),
  ];
  return (
    <SelectField
      {...boundWithin(at)}
      label="What agents see first"
      value={asText(skill.default_screen)}
      choices={choices}
      onChange={(chosen) => edit(at, asScreen(chosen))}
    />
  );
}

function asText(screen: DefaultScreen): string {
  if (screen === 'people_search') return screen;
  return 'search' in screen ? `search ${screen.search}` : `create ${screen.create}`;
}

function asScreen(text: string): DefaultScreen {
  const [kind, object = ''] = text.split(' ');
  if (kind === 'search') return { search: object };
  return kind === 'create' ? { create: object } : 'people_search';
}
