//! The configuration document: how it is written in the table, in a file and over an API.
//!
//! Key `configuration`, sort `current`: the document as JSON and its version.

use crate::{
    attributes::{Reader, item, number, text},
    table::{DynamoTable, KEY, SORT},
    unavailable,
};
use domain::{
    Configuration,
    configuration::{
        FieldMapping, LoginFlow, OtherAddresses, RedactionRule, SalesforceLogin, SaveMode, ScheduleSettings,
        SyncLimits, TranscriptSettings, ValueSource,
    },
    ports::StoreError,
    schedule::DailySchedule,
};
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{MapAccess, Visitor, value::MapAccessDeserializer},
};
use std::{fmt, sync::atomic::Ordering};

const CONFIGURATION: &str = "configuration";
const CURRENT: &str = "current";

/// The document's JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConfigurationDocument {
    /// LivePerson account id.
    pub account: String,
    /// Whether the account is activated.
    #[serde(default = "yes")]
    pub active: bool,
    /// How the sync signs in to Salesforce.
    pub salesforce: SalesforceDocument,
    /// What the sync writes besides mapped fields.
    #[serde(default)]
    pub transcript: TranscriptDocument,
    /// When the sync runs by itself.
    #[serde(default)]
    pub schedules: SchedulesDocument,
    /// What the sync may use up, and for how long its log is kept.
    #[serde(default)]
    pub limits: LimitsDocument,
    /// Mapped fields.
    #[serde(default)]
    pub field_mappings: Vec<MappingDocument>,
}

/// How the sync signs in to Salesforce.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SalesforceDocument {
    /// My Domain URL.
    pub login_url: String,
    /// Such as `v67.0`.
    pub api_version: String,
    /// Which flow.
    pub flow: FlowDocument,
}

/// The OAuth 2.0 flow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum FlowDocument {
    /// A key signs for the sync user.
    JwtBearer {
        /// Consumer key.
        client_id: String,
        /// User name of the sync user.
        username: String,
        /// Login host the assertion is for.
        audience: String,
    },
    /// The app's own secret.
    ClientCredentials {
        /// Consumer key.
        client_id: String,
    },
}

/// What the sync writes besides mapped fields.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TranscriptDocument {
    /// Whether lines only agents may see become part of the transcript.
    pub include_agent_only_lines: bool,
    /// Where the transcript's text goes.
    pub save_mode: SaveModeDocument,
    /// What is taken out of text before anything is written.
    pub redaction: Vec<RedactionDocument>,
}

/// Where the transcript's text goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SaveModeDocument {
    /// The record's field.
    #[default]
    Field,
    /// A Salesforce File.
    Attachment,
    /// Both.
    Both,
}

/// What is taken out of text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum RedactionDocument {
    /// Payment card numbers.
    PaymentCard,
    /// E-mail addresses.
    Email,
    /// Telephone numbers.
    Phone,
    /// The customer's own pattern.
    Pattern {
        /// Shown in the place of what was taken out.
        name: String,
        /// Regular expression.
        regex: String,
    },
}

/// When the sync runs by itself. The minute within the hour is the stack's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SchedulesDocument {
    /// Every three hours, the last six.
    pub periodic: bool,
    /// Once a day, the last 48 hours.
    pub daily: Option<DailyDocument>,
}

/// When the daily sync runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DailyDocument {
    /// 0 to 23, in the zone.
    pub hour: u8,
    /// IANA name, such as `Europe/Berlin`.
    pub zone: String,
}

/// What the sync may use up, and for how long its log is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LimitsDocument {
    /// Our share of the org's daily API allowance, in percent, 1 to 100.
    pub api_share: u8,
    /// Days an event log entry is kept, 1 to 400.
    pub log_days: u16,
}

impl Default for LimitsDocument {
    fn default() -> Self {
        let SyncLimits { api_share, log_days } = SyncLimits::default();
        LimitsDocument { api_share, log_days }
    }
}

fn yes() -> bool {
    true
}

/// One mapped field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MappingDocument {
    /// API name of the Salesforce field.
    pub field: String,
    /// A predefined parameter's label, or four addresses.
    pub value: ValueDocument,
}

/// A predefined parameter's label, or four addresses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum ValueDocument {
    /// A predefined parameter's label.
    Predefined(String),
    /// An address per side.
    Other(AddressesDocument),
}

/// Written out, because a derived one would not say which member of the addresses is wrong.
impl<'de> Deserialize<'de> for ValueDocument {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = ValueDocument;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a predefined parameter's label, or an object of addresses")
    }

    fn visit_str<E>(self, label: &str) -> Result<ValueDocument, E> {
        Ok(ValueDocument::Predefined(label.to_owned()))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<ValueDocument, A::Error> {
        AddressesDocument::deserialize(MapAccessDeserializer::new(map)).map(ValueDocument::Other)
    }
}

/// The four addresses of a value that is not predefined; each may be left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AddressesDocument {
    /// LivePerson SDK Field.
    pub chat_sdk: Option<String>,
    /// LivePerson API Field.
    pub chat_api: Option<String>,
    /// LivePerson Msg SDK Field.
    pub messaging_sdk: Option<String>,
    /// LivePerson Msg API Field.
    pub messaging_api: Option<String>,
}

/// Why a document cannot be a configuration.
#[derive(Debug, thiserror::Error)]
#[error("the configuration is not what it should be: {0}")]
pub struct DocumentError(#[from] serde_json::Error);

impl ConfigurationDocument {
    /// Reads a document's JSON.
    ///
    /// # Errors
    /// [`DocumentError`], with line, column and the member that is wrong.
    pub fn from_json(json: &str) -> Result<Self, DocumentError> {
        Ok(serde_json::from_str(json)?)
    }
}

impl From<ConfigurationDocument> for Configuration {
    fn from(document: ConfigurationDocument) -> Configuration {
        let SalesforceDocument { login_url, api_version, flow } = document.salesforce;
        let flow = match flow {
            FlowDocument::JwtBearer { client_id, username, audience } => {
                LoginFlow::JwtBearer { client_id, username, audience }
            }
            FlowDocument::ClientCredentials { client_id } => LoginFlow::ClientCredentials { client_id },
        };
        Configuration {
            account: document.account,
            active: document.active,
            salesforce: SalesforceLogin { login_url, api_version, flow },
            transcript: document.transcript.into(),
            schedules: document.schedules.into(),
            limits: SyncLimits {
                api_share: document.limits.api_share.clamp(1, 100),
                log_days: document.limits.log_days.clamp(1, 400),
            },
            field_mappings: document.field_mappings.into_iter().map(FieldMapping::from).collect(),
        }
    }
}

impl From<SchedulesDocument> for ScheduleSettings {
    fn from(document: SchedulesDocument) -> ScheduleSettings {
        let daily = document.daily.map(|daily| DailySchedule { hour: daily.hour, zone: daily.zone });
        ScheduleSettings { periodic: document.periodic, daily }
    }
}

impl From<TranscriptDocument> for TranscriptSettings {
    fn from(document: TranscriptDocument) -> TranscriptSettings {
        let save_mode = match document.save_mode {
            SaveModeDocument::Field => SaveMode::Field,
            SaveModeDocument::Attachment => SaveMode::Attachment,
            SaveModeDocument::Both => SaveMode::Both,
        };
        let rules = document.redaction.into_iter().map(|rule| match rule {
            RedactionDocument::PaymentCard => RedactionRule::PaymentCard,
            RedactionDocument::Email => RedactionRule::Email,
            RedactionDocument::Phone => RedactionRule::Phone,
            RedactionDocument::Pattern { name, regex } => RedactionRule::Pattern { name, regex },
        });
        TranscriptSettings {
            include_agent_only_lines: document.include_agent_only_lines,
            save_mode,
            redaction: rules.collect(),
        }
    }
}

impl From<MappingDocument> for FieldMapping {
    fn from(document: MappingDocument) -> FieldMapping {
        let source = match document.value {
            ValueDocument::Predefined(label) => ValueSource::Predefined(label),
            ValueDocument::Other(other) => {
                let AddressesDocument { chat_sdk, chat_api, messaging_sdk, messaging_api } = other;
                ValueSource::Other(OtherAddresses { chat_sdk, chat_api, messaging_sdk, messaging_api })
            }
        };
        FieldMapping { field: document.field, source }
    }
}

impl DynamoTable {
    /// The current configuration, or `None` before the first is kept.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn configuration(&self) -> Result<Option<Configuration>, StoreError> {
        let configuration = self.configuration_document().await?.map(Configuration::from);
        if let Some(found) = &configuration {
            self.log_days.store(found.limits.log_days, Ordering::Relaxed);
        }
        Ok(configuration)
    }

    /// The same as the document that was kept.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn configuration_document(&self) -> Result<Option<ConfigurationDocument>, StoreError> {
        let Some(found) = self.get(CONFIGURATION, CURRENT).await? else { return Ok(None) };
        let reader = Reader { kind: CONFIGURATION, item: &found };
        let unreadable =
            |e: DocumentError| StoreError::Unreadable { item: CONFIGURATION, reason: e.to_string() };
        ConfigurationDocument::from_json(reader.text("document")?).map_err(unreadable).map(Some)
    }

    /// Keeps a configuration as the next version.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn keep_configuration(&self, document: &ConfigurationDocument) -> Result<(), StoreError> {
        let json = serde_json::to_string(document).map_err(unavailable)?;
        let request = self.client.update_item().table_name(&self.name);
        request
            .set_key(Some(item([(KEY, text(CONFIGURATION)), (SORT, text(CURRENT))])))
            .update_expression("SET document = :document ADD version :one")
            .expression_attribute_values(":document", text(json))
            .expression_attribute_values(":one", number(1))
            .send()
            .await
            .map(|_| ())
            .map_err(unavailable)
    }
}
