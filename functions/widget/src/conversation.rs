//! The conversation's own record: its links, how it stands, and bringing it up to date.

use crate::{
    errors::{of_crm, of_link},
    search::conversation,
    visit::Visit,
};
use axum::Json;
use bootstrap::api::{ApiError, Body, Query, sync_chat};
use crm::{Linked, link, linked, unlink, view};
use domain::{Code, ConversationId, ports::RecordKey};
use serde::{Deserialize, Serialize};
use serde_json::Value;

#[derive(Serialize)]
pub(crate) struct Links {
    links: Vec<view::Named>,
}

#[derive(Serialize)]
pub(crate) struct Stands {
    transcript: view::TranscriptState,
    links: Vec<view::Named>,
}

/// What is to be linked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ToLink {
    conversation: String,
    object: String,
    id: String,
}

pub(crate) async fn link_record(visit: Visit, Body(wanted): Body<ToLink>) -> Result<Json<Links>, ApiError> {
    let of = named(&wanted.conversation)?;
    let session = visit.session().await?;
    let desk = visit.desk(&session)?;
    let Linked { links, .. } = link(&desk, &of, &wanted.object, &wanted.id).await.map_err(of_link)?;
    Ok(Json(Links { links }))
}

/// Which link goes.
#[derive(Deserialize)]
pub(crate) struct ToUnlink {
    conversation: String,
    object: String,
}

pub(crate) async fn unlink_record(
    visit: Visit,
    Query(wanted): Query<ToUnlink>,
) -> Result<Json<Links>, ApiError> {
    let of = named(&wanted.conversation)?;
    let session = visit.session().await?;
    let desk = visit.desk(&session)?;
    let Linked { links, .. } = unlink(&desk, &of, &wanted.object).await.map_err(of_link)?;
    Ok(Json(Links { links }))
}

/// Which conversation is meant.
#[derive(Deserialize)]
pub(crate) struct Of {
    conversation: String,
}

pub(crate) async fn state(
    visit: Visit,
    Query(Of { conversation }): Query<Of>,
) -> Result<Json<Stands>, ApiError> {
    stands(&visit, &named(&conversation)?).await.map(Json)
}

/// How the record stands after it was brought up to date, and what changed.
#[derive(Serialize)]
pub(crate) struct Synced {
    transcript: view::TranscriptState,
    changed: Value,
}

/// In the sync user's name: agents read LivePerson through nothing else.
pub(crate) async fn sync_now(
    visit: Visit,
    Body(Of { conversation }): Body<Of>,
) -> Result<Json<Synced>, ApiError> {
    let of = named(&conversation)?;
    if !of.as_str().starts_with(&format!("{}:", visit.configuration.account)) {
        let sentence = "conversation: it is another account's";
        return Err(ApiError::unacceptable(Code::RequestInvalid, sentence));
    }
    let mut synced = Box::pin(sync_chat(&visit.workspace, &RecordKey::Conversation(of.clone()))).await?;
    let Stands { transcript, .. } = stands(&visit, &of).await?;
    Ok(Json(Synced { transcript, changed: synced["changed"].take() }))
}

async fn stands(visit: &Visit, of: &ConversationId) -> Result<Stands, ApiError> {
    let session = visit.session().await?;
    let Linked { links, transcript } = linked(&visit.desk(&session)?, of).await.map_err(of_crm)?;
    Ok(Stands { transcript, links })
}

fn named(text: &str) -> Result<ConversationId, ApiError> {
    let missing = || ApiError::unacceptable(Code::RequestInvalid, "conversation: name one");
    conversation(Some(text))?.ok_or_else(missing)
}
