//! Stands between the functions and the emulator: passes every call on and counts it, in the units that AWS bills.

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderName, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

/// What was counted so far.
#[derive(Default)]
struct Counts {
    /// Calls by service and operation.
    calls: BTreeMap<String, u64>,
    /// DynamoDB's units.
    write_units: u64,
    /// Twice DynamoDB's units, since a read that need not be consistent is half of one.
    half_read_units: u64,
    /// Events put on the bus.
    events: u64,
}

/// A running counter.
pub(crate) struct Counter(Arc<Inside>);

struct Inside {
    http: reqwest::Client,
    judge: String,
    counts: Mutex<Counts>,
}

impl Counter {
    /// Where the emulator sends the functions' calls.
    pub(crate) async fn start() -> Counter {
        let port: u16 = std::env::var("CHATLINK_JUDGE_COUNTER").unwrap().parse().unwrap();
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await.unwrap();
        let http = reqwest::Client::builder().no_gzip().build().unwrap();
        let inside = Arc::new(Inside { http, judge: crate::deployed::judge(), counts: Mutex::default() });
        let router = Router::new().fallback(pass_on).with_state(Arc::clone(&inside));
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Counter(inside)
    }

    pub(crate) fn reset(&self) {
        *self.0.counts.lock().unwrap() = Counts::default();
    }

    pub(crate) fn counted(&self) -> Value {
        let counts = self.0.counts.lock().unwrap();
        json!({
            "calls": counts.calls, "write_units": counts.write_units, "read_units": counts.half_read_units.div_ceil(2),
            "events": counts.events,
        })
    }
}

async fn pass_on(State(inside): State<Arc<Inside>>, request: Request<Body>) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    let url = format!("{}{}", inside.judge, parts.uri);
    let target = parts.headers.get("x-amz-target").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let operation = match target.rsplit_once('.') {
        Some((_, operation)) => operation.to_owned(),
        None => format!("{} {}", parts.method, parts.uri.path().split('/').nth(1).unwrap_or_default()),
    };
    // Signed with the address it was sent to, so that goes along.
    let sent = inside.http.request(parts.method, url).headers(parts.headers).body(body.clone()).send().await;
    let Ok(answer) = sent else { return StatusCode::BAD_GATEWAY.into_response() };
    let (status, mut headers) = (answer.status(), answer.headers().clone());
    for name in [header::CONTENT_LENGTH, header::TRANSFER_ENCODING, HeaderName::from_static("connection")] {
        headers.remove(name);
    }
    let said = answer.bytes().await.unwrap_or_default();
    inside.counts.lock().unwrap().note(&operation, &body, said.len());
    (status, headers, said).into_response()
}

impl Counts {
    fn note(&mut self, operation: &str, asked: &[u8], answered: usize) {
        *self.calls.entry(operation.to_owned()).or_default() += 1;
        let asked: Value = serde_json::from_slice(asked).unwrap_or_default();
        let written = |item: &Value| (item.to_string().len() as u64).div_ceil(1024);
        let read = |bytes: usize| (bytes as u64).div_ceil(4096).max(1);
        let halves = if asked["ConsistentRead"] == true { 2 } else { 1 };
        match operation {
            "PutItem" | "UpdateItem" | "DeleteItem" => self.write_units += written(&asked),
            "BatchWriteItem" => {
                let requests =
                    asked["RequestItems"].as_object().into_iter().flat_map(|tables| tables.values());
                self.write_units +=
                    requests.flat_map(|one| one.as_array().into_iter().flatten()).map(written).sum::<u64>();
            }
            "TransactWriteItems" => {
                let items = asked["TransactItems"].as_array().into_iter().flatten();
                self.write_units += 2 * items.map(written).sum::<u64>();
            }
            "GetItem" | "Query" => self.half_read_units += halves * read(answered),
            "BatchGetItem" => {
                for table in asked["RequestItems"].as_object().into_iter().flat_map(|tables| tables.values())
                {
                    let halves = if table["ConsistentRead"] == true { 2 } else { 1 };
                    self.half_read_units +=
                        halves * table["Keys"].as_array().map_or(0, |keys| keys.len() as u64);
                }
            }
            "PutEvents" => {
                self.events += asked["Entries"].as_array().map_or(0, |entries| entries.len() as u64);
            }
            _ => {}
        }
    }
}
