//! From one conversation's record to the members of one Salesforce record.

use crate::address::{Address, AddressError};
use crate::convert::{self, ConversionError, FieldType, Note};
use crate::facts::{self, Facts};
use crate::json;
use crate::predefined;
use crate::program::{Program, Reading, RecordError};
use crate::transcript::{Options, Rendered};
use domain::configuration::{FieldMapping, OtherAddresses, TranscriptSettings, ValueSource};
use domain::{Channel, Code};

/// What a mapper is compiled from: one configuration, one channel, and what describe says of the fields.
#[derive(Clone, Debug)]
pub struct Plan<'a> {
    /// Whose records it reads.
    pub channel: Channel,
    /// The mappings and the types of their fields.
    pub mappings: &'a [(FieldMapping, FieldType)],
    /// What the transcript holds.
    pub transcript: TranscriptSettings,
    /// API name and length, in UTF-16 units, of the field that takes the transcript's text.
    pub transcript_field: Option<(String, u32)>,
}

/// Compiled once per configuration and channel; maps any number of records.
#[derive(Debug)]
pub struct Mapper {
    channel: Channel,
    program: Program,
    fields: Vec<Field>,
    first_fact: usize,
    transcript: Option<TranscriptField>,
}

#[derive(Debug)]
struct Field {
    name: String,
    /// `"Name":`, ready to be written.
    key: String,
    field_type: FieldType,
    /// Whether the value runs on while the conversation is open.
    runs_on: bool,
}

#[derive(Debug)]
struct TranscriptField {
    key: String,
    length: u32,
    include_agent_only: bool,
}

/// What one record became besides its fields.
#[derive(Clone, Debug)]
pub struct Mapped<'r> {
    /// What the sync's own fields need, ids included.
    pub facts: Facts<'r>,
    /// How the transcript came out; all zero when no field takes it.
    pub transcript: Rendered,
    /// Values that were left out because their field does not take them.
    pub warnings: Vec<ConversionError>,
    /// Values that were changed to fit, by field.
    pub notes: Vec<(String, Note)>,
}

/// Why a mapping cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MappingError {
    /// An address does not parse.
    #[error("{field}: the address is not readable {error}")]
    Address {
        /// API name of the Salesforce field.
        field: String,
        /// Where and why.
        error: AddressError,
    },
    /// No predefined parameter has that label.
    #[error("{field}: there is no predefined parameter \"{label}\"")]
    Parameter {
        /// API name of the Salesforce field.
        field: String,
        /// The label given.
        label: String,
    },
    /// Another value is mapped to the same field.
    #[error("{field}: another value is mapped to the same field")]
    MappedTwice {
        /// The name given.
        field: String,
    },
    /// The field name cannot be one of Salesforce's.
    #[error("{field}: the API name of a field is made of letters, digits and '_'")]
    Name {
        /// The name given.
        field: String,
    },
}

impl MappingError {
    /// The Salesforce field of the mapping.
    #[must_use]
    pub fn field(&self) -> &str {
        match self {
            MappingError::Address { field, .. }
            | MappingError::Parameter { field, .. }
            | MappingError::MappedTwice { field }
            | MappingError::Name { field } => field,
        }
    }

    /// The code for the event log.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            MappingError::Address { error, .. } => error.code(),
            MappingError::Parameter { .. } => Code::ParameterUnknown,
            MappingError::MappedTwice { .. } => Code::FieldMappedTwice,
            MappingError::Name { .. } => Code::FieldNameInvalid,
        }
    }
}

/// Everything wrong with one mapping, on all four sides: what is asked when it is saved.
#[must_use]
pub fn check(mapping: &FieldMapping) -> Vec<MappingError> {
    let mut errors: Vec<_> = check_name(&mapping.field, &[]).err().into_iter().collect();
    match &mapping.source {
        ValueSource::Predefined(label) => {
            errors.extend(predefined::parameter(label).is_none().then(|| unknown_parameter(mapping, label)));
        }
        ValueSource::Other(OtherAddresses { chat_sdk, chat_api, messaging_sdk, messaging_api }) => {
            for text in [chat_sdk, chat_api, messaging_sdk, messaging_api].into_iter().flatten() {
                errors.extend(parse(mapping, text).err());
            }
        }
    }
    errors
}

impl Mapper {
    /// Compiles a plan. Mappings whose source the channel does not have are passed over: their fields are not written.
    ///
    /// # Errors
    /// Every problem, not the first.
    pub fn compile(plan: &Plan<'_>) -> Result<Mapper, Vec<MappingError>> {
        let (mut fields, mut addresses, mut errors) = (Vec::<Field>::new(), Vec::new(), Vec::new());
        let transcript_name = plan.transcript_field.as_ref().map(|(name, _)| name.as_str());
        for (mapping, field_type) in plan.mappings {
            let taken: Vec<_> =
                fields.iter().map(|field| field.name.as_str()).chain(transcript_name).collect();
            let checked = check_name(&mapping.field, &taken).and_then(|()| source_of(mapping, plan.channel));
            match checked {
                Ok(None) => {}
                Ok(Some(address)) => {
                    fields.push(Field {
                        name: mapping.field.clone(),
                        key: format!("\"{}\":", mapping.field),
                        field_type: field_type.clone(),
                        runs_on: plan.channel == Channel::Messaging && address.to_string() == "info.duration",
                    });
                    addresses.push(address);
                }
                Err(error) => errors.push(error),
            }
        }
        errors.extend(transcript_name.and_then(|name| check_name(name, &[]).err()));
        if !errors.is_empty() {
            return Err(errors);
        }
        let first_fact = addresses.len();
        addresses.extend(facts::addresses(plan.channel));
        let transcript = plan.transcript_field.as_ref().map(|(name, length)| TranscriptField {
            key: format!("\"{name}\":"),
            length: *length,
            include_agent_only: plan.transcript.include_agent_only_lines,
        });
        let program = match transcript {
            Some(_) => Program::with_transcript(&addresses),
            None => Program::compile(&addresses),
        };
        Ok(Mapper { channel: plan.channel, program, fields, first_fact, transcript })
    }

    /// Clears `fields` and writes the members of a JSON object, without braces: `"Skill__c":"Billing","Age__c":null`.
    /// An absent value is written so that it clears the field; a rejected one is left out and becomes a warning.
    ///
    /// # Errors
    /// [`RecordError`]; `fields` is then empty.
    pub fn map<'r>(&self, record: &'r str, fields: &mut String) -> Result<Mapped<'r>, RecordError> {
        fields.clear();
        let reading = self.program.read(record)?;
        let facts = facts::read(&reading, self.first_fact, self.channel);
        let mut mapped =
            Mapped { facts, transcript: Rendered::default(), warnings: Vec::new(), notes: Vec::new() };
        let mut scratch = String::new();
        for n in 0..self.fields.len() {
            self.write_field(n, &reading, &mut mapped, fields, &mut scratch);
        }
        if let Some(transcript) = &self.transcript {
            mapped.transcript = transcript.write(reading, &mapped.facts, fields, &mut scratch);
        }
        Ok(mapped)
    }

    fn write_field(
        &self,
        n: usize,
        reading: &Reading<'_, '_>,
        mapped: &mut Mapped<'_>,
        out: &mut String,
        scratch: &mut String,
    ) {
        let field = &self.fields[n];
        let before = out.len();
        push_key(&field.key, out);
        let is_open = mapped.facts.status == facts::Status::Open;
        let Some(value) = reading.value(n).filter(|_| !(field.runs_on && is_open)) else {
            out.push_str(convert::absent_value(&field.field_type));
            return;
        };
        match convert::write_with(value, &field.field_type, out, scratch) {
            Ok(None) => {}
            Ok(Some(note)) => mapped.notes.push((field.name.clone(), note)),
            Err(convert::Rejection { found, reason }) => {
                out.truncate(before);
                mapped.warnings.push(ConversionError { field: field.name.clone(), found, reason });
            }
        }
    }
}

impl TranscriptField {
    fn write(
        &self,
        reading: Reading<'_, '_>,
        facts: &Facts<'_>,
        out: &mut String,
        text: &mut String,
    ) -> Rendered {
        text.clear();
        text.reserve(reading.collected.text_estimate());
        let options = Options {
            include_agent_only: self.include_agent_only,
            limit: Some(self.length),
            visitor_name: facts.visitor_name.as_deref(),
        };
        let rendered = reading.collected.render(&options, text);
        push_key(&self.key, out);
        if text.is_empty() {
            out.push_str("null");
        } else {
            json::push_text(text, out);
        }
        rendered
    }
}

fn push_key(key: &str, out: &mut String) {
    if !out.is_empty() {
        out.push(',');
    }
    out.push_str(key);
}

/// The address of a mapping on the API's side of a channel, if it has one there.
fn source_of(mapping: &FieldMapping, channel: Channel) -> Result<Option<Address>, MappingError> {
    let text = match &mapping.source {
        ValueSource::Predefined(label) => {
            let parameter = predefined::parameter(label).ok_or_else(|| unknown_parameter(mapping, label))?;
            parameter.api_address(channel)
        }
        ValueSource::Other(other) => match channel {
            Channel::Chat => other.chat_api.as_deref(),
            Channel::Messaging => other.messaging_api.as_deref(),
        },
    };
    text.filter(|text| !text.trim().is_empty()).map(|text| parse(mapping, text)).transpose()
}

fn parse(mapping: &FieldMapping, text: &str) -> Result<Address, MappingError> {
    text.parse().map_err(|error| MappingError::Address { field: mapping.field.clone(), error })
}

fn unknown_parameter(mapping: &FieldMapping, label: &str) -> MappingError {
    MappingError::Parameter { field: mapping.field.clone(), label: label.to_owned() }
}

/// API names are letters, digits and `_`, and Salesforce does not tell upper from lower case in them.
fn check_name(name: &str, taken: &[&str]) -> Result<(), MappingError> {
    if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
        return Err(MappingError::Name { field: name.to_owned() });
    }
    if taken.iter().any(|other| other.eq_ignore_ascii_case(name)) {
        return Err(MappingError::MappedTwice { field: name.to_owned() });
    }
    Ok(())
}
