//! What an administrator sets up for one workspace.

use crate::schedule::{DailySchedule, Schedules};

/// The whole configuration of one workspace. Versioned as one document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Configuration {
    /// LivePerson account id, such as `le12345678`.
    pub account: String,
    /// Whether the account is activated. While it is not, no run starts and running ones stop.
    pub active: bool,
    /// How the sync signs in to Salesforce. Secrets are not here.
    pub salesforce: SalesforceLogin,
    /// What the sync writes.
    pub transcript: TranscriptSettings,
    /// When the sync runs by itself.
    pub schedules: ScheduleSettings,
    /// What the sync may use up, and for how long its log is kept.
    pub limits: SyncLimits,
    /// One entry per Chat Transcript field that takes a LivePerson value.
    pub field_mappings: Vec<FieldMapping>,
}

/// Where and as whom the sync signs in to Salesforce.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SalesforceLogin {
    /// The org's My Domain URL, such as `https://acme.my.salesforce.com`; login host and, until the token says
    /// otherwise, API host.
    pub login_url: String,
    /// REST API version with its `v`, such as `v67.0`.
    pub api_version: String,
    /// Which OAuth 2.0 flow.
    pub flow: LoginFlow,
}

/// The OAuth 2.0 flow of the sync user. The key or secret that goes with it lives in Secrets Manager.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LoginFlow {
    /// JWT bearer: consumer key, user name, audience.
    JwtBearer {
        /// Consumer key of the external client app.
        client_id: String,
        /// User name of the sync user.
        username: String,
        /// `https://login.salesforce.com`, `https://test.salesforce.com` or the My Domain URL.
        audience: String,
    },
    /// Client credentials, at the My Domain host only.
    ClientCredentials {
        /// Consumer key of the external client app.
        client_id: String,
    },
}

/// What the sync writes into the Chat Transcript record besides mapped fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TranscriptSettings {
    /// Whether lines only agents may see become part of the transcript.
    pub include_agent_only_lines: bool,
    /// Where the transcript's text goes.
    pub save_mode: SaveMode,
    /// What is taken out of transcript and mapped text before anything is written.
    pub redaction: Vec<RedactionRule>,
}

/// Where the transcript's text goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SaveMode {
    /// Into the record's transcript field, cut at its length with a visible mark.
    #[default]
    Field,
    /// Into a Salesforce File linked to the record, whole. The field is left alone.
    Attachment,
    /// Into both.
    Both,
}

impl SaveMode {
    /// Whether the record's field takes the text.
    #[must_use]
    pub fn has_field(self) -> bool {
        self != SaveMode::Attachment
    }

    /// Whether a File takes the text.
    #[must_use]
    pub fn has_file(self) -> bool {
        self != SaveMode::Field
    }
}

/// What is taken out of text before anything is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RedactionRule {
    /// 13 to 19 digits that pass the Luhn check.
    PaymentCard,
    /// E-mail addresses.
    Email,
    /// Telephone numbers.
    Phone,
    /// The customer's own pattern.
    Pattern {
        /// Shown in the place of what was taken out.
        name: String,
        /// A regular expression of the `regex` crate.
        regex: String,
    },
}

/// When the sync runs by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SyncLimits {
    /// The share of the org's daily API allowance that is ours, in percent, 1 to 100.
    pub api_share: u8,
    /// How many days an event log entry is kept, 1 to 400.
    pub log_days: u16,
}

impl Default for SyncLimits {
    fn default() -> Self {
        SyncLimits { api_share: 20, log_days: 90 }
    }
}

/// One rule from a LivePerson value to a Salesforce field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldMapping {
    /// API name of the Salesforce field, such as `Visitor_Email__c`.
    pub field: String,
    /// Where the value comes from.
    pub source: ValueSource,
}

/// Where a mapped value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ValueSource {
    /// One of the predefined LiveEngage parameters, by label.
    Predefined(String),
    /// "Other": an address per side, each optional.
    Other(OtherAddresses),
}

/// The four addresses of a value that is not predefined.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OtherAddresses {
    /// LivePerson SDK Field: the chat widget.
    pub chat_sdk: Option<String>,
    /// LivePerson API Field: Engagement History.
    pub chat_api: Option<String>,
    /// LivePerson Msg SDK Field: the messaging widget.
    pub messaging_sdk: Option<String>,
    /// LivePerson Msg API Field: Messaging Interactions.
    pub messaging_api: Option<String>,
}
