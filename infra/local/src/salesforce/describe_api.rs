//! Describes over HTTP, conditional ones included.

use super::{
    answer::Answer,
    api::Call,
    error::ApiResult,
    org::{Caller, Org},
    schema::describe,
    time,
};
use jiff::Timestamp;
use serde_json::json;

pub(crate) fn global(org: &Org, caller: &Caller, call: &Call) -> ApiResult<Answer> {
    Ok(unless_known(org, call, || Answer::ok(describe::global(&org.schema, &caller.version))))
}

pub(crate) fn basic(org: &Org, caller: &Caller, object: &str) -> ApiResult<Answer> {
    let object = org.object(object)?;
    let entry = describe::entry(object, &caller.version);
    Ok(Answer::ok(json!({"objectDescribe": entry, "recentItems": []})))
}

pub(crate) fn object(org: &Org, caller: &Caller, object: &str, call: &Call) -> ApiResult<Answer> {
    let object = org.object(object)?;
    let visible = |field: &str| org.visible(&caller.user, &object.name, field);
    Ok(unless_known(org, call, || {
        Answer::ok(describe::object(&org.schema, object, &caller.version, &org.url, visible))
    }))
}

fn unless_known(org: &Org, call: &Call, answer: impl FnOnce() -> Answer) -> Answer {
    let changed = time::http_date(org.schema_changed);
    if unmodified_since(call, org.schema_changed) {
        return Answer::empty(304).with("last-modified", changed);
    }
    let etag = format!("\"{:x}\"", org.schema_changed.as_millisecond());
    answer().with("last-modified", changed).with("etag", etag)
}

/// Whether the caller already has what last changed then.
pub(crate) fn unmodified_since(call: &Call, changed: Timestamp) -> bool {
    let since = call.header("if-modified-since").and_then(time::parse_http_date);
    since.is_some_and(|since| changed.as_second() <= since.as_second())
}
