#![doc = include_str!("../README.md")]

use axum::{Json, Router, extract::State, http::StatusCode, middleware, routing::post};
use bootstrap::{
    Workspace,
    api::{ApiError, Body, require_caller},
};
use domain::{
    Code, ConversationId, RunId,
    ports::{RecordKey, Refusal},
};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use sync::{Policy, SyncedOne, sync_one};

/// How entries of the event log name what was not part of a run.
const RUN: &str = "sync-chat";

/// The API.
pub fn router(workspace: Arc<Workspace>) -> Router {
    Router::new()
        .route("/sync-chat", post(sync_chat))
        .layer(middleware::from_fn_with_state(Arc::clone(&workspace), require_caller))
        .with_state(workspace)
}

/// Which record. One of the two.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    record: Option<String>,
    conversation: Option<String>,
}

async fn sync_chat(
    State(workspace): State<Arc<Workspace>>,
    Body(wanted): Body<Wanted>,
) -> Result<Json<Value>, ApiError> {
    let key = key(wanted)?;
    let configuration = workspace.configuration().await?;
    if !configuration.active {
        let sentence = "the account is deactivated; activate it first";
        return Err(ApiError::new(StatusCode::CONFLICT, Code::AccountDeactivated, sentence));
    }
    let mappers = workspace.mappers(&configuration).await?;
    let clients = workspace.clients(&configuration).await?;
    let ports = workspace.ports(&clients);
    let Some(run) = RunId::new(RUN) else { return Err(unknown(&key)) };
    let synced = Box::pin(sync_one(&ports, &mappers, Policy::of(&configuration), &run, &key)).await?;
    answer(synced, &key).map(Json)
}

fn key(wanted: Wanted) -> Result<RecordKey, ApiError> {
    let invalid = |sentence: &str| ApiError::unacceptable(Code::RequestInvalid, sentence);
    match wanted {
        Wanted { record: Some(id), conversation: None } => {
            let is_id = matches!(id.len(), 15 | 18) && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
            is_id
                .then_some(RecordKey::Id(id))
                .ok_or_else(|| invalid("record: a record id has 15 or 18 letters and digits"))
        }
        Wanted { record: None, conversation: Some(id) } => ConversationId::parse(&id)
            .map(RecordKey::Conversation)
            .map_err(|error| invalid(&format!("conversation: {error}"))),
        _ => Err(invalid("name the record by `record` or by `conversation`, not both")),
    }
}

fn unknown(key: &RecordKey) -> ApiError {
    let what = match key {
        RecordKey::Id(id) => {
            format!("there is no Chat Transcript record {id}, or the sync user may not see it")
        }
        RecordKey::Conversation(id) => format!("there is no conversation {id}"),
    };
    ApiError::not_found(Code::ConversationUnknown, what)
}

fn answer(synced: SyncedOne, key: &RecordKey) -> Result<Value, ApiError> {
    match synced {
        SyncedOne::Synced { conversation, record, created, changed } => Ok(json!({
            "conversation": conversation.as_str(),
            "record": record,
            "created": created,
            "changed": changed,
        })),
        SyncedOne::NoSuchRecord => Err(unknown(key)),
        SyncedOne::NoSuchConversation(conversation) => Err(ApiError::not_found(
            Code::ConversationUnknown,
            format!(
                "LivePerson shows no conversation {conversation}: a chat appears once it has ended, and conversations are \
                 kept for 13 months"
            ),
        )),
        SyncedOne::Open(conversation) => Err(ApiError::new(
            StatusCode::CONFLICT,
            Code::ConversationOpen,
            format!("the conversation {conversation} has not ended; sync it once it has"),
        )),
        SyncedOne::Refused(conversation, Refusal { status, fields, message }) => Err(ApiError::new(
            StatusCode::BAD_GATEWAY,
            Code::RowRefused,
            format!(
                "Salesforce refused the record of {conversation} with {status}: {message} [{}]. It is kept in the quarantine.",
                fields.join(", ")
            ),
        )),
    }
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

    #[test]
    fn an_open_conversation_is_refused_with_the_way_out() {
        let id = ConversationId::new("le1", "m-1").unwrap();
        let refused = answer(SyncedOne::Open(id.clone()), &RecordKey::Conversation(id)).unwrap_err();
        assert!(format!("{refused:?}").contains("has not ended; sync it once it has"), "{refused:?}");
    }
}
