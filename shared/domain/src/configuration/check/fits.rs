//! What fits which of describe's field types: operators, values, defaults.

use crate::configuration::{FieldFacts, FilterOperator, FilterOperator as Is};

const EQUALITY: &[Is] = &[Is::Equals, Is::NotEquals];
const TEXT: &[Is] = &[Is::Equals, Is::NotEquals, Is::Contains, Is::DoesNotContain, Is::StartsWith];
const ORDERED: &[Is] =
    &[Is::Equals, Is::NotEquals, Is::LessThan, Is::GreaterThan, Is::LessOrEqual, Is::GreaterOrEqual];
const SEVERAL: &[Is] = &[Is::Equals, Is::NotEquals, Is::Includes, Is::Excludes];

/// What a value of a type is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Written {
    Text,
    Integer,
    Number,
    Boolean,
    Day,
    Instant,
    TimeOfDay,
    Id,
}

/// One row per type of describe that a person can compare with a value: its operators, how the value is written, and
/// whether the sync can fill it.
const TYPES: &[(&str, &[Is], Written, bool)] = &[
    ("string", TEXT, Written::Text, true),
    ("textarea", TEXT, Written::Text, true),
    ("email", TEXT, Written::Text, true),
    ("phone", TEXT, Written::Text, true),
    ("url", TEXT, Written::Text, true),
    ("combobox", TEXT, Written::Text, true),
    ("encryptedstring", TEXT, Written::Text, true),
    ("picklist", EQUALITY, Written::Text, true),
    ("multipicklist", SEVERAL, Written::Text, false),
    ("boolean", EQUALITY, Written::Boolean, true),
    ("int", ORDERED, Written::Integer, true),
    ("long", ORDERED, Written::Integer, false),
    ("double", ORDERED, Written::Number, true),
    ("currency", ORDERED, Written::Number, true),
    ("percent", ORDERED, Written::Number, true),
    ("date", ORDERED, Written::Day, true),
    ("datetime", ORDERED, Written::Instant, true),
    ("time", ORDERED, Written::TimeOfDay, false),
    ("id", EQUALITY, Written::Id, false),
    ("reference", EQUALITY, Written::Id, false),
];

fn row(field_type: &str) -> Option<&'static (&'static str, &'static [Is], Written, bool)> {
    TYPES.iter().find(|(name, ..)| *name == field_type)
}

/// The operators of search filters on fields of this type; none for a type that cannot be compared.
#[must_use]
pub fn operators_for(field_type: &str) -> &'static [FilterOperator] {
    row(field_type).map_or(&[], |(_, operators, ..)| operators)
}

/// Whether the sync can write a LivePerson value to a field of this type.
pub(super) fn takes_liveperson_values(field_type: &str) -> bool {
    row(field_type).is_some_and(|(.., takes)| *takes)
}

/// What is wrong with a value for a field of this type, if something is: how it would have to be written.
pub(super) fn misfit(field_type: &str, value: &str) -> Option<&'static str> {
    let (_, _, written, _) = row(field_type)?;
    let (fits, wanted) = match written {
        Written::Text => (true, ""),
        Written::Integer => (value.parse::<i64>().is_ok(), "a whole number, such as 42"),
        Written::Number => (is_number(value), "a number, such as 12.5"),
        Written::Boolean => (matches!(value, "true" | "false"), "true or false"),
        Written::Day => (is_day(value), "a day, such as 2026-03-01"),
        Written::Instant => {
            (value.parse::<jiff::Timestamp>().is_ok(), "an instant, such as 2026-03-01T09:00:00Z")
        }
        Written::TimeOfDay => (value.parse::<jiff::civil::Time>().is_ok(), "a time of day, such as 09:30:00"),
        Written::Id => (is_id(value), "a Salesforce id of 15 or 18 letters and digits"),
    };
    (!fits).then_some(wanted)
}

/// What is wrong with a default, if something is.
pub(super) fn default_misfit(field: &FieldFacts, value: &str) -> Option<String> {
    if let Some(wanted) = misfit(&field.field_type, value) {
        return Some(format!("it would have to be {wanted}"));
    }
    let length = value.encode_utf16().count();
    let given: Vec<&str> = match field.field_type.as_str() {
        "picklist" => vec![value],
        "multipicklist" => value.split(';').map(str::trim).collect(),
        _ => Vec::new(),
    };
    let unknown = given.into_iter().find(|one| !field.picklist.iter().any(|known| known == one));
    if let Some(unknown) = unknown {
        return Some(format!("'{unknown}' is none of the field's values"));
    }
    let longest = field.length as usize;
    (longest > 0 && length > longest)
        .then(|| format!("it has {length} characters, and the field takes {longest}"))
}

fn is_number(value: &str) -> bool {
    let digits = value.strip_prefix('-').unwrap_or(value);
    let plain = digits.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    plain && digits.starts_with(|c: char| c.is_ascii_digit()) && value.parse::<f64>().is_ok()
}

/// Only as it is written in a query: `jiff` alone takes more.
fn is_day(value: &str) -> bool {
    value.len() == 10 && value.as_bytes()[4] == b'-' && value.parse::<jiff::civil::Date>().is_ok()
}

fn is_id(value: &str) -> bool {
    matches!(value.len(), 15 | 18) && value.bytes().all(|b| b.is_ascii_alphanumeric())
}
