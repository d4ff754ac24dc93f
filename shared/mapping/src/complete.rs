//! How an address that is being typed may go on: from what real records have at that place.

use crate::address::{Address, Locator};
use crate::alternates;
use crate::read::KINDS;
use serde_json::Value;
use std::collections::BTreeSet;

/// As many ways to go on are told.
const MOST: usize = 50;
/// A longer text is not what somebody types into a filter.
const LONGEST_TEXT: usize = 100;
/// What events are told apart by, also when they do not say it themselves.
const KIND: &str = "sdeType";

/// Where the typed text stops.
enum Place<'t> {
    /// In a property's name: `info.ski`.
    Name { before: &'t str, typed: &'t str },
    /// In the property of a filter: `events[sde`.
    Property { before: &'t str, typed: &'t str },
    /// In the text of a filter: `events[sdeType=PER`.
    Text { before: &'t str, property: &'t str, typed: &'t str },
}

/// Whole addresses that begin as typed, in whatever case, and go on one step as at least one of the records does; sorted,
/// 50 at most. What is no JSON is passed over.
///
/// ```
/// let record = r#"{"info":{"skillName":"Billing","startTime":"…"}}"#;
/// assert_eq!(mapping::complete("info.s", &[record]), ["info.skillName", "info.startTime"]);
/// assert_eq!(mapping::complete("", &[record]), ["info"]);
/// ```
#[must_use]
pub fn complete(typed: &str, records: &[&str]) -> Vec<String> {
    let typed = typed.trim_start();
    let place = place_of(typed);
    let before = match place {
        Place::Name { before, .. } | Place::Property { before, .. } | Place::Text { before, .. } => before,
    };
    let addresses = match before {
        "" => None,
        before => match before.parse::<Address>() {
            Ok(address) => Some(alternates::expand(&address)),
            Err(_) => return Vec::new(),
        },
    };
    let mut found = BTreeSet::new();
    for record in records.iter().filter_map(|record| serde_json::from_str::<Value>(record).ok()) {
        match &addresses {
            None => note(&record, &place, &mut found),
            Some(addresses) => {
                let values = addresses.iter().flat_map(|address| reached(address, &record));
                values.for_each(|value| note(value, &place, &mut found));
            }
        }
    }
    found.into_iter().take(MOST).collect()
}

fn place_of(typed: &str) -> Place<'_> {
    let opened = typed.rfind('[').filter(|at| !typed[*at..].contains(']'));
    if let Some(at) = opened {
        let (before, inside) = (&typed[..at], &typed[at + 1..]);
        return match inside.split_once('=') {
            Some((property, typed)) => {
                Place::Text { before, property: property.trim(), typed: typed.trim_start() }
            }
            None => Place::Property { before, typed: inside.trim_start() },
        };
    }
    if typed.ends_with(']') {
        return Place::Name { before: typed, typed: "" };
    }
    // A dot in a filter's text parts nothing.
    let after_brackets = typed.rfind(']').map_or(0, |at| at + 1);
    match typed[after_brackets..].rfind('.') {
        Some(at) => {
            let at = after_brackets + at;
            Place::Name { before: &typed[..at], typed: &typed[at + 1..] }
        }
        None => Place::Name { before: "", typed },
    }
}

/// The values an address leads to, all of them: unlike a mapping, this does not stop at the first.
fn reached<'r>(address: &Address, record: &'r Value) -> Vec<&'r Value> {
    let mut values = vec![record];
    for segment in &address.segments {
        let elements = values.into_iter().flat_map(elements);
        values = elements.filter_map(|value| value.get(&segment.name)).collect();
        for locator in &segment.locators {
            values = values.into_iter().flat_map(|value| located(locator, value)).collect();
        }
    }
    values
}

fn located<'r>(locator: &Locator, value: &'r Value) -> Vec<&'r Value> {
    match locator {
        Locator::Index(n) => value.get(n).into_iter().collect(),
        Locator::Filter { property, text } => {
            let passes = |element: &&Value| text_of(element, property).is_some_and(|found| found == *text);
            elements(value).filter(passes).collect()
        }
    }
}

/// The elements of a list; any other value by itself.
fn elements(value: &Value) -> impl Iterator<Item = &Value> {
    let (list, single) = match value {
        Value::Array(list) => (list.as_slice(), None),
        other => (&[][..], Some(other)),
    };
    list.iter().chain(single)
}

/// A scalar member as a filter compares it.
fn text_of(element: &Value, property: &str) -> Option<String> {
    match element.get(property) {
        Some(Value::String(text)) => Some(text.trim().to_owned()),
        Some(value @ (Value::Number(_) | Value::Bool(_))) => Some(value.to_string()),
        None if property == KIND => {
            let kind = KINDS.iter().find(|(payload, _)| element.get(payload).is_some());
            kind.map(|(_, kind)| (*kind).to_owned())
        }
        _ => None,
    }
}

fn note(value: &Value, place: &Place<'_>, found: &mut BTreeSet<String>) {
    for element in elements(value) {
        match place {
            Place::Name { before, typed } => {
                let dot = if before.is_empty() { "" } else { "." };
                let keys = keys(element).filter(|key| goes_on(key, typed));
                found.extend(keys.map(|key| format!("{before}{dot}{key}")));
            }
            Place::Property { before, typed } if value.is_array() => {
                let keys = keys(element).filter(|key| goes_on(key, typed) && text_of(element, key).is_some());
                found.extend(keys.map(|key| format!("{before}[{key}=")));
            }
            Place::Property { .. } => {}
            Place::Text { before, property, typed } if value.is_array() => {
                let text = text_of(element, property);
                let text = text.filter(|text| goes_on(text, typed) && can_be_typed(text));
                found.extend(text.map(|text| format!("{before}[{property}={text}]")));
            }
            Place::Text { .. } => {}
        }
    }
}

/// The names an address can say.
fn keys(element: &Value) -> impl Iterator<Item = &str> {
    let sayable =
        |key: &&str| !key.is_empty() && !key.contains(|c: char| c.is_whitespace() || ".[]=".contains(c));
    element.as_object().into_iter().flat_map(|members| members.keys()).map(String::as_str).filter(sayable)
}

fn goes_on(whole: &str, typed: &str) -> bool {
    whole.to_lowercase().starts_with(&typed.to_lowercase())
}

/// A closing bracket would end the filter, and a last backslash would be taken for a stray one.
fn can_be_typed(text: &str) -> bool {
    !text.is_empty() && text.chars().count() <= LONGEST_TEXT && !text.contains(']') && !text.ends_with('\\')
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHAT: &str = r#"{"info":{"skillName":"Quay desk","startTime":"x","duration":7},
        "surveys":{"preChat":[{"displayName":"Which boat, e.g. B-1.2?","value":"Nine"},{"displayName":"Odd ]","value":"x","a b":1}]},
        "sdes":{"events":[{"sdeType":"PURCHASE","purchase":{"orderId":"7"}},
            {"personalInfo":{"personalInfo":{"name":"Ada"}}},{"sdeType":"LEAD","lead":{"lead":{"topic":"Sails"}}}]}}"#;
    const MESSAGING: &str = r#"{"info":{"status":"OPEN"},"consumerParticipants":[{"consumerName":"Bo"}],
        "unAuthSdes":{"events":[{"sdeType":"CART_STATUS","cartStatus":{"total":3}}]}}"#;

    #[test]
    fn a_typed_address_goes_on_as_the_records_do() {
        let all: &[(&str, &[&str])] = &[
            ("", &["consumerParticipants", "info", "sdes", "surveys", "unAuthSdes"]),
            ("INF", &["info"]),
            ("info.", &["info.duration", "info.skillName", "info.startTime", "info.status"]),
            ("info.S", &["info.skillName", "info.startTime", "info.status"]),
            ("info.skillName.", &[]),
            ("consumerParticipant.", &["consumerParticipant.consumerName"]),
            ("surveys.preChat[", &["surveys.preChat[displayName=", "surveys.preChat[value="]),
            ("surveys.preChat[disp", &["surveys.preChat[displayName="]),
            ("surveys.preChat[displayName=", &["surveys.preChat[displayName=Which boat, e.g. B-1.2?]"]),
            (
                "surveys.preChat[displayName=Which boat, e.g. B-1.2?]",
                &[
                    "surveys.preChat[displayName=Which boat, e.g. B-1.2?].displayName",
                    "surveys.preChat[displayName=Which boat, e.g. B-1.2?].value",
                ],
            ),
            (
                "surveys.preChat[displayName=Which boat, e.g. B-1.2?].v",
                &["surveys.preChat[displayName=Which boat, e.g. B-1.2?].value"],
            ),
            ("surveys.preChat[0].v", &["surveys.preChat[0].value"]),
            ("surveys.preChat[7].", &[]),
            (
                "sdes.events[sdeType=",
                &[
                    "sdes.events[sdeType=CART_STATUS]",
                    "sdes.events[sdeType=LEAD]",
                    "sdes.events[sdeType=PERSONAL_INFO]",
                    "sdes.events[sdeType=PURCHASE]",
                ],
            ),
            (
                "sdes.events[sdeType=p",
                &["sdes.events[sdeType=PERSONAL_INFO]", "sdes.events[sdeType=PURCHASE]"],
            ),
            ("sdes.events[sdeType=PURCHASE].purchase.", &["sdes.events[sdeType=PURCHASE].purchase.orderId"]),
            ("info[", &[]),
            ("info..", &[]),
            ("a b.", &[]),
        ];
        for (typed, want) in all {
            assert_eq!(complete(typed, &[CHAT, MESSAGING, "no json"]), *want, "{typed}");
        }
    }

    #[test]
    fn every_whole_completion_parses() {
        for typed in ["", "info.", "surveys.preChat[displayName=", "sdes.events[sdeType="] {
            for address in complete(typed, &[CHAT, MESSAGING]) {
                assert!(address.parse::<Address>().is_ok(), "{address}");
            }
        }
    }

    #[test]
    fn no_more_are_told_than_somebody_looks_at() {
        let members: Vec<String> = (0..200).map(|n| format!("\"k{n}\":1")).collect();
        let record = format!("{{{}}}", members.join(","));
        assert_eq!(complete("k", &[&record]).len(), MOST);
    }
}
