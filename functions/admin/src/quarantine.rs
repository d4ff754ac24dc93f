//! Conversations that Salesforce refused.

use crate::{Stack, documented::Refusals};
use axum::Json;
use bootstrap::api::{ApiError, Path};
use domain::{
    Code, ConversationId,
    ports::{Decision, Ledger, QuarantineEntry},
};
use jiff::Timestamp;
use serde_json::{Value, json};

/// Conversations that Salesforce refused.
#[utoipa::path(get, path = "/api/admin/quarantine", responses((status = 200, description = "By conversation.", body = Value), Refusals))]
pub(crate) async fn list(workspace: Stack) -> Result<Json<Value>, ApiError> {
    let now = workspace.clock.now();
    let entries = workspace.table.in_quarantine().await?;
    Ok(Json(json!({ "conversations": entries.iter().map(|one| entry_json(one, now)).collect::<Vec<_>>() })))
}

/// Decides about one: `retry` or `dismiss`.
#[utoipa::path(post, path = "/api/admin/quarantine/{conversation}/{decision}", params(("conversation" = String, Path), ("decision" = String, Path)), responses((status = 200, description = "It is so.", body = Value), Refusals))]
pub(crate) async fn decide(
    workspace: Stack,
    Path((conversation, decision)): Path<(String, String)>,
) -> Result<Json<Value>, ApiError> {
    let decision = match decision.as_str() {
        "retry" => Decision::Retry,
        "dismiss" => Decision::Dismiss,
        other => {
            let sentence =
                format!("{other}: a conversation in the quarantine can be sent to retry or dismiss");
            return Err(ApiError::not_found(Code::RequestInvalid, sentence));
        }
    };
    let unknown =
        || ApiError::not_found(Code::ConversationUnknown, format!("{conversation} is not in the quarantine"));
    let id = ConversationId::parse(&conversation).map_err(|_| unknown())?;
    if workspace.table.decide(&id, decision, workspace.clock.now()).await? {
        Ok(Json(json!({ "conversation": id.as_str() })))
    } else {
        Err(unknown())
    }
}

/// Salesforce's own words are for the administrator, who may see the record anyway.
fn entry_json(entry: &QuarantineEntry, now: Timestamp) -> Value {
    let state = match entry {
        QuarantineEntry { dismissed: true, .. } => "dismissed",
        entry if entry.is_due(now) => "retrying",
        _ => "waiting",
    };
    json!({
        "conversation": entry.refused.conversation.as_str(),
        "channel": entry.refused.channel.as_str(),
        "state": state,
        "code": entry.refused.code.as_str(),
        "status": entry.refused.refusal.status,
        "fields": entry.refused.refusal.fields,
        "message": entry.refused.refusal.message,
        "tries": entry.tries,
        "since": entry.since,
        "refused": entry.refused.at,
    })
}
