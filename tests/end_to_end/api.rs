//! What administrators and scripts ask for by HTTP: manual syncs, schedules, activation, the event log, the quarantine.

use crate::time::VirtualClock;
use domain::ports::Clock;
use jiff::{SignedDuration, Timestamp};
use local::stack::{API_KEY, Stack};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tests::start;

/// One call with the key; the answer's status and body.
pub(crate) async fn call(stack: &Stack, method: Method, path: &str, body: Value) -> (StatusCode, Value) {
    let url = format!("http://127.0.0.1:{}{path}", stack.ports.pages());
    let request = reqwest::Client::new().request(method, url).bearer_auth(API_KEY);
    let request = if body.is_null() { request } else { request.body(body.to_string()) };
    let response = request.send().await.unwrap();
    let status = response.status();
    (status, serde_json::from_str(&response.text().await.unwrap()).unwrap_or_default())
}

pub(crate) async fn get(stack: &Stack, path: &str) -> Value {
    let (status, body) = call(stack, Method::GET, path, Value::Null).await;
    assert_eq!(status, StatusCode::OK, "{path}: {body}");
    body
}

/// Follows a run at its address until it says something else than `running`.
pub(crate) async fn follow(stack: &Stack, address: &str) -> Value {
    loop {
        let (status, body) = call(stack, Method::GET, address, Value::Null).await;
        if status == StatusCode::OK && body["status"] != "running" {
            return body;
        }
    }
}

fn last_48_hours(now: Timestamp) -> Value {
    json!({ "from": now - SignedDuration::from_hours(48), "to": now })
}

async fn ask(stack: &Stack, body: Value) -> String {
    let (status, answer) = call(stack, Method::POST, "/api/admin/runs", body).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{answer}");
    answer["address"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_key_nothing_is_told() {
    let data = tempfile::tempdir().unwrap();
    let stack = start(data.path(), |options| options.conversations = 1_000).await;
    for path in ["/api/admin/runs", "/api/admin/log", "/sync-chat"] {
        let url = format!("http://127.0.0.1:{}{path}", stack.ports.pages());
        let response = reqwest::Client::new().post(url).bearer_auth("guess").body("{}").send().await.unwrap();
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_manual_sync_is_answered_with_its_address_and_read_to_its_end() {
    let data = tempfile::tempdir().unwrap();
    let stack = start(data.path(), |options| options.conversations = 5_000).await;
    let window = last_48_hours(stack.workspace.clock.now());

    let mut dry = window.clone();
    dry["dry_run"] = json!(true);
    let would = follow(&stack, &ask(&stack, dry.clone()).await).await;
    assert_eq!((&would["status"], &would["dry_run"]), (&json!("succeeded"), &json!(true)), "{would}");
    assert!(would["created"].as_u64() > Some(100) && would["created"] == would["fetched"], "{would}");
    assert_eq!(stack.salesforce.count("LP_ChatTranscript__c"), 0, "a dry run writes nothing");
    let calls = stack.salesforce.switchboard().calls();
    assert!(!calls.contains_key("collections-upsert") && !calls.contains_key("composite"), "{calls:?}");

    let done = follow(&stack, &ask(&stack, window).await).await;
    assert_eq!((&done["status"], &done["created"]), (&json!("succeeded"), &would["created"]), "{done}");
    assert_eq!(done["progress"]["read"], done["progress"]["expected"], "{done}");

    let after = follow(&stack, &ask(&stack, dry).await).await;
    assert_eq!((&after["written"], &after["unchanged"]), (&json!(0), &done["written"]), "{after}");
    let listed = get(&stack, "/api/admin/runs").await;
    let newest = &listed["runs"][0]["run"];
    assert_eq!((listed["runs"].as_array().unwrap().len(), newest), (3, &after["run"]), "newest first");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_synced_is_refused_with_the_way_out() {
    let data = tempfile::tempdir().unwrap();
    let stack = start(data.path(), |options| options.conversations = 1_000).await;
    let cases = [
        (
            json!({ "from": "2026-03-02T00:00:00Z", "to": "2026-03-01T00:00:00Z" }),
            "RUN-001",
            "not after its start",
        ),
        (
            json!({ "from": "2025-01-01T00:00:00Z", "to": "2025-03-01T00:00:00Z" }),
            "RUN-001",
            "at most 30 days",
        ),
        (json!({ "from": "2999-01-01T00:00:00Z", "to": "2999-01-02T00:00:00Z" }), "RUN-001", "in the future"),
        (json!({ "from": "yesterday", "to": "2026-03-01T00:00:00Z" }), "RUN-008", "from"),
        (json!({ "from": "2026-03-01T00:00:00Z" }), "RUN-008", "to"),
        (
            json!({ "from": "2026-03-01T00:00:00Z", "to": "2026-03-02T00:00:00Z", "dryrun": true }),
            "RUN-008",
            "dryrun",
        ),
    ];
    for (body, code, word) in cases {
        let (status, said) = call(&stack, Method::POST, "/api/admin/runs", body.clone()).await;
        assert!(status.is_client_error() && said["code"] == code, "{body}: {status} {said}");
        assert!(said["detail"].as_str().unwrap().contains(word), "{body}: {said}");
    }
    let (status, said) = call(&stack, Method::GET, "/api/admin/runs/nobody-asked", Value::Null).await;
    assert_eq!((status, &said["code"]), (StatusCode::NOT_FOUND, &json!("RUN-005")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_is_cancelled_at_the_border_of_a_slice_and_resumed_to_its_end() {
    let data = tempfile::tempdir().unwrap();
    let stack = start(data.path(), |options| {
        options.conversations = 5_000;
        // Long enough for the cancellation to come before the end.
        options.liveperson_latency = std::time::Duration::from_millis(300);
    })
    .await;
    let address = ask(&stack, last_48_hours(stack.workspace.clock.now())).await;
    let cancelled = loop {
        let (status, body) = call(&stack, Method::POST, &format!("{address}/cancel"), Value::Null).await;
        if status != StatusCode::NOT_FOUND {
            break (status, body);
        }
    };
    assert_eq!((cancelled.0, &cancelled.1["status"]), (StatusCode::OK, &json!("cancelled")), "{cancelled:?}");
    assert!(cancelled.1["slices"]["open"].as_u64() > Some(0));

    let (status, resumed) = call(&stack, Method::POST, &format!("{address}/resume"), Value::Null).await;
    assert_eq!((status, &resumed["status"]), (StatusCode::OK, &json!("running")), "{resumed}");
    let done = follow(&stack, &address).await;
    assert_eq!(done["status"], "succeeded", "{done}");
    assert_eq!(stack.salesforce.count("LP_ChatTranscript__c") as u64, done["fetched"].as_u64().unwrap());
    let (status, said) = call(&stack, Method::POST, &format!("{address}/cancel"), Value::Null).await;
    assert_eq!(status, StatusCode::CONFLICT, "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn schedules_are_put_shown_and_taken_away_and_bad_ones_refused() {
    let data = tempfile::tempdir().unwrap();
    let clock = VirtualClock::at("2026-03-01T12:00:00Z");
    let stack = start(data.path(), |options| {
        options.conversations = 1_000;
        options.clock = clock.clone();
        options.schedules_fire = false;
    })
    .await;
    let wanted = json!({ "periodic": true, "daily": { "hour": 2, "zone": "Europe/Berlin" } });
    let (status, kept) = call(&stack, Method::PUT, "/api/admin/schedules", wanted).await;
    assert_eq!(status, StatusCode::OK, "{kept}");
    assert_eq!(stack.workspace.scheduler.list().await.unwrap(), ["daily", "periodic"]);
    let daily: Timestamp = kept["next"]["daily"].as_str().unwrap().parse().unwrap();
    let offset = kept["offset_minutes"].as_i64().unwrap();
    let want: Timestamp = "2026-03-02T01:00:00Z".parse().unwrap();
    assert_eq!(daily, want + SignedDuration::from_mins(offset), "2 o'clock in Berlin");

    let (status, said) = call(
        &stack,
        Method::PUT,
        "/api/admin/schedules",
        json!({ "daily": { "hour": 24, "zone": "Mars/Base" } }),
    )
    .await;
    assert_eq!((status, &said["code"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("CFG-005")), "{said}");
    assert_eq!(get(&stack, "/api/admin/schedules").await["periodic"], true, "what was refused is not kept");

    let (status, off) = call(&stack, Method::DELETE, "/api/admin/activation", Value::Null).await;
    assert_eq!(status, StatusCode::OK, "{off}");
    assert!(
        stack.workspace.scheduler.list().await.unwrap().is_empty(),
        "a deactivated account has no schedules"
    );
    let (status, said) = call(&stack, Method::POST, "/api/admin/runs", last_48_hours(clock.now())).await;
    assert_eq!((status, &said["code"]), (StatusCode::CONFLICT, &json!("CFG-004")), "{said}");
    call(&stack, Method::POST, "/api/admin/terms", Value::Null).await;
    call(&stack, Method::POST, "/api/admin/activation", Value::Null).await;
    assert_eq!(stack.workspace.scheduler.list().await.unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_event_log_is_paged_and_the_quarantine_waits_for_a_person() {
    let data = tempfile::tempdir().unwrap();
    let stack = start(data.path(), |options| {
        options.conversations = 5_000;
        let kinds = ["collections-upsert", "composite"];
        let fault =
            |kind| format!("salesforce:{kind}:FIELD_CUSTOM_VALIDATION_EXCEPTION=20:first=1").parse().unwrap();
        options.faults = kinds.map(fault).to_vec();
    })
    .await;
    let run = follow(&stack, &ask(&stack, last_48_hours(stack.workspace.clock.now())).await).await;
    let refused = run["quarantined"].as_u64().unwrap() as usize;
    assert!(refused >= 5, "{run}");

    let (mut seen, mut after) = (Vec::new(), String::new());
    loop {
        let page = get(&stack, &format!("/api/admin/log?category=callout&limit=3&after={after}")).await;
        let entries = page["entries"].as_array().unwrap().clone();
        assert!(entries.len() <= 3 && entries.iter().all(|entry| entry["category"] == "callout"), "{page}");
        seen.extend(entries.iter().map(|entry| entry["conversation"].to_string()));
        match page["next"].as_str() {
            Some(next) => next.clone_into(&mut after),
            None => break,
        }
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), refused, "each refused conversation once over all pages");
    assert!(get(&stack, "/api/admin/log?category=sign-in").await["entries"].as_array().unwrap().is_empty());

    let waiting = get(&stack, "/api/admin/quarantine").await;
    let waiting = waiting["conversations"].as_array().unwrap();
    assert_eq!(waiting.len(), refused);
    assert_eq!((&waiting[0]["state"], &waiting[0]["tries"]), (&json!("retrying"), &json!(1)));
    let id = waiting[0]["conversation"].as_str().unwrap();
    let (status, _) =
        call(&stack, Method::POST, &format!("/api/admin/quarantine/{id}/dismiss"), Value::Null).await;
    assert_eq!(status, StatusCode::OK);
    let (status, _) = call(&stack, Method::POST, "/api/admin/quarantine/le1:nobody/retry", Value::Null).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let left = get(&stack, "/api/admin/quarantine").await;
    let of = |state: &str| {
        left["conversations"].as_array().unwrap().iter().filter(|one| one["state"] == state).count()
    };
    assert_eq!((of("dismissed"), of("retrying")), (1, refused - 1));
}
