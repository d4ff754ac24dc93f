//! What a search may ask, and what it is refused for.

use serde_json::Value;
use std::collections::HashMap;

const TEN_MINUTES_MS: i64 = 600_000;
const DAY_MS: i64 = 86_400_000;
const LONGEST_SOURCE: usize = 20;
/// The most records a page holds.
const MAX_LIMIT: u64 = 100;

/// The URL parameters both searches share.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Paging {
    pub(crate) offset: u64,
    pub(crate) limit: u64,
    pub(crate) newest_first: bool,
}

impl Paging {
    /// Reads `offset`, `limit`, `sort` and `source`, or gives every cause of refusal.
    pub(crate) fn read(query: &HashMap<String, String>) -> Result<Paging, Vec<String>> {
        let mut causes = Vec::new();
        let mut number = |name: &str, default: u64, least: i64, most: i64| {
            let Some(text) = query.get(name) else { return default };
            match text.parse::<i64>() {
                Ok(value) if value < least => {
                    causes.push(format!("{name}: must be greater than or equal to {least}"));
                }
                Ok(value) if value > most => {
                    causes.push(format!("{name}: must be less than or equal to {most}"));
                }
                Ok(value) => return value.unsigned_abs(),
                Err(_) => causes.push(format!("{name}: must be a number")),
            }
            default
        };
        let offset = number("offset", 0, 0, i64::MAX);
        let limit = number("limit", 50, 1, MAX_LIMIT as i64);
        match query.get("source").map(String::as_str) {
            None | Some("") => causes.push("source: may not be empty".to_owned()),
            Some(source) if source.len() > LONGEST_SOURCE => {
                causes.push(format!("source: size must be between 1 and {LONGEST_SOURCE}"));
            }
            Some(_) => {}
        }
        let sort = query.get("sort").map_or("start:asc", String::as_str);
        let (field, order) =
            sort.split(',').next().and_then(|first| first.split_once(':')).unwrap_or((sort, "asc"));
        if !["start", "end"].contains(&field) || !["asc", "desc", "des"].contains(&order) {
            causes.push(format!("sort: {sort} is not supported"));
        }
        if causes.is_empty() {
            Ok(Paging { offset, limit, newest_first: order != "asc" })
        } else {
            Err(causes)
        }
    }
}

/// Bounds, both included: epoch milliseconds, or seconds for a duration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) from: i64,
    pub(crate) to: i64,
}

impl Span {
    pub(crate) fn contains(self, value: i64) -> bool {
        (self.from..=self.to).contains(&value)
    }
}

/// Reads `{from, to}`, numbers or digit strings, widened to round ten minutes; `to: -1` means until now.
pub(crate) fn span(body: &Value, name: &str, longest_days: i64, now_ms: i64) -> Result<Option<Span>, String> {
    let Some(given) = body.get(name).filter(|given| !given.is_null()) else { return Ok(None) };
    let bound = |key: &str| match given.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Number(number)) => Ok(number.as_i64()),
        Some(Value::String(digits)) => {
            digits.parse().map(Some).map_err(|_| format!("{name}.{key}: must be a number"))
        }
        Some(_) => Err(format!("{name}.{key}: must be a number")),
    };
    let from = bound("from")?.ok_or(format!("{name}.from: may not be null"))?;
    let to = bound("to")?.filter(|&to| to != -1).unwrap_or(now_ms);
    if to < from {
        return Err(format!("{name}: to must not be before from"));
    }
    if to - from > longest_days * DAY_MS {
        return Err(format!("{name}: time range must not be longer than {longest_days} days"));
    }
    let from = from.div_euclid(TEN_MINUTES_MS) * TEN_MINUTES_MS;
    let to = (to + TEN_MINUTES_MS - 1).div_euclid(TEN_MINUTES_MS) * TEN_MINUTES_MS;
    Ok(Some(Span { from, to }))
}

/// Reads `{from, to}` in seconds, both needed.
pub(crate) fn seconds(body: &Value, name: &str) -> Result<Option<Span>, String> {
    let Some(given) = body.get(name).filter(|given| !given.is_null()) else { return Ok(None) };
    let bound = |key: &str| {
        let bound = given.get(key).and_then(Value::as_i64);
        bound.ok_or_else(|| format!("{name}.{key}: must be a number of seconds"))
    };
    Ok(Some(Span { from: bound("from")?, to: bound("to")? }))
}

/// Reads a filter of ids, which may be numbers or digit strings.
pub(crate) fn ids(body: &Value, name: &str) -> Option<Vec<String>> {
    let ids = body.get(name)?.as_array()?.iter();
    Some(ids.map(|id| id.as_str().map_or_else(|| id.to_string(), str::to_owned)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn query(pairs: &[(&str, &str)]) -> HashMap<String, String> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn paging_has_the_documented_limits() {
        let read = |pairs: &[(&str, &str)]| Paging::read(&query(pairs));
        assert_eq!(read(&[("source", "Test")]), Ok(Paging { offset: 0, limit: 50, newest_first: false }));
        assert_eq!(
            read(&[("source", "Test"), ("sort", "start:desc"), ("limit", "100")]).map(|p| p.limit),
            Ok(100)
        );
        let causes = read(&[("limit", "101"), ("offset", "-1"), ("sort", "size:asc")]).unwrap_err();
        assert_eq!(causes.len(), 4, "{causes:?}");
        assert!(read(&[("source", "TwentyOneCharactersLo")]).is_err());
    }

    #[test]
    fn spans_are_widened_to_ten_minutes_and_limited() {
        let now = 1_000 * TEN_MINUTES_MS;
        let body = |from: i64, to: Value| json!({ "start": { "from": from, "to": to } });
        let read = |body: &Value| span(body, "start", 31, now);
        let want = Span { from: TEN_MINUTES_MS, to: 3 * TEN_MINUTES_MS };
        assert_eq!(read(&body(TEN_MINUTES_MS + 1, json!(2 * TEN_MINUTES_MS + 1))), Ok(Some(want)));
        assert_eq!(read(&body(TEN_MINUTES_MS, json!((3 * TEN_MINUTES_MS).to_string()))), Ok(Some(want)));
        assert_eq!(read(&body(0, json!(-1))).map(|s| s.map(|s| s.to)), Ok(Some(now)));
        assert!(read(&body(0, json!(32 * DAY_MS))).is_err());
        assert!(read(&body(5, json!(4))).is_err());
        assert_eq!(read(&json!({})), Ok(None));
    }

    #[test]
    fn a_duration_needs_both_bounds() {
        let read = |duration: Value| seconds(&json!({ "duration": duration }), "duration");
        assert_eq!(read(json!({ "from": 60, "to": 90 })), Ok(Some(Span { from: 60, to: 90 })));
        assert_eq!(read(Value::Null), Ok(None));
        assert!(read(json!({ "from": 60 })).unwrap_err().starts_with("duration.to"));
    }
}
