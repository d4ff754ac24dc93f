//! What a configuration's mappings make of conversations, field by field, with nothing written anywhere.

use crate::{FieldProblem, Mappers, TargetField};
use domain::{
    Channel, Configuration, ConversationId,
    configuration::{RedactionRule, ValueSource},
};
use jiff::Timestamp;
use mapping::{Address, Mapped, Note, Program, Raw, Reading, RecordError, Redactor, predefined};
use serde_json::{Map, Value};

/// As many characters of a value are shown.
const SHOWN: usize = 500;

/// A configuration compiled to be looked at.
#[derive(Debug)]
pub struct Preview {
    account: String,
    mappers: Mappers,
    chat: Side,
    messaging: Side,
    redactor: Redactor,
}

/// What the mappings of a configuration read on one channel's API side.
#[derive(Debug)]
struct Side {
    rows: Vec<Row>,
    program: Program,
}

/// One mapping.
#[derive(Debug)]
struct Row {
    /// As people find it again: `Goal__c`, or `Contact.LastName` for a field that agents see.
    field: String,
    /// Whether the sync writes it.
    is_written: bool,
    /// Where the value comes from, and its place in the program; `None` when this side has no address.
    source: Option<(String, usize)>,
}

/// What one conversation would become.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreviewedConversation {
    /// Whose.
    pub conversation: ConversationId,
    /// Chat or messaging.
    pub channel: Channel,
    /// When it began.
    pub start: Option<Timestamp>,
    /// Every mapping, in the order of the configuration: those of the Chat Transcript, then those of the objects.
    pub fields: Vec<PreviewedField>,
}

/// What one mapping makes of a conversation. Values are shortened, and redacted as the configuration says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreviewedField {
    /// API name; after the object's and a point for a field that agents see.
    pub field: String,
    /// The parameter's label and address, or the address; `None` when the channel has none.
    pub source: Option<String>,
    /// What LivePerson has.
    pub value: Option<String>,
    /// What the sync would write; `None` for nothing, and for fields that it does not write.
    pub written: Option<String>,
    /// Why the value would be left out, or how it would be changed.
    pub warning: Option<String>,
}

impl Preview {
    /// Compiles a configuration against the fields the Chat Transcript object has.
    ///
    /// # Errors
    /// Every [`FieldProblem`], not the first.
    pub fn compile(
        configuration: &Configuration,
        targets: &[TargetField],
    ) -> Result<Preview, Vec<FieldProblem>> {
        let mappers = Mappers::compile(configuration, targets)?;
        let redactor = redactor(&configuration.transcript.redaction);
        let [chat, messaging] = Channel::ALL.map(|channel| Side::of(configuration, channel));
        Ok(Preview { account: configuration.account.clone(), mappers, chat, messaging, redactor })
    }

    /// What a record would become.
    ///
    /// # Errors
    /// [`RecordError`] when the record is not one of LivePerson's.
    pub fn of(&self, channel: Channel, record: &str) -> Result<PreviewedConversation, RecordError> {
        let side = match channel {
            Channel::Chat => &self.chat,
            Channel::Messaging => &self.messaging,
        };
        let mut members = String::new();
        let mapped = self.mappers.mapper(channel).map(record, &mut members)?;
        let id = mapped.facts.id.as_deref().unwrap_or_default();
        let conversation = ConversationId::new(&self.account, id).map_err(|_| RecordError::NotAnObject)?;
        let reading = side.program.read(record)?;
        let written: Map<String, Value> = serde_json::from_str(&format!("{{{members}}}"))?;
        let start = mapped.facts.start_ms.and_then(|ms| Timestamp::from_millisecond(ms).ok());
        let fields = side.rows.iter().map(|row| self.field(row, &reading, &written, &mapped));
        Ok(PreviewedConversation { conversation, channel, start, fields: fields.collect() })
    }

    fn field(
        &self,
        row: &Row,
        reading: &Reading<'_, '_>,
        written: &Map<String, Value>,
        mapped: &Mapped<'_, '_>,
    ) -> PreviewedField {
        let found = row.source.as_ref().and_then(|(_, n)| reading.value(*n));
        let written = written.get(&row.field).filter(|_| row.is_written);
        PreviewedField {
            field: row.field.clone(),
            source: row.source.as_ref().map(|(source, _)| source.clone()),
            value: found.map(|value| shown(value, &self.redactor)),
            written: written.and_then(text_of).map(|text| shortened(&text)),
            warning: if row.is_written { warning(&row.field, mapped) } else { None },
        }
    }
}

impl Side {
    fn of(configuration: &Configuration, channel: Channel) -> Side {
        let own = configuration.field_mappings.iter();
        let own = own.map(|mapping| (mapping.field.clone(), true, Some(mapping.source.clone())));
        let of_objects = configuration.objects.iter().flat_map(|object| {
            let mappings = object.field_mappings.iter();
            mappings.map(|one| (format!("{}.{}", object.object, one.field), false, one.value.source()))
        });
        let (mut rows, mut addresses) = (Vec::new(), Vec::new());
        for (field, is_written, source) in own.chain(of_objects) {
            let source = source.and_then(|source| address_of(&source, channel)).map(|(name, address)| {
                addresses.push(address);
                (name, addresses.len() - 1)
            });
            // What agents see and the sync never reads is no part of this.
            if is_written || source.is_some() {
                rows.push(Row { field, is_written, source });
            }
        }
        Side { rows, program: Program::compile(&addresses) }
    }
}

/// The address on a channel's API side, and how people know it.
fn address_of(source: &ValueSource, channel: Channel) -> Option<(String, Address)> {
    let (name, text) = match source {
        ValueSource::Predefined(label) => {
            let text = predefined::parameter(label)?.api_address(channel)?;
            (format!("{label} ({text})"), text)
        }
        ValueSource::Other(addresses) => {
            let side = match channel {
                Channel::Chat => &addresses.chat_api,
                Channel::Messaging => &addresses.messaging_api,
            };
            let text = side.as_deref()?;
            (text.to_owned(), text)
        }
    };
    Some((name, text.parse().ok()?))
}

fn warning(field: &str, mapped: &Mapped<'_, '_>) -> Option<String> {
    if let Some(error) = mapped.warnings.iter().find(|error| error.field == field) {
        return Some(error.to_string());
    }
    let (_, note) = mapped.notes.iter().find(|(noted, _)| noted == field)?;
    Some(match note {
        Note::Cut => format!("the text is longer than {field} and would be cut"),
        Note::Rounded => {
            format!("the number has more digits after the point than {field} and would be rounded")
        }
    })
}

/// A configuration's redaction. Rules that cannot be used are a problem of the check's, and take nothing out here.
#[must_use]
pub fn redactor(rules: &[RedactionRule]) -> Redactor {
    Redactor::compile(rules).unwrap_or_default()
}

/// A value as people read it, redacted and shortened.
#[must_use]
pub fn shown(value: Raw<'_>, redactor: &Redactor) -> String {
    let text = value.as_str();
    let text = text.as_deref().unwrap_or_else(|| value.raw());
    shortened(&redactor.apply(text))
}

fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
#[path = "preview_tests.rs"]
mod tests;
