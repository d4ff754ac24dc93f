//! SOQL over HTTP: pages and their locators.

use super::{
    answer::Answer,
    api::Call,
    cursors::CursorPage,
    error::{ApiError, ApiResult},
    org::{Caller, Org},
    soql::{self, Found},
};
use serde_json::json;

/// Most records of a page, and how many when nothing is asked for.
const PAGE: usize = 2000;
/// Fewest records a client may ask for.
const SMALL_PAGE: usize = 200;

/// Answers `GET /query` and `GET /queryAll`.
pub(crate) fn query(org: &mut Org, caller: &Caller, call: &Call, with_deleted: bool) -> ApiResult<Answer> {
    let Some(statement) = call.parameter("q") else {
        return Err(ApiError::bad("MALFORMED_QUERY", "A query string has to be specified"));
    };
    answer(org, caller, statement, call, with_deleted)
}

/// Answers a statement.
pub(crate) fn answer(
    org: &mut Org,
    caller: &Caller,
    statement: &str,
    call: &Call,
    with_deleted: bool,
) -> ApiResult<Answer> {
    match soql::run(org, caller, statement, with_deleted)? {
        Found::Count(count) => Ok(Answer::ok(json!({"totalSize": count, "done": true, "records": []}))),
        Found::Records(records, small_pages) => {
            let page = if small_pages { SMALL_PAGE } else { asked_page(call) };
            let page = org.cursors.open(records, page);
            Ok(page_answer(caller, page))
        }
    }
}

/// Answers `GET /query/{locator}`.
pub(crate) fn more(org: &mut Org, caller: &Caller, locator: &str) -> ApiResult<Answer> {
    match org.cursors.fetch(locator) {
        Some(page) => Ok(page_answer(caller, page)),
        None => Err(ApiError::bad("INVALID_QUERY_LOCATOR", "invalid query locator")),
    }
}

fn asked_page(call: &Call) -> usize {
    let options = call.header("sforce-query-options").unwrap_or_default();
    let size = options
        .split([',', ';'])
        .find_map(|option| option.trim().strip_prefix("batchSize=")?.trim().parse().ok());
    size.unwrap_or(PAGE).clamp(SMALL_PAGE, PAGE)
}

fn page_answer(caller: &Caller, page: CursorPage) -> Answer {
    let mut body = json!({"totalSize": page.total, "done": page.next.is_none()});
    if let Some(next) = page.next {
        body["nextRecordsUrl"] = format!("/services/data/{}/query/{next}", caller.version).into();
    }
    body["records"] = page.records.into();
    Answer::ok(body)
}
