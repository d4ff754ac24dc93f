//! What the sync writes into a Chat Transcript record.

use super::value::ValueSource;
use serde::{Deserialize, Serialize};

/// What the sync writes into the Chat Transcript record besides mapped fields.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct TranscriptSettings {
    /// Whether lines only agents may see become part of the transcript.
    pub include_agent_only_lines: bool,
    /// Where the transcript's text goes.
    pub save_mode: SaveMode,
    /// What is taken out of transcript and mapped text before anything is written.
    pub redaction: Vec<RedactionRule>,
}

/// Where the transcript's text goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
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

/// One rule from a LivePerson value to a field of the Chat Transcript record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct FieldMapping {
    /// API name of the Salesforce field, such as `Visitor_Email__c`.
    pub field: String,
    /// Where the value comes from.
    #[serde(rename = "value")]
    pub source: ValueSource,
}
