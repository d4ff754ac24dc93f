//! The document as it is read and written, what differs between two, and its JSON Schema.

use super::{Change, Configuration, changes, samples, schema::json_schema};
use serde_json::{Value, json};

fn configuration(edit: impl FnOnce(&mut Value)) -> Configuration {
    let mut document = samples::document();
    edit(&mut document);
    Configuration::from_json(&document.to_string()).unwrap()
}

fn places(found: &[Change]) -> Vec<&str> {
    found.iter().map(|change| change.path.as_str()).collect()
}

#[test]
fn a_document_of_the_first_version_has_defaults_for_the_rest() {
    let first = json!({
        "account": "le1",
        "salesforce": { "login_url": "https://a.example.com", "api_version": "v67.0",
                        "flow": { "client_credentials": { "client_id": "key" } } },
    });
    let configuration = Configuration::from_json(&first.to_string()).unwrap();
    assert_eq!(configuration, Configuration::new("le1", configuration.salesforce.clone()));
    assert!(configuration.active);
    assert_eq!(configuration.check(None), []);
}

#[test]
fn a_document_is_written_as_it_is_read() {
    let one = configuration(|_| {});
    assert_eq!(Configuration::from_json(&one.to_json()).unwrap(), one);
    assert_eq!(json!(one)["objects"][1]["field_mappings"][3]["value"], "none");
    assert_eq!(json!(one)["field_mappings"][0]["value"], "Visitor Email");
    assert_eq!(json!(one)["skills"][0]["default_screen"], json!({ "search": "Case" }));
}

#[test]
fn only_a_whole_document_is_one() {
    for text in ["", "{", "[]", "null", "{} {}"] {
        let error = Configuration::from_json(text).unwrap_err();
        assert_eq!(error.path(), "", "{text}");
    }
    let twice = format!("{} x", samples::document());
    assert!(Configuration::from_json(&twice).unwrap_err().to_string().contains("trailing"));
}

#[test]
fn what_is_the_same_has_no_changes() {
    assert_eq!(changes(Some(&configuration(|_| {})), &configuration(|_| {})), []);
}

#[test]
fn each_place_that_differs_is_a_change() {
    let before = configuration(|_| {});
    let after = configuration(|document| {
        document["limits"]["log_days"] = json!(90);
        document["terms"] = Value::Null;
        document["objects"][1]["field_mappings"][1]["required"] = json!(true);
        document["objects"][0]["related_lists"][0]["columns"] = json!(["CaseNumber"]);
        document["salesforce"]["flow"] = json!({ "client_credentials": { "client_id": "key-2" } });
    });
    let found = changes(Some(&before), &after);
    let want = [
        "limits.log_days",
        "objects[0].related_lists[0].columns",
        "objects[1].field_mappings[1].required",
        "salesforce.flow",
        "terms",
    ];
    let mut found_places = places(&found);
    found_places.sort_unstable();
    assert_eq!(found_places, want);
    let of = |path: &str| found.iter().find(|change| change.path == path).unwrap();
    assert_eq!((&of("limits.log_days").before, &of("limits.log_days").after), (&json!(60), &json!(90)));
    assert_eq!(of("terms").after, Value::Null);
    assert_eq!(of("terms").before["by"], "admin@harbour.example.com");
    let columns = of("objects[0].related_lists[0].columns");
    assert_eq!(
        (&columns.before, &columns.after),
        (&json!(["CaseNumber", "Subject"]), &json!(["CaseNumber"]))
    );
    assert_eq!(of("salesforce.flow").after, json!({ "client_credentials": { "client_id": "key-2" } }));
}

#[test]
fn an_element_that_moves_is_still_the_same() {
    let before = configuration(|_| {});
    let after = configuration(|document| {
        let objects = document["objects"].as_array_mut().unwrap();
        objects.remove(0);
        objects.insert(0, json!({ "object": "Lead" }));
        objects[1]["let_user_decide"] = json!(false);
        objects.swap(1, 2);
    });
    let found = changes(Some(&before), &after);
    assert_eq!(places(&found), ["objects[0]", "objects[0]", "objects[2].let_user_decide", "objects"]);
    assert_eq!((&found[0].before["object"], &found[0].after), (&json!("Account"), &Value::Null));
    assert_eq!((&found[1].before, &found[1].after["object"]), (&Value::Null, &json!("Lead")));
    assert_eq!(found[3].after, json!(["Lead", "Policy__c", "Case"]));
}

#[test]
fn elements_without_names_of_their_own_are_compared_together() {
    let before = configuration(|_| {});
    let after = configuration(|document| {
        document["objects"][1]["search_filters"].as_array_mut().unwrap().remove(0);
    });
    let found = changes(Some(&before), &after);
    assert_eq!(places(&found), ["objects[1].search_filters"]);
    assert_eq!(found[0].before.as_array().unwrap().len(), 2);
}

#[test]
fn the_first_configuration_changes_every_member() {
    let first = configuration(|_| {});
    let found = changes(None, &first);
    assert_eq!(found.len(), json!(first).as_object().unwrap().len());
    assert!(found.iter().all(|change| change.before.is_null()), "{found:?}");
}

#[test]
fn the_schema_takes_what_we_take_and_refuses_what_we_refuse() {
    let validator = jsonschema::draft202012::new(&json_schema()).unwrap();
    let written = json!(configuration(|_| {}));
    for good in [samples::document(), written] {
        let errors: Vec<_> = validator.iter_errors(&good).map(|error| error.to_string()).collect();
        assert_eq!(errors, Vec::<String>::new());
    }
    let bad: [(&str, Value); 12] = [
        ("/account", json!(7)),
        ("/colour", json!("blue")),
        ("/salesforce/flow/jwt_bearer/colour", json!("blue")),
        ("/field_mappings/1/value/chat", json!("x")),
        ("/objects/0/colour", json!("blue")),
        ("/objects/0/related_lists/0/rows", json!(201)),
        ("/objects/1/search_filters/0/operator", json!("like")),
        ("/objects/1/field_mappings/0/editability", json!("never")),
        ("/objects/1/field_mappings/3/value", json!("all")),
        ("/skills/0/default_screen", json!("home")),
        ("/limits/api_share", json!(101)),
        ("/transcript/save_mode", json!("nowhere")),
    ];
    for (pointer, value) in bad {
        let mut document = samples::document();
        let (parent, last) = pointer.rsplit_once('/').unwrap();
        document.pointer_mut(parent).unwrap()[last] = value;
        assert!(!validator.is_valid(&document), "{pointer}");
    }
}

#[test]
fn the_schema_names_its_parts() {
    let schema = json_schema();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    let defined = schema["$defs"].as_object().unwrap();
    for part in ["ObjectSettings", "SkillSettings", "RecordValue", "FilterOperator", "DailySchedule", "Terms"]
    {
        assert!(defined.contains_key(part), "{part}: {:?}", defined.keys().collect::<Vec<_>>());
    }
    assert!(!schema.to_string().contains("#/components/"));
}
