//! Finding records: by what the conversation or the agent says, by what was used last, and for lookups.

use crate::{errors::of_crm, visit::Visit};
use axum::Json;
use bootstrap::api::{ApiError, Body, Path, Query};
use crm::{Scope, lookup, recent, search, view};
use domain::{Code, ConversationId};
use serde::{Deserialize, Serialize};

/// As many values are read; the logic searches for fewer.
const MOST_VALUES: usize = 50;
/// A longer value finds nothing.
const LONGEST_VALUE: usize = 1_000;

/// What is looked for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    /// `people`, or an object's API name.
    scope: String,
    values: Vec<String>,
    conversation: Option<String>,
}

pub(crate) async fn find(visit: Visit, Body(wanted): Body<Wanted>) -> Result<Json<view::Found>, ApiError> {
    let too_much =
        wanted.values.len() > MOST_VALUES || wanted.values.iter().any(|value| value.len() > LONGEST_VALUE);
    if too_much {
        let sentence =
            format!("values: at most {MOST_VALUES}, each of at most {LONGEST_VALUE} characters; send fewer");
        return Err(ApiError::unacceptable(Code::RequestInvalid, sentence));
    }
    let conversation = conversation(wanted.conversation.as_deref())?;
    let session = visit.session().await?;
    let desk = visit.desk(&session)?;
    let scope = if wanted.scope == "people" { Scope::People } else { Scope::Object(wanted.scope) };
    let found = search(&desk, &scope, &wanted.values, conversation.as_ref()).await.map_err(of_crm)?;
    found.map(Json).ok_or_else(|| {
        let what = match scope {
            Scope::People => "people".to_owned(),
            Scope::Object(object) => object,
        };
        let sentence = format!("scope: your skill does not work with {what}, or you may not see it");
        ApiError::not_found(Code::NotInSkill, sentence)
    })
}

/// The external id of a conversation's record.
pub(crate) fn conversation(text: Option<&str>) -> Result<Option<ConversationId>, ApiError> {
    let read = text.filter(|text| !text.is_empty()).map(ConversationId::parse).transpose();
    read.map_err(|error| ApiError::unacceptable(Code::RequestInvalid, format!("conversation: {error}")))
}

/// What an agent typed into a lookup.
#[derive(Deserialize)]
pub(crate) struct Typed {
    q: String,
}

#[derive(Serialize)]
pub(crate) struct Candidates {
    records: Vec<view::Candidate>,
}

pub(crate) async fn candidates(
    visit: Visit,
    Path((object, field)): Path<(String, String)>,
    Query(Typed { q }): Query<Typed>,
) -> Result<Json<Candidates>, ApiError> {
    let session = visit.session().await?;
    let desk = visit.desk(&session)?;
    let typed: String = q.chars().take(LONGEST_VALUE).collect();
    let found = lookup(&desk, &object, &field, &typed).await.map_err(of_crm)?;
    let unknown = || {
        let sentence =
            format!("your skill does not work with a lookup {object}.{field}, or you may not see it");
        ApiError::not_found(Code::NotInSkill, sentence)
    };
    found.map(|records| Json(Candidates { records })).ok_or_else(unknown)
}

#[derive(Serialize)]
pub(crate) struct Recent {
    records: Vec<view::Named>,
}

pub(crate) async fn recently_used(visit: Visit) -> Result<Json<Recent>, ApiError> {
    let session = visit.session().await?;
    let records = recent(&visit.desk(&session)?).await.map_err(of_crm)?;
    Ok(Json(Recent { records }))
}
