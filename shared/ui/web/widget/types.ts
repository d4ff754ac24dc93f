// What the widget's API sends and takes.

export type Problem = { path: string; code: string; sentence: string };

export type Kind =
  | 'conversation_missing' | 'skill_missing' | 'skill_not_enabled' | 'skill_without_objects' | 'not_signed_in'
  | 'no_permission' | 'deactivated' | 'not_configured' | 'wrong_account' | 'salesforce_unreachable';

export type Situation = { kind: Kind; title: string; cause: string; way_out: string };

export type SObject = {
  object: string;
  label: string;
  label_plural: string;
  may_create: boolean;
  may_link: boolean;
  custom: boolean;
};

export type Link = { object: string; label: string; id: string; name: string; url: string };
export type SearchValue = { label: string; value: string };
export type Channel = string;
export type Transcript = {
  record: string | null;
  url: string | null;
  state: 'waiting' | 'open' | 'synced';
  last_synced: string | null;
  may_sync: boolean;
};
export type DefaultScreen = 'people_search' | { search: string } | { create: string };

/** With a situation, every other member may be null. */
export type ContextAnswer = {
  situation: Situation | null;
  user: { name: string; username: string } | null;
  conversation: { id: string; channel: Channel } | null;
  skill: { id: string; name: string } | null;
  default_screen: DefaultScreen | null;
  search: { on_load: boolean; editable: boolean; values: SearchValue[] } | null;
  objects: SObject[] | null;
  links: Link[] | null;
  transcript: Transcript | null;
};

export type Value = string | number | boolean | null;
export type Cell = { field: string; label: string; type: string; value: Value; display: string | null };
export type Reason = { field: string; label: string; value: string };
export type Row = {
  object: string;
  label: string;
  id: string;
  name: string;
  url: string;
  reasons: Reason[];
  overview: Cell[];
  person_account: boolean;
  converted_from: string | null;
  linked: boolean;
  children: Row[];
};
export type Found = { rows: Row[]; more: boolean; exact: { object: string; id: string } | null };

export type Parents = { account?: string | null; contact?: string | null };
export type Create = { object: string; label: string; parents: Parents };
export type RecordField = Cell & { reference: { object: string; id: string; name: string } | null };
export type RelatedList = {
  object: string;
  label: string;
  field: string;
  columns: { field: string; label: string; type: string }[];
  rows: { id: string; name: string; url: string; cells: Cell[] }[];
  more: boolean;
};
export type RecordAnswer = {
  object: string;
  label: string;
  id: string;
  name: string;
  url: string;
  last_modified: string | null;
  may_edit: boolean;
  linked: boolean;
  fields: RecordField[];
  related_lists: RelatedList[];
  create: Create[];
};

export type FormField = {
  field: string;
  label: string;
  type: string;
  value: Value;
  display: string | null;
  required: boolean;
  editable: boolean;
  length: number | null;
  scale: number | null;
  picklist: { value: string; label: string }[] | null;
  reference_to: string[] | null;
  help: string | null;
};
export type Form = {
  object: string;
  label: string;
  id: string | null;
  key: string;
  record_types: { id: string; name: string }[];
  record_type: string | null;
  fields: FormField[];
  assignment_rule: { use: boolean; may_choose: boolean } | null;
  last_modified: string | null;
  may_link: boolean;
  mandatory: string[];
};
export type FormRequest = { object: string; id: string | null; record_type: string | null; parents: Parents; context: unknown };
export type SaveRequest = {
  object: string;
  id: string | null;
  key: string;
  values: Record<string, Value>;
  record_type: string | null;
  assignment_rule: boolean | null;
  link: boolean;
  conversation: string;
  save_duplicate: boolean;
  last_modified: string | null;
};
/** `links` only when the conversation was to be linked; `warning` says what was not done. */
export type Saved = { object: string; id: string; name: string; url: string; links: Link[] | null; warning: string | null };

export type Duplicates = { may_save: boolean; rows: Row[] };
export type Changed = { by: string; at: string };
export type LookupRecord = { object: string; id: string; name: string; detail: string | null };
export type RecentRecord = { object: string; label: string; id: string; name: string; url: string };
