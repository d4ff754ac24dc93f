//! The latest Chat Transcript records, with a link to each. Never their text.

use crate::{Stack, documented::Refusals};
use axum::Json;
use bootstrap::api::{ApiError, Query};
use domain::{Code, configuration::TRANSCRIPT_OBJECT};
use jiff::Timestamp;
use salesforce::{ListedTranscript, TranscriptCursor, record_url};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

const PAGE: usize = 50;

/// Where a page begins.
#[derive(Deserialize)]
pub(crate) struct After {
    after: Option<String>,
}

/// A page of Chat Transcript records.
#[derive(Serialize, ToSchema)]
pub(crate) struct TranscriptsAnswer {
    transcripts: Vec<TranscriptAnswer>,
    /// Where the next page begins, if there is one.
    next: Option<String>,
}

/// A Chat Transcript record.
#[derive(Serialize, ToSchema)]
pub(crate) struct TranscriptAnswer {
    /// External id.
    conversation: String,
    /// `chat` or `messaging`.
    channel: Option<String>,
    /// 18-character record id.
    record: String,
    /// When the conversation began.
    #[schema(value_type = Option<String>, format = DateTime)]
    start: Option<Timestamp>,
    /// When the sync last wrote it.
    #[schema(value_type = Option<String>, format = DateTime)]
    last_synced: Option<Timestamp>,
    /// Where people see it.
    salesforce_url: String,
}

/// The latest records the sync wrote.
#[utoipa::path(
    get,
    path = "/api/admin/transcripts",
    params(("after" = Option<String>, Query, description = "a page's `next`")),
    responses((status = 200, description = "A page of 50, latest change first.", body = TranscriptsAnswer), Refusals)
)]
pub(crate) async fn transcripts(
    workspace: Stack,
    Query(After { after }): Query<After>,
) -> Result<Json<TranscriptsAnswer>, ApiError> {
    let after = cursor(after.as_deref().unwrap_or_default())?;
    let configuration = workspace.configuration().await?;
    let salesforce = workspace.salesforce(&configuration).await?;
    let page = salesforce.latest_transcripts(after.as_ref(), PAGE).await?;
    workspace.count_calls(&salesforce, page.calls).await?;
    let instance_url = salesforce.instance_url().await?;
    let listed = page.transcripts.into_iter().map(|one| answer(one, &instance_url)).collect();
    Ok(Json(TranscriptsAnswer { transcripts: listed, next: page.next.map(|next| next.to_string()) }))
}

fn cursor(after: &str) -> Result<Option<TranscriptCursor>, ApiError> {
    if after.is_empty() {
        return Ok(None);
    }
    let invalid =
        || ApiError::unacceptable(Code::RequestInvalid, "after: not a `next` of this list; begin without it");
    TranscriptCursor::parse(after).map(Some).ok_or_else(invalid)
}

fn answer(listed: ListedTranscript, instance_url: &str) -> TranscriptAnswer {
    let salesforce_url = record_url(instance_url, TRANSCRIPT_OBJECT, &listed.record);
    let ListedTranscript { record, conversation, channel, start, last_synced, .. } = listed;
    TranscriptAnswer { conversation, channel, record, start, last_synced, salesforce_url }
}
