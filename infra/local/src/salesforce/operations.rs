//! Names calls, for counts and faults.

use axum::http::Method;

/// The operation of a request; `None` for pages a browser shows.
pub(crate) fn operation(method: &Method, path: &str) -> Option<&'static str> {
    let path = path.trim_end_matches('/');
    if let Some(rest) = path.strip_prefix("/services/data") {
        let mut segments = rest.split('/').filter(|segment| !segment.is_empty());
        return Some(match segments.next() {
            None => "versions",
            Some(_) => data(method, &segments.collect::<Vec<_>>()),
        });
    }
    match path {
        "/services/oauth2/token" => Some("token"),
        "/services/oauth2/userinfo" => Some("userinfo"),
        "/services/oauth2/revoke" | "/services/oauth2/introspect" => Some("other"),
        _ if path.starts_with("/services/Soap/") => Some("token"),
        _ if path.starts_with("/id/") => Some("userinfo"),
        _ => None,
    }
}

fn data(method: &Method, path: &[&str]) -> &'static str {
    match (method.as_str(), path) {
        (_, []) => "versions",
        (_, ["limits", ..]) => "limits",
        (_, ["query" | "queryAll"]) => "query",
        (_, ["query" | "queryAll", ..]) => "query-more",
        (_, ["search" | "parameterizedSearch", ..]) => "search",
        (_, ["ui-api", ..]) => "ui-api",
        (_, ["composite"]) => "composite",
        (_, ["composite", "batch"]) => "batch",
        (_, ["composite", "graph"]) => "graph",
        (_, ["composite", "tree", ..]) => "tree",
        ("POST", ["composite", "sobjects"]) => "collections-create",
        ("PATCH", ["composite", "sobjects"]) => "collections-update",
        ("PATCH", ["composite", "sobjects", ..]) => "collections-upsert",
        ("DELETE", ["composite", "sobjects", ..]) => "collections-delete",
        (_, ["composite", "sobjects", _]) => "collections-get",
        ("POST", ["metadata", "deployRequest"]) => "metadata-deploy",
        (_, ["metadata", ..]) => "metadata-status",
        ("GET", ["sobjects"]) => "describe-global",
        ("GET", ["sobjects", _] | ["sobjects", _, "describe", ..]) => "describe",
        (_, ["sobjects", object, ..]) if is_file(object) => "file",
        ("POST", ["sobjects", _] | ["sobjects", _, "Id"]) => "record-create",
        ("PATCH", ["sobjects", _, _]) => "record-update",
        ("PATCH", ["sobjects", _, _, _]) => "record-upsert",
        ("DELETE", ["sobjects", ..]) => "record-delete",
        ("GET", ["sobjects", _, _] | ["sobjects", _, _, _]) => "record-get",
        _ => "other",
    }
}

fn is_file(object: &str) -> bool {
    ["ContentVersion", "ContentDocument", "ContentDocumentLink", "Attachment"]
        .iter()
        .any(|name| name.eq_ignore_ascii_case(object))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_have_names_and_pages_have_none() {
        for (method, path, want) in [
            (Method::POST, "/services/oauth2/token", Some("token")),
            (Method::GET, "/services/data", Some("versions")),
            (Method::GET, "/services/data/v67.0/", Some("versions")),
            (Method::GET, "/services/data/v67.0/sobjects/", Some("describe-global")),
            (Method::GET, "/services/data/v67.0/sobjects/Contact/describe/", Some("describe")),
            (Method::GET, "/services/data/v67.0/query/", Some("query")),
            (Method::GET, "/services/data/v67.0/query/01gLk-2000", Some("query-more")),
            (Method::POST, "/services/data/v67.0/composite/sobjects/Contact", Some("collections-get")),
            (
                Method::PATCH,
                "/services/data/v67.0/composite/sobjects/Contact/Ext__c",
                Some("collections-upsert"),
            ),
            (Method::PATCH, "/services/data/v67.0/sobjects/Contact/Ext__c/7", Some("record-upsert")),
            (Method::GET, "/services/data/v67.0/sobjects/ContentVersion/068/VersionData", Some("file")),
            (Method::GET, "/services/data/v67.0/ui-api/object-info/Case", Some("ui-api")),
            (Method::GET, "/services/oauth2/authorize", None),
            (Method::GET, "/", None),
            (Method::GET, "/a0TLk0000000001AAA", None),
        ] {
            assert_eq!(operation(&method, path), want, "{method} {path}");
        }
    }
}
