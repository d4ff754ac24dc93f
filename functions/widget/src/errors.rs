//! What the widget's logic and Salesforce refuse, as problem documents. Decided here, once.

use axum::http::StatusCode;
use bootstrap::{HandlerError, api::ApiError};
use crm::{ContextError, LinkError, SaveError};
use domain::{
    Code,
    crm::{CrmError, WriteError},
};
use serde_json::json;

pub(crate) fn of_crm(error: CrmError) -> ApiError {
    match error {
        CrmError::SessionOver => ApiError::new(StatusCode::UNAUTHORIZED, error.code(), error.to_string()),
        CrmError::Sink(error) => HandlerError::from(error).into(),
    }
}

pub(crate) fn of_context(error: &ContextError) -> ApiError {
    ApiError::unacceptable(error.code(), error.to_string())
}

pub(crate) fn of_link(error: LinkError) -> ApiError {
    match error {
        LinkError::Unacceptable(sentence) => ApiError::unacceptable(Code::NotInSkill, sentence),
        LinkError::Write(WriteError::Crm(error)) => of_crm(error),
        LinkError::Write(WriteError::Refused { refusals, .. }) => {
            let words: Vec<&str> = refusals.iter().map(|refusal| refusal.message.as_str()).collect();
            let sentence = format!("Salesforce did not link it: {}", words.join("; "));
            ApiError::unacceptable(Code::RecordRefused, sentence)
        }
        LinkError::Write(error) => {
            let sentence = format!("{error}; look at the links and try again");
            ApiError::new(StatusCode::BAD_GATEWAY, Code::SaveUncertain, sentence)
        }
    }
}

pub(crate) fn of_save(error: SaveError) -> ApiError {
    match error {
        SaveError::NotForYou(sentence) => ApiError::new(StatusCode::FORBIDDEN, Code::NotInSkill, sentence),
        SaveError::Problems(problems) => {
            let sentence = match problems.as_slice() {
                [only] => only.sentence.clone(),
                several => format!("{} things keep the record from being saved", several.len()),
            };
            ApiError::unacceptable(Code::RecordRefused, sentence).with(problems)
        }
        SaveError::Duplicates { may_save, rows, message } => {
            let found = json!({ "may_save": may_save, "rows": rows });
            ApiError::new(StatusCode::CONFLICT, Code::DuplicatesFound, message)
                .with_member("duplicates", found)
        }
        SaveError::Changed { by, at } => {
            let sentence = format!("{by} changed this record in the meantime; nothing was saved");
            let error = ApiError::new(StatusCode::PRECONDITION_FAILED, Code::RecordChanged, sentence);
            error.with_member("changed", json!({ "by": by, "at": at }))
        }
        uncertain @ SaveError::Unknown(_) => {
            ApiError::new(StatusCode::CONFLICT, Code::SaveUncertain, uncertain.to_string())
        }
        SaveError::Crm(error) => of_crm(error),
    }
}
