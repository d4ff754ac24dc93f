//! Runs every file of `cases/`; their README describes the forms.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

use domain::Channel;
use domain::configuration::{
    FieldMapping, OtherAddresses, RedactionRule, SaveMode, TranscriptSettings, ValueSource,
};
use mapping::transcript::{Options, transcript_of};
use mapping::{Address, FieldType, Mapper, Note, Plan, Raw, Status, evaluate, predefined, write_value};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// A difference, in one line.
type Outcome = Result<(), String>;

#[test]
fn every_case_holds() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let files = json_files(&root);
    assert!(files.len() >= 150, "only {} cases were found", files.len());
    let failures: Vec<String> = files
        .iter()
        .filter_map(|file| {
            let text = fs::read_to_string(file).unwrap();
            let name = file.strip_prefix(&root).unwrap().display();
            run(&text).err().map(|difference| format!("{name}: {difference}"))
        })
        .collect();
    assert!(failures.is_empty(), "{} of {} cases fail\n{}", failures.len(), files.len(), failures.join("\n"));
}

#[test]
fn a_case_of_no_known_form_fails() {
    for text in [
        "{}",
        r#"{"about": "", "parse": {}, "typo": 1}"#,
        r#"{"about": "", "record": {}, "adresses": {}}"#,
        "[",
    ] {
        assert!(run(text).is_err(), "{text}");
    }
}

fn json_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = entries
        .flat_map(|path| if path.is_dir() { json_files(&path) } else { vec![path] })
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .collect();
    files.sort();
    files
}

fn run(text: &str) -> Outcome {
    let members: BTreeMap<String, &RawValue> = serde_json::from_str(text).map_err(|e| e.to_string())?;
    let has = |name: &str| members.contains_key(name);
    if has("addresses") {
        values(&form(text)?)
    } else if has("parse") {
        parsing(&form(text)?)
    } else if has("convert") {
        conversion(&form(text)?)
    } else if has("predefined") {
        predefined_values(&form(text)?)
    } else if has("errors") {
        refusal(&form(text)?)
    } else if has("fields") {
        mapping(&form(text)?)
    } else if has("transcript") {
        transcript(&form(text)?)
    } else if has("record_text") {
        unreadable(&form(text)?)
    } else {
        Err("its members fit no form".into())
    }
}

fn form<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    serde_json::from_str(text).map_err(|e| e.to_string())
}

#[expect(clippy::needless_pass_by_value, reason = "callers read better without references")]
fn same<T: PartialEq + std::fmt::Debug>(what: &str, found: T, wanted: T) -> Outcome {
    if found == wanted { Ok(()) } else { Err(format!("{what}: found {found:?}, wanted {wanted:?}")) }
}

macro_rules! forms {
    ($($name:ident { $($(#[$attribute:meta])* $member:ident: $type:ty,)+ })+) => {
        $(#[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct $name { #[serde(rename = "about")] _about: String, $($(#[$attribute])* $member: $type,)+ })+
    };
}

forms! {
    Values { record: Box<RawValue>, addresses: Map<String, Value>, }
    Parsing { parse: Map<String, Value>, }
    Conversion { field: Type, convert: Vec<Converted>, }
    Transcript {
        record: Box<RawValue>, transcript: Vec<String>,
        #[serde(default)] options: TranscriptOptions, #[serde(default)] truncated: bool,
    }
    Predefined { channel: String, record: Box<RawValue>, predefined: Map<String, Value>, }
    Mapping {
        channel: String, mappings: Vec<Mapped>, record: Box<RawValue>, fields: Box<RawValue>,
        #[serde(default)] transcript_field: Option<TranscriptField>, #[serde(default)] facts: Map<String, Value>,
        #[serde(default)] warnings: Vec<String>, #[serde(default)] notes: Map<String, Value>,
        #[serde(default)] redaction: Vec<Rule>, #[serde(default)] save_mode: Save,
        whole_transcript: Option<Vec<String>>, hits: Option<Vec<(String, bool)>>,
    }
    Refusal {
        channel: String, mappings: Vec<Mapped>, errors: Vec<Value>, #[serde(default)] redaction: Vec<Rule>,
        #[serde(default)] transcript_field: Option<TranscriptField>,
    }
    Unreadable { record_text: String, error: String, }
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Type {
    Text { length: u32 },
    Email { length: u32 },
    Number { precision: u32, scale: u32 },
    Boolean,
    Date,
    DateTime,
    Picklist { values: Vec<String>, restricted: bool },
    MultiPicklist { values: Vec<String>, restricted: bool },
}

impl From<&Type> for FieldType {
    fn from(field: &Type) -> FieldType {
        match field {
            Type::Text { length } => FieldType::Text { length: *length },
            Type::Email { length } => FieldType::Email { length: *length },
            Type::Number { precision, scale } => FieldType::Number { precision: *precision, scale: *scale },
            Type::Boolean => FieldType::Boolean,
            Type::Date => FieldType::Date,
            Type::DateTime => FieldType::DateTime,
            Type::Picklist { values, restricted } => {
                FieldType::Picklist { values: values.clone(), restricted: *restricted }
            }
            Type::MultiPicklist { values, restricted } => {
                FieldType::MultiPicklist { values: values.clone(), restricted: *restricted }
            }
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Converted {
    value: Box<RawValue>,
    #[serde(default, deserialize_with = "as_written")]
    writes: Option<Box<RawValue>>,
    rejects: Option<String>,
    note: Option<String>,
}

/// `null` is something to write.
fn as_written<'de, D: Deserializer<'de>>(json: D) -> Result<Option<Box<RawValue>>, D::Error> {
    Box::<RawValue>::deserialize(json).map(Some)
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct TranscriptOptions {
    include_agent_only: bool,
    limit: Option<u32>,
    visitor_name: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Mapped {
    field: String,
    r#type: Type,
    predefined: Option<String>,
    address: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TranscriptField {
    name: String,
    length: u32,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Rule {
    PaymentCard,
    Email,
    Phone,
    Pattern { name: String, regex: String },
}

impl From<&Rule> for RedactionRule {
    fn from(rule: &Rule) -> RedactionRule {
        match rule {
            Rule::PaymentCard => RedactionRule::PaymentCard,
            Rule::Email => RedactionRule::Email,
            Rule::Phone => RedactionRule::Phone,
            Rule::Pattern { name, regex } => {
                RedactionRule::Pattern { name: name.clone(), regex: regex.clone() }
            }
        }
    }
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Save {
    #[default]
    Field,
    Attachment,
    Both,
}

impl Save {
    fn mode(self) -> SaveMode {
        match self {
            Save::Field => SaveMode::Field,
            Save::Attachment => SaveMode::Attachment,
            Save::Both => SaveMode::Both,
        }
    }
}

fn values(case: &Values) -> Outcome {
    let parsed: Result<Vec<Address>, _> = case.addresses.keys().map(|address| address.parse()).collect();
    let found =
        evaluate(&parsed.map_err(|e| e.to_string())?, case.record.get()).map_err(|e| e.to_string())?;
    let mut wanted = case.addresses.iter();
    found.into_iter().try_for_each(|found| {
        let (address, wanted) = wanted.next().unwrap();
        same(address, found.unwrap_or(Value::Null), wanted.clone())
    })
}

fn parsing(case: &Parsing) -> Outcome {
    case.parse.iter().try_for_each(|(text, wanted)| {
        let found = match text.parse::<Address>() {
            Ok(address) => json!(address.to_string()),
            Err(error) => json!({ "position": error.position, "expected": error.expected }),
        };
        same(text, found, wanted.clone())
    })
}

fn conversion(case: &Conversion) -> Outcome {
    case.convert.iter().try_for_each(|one| {
        let mut written = String::new();
        let result = write_value(Raw::new(one.value.get()), &FieldType::from(&case.field), &mut written);
        let (rejects, note) = match result {
            Ok(note) => (None, note.map(note_name)),
            Err(rejection) => (Some(rejection.reason.to_owned()), None),
        };
        let written = Some(written).filter(|_| rejects.is_none());
        let found = (written.as_deref(), rejects.as_deref(), note);
        let wanted = (one.writes.as_deref().map(RawValue::get), one.rejects.as_deref(), one.note.as_deref());
        same(one.value.get(), found, wanted)
    })
}

fn note_name(note: Note) -> &'static str {
    match note {
        Note::Cut => "cut",
        Note::Rounded => "rounded",
    }
}

fn transcript(case: &Transcript) -> Outcome {
    let options = Options {
        include_agent_only: case.options.include_agent_only,
        limit: case.options.limit,
        visitor_name: case.options.visitor_name.as_deref(),
        redactor: None,
    };
    let mut text = String::new();
    let rendered = transcript_of(case.record.get(), &options, &mut text).map_err(|e| e.to_string())?;
    same("text", text.as_str(), &case.transcript.join("\n"))?;
    let units = text.encode_utf16().count();
    if case.options.limit.is_some_and(|limit| units > limit as usize) {
        return Err(format!("{units} characters are more than the limit"));
    }
    same("truncated", rendered.truncated, case.truncated)
}

fn predefined_values(case: &Predefined) -> Outcome {
    let channel = Channel::from_name(&case.channel).ok_or("no such channel")?;
    case.predefined.iter().try_for_each(|(label, wanted)| {
        let parameter = predefined::parameter(label).ok_or_else(|| format!("{label}: no such parameter"))?;
        let address = parameter.api_address(channel).ok_or_else(|| format!("{label}: not in {channel}"))?;
        let found = evaluate(&[address.parse().unwrap()], case.record.get()).map_err(|e| e.to_string())?;
        same(label, found.into_iter().next().flatten().unwrap_or(Value::Null), wanted.clone())
    })
}

fn compile(
    channel: &str,
    mappings: &[Mapped],
    transcript_field: Option<&TranscriptField>,
    redaction: &[Rule],
    save_mode: SaveMode,
) -> Result<Mapper, Vec<mapping::MappingError>> {
    let channel = Channel::from_name(channel).unwrap();
    let mappings: Vec<_> = mappings
        .iter()
        .map(|one| {
            let source = match (&one.predefined, &one.address) {
                (Some(label), _) => ValueSource::Predefined(label.clone()),
                (None, address) => ValueSource::Other(OtherAddresses {
                    chat_api: address.clone().filter(|_| channel == Channel::Chat),
                    messaging_api: address.clone().filter(|_| channel == Channel::Messaging),
                    ..OtherAddresses::default()
                }),
            };
            (FieldMapping { field: one.field.clone(), source }, FieldType::from(&one.r#type))
        })
        .collect();
    Mapper::compile(&Plan {
        channel,
        mappings: &mappings,
        transcript: TranscriptSettings {
            save_mode,
            redaction: redaction.iter().map(RedactionRule::from).collect(),
            ..TranscriptSettings::default()
        },
        transcript_field: transcript_field.map(|field| (field.name.clone(), field.length)),
    })
}

fn mapping(case: &Mapping) -> Outcome {
    let field = case.transcript_field.as_ref();
    let mapper = compile(&case.channel, &case.mappings, field, &case.redaction, case.save_mode.mode())
        .map_err(|e| format!("{e:?}"))?;
    let mut fields = String::from("left over from before");
    let mapped = mapper.map(case.record.get(), &mut fields).map_err(|e| e.to_string())?;
    // Compared as written, members in the order of the mappings; only the spaces of the file do not count.
    let wanted: String = compact(case.fields.get());
    same("fields", format!("{{{fields}}}"), wanted)?;
    let warnings: Vec<String> = mapped.warnings.iter().map(ToString::to_string).collect();
    same("warnings", &warnings, &case.warnings)?;
    let notes: Map<String, Value> =
        mapped.notes.iter().map(|(field, note)| (field.clone(), json!(note_name(*note)))).collect();
    same("notes", &notes, &case.notes)?;
    let whole = case.whole_transcript.as_ref().map(|lines| lines.join("\n"));
    same("whole transcript", &mapped.whole_transcript, &whole)?;
    if let Some(wanted) = &case.hits {
        let hits: Vec<_> = mapped.hits().map(|(field, hit)| (field.to_owned(), hit)).collect();
        same("hits", &hits, wanted)?;
    }
    let facts = &mapped.facts;
    let facts = json!({
        "account": facts.account, "id": facts.id, "start_ms": facts.start_ms, "end_ms": facts.end_ms,
        "status": if facts.status == Status::Open { "open" } else { "closed" }, "duration_s": facts.duration_s,
        "skill_name": facts.skill_name, "agent_name": facts.agent_name, "visitor_name": facts.visitor_name,
        "is_partial": facts.is_partial, "engagement_sequence": facts.engagement_sequence,
        "chat_data_enriched": facts.chat_data_enriched, "transcript_truncated": mapped.transcript.truncated,
    });
    case.facts.iter().try_for_each(|(name, wanted)| {
        let found = facts.get(name).ok_or_else(|| format!("{name}: no such fact"))?;
        same(name, found, wanted)
    })
}

/// Takes the spaces between members away, not those in strings.
fn compact(json: &str) -> String {
    let (mut in_string, mut escaped) = (false, false);
    json.chars()
        .filter(|c| {
            let keep = in_string || !c.is_whitespace();
            if *c == '"' && !escaped {
                in_string = !in_string;
            }
            escaped = in_string && *c == '\\' && !escaped;
            keep
        })
        .collect()
}

fn refusal(case: &Refusal) -> Outcome {
    let field = case.transcript_field.as_ref();
    let errors = compile(&case.channel, &case.mappings, field, &case.redaction, SaveMode::Field);
    let errors = errors.err().unwrap_or_default();
    let found: Vec<Value> = errors
        .iter()
        .map(|error| json!({ "field": error.field(), "code": error.code().as_str(), "says": error.to_string() }))
        .collect();
    same("errors", &found, &case.errors)
}

fn unreadable(case: &Unreadable) -> Outcome {
    let found = evaluate(&["info.skillName".parse().unwrap()], &case.record_text);
    same("error", found.map_err(|e| e.to_string()), Err(case.error.clone()))
}
