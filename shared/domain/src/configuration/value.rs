//! Where a mapped value comes from.

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{MapAccess, Visitor, value::MapAccessDeserializer},
};
use std::fmt;

/// Where the value of a Chat Transcript field comes from: in JSON, a predefined parameter's label or an object of
/// addresses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(untagged)]
pub enum ValueSource {
    /// One of the predefined LiveEngage parameters, by label.
    Predefined(String),
    /// "Other": an address per side, each optional.
    Other(OtherAddresses),
}

/// Written out, because a derived one would not say which member of the addresses is wrong.
impl<'de> Deserialize<'de> for ValueSource {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SourceVisitor)
    }
}

struct SourceVisitor;

impl<'de> Visitor<'de> for SourceVisitor {
    type Value = ValueSource;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a predefined parameter's label, or an object of addresses")
    }

    fn visit_str<E>(self, label: &str) -> Result<ValueSource, E> {
        Ok(ValueSource::Predefined(label.to_owned()))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<ValueSource, A::Error> {
        OtherAddresses::deserialize(MapAccessDeserializer::new(map)).map(ValueSource::Other)
    }
}

/// The four addresses of a value that is not predefined; each may be left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
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

impl OtherAddresses {
    /// Each side by its member name.
    #[must_use]
    pub fn sides(&self) -> [(&'static str, Option<&str>); 4] {
        [
            ("chat_sdk", self.chat_sdk.as_deref()),
            ("chat_api", self.chat_api.as_deref()),
            ("messaging_sdk", self.messaging_sdk.as_deref()),
            ("messaging_api", self.messaging_api.as_deref()),
        ]
    }
}

/// What fills a field of a record that agents see.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RecordValue {
    /// Nothing: the agent does.
    #[default]
    None,
    /// One of the predefined LiveEngage parameters, by label.
    Predefined(String),
    /// "Other": an address per side, each optional.
    Other(OtherAddresses),
}

impl RecordValue {
    /// Where it comes from, if from anywhere.
    #[must_use]
    pub fn source(&self) -> Option<ValueSource> {
        match self {
            RecordValue::None => None,
            RecordValue::Predefined(label) => Some(ValueSource::Predefined(label.clone())),
            RecordValue::Other(addresses) => Some(ValueSource::Other(addresses.clone())),
        }
    }
}
