//! Everything wrong with a configuration: what the document and the org say, and what only `mapping` and the sync know.

use crate::fields::OWN_FIELDS;
use domain::{
    Code, Configuration,
    configuration::{
        Facts, Problem, RecordValue, RedactionRule, SkillSettings, TRANSCRIPT_OBJECT, TranscriptSettings,
        ValueSource,
    },
};
use mapping::{Redactor, SourceError, predefined};

/// Everything that is wrong with a configuration, place by place; empty when nothing is. Without facts, everything that
/// can be known without asking Salesforce and LivePerson.
#[must_use]
pub fn check_configuration(configuration: &Configuration, facts: Option<&Facts>) -> Vec<Problem> {
    let mut problems = configuration.check(facts);
    problems.extend(redaction(&configuration.transcript));
    problems.extend(own_fields(configuration, facts));
    for (n, mapping) in configuration.field_mappings.iter().enumerate() {
        problems.extend(source(&format!("field_mappings[{n}].value"), &mapping.source));
    }
    for (n, object) in configuration.objects.iter().enumerate() {
        for (k, mapping) in object.field_mappings.iter().enumerate() {
            let member = match &mapping.value {
                RecordValue::None => continue,
                RecordValue::Predefined(_) => "predefined",
                RecordValue::Other(_) => "other",
            };
            let path = format!("objects[{n}].field_mappings[{k}].value.{member}");
            problems.extend(mapping.value.source().iter().flat_map(|found| source(&path, found)));
        }
    }
    for (n, skill) in configuration.skills.iter().enumerate() {
        problems.extend(search_values(n, skill));
    }
    problems
}

fn problem(path: String, code: Code, sentence: String) -> Problem {
    Problem { path, code, sentence }
}

fn source(path: &str, source: &ValueSource) -> Vec<Problem> {
    // The document itself says that an empty label is none.
    if matches!(source, ValueSource::Predefined(label) if label.trim().is_empty()) {
        return Vec::new();
    }
    let wrong = mapping::check_source(source).into_iter();
    let problems = wrong.map(|(side, error)| {
        let path = side.map_or_else(|| path.to_owned(), |side| format!("{path}.{side}"));
        problem(path, error.code(), sentence(&error))
    });
    problems.collect()
}

/// What is wrong, and the way out.
fn sentence(error: &SourceError) -> String {
    match error {
        SourceError::Address(_) => format!("{error}; correct it there, or leave this side out"),
        SourceError::Parameter { label } => match meant(label) {
            Some(meant) => format!("{error}; do you mean \"{meant}\"?"),
            None => format!("{error}; choose one from the list of parameters"),
        },
    }
}

/// The parameter whose label differs only in case and spaces.
fn meant(label: &str) -> Option<&'static str> {
    let plain = |text: &str| text.to_lowercase().replace(char::is_whitespace, "");
    let wanted = plain(label);
    predefined::parameters().map(|parameter| parameter.label).find(|known| plain(known) == wanted)
}

fn redaction(transcript: &TranscriptSettings) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (n, rule) in transcript.redaction.iter().enumerate() {
        let path = format!("transcript.redaction[{n}]");
        for error in Redactor::compile(std::slice::from_ref(rule)).err().into_iter().flatten() {
            let member = match (&error, rule) {
                (mapping::RedactionError::Name { .. }, _) => ".pattern.name",
                (_, RedactionRule::Pattern { .. }) => ".pattern.regex",
                (_, _) => "",
            };
            problems.push(problem(format!("{path}{member}"), error.code(), error.to_string()));
        }
    }
    problems
}

/// The fields the sync writes itself: not to be mapped, and all to be there.
fn own_fields(configuration: &Configuration, facts: Option<&Facts>) -> Vec<Problem> {
    let is_own = |field: &str| OWN_FIELDS.iter().any(|own| own.eq_ignore_ascii_case(field));
    let mut problems = Vec::new();
    if let Some(object) = facts.and_then(|facts| facts.object(TRANSCRIPT_OBJECT)) {
        for field in OWN_FIELDS.iter().filter(|field| object.field(field).is_none()) {
            let sentence = format!(
                "{TRANSCRIPT_OBJECT} has no field {field}, which the sync needs, or the sync user may not see it; install the metadata again and assign the permission set"
            );
            problems.push(problem("field_mappings".to_owned(), Code::FieldMissing, sentence));
        }
    }
    for (n, mapping) in configuration.field_mappings.iter().enumerate().filter(|(_, m)| is_own(&m.field)) {
        let sentence = format!("the sync writes {} itself; choose another field", mapping.field);
        problems.push(problem(format!("field_mappings[{n}].field"), Code::FieldReadOnly, sentence));
    }
    problems
}

/// The first search can look only for what the widget knows.
fn search_values(n: usize, skill: &SkillSettings) -> Vec<Problem> {
    let values = skill.search_values.iter().enumerate();
    let problems = values.filter_map(|(k, label)| {
        let path = format!("skills[{n}].search_values[{k}]");
        match predefined::parameter(label) {
            None => {
                let error = SourceError::Parameter { label: label.clone() };
                Some(problem(path, error.code(), sentence(&error)))
            }
            Some(known) if known.chat_sdk.is_none() && known.messaging_sdk.is_none() => {
                let sentence = format!(
                    "the widget does not know the {label} while the conversation goes on; choose a parameter that has an SDK side"
                );
                Some(problem(path, Code::SettingUnfit, sentence))
            }
            Some(_) => None,
        }
    });
    problems.collect()
}
