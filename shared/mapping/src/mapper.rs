//! From one conversation's record to the members of one Salesforce record.

use crate::address::Address;
use crate::convert::{self, ConversionError, FieldType, Note};
use crate::facts::{self, Facts};
use crate::json;
use crate::mapping_error::{MappingError, SourceError};
use crate::predefined;
use crate::program::{Program, Reading, RecordError};
use crate::redact::Redactor;
use crate::transcript::collect::Collected;
use crate::transcript::{Options, Rendered};
use domain::Channel;
use domain::configuration::{FieldMapping, TranscriptSettings, ValueSource};

/// What a mapper is compiled from: one configuration, one channel, and what describe says of the fields.
#[derive(Clone, Debug)]
pub struct Plan<'a> {
    /// Whose records it reads.
    pub channel: Channel,
    /// The mappings and the types of their fields.
    pub mappings: &'a [(FieldMapping, FieldType)],
    /// What the transcript holds, where it goes, and what is taken out of all text.
    pub transcript: TranscriptSettings,
    /// API name and length, in UTF-16 units, of the field that takes the transcript's text. Not written when the
    /// settings keep the text in a File alone.
    pub transcript_field: Option<(String, u32)>,
}

/// Compiled once per configuration and channel; maps any number of records.
#[derive(Debug)]
pub struct Mapper {
    channel: Channel,
    program: Program,
    fields: Vec<Field>,
    first_fact: usize,
    transcript: TranscriptText,
    /// Only when there are rules, so that no text is looked at for nothing.
    redactor: Option<Redactor>,
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

/// What becomes of the transcript's text.
#[derive(Debug)]
struct TranscriptText {
    /// The field that takes it, ready to be written, and the field's length.
    field: Option<(String, u32)>,
    /// Whether it is kept whole for a File.
    whole: bool,
    include_agent_only: bool,
}

/// What one record became besides its fields.
#[derive(Clone, Debug)]
pub struct Mapped<'m, 'r> {
    mapper: &'m Mapper,
    reading: Reading<'m, 'r>,
    /// What the sync's own fields need, ids included.
    pub facts: Facts<'r>,
    /// How the transcript came out; all zero when nothing takes it. Only a field's text is ever cut.
    pub transcript: Rendered,
    /// The whole text as a File holds it, never cut: UTF-8, lines ended by `\n`. `None` unless the settings ask for a
    /// File and the conversation has lines.
    pub whole_transcript: Option<String>,
    /// Values that were left out because their field does not take them.
    pub warnings: Vec<ConversionError>,
    /// Values that were changed to fit, by field.
    pub notes: Vec<(String, Note)>,
}

/// Everything wrong with one mapping, on all four sides: what is asked when it is saved.
#[must_use]
pub fn check(mapping: &FieldMapping) -> Vec<MappingError> {
    let name = check_name(&mapping.field, &[]).err();
    let source = check_source(&mapping.source).into_iter().map(|(_, error)| error.of(&mapping.field));
    name.into_iter().chain(source).collect()
}

/// Everything wrong with a source, whatever field it fills, with the member of the addresses that is wrong, such as
/// `chat_api`; none for a predefined parameter.
#[must_use]
pub fn check_source(source: &ValueSource) -> Vec<(Option<&'static str>, SourceError)> {
    match source {
        ValueSource::Predefined(label) if predefined::parameter(label).is_none() => {
            vec![(None, SourceError::Parameter { label: label.clone() })]
        }
        ValueSource::Predefined(_) => Vec::new(),
        ValueSource::Other(addresses) => {
            let wrong = |text: &str| text.parse::<Address>().err().map(SourceError::Address);
            let sides = addresses.sides().into_iter();
            sides.filter_map(|(side, text)| Some((Some(side), wrong(text?)?))).collect()
        }
    }
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
        let redactor = Redactor::compile(&plan.transcript.redaction);
        let redactor = redactor.map_err(|e| errors.extend(e.into_iter().map(MappingError::from))).ok();
        if !errors.is_empty() {
            return Err(errors);
        }
        let first_fact = addresses.len();
        addresses.extend(facts::addresses(plan.channel));
        let mode = plan.transcript.save_mode;
        let field = plan.transcript_field.as_ref().filter(|_| mode.has_field());
        let transcript = TranscriptText {
            field: field.map(|(name, length)| (format!("\"{name}\":"), *length)),
            whole: mode.has_file(),
            include_agent_only: plan.transcript.include_agent_only_lines,
        };
        let program = if transcript.is_wanted() {
            Program::with_transcript(&addresses)
        } else {
            Program::compile(&addresses)
        };
        let redactor = redactor.filter(|redactor| !redactor.is_empty());
        Ok(Mapper { channel: plan.channel, program, fields, first_fact, transcript, redactor })
    }

    /// Clears `fields` and writes the members of a JSON object, without braces: `"Skill__c":"Billing","Age__c":null`.
    /// An absent value is written so that it clears the field; a rejected one is left out and becomes a warning.
    ///
    /// # Errors
    /// [`RecordError`]; `fields` is then empty.
    pub fn map<'m, 'r>(
        &'m self,
        record: &'r str,
        fields: &mut String,
    ) -> Result<Mapped<'m, 'r>, RecordError> {
        fields.clear();
        let mut reading = self.program.read(record)?;
        let collected = std::mem::take(&mut reading.collected);
        let facts = facts::read(&reading, self.first_fact, self.channel);
        let mut mapped = Mapped {
            mapper: self,
            reading,
            facts,
            transcript: Rendered::default(),
            whole_transcript: None,
            warnings: Vec::new(),
            notes: Vec::new(),
        };
        let mut scratch = String::new();
        for n in 0..self.fields.len() {
            self.write_field(n, &mut mapped, fields, &mut scratch);
        }
        if self.transcript.is_wanted() {
            self.write_transcript(collected, &mut mapped, fields, scratch);
        }
        Ok(mapped)
    }

    fn write_field(&self, n: usize, mapped: &mut Mapped<'_, '_>, out: &mut String, scratch: &mut String) {
        let field = &self.fields[n];
        let before = out.len();
        push_key(&field.key, out);
        let is_open = mapped.facts.status == facts::Status::Open;
        let Some(value) = mapped.reading.value(n).filter(|_| !(field.runs_on && is_open)) else {
            out.push_str(convert::absent_value(&field.field_type));
            return;
        };
        match convert::write_with(value, &field.field_type, self.redactor.as_ref(), out, scratch) {
            Ok(None) => {}
            Ok(Some(note)) => mapped.notes.push((field.name.clone(), note)),
            Err(convert::Rejection { found, reason }) => {
                out.truncate(before);
                mapped.warnings.push(ConversionError { field: field.name.clone(), found, reason });
            }
        }
    }

    /// Renders the transcript once; the field's text is cut from the whole.
    fn write_transcript(
        &self,
        collected: Collected<'_>,
        mapped: &mut Mapped<'_, '_>,
        out: &mut String,
        mut text: String,
    ) {
        text.clear();
        text.reserve(collected.text_estimate());
        let options = Options {
            include_agent_only: self.transcript.include_agent_only,
            limit: self.transcript.field.as_ref().map(|(_, length)| *length),
            visitor_name: mapped.facts.visitor_name.as_deref(),
            redactor: self.redactor.as_ref(),
        };
        let uncut = collected.render(&options, &mut text);
        if self.transcript.whole && !text.is_empty() {
            let mut whole = text.clone();
            whole.retain(|c| !json::is_refused(c));
            mapped.whole_transcript = Some(whole);
        }
        mapped.transcript = uncut.cut(&mut text);
        if let Some((key, _)) = &self.transcript.field {
            push_key(key, out);
            if text.is_empty() {
                out.push_str("null");
            } else {
                json::push_text(&text, out);
            }
        }
    }
}

impl TranscriptText {
    fn is_wanted(&self) -> bool {
        self.field.is_some() || self.whole
    }
}

impl Mapped<'_, '_> {
    /// For every mapping that has an address for this channel's API, its field and whether the address found a value,
    /// in the order of the mappings. A value the field then did not take was found.
    pub fn hits(&self) -> impl Iterator<Item = (&str, bool)> {
        let fields = self.mapper.fields.iter().enumerate();
        fields.map(|(n, field)| (field.name.as_str(), self.reading.value(n).is_some()))
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
    text.parse().map_err(|error| SourceError::Address(error).of(&mapping.field))
}

fn unknown_parameter(mapping: &FieldMapping, label: &str) -> MappingError {
    SourceError::Parameter { label: label.to_owned() }.of(&mapping.field)
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
