//! The configuration through the administrators' API: saved as a whole, on the version that was read, in somebody's name.

use crate::api::{call, get};
use local::stack::{API_KEY, Stack};
use reqwest::{Client, Method, StatusCode, header};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use tests::start;

async fn started(data: &std::path::Path) -> Stack {
    start(data, |options| {
        options.conversations = 500;
        options.schedules_fire = false;
    })
    .await
}

/// Puts a configuration on a version; the answer's status and body.
async fn put(stack: &Stack, version: Option<&str>, configuration: &Value) -> (StatusCode, Value) {
    let url = format!("http://127.0.0.1:{}/api/admin/configuration", stack.ports.pages());
    let mut request = Client::new().put(url).bearer_auth(API_KEY).body(configuration.to_string());
    if let Some(version) = version {
        request = request.header(header::IF_MATCH, version);
    }
    let response = request.send().await.unwrap();
    (response.status(), serde_json::from_str(&response.text().await.unwrap()).unwrap())
}

fn tag(read: &Value) -> String {
    format!("\"{}\"", read["version"])
}

#[tokio::test(flavor = "multi_thread")]
async fn two_administrators_do_not_overwrite_each_other() {
    let data = tempfile::tempdir().unwrap();
    let stack = started(data.path()).await;
    let read = get(&stack, "/api/admin/configuration").await;
    let (mut first, mut second) = (read["configuration"].clone(), read["configuration"].clone());
    first["limits"]["log_days"] = json!(30);
    second["limits"]["api_share"] = json!(50);

    let (status, _) = put(&stack, None, &first).await;
    assert_eq!(status, StatusCode::PRECONDITION_REQUIRED);
    let (status, saved) = put(&stack, Some(&tag(&read)), &first).await;
    assert_eq!((status, &saved["configuration"]), (StatusCode::OK, &first), "{saved}");
    let (status, stale) = put(&stack, Some(&tag(&read)), &second).await;
    assert_eq!((status, &stale["code"]), (StatusCode::PRECONDITION_FAILED, &json!("CFG-019")), "{stale}");
    let now = get(&stack, "/api/admin/configuration").await;
    assert_eq!(
        (&now["configuration"], &now["version"]),
        (&first, &saved["version"]),
        "the other's work is kept"
    );

    let audit = get(&stack, "/api/admin/audit").await;
    let newest = &audit["entries"][0];
    assert_eq!((&newest["version"], &newest["by"]), (&saved["version"], &json!("API key")), "{audit}");
    let change = json!([{ "path": "limits.log_days", "before": 90, "after": 30 }]);
    assert_eq!(newest["changes"], change);
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_is_wrong_is_listed_with_its_place_and_nothing_is_saved() {
    let data = tempfile::tempdir().unwrap();
    let stack = started(data.path()).await;
    let read = get(&stack, "/api/admin/configuration").await;
    let mut bad = read["configuration"].clone();
    bad["account"] = json!("");
    bad["limits"]["api_share"] = json!(0);
    bad["active"] = json!(false);
    bad["field_mappings"][0]["field"] = json!("Nowhere__c");
    bad["field_mappings"][1] =
        json!({ "field": "Visitor_Email__c", "value": { "chat_api": "sdes.events[" } });
    let (status, refused) = put(&stack, Some(&tag(&read)), &bad).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{refused}");
    let mut paths: Vec<&str> =
        refused["problems"].as_array().unwrap().iter().map(|one| one["path"].as_str().unwrap()).collect();
    paths.sort_unstable();
    let want = ["account", "active", "field_mappings[0].field", "limits.api_share"];
    for path in want {
        assert!(paths.contains(&path), "{path}: {paths:?}");
    }
    assert!(paths.iter().any(|path| path.starts_with("field_mappings[1].")), "{paths:?}");
    let (_, checked) = call(&stack, Method::POST, "/api/admin/configuration/check", bad).await;
    assert!(checked["problems"].as_array().unwrap().len() >= want.len(), "{checked}");
    assert_eq!(get(&stack, "/api/admin/configuration").await, read, "nothing was saved");

    let mut odd = read["configuration"].clone();
    odd["schedules"] = json!({ "periodic": "often" });
    let (status, refused) = put(&stack, Some(&tag(&read)), &odd).await;
    let place = &refused["problems"][0]["path"];
    assert_eq!(
        (status, place),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("schedules.periodic")),
        "{refused}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_mappings_are_saved_in_one_request() {
    let data = tempfile::tempdir().unwrap();
    let stack = started(data.path()).await;
    let read = get(&stack, "/api/admin/configuration").await;
    // Without a Salesforce login that works, nothing can be said against fields of that name.
    let key = json!({ "client_secret": "of another org" });
    call(&stack, Method::PUT, "/api/admin/secrets/salesforce", key).await;
    let mut many = read["configuration"].clone();
    let mapping = |n: usize| json!({ "field": format!("Field_{n}__c"), "value": { "predefined": "Chat Start Time" }, "editability": "editable" });
    let mappings = |from: usize| (from..from + 500).map(mapping).collect::<Vec<_>>();
    many["objects"] = json!([
        { "object": "Account", "field_mappings": mappings(0) },
        { "object": "Contact", "field_mappings": mappings(500) },
    ]);
    many["skills"] = json!([]);
    let (status, saved) = put(&stack, Some(&tag(&read)), &many).await;
    assert_eq!(status, StatusCode::OK, "{saved}");
    let kept = get(&stack, "/api/admin/configuration").await;
    let count = |n: usize| kept["configuration"]["objects"][n]["field_mappings"].as_array().unwrap().len();
    assert_eq!((count(0), count(1)), (500, 500));
}

#[tokio::test(flavor = "multi_thread")]
async fn activation_tries_both_logins_and_says_which_fails() {
    let data = tempfile::tempdir().unwrap();
    let stack = started(data.path()).await;
    call(&stack, Method::DELETE, "/api/admin/activation", Value::Null).await;
    assert_eq!(get(&stack, "/api/admin/configuration").await["configuration"]["active"], false);

    let (status, refused) = call(&stack, Method::POST, "/api/admin/activation", Value::Null).await;
    let paths = |refused: &Value| {
        let problems = refused["problems"].as_array().unwrap().iter();
        problems.map(|one| one["path"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!((status, paths(&refused)), (StatusCode::CONFLICT, vec!["terms".to_owned()]), "{refused}");
    call(&stack, Method::POST, "/api/admin/terms", Value::Null).await;

    let wrong = json!({
        "consumer_key": "planted-key", "consumer_secret": "planted-secret",
        "access_token": "planted-token", "access_token_secret": "planted-token-secret",
    });
    let kept = std::fs::read_to_string(data.path().join("secrets.json")).unwrap();
    let kept: Value = serde_json::from_str(&kept).unwrap();
    let (status, _) = call(&stack, Method::PUT, "/api/admin/secrets/liveperson", wrong).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    let (status, refused) = call(&stack, Method::POST, "/api/admin/activation", Value::Null).await;
    assert_eq!((status, paths(&refused)), (StatusCode::CONFLICT, vec!["liveperson".to_owned()]), "{refused}");

    let no_key = json!({ "private_key": "planted-pem" });
    call(&stack, Method::PUT, "/api/admin/secrets/salesforce", no_key).await;
    let (_, refused) = call(&stack, Method::POST, "/api/admin/activation", Value::Null).await;
    assert_eq!(paths(&refused), ["liveperson", "salesforce"], "{refused}");
    assert!(!refused.to_string().contains("planted"), "{refused}");

    for (name, secret) in
        [("liveperson", "chatlink-local/liveperson"), ("salesforce", "chatlink-local/salesforce")]
    {
        let path = format!("/api/admin/secrets/{name}");
        assert_eq!(call(&stack, Method::PUT, &path, kept[secret].clone()).await.0, StatusCode::NO_CONTENT);
    }
    let (status, active) = call(&stack, Method::POST, "/api/admin/activation", Value::Null).await;
    assert_eq!(status, StatusCode::OK, "{active}");
    assert_eq!(get(&stack, "/api/admin/configuration").await["configuration"]["active"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_appear_in_no_answer_audit_or_export() {
    let data = tempfile::tempdir().unwrap();
    let stack = started(data.path()).await;
    let planted = json!({
        "consumer_key": "planted-1", "consumer_secret": "planted-2",
        "access_token": "planted-3", "access_token_secret": "planted-4",
    });
    call(&stack, Method::PUT, "/api/admin/secrets/liveperson", planted).await;
    call(&stack, Method::PUT, "/api/admin/secrets/salesforce", json!({ "client_secret": "planted-5" })).await;
    assert_eq!(get(&stack, "/api/admin/secrets").await, json!({ "liveperson": true, "salesforce": true }));
    let (_, empty) =
        call(&stack, Method::PUT, "/api/admin/secrets/salesforce", json!({ "client_secret": "  " })).await;
    assert!(empty["detail"].as_str().unwrap().contains("client_secret"), "{empty}");
    for (method, path) in admin::guarded_calls() {
        if method == "GET" && !path.contains('{') {
            let (_, answer) = call(&stack, Method::GET, &path, Value::Null).await;
            assert!(!answer.to_string().contains("planted"), "{path}: {answer}");
        }
    }
}

/// A path that is asked with a method it does not take says which it takes.
#[tokio::test(flavor = "multi_thread")]
async fn every_method_a_path_takes_is_described_and_no_other() {
    let data = tempfile::tempdir().unwrap();
    let stack = started(data.path()).await;
    let mut described = BTreeMap::<String, BTreeSet<String>>::new();
    for (method, path) in admin::guarded_calls() {
        described.entry(path).or_default().insert(method);
    }
    for (path, methods) in described {
        let url = format!("http://127.0.0.1:{}{}", stack.ports.pages(), path.replace(['{', '}'], ""));
        let request = Client::new().request(Method::TRACE, url).bearer_auth(API_KEY);
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::METHOD_NOT_ALLOWED, "{path}");
        let allowed = answer.headers()[header::ALLOW].to_str().unwrap();
        let taken: BTreeSet<_> =
            allowed.split(',').filter(|method| *method != "HEAD").map(str::to_owned).collect();
        assert_eq!(taken, methods, "{path}");
    }
}
