//! What of an org is offered.

use super::*;
use domain::configuration::ChildRelationship;

fn entry(name: &str, has_pages: bool) -> ObjectEntry {
    let label = name.trim_end_matches("__c").replace('_', " ");
    ObjectEntry { name: name.to_owned(), label, custom: name.ends_with("__c"), has_pages }
}

fn field(name: &str, field_type: &str, reference_to: &[&str]) -> FieldFacts {
    FieldFacts {
        name: name.to_owned(),
        field_type: field_type.to_owned(),
        createable: true,
        updateable: true,
        filterable: true,
        reference_to: reference_to.iter().map(|&to| to.to_owned()).collect(),
        ..FieldFacts::default()
    }
}

#[test]
fn standard_objects_the_org_shows_and_its_own_that_transcripts_look_up_can_be_selected() {
    let lookups = [
        ("Visit__c", &["Service_Visit__c"][..]),
        ("Boat__c", &["Boat__c"]),
        ("Parent__c", &[TRANSCRIPT_OBJECT]),
        ("Account__c", &["Account"]),
        ("OwnerId", &["Group", "User"]),
        ("Hidden__c", &["Hidden__c"]),
    ];
    let fields = lookups.map(|(name, to)| field(name, "reference", to)).to_vec();
    let transcript = ObjectFacts { name: TRANSCRIPT_OBJECT.to_owned(), fields, ..ObjectFacts::default() };
    let all = ["User", "Case", "Account", "Boat__c", "Other__c", "Service_Visit__c", TRANSCRIPT_OBJECT];
    let names: Vec<_> = available(&transcript, &all.map(|name| entry(name, true)))
        .into_iter()
        .map(|one| (one.object, one.label, one.custom))
        .collect();
    let want = |name: &str, label: &str, custom| (name.to_owned(), label.to_owned(), custom);
    assert_eq!(
        names,
        [
            want("Account", "Account", false),
            want("Case", "Case", false),
            want("Boat__c", "Boat", true),
            want("Service_Visit__c", "Service Visit", true),
        ]
    );
}

#[test]
fn a_field_says_whether_it_can_be_mapped_and_why_not() {
    let read_only = FieldFacts { createable: false, updateable: false, ..field("CaseNumber", "string", &[]) };
    let unsearchable = FieldFacts { filterable: false, ..field("Notes__c", "textarea", &[]) };
    let on = |object: &str| ObjectFacts {
        name: object.to_owned(),
        fields: vec![
            field("Goal__c", "string", &[]),
            field("Transcript__c", "textarea", &[]),
            field("Name", "string", &[]),
            field("Account__c", "reference", &["Account"]),
            read_only.clone(),
            unsearchable.clone(),
        ],
        ..ObjectFacts::default()
    };
    let reasons = |object: &str| {
        let fields = described_object(&on(object), &[]).fields;
        fields.into_iter().map(|field| (field.mappable, field.reason.unwrap_or_default())).collect::<Vec<_>>()
    };
    let transcript = reasons(TRANSCRIPT_OBJECT);
    for (n, word) in
        [(0, ""), (1, "itself"), (2, "not a custom field"), (3, "reference"), (4, "not a custom")]
    {
        let (mappable, reason) = &transcript[n];
        assert_eq!(*mappable, word.is_empty(), "{n}");
        assert!(reason.contains(word), "{n}: {reason}");
    }
    let elsewhere: Vec<bool> = reasons("Case").into_iter().map(|(mappable, _)| mappable).collect();
    assert_eq!(elsewhere, [true, true, true, true, false, true]);
    let described = described_object(&on("Case"), &[]);
    let operators = |n: usize| &described.fields[n].operators;
    assert!(operators(0).contains(&FilterOperator::Contains) && operators(5).is_empty());
    assert_eq!(*operators(3), [FilterOperator::Equals, FilterOperator::NotEquals]);
}

#[test]
fn lists_below_a_record_are_of_objects_that_people_see() {
    let child = |object: &str, field: &str| ChildRelationship {
        object: object.to_owned(),
        field: field.to_owned(),
        ..ChildRelationship::default()
    };
    let children = ["Case", "AccountHistory", "Contact", "Case", "Gone__c"];
    let object = ObjectFacts {
        child_relationships: children.map(|object| child(object, "AccountId")).to_vec(),
        ..ObjectFacts::default()
    };
    let all = [entry("Contact", true), entry("AccountHistory", false), entry("Case", true)];
    let lists = described_object(&object, &all).related_lists;
    let names: Vec<_> = lists.iter().map(|list| list.object.as_str()).collect();
    assert_eq!(names, ["Case", "Contact"]);
}
