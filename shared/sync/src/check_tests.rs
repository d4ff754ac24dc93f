//! What only `mapping` and the sync know of a bad configuration, and where it is said.

use crate::{OWN_FIELDS, check_configuration};
use domain::{
    Code, Configuration,
    configuration::{Facts, FieldFacts, ObjectFacts, Problem, TRANSCRIPT_OBJECT},
};
use serde_json::{Value, json};

fn document() -> Value {
    json!({
        "account": "le50050005",
        "salesforce": { "login_url": "https://pier.example.com", "api_version": "v67.0",
                        "flow": { "client_credentials": { "client_id": "key" } } },
        "transcript": { "redaction": ["email", { "pattern": { "name": "order", "regex": "ORD-[0-9]+" } }] },
        "field_mappings": [
            { "field": "Visitor_Email__c", "value": "Visitor Email" },
            { "field": "Order_Id__c", "value": { "chat_api": "info.order" } },
        ],
        "objects": [
            { "object": "Case" },
            { "object": "Contact", "field_mappings": [
                { "field": "Email", "value": { "predefined": "Visitor Email" } },
                { "field": "Order__c", "value": { "other": { "chat_sdk": "chatInfo.order" } } },
                { "field": "Phone" } ] },
        ],
        "skills": [{ "skill": "7", "objects": ["Case"], "search_values": ["Visitor Email"] }],
    })
}

fn problems(document: &Value, facts: Option<&Facts>) -> Vec<Problem> {
    check_configuration(&Configuration::from_json(&document.to_string()).unwrap(), facts)
}

/// Makes one edit and expects one problem: pointer, value; path, code, words.
#[track_caller]
fn assert_said(pointer: &str, value: Value, path: &str, code: Code, words: &[&str]) {
    let mut document = document();
    *document.pointer_mut(pointer).unwrap() = value;
    let found = problems(&document, None);
    let [one] = &found[..] else { panic!("{pointer}: not one problem but {found:#?}") };
    assert_eq!((one.path.as_str(), one.code), (path, code), "{pointer}: {one}");
    for word in words {
        assert!(one.sentence.contains(word), "{pointer}: {word:?} is not in: {}", one.sentence);
    }
}

#[test]
fn a_good_document_has_no_problems() {
    assert_eq!(problems(&document(), None), []);
}

#[test]
fn every_side_of_every_address_is_read() {
    for side in ["chat_sdk", "chat_api", "messaging_sdk", "messaging_api"] {
        let words = ["character 5", "a property name after '.'", "leave this side out"];
        let path = format!("field_mappings[1].value.{side}");
        let bad = json!({ side: "info..order" });
        assert_said("/field_mappings/1/value", bad.clone(), &path, Code::AddressInvalid, &words);
        let path = format!("objects[1].field_mappings[1].value.other.{side}");
        let pointer = "/objects/1/field_mappings/1/value/other";
        assert_said(pointer, bad, &path, Code::AddressInvalid, &words);
    }
}

#[test]
fn all_sides_are_said_at_once() {
    let mut document = document();
    let bad = json!({ "chat_sdk": "[", "chat_api": "a.", "messaging_sdk": "a[", "messaging_api": "" });
    document["field_mappings"][1]["value"] = bad.clone();
    document["objects"][1]["field_mappings"][1]["value"]["other"] = bad;
    let found = problems(&document, None);
    assert_eq!(found.len(), 8, "{found:#?}");
}

#[test]
fn labels_of_parameters_are_known_ones() {
    let unknown = Code::ParameterUnknown;
    let in_object = "/objects/1/field_mappings/0/value/predefined";
    let path = "objects[1].field_mappings[0].value.predefined";
    assert_said(
        "/field_mappings/0/value",
        json!("visitor email"),
        "field_mappings[0].value",
        unknown,
        &["do you mean \"Visitor Email\"?"],
    );
    assert_said(
        "/field_mappings/0/value",
        json!("Visitor Shoe Size"),
        "field_mappings[0].value",
        unknown,
        &["\"Visitor Shoe Size\"", "choose one"],
    );
    assert_said(
        "/field_mappings/0/value",
        json!(""),
        "field_mappings[0].value",
        Code::ValueInvalid,
        &["empty"],
    );
    assert_said(in_object, json!("Visitor E-mail"), path, unknown, &["\"Visitor E-mail\""]);
}

#[test]
fn the_first_search_looks_for_what_the_widget_knows() {
    let (pointer, path) = ("/skills/0/search_values/0", "skills[0].search_values[0]");
    assert_said(pointer, json!("Visitor Shoe Size"), path, Code::ParameterUnknown, &["choose one"]);
    let without_sdk = mapping::predefined::parameters()
        .find(|parameter| parameter.chat_sdk.is_none() && parameter.messaging_sdk.is_none())
        .unwrap();
    assert_said(
        pointer,
        json!(without_sdk.label),
        path,
        Code::SettingUnfit,
        &[without_sdk.label, "SDK side"],
    );
}

#[test]
fn redaction_rules_by_their_place() {
    let path = "transcript.redaction[1].pattern.regex";
    let regex = "/transcript/redaction/1/pattern/regex";
    assert_said(regex, json!("ORD-("), path, Code::RedactionInvalid, &["order", "character 4"]);
    assert_said(regex, json!("x*"), path, Code::RedactionInvalid, &["empty text"]);
    let name = "/transcript/redaction/1/pattern/name";
    let path = "transcript.redaction[1].pattern.name";
    assert_said(name, json!("<b>"), path, Code::RedactionInvalid, &["another name"]);
}

#[test]
fn the_syncs_own_fields_are_not_for_mappings() {
    let (pointer, path) = ("/field_mappings/1/field", "field_mappings[1].field");
    assert_said(
        pointer,
        json!("transcript__C"),
        path,
        Code::FieldReadOnly,
        &["the sync writes", "another field"],
    );
}

#[test]
fn the_org_must_have_the_syncs_own_fields() {
    let field = |name: &str| FieldFacts {
        name: name.to_owned(),
        field_type: "string".to_owned(),
        createable: true,
        updateable: true,
        ..FieldFacts::default()
    };
    let object = |name: &str, fields| ObjectFacts { name: name.to_owned(), fields, ..ObjectFacts::default() };
    let own = OWN_FIELDS.iter().copied().chain(["Visitor_Email__c", "Order_Id__c"]).map(field);
    let contact = ["Email", "Order__c", "Phone"].map(field).to_vec();
    let objects = vec![
        object(TRANSCRIPT_OBJECT, own.collect()),
        object("Case", Vec::new()),
        object("Contact", contact),
    ];
    let mut facts = Facts { objects, skills: None };
    assert_eq!(problems(&document(), Some(&facts)), []);
    facts.objects[0].fields.retain(|field| field.name != "Truncated__c");
    let found = problems(&document(), Some(&facts));
    let [one] = &found[..] else { panic!("{found:#?}") };
    assert_eq!((one.path.as_str(), one.code), ("field_mappings", Code::FieldMissing));
    assert!(one.sentence.contains("Truncated__c") && one.sentence.contains("install"), "{one}");
}

#[test]
fn a_thousand_mappings_are_checked() {
    let mut document = document();
    let address =
        |n| json!({ "other": { "chat_api": format!("surveys.preChat[{n}].value"), "chat_sdk": "a." } });
    document["objects"][1]["field_mappings"] =
        (0..1_000).map(|n| json!({ "field": format!("Field_{n}__c"), "value": address(n) })).collect();
    assert_eq!(problems(&document, None).len(), 1_000);
}
