//! The one-pass program against a plain walk over a tree, on random records and addresses; redaction against a plain
//! look at every span of digits; and no input panics.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

use domain::configuration::RedactionRule;
use mapping::transcript::{Options, transcript_of};
use mapping::{Address, FieldType, Raw, Redactor, evaluate, write_value};
use proptest::prelude::*;
use regex::Regex;
use serde_json::{Map, Value, json};
use std::sync::LazyLock;

/// What an address means, written as plainly as possible and without looking at the crate.
mod oracle {
    use super::Value;

    #[derive(Clone, Debug)]
    pub(super) enum Step {
        Property(String),
        Index(usize),
        Filter(String, String),
    }

    pub(super) fn text_of(steps: &[Step]) -> String {
        let mut text = String::new();
        for step in steps {
            match step {
                Step::Property(name) if text.is_empty() => text += name,
                Step::Property(name) => text += &format!(".{name}"),
                Step::Index(n) => text += &format!("[{n}]"),
                Step::Filter(name, wanted) => {
                    // A last backslash would be taken for a stray one.
                    let doubled = if wanted.ends_with('\\') { "\\" } else { "" };
                    text += &format!("[{name}={wanted}{doubled}]");
                }
            }
        }
        text
    }

    pub(super) fn find(record: &Value, steps: &[Step]) -> Option<Value> {
        let last = steps.iter().rev().find_map(|step| match step {
            Step::Property(name) => Some(name.as_str()),
            _ => None,
        });
        walk(record, steps, 0, last.unwrap_or(""))
    }

    fn walk(value: &Value, steps: &[Step], done: usize, last: &str) -> Option<Value> {
        let Some(step) = steps.get(done) else { return present(value, last) };
        let in_events = done == 2
            && matches!(&steps[0], Step::Property(p) if p == "sdes" || p == "unAuthSdes")
            && matches!(&steps[1], Step::Property(p) if p == "events");
        match (value, step) {
            (Value::Object(members), Step::Property(name)) => walk(members.get(name)?, steps, done + 1, last),
            (Value::Array(elements), _) => {
                let mut found: Vec<(i64, Value)> = Vec::new();
                for (n, element) in elements.iter().enumerate() {
                    if in_events && !element.is_object() {
                        continue;
                    }
                    let inside = match step {
                        Step::Property(_) => walk(element, steps, done, last),
                        Step::Index(wanted) if *wanted == n => walk(element, steps, done + 1, last),
                        Step::Filter(name, wanted) if matches_filter(element, name, wanted, in_events) => {
                            walk(element, steps, done + 1, last)
                        }
                        _ => None,
                    };
                    found.extend(inside.map(|inside| (if in_events { stamp(element) } else { 0 }, inside)));
                }
                let newest = found.iter().map(|(stamp, _)| *stamp).max()?;
                found.into_iter().find(|(stamp, _)| *stamp == newest).map(|(_, value)| value)
            }
            _ => None,
        }
    }

    fn matches_filter(element: &Value, name: &str, wanted: &str, in_events: bool) -> bool {
        let Some(members) = element.as_object() else { return false };
        let own = members.get(name).map(unwrapped);
        if in_events && name == "sdeType" && own.is_none_or(|own| present(own, "").is_none()) {
            return members.keys().any(|key| {
                let kind = match key.as_str() {
                    "lead" => "LEAD",
                    "personalInfo" => "PERSONAL_INFO",
                    "viewedProduct" | "viewProduct" => "VIEWED_PRODUCT",
                    _ => return false,
                };
                kind == wanted
            });
        }
        match own {
            Some(Value::String(text)) => text.trim() == wanted,
            Some(Value::Number(number)) => number.to_string() == wanted,
            Some(Value::Bool(truth)) => truth.to_string() == wanted,
            _ => false,
        }
    }

    fn stamp(event: &Value) -> i64 {
        let read = |value: &Value| match &value["serverTimeStamp"] {
            Value::String(digits) => digits.parse().ok(),
            other => other.as_i64(),
        };
        let payload = || event.as_object()?.values().filter(|member| member.is_object()).find_map(read);
        read(event).or_else(payload).unwrap_or(i64::MIN)
    }

    fn unwrapped(value: &Value) -> &Value {
        match value {
            Value::Object(members) if members.len() == 1 => members.get("string").unwrap_or(value),
            other => other,
        }
    }

    fn present(value: &Value, last: &str) -> Option<Value> {
        let value = unwrapped(value);
        let text = value.to_string();
        let text = text.trim_matches('"');
        let is_id = ["Id", "ID", "Time", "TimeL"].iter().any(|ending| last.ends_with(ending));
        let nothing = ["null", "", "undefined", "NA", "[]", "{}"].contains(&text)
            || (is_id && text == "-1")
            || (last == "phone" && text == "0");
        (!nothing).then(|| value.clone())
    }
}
use oracle::Step;

const NAMES: [&str; 7] = ["a", "b", "phone", "agentId", "sdeType", "lead", "string"];

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(json!(null)),
        Just(json!(true)),
        (-1_i64..3).prop_map(|n| json!(n)),
        prop::sample::select(vec![
            "",
            "undefined",
            "NA",
            "null",
            "-1",
            "0",
            "x",
            " x ",
            "LEAD",
            "q\"\\\n",
            "é"
        ])
        .prop_map(|text| json!(text)),
    ]
}

fn tree() -> impl Strategy<Value = Value> {
    scalar().prop_recursive(5, 60, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            members(inner).prop_map(Value::Object),
        ]
    })
}

fn members(value: impl Strategy<Value = Value>) -> impl Strategy<Value = Map<String, Value>> {
    let name = prop::sample::select(NAMES.to_vec()).prop_map(str::to_owned);
    prop::collection::btree_map(name, value, 0..6).prop_map(|members| members.into_iter().collect())
}

/// An event with one payload, its stamp in either place or in none.
fn event() -> impl Strategy<Value = Value> {
    let stamp = || {
        prop_oneof![
            Just(json!(null)),
            (1_i64..4).prop_map(|n| json!(n)),
            (1_i64..4).prop_map(|n| json!(n.to_string()))
        ]
    };
    let kind =
        prop_oneof![Just(None), Just(Some("LEAD")), Just(Some("undefined")), Just(Some("PERSONAL_INFO"))];
    let key = prop::sample::select(vec!["lead", "personalInfo", "viewedProduct", "other"]);
    (stamp(), stamp(), kind, key, members(tree())).prop_map(|(own, inner, kind, key, mut payload)| {
        payload.insert("serverTimeStamp".into(), inner);
        let mut event = json!({ "serverTimeStamp": own });
        if let Some(kind) = kind {
            event["sdeType"] = json!(kind);
        }
        event[key] = Value::Object(payload);
        event
    })
}

fn record() -> impl Strategy<Value = Value> {
    let events = prop::collection::vec(prop_oneof![8 => event(), 1 => tree()], 0..5);
    let sdes = prop_oneof![
        4 => events.clone().prop_map(|events| json!({ "events": events })),
        1 => prop::collection::vec(events.prop_map(|events| json!({ "events": events })), 0..3).prop_map(Value::from),
    ];
    (members(tree()), sdes).prop_map(|(mut members, sdes)| {
        members.insert("sdes".into(), sdes);
        Value::Object(members)
    })
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let property = || prop::sample::select(NAMES.to_vec()).prop_map(|name| Step::Property(name.to_owned()));
    let filter_name = prop::sample::select(vec!["a", "b", "sdeType", "agentId"]);
    let filter_text = prop::sample::select(vec!["x", "1", "true", "LEAD", "-1", "q\"\\"]);
    let locator = prop_oneof![
        (0_usize..3).prop_map(Step::Index),
        (filter_name, filter_text).prop_map(|(name, text)| Step::Filter(name.into(), text.into())),
    ];
    let rest = prop::collection::vec(prop_oneof![3 => property(), 1 => locator.clone()], 0..5);
    let plain = (property(), rest.clone()).prop_map(|(first, rest)| [vec![first], rest].concat());
    let payload =
        prop::sample::select(vec!["lead", "personalInfo", "viewedProduct", "serverTimeStamp", "other"]);
    let kind = prop_oneof![
        Just(vec![]),
        locator.prop_map(|locator| vec![locator]),
        Just(vec![Step::Filter("sdeType".into(), "LEAD".into())]),
    ];
    let events = (kind, payload, rest).prop_map(|(kind, payload, rest)| {
        let head = ["sdes", "events"].map(|name| Step::Property(name.into())).to_vec();
        [head, kind, vec![Step::Property(payload.into())], rest].concat()
    });
    prop_oneof![plain, events]
}

/// Alternates are pinned by cases; here the oracle would only repeat them. These names have none.
fn has_alternates(steps: &[Step]) -> bool {
    let properties: Vec<&str> = steps
        .iter()
        .filter_map(|s| if let Step::Property(p) = s { Some(p.as_str()) } else { None })
        .collect();
    properties.starts_with(&["sdes", "events", "lead", "lead"])
        || properties.starts_with(&["sdes", "events", "viewedProduct"])
}

fn redactor(rules: &[RedactionRule]) -> Redactor {
    Redactor::compile(rules).unwrap()
}

fn own(regex: &str) -> RedactionRule {
    RedactionRule::Pattern { name: "own".into(), regex: regex.into() }
}

/// Whether a text holds a payment card number, by trying every span of it.
fn holds_card(text: &str) -> bool {
    let characters: Vec<char> = text.chars().collect();
    let is_digit = |at: usize| characters.get(at).is_some_and(char::is_ascii_digit);
    (0..characters.len()).any(|start| {
        let longest = characters.len().min(start + 40);
        (start + 1..=longest).any(|end| {
            let is_whole = (start == 0 || !is_digit(start - 1)) && !is_digit(end);
            is_whole && is_card(&characters[start..end])
        })
    })
}

fn is_card(span: &[char]) -> bool {
    let digits: Vec<u32> = span.iter().filter_map(|c| c.to_digit(10)).collect();
    let doubled = |d: u32| d * 2 / 10 + d * 2 % 10;
    let weighed = digits.iter().rev().enumerate().map(|(n, d)| if n % 2 == 0 { *d } else { doubled(*d) });
    span.iter().all(|c| c.is_ascii_digit() || " -".contains(*c))
        && span.windows(2).all(|pair| pair.iter().any(char::is_ascii_digit))
        && span[0].is_ascii_digit()
        && span[span.len() - 1].is_ascii_digit()
        && (13..=19).contains(&digits.len())
        && weighed.sum::<u32>() % 10 == 0
}

proptest! {
    // Enough to meet every rule many times over, and still a matter of seconds in a debug build.
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn one_pass_finds_what_a_walk_finds(record in record(), all in prop::collection::vec(steps(), 1..8)) {
        let all: Vec<Vec<Step>> = all.into_iter().filter(|steps| !has_alternates(steps)).collect();
        let addresses: Vec<Address> = all.iter().map(|steps| oracle::text_of(steps).parse().unwrap()).collect();
        let found = evaluate(&addresses, &record.to_string()).unwrap();
        for ((steps, address), found) in all.iter().zip(&addresses).zip(found) {
            prop_assert_eq!(found, oracle::find(&record, steps), "{} in {}", address, record);
        }
    }

    #[test]
    fn what_an_address_prints_parses_to_it(steps in steps()) {
        let address: Address = oracle::text_of(&steps).parse().unwrap();
        prop_assert_eq!(address.to_string().parse::<Address>(), Ok(address));
    }

    #[test]
    fn no_text_is_too_strange(text in any::<String>(), near in "[a.\\[\\]=\\\\0-9 ?]{0,40}", json in "[{}\\[\\]\":,a-z0-9\\\\ud8.e-]{0,60}") {
        for text in [&text, &near, &json] {
            let address = text.parse::<Address>().unwrap_or_else(|_| "sdes.events[a=b].c".parse().unwrap());
            // Either answer is fine; what counts is that there is one.
            let _read = evaluate(std::slice::from_ref(&address), text);
            let _read = evaluate(&[address], &format!("{{\"sdes\":{{\"events\":[{{\"c\":{text}}}]}}}}"));
            let mut out = String::new();
            let _rendered = transcript_of(&format!("{{\"messageRecords\":[{{\"messageData\":{text}}}]}}"), &Options::default(), &mut out);
            let html = json!({ "transcript": { "lines": [{ "textType": "html", "text": text, "source": "agent" }] } });
            transcript_of(&html.to_string(), &Options { limit: Some(30), ..Options::default() }, &mut out).unwrap();
        }
    }

    #[test]
    fn what_is_written_is_json_and_fits(value in tree(), length in 1_u32..40, scale in 0_u32..4) {
        let json = value.to_string();
        for field in [FieldType::Text { length }, FieldType::Number { precision: 18, scale }, FieldType::Date, FieldType::DateTime, FieldType::Boolean, FieldType::Email { length }] {
            let mut out = String::from("\"F\":");
            match write_value(Raw::new(&json), &field, &mut out) {
                Err(_) => prop_assert_eq!(&out, "\"F\":"),
                Ok(_) => {
                    let written: Value = serde_json::from_str(&out[4..]).unwrap();
                    prop_assert!(written.as_str().is_none_or(|text| field == FieldType::DateTime || field == FieldType::Date || text.encode_utf16().count() <= length as usize), "{}", out);
                }
            }
        }
    }

    #[test]
    fn numbers_are_rounded_as_exact_arithmetic_does(digits in -99_999_999_i64..99_999_999, places in 0_usize..6, scale in 0_u32..4) {
        let magnitude = format!("{:0>8}", digits.abs());
        let (whole, fraction) = magnitude.split_at(magnitude.len() - places);
        let text = format!("\"{}{whole}.{fraction}\"", if digits < 0 { "-" } else { "" });
        let mut out = String::new();
        write_value(Raw::new(&text), &FieldType::Number { precision: 18, scale }, &mut out).unwrap();
        // In units of the last place kept: quotient, remainder, half to even.
        let unit = 10_i64.pow((places as u32).saturating_sub(scale));
        let (quotient, rest) = (digits.div_euclid(unit), digits.rem_euclid(unit));
        let up = 2 * rest > unit || (2 * rest == unit && quotient % 2 != 0);
        let kept = (quotient + i64::from(up)) as f64 / 10_f64.powi(places.min(scale as usize) as i32);
        prop_assert!((out.parse::<f64>().unwrap() - kept).abs() < 1e-9, "{} to {} places: {}", text, scale, out);
    }

    #[test]
    fn no_card_stays_and_nothing_else_goes(text in "([0-9]{1,5}[ -]?|[0-9]{12,20}|[a. -]){0,12}") {
        static CARDS: LazyLock<Redactor> = LazyLock::new(|| redactor(&[RedactionRule::PaymentCard]));
        let redacted = CARDS.apply(&text);
        prop_assert_eq!(redacted != text, holds_card(&text), "{} became {}", text, redacted);
        prop_assert!(!holds_card(&redacted), "{} became {}", text, redacted);
    }

    #[test]
    fn redaction_takes_any_text_and_own_rules_replace_what_the_engine_replaces(text in any::<String>(), near in "[ab1@.é+0-9()/ %-]{0,60}") {
        static ALL: LazyLock<Redactor> = LazyLock::new(|| {
            redactor(&[RedactionRule::PaymentCard, RedactionRule::Email, RedactionRule::Phone, own(r"\w@|\b[^a-z]\b")])
        });
        static ONE: LazyLock<(Redactor, Regex)> = LazyLock::new(|| {
            let pattern = "a|[0-9]+|é@?";
            (redactor(&[own(pattern)]), Regex::new(pattern).unwrap())
        });
        let (one, plain) = &*ONE;
        for text in [&text, &near] {
            // Either answer is fine; what counts is that there is one.
            let _read = ALL.apply(text);
            let written: String = text.chars().filter(|c| *c >= ' ' || "\t\n\r".contains(*c)).collect();
            let wanted = plain.replace_all(&written, "[own removed]");
            let found = one.apply(text);
            let unchanged = found == text.as_str() && !plain.is_match(&written);
            prop_assert!(unchanged || found == wanted, "{} became {}", text, found);
        }
    }
}
