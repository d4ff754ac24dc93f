//! What the console reads: what Salesforce and LivePerson have, previews, addresses, transcripts, the log as CSV.

use crate::{
    api::{call, get},
    time::VirtualClock,
};
use domain::{
    Configuration, SyncWindow,
    configuration::{LoginFlow, TRANSCRIPT_OBJECT},
    ports::Clock,
};
use jiff::{SignedDuration, Timestamp};
use local::{
    salesforce::{Field, Kind},
    stack::{API_KEY, Stack},
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::{collections::BTreeSet, sync::Arc};
use tests::{manual_run, start};

const NOW: &str = "2026-03-10T08:00:00Z";

async fn stack_at(data: &std::path::Path, clock: &Arc<VirtualClock>) -> Stack {
    start(data, |options| {
        options.conversations = 5_000;
        options.clock = clock.clone();
        options.schedules_fire = false;
    })
    .await
}

async fn post(stack: &Stack, path: &str, body: Value) -> (StatusCode, Value) {
    call(stack, Method::POST, path, body).await
}

fn describes(stack: &Stack) -> u64 {
    stack.salesforce.switchboard().calls().get("describe").copied().unwrap_or(0)
}

fn named<'a>(list: &'a Value, member: &str, name: &str) -> &'a Value {
    let found = list.as_array().unwrap().iter().find(|one| one[member] == name);
    found.unwrap_or_else(|| panic!("{name} is not in {list}"))
}

async fn configuration(stack: &Stack) -> Value {
    serde_json::to_value(stack.workspace.configuration().await.unwrap()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn objects_fields_skills_and_parameters_are_told_with_what_can_be_done_with_them() {
    let data = tempfile::tempdir().unwrap();
    let stack = stack_at(data.path(), &VirtualClock::at(NOW)).await;
    let objects = get(&stack, "/api/admin/salesforce/objects").await;
    let names: Vec<_> =
        objects["objects"].as_array().unwrap().iter().map(|one| one["object"].as_str().unwrap()).collect();
    assert_eq!(names, ["Account", "Contact", "Lead", "Case", "Opportunity", "Policy__c"]);
    assert_eq!(objects["objects"][0], json!({ "object": "Account", "label": "Account", "custom": false }));

    let transcript = get(&stack, &format!("/api/admin/salesforce/objects/{TRANSCRIPT_OBJECT}")).await;
    for (name, word) in [
        ("Goal__c", None),
        ("Transcript__c", Some("the sync writes it itself")),
        ("Name", Some("not a custom field")),
        ("Contact__c", Some("reference")),
    ] {
        let field = named(&transcript["fields"], "field", name);
        assert_eq!(field["mappable"], word.is_none(), "{field}");
        assert!(field["reason"].as_str().unwrap_or_default().contains(word.unwrap_or_default()), "{field}");
    }

    let case = get(&stack, "/api/admin/salesforce/objects/Case").await;
    assert_eq!((&case["label"], &case["custom"]), (&json!("Case"), &json!(false)));
    let number = named(&case["fields"], "field", "CaseNumber");
    assert_eq!((&number["mappable"], &number["createable"]), (&json!(false), &json!(false)), "{number}");
    let status = named(&case["fields"], "field", "Status");
    assert_eq!(status["operators"], json!(["equals", "not_equals"]));
    assert_eq!(status["picklist"][0], "New");
    assert_eq!(named(&case["fields"], "field", "ContactId")["reference_to"], json!(["Contact"]));
    let account = get(&stack, "/api/admin/salesforce/objects/Account").await;
    let list = named(&account["related_lists"], "object", "Opportunity");
    assert_eq!(*list, json!({ "object": "Opportunity", "label": "Opportunity", "field": "AccountId" }));

    for path in ["Nothing__c", "a%20b", "..%2F..%2Flimits"] {
        let path = format!("/api/admin/salesforce/objects/{path}");
        let (status, said) = call(&stack, Method::GET, &path, Value::Null).await;
        assert_eq!((status, &said["code"]), (StatusCode::NOT_FOUND, &json!("CFG-012")), "{path}: {said}");
    }

    let skills = get(&stack, "/api/admin/liveperson/skills").await;
    assert_eq!(named(&skills["skills"], "name", "Billing")["skill"], "101");
    let parameters = get(&stack, "/api/admin/parameters").await;
    assert_eq!(parameters["parameters"].as_array().unwrap().len(), 146);
    let email = named(&parameters["parameters"], "label", "Visitor Email");
    assert_eq!(
        (&email["chat"], &email["messaging"], &email["type"]),
        (&json!(true), &json!(true), &json!("text"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_object_is_described_again_after_minutes_and_sent_again_only_when_it_changed() {
    let data = tempfile::tempdir().unwrap();
    let clock = VirtualClock::at(NOW);
    let stack = stack_at(data.path(), &clock).await;
    let path = "/api/admin/salesforce/objects/Case";
    let later = |minutes| clock.move_to(clock.now() + SignedDuration::from_mins(minutes));
    let has_new_field = async || {
        let case = get(&stack, path).await;
        case["fields"].as_array().unwrap().iter().any(|field| field["field"] == "Mood__c")
    };
    assert!(!has_new_field().await && !has_new_field().await);
    assert_eq!(describes(&stack), 1, "the second time it was kept");

    later(6);
    assert!(!has_new_field().await);
    assert_eq!(describes(&stack), 2, "asked whether it has changed");
    let kept = stack.workspace.table.description("Case").await.unwrap().unwrap();
    let kept: Value = serde_json::from_str(&kept.0).unwrap();
    assert_eq!(
        (&kept["described"], &kept["asked"]),
        (&json!(NOW), &json!("2026-03-10T08:06:00Z")),
        "304 keeps it"
    );

    assert!(stack.salesforce.add_field("Case", Field::new("Mood__c", "Mood", Kind::Text(20))));
    later(1);
    assert!(!has_new_field().await, "for some minutes nobody asks");
    later(6);
    assert!(has_new_field().await);

    // Another login may be another org's: nothing that is kept holds for it.
    let mut other = stack.workspace.configuration().await.unwrap();
    other.salesforce.api_version = "v66.0".to_owned();
    let before = describes(&stack);
    stack.workspace.object_facts(&other, "Case").await.unwrap();
    assert_eq!(describes(&stack), before + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn facts_hold_what_the_configuration_names_and_a_login_that_fails_is_no_error() {
    let data = tempfile::tempdir().unwrap();
    let stack = stack_at(data.path(), &VirtualClock::at(NOW)).await;
    let mut document = configuration(&stack).await;
    document["objects"] = json!([{ "object": "Account" }, { "object": "Gone__c" }, { "object": "no/name" }]);
    document["skills"] = json!([{ "skill": "101", "name": "Billing", "objects": ["Account"] }]);
    let named: Configuration = serde_json::from_value(document).unwrap();
    let facts = stack.workspace.facts(&named).await.unwrap().unwrap();
    let names: Vec<_> = facts.objects.iter().map(|object| object.name.as_str()).collect();
    assert_eq!(names, [TRANSCRIPT_OBJECT, "Account"]);
    assert!(facts.skills.unwrap().iter().any(|skill| skill.name == "Billing"));

    let mut nobody = named;
    if let LoginFlow::JwtBearer { username, .. } = &mut nobody.salesforce.flow {
        "nobody@chatlink.example".clone_into(username);
    }
    assert_eq!(stack.workspace.facts(&nobody).await.unwrap(), None);
    // A call after signing in that fails is one.
    stack.salesforce.set_api_usage(1_000_000);
    let named = Configuration { skills: Vec::new(), ..stack.workspace.configuration().await.unwrap() };
    let other = Configuration {
        objects: serde_json::from_value(json!([{ "object": "Opportunity" }])).unwrap(),
        ..named
    };
    assert!(stack.workspace.facts(&other).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unsaved_configuration_is_previewed_and_nothing_is_written() {
    let data = tempfile::tempdir().unwrap();
    let stack = stack_at(data.path(), &VirtualClock::at(NOW)).await;
    let mut document = configuration(&stack).await;
    let number = json!({ "field": "CSAT__c", "value": { "chat_api": "info.skillName" } });
    document["field_mappings"] = json!([{ "field": "Country__c", "value": "Visitor Country" }, number]);
    document["objects"] = json!([{ "object": "Contact", "field_mappings": [
        { "field": "LastName", "value": { "predefined": "Visitor Country" } }] }]);
    document["skills"] = json!([]);
    let (status, shown) = post(&stack, "/api/admin/preview", json!({ "configuration": document })).await;
    assert_eq!(status, StatusCode::OK, "{shown}");
    let conversations = shown["conversations"].as_array().unwrap();
    assert_eq!(conversations.len(), 10);
    let channels: BTreeSet<_> = conversations.iter().map(|one| one["channel"].as_str().unwrap()).collect();
    assert_eq!(channels.len(), 2, "both channels");
    let starts: Vec<Timestamp> =
        conversations.iter().map(|one| one["start"].as_str().unwrap().parse().unwrap()).collect();
    assert!(starts.is_sorted_by(|a, b| a >= b) && starts[9] > "2026-03-08T08:00:00Z".parse().unwrap());
    let countries = conversations.iter().map(|one| &named(&one["fields"], "field", "Country__c")["value"]);
    assert!(countries.filter(|value| value.is_string()).count() > 3, "{shown}");
    for one in conversations {
        let country = named(&one["fields"], "field", "Country__c");
        assert_eq!(country["value"], country["written"], "{country}");
        assert!(country["source"].as_str().unwrap().starts_with("Visitor Country ("), "{country}");
        let csat = named(&one["fields"], "field", "CSAT__c");
        assert_eq!(csat["written"], Value::Null);
        match one["channel"].as_str() {
            Some("chat") => assert!(csat["warning"].as_str().unwrap().contains("left out"), "{csat}"),
            _ => assert_eq!(csat["source"], "no address for messaging"),
        }
        let shown_only = named(&one["fields"], "field", "Contact.LastName");
        assert_eq!((&shown_only["value"], &shown_only["written"]), (&country["value"], &Value::Null));
    }
    assert_eq!(stack.salesforce.count(TRANSCRIPT_OBJECT), 0);
    let kept = configuration(&stack).await;
    assert_eq!(kept["field_mappings"].as_array().unwrap().len(), 20, "the saved one is as it was");

    document["field_mappings"][0]["value"] = json!({ "chat_api": "info..country" });
    document["field_mappings"][1]["field"] = json!("Gone__c");
    let (status, said) = post(&stack, "/api/admin/preview", json!({ "configuration": document })).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{said}");
    let paths: BTreeSet<_> =
        said["problems"].as_array().unwrap().iter().map(|one| one["path"].as_str().unwrap()).collect();
    assert!(paths.contains("field_mappings[0].value.chat_api"), "{said}");
    assert!(paths.contains("field_mappings[1].field"), "{said}");
    let (status, said) =
        post(&stack, "/api/admin/preview", json!({ "configuration": { "acount": "" } })).await;
    assert_eq!((status, &said["problems"][0]["code"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("CFG-007")));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_tried_and_completed_while_it_is_typed() {
    let data = tempfile::tempdir().unwrap();
    let stack = stack_at(data.path(), &VirtualClock::at(NOW)).await;
    let tried = async |side: &str, address: &str| {
        let body = json!({ "side": side, "address": address });
        let (status, answer) = post(&stack, "/api/admin/addresses/test", body).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        answer
    };
    let answer = tried("chat_api", "info.skillName").await;
    assert_eq!(answer["problem"], Value::Null);
    let values = answer["values"].as_array().unwrap();
    assert!(values.len() == 10 && values.iter().all(|one| one["value"].is_string()), "{answer}");
    let first = values[0]["conversation"].as_str().unwrap();
    assert!(first.starts_with("le70010001:"), "{first}");

    let answer = tried("messaging_api", "info.").await;
    assert!(answer["problem"].as_str().unwrap().contains("property name after '.'"), "{answer}");
    let completions = answer["completions"].as_array().unwrap();
    assert!(completions.contains(&json!("info.latestSkillName")), "{answer}");
    let answer = tried("chat_api", "sdes.events[sdeType=").await;
    assert!(!answer["completions"].as_array().unwrap().is_empty(), "{answer}");
    for completion in answer["completions"].as_array().unwrap() {
        let text = completion.as_str().unwrap();
        assert!(text.starts_with("sdes.events[sdeType=") && text.ends_with(']'), "{text}");
    }
    let searches = stack.liveperson.switchboard().calls();
    let searches: u64 =
        searches.iter().filter(|(name, _)| name.contains("search")).map(|(_, calls)| calls).sum();
    assert!(searches <= 4, "LivePerson is not asked with every letter: {searches}");
    let (status, _) =
        post(&stack, "/api/admin/addresses/test", json!({ "side": "chat_sdk", "address": "" })).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
}

#[tokio::test(flavor = "multi_thread")]
async fn transcripts_are_listed_after_a_sync_page_by_page_and_without_their_text() {
    let data = tempfile::tempdir().unwrap();
    let clock = VirtualClock::at(NOW);
    let stack = stack_at(data.path(), &clock).await;
    let none = get(&stack, "/api/admin/transcripts").await;
    assert_eq!(none, json!({ "transcripts": [], "next": null }));

    let now = clock.now();
    let run = manual_run(&stack, SyncWindow::new(now - SignedDuration::from_hours(48), now).unwrap()).await;
    assert!(run.counts.written > 100, "{run:?}");
    let (mut seen, mut after, mut pages) = (Vec::new(), String::new(), 0);
    loop {
        let page = get(&stack, &format!("/api/admin/transcripts?after={after}")).await;
        pages += 1;
        assert!(
            !page.to_string().contains("Transcript__c\":")
                && page["transcripts"].as_array().unwrap().len() <= 50
        );
        seen.extend(page["transcripts"].as_array().unwrap().clone());
        match page["next"].as_str() {
            Some(next) => next.clone_into(&mut after),
            None => break,
        }
    }
    let records: BTreeSet<_> = seen.iter().map(|one| one["record"].as_str().unwrap()).collect();
    assert_eq!((records.len() as u64, seen.len() as u64), (run.counts.written, run.counts.written));
    assert_eq!(pages, run.counts.written.div_ceil(50));
    let one = &seen[0];
    let url = one["salesforce_url"].as_str().unwrap();
    assert!(url.ends_with(one["record"].as_str().unwrap()), "{one}");
    assert_eq!(reqwest::get(url).await.unwrap().status(), StatusCode::OK);
    let synced: Timestamp = one["last_synced"].as_str().unwrap().parse().unwrap();
    assert_eq!(synced, now);
    let (status, said) = call(&stack, Method::GET, "/api/admin/transcripts?after=x", Value::Null).await;
    assert_eq!((status, &said["code"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("RUN-008")));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_event_log_comes_as_csv_and_the_widget_set_up_is_honest() {
    let data = tempfile::tempdir().unwrap();
    let clock = VirtualClock::at(NOW);
    let stack = start(data.path(), |options| {
        options.conversations = 2_000;
        options.clock = clock.clone();
        options.schedules_fire = false;
        let kinds = ["collections-upsert", "composite"];
        let fault =
            |kind| format!("salesforce:{kind}:FIELD_CUSTOM_VALIDATION_EXCEPTION=20:first=1").parse().unwrap();
        options.faults = kinds.map(fault).to_vec();
    })
    .await;
    let now = clock.now();
    let run = manual_run(&stack, SyncWindow::new(now - SignedDuration::from_hours(48), now).unwrap()).await;
    assert!(run.counts.quarantined > 0, "{run:?}");
    let url = |path: &str| format!("http://127.0.0.1:{}{path}", stack.ports.pages());
    let csv = async |query: &str| {
        let request =
            reqwest::Client::new().get(url(&format!("/api/admin/log.csv{query}"))).bearer_auth(API_KEY);
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        assert!(response.headers()["content-type"].to_str().unwrap().starts_with("text/csv"));
        assert!(response.headers()["content-disposition"].to_str().unwrap().contains("attachment"));
        response.text().await.unwrap()
    };
    let callouts = csv("?category=callout").await;
    let mut lines = callouts.lines();
    assert_eq!(lines.next(), Some("at,category,severity,code,conversation,run,sentence"));
    assert_eq!(lines.filter(|line| line.contains(",callout,")).count() as u64, run.counts.quarantined);
    assert_eq!(csv("?category=sign-in").await.lines().count(), 1);

    let setup = get(&stack, "/api/admin/widget-setup").await;
    assert_eq!(setup["url"], url("/ChatLink"));
    for check in ["page", "framing"] {
        assert_eq!(named(&setup["checks"], "check", check)["ok"], true, "{setup}");
    }
    assert_eq!(named(&setup["checks"], "check", "https")["ok"], false, "{setup}");
}
