//! What a preview shows.

use super::*;
use crate::{OWN_FIELDS, TRANSCRIPT_FIELD};
use mapping::FieldType;
use serde_json::json;

const RECORD: &str = r#"{"info":{"accountId":"le1","engagementId":"le17","startTimeL":1772355600000,"skillName":"Quay desk",
    "visitorName":"Ada Moss","duration":125},"visitorInfo":{"country":"Norway"},
    "surveys":{"preChat":[{"displayName":"Card?","value":"4111 1111 1111 1111"},{"displayName":"Pets?","value":"nine"}]}}"#;

fn configuration(edit: impl FnOnce(&mut Value)) -> Configuration {
    let flow = json!({ "client_credentials": { "client_id": "app" } });
    let mut document = json!({
        "account": "le1",
        "salesforce": { "login_url": "https://acme.my.salesforce.com", "api_version": "v67.0", "flow": flow },
        "transcript": { "redaction": ["payment_card"] },
        "field_mappings": [
            { "field": "Country__c", "value": { "chat_api": "visitorInfo.country" } },
            { "field": "Pets__c", "value": { "chat_api": "surveys.preChat[displayName=Pets?].value" } },
            { "field": "Card__c", "value": { "chat_api": "surveys.preChat[displayName=Card?].value" } },
            { "field": "Skill_Short__c", "value": { "chat_api": "info.skillName" } },
            { "field": "Open__c", "value": { "messaging_api": "info.status" } },
        ],
        "objects": [{ "object": "Contact", "field_mappings": [
            { "field": "LastName", "value": { "other": { "chat_api": "info.visitorName" } } },
            { "field": "Email", "value": { "other": { "chat_sdk": "visitorInfo.email" } } },
            { "field": "Title" },
        ] }],
    });
    edit(&mut document);
    serde_json::from_value(document).unwrap()
}

fn targets() -> Vec<TargetField> {
    let target = |name: &str, field_type| TargetField {
        name: name.to_owned(),
        field_type: Some(field_type),
        writeable: true,
    };
    let text = |length| FieldType::Text { length };
    let own =
        OWN_FIELDS.iter().map(|name| target(name, text(if *name == TRANSCRIPT_FIELD { 1_000 } else { 255 })));
    let mapped = [
        target("Country__c", text(80)),
        target("Pets__c", FieldType::Number { precision: 3, scale: 0 }),
        target("Card__c", text(80)),
        target("Skill_Short__c", text(4)),
        target("Open__c", text(20)),
    ];
    own.chain(mapped).collect()
}

#[test]
fn every_mapping_shows_its_source_what_was_found_and_what_would_be_written() {
    let preview = Preview::compile(&configuration(|_| ()), &targets()).unwrap();
    let shown = preview.of(Channel::Chat, RECORD).unwrap();
    assert_eq!(shown.conversation.as_str(), "le1:7");
    assert_eq!(shown.start.unwrap().to_string(), "2026-03-01T09:00:00Z");
    let of = |name: &str| {
        let field = shown.fields.iter().find(|field| field.field == name).unwrap();
        (field.source.as_deref(), field.value.as_deref(), field.written.as_deref(), field.warning.as_deref())
    };
    assert_eq!(of("Country__c"), (Some("visitorInfo.country"), Some("Norway"), Some("Norway"), None));
    let (_, value, written, warning) = of("Pets__c");
    assert_eq!((value, written), (Some("nine"), None));
    assert!(warning.unwrap().contains("Pets__c was left out"), "{warning:?}");
    let (_, value, written, _) = of("Card__c");
    assert_eq!((value, written), (Some("[card removed]"), Some("[card removed]")));
    let (_, value, written, warning) = of("Skill_Short__c");
    assert_eq!((value, written), (Some("Quay desk"), Some("Quay")));
    assert!(warning.unwrap().contains("would be cut"), "{warning:?}");
    assert_eq!(of("Open__c"), (None, None, None, None), "a chat has no such value");
    assert_eq!(of("Contact.LastName"), (Some("info.visitorName"), Some("Ada Moss"), None, None));
    assert_eq!(shown.fields.len(), 6, "what only the widget reads, and what nothing fills, is not shown");
}

#[test]
fn a_predefined_parameter_is_named_with_its_address_and_long_values_are_shortened() {
    let with_label = |document: &mut Value| {
        document["field_mappings"] = json!([{ "field": "Country__c", "value": "Visitor Country" }]);
        document["objects"] = json!([]);
    };
    let preview = Preview::compile(&configuration(with_label), &targets()).unwrap();
    let record = RECORD.replace("Norway", &"N".repeat(900));
    let shown = preview.of(Channel::Chat, &record).unwrap();
    let field = &shown.fields[0];
    let source = field.source.as_deref().unwrap();
    assert!(source.starts_with("Visitor Country (") && source.ends_with(')'), "{source}");
    assert_eq!(field.value.as_ref().unwrap().chars().count(), SHOWN + 1);
}

#[test]
fn a_configuration_that_does_not_fit_is_refused_and_so_is_what_is_no_conversation() {
    let lost = |document: &mut Value| document["field_mappings"][0]["field"] = json!("Gone__c");
    assert!(Preview::compile(&configuration(lost), &targets()).is_err());
    let preview = Preview::compile(&configuration(|_| ()), &targets()).unwrap();
    assert!(preview.of(Channel::Chat, "[]").is_err() && preview.of(Channel::Chat, "{}").is_err());
}
