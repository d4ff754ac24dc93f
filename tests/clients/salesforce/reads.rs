//! Describe, queries, the API allowance, and whole requests that fail.

use super::{Org, TOGETHER, conversation, row, settings};
use crate::harness::{Double, clock, says};
use ::salesforce::{Limits, Salesforce, TRANSCRIPT_OBJECT};
use axum::response::IntoResponse;
use domain::{
    configuration::FieldFacts,
    ports::{Sink, SinkError},
};
use local::salesforce::{Field, Kind};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const QUERY: &str = "SELECT Id FROM LP_ChatTranscript__c";

/// Type, length, precision, scale, createable, updateable.
type Told<'a> = (&'a str, u32, u32, u32, bool, bool);

fn told(field: &FieldFacts) -> Told<'_> {
    let FieldFacts { length, precision, scale, createable, updateable, .. } = *field;
    (&field.field_type, length, precision, scale, createable, updateable)
}

#[tokio::test]
async fn describe_gives_types_lengths_and_what_may_be_written() {
    let org = Org::new(&[]).await;
    let mood = Kind::Picklist(vec!["Calm".to_owned(), "Cross".to_owned()], true);
    let place = Kind::Picklist(vec!["Quay".to_owned()], false);
    for field in [
        Field::new("Mood__c", "Mood", mood),
        Field::new("Place__c", "Place", place),
        Field::new("Deposit__c", "Deposit", Kind::Currency),
        Field::new("Once__c", "Once", Kind::Text(30)).create_only(),
    ] {
        assert!(org.simulator.add_field(TRANSCRIPT_OBJECT, field));
    }
    assert!(org.simulator.make_read_only(TRANSCRIPT_OBJECT, "City__c"));
    let described = org.client.describe(TRANSCRIPT_OBJECT).await.unwrap().object;
    assert_eq!((described.name.as_str(), described.label.as_str()), (TRANSCRIPT_OBJECT, "Chat Transcript"));
    assert!(described.custom && described.createable);
    let cases: [(&str, Told<'_>); 17] = [
        ("Conversation_Id__c", ("string", 128, 0, 0, true, true)),
        ("Transcript__c", ("textarea", 131_072, 0, 0, true, true)),
        ("Visitor_Email__c", ("email", 80, 0, 0, true, true)),
        ("Visitor_Phone__c", ("phone", 40, 0, 0, true, true)),
        ("Chat_Start_URL__c", ("url", 255, 0, 0, true, true)),
        ("Duration_Seconds__c", ("double", 0, 12, 0, true, true)),
        ("Cart_Total__c", ("double", 0, 16, 2, true, true)),
        ("Deposit__c", ("currency", 0, 18, 2, true, true)),
        ("Truncated__c", ("boolean", 0, 0, 0, true, true)),
        ("Started__c", ("datetime", 0, 0, 0, true, true)),
        ("Last_Payment__c", ("date", 0, 0, 0, true, true)),
        ("Contact__c", ("reference", 18, 0, 0, true, true)),
        ("City__c", ("string", 80, 0, 0, false, false)),
        ("Once__c", ("string", 30, 0, 0, true, false)),
        ("Name", ("string", 80, 0, 0, false, false)),
        ("CreatedDate", ("datetime", 0, 0, 0, false, false)),
        ("Id", ("id", 18, 0, 0, false, false)),
    ];
    let field = |name: &str| described.field(name).unwrap_or_else(|| panic!("{name} is not described"));
    for (name, want) in cases {
        assert_eq!(told(field(name)), want, "{name}");
    }
    for (name, values, restricted) in
        [("Mood__c", &["Calm", "Cross"][..], true), ("Place__c", &["Quay"], false)]
    {
        assert_eq!(
            (field(name).picklist.as_slice(), field(name).restricted),
            (&values.iter().map(|&v| v.to_owned()).collect::<Vec<_>>()[..], restricted),
            "{name}"
        );
    }
    assert_eq!(field("Contact__c").reference_to, ["Contact"]);
    let search = |name: &str| (field(name).filterable, field(name).sortable, field(name).nillable);
    assert_eq!((search("Goal__c"), search("Transcript__c")), ((true, true, true), (false, false, true)));
    assert!(!field("Conversation_Id__c").nillable);
    assert_eq!(field("visitor_EMAIL__c").label, "Visitor Email", "names have no case");
    assert_eq!(described.field("Nowhere__c"), None);
    let contact = org.client.describe("Contact").await.unwrap().object;
    let lists = contact.child_relationships.iter().map(|child| (child.object.as_str(), child.field.as_str()));
    assert!(lists.collect::<Vec<_>>().contains(&(TRANSCRIPT_OBJECT, "Contact__c")));
}

#[tokio::test]
async fn what_has_not_changed_since_is_not_sent_again() {
    let org = Org::new(&[]).await;
    let since = org.client.describe(TRANSCRIPT_OBJECT).await.unwrap().last_modified.unwrap();
    let (again, calls) = org.client.describe_changed(TRANSCRIPT_OBJECT, Some(&since)).await.unwrap();
    assert_eq!((again, calls), (None, 1));
    let long_ago = "Fri, 14 Aug 2020 20:53:02 GMT";
    let (changed, _) = org.client.describe_changed(TRANSCRIPT_OBJECT, Some(long_ago)).await.unwrap();
    assert_eq!(changed.unwrap().last_modified, Some(since));
}

#[tokio::test]
async fn all_objects_are_listed_with_their_labels() {
    let org = Org::new(&[]).await;
    let (objects, calls) = org.client.list_objects().await.unwrap();
    let entry = |name: &str| objects.iter().find(|object| object.name == name).unwrap();
    assert_eq!(calls, 1);
    assert_eq!(
        (entry(TRANSCRIPT_OBJECT).label.as_str(), entry(TRANSCRIPT_OBJECT).custom),
        ("Chat Transcript", true)
    );
    assert!(entry("Case").has_pages && !entry("Case").custom);
}

#[tokio::test]
async fn a_field_the_sync_user_may_not_see_is_not_described() {
    let org = Org::new(&[]).await;
    assert!(org.simulator.hide_field(super::USERNAME, TRANSCRIPT_OBJECT, "Goal__c", true));
    let described = org.client.describe(TRANSCRIPT_OBJECT).await.unwrap().object;
    assert!(described.field("Goal__c").is_none() && described.field("Campaign__c").is_some());
}

#[tokio::test]
async fn an_object_that_is_not_there_is_refused_once() {
    let org = Org::new(&[]).await;
    let error = org.client.describe("LP_Nothing__c").await.unwrap_err();
    assert!(matches!(&error, SinkError::Rejected { status, .. } if status == "NOT_FOUND"), "{error:?}");
    assert_eq!(org.calls("describe"), 1);
}

#[tokio::test]
async fn a_query_is_read_to_its_end() {
    let org = Org::new(&[]).await;
    // Salesforce cuts pages to 200 records when a query asks for two long texts.
    org.simulator.add_field(TRANSCRIPT_OBJECT, Field::new("Notes__c", "Notes", Kind::LongText(32_768)));
    for n in 0..450 {
        let fields = json!({ "Conversation_Id__c": conversation(n).as_str(), "Transcript__c": "good day" });
        org.simulator.insert(TRANSCRIPT_OBJECT, fields.as_object().unwrap().clone()).unwrap();
    }
    let id =
        |record: &serde_json::Map<String, Value>| record["Conversation_Id__c"].as_str().unwrap().to_owned();
    for (columns, more) in [("Conversation_Id__c", 0), ("Conversation_Id__c, Transcript__c, Notes__c", 2)] {
        let soql = format!("SELECT {columns} FROM {TRANSCRIPT_OBJECT} ORDER BY Conversation_Id__c");
        let records = org.client.query(&soql).await.unwrap();
        let want: Vec<String> = (0..450).map(|n| conversation(n).to_string()).collect();
        assert_eq!(records.iter().map(id).collect::<Vec<_>>(), want, "{columns}");
        assert_eq!(org.calls("query-more"), more, "{columns}");
    }
}

#[tokio::test]
async fn a_page_of_a_query_that_fails_is_asked_for_again() {
    let org = Org::new(&["salesforce:query-more:503:nth=1", "salesforce:query-more:expire:nth=3"]).await;
    org.simulator.add_field(TRANSCRIPT_OBJECT, Field::new("Notes__c", "Notes", Kind::LongText(32_768)));
    for n in 0..601 {
        let fields = json!({ "Conversation_Id__c": conversation(n).as_str() });
        org.simulator.insert(TRANSCRIPT_OBJECT, fields.as_object().unwrap().clone()).unwrap();
    }
    let soql = format!("SELECT Id, Transcript__c, Notes__c FROM {TRANSCRIPT_OBJECT}");
    let records = org.client.query(&soql).await.unwrap();
    let ids: BTreeSet<_> = records.iter().map(|record| record["Id"].as_str().unwrap()).collect();
    assert_eq!((records.len(), ids.len()), (601, 601));
    assert_eq!((org.calls("query-more"), org.calls("token")), (5, 2));
}

#[tokio::test]
async fn a_literal_arrives_as_it_was_escaped() {
    let org = Org::new(&[]).await;
    let name = r#"O'Hara "Söhne" + Co \ 100 % & #1?"#;
    let account =
        org.simulator.insert("Account", json!({ "Name": name }).as_object().unwrap().clone()).unwrap();
    org.client
        .upsert(&[row(1, &format!(r#""Account__c":"{account}""#)), row(2, "")], TOGETHER)
        .await
        .unwrap();
    let escaped = name.replace('\\', r"\\").replace('\'', r"\'");
    let soql = format!(
        "SELECT Conversation_Id__c, Account__r.Name FROM {TRANSCRIPT_OBJECT} WHERE Account__r.Name = '{escaped}'"
    );
    let records = org.client.query(&soql).await.unwrap();
    assert_eq!(records.len(), 1, "{records:?}");
    assert_eq!(records[0]["Conversation_Id__c"], conversation(1).as_str());
    assert_eq!(records[0]["Account__r"]["Name"], name);
}

#[tokio::test]
async fn a_statement_that_is_wrong_is_refused_once() {
    let org = Org::new(&[]).await;
    for (soql, code) in [
        ("SELECT Id FROM", "MALFORMED_QUERY"),
        ("SELECT Nowhere__c FROM LP_ChatTranscript__c", "INVALID_FIELD"),
        ("SELECT Id FROM LP_Nothing__c", "INVALID_TYPE"),
    ] {
        let error = org.client.query(soql).await.unwrap_err();
        assert!(matches!(&error, SinkError::Rejected { status, .. } if status == code), "{soql}: {error:?}");
    }
    assert_eq!(org.calls("query"), 3);
}

#[tokio::test]
async fn the_allowance_follows_what_salesforce_says() {
    let org = Org::new(&[]).await;
    assert_eq!(org.client.limits(), Limits::default(), "nothing is known before the first answer");
    org.client.query(QUERY).await.unwrap();
    assert_eq!(org.client.limits(), Limits { used: 1, allowed: 15_000 }, "signing in costs nothing");
    org.simulator.set_api_usage(12_000);
    org.client.upsert(&[row(1, "")], TOGETHER).await.unwrap();
    assert_eq!(org.client.limits(), Limits { used: 12_001, allowed: 15_000 });
    assert!(org.client.describe("LP_Nothing__c").await.is_err());
    assert_eq!(org.client.limits().used, 12_002, "a refusal costs a call as well");
}

#[tokio::test]
async fn the_allowance_of_the_org_is_told_from_that_of_the_app() {
    let usages = [
        ("api-usage=18/5000, per-app-api-usage=17/250(appName=sample)", Limits { used: 18, allowed: 5_000 }),
        ("per-app-api-usage=17/250(appName=sample), api-usage=19/5000", Limits { used: 19, allowed: 5_000 }),
        ("api-usage=soon", Limits::default()),
    ];
    for (usage, want) in usages {
        let org = Double::new(move |asked| {
            let url = format!("http://{}", asked.host());
            let body = json!({ "access_token": "t-1", "instance_url": url, "done": true, "records": [] });
            ([("sforce-limit-info", usage)], body.to_string()).into_response()
        })
        .await;
        let client = Salesforce::new(settings(&org.served.url), clock()).unwrap();
        client.query(QUERY).await.unwrap();
        assert_eq!(client.limits(), want, "{usage}");
    }
}

#[tokio::test]
async fn a_spent_allowance_is_said_and_not_asked_for_again() {
    let org = Org::with(&[], |options| options.daily_api_requests = 2, |_, _| ()).await;
    org.client.query(QUERY).await.unwrap();
    org.client.query(QUERY).await.unwrap();
    let before = org.calls("collections-upsert");
    assert_eq!(org.client.upsert(&[row(1, "")], TOGETHER).await, Err(SinkError::LimitSpent));
    assert_eq!(org.calls("collections-upsert"), before + 1);
    assert_eq!(org.client.limits(), Limits { used: 2, allowed: 2 });
    assert_eq!(org.record(&conversation(1)), None);
}

#[tokio::test]
async fn what_passes_is_waited_out() {
    for fault in [
        "503:first=2",
        "502:first=1",
        "500:nth=1",
        "420:nth=1",
        "429:nth=1",
        "CONCURRENT_LIMIT:first=2",
        "SERVER_UNAVAILABLE:first=1",
        "lost-answer:first=2",
    ] {
        let org = Org::new(&[&format!("salesforce:query:{fault}")]).await;
        assert_eq!(org.client.query(QUERY).await, Ok(Vec::new()), "{fault}");
        assert_eq!(org.calls("token"), 1, "{fault}");
    }
    for fault in ["503", "CONCURRENT_LIMIT", "lost-answer"] {
        let org = Org::new(&[&format!("salesforce:query:{fault}")]).await;
        let error = org.client.query(QUERY).await.unwrap_err();
        assert!(matches!(error, SinkError::Unavailable { .. }), "{fault}: {error:?}");
        assert!(!error.to_string().contains("http://"), "no address in a log: {error}");
        assert_eq!(org.calls("query"), 3, "{fault}: two pauses, three calls");
    }
}

#[tokio::test]
async fn an_answer_that_is_not_what_was_asked_for_is_malformed() {
    for body in ["<html>Down for maintenance</html>", "[]", r#"{"records":[]}"#] {
        let org = Double::new(move |asked| match asked.path.ends_with("/token") {
            true => {
                let url = format!("http://{}", asked.host());
                says(200, json!({ "access_token": "t-1", "instance_url": url }).to_string())
            }
            false => says(200, body),
        })
        .await;
        let client = Salesforce::new(settings(&org.served.url), clock()).unwrap();
        for error in [
            client.query(QUERY).await.map(|_| ()).unwrap_err(),
            client.describe(TRANSCRIPT_OBJECT).await.map(|_| ()).unwrap_err(),
            client.upsert(&[row(1, "")], TOGETHER).await.map(|_| ()).unwrap_err(),
        ] {
            assert!(matches!(error, SinkError::Malformed { .. }), "{body}: {error:?}");
        }
        assert_eq!(org.asked("/services/data").len(), 3, "{body}: none is asked again");
    }
}
