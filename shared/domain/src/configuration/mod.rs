//! What an administrator sets up for one workspace: the document as it is kept in the table, written to a file and sent
//! over the API.
//!
//! The types are the document: member names are as they stand here, unknown members are refused, and what a document of
//! an earlier version leaves out has a default.

mod changes;
mod check;
mod document;
mod facts;
mod objects;
mod salesforce;
#[cfg(test)]
mod samples;
#[cfg(feature = "schema")]
pub mod schema;
mod skills;
#[cfg(test)]
#[cfg(feature = "schema")]
mod tests;
mod transcript;
mod value;

pub use changes::{Change, changes};
pub use check::{Problem, operators_for, transcript_field_reason};
pub use document::DocumentError;
pub use facts::{ChildRelationship, Facts, FieldFacts, ObjectFacts, RecordTypeFacts, SkillFacts};
pub use objects::{
    Editability, FilterOperator, ObjectSettings, RecordMapping, RelatedList, SearchFilter, Sort,
};
pub use salesforce::{LoginFlow, SalesforceLogin};
pub use skills::{Screen, SkillSettings};
pub use transcript::{FieldMapping, RedactionRule, SaveMode, TranscriptSettings};
pub use value::{OtherAddresses, RecordValue, ValueSource};

use crate::schedule::{DailySchedule, Schedules};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// API name of the object whose records the sync writes.
pub const TRANSCRIPT_OBJECT: &str = "LP_ChatTranscript__c";

/// The whole configuration of one workspace. Versioned as one document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Configuration {
    /// LivePerson account id, such as `le12345678`.
    pub account: String,
    /// Whether the account is activated. While it is not, no run starts and running ones stop.
    #[serde(default = "yes")]
    pub active: bool,
    /// How the sync signs in to Salesforce. Secrets are not here.
    pub salesforce: SalesforceLogin,
    /// What the sync writes.
    #[serde(default)]
    pub transcript: TranscriptSettings,
    /// When the sync runs by itself.
    #[serde(default)]
    pub schedules: ScheduleSettings,
    /// What the sync may use up, and for how long its log is kept.
    #[serde(default)]
    pub limits: SyncLimits,
    /// One entry per Chat Transcript field that takes a LivePerson value.
    #[serde(default)]
    pub field_mappings: Vec<FieldMapping>,
    /// Who accepted the terms, and when; `null` until then.
    #[serde(default)]
    pub terms: Option<Terms>,
    /// What holds for the whole widget.
    #[serde(default)]
    pub widget: WidgetSettings,
    /// The Salesforce objects agents work with, in the order they see them.
    #[serde(default)]
    pub objects: Vec<ObjectSettings>,
    /// What the agents of each LivePerson skill see.
    #[serde(default)]
    pub skills: Vec<SkillSettings>,
}

fn yes() -> bool {
    true
}

impl Configuration {
    /// An active workspace that maps nothing and shows nothing yet.
    #[must_use]
    pub fn new(account: impl Into<String>, salesforce: SalesforceLogin) -> Configuration {
        Configuration {
            account: account.into(),
            active: true,
            salesforce,
            transcript: TranscriptSettings::default(),
            schedules: ScheduleSettings::default(),
            limits: SyncLimits::default(),
            field_mappings: Vec::new(),
            terms: None,
            widget: WidgetSettings::default(),
            objects: Vec::new(),
            skills: Vec::new(),
        }
    }

    /// API names of the objects it speaks of, each once: the Chat Transcript object, the selected ones, and those of
    /// their related lists. A caller that gathers [`Facts`] asks Salesforce for these.
    #[must_use]
    pub fn named_objects(&self) -> Vec<&str> {
        let selected = self.objects.iter().map(|object| object.object.as_str());
        let lists = self.objects.iter().flat_map(|object| &object.related_lists);
        let mut named: Vec<&str> = vec![TRANSCRIPT_OBJECT];
        for name in selected.chain(lists.map(|list| list.object.as_str())) {
            if !named.iter().any(|known| known.eq_ignore_ascii_case(name)) {
                named.push(name);
            }
        }
        named
    }
}

/// Who accepted the terms of use, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// Salesforce user name.
    pub by: String,
    /// When.
    #[cfg_attr(feature = "schema", schema(value_type = String, format = DateTime))]
    pub at: Timestamp,
}

/// What holds for the whole widget.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct WidgetSettings {
    /// Whether the widget waits for the agent instead of searching for the visitor when it opens.
    pub disable_on_load_search: bool,
    /// Whether agents are kept from editing what that first search looks for.
    pub disable_search_edits: bool,
}

/// When the sync runs by itself. The minute within the hour is the stack's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct ScheduleSettings {
    /// Every three hours, the last six.
    pub periodic: bool,
    /// Once a day, the last 48 hours.
    pub daily: Option<DailySchedule>,
}

impl ScheduleSettings {
    /// As a stack runs them, at its own minute of the hour.
    #[must_use]
    pub fn at_minute(&self, offset_minutes: u8) -> Schedules {
        Schedules { periodic: self.periodic, daily: self.daily.clone(), offset_minutes }
    }
}

/// What the sync may use up, and for how long its log is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct SyncLimits {
    /// The share of the org's daily API allowance that is ours, in percent, 1 to 100.
    #[cfg_attr(feature = "schema", schema(minimum = 1, maximum = 100))]
    pub api_share: u8,
    /// How many days an event log entry is kept, 1 to 400.
    #[cfg_attr(feature = "schema", schema(minimum = 1, maximum = 400))]
    pub log_days: u16,
}

impl SyncLimits {
    /// The same within its bounds: a document that was kept before they were checked still works.
    #[must_use]
    pub fn within_bounds(self) -> SyncLimits {
        SyncLimits { api_share: self.api_share.clamp(1, 100), log_days: self.log_days.clamp(1, 400) }
    }
}

impl Default for SyncLimits {
    fn default() -> Self {
        SyncLimits { api_share: 20, log_days: 90 }
    }
}
