// The configuration document and the answers of the API, as JSON.

export type RedactionRule = 'payment_card' | 'email' | 'phone' | { pattern: { name: string; regex: string } };
export type SaveMode = 'field' | 'attachment' | 'both';
export type Flow =
  | { jwt_bearer: { client_id: string; username: string; audience: string } }
  | { client_credentials: { client_id: string } };

export const SIDES = ['chat_sdk', 'chat_api', 'messaging_sdk', 'messaging_api'] as const;
export type Side = (typeof SIDES)[number];
export type Addresses = { [side in Side]?: string | null };

/** A value of the Chat Transcript: a parameter's label, or an address per side. */
export type TranscriptValue = string | Addresses;
export type TranscriptMapping = { field: string; value: TranscriptValue };

/** A value of an object's form. */
export type ObjectValue = 'none' | { predefined: string } | { other: Addresses };
export type Editability = 'editable' | 'read_only' | 'on_create_only';
export type ObjectMapping = {
  field: string;
  value: ObjectValue;
  editability: Editability;
  overview: boolean;
  required: boolean;
  default: string | null;
};

export type Sort = { field: string; descending: boolean };
export type RelatedList = { object: string; field: string; columns: string[]; sort: Sort | null; rows: number };
export type SearchFilter = { field: string; operator: string; value: string };

export type ObjectSettings = {
  object: string;
  allow_creation: boolean;
  use_assignment_rules: boolean;
  let_user_decide: boolean;
  account_mandatory: boolean;
  contact_mandatory: boolean;
  account_field: string | null;
  contact_field: string | null;
  field_mappings: ObjectMapping[];
  related_lists: RelatedList[];
  search_filters: SearchFilter[];
};

export type DefaultScreen = 'people_search' | { search: string } | { create: string };
export type SkillSettings = {
  skill: string;
  name: string;
  objects: string[];
  default_screen: DefaultScreen;
  search_values: string[];
  service_console: boolean;
};

export type Terms = { by: string; at: string };
export type Configuration = {
  account: string;
  active: boolean;
  terms: Terms | null;
  salesforce: { login_url: string; api_version: string; flow: Flow };
  transcript: { include_agent_only_lines: boolean; save_mode: SaveMode; redaction: RedactionRule[] };
  field_mappings: TranscriptMapping[];
  schedules: { periodic: boolean; daily: { hour: number; zone: string } | null };
  limits: { api_share: number; log_days: number };
  widget: { disable_on_load_search: boolean; disable_search_edits: boolean };
  objects: ObjectSettings[];
  skills: SkillSettings[];
};

export type Versioned = { version: number; configuration: Configuration };
export type Problem = { path: string; code: string; sentence: string };
export type Me = { user: string | null; name: string | null; organization: string | null; how: 'session' | 'key' };
export type SecretsSet = { liveperson: boolean; salesforce: boolean };
export type LivePersonSecret = {
  consumer_key: string;
  consumer_secret: string;
  access_token: string;
  access_token_secret: string;
};
export type SalesforceSecret = { private_key: string } | { client_secret: string };

export type ObjectName = { object: string; label: string; custom: boolean };
export type PicklistValue = string | { value: string; label?: string };
export type SalesforceField = {
  field: string;
  label: string;
  type: string;
  length: number;
  createable: boolean;
  updateable: boolean;
  nillable: boolean;
  filterable: boolean;
  sortable: boolean;
  reference_to: string[];
  picklist: PicklistValue[];
  mappable: boolean;
  reason: string | null;
  /** The search filter operators that fit it; none when it cannot be filtered by. */
  operators: string[];
};
export type ObjectDescription = {
  object: string;
  label: string;
  fields: SalesforceField[];
  related_lists: { object: string; label: string; field: string }[];
};
export type Skill = { skill: string; name: string };
export type Parameter = { label: string; chat: boolean; messaging: boolean; sdk: boolean; api: boolean; type: string };

export type PreviewField = {
  field: string;
  source: string;
  value: string | null;
  written: string | null;
  warning: string | null;
};
export type PreviewConversation = { conversation: string; channel: string; start: string | null; fields: PreviewField[] };
export type RecordChoice = { object: string; id: string; name: string };

export type AddressAnswer = {
  problem: string | null;
  values: { conversation: string; value: string | null }[];
  completions: string[];
};

export type RunStatus = 'running' | 'paused' | 'cancelled' | 'succeeded' | 'partial' | 'failed';
export type Run = {
  run: string;
  kind: string;
  status: RunStatus;
  dry_run: boolean;
  window: { from: string; to: string };
  fetched: number;
  written: number;
  created: number;
  updated: number;
  unchanged: number;
  quarantined: number;
  calls: { liveperson: number; salesforce: number };
  slices: { open: number; finished: number; troubled: number };
  reason: string | null;
  started: string;
  finished: string | null;
};
export type RunDetail = Run & { progress?: { read: number; expected: number }; log?: string[] };

/** What is saved, and the next start of each; none while the account is not activated. */
export type Schedules = Configuration['schedules'] & { next: { periodic: string | null; daily: string | null } };

export type LogEntry = {
  at: string;
  category: string;
  severity: 'warning' | 'error';
  code: string;
  conversation: string | null;
  run: string | null;
  sentence: string;
};
export type LogPage = { entries: LogEntry[]; next: string | null };
export type Quarantined = {
  conversation: string;
  channel: string;
  state: 'waiting' | 'retrying' | 'dismissed';
  code: string;
  status: string | null;
  fields: string[];
  message: string;
  tries: number;
  since: string;
  refused: string;
};
export type Transcript = {
  conversation: string;
  channel: string | null;
  record: string;
  start: string | null;
  last_synced: string | null;
  salesforce_url: string;
};
export type TranscriptPage = { transcripts: Transcript[]; next: string | null };
export type Change = { path: string; before: unknown; after: unknown };
/** `left_out` is how many changes were too many to keep. */
export type AuditEntry = { version: number; at: string; by: string; changes: Change[]; left_out: number };
export type AuditPage = { entries: AuditEntry[]; next: number | null };
export type WidgetSetup = {
  url: string;
  name: string;
  size: string;
  fallback_link: string;
  fallback_seconds: number;
  checks: { check: string; ok: boolean; sentence: string }[];
};
