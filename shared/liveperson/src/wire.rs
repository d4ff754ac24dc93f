//! LivePerson's JSON as it comes over the wire.

use serde::{Deserialize, Deserializer, de};
use serde_json::value::RawValue;

/// One service of the Domain API. `baseURI` is a host, without scheme or path.
#[derive(Deserialize)]
pub(crate) struct Service {
    pub(crate) service: String,
    #[serde(rename = "baseURI")]
    pub(crate) base_uri: String,
}

/// The Domain API's list of all services.
#[derive(Deserialize)]
pub(crate) struct Services {
    #[serde(rename = "baseURIs")]
    pub(crate) base_uris: Vec<Service>,
}

/// A page of either history API; records are left as they are.
#[derive(Deserialize)]
pub(crate) struct HistoryPage<'a> {
    #[serde(rename = "_metadata")]
    pub(crate) metadata: Metadata,
    #[serde(borrow, default, alias = "interactionHistoryRecords", alias = "conversationHistoryRecords")]
    pub(crate) records: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Metadata {
    pub(crate) count: u64,
    #[serde(default)]
    pub(crate) shards_status_result: Shards,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Shards {
    #[serde(default)]
    pub(crate) partial_result: bool,
}

/// An entry of the Skills API; `id` is a number in the documents and a string at some clients.
#[derive(Deserialize)]
pub(crate) struct SkillEntry {
    #[serde(deserialize_with = "text_or_number")]
    pub(crate) id: String,
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) deleted: bool,
}

fn text_or_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    match serde_json::Value::deserialize(deserializer)? {
        serde_json::Value::String(text) => Ok(text),
        serde_json::Value::Number(number) => Ok(number.to_string()),
        _ => Err(de::Error::custom("a skill id is text or a number")),
    }
}
