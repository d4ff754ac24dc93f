//! One Chat Transcript record, now: what the button in Salesforce and the agents' widget both do.

use super::ApiError;
use crate::Workspace;
use axum::http::StatusCode;
use domain::{
    Code, RunId,
    ports::{RecordKey, Refusal},
};
use serde_json::{Value, json};
use sync::{Policy, SyncedOne, sync_one};

/// How entries of the event log name what was not part of a run.
const RUN: &str = "sync-chat";

/// Brings one record up to date, and answers what changed.
///
/// # Errors
/// 404 for what neither side has, 409 for a conversation that has not ended and an account that is deactivated, 502 for a
/// record that Salesforce refused.
pub async fn sync_chat(workspace: &Workspace, key: &RecordKey) -> Result<Value, ApiError> {
    let configuration = workspace.configuration().await?;
    if !configuration.active {
        let sentence = "the account is deactivated; activate it first";
        return Err(ApiError::new(StatusCode::CONFLICT, Code::AccountDeactivated, sentence));
    }
    let mappers = workspace.mappers(&configuration).await?;
    let clients = workspace.clients(&configuration).await?;
    let ports = workspace.ports(&clients);
    let Some(run) = RunId::new(RUN) else { return Err(unknown(key)) };
    let synced = Box::pin(sync_one(&ports, &mappers, Policy::of(&configuration), &run, key)).await?;
    answer(synced, key)
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
    use domain::ConversationId;

    #[test]
    fn an_open_conversation_is_refused_with_the_way_out() {
        let id = ConversationId::new("le1", "m-1").unwrap();
        let refused = answer(SyncedOne::Open(id.clone()), &RecordKey::Conversation(id)).unwrap_err();
        assert!(format!("{refused:?}").contains("has not ended; sync it once it has"), "{refused:?}");
    }
}
