//! The fields of the Chat Transcript record.

use super::{Found, Seen, fits, text};
use crate::{
    Code,
    configuration::{Configuration, Facts, FieldFacts, ObjectFacts, TRANSCRIPT_OBJECT, ValueSource},
};

pub(super) fn check(configuration: &Configuration, facts: Option<&Facts>, found: &mut Found) {
    let object = facts.map(|facts| facts.object(TRANSCRIPT_OBJECT));
    if object == Some(None) {
        let sentence = format!(
            "the org has no object {TRANSCRIPT_OBJECT}, or the sync user may not see it; install the metadata and assign the permission set"
        );
        found.add("field_mappings", Code::ObjectMissing, sentence);
    }
    let mut seen = Seen::default();
    for (n, mapping) in configuration.field_mappings.iter().enumerate() {
        let path = format!("field_mappings[{n}]");
        check_source(&format!("{path}.value"), &mapping.source, found);
        let (path, field) = (format!("{path}.field"), &mapping.field);
        if !text::is_api_name(field) {
            found.add(path, Code::FieldNameInvalid, text::no_api_name(field, "field"));
        } else if let Some(first) = seen.before(field, n) {
            found.add(path, Code::FieldMappedTwice, mapped_twice(field, first));
        } else if let Some(Some(object)) = object {
            check_field(path, object, field, found);
        }
    }
}

pub(super) fn mapped_twice(field: &str, first: usize) -> String {
    format!("{field} is mapped already, at field_mappings[{first}]; take one of the two out")
}

/// A source that can never find anything.
pub(super) fn check_source(path: &str, source: &ValueSource, found: &mut Found) {
    match source {
        ValueSource::Predefined(label) if label.trim().is_empty() => {
            let sentence = "the label is empty; give that of a predefined parameter, such as Visitor Email";
            found.add(path, Code::ValueInvalid, sentence);
        }
        ValueSource::Other(addresses) if addresses.sides().iter().all(|(_, address)| address.is_none()) => {
            let sentence =
                "none of the four sides has an address; give one, or choose a predefined parameter";
            found.add(path, Code::ValueInvalid, sentence);
        }
        ValueSource::Predefined(_) | ValueSource::Other(_) => {}
    }
}

fn check_field(path: String, object: &ObjectFacts, name: &str, found: &mut Found) {
    match object.field(name) {
        None => {
            let sentence = format!(
                "{TRANSCRIPT_OBJECT} no longer has a field {name}, or the sync user may not see it; create it, grant it in the permission set, or take the mapping out"
            );
            found.add(path, Code::FieldMissing, sentence);
        }
        Some(field) => {
            if let Some(reason) = transcript_field_reason(field) {
                let sentence =
                    format!("{name} cannot take a LivePerson value: {reason}; choose another field");
                found.add(path, Code::FieldReadOnly, sentence);
            }
        }
    }
}

/// Why a field of the Chat Transcript object cannot be mapped, if so.
#[must_use]
pub fn transcript_field_reason(field: &FieldFacts) -> Option<String> {
    if !field.name.to_ascii_lowercase().ends_with("__c") {
        return Some("it is not a custom field".to_owned());
    }
    if !fits::takes_liveperson_values(&field.field_type) {
        return Some(format!("it is of the type {}, and text has no place there", field.field_type));
    }
    if !(field.createable && field.updateable) {
        return Some("the sync user may not write it".to_owned());
    }
    None
}
