//! Turns what a client sends for a field into what is kept, or says why not.

use super::{
    error::{ApiError, ApiResult},
    id,
    schema::{Field, Kind},
    time,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Number, Value};

/// The value to keep; `Null` clears the field. Lookups are checked for shape only.
pub(crate) fn convert(field: &Field, value: Value) -> ApiResult<Value> {
    match value {
        Value::Null => null(field),
        Value::Array(_) | Value::Object(_) => Err(ApiError::json(format!(
            "Cannot deserialize instance of {} from {} value or request may be missing a required field",
            type_name(&field.kind),
            if value.is_array() { "START_ARRAY" } else { "START_OBJECT" },
        ))),
        Value::String(text) if text.is_empty() && !matches!(field.kind, Kind::Checkbox) => null(field),
        value => scalar(field, value),
    }
}

fn null(field: &Field) -> ApiResult<Value> {
    match field.kind {
        Kind::Checkbox => Err(wrong_type(field, "null")),
        _ => Ok(Value::Null),
    }
}

fn scalar(field: &Field, value: Value) -> ApiResult<Value> {
    match &field.kind {
        Kind::Checkbox => checkbox(field, &value),
        Kind::Int(digits) => number(field, &value, *digits, 0, true),
        Kind::Number(precision, scale) => number(field, &value, *precision, *scale, false),
        Kind::Currency => number(field, &value, 18, 2, false),
        Kind::Percent => number(field, &value, 5, 2, false),
        kind => {
            let text = match value {
                Value::String(text) => text,
                Value::Bool(_) if matches!(kind, Kind::Date | Kind::DateTime | Kind::Lookup(_)) => {
                    return Err(wrong_type(field, &value.to_string()));
                }
                other => other.to_string(),
            };
            typed_text(field, text)
        }
    }
}

fn typed_text(field: &Field, text: String) -> ApiResult<Value> {
    match &field.kind {
        Kind::Date => match time::parse_date(&text).or_else(|| time::parse_datetime(&text).map(time::day)) {
            Some(day) => Ok(day.to_string().into()),
            None => Err(wrong_type(field, &text)),
        },
        Kind::DateTime => match time::parse_datetime(&text) {
            Some(instant) => Ok(time::datetime(instant).into()),
            None => Err(wrong_type(field, &text)),
        },
        Kind::Lookup(_) | Kind::Id => match id::normalize(&text) {
            Some(id) => Ok(id.into()),
            None => Err(malformed_id(field, &text)),
        },
        Kind::Blob => match STANDARD.decode(&text) {
            Ok(_) => Ok(text.into()),
            Err(_) => Err(wrong_type(field, "not base64")),
        },
        Kind::Picklist(values, true) if !values.contains(&text) => Err(not_a_value(field, &text)),
        Kind::MultiPicklist(values) => match text.split(';').find(|one| !values.iter().any(|v| v == one)) {
            Some(wrong) => Err(not_a_value(field, wrong)),
            None => Ok(text.into()),
        },
        kind => {
            check_length(field, &text)?;
            if *kind == Kind::Email && !is_email(&text) {
                let message = format!("{}: invalid email address: {text}", field.label);
                return Err(ApiError::row("INVALID_EMAIL_ADDRESS", message, &[&field.name]));
            }
            Ok(text.into())
        }
    }
}

fn not_a_value(field: &Field, text: &str) -> ApiError {
    let message = format!("{}: bad value for restricted picklist field: {text}", field.label);
    ApiError::row("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", message, &[&field.name])
}

/// The refusal of a lookup value that is no id of a right object.
pub(crate) fn malformed_id(field: &Field, text: &str) -> ApiError {
    let message = format!("{}: id value of incorrect type: {text}", field.label);
    ApiError::row("MALFORMED_ID", message, &[&field.name])
}

fn check_length(field: &Field, text: &str) -> ApiResult<()> {
    let Some(max) = field.max_length() else { return Ok(()) };
    // Bytes are never fewer than UTF-16 units: most texts need no counting.
    let fits = |length: usize| u32::try_from(length).is_ok_and(|length| length <= max);
    if fits(text.len()) || fits(text.encode_utf16().count()) {
        return Ok(());
    }
    let start: String = text.chars().take(255).collect();
    let message = format!("{}: data value too large: {start} (max length={max})", field.label);
    Err(ApiError::row("STRING_TOO_LONG", message, &[&field.name]))
}

fn checkbox(field: &Field, value: &Value) -> ApiResult<Value> {
    match value {
        Value::Bool(_) => Ok(value.clone()),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Ok(true.into()),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Ok(false.into()),
        other => Err(wrong_type(field, &plain(other))),
    }
}

fn number(field: &Field, value: &Value, precision: u32, scale: u32, whole: bool) -> ApiResult<Value> {
    let parsed = match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse::<f64>().ok().filter(|number| number.is_finite()),
        _ => None,
    };
    let Some(parsed) = parsed.filter(|number| !whole || number.fract() == 0.0) else {
        return Err(wrong_type(field, &plain(value)));
    };
    let factor = 10_f64.powi(i32::try_from(scale).unwrap_or(0));
    let rounded = (parsed * factor).round() / factor;
    let digits = i32::try_from(precision.saturating_sub(scale)).unwrap_or(18);
    if rounded.abs() >= 10_f64.powi(digits) {
        let message = format!("{}: value outside of valid range on numeric field: {parsed}", field.label);
        return Err(ApiError::row("NUMBER_OUTSIDE_VALID_RANGE", message, &[&field.name]));
    }
    #[expect(clippy::cast_possible_truncation, reason = "a whole number of at most 18 digits")]
    let kept = if whole { Some(Number::from(rounded as i64)) } else { Number::from_f64(rounded) };
    Ok(kept.map_or(Value::Null, Value::Number))
}

fn wrong_type(field: &Field, value: &str) -> ApiError {
    let message = format!("{}: value not of required type: {value}", field.label);
    ApiError::row("INVALID_TYPE_ON_FIELD_IN_RECORD", message, &[&field.name])
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn type_name(kind: &Kind) -> &'static str {
    match kind {
        Kind::Checkbox => "boolean",
        Kind::Int(_) => "int",
        Kind::Number(..) | Kind::Currency | Kind::Percent => "double",
        Kind::Date => "date",
        Kind::DateTime => "datetime",
        Kind::Lookup(_) | Kind::Id => "reference",
        _ => "string",
    }
}

/// One `@`, something before it, a dotted name after it, and no blanks.
fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    let plain = |part: &str| !part.is_empty() && !part.contains(|c: char| c == '@' || c.is_whitespace());
    plain(local)
        && plain(domain)
        && domain.contains('.')
        && !domain.starts_with('.')
        && !domain.ends_with('.')
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_are_kept_as_the_api_writes_them() {
        for (kind, sent, kept) in [
            (Kind::Text(5), json!(12), json!("12")),
            (Kind::Text(5), json!(""), json!(null)),
            (Kind::Text(2), json!("🙂"), json!("🙂")),
            (Kind::Checkbox, json!("TRUE"), json!(true)),
            (Kind::Int(8), json!("10000"), json!(10000)),
            (Kind::Number(16, 2), json!(19.999), json!(20.0)),
            (Kind::Number(12, 0), json!(300), json!(300.0)),
            (Kind::Date, json!("2026-02-28"), json!("2026-02-28")),
            (Kind::DateTime, json!("2026-02-28T12:00:00+02:00"), json!("2026-02-28T10:00:00.000+0000")),
            (Kind::Lookup(vec![]), json!("001D000000IqhSL"), json!("001D000000IqhSLIAZ")),
            (Kind::Email, json!("mira.okafor@mail.example.com"), json!("mira.okafor@mail.example.com")),
        ] {
            let field = Field::new("X__c", "X", kind);
            assert_eq!(convert(&field, sent.clone()), Ok(kept), "{:?} {sent}", field.kind);
        }
    }

    #[test]
    fn values_that_do_not_fit_are_refused_with_their_code() {
        for (kind, sent, code) in [
            (Kind::Text(1), json!("🙂"), "STRING_TOO_LONG"),
            (Kind::Text(9), json!(["a"]), "JSON_PARSER_ERROR"),
            (Kind::Checkbox, json!(null), "INVALID_TYPE_ON_FIELD_IN_RECORD"),
            (Kind::Checkbox, json!("yes"), "INVALID_TYPE_ON_FIELD_IN_RECORD"),
            (Kind::Int(8), json!(1.5), "INVALID_TYPE_ON_FIELD_IN_RECORD"),
            (Kind::Number(3, 0), json!(1000), "NUMBER_OUTSIDE_VALID_RANGE"),
            (Kind::Number(3, 0), json!("many"), "INVALID_TYPE_ON_FIELD_IN_RECORD"),
            (Kind::Date, json!("2026-02-30"), "INVALID_TYPE_ON_FIELD_IN_RECORD"),
            (Kind::DateTime, json!("2026-02-28T12:00:00"), "INVALID_TYPE_ON_FIELD_IN_RECORD"),
            (Kind::Lookup(vec![]), json!("nobody"), "MALFORMED_ID"),
            (Kind::Email, json!("mira@example"), "INVALID_EMAIL_ADDRESS"),
            (Kind::Picklist(vec!["A".into()], true), json!("B"), "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"),
        ] {
            let field = Field::new("X__c", "X", kind);
            let said = convert(&field, sent.clone()).unwrap_err();
            assert_eq!(said.code, code, "{:?} {sent}", field.kind);
        }
    }
}
