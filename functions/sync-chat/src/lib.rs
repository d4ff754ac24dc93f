#![doc = include_str!("../README.md")]

mod button;

use axum::{
    Json, Router,
    extract::{DefaultBodyLimit, State},
    middleware,
    routing::{get, post},
};
use bootstrap::{
    Workspace,
    api::{ApiError, Body, require_caller, sync_chat},
};
use domain::{Code, ConversationId, ports::RecordKey};
use serde::Deserialize;
use serde_json::Value;
use std::sync::Arc;

/// More than any two ids.
const MOST_BYTES: usize = 4 * 1024;

type Stack = State<Arc<Workspace>>;

/// The API, and what the button in Salesforce opens.
pub fn router(workspace: Arc<Workspace>) -> Router {
    Router::new()
        .route("/sync-chat", post(answer))
        .layer(DefaultBodyLimit::max(MOST_BYTES))
        .layer(middleware::from_fn_with_state(Arc::clone(&workspace), require_caller))
        .route("/sync-chat", get(button::press))
        .route("/sync-chat/sign-in/callback", get(button::callback))
        .with_state(workspace)
}

/// Which record. One of the two.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    record: Option<String>,
    conversation: Option<String>,
}

async fn answer(State(workspace): Stack, Body(wanted): Body<Wanted>) -> Result<Json<Value>, ApiError> {
    sync_chat(&workspace, &key(wanted)?).await.map(Json)
}

fn key(wanted: Wanted) -> Result<RecordKey, ApiError> {
    match wanted {
        Wanted { record: Some(id), conversation: None } => record_key(id),
        Wanted { record: None, conversation: Some(id) } => ConversationId::parse(&id)
            .map(RecordKey::Conversation)
            .map_err(|error| invalid(&format!("conversation: {error}"))),
        _ => Err(invalid("name the record by `record` or by `conversation`, not both")),
    }
}

fn record_key(id: String) -> Result<RecordKey, ApiError> {
    let is_id = matches!(id.len(), 15 | 18) && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_id
        .then_some(RecordKey::Id(id))
        .ok_or_else(|| invalid("record: a record id has 15 or 18 letters and digits"))
}

fn invalid(sentence: &str) -> ApiError {
    ApiError::unacceptable(Code::RequestInvalid, sentence)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_named_in_exactly_one_way() {
        let read = |json: &str| key(serde_json::from_str(json).unwrap());
        assert_eq!(read(r#"{"record":"a01000000000001"}"#), Ok(RecordKey::Id("a01000000000001".to_owned())));
        assert!(matches!(read(r#"{"conversation":"le1:42"}"#), Ok(RecordKey::Conversation(_))));
        for bad in [
            "{}",
            r#"{"record":"a01000000000001","conversation":"le1:42"}"#,
            r#"{"record":"a01' OR Id != '"}"#,
            r#"{"conversation":"42"}"#,
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
