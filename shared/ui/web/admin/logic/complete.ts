// A configuration as it starts, and one from a file completed with what it leaves out.
import type { Configuration, ObjectSettings, SkillSettings } from '../types.ts';
import { newObject } from './objects.ts';

export function emptyConfiguration(): Configuration {
  return {
    account: '',
    active: false,
    terms: null,
    salesforce: {
      login_url: '',
      api_version: 'v67.0',
      flow: { jwt_bearer: { client_id: '', username: '', audience: 'https://login.salesforce.com' } },
    },
    transcript: { include_agent_only_lines: false, save_mode: 'field', redaction: [] },
    field_mappings: [],
    schedules: { periodic: false, daily: null },
    limits: { api_share: 20, log_days: 90 },
    widget: { disable_on_load_search: false, disable_search_edits: false },
    objects: [],
    skills: [],
  };
}

/** Fills in the members a document may leave out, with the defaults the API gives them. */
export function complete(document: Partial<Configuration>): Configuration {
  const empty = emptyConfiguration();
  return {
    ...empty,
    ...document,
    transcript: { ...empty.transcript, ...document.transcript },
    schedules: { ...empty.schedules, ...document.schedules },
    limits: { ...empty.limits, ...document.limits },
    widget: { ...empty.widget, ...document.widget },
    objects: (document.objects ?? []).map(completeObject),
    skills: (document.skills ?? []).map(completeSkill),
  };
}

/** A file may leave out whatever has a default, also of an object that may be created when it is newly selected. */
function completeObject(object: Partial<ObjectSettings>): ObjectSettings {
  const full: ObjectSettings = { ...newObject(object.object ?? ''), allow_creation: false, ...object };
  const mapping = { value: 'none', editability: 'editable', overview: false, required: false, default: null } as const;
  return {
    ...full,
    field_mappings: full.field_mappings.map((one) => ({ ...mapping, ...one })),
    related_lists: full.related_lists.map((one) => ({ ...one, columns: one.columns ?? [], sort: one.sort ?? null })),
  };
}

function completeSkill(skill: SkillSettings): SkillSettings {
  return { ...newSkill(skill.skill, skill.name), ...skill };
}

export function newSkill(skill: string, name: string): SkillSettings {
  return { skill, name, objects: [], default_screen: 'people_search', search_values: [], service_console: false };
}

/** The configuration with these settings of one skill changed; a default screen it can no longer show is reset. */
export function fitScreen(skill: SkillSettings): SkillSettings {
  const screen = skill.default_screen;
  const object = screen === 'people_search' ? undefined : 'search' in screen ? screen.search : screen.create;
  return object === undefined || skill.objects.includes(object) ? skill : { ...skill, default_screen: 'people_search' };
}
