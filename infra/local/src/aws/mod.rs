//! The AWS operations we use, on one address of loopback: DynamoDB (an embedded library), EventBridge's `PutEvents` with
//! our rules, EventBridge Scheduler, and Secrets Manager's `GetSecretValue` and `PutSecretValue`.

mod dynamodb;
mod events;
mod queue;
mod scheduler;
mod secrets;

pub use events::{Events, Rules};
pub use queue::{Message, Queue};
pub use scheduler::{Fired, Scheduler};
pub use secrets::Secrets;

use crate::simulator::{Behaviour, Switchboard};
use axum::{
    Json, Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, Method, StatusCode},
    response::{IntoResponse, Response},
    routing::post,
};
use serde_json::{Value, json};
use std::sync::Arc;

pub use dynamodb::DynamoDb;

/// The three services.
pub struct LocalAws {
    /// Items.
    pub dynamodb: DynamoDb,
    /// Bus, rules and queues.
    pub events: Events,
    /// Secrets by name.
    pub secrets: Secrets,
}

impl LocalAws {
    /// One route: the `X-Amz-Target` header says which operation.
    pub fn router(self, behaviour: Behaviour) -> (Router, Arc<Switchboard>) {
        self.beside(Router::new(), behaviour)
    }

    /// As [`LocalAws::router`], with EventBridge Scheduler on the same address.
    pub fn router_with(self, scheduler: &Arc<Scheduler>, behaviour: Behaviour) -> (Router, Arc<Switchboard>) {
        self.beside(scheduler.router(), behaviour)
    }

    fn beside(self, others: Router, behaviour: Behaviour) -> (Router, Arc<Switchboard>) {
        let board = Switchboard::new(behaviour, operation, |status| status.into_response());
        let router = Router::new().route("/", post(serve)).with_state(Arc::new(self));
        (board.guard(router.merge(others)), board)
    }
}

fn operation(_: &Method, path: &str) -> Option<&'static str> {
    match path {
        "/" => Some("operation"),
        _ if path.starts_with("/schedule") => Some("schedule"),
        _ => None,
    }
}

async fn serve(State(aws): State<Arc<LocalAws>>, headers: HeaderMap, body: Bytes) -> Response {
    let target = headers.get("x-amz-target").and_then(|value| value.to_str().ok()).unwrap_or_default();
    if target.starts_with("DynamoDB_") {
        return aws.dynamodb.forward(target, &headers, body).await;
    }
    let Ok(request) = serde_json::from_slice::<Value>(&body) else {
        return error("SerializationException", "the body is not JSON");
    };
    match target {
        "AWSEvents.PutEvents" => aws.events.put(&request),
        "secretsmanager.GetSecretValue" => aws.secrets.get(&request),
        "secretsmanager.PutSecretValue" => aws.secrets.put(&request),
        _ => error(
            "UnknownOperationException",
            &format!("{target} is not one of the operations Chatlink uses"),
        ),
    }
}

fn error(kind: &str, message: &str) -> Response {
    let body = json!({ "__type": kind, "message": message });
    (StatusCode::BAD_REQUEST, [("x-amzn-errortype", kind.to_owned())], Json(body)).into_response()
}
