//! The data API: finds what a path means and answers it, for a call from outside and for a step of a composite.

use super::{
    answer::Answer,
    collections, composite, describe_api,
    error::{ApiError, ApiResult},
    graph, limits, metadata,
    org::{Caller, Org},
    query, recent, rows, search, ui_api,
    wishes::Wishes,
};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

/// A call below `/services/data/vXX.X`.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) method: String,
    /// Decoded segments below the version; none is empty.
    pub(crate) path: Vec<String>,
    pub(crate) query: Vec<(String, String)>,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    /// The parsed body; null when there was none.
    pub(crate) body: Value,
}

impl Call {
    /// Splits what follows the version; empty segments, as from a slash at the end, do not count.
    pub(crate) fn new(
        method: &str,
        path: &str,
        query: &str,
        headers: Vec<(String, String)>,
        body: Value,
    ) -> Self {
        let decode = |segment: &str| percent_decode_str(segment).decode_utf8_lossy().into_owned();
        let path = path.split('/').filter(|segment| !segment.is_empty()).map(decode).collect();
        let query: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let mut call = Call { method: method.to_owned(), path, query, headers, body };
        if let Some(instead) = call.parameter("_HttpMethod").map(str::to_owned)
            && method == "POST"
        {
            call.method = instead.to_ascii_uppercase();
        }
        call
    }

    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The body as an object; anything else is refused.
    pub(crate) fn take_object(&mut self) -> ApiResult<Map<String, Value>> {
        match self.body.take() {
            Value::Object(body) => Ok(body),
            Value::Null => {
                Err(ApiError::json("The HTTP entity body is required, but this request has no entity body."))
            }
            _ => Err(ApiError::json(
                "Cannot deserialize instance of object, or request may be missing a required field",
            )),
        }
    }
}

/// Splits a version such as `v67.0` off a path; `None` for versions this org never had.
pub(crate) fn split_version(path: &str) -> Option<(&str, &str)> {
    let path = path.strip_prefix('/').unwrap_or(path);
    let (version, rest) = path.split_once('/').unwrap_or((path, ""));
    let number: u32 = version.strip_prefix('v')?.strip_suffix(".0")?.parse().ok()?;
    (limits::OLDEST..=limits::NEWEST).contains(&number).then_some((version, rest))
}

/// Answers a call. Changes stay uncommitted; a refused single call has changed nothing.
pub(crate) fn answer(org: &mut Org, caller: &Caller, mut call: Call) -> Answer {
    let start = org.store.savepoint();
    let path: Vec<String> = std::mem::take(&mut call.path);
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    let caller = caller.wishing(Wishes::of(&call));
    let result = route(org, &caller, &path, call);
    result.unwrap_or_else(|error| {
        org.store.rollback(start);
        error.into()
    })
}

fn route(org: &mut Org, caller: &Caller, path: &[&str], mut call: Call) -> ApiResult<Answer> {
    let method = call.method.clone();
    match (method.as_str(), path) {
        ("GET", []) => Ok(limits::version_root(org, caller)),
        ("GET", ["limits"]) => Ok(limits::limits(org)),
        ("GET", ["limits", "recordCount"]) => Ok(limits::record_count(org, caller, &call)),
        ("GET", ["recent"]) => Ok(recent::recent(org, caller, &call)),
        (_, ["ui-api", rest @ ..]) => ui_api::route(org, caller, &method, rest, &call),
        ("GET", ["query"]) => query::query(org, caller, &call, false),
        ("GET", ["queryAll"]) => query::query(org, caller, &call, true),
        ("GET", ["query" | "queryAll", locator]) => query::more(org, caller, locator),
        ("GET", ["search"]) => search::sosl(org, caller, &call),
        ("GET" | "POST", ["parameterizedSearch"]) => search::parameterized(org, caller, &mut call),
        ("POST", ["composite"]) => composite::composite(org, caller, &mut call),
        ("POST", ["composite", "batch"]) => graph::batch(org, caller, &mut call),
        ("POST", ["composite", "graph"]) => graph::graph(org, caller, &mut call),
        ("POST", ["composite", "tree", object]) => graph::tree(org, caller, object, &mut call),
        (_, ["composite", "sobjects", rest @ ..]) => {
            collections::route(org, caller, &method, rest, &mut call)
        }
        (_, ["metadata", rest @ ..]) => metadata::route(org, caller, &method, rest, &mut call),
        ("GET", ["sobjects"]) => describe_api::global(org, caller, &call),
        ("GET", ["sobjects", object]) => describe_api::basic(org, caller, object),
        ("GET", ["sobjects", object, "describe"]) => describe_api::object(org, caller, object, &call),
        (_, ["sobjects", object, rest @ ..]) => rows::route(org, caller, &method, object, rest, &mut call),
        (_, ["query" | "queryAll" | "limits" | "recent" | "search" | "sobjects", ..]) => {
            Err(ApiError::method_not_allowed(&method, "GET,HEAD"))
        }
        _ => Err(ApiError::not_found()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_split_then_decoded() {
        let call = Call::new("POST", "sobjects/X__c/Ext__c/a%2Fb/", "_HttpMethod=PATCH", vec![], Value::Null);
        assert_eq!(call.path, ["sobjects", "X__c", "Ext__c", "a/b"]);
        assert_eq!(call.method, "PATCH");
    }

    #[test]
    fn versions_this_org_never_had_are_unknown() {
        for (path, want) in [
            ("/v67.0/query", Some(("v67.0", "query"))),
            ("v50.0", Some(("v50.0", ""))),
            ("/v19.0/query", None),
            ("/v99.0/query", None),
            ("/67.0/query", None),
        ] {
            assert_eq!(split_version(path), want, "{path}");
        }
    }
}
