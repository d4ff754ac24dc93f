//! The event log: page by page, and as a table for spreadsheets.

use crate::{
    Stack,
    csv_log::{MOST_ROWS, to_csv},
    documented::Refusals,
};
use aws::{LogCursor, LogView};
use axum::{
    Json,
    extract::RawQuery,
    http::{
        StatusCode,
        header::{CONTENT_DISPOSITION, CONTENT_TYPE},
    },
    response::IntoResponse,
};
use bootstrap::api::ApiError;
use domain::{Code, ConversationId, LogEntry, RunId, event_log::Category};
use serde_json::{Value, json};

const USUAL_LIMIT: usize = 50;
const MOST: usize = 200;

/// A page of the event log, newest first.
#[utoipa::path(
    get,
    path = "/api/admin/log",
    params(
        ("category" = Option<String>, Query),
        ("run" = Option<String>, Query),
        ("conversation" = Option<String>, Query),
        ("limit" = Option<u16>, Query, description = "1 to 200"),
        ("after" = Option<String>, Query, description = "a page's `next`"),
    ),
    responses((status = 200, description = "The page.", body = Value), Refusals)
)]
pub(crate) async fn page(workspace: Stack, RawQuery(query): RawQuery) -> Result<Json<Value>, ApiError> {
    let view = view(query.as_deref().unwrap_or_default())?;
    let page = workspace.table.log_page(&view, workspace.clock.now()).await?;
    Ok(Json(json!({
        "entries": page.entries.iter().map(entry_json).collect::<Vec<_>>(),
        "next": page.next.map(|cursor| cursor.to_string()),
    })))
}

/// The event log as CSV, newest first: 10,000 entries at most, and a last line that says so when there are more.
#[utoipa::path(
    get,
    path = "/api/admin/log.csv",
    params(
        ("category" = Option<String>, Query),
        ("run" = Option<String>, Query),
        ("conversation" = Option<String>, Query),
    ),
    responses((status = 200, description = "The table.", body = String, content_type = "text/csv"), Refusals)
)]
pub(crate) async fn csv(workspace: Stack, RawQuery(query): RawQuery) -> Result<impl IntoResponse, ApiError> {
    // One more tells whether there are more.
    let view = LogView { limit: MOST_ROWS + 1, ..view(query.as_deref().unwrap_or_default())? };
    let page = workspace.table.log_page(&view, workspace.clock.now()).await?;
    let unwritten = |error: csv::Error| {
        let sentence = format!("the table could not be written: {error}; try again");
        ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, Code::StoreUnreadable, sentence)
    };
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"chatlink-event-log.csv\""),
    ];
    Ok((headers, to_csv(&page.entries).map_err(unwritten)?))
}

fn view(query: &str) -> Result<LogView, ApiError> {
    let mut view = LogView { limit: USUAL_LIMIT, ..LogView::default() };
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let invalid = |what: &str| ApiError::unacceptable(Code::RequestInvalid, format!("{name}: {what}"));
        match name.as_ref() {
            _ if value.is_empty() => {}
            "category" => {
                let known = Category::ALL.map(Category::as_str).join(", ");
                view.category = Some(
                    Category::from_name(&value).ok_or_else(|| invalid(&format!("choose one of {known}")))?,
                );
            }
            "run" => view.run = Some(RunId::new(&value).ok_or_else(|| invalid("not a run id"))?),
            "conversation" => {
                view.conversation = Some(ConversationId::parse(&value).map_err(|e| invalid(&e.to_string()))?);
            }
            "limit" => {
                let limit = value.parse().ok().filter(|limit| (1..=MOST).contains(limit));
                view.limit = limit.ok_or_else(|| invalid("a number from 1 to 200"))?;
            }
            "after" => {
                view.after =
                    Some(LogCursor::parse(&value).ok_or_else(|| invalid("not a `next` of this log"))?);
            }
            _ => return Err(invalid("unknown; use category, run, conversation, limit, after")),
        }
    }
    Ok(view)
}

fn entry_json(entry: &LogEntry) -> Value {
    json!({
        "at": entry.at,
        "category": entry.category.as_str(),
        "severity": entry.severity.as_str(),
        "code": entry.code.as_str(),
        "conversation": entry.conversation.as_ref().map(ConversationId::as_str),
        "run": entry.run.as_ref().map(RunId::as_str),
        "sentence": entry.sentence,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_says_which_parameter_is_wrong() {
        let good = view("category=callout&run=r-1&conversation=le1%3A42&limit=10&after=").unwrap();
        assert_eq!((good.category, good.limit), (Some(Category::Callout), 10));
        for (query, word) in [
            ("category=callouts", "category: choose one of callout, mapping"),
            ("limit=201", "limit: a number from 1 to 200"),
            ("after=x", "after: not a"),
            ("colour=red", "colour: unknown"),
        ] {
            let said = format!("{:?}", view(query).unwrap_err());
            assert!(said.contains(word), "{query}: {said}");
        }
    }
}
