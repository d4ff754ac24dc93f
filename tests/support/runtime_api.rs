//! The Lambda Runtime API for a queue's messages: a function's own binary works on them as it does on AWS.

use axum::{
    Router,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use local::{
    aws::{Message, Queue},
    functions::{MOST_RECEIVES, sqs_json},
};
use serde_json::Value;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};
use tokio::net::TcpListener;

struct Invocations {
    queue: Arc<Queue>,
    under_way: Mutex<HashMap<String, Message>>,
}

/// Serves the queue on a port of loopback and answers the port.
///
/// # Panics
/// When there is no free port.
pub async fn serve_queue(queue: Arc<Queue>) -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
    let port = listener.local_addr().expect("its address").port();
    let state = Arc::new(Invocations { queue, under_way: Mutex::default() });
    let router = Router::new()
        .route("/2018-06-01/runtime/invocation/next", get(next))
        .route("/2018-06-01/runtime/invocation/{id}/response", post(answered))
        .route("/2018-06-01/runtime/invocation/{id}/error", post(failed))
        .with_state(state);
    tokio::spawn(async move { axum::serve(listener, router).await });
    port
}

async fn next(State(state): State<Arc<Invocations>>) -> Response {
    let message = state.queue.receive().await;
    let (id, event) = (message.id.clone(), sqs_json(&message).to_string());
    state.under_way.lock().expect("no panic").insert(id.clone(), message);
    let headers = [
        ("lambda-runtime-aws-request-id", id),
        ("lambda-runtime-deadline-ms", "4102444800000".to_owned()),
        (
            "lambda-runtime-invoked-function-arn",
            "arn:aws:lambda:local:000000000000:function:sync-slice".to_owned(),
        ),
    ];
    (headers, event).into_response()
}

async fn answered(State(state): State<Arc<Invocations>>, Path(id): Path<String>, body: String) -> StatusCode {
    let answer: Value = serde_json::from_str(&body).unwrap_or_default();
    let failures = answer["batchItemFailures"].as_array().is_some_and(|failures| !failures.is_empty());
    settle(&state, &id, !failures)
}

async fn failed(State(state): State<Arc<Invocations>>, Path(id): Path<String>) -> StatusCode {
    settle(&state, &id, false)
}

fn settle(state: &Invocations, id: &str, done: bool) -> StatusCode {
    if let Some(message) = state.under_way.lock().expect("no panic").remove(id) {
        if done || message.received >= MOST_RECEIVES {
            state.queue.delete(&message);
        } else {
            state.queue.give_back(message);
        }
    }
    StatusCode::ACCEPTED
}
