//! Bad configurations, each one edit of a good one: what is said of them, and where.

mod document;
mod lists;
mod objects;
mod skills;

use super::Problem;
use crate::{
    Code,
    configuration::{Configuration, Facts, samples},
};
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn parsed(document: &Value) -> Result<Configuration, Problem> {
    Configuration::from_json(&document.to_string()).map_err(|error| error.problem())
}

fn facts(json: &Value) -> Facts {
    serde_json::from_value(json.clone()).unwrap()
}

/// Sets what stands at the pointer; one that ends in `-` adds to a list.
fn edit(document: &mut Value, pointer: &str, value: &Value) {
    let (parent, last) = pointer.rsplit_once('/').unwrap();
    let parent = document.pointer_mut(parent).unwrap_or_else(|| panic!("{pointer}: no such place"));
    match parent {
        Value::Array(list) if last == "-" => list.push(value.clone()),
        Value::Array(list) => list[last.parse::<usize>().unwrap()] = value.clone(),
        other => other[last] = value.clone(),
    }
}

/// What is wrong with a document, with facts or without.
fn problems(document: &Value, known: Option<&Value>) -> Vec<Problem> {
    match parsed(document) {
        Err(problem) => vec![problem],
        Ok(configuration) => configuration.check(known.map(facts).as_ref()),
    }
}

/// One edit: pointer, value; then path, code and words of the only problem.
type Row<'a> = (&'a str, Value, &'a str, Code, &'a [&'a str]);

#[track_caller]
fn assert_only(row: &Row<'_>, found: &[Problem]) {
    let (pointer, value, path, code, words) = row;
    let [one] = found else { panic!("{pointer} = {value}: not one problem but {found:#?}") };
    assert_eq!((one.path.as_str(), one.code), (*path, *code), "{pointer} = {value}: {one}");
    for word in *words {
        assert!(one.sentence.contains(word), "{pointer} = {value}: {word:?} is not in: {}", one.sentence);
    }
}

/// Every row is found without facts, and the same with them.
#[track_caller]
fn assert_rows(rows: &[Row<'_>]) {
    for row in rows {
        let mut document = samples::document();
        edit(&mut document, row.0, &row.1);
        assert_only(row, &problems(&document, None));
    }
}

/// Every row is found with facts, and nothing without.
#[track_caller]
fn assert_rows_against_the_org(rows: &[Row<'_>]) {
    for row in rows {
        let mut document = samples::document();
        edit(&mut document, row.0, &row.1);
        assert_only(row, &problems(&document, Some(&samples::facts())));
        assert_eq!(problems(&document, None), [], "{}: without facts", row.0);
    }
}

/// Every row changes the org, not the document.
#[track_caller]
fn assert_rows_of_the_org(rows: &[Row<'_>]) {
    for row in rows {
        let mut org = samples::facts();
        edit(&mut org, row.0, &row.1);
        assert_only(row, &problems(&samples::document(), Some(&org)));
    }
}

#[test]
fn a_good_document_has_no_problems() {
    assert_eq!(problems(&samples::document(), None), []);
    assert_eq!(problems(&samples::document(), Some(&samples::facts())), []);
}

#[test]
fn all_problems_are_said_at_once() {
    let mut document = samples::document();
    let edits = [
        ("/account", json!("")),
        ("/limits/log_days", json!(0)),
        ("/field_mappings/0/field", json!("")),
        ("/objects/1/allow_creation", json!(true)),
        ("/objects/1/field_mappings/0/required", json!(true)),
        ("/objects/0/related_lists/0/rows", json!(0)),
        ("/objects/0/search_filters/0/value", json!("")),
        ("/skills/0/objects/-", json!("Lead")),
        ("/skills/1/skill", json!("x")),
    ];
    for (pointer, value) in &edits {
        edit(&mut document, pointer, value);
    }
    let found = problems(&document, None);
    let places: BTreeSet<_> = found.iter().map(|problem| problem.path.as_str()).collect();
    assert_eq!(places.len(), edits.len(), "{found:#?}");
    let with_facts = problems(&document, Some(&samples::facts()));
    assert!(found.iter().all(|problem| with_facts.contains(problem)), "facts hide nothing: {with_facts:#?}");
}

#[test]
fn a_thousand_mappings_are_checked() {
    let mut document = samples::document();
    let numbers = 0..1_000;
    let mapped =
        |n| json!({ "field": format!("Field_{n}__c"), "value": { "predefined": "Skill" }, "default": "x" });
    document["objects"][1]["field_mappings"] = numbers.clone().map(mapped).collect();
    document["field_mappings"] =
        numbers.clone().map(|n| json!({ "field": format!("Field_{n}__c"), "value": "Skill" })).collect();
    assert_eq!(problems(&document, None), []);
    assert_eq!(problems(&document, Some(&samples::facts())).len(), 2_000, "the org has none of them");
}

#[test]
fn only_its_own_request_activates_or_accepts_terms() {
    let before = parsed(&samples::document()).unwrap();
    assert_eq!(before.check_change(&before), []);
    let after = Configuration { active: false, terms: None, ..before.clone() };
    let found = after.check_change(&before);
    let places: Vec<_> = found.iter().map(|problem| (problem.path.as_str(), problem.code)).collect();
    assert_eq!(places, [("active", Code::SettingUnfit), ("terms", Code::SettingUnfit)]);
    assert!(found[0].sentence.contains("is active"), "{}", found[0]);
    assert!(before.check_change(&after)[0].sentence.contains("not active"));
}

#[test]
fn the_objects_to_ask_salesforce_for_are_named_once() {
    let configuration = parsed(&samples::document()).unwrap();
    assert_eq!(configuration.named_objects(), ["LP_ChatTranscript__c", "Account", "Case", "Policy__c"]);
}
