//! From LivePerson's values to what a Salesforce field takes.

use crate::json;
use crate::number::{self, NumberError};
use crate::raw::Raw;
use crate::redact::Redactor;
use crate::time;
use domain::Code;
use std::borrow::Cow;

/// What a Salesforce field takes, as its describe says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldType {
    /// Text, text area, long text, telephone, URL: at most `length` UTF-16 units. Longer text is cut.
    Text {
        /// In UTF-16 code units.
        length: u32,
    },
    /// An e-mail address of at most `length` UTF-16 units. Never cut.
    Email {
        /// In UTF-16 code units.
        length: u32,
    },
    /// Number, currency, percent: at most `precision` digits, of them `scale` after the point.
    Number {
        /// Digits in all.
        precision: u32,
        /// Digits after the point.
        scale: u32,
    },
    /// A checkbox. It cannot be empty, so an absent value is `false`.
    Boolean,
    /// A day.
    Date,
    /// An instant.
    DateTime,
    /// One value of a list.
    Picklist {
        /// The active values.
        values: Vec<String>,
        /// Whether Salesforce refuses any other.
        restricted: bool,
    },
    /// Several values of a list.
    MultiPicklist {
        /// The active values.
        values: Vec<String>,
        /// Whether Salesforce refuses any other.
        restricted: bool,
    },
}

/// Something worth telling about a value that was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Note {
    /// The text was longer than the field and was cut.
    Cut,
    /// The number had more digits after the point than the field.
    Rounded,
}

/// A value the field does not take. Says why, never which value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rejection {
    /// The kind of value found, such as `text` or `number`.
    pub found: &'static str,
    /// Why the field does not take it.
    pub reason: &'static str,
}

/// A [`Rejection`] with the field's name. Never shows the value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field} was left out: {reason} (found {found})")]
pub struct ConversionError {
    /// API name of the Salesforce field.
    pub field: String,
    /// The kind of value found.
    pub found: &'static str,
    /// Why the field does not take it.
    pub reason: &'static str,
}

impl ConversionError {
    /// The code for the event log.
    #[must_use]
    pub fn code(&self) -> Code {
        Code::ValueRejected
    }
}

/// The length of a picklist value in Salesforce.
const PICKLIST_LENGTH: usize = 255;

/// What is written for an absent value: it clears the field.
#[must_use]
pub fn absent_value(field_type: &FieldType) -> &'static str {
    if matches!(field_type, FieldType::Boolean) { "false" } else { "null" }
}

/// Appends the value as the JSON text Salesforce takes.
///
/// # Errors
/// [`Rejection`], with `out` as it was.
pub fn write_value(
    value: Raw<'_>,
    field_type: &FieldType,
    out: &mut String,
) -> Result<Option<Note>, Rejection> {
    write_with(value, field_type, None, out, &mut String::new())
}

/// [`write_value`] with a scratch buffer of the caller's, and without what a redactor takes out of text. Numbers, days,
/// e-mail addresses and the values a picklist has are not text: their fields take nothing else.
pub(crate) fn write_with(
    value: Raw<'_>,
    field_type: &FieldType,
    redactor: Option<&Redactor>,
    out: &mut String,
    scratch: &mut String,
) -> Result<Option<Note>, Rejection> {
    let before = out.len();
    let written = match field_type {
        FieldType::Text { length } => Ok(write_any(value, *length as usize, redactor, out, scratch)),
        FieldType::MultiPicklist { values, restricted } => {
            write_choices(value, values, *restricted, redactor, out)
        }
        _ => write_single(only_element(value), field_type, redactor, out, scratch),
    };
    written.map_err(|reason| {
        out.truncate(before);
        Rejection { found: value.kind(), reason }
    })
}

/// Appends a text as a JSON string, cut between two characters to `length` UTF-16 units and without the control
/// characters Salesforce refuses; `null` when there is none or nothing is left of it.
pub fn write_text(text: Option<&str>, length: u32, out: &mut String) {
    push_cut(text.unwrap_or_default(), length as usize, out);
}

/// Writes a value of any kind as text.
fn write_any(
    value: Raw<'_>,
    length: usize,
    redactor: Option<&Redactor>,
    out: &mut String,
    scratch: &mut String,
) -> Option<Note> {
    let fits = |text: &&str| !text.is_empty() && text.len() <= length;
    if let (Some(text), None) = (value.verbatim().filter(fits), redactor) {
        json::push_verbatim(text, out);
        return None;
    }
    let text = match value.kind() {
        "list" => joined(value, ", ", scratch),
        "object" => match day_object(value) {
            Some(Some(day)) => {
                *scratch = day.to_string();
                scratch.as_str()
            }
            _ => value.raw(),
        },
        _ => value.text(scratch).unwrap_or_default(),
    };
    push_cut(&redacted(text, redactor), length, out)
}

/// The text without what must go. Before it is cut, lest a cut hide a match.
fn redacted<'t>(text: &'t str, redactor: Option<&Redactor>) -> Cow<'t, str> {
    redactor.map_or(Cow::Borrowed(text), |redactor| redactor.apply(text))
}

fn push_cut(text: &str, length: usize, out: &mut String) -> Option<Note> {
    let kept = json::cut(text, length);
    if kept.chars().all(json::is_refused) {
        out.push_str("null");
    } else {
        json::push_text(kept, out);
    }
    (kept.len() < text.len()).then_some(Note::Cut)
}

fn write_single(
    value: Raw<'_>,
    field_type: &FieldType,
    redactor: Option<&Redactor>,
    out: &mut String,
    scratch: &mut String,
) -> Result<Option<Note>, &'static str> {
    if let (FieldType::Date | FieldType::DateTime, Some(day)) = (field_type, day_object(value)) {
        return write_day(day.ok_or("there is no such day")?, field_type, out);
    }
    let text = value.text(scratch).ok_or("the field takes a single value")?.trim();
    match field_type {
        FieldType::Number { precision, scale } => match number::push_rounded(text, *precision, *scale, out) {
            Ok(rounded) => Ok(rounded.then_some(Note::Rounded)),
            Err(NumberError::NotANumber) => Err("it is not a number"),
            Err(NumberError::TooLarge) => Err("it has more digits than the field takes"),
        },
        FieldType::Boolean => {
            out.push_str(truth(text).ok_or("it is neither true nor false")?);
            Ok(None)
        }
        FieldType::Date => write_day(time::parse_day(text).ok_or("it is not a date")?, field_type, out),
        FieldType::DateTime => {
            let instant = time::parse_instant(text).ok_or("it is not a date and time")?;
            out.push('"');
            time::push_instant(instant, out);
            out.push('"');
            Ok(None)
        }
        FieldType::Email { length } => {
            if !is_email(text) || json::utf16_length(text) > *length as usize {
                return Err("it is not an e-mail address the field takes");
            }
            json::push_text(text, out);
            Ok(None)
        }
        FieldType::Picklist { values, restricted } => match choice(text, values) {
            Some(known) => Ok(push_cut(known, PICKLIST_LENGTH, out)),
            None if *restricted => Err("it is not one of the picklist's values"),
            None => Ok(push_cut(&redacted(text, redactor), PICKLIST_LENGTH, out)),
        },
        FieldType::Text { .. } | FieldType::MultiPicklist { .. } => Err("the field takes a single value"),
    }
}

fn write_day(
    day: jiff::civil::Date,
    field_type: &FieldType,
    out: &mut String,
) -> Result<Option<Note>, &'static str> {
    let time = if *field_type == FieldType::DateTime { "T00:00:00.000Z" } else { "" };
    json::push_text(&format!("{day}{time}"), out);
    Ok(None)
}

fn write_choices(
    value: Raw<'_>,
    values: &[String],
    restricted: bool,
    redactor: Option<&Redactor>,
    out: &mut String,
) -> Result<Option<Note>, &'static str> {
    if value.kind() == "object" {
        return Err("the field takes values of a picklist");
    }
    let mut scratch = String::new();
    let given = if value.kind() == "list" {
        joined(value, ";", &mut scratch)
    } else {
        value.text(&mut scratch).unwrap_or_default()
    };
    let mut chosen: Vec<Cow<'_, str>> = Vec::new();
    for text in given.split(';').map(str::trim).filter(|text| !text.is_empty()) {
        match choice(text, values) {
            Some(known) => chosen.push(Cow::Borrowed(known)),
            None if restricted => return Err("not all of it is among the picklist's values"),
            None => chosen.push(redacted(text, redactor)),
        }
    }
    json::push_text(&chosen.join(";"), out);
    Ok(None)
}

/// The picklist's own spelling of a value.
fn choice<'v>(text: &str, values: &'v [String]) -> Option<&'v str> {
    let same_case = values.iter().find(|value| *value == text);
    same_case
        .or_else(|| values.iter().find(|value| value.to_lowercase() == text.to_lowercase()))
        .map(String::as_str)
}

fn truth(text: &str) -> Option<&'static str> {
    let is = |words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(text));
    if is(&["true", "1", "yes"]) {
        Some("true")
    } else if is(&["false", "0", "no"]) {
        Some("false")
    } else {
        None
    }
}

/// What Salesforce asks of an address, as far as it is known: a name, one `@`, a domain, no spaces.
fn is_email(text: &str) -> bool {
    let Some((name, domain)) = text.split_once('@') else { return false };
    let clean = |part: &str| {
        !part.is_empty() && !part.contains(|c: char| c.is_whitespace() || ",;<>()\"".contains(c))
    };
    clean(name) && clean(domain) && !domain.contains('@') && domain.split('.').all(|label| !label.is_empty())
}

/// A list of one element reads as that element.
fn only_element(value: Raw<'_>) -> Raw<'_> {
    let mut only = None;
    let mut count = 0;
    if value.kind() == "list" {
        value.each_element(&mut |element| {
            only = Some(element);
            count += 1;
        });
    }
    only.filter(|_| count == 1).unwrap_or(value)
}

/// The elements of a list, strings or `{value}` objects, joined; the JSON text itself when one is neither.
fn joined<'s, 'r: 's>(list: Raw<'r>, separator: &str, scratch: &'s mut String) -> &'s str {
    scratch.clear();
    let mut readable = true;
    list.each_element(&mut |element| {
        let inner = element.members(["value"]).map_or(Some(element), |[value]| value);
        match inner.and_then(|value| value.as_str()) {
            Some(text) if scratch.is_empty() => scratch.push_str(&text),
            Some(text) => {
                scratch.push_str(separator);
                scratch.push_str(&text);
            }
            None => readable = element.raw() == "null" && readable,
        }
    });
    if readable { scratch } else { list.raw() }
}

/// For a `{year, month, day}` object: its day, or `Some(None)` when there is no such day.
fn day_object(value: Raw<'_>) -> Option<Option<jiff::civil::Date>> {
    let [Some(year), Some(month), Some(day)] = value.members(["year", "month", "day"])? else { return None };
    Some((|| time::day_of(year.as_i64()?, month.as_i64()?, day.as_i64()?))())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_and_cleaned_or_null() {
        for (text, length, wanted) in [
            (Some("Billing"), 80, r#""Billing""#),
            (Some("Billing"), 4, r#""Bill""#),
            (Some("a😀b"), 2, r#""a""#),
            (Some("a😀b"), 3, r#""a😀""#),
            (Some("say \"hi\"\n\u{1}"), 80, r#""say \"hi\"\n""#),
            (Some("\u{1}\u{2}"), 80, "null"),
            (Some(""), 80, "null"),
            (None, 80, "null"),
        ] {
            let mut out = String::new();
            write_text(text, length, &mut out);
            assert_eq!(out, wanted, "{text:?} to {length}");
        }
    }
}
