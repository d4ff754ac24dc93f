//! What DynamoDB did not get to is asked for again: left-over writes and keys, and transactions in conflict.

use super::{TABLE, config, new_run, run_id};
use crate::harness::{Bound, NOW, Served, at, window};
use aws::DynamoTable;
use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::post,
};
use domain::{
    Code, ConversationId, Fingerprint, LogEntry,
    event_log::{Category, Severity},
    ports::{EventLog, Known, Ledger, Runs, StoreError, Written},
};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

/// A DynamoDB that has little time: it answers the first call as it is told, and keeps what it was asked.
struct Hurried {
    table: DynamoTable,
    inside: Arc<Inside>,
    _served: Served,
}

struct Inside {
    /// Answers a call by its number, counted from 0, and its request.
    tell: fn(usize, &Value) -> Response,
    asked: Mutex<Vec<Value>>,
}

impl Hurried {
    async fn new(tell: fn(usize, &Value) -> Response) -> Hurried {
        let inside = Arc::new(Inside { tell, asked: Mutex::default() });
        let bound = Bound::new().await;
        let table = DynamoTable::new(&config(&bound), TABLE);
        let router = Router::new().route("/", post(serve)).with_state(Arc::clone(&inside));
        Hurried { table, inside, _served: bound.serve(router) }
    }

    fn asked(&self) -> Vec<Value> {
        self.inside.asked.lock().unwrap().clone()
    }
}

async fn serve(State(inside): State<Arc<Inside>>, headers: HeaderMap, body: String) -> Response {
    let request: Value = serde_json::from_str(&body).unwrap();
    let target = headers["x-amz-target"].to_str().unwrap().to_owned();
    if target.ends_with("GetItem") && !target.ends_with("BatchGetItem") {
        return Json(json!({})).into_response();
    }
    let mut asked = inside.asked.lock().unwrap();
    let answer = (inside.tell)(asked.len(), &request);
    asked.push(request);
    answer
}

fn written(count: usize) -> Vec<Written> {
    let one = |n: usize| Written {
        conversation: ConversationId::new("le20020002", &format!("c-{n}")).unwrap(),
        fingerprint: Fingerprint([n as u8; 32]),
        record: "a0T000000000001AAA".to_owned(),
        at: at(NOW),
        known: Known::default(),
    };
    (0..count).map(one).collect()
}

fn entries(count: usize) -> Vec<LogEntry> {
    let one = |n: usize| LogEntry {
        at: at(NOW),
        category: Category::Callout,
        severity: Severity::Error,
        code: Code::RowRefused,
        conversation: None,
        run: None,
        sentence: format!("row {n}"),
    };
    (0..count).map(one).collect()
}

/// As many puts as a request holds.
fn puts(request: &Value) -> usize {
    request["RequestItems"][TABLE].as_array().unwrap().len()
}

#[tokio::test]
async fn writes_that_were_left_over_are_sent_again() {
    let hurried = Hurried::new(|call, request| {
        let left = &request["RequestItems"][TABLE].as_array().unwrap()[..if call == 0 { 4 } else { 0 }];
        let left = if left.is_empty() { json!({}) } else { json!({ TABLE: left }) };
        Json(json!({ "UnprocessedItems": left })).into_response()
    })
    .await;
    hurried.table.append(&entries(20)).await.unwrap();
    let asked = hurried.asked();
    assert_eq!(asked.iter().map(puts).collect::<Vec<_>>(), [20, 4]);
    let first_four = &asked[0]["RequestItems"][TABLE].as_array().unwrap()[..4];
    assert_eq!(asked[1]["RequestItems"][TABLE].as_array().unwrap(), first_four);
}

#[tokio::test]
async fn writes_that_are_left_over_for_good_are_not_called_written() {
    let hurried = Hurried::new(|_, request| {
        Json(json!({ "UnprocessedItems": request["RequestItems"] })).into_response()
    })
    .await;
    let kept = hurried.table.append(&entries(3)).await;
    assert!(
        matches!(&kept, Err(StoreError::Unavailable { reason }) if reason.contains("3 item")),
        "{kept:?}"
    );
    assert_eq!(hurried.asked().len(), 6);
}

#[tokio::test]
async fn keys_that_were_left_over_are_asked_for_again() {
    let hurried = Hurried::new(|call, request| {
        let keys = request["RequestItems"][TABLE]["Keys"].as_array().unwrap();
        let (served, left) = if call == 0 { keys.split_at(3) } else { keys.split_at(keys.len()) };
        let hex = Fingerprint([9; 32]).to_hex();
        let item = |key: &Value| {
            let id = key["key"]["S"].as_str().unwrap().strip_prefix("conversation#").unwrap();
            json!({ "conversation": { "S": id }, "fingerprint": { "S": hex } })
        };
        let found: Vec<Value> = served.iter().map(item).collect();
        let left = if left.is_empty() { json!({}) } else { json!({ TABLE: { "Keys": left } }) };
        Json(json!({ "Responses": { TABLE: found }, "UnprocessedKeys": left })).into_response()
    })
    .await;
    let ids: Vec<_> = written(10).into_iter().map(|one| one.conversation).collect();
    let found = hurried.table.known(&ids).await.unwrap();
    assert_eq!(found.len(), 10);
    assert!(found.values().all(|known| known.fingerprint == Some(Fingerprint([9; 32]))));
    assert_eq!(hurried.asked().len(), 2);
}

fn cancelled(codes: &[&str]) -> Response {
    let reasons: Vec<Value> = codes.iter().map(|code| json!({ "Code": code })).collect();
    let kind = "com.amazonaws.dynamodb.v20120810#TransactionCanceledException";
    let body = json!({ "__type": kind, "message": "Transaction cancelled", "CancellationReasons": reasons });
    (StatusCode::BAD_REQUEST, Json(body)).into_response()
}

#[tokio::test]
async fn a_transaction_in_conflict_is_tried_again_and_one_whose_condition_fails_is_not() {
    let (run, slices) = new_run("r-1", window("2026-02-20T00:00:00Z", "2026-02-21T00:00:00Z"));
    let passing = Hurried::new(|call, _| match call {
        0 | 1 => cancelled(&["None", "TransactionConflict", "None"]),
        _ => Json(json!({})).into_response(),
    })
    .await;
    passing.table.begin(&run, &slices).await.unwrap();
    assert_eq!(passing.asked().len(), 3);
    assert_eq!(passing.asked()[2]["TransactItems"], passing.asked()[0]["TransactItems"]);

    let there = Hurried::new(|_, _| cancelled(&["ConditionalCheckFailed", "None", "None"])).await;
    there.table.begin(&run, &slices).await.unwrap();
    assert_eq!(there.asked().len(), 1, "the run is there already");
    assert_eq!(there.table.run(&run_id("r-1")).await, Ok(None));

    let refused = Hurried::new(|_, _| cancelled(&["ValidationError", "None", "None"])).await;
    let begun = refused.table.begin(&run, &slices).await;
    assert!(matches!(begun, Err(StoreError::Unavailable { .. })), "{begun:?}");
}

#[tokio::test]
async fn a_transaction_that_stays_in_conflict_is_unavailable() {
    let (run, slices) = new_run("r-1", window("2026-02-20T00:00:00Z", "2026-02-21T00:00:00Z"));
    let busy = Hurried::new(|_, _| cancelled(&["TransactionConflict", "None", "None"])).await;
    let begun = busy.table.begin(&run, &slices).await;
    assert!(
        matches!(&begun, Err(StoreError::Unavailable { reason }) if reason.contains("conflict")),
        "{begun:?}"
    );
    assert_eq!(busy.asked().len(), 6);
}

#[tokio::test]
async fn what_was_written_is_kept_although_transactions_meet() {
    let hurried = Hurried::new(|call, _| match call {
        0 => cancelled(&["TransactionConflict", "None"]),
        _ => Json(json!({})).into_response(),
    })
    .await;
    hurried.table.keep_written(&written(2)).await.unwrap();
    let asked = hurried.asked();
    assert_eq!((asked.len(), &asked[0]["TransactItems"]), (2, &asked[1]["TransactItems"]));
}
