//! Describes over HTTP, conditional ones included.

use super::{
    answer::Answer,
    api::Call,
    error::ApiResult,
    org::{Caller, Org},
    profiles::Profile,
    schema::describe,
    time,
};
use jiff::Timestamp;
use serde_json::json;

pub(crate) fn global(org: &Org, caller: &Caller, call: &Call) -> ApiResult<Answer> {
    let (everyone, version) = (Profile::default(), &caller.version);
    let profile = org.profile(&caller.user).unwrap_or(&everyone);
    Ok(unless_known(org, call, || Answer::ok(describe::global(&org.schema, version, profile))))
}

pub(crate) fn basic(org: &Org, caller: &Caller, object: &str) -> ApiResult<Answer> {
    let (object, everyone) = (org.object(caller, object)?, Profile::default());
    let profile = org.profile(&caller.user).unwrap_or(&everyone);
    let entry = describe::entry(object, &caller.version, profile);
    Ok(Answer::ok(json!({"objectDescribe": entry, "recentItems": []})))
}

pub(crate) fn object(org: &Org, caller: &Caller, object: &str, call: &Call) -> ApiResult<Answer> {
    let (object, everyone) = (org.object(caller, object)?, Profile::default());
    let profile = org.profile(&caller.user).unwrap_or(&everyone);
    Ok(unless_known(org, call, || {
        Answer::ok(describe::object(&org.schema, object, &caller.version, &org.url, profile))
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
