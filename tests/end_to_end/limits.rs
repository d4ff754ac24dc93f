//! What keeps a stack safe whoever calls: sizes of requests, and secrets that are rotated while it runs.

use crate::time::{VirtualClock, stack_at};
use aws_sdk_secretsmanager::Client;
use domain::ports::Clock;
use jiff::SignedDuration;
use local::stack::{API_KEY, Stack, sdk_config};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tests::{
    agent::{Frame, TOMO},
    start,
};

async fn ask(stack: &Stack, key: &str, path: &str, body: Option<String>) -> (StatusCode, Value) {
    let client = reqwest::Client::new();
    let url = format!("http://127.0.0.1:{}{path}", stack.ports.pages());
    let request = match body {
        Some(body) => client.post(url).body(body),
        None => client.get(url),
    };
    let answer = request.bearer_auth(key).send().await.unwrap();
    (answer.status(), serde_json::from_str(&answer.text().await.unwrap()).unwrap_or_default())
}

async fn rotate(stack: &Stack, secret: &str, value: Value) {
    let client = Client::new(&sdk_config(stack.ports));
    client.put_secret_value().secret_id(secret).secret_string(value.to_string()).send().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_larger_than_its_call_takes_is_refused_whole() {
    let data = tempfile::tempdir().unwrap();
    let stack = start(data.path(), |options| options.conversations = 100).await;
    let padded = |bytes: usize| format!(r#"{{"record":"{}"}}"#, "a".repeat(bytes));
    for (path, body) in [("/sync-chat", padded(5_000)), ("/api/admin/preview", padded(600_000))] {
        let (status, said) = ask(&stack, API_KEY, path, Some(body)).await;
        assert_eq!(
            (status, &said["code"]),
            (StatusCode::PAYLOAD_TOO_LARGE, &json!("RUN-008")),
            "{path}: {said}"
        );
        assert!(said["detail"].as_str().unwrap().contains("send less"), "{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rotated_api_key_opens_within_five_minutes_and_the_old_one_no_longer() {
    let data = tempfile::tempdir().unwrap();
    let clock = VirtualClock::at("2026-03-10T08:00:00Z");
    let stack = stack_at(data.path(), &clock).await;
    let status = async |key: &str| ask(&stack, key, "/api/admin/runs", None).await.0;
    assert_eq!(status(API_KEY).await, StatusCode::OK);
    rotate(&stack, "chatlink-local/api", json!({ "api_key": "another-key" })).await;
    clock.move_to(clock.now() + SignedDuration::from_mins(5));
    assert_eq!(
        (status("another-key").await, status(API_KEY).await),
        (StatusCode::OK, StatusCode::UNAUTHORIZED)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn with_another_session_key_agents_sign_in_again_and_are_let_in() {
    let data = tempfile::tempdir().unwrap();
    let clock = VirtualClock::at("2026-03-10T08:00:00Z");
    let stack = stack_at(data.path(), &clock).await;
    let recent = async |frame: &Frame| frame.call(Method::GET, "/recent", Value::Null).await.0;
    let frame = Frame::of(&stack, TOMO).await;
    assert_eq!(recent(&frame).await, StatusCode::OK);
    rotate(&stack, "chatlink-local/session", json!({ "session_key": "another long text of a secret" })).await;
    clock.move_to(clock.now() + SignedDuration::from_mins(5));
    assert_eq!(
        recent(&frame).await,
        StatusCode::UNAUTHORIZED,
        "what was sealed with the old key opens no more"
    );
    assert_eq!(recent(&Frame::of(&stack, TOMO).await).await, StatusCode::OK);
}
