//! The fields agents see, and what fills them.

use super::{Found, Seen, fits, text, transcript};
use crate::{
    Code,
    configuration::{Editability, FieldFacts, ObjectFacts, ObjectSettings, RecordMapping, ValueSource},
};

/// Types whose values cannot be shown in a row.
const NOT_IN_A_ROW: [&str; 3] = ["base64", "anyType", "complexvalue"];

pub(super) fn check(path: &str, settings: &ObjectSettings, known: Option<&ObjectFacts>, found: &mut Found) {
    let mut seen = Seen::default();
    for (n, mapping) in settings.field_mappings.iter().enumerate() {
        let path = format!("{path}.field_mappings[{n}]");
        let field = &mapping.field;
        let name_path = format!("{path}.field");
        let mut field_facts = None;
        if !text::is_api_name(field) {
            found.add(name_path, Code::FieldNameInvalid, text::no_api_name(field, "field"));
        } else if let Some(first) = seen.before(field, n) {
            found.add(name_path, Code::FieldMappedTwice, transcript::mapped_twice(field, first));
        } else if let Some(known) = known {
            field_facts = known.field(field);
            if field_facts.is_none() {
                let sentence = format!(
                    "{} no longer has a field {field}, or the sync user may not see it; grant it in the permission set, or take the mapping out",
                    settings.object
                );
                found.add(name_path, Code::FieldMissing, sentence);
            }
        }
        check_mapping(&path, mapping, found);
        if let Some(field) = field_facts {
            check_field(&path, mapping, field, found);
        }
    }
}

/// What can be known from the mapping alone.
fn check_mapping(path: &str, mapping: &RecordMapping, found: &mut Found) {
    if let Some(source) = mapping.value.source() {
        let member = if matches!(source, ValueSource::Other(_)) { "other" } else { "predefined" };
        transcript::check_source(&format!("{path}.value.{member}"), &source, found);
    }
    let read_only = mapping.editability == Editability::ReadOnly;
    if mapping.required && read_only {
        let sentence = format!(
            "{} is required and read_only, so nobody could ever fill it; let agents edit it, or do not require it",
            mapping.field
        );
        found.add(format!("{path}.required"), Code::SettingUnfit, sentence);
    }
    match &mapping.default {
        Some(text) if text.trim().is_empty() => {
            let sentence = "the default is empty; give a text, or null for none";
            found.add(format!("{path}.default"), Code::ValueInvalid, sentence);
        }
        Some(_) if read_only => {
            let sentence = format!(
                "{} is read_only, so its default would never be written; let agents edit it, or take the default out",
                mapping.field
            );
            found.add(format!("{path}.default"), Code::SettingUnfit, sentence);
        }
        Some(_) | None => {}
    }
}

/// What the org says to it.
fn check_field(path: &str, mapping: &RecordMapping, field: &FieldFacts, found: &mut Found) {
    let name = &mapping.field;
    let refused = match mapping.editability {
        Editability::Editable if !field.updateable && field.createable => Some(
            "the org permits to set it only when a record is created; choose on_create_only or read_only",
        ),
        Editability::Editable if !field.updateable => {
            Some("the org does not permit to change it; choose read_only")
        }
        Editability::OnCreateOnly if !field.createable => {
            Some("the org does not permit to set it when a record is created; choose read_only")
        }
        _ => None,
    };
    if let Some(reason) = refused {
        found.add(format!("{path}.editability"), Code::NotPermitted, format!("{name}: {reason}"));
    }
    if mapping.overview && NOT_IN_A_ROW.contains(&field.field_type.as_str()) {
        let sentence =
            format!("{name} is of the type {}, which no row can show; turn overview off", field.field_type);
        found.add(format!("{path}.overview"), Code::FieldUnfit, sentence);
    }
    if let Some(default) = mapping.default.as_deref().filter(|text| !text.trim().is_empty())
        && let Some(reason) = fits::default_misfit(field, default)
    {
        let sentence =
            format!("the default of {name} does not fit the field: {reason}; correct it, or take it out");
        found.add(format!("{path}.default"), Code::ValueUnfit, sentence);
    }
}
