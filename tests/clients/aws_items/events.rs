//! The bus: ten events a call, and again those it did not take.

use super::{Aws, BUS, config, new_run, scheduler, waiting};
use crate::harness::{Bound, Double, at, says, window};
use aws::{
    EventBridgeBus,
    events::{Announced, RunAsked, RunRequested, SliceReady},
};
use axum::{Json, Router, extract::State, routing::post};
use domain::{
    Code, LogEntry, RunId, Slice, SliceId,
    event_log::{Announcement, Category, Severity},
    ports::{Bus, StoreError},
};
use local::{ports::Ports, stack::sdk_config};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex},
};

fn slices(count: usize) -> Vec<Slice> {
    let (_, slices) = new_run("r-1", window("2026-02-20T00:00:00Z", "2026-02-21T00:00:00Z"));
    let slice = |n: usize| Slice { id: SliceId::new(&format!("chat.{n:02}")).unwrap(), ..slices[0].clone() };
    (0..count).map(slice).collect()
}

#[tokio::test]
async fn every_slice_arrives_at_least_once() {
    let aws = Aws::new().await;
    let slices = slices(25);
    let before = aws.calls.total_calls();
    aws.bus.publish_slices(&slices).await.unwrap();
    assert_eq!(aws.calls.total_calls() - before, 3, "ten, ten and five");
    let mut arrived: BTreeMap<(RunId, SliceId), u32> = BTreeMap::new();
    for message in waiting(&aws.rules.slices) {
        let event: Value = serde_json::from_str(&message.body).unwrap();
        assert_eq!((&event["source"], &event["detail-type"]), (&json!("chatlink"), &json!("SliceReady")));
        let detail: SliceReady = serde_json::from_value(event["detail"].clone()).unwrap();
        *arrived.entry(detail.ids().unwrap()).or_default() += 1;
    }
    let want: Vec<_> = slices.into_iter().map(|slice| (slice.run, slice.id)).collect();
    assert_eq!(arrived.keys().cloned().collect::<Vec<_>>(), want);
    assert!(arrived.values().all(|times| *times >= 1));
    assert!(waiting(&aws.rules.runs).is_empty());
}

#[tokio::test]
async fn no_slices_are_no_call() {
    let aws = Aws::new().await;
    let before = aws.calls.total_calls();
    aws.bus.publish_slices(&[]).await.unwrap();
    assert_eq!(aws.calls.total_calls(), before);
}

#[tokio::test]
async fn a_run_that_is_asked_for_arrives_as_it_was_asked_for() {
    let aws = Aws::new().await;
    let (from, until) = (at("2026-02-20T00:00:00.125Z"), at("2026-02-21T00:00:00Z"));
    let request = RunRequested::Asked(RunAsked { run: "r-7".to_owned(), from, until, dry_run: true });
    aws.bus.request_run(&request).await.unwrap();
    let messages = waiting(&aws.rules.runs);
    let event: Value = serde_json::from_str(&messages[0].body).unwrap();
    let arrived: RunRequested = serde_json::from_value(event["detail"].clone()).unwrap();
    assert_eq!(arrived, request);
    assert!(waiting(&aws.rules.slices).is_empty());
}

/// A bus that leaves entries behind: those of these slices, this often each.
struct Forgetful {
    left: Mutex<HashMap<String, u32>>,
    /// The slices of each call, in order.
    calls: Mutex<Vec<Vec<String>>>,
}

async fn put_events(State(bus): State<Arc<Forgetful>>, body: String) -> Json<Value> {
    let request: Value = serde_json::from_str(&body).unwrap();
    let entries = request["Entries"].as_array().unwrap();
    let slice = |entry: &Value| {
        let detail: SliceReady = serde_json::from_str(entry["Detail"].as_str().unwrap()).unwrap();
        detail.slice
    };
    let slices: Vec<String> = entries.iter().map(slice).collect();
    let mut left = bus.left.lock().unwrap();
    let mut take = |slice: &String| match left.get_mut(slice).filter(|times| **times > 0) {
        Some(times) => {
            *times -= 1;
            json!({ "ErrorCode": "ThrottlingException", "ErrorMessage": "slow down" })
        }
        None => json!({ "EventId": format!("event-of-{slice}") }),
    };
    let results: Vec<Value> = slices.iter().map(&mut take).collect();
    let failed = results.iter().filter(|result| result.get("ErrorCode").is_some()).count();
    bus.calls.lock().unwrap().push(slices);
    Json(json!({ "FailedEntryCount": failed, "Entries": results }))
}

/// Publishes 25 slices on a bus that leaves these behind; answers what came of it and the slices of each call.
async fn publish(left: &[(&str, u32)]) -> (Result<(), StoreError>, Vec<Vec<String>>) {
    let left = left.iter().map(|(slice, times)| ((*slice).to_owned(), *times)).collect();
    let forgetful = Arc::new(Forgetful { left: Mutex::new(left), calls: Mutex::default() });
    let bound = Bound::new().await;
    let bus = EventBridgeBus::new(&config(&bound), BUS, scheduler(&config(&bound)));
    let _served = bound.serve(Router::new().route("/", post(put_events)).with_state(Arc::clone(&forgetful)));
    let published = bus.publish_slices(&slices(25)).await;
    let calls = forgetful.calls.lock().unwrap().clone();
    (published, calls)
}

#[tokio::test]
async fn entries_the_bus_left_behind_are_sent_again_alone() {
    let (published, calls) = publish(&[("chat.03", 1), ("chat.07", 2), ("chat.24", 1)]).await;
    assert_eq!(published, Ok(()));
    let sizes: Vec<_> = calls.iter().map(Vec::len).collect();
    assert_eq!(sizes, [10, 2, 1, 10, 5, 1]);
    assert_eq!(calls[1], ["chat.03", "chat.07"]);
    assert_eq!(
        (calls[2].as_slice(), calls[5].as_slice()),
        (&["chat.07".to_owned()][..], &["chat.24".to_owned()][..])
    );
}

#[tokio::test]
async fn a_bus_that_keeps_leaving_entries_behind_is_unavailable() {
    let (published, calls) = publish(&[("chat.03", 99), ("chat.04", 99)]).await;
    let Err(StoreError::Unavailable { reason }) = &published else { panic!("{published:?}") };
    assert!(reason.contains("2 event"), "{reason}");
    assert_eq!(calls.len(), 4, "it gives up, and the caller comes back later");
}

#[tokio::test]
async fn an_announcement_says_what_the_event_log_says() {
    let told = Double::new(|_| says(200, r#"{"FailedEntryCount":0,"Entries":[{"EventId":"e-1"}]}"#)).await;
    let port = told.served.url.rsplit_once(':').unwrap().1.parse::<u16>().unwrap();
    let base = port - (Ports::new(0).aws() - Ports::new(0).pages());
    let config = sdk_config(Ports::new(base));
    let bus = EventBridgeBus::new(&config, BUS, scheduler(&config));
    let entry = LogEntry {
        at: at("2026-03-02T09:30:00Z"),
        category: Category::Run,
        severity: Severity::Error,
        code: Code::RunNotWhole,
        conversation: None,
        run: RunId::new("r-1"),
        sentence: "Run r-1 ended partial".to_owned(),
    };
    bus.announce(Announcement::RunNotWhole, &entry).await.unwrap();
    let asked: Value = serde_json::from_str(&told.asked("/")[0].body).unwrap();
    let event = &asked["Entries"][0];
    assert_eq!(
        (&event["Source"], &event["DetailType"], &event["EventBusName"]),
        (&json!("chatlink"), &json!("RunNotWhole"), &json!(BUS))
    );
    let detail: Announced = serde_json::from_str(event["Detail"].as_str().unwrap()).unwrap();
    let want = Announced {
        code: "RUN-002".to_owned(),
        run: Some("r-1".to_owned()),
        sentence: entry.sentence,
        at: entry.at,
    };
    assert_eq!(detail, want);
}

#[tokio::test]
async fn a_run_that_pauses_is_resumed_by_a_schedule() {
    let aws = Aws::new().await;
    let run = RunId::new(&format!("nightly-{}", "7".repeat(50))).unwrap();
    for hour in ["2026-03-02T10:30:00Z", "2026-03-02T11:30:00Z"] {
        aws.bus.resume_at(&run, at(hour)).await.unwrap();
    }
    let names = aws.scheduler.list().await.unwrap();
    let [name] = names.as_slice() else { panic!("{names:?}") };
    assert!(name.contains("resume-") && name.len() <= 64, "{name}");
}
