//! The fields of a Chat Transcript record: those an administrator maps, and the sync's own.

use crate::compare::Compared;
use domain::{
    Channel, Code, Configuration, ConversationId, Fingerprint,
    configuration::{FieldMapping, TranscriptSettings, ValueSource},
};
use jiff::Timestamp;
use mapping::{Address, Facts, FieldType, Mapper, MappingError, Plan, RecordError, SdkMapper, Status};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// The field that takes the transcript's text.
pub const TRANSCRIPT_FIELD: &str = "Transcript__c";

/// The sync's own fields. The object must have them all, whatever is mapped.
pub const OWN_FIELDS: &[&str] = &[
    "Conversation_Id__c",
    TRANSCRIPT_FIELD,
    "Channel__c",
    "Status__c",
    "Started__c",
    "Ended__c",
    "Duration_Seconds__c",
    "Skill__c",
    "Agent__c",
    "Visitor__c",
    "Truncated__c",
    LAST_SYNCED_FIELD,
];
/// The field that takes the time of the sync.
pub(crate) const LAST_SYNCED_FIELD: &str = "Last_Synced__c";
/// Bytes it takes of a row: its name, a time to the millisecond, and punctuation.
const ROOM_FOR_LAST_SYNCED: usize = LAST_SYNCED_FIELD.len() + 32;
/// The length of `Skill__c`, `Agent__c` and `Visitor__c`.
const NAME_LENGTH: u32 = 255;

/// A field of the Chat Transcript object as describe gives it.
#[derive(Clone, Debug, PartialEq)]
pub struct TargetField {
    /// API name.
    pub name: String,
    /// Its type, or `None` for one the sync does not write, such as a lookup.
    pub field_type: Option<FieldType>,
    /// May be set on create and on update.
    pub writeable: bool,
}

/// Why a configuration and an org do not fit together.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FieldProblem {
    /// A mapping is wrong in itself.
    #[error(transparent)]
    Mapping(#[from] MappingError),
    /// The org has no such field, or hides it from the sync user.
    #[error(
        "{field}: the Chat Transcript object has no such field, or the sync user may not see it; create the field, grant it in the permission set, or take the mapping out"
    )]
    Missing {
        /// API name.
        field: String,
    },
    /// The field is one the sync must not or cannot write.
    #[error("{field}: {reason}; choose another field")]
    NotWriteable {
        /// API name.
        field: String,
        /// Why.
        reason: &'static str,
    },
}

impl FieldProblem {
    /// The code for the event log.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            FieldProblem::Mapping(error) => error.code(),
            FieldProblem::Missing { .. } => Code::FieldMissing,
            FieldProblem::NotWriteable { .. } => Code::FieldReadOnly,
        }
    }
}

/// A configuration compiled for both channels.
#[derive(Debug)]
pub struct Mappers {
    chat: Mapper,
    messaging: Mapper,
    /// What a conversation begins with, by channel.
    chat_sdk: SdkMapper,
    messaging_sdk: SdkMapper,
    /// Names of the mapped fields, in order.
    mapped: Vec<String>,
    /// By channel and field: addresses that go by a survey question's text.
    questions: Vec<Question>,
    /// Whether a File takes the transcript.
    has_file: bool,
}

/// A mapping that finds a survey question by its text, which someone may reword.
#[derive(Debug)]
struct Question {
    channel: Channel,
    field: String,
    address: String,
    /// The address of the question's stable id.
    id_address: Address,
}

/// What a record became.
pub(crate) struct Mapped {
    pub(crate) conversation: ConversationId,
    pub(crate) start: Option<Timestamp>,
    pub(crate) end: Option<Timestamp>,
    /// It has not ended.
    pub(crate) open: bool,
    /// JSON members, mapped and own, without the external id and the time of the sync.
    pub(crate) fields: String,
    /// Of the fields and of the whole transcript, when a File is to take it.
    pub(crate) fingerprint: Fingerprint,
    /// The whole transcript, when a File is to take it.
    pub(crate) transcript: Option<String>,
}

/// The record is no conversation of this account.
#[derive(Debug)]
pub(crate) struct Unreadable;

impl From<RecordError> for Unreadable {
    fn from(_: RecordError) -> Self {
        Unreadable
    }
}

impl Mappers {
    /// Compiles a configuration against the fields the org has.
    ///
    /// # Errors
    /// Every [`FieldProblem`], not the first.
    pub fn compile(
        configuration: &Configuration,
        targets: &[TargetField],
    ) -> Result<Mappers, Vec<FieldProblem>> {
        match Mappers::compile_without_lost(configuration, targets)? {
            (mappers, lost) if lost.is_empty() => Ok(mappers),
            (_, lost) => Err(lost),
        }
    }

    /// The same without the mapped fields that the org has lost since the configuration was saved, which are answered too:
    /// a run that nobody waits for goes on without them.
    ///
    /// # Errors
    /// Every other [`FieldProblem`].
    pub fn compile_without_lost(
        configuration: &Configuration,
        targets: &[TargetField],
    ) -> Result<(Mappers, Vec<FieldProblem>), Vec<FieldProblem>> {
        let (mut problems, mut lost) = (Vec::new(), Vec::new());
        let missing = OWN_FIELDS.iter().filter(|name| find(targets, name).is_none());
        problems.extend(missing.map(|name| FieldProblem::Missing { field: (*name).to_owned() }));
        let mut mappings = Vec::new();
        for mapping in &configuration.field_mappings {
            // Wrong on any side, also one the sync does not read.
            problems.extend(mapping::check(mapping).into_iter().map(FieldProblem::from));
            match target_type(mapping, targets) {
                Ok(field_type) => mappings.push((mapping.clone(), field_type)),
                Err(problem) => lost.push(problem),
            }
        }
        let compile = |channel| compile_channel(channel, &mappings, &configuration.transcript, targets);
        match Channel::ALL.map(compile) {
            [Ok(chat), Ok(messaging)] if problems.is_empty() => {
                let mapped = mappings.iter().map(|(mapping, _)| mapping.field.clone()).collect();
                let questions = mappings.iter().flat_map(|(mapping, _)| questions(mapping)).collect();
                let has_file = configuration.transcript.save_mode.has_file();
                let sdk =
                    |channel| SdkMapper::compile(channel, &mappings, &configuration.transcript.redaction);
                let [chat_sdk, messaging_sdk] = Channel::ALL.map(sdk);
                Ok((Mappers { chat, messaging, chat_sdk, messaging_sdk, mapped, questions, has_file }, lost))
            }
            [chat, messaging] => {
                let errors = chat.err().into_iter().chain(messaging.err()).flatten().map(FieldProblem::from);
                for problem in errors.chain(lost) {
                    if !problems.contains(&problem) {
                        problems.push(problem);
                    }
                }
                Err(problems)
            }
        }
    }

    /// What a conversation of that channel begins with.
    pub(crate) fn sdk(&self, channel: Channel) -> &SdkMapper {
        match channel {
            Channel::Chat => &self.chat_sdk,
            Channel::Messaging => &self.messaging_sdk,
        }
    }

    /// API names of all fields the sync writes besides the external id and the time of the sync.
    pub(crate) fn field_names(&self) -> Vec<String> {
        let own = OWN_FIELDS.iter().filter(|name| !["Conversation_Id__c", LAST_SYNCED_FIELD].contains(name));
        own.map(|name| (*name).to_owned()).chain(self.mapped.iter().cloned()).collect()
    }

    /// The address that finds a field's survey question by its id instead of its text.
    pub(crate) fn address_by_id(&self, channel: Channel, field: &str, id: &str) -> Option<String> {
        mapping::by_stable_id(&self.question(channel, field)?.address, id)
    }

    fn question(&self, channel: Channel, field: &str) -> Option<&Question> {
        self.questions.iter().find(|question| question.channel == channel && question.field == field)
    }

    /// The stable id of the survey question a field's value came from.
    fn question_id(&self, channel: Channel, field: &str, record: &str) -> Option<String> {
        let address = self.question(channel, field)?.id_address.clone();
        match mapping::evaluate(&[address], record).ok()?.pop()?? {
            Value::String(id) => Some(id),
            Value::Number(id) => Some(id.to_string()),
            _ => None,
        }
    }

    /// What maps a channel's records.
    pub(crate) fn mapper(&self, channel: Channel) -> &Mapper {
        match channel {
            Channel::Chat => &self.chat,
            Channel::Messaging => &self.messaging,
        }
    }

    /// Maps one record. Values that do not fit are left out and noted in the batch, and so is what found no value.
    pub(crate) fn map(
        &self,
        channel: Channel,
        account: &str,
        record: &str,
        batch: &mut Compared,
    ) -> Result<Mapped, Unreadable> {
        // Fields are a third to a half of a record, transcript included: one allocation, and little too much.
        let mut fields = String::with_capacity(record.len() / 2);
        let mapped = self.mapper(channel).map(record, &mut fields)?;
        let facts = &mapped.facts;
        let id = facts.id.as_deref().ok_or(Unreadable)?;
        let conversation = ConversationId::new(account, id).map_err(|_| Unreadable)?;
        for warning in &mapped.warnings {
            batch.problems.note(&warning.field, || warning.to_string());
        }
        for (field, hit) in mapped.hits() {
            batch.watched.note(field, hit, || self.question_id(channel, field, record));
        }
        write_own(channel, facts, mapped.transcript.truncated, &mut fields);
        // A batch of them waits in memory while it is written.
        fields.shrink_to(fields.len() + ROOM_FOR_LAST_SYNCED);
        let instant = |ms: Option<i64>| ms.and_then(|ms| Timestamp::from_millisecond(ms).ok());
        let (start, end) = (instant(facts.start_ms), instant(facts.end_ms));
        let open = facts.status == Status::Open;
        // A conversation without lines has no text, and no File.
        let transcript = if self.has_file { mapped.whole_transcript } else { None };
        let fingerprint = fingerprint(&fields, transcript.as_deref());
        Ok(Mapped { conversation, start, end, open, fields, fingerprint, transcript })
    }
}

fn fingerprint(fields: &str, transcript: Option<&str>) -> Fingerprint {
    let mut digest = Sha256::new_with_prefix(fields.as_bytes());
    if let Some(text) = transcript {
        // No text has a zero byte in JSON, so the two cannot run together.
        digest.update([0]);
        digest.update(text.as_bytes());
    }
    Fingerprint(digest.finalize().into())
}

/// The addresses of a mapping that go by a survey question's text.
fn questions(mapping: &FieldMapping) -> Vec<Question> {
    let ValueSource::Other(addresses) = &mapping.source else { return Vec::new() };
    let sides = [(Channel::Chat, &addresses.chat_api), (Channel::Messaging, &addresses.messaging_api)];
    let found = sides.into_iter().filter_map(|(channel, address)| {
        let address = address.clone()?;
        let id_address = mapping::stable_id_address(&address)?.parse().ok()?;
        Some(Question { channel, field: mapping.field.clone(), address, id_address })
    });
    found.collect()
}

fn find<'a>(targets: &'a [TargetField], name: &str) -> Option<&'a TargetField> {
    targets.iter().find(|target| target.name.eq_ignore_ascii_case(name))
}

fn target_type(mapping: &FieldMapping, targets: &[TargetField]) -> Result<FieldType, FieldProblem> {
    let field = mapping.field.clone();
    let own = OWN_FIELDS.iter().any(|own| own.eq_ignore_ascii_case(&field));
    if own {
        return Err(FieldProblem::NotWriteable { field, reason: "the sync writes this field itself" });
    }
    let Some(target) = find(targets, &field) else { return Err(FieldProblem::Missing { field }) };
    if !target.writeable {
        return Err(FieldProblem::NotWriteable { field, reason: "the sync user may not write this field" });
    }
    let no_type = || FieldProblem::NotWriteable {
        field,
        reason: "a field of this type cannot take a LivePerson value",
    };
    target.field_type.clone().ok_or_else(no_type)
}

fn compile_channel(
    channel: Channel,
    mappings: &[(FieldMapping, FieldType)],
    transcript: &TranscriptSettings,
    targets: &[TargetField],
) -> Result<Mapper, Vec<MappingError>> {
    let length = match find(targets, TRANSCRIPT_FIELD).and_then(|target| target.field_type.as_ref()) {
        Some(FieldType::Text { length }) => *length,
        _ => 0,
    };
    let transcript_field = (length > 0).then(|| (TRANSCRIPT_FIELD.to_owned(), length));
    Mapper::compile(&Plan { channel, mappings, transcript: transcript.clone(), transcript_field })
}

/// Appends the sync's own fields. Nothing here changes from one read to the next unless the conversation did.
fn write_own(channel: Channel, facts: &Facts<'_>, truncated: bool, out: &mut String) {
    let status = if facts.status == Status::Open { "open" } else { "closed" };
    let instant = |ms: Option<i64>| ms.and_then(|ms| Timestamp::from_millisecond(ms).ok());
    if !out.is_empty() {
        out.push(',');
    }
    // Writing to a `String` cannot fail.
    let _ = write!(out, r#""Channel__c":"{channel}","Status__c":"{status}","Truncated__c":{truncated}"#);
    for (field, at) in [("Started__c", instant(facts.start_ms)), ("Ended__c", instant(facts.end_ms))] {
        let _ = match at {
            Some(at) => write!(out, r#","{field}":"{at:.3}""#),
            None => write!(out, r#","{field}":null"#),
        };
    }
    let _ = match facts.duration_s {
        Some(seconds) => write!(out, r#","Duration_Seconds__c":{seconds}"#),
        None => write!(out, r#","Duration_Seconds__c":null"#),
    };
    for (field, name) in [
        ("Skill__c", &facts.skill_name),
        ("Agent__c", &facts.agent_name),
        ("Visitor__c", &facts.visitor_name),
    ] {
        let _ = write!(out, r#","{field}":"#);
        mapping::write_text(name.as_deref(), NAME_LENGTH, out);
    }
}
