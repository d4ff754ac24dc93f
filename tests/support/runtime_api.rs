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
    functions::{BATCH_SIZE, settle_batch, sqs_json},
};
use serde_json::Value;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};
use tokio::net::TcpListener;

struct Invocations {
    queue: Arc<Queue>,
    under_way: Mutex<HashMap<String, Vec<Message>>>,
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
    let batch = state.queue.receive_up_to(BATCH_SIZE).await;
    let (id, event) = (batch[0].id.clone(), sqs_json(&batch).to_string());
    state.under_way.lock().expect("no panic").insert(id.clone(), batch);
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
    settle(&state, &id, serde_json::from_str(&body).ok().as_ref())
}

async fn failed(State(state): State<Arc<Invocations>>, Path(id): Path<String>) -> StatusCode {
    settle(&state, &id, None)
}

fn settle(state: &Invocations, id: &str, answer: Option<&Value>) -> StatusCode {
    if let Some(batch) = state.under_way.lock().expect("no panic").remove(id) {
        settle_batch(&state.queue, batch, answer);
    }
    StatusCode::ACCEPTED
}
