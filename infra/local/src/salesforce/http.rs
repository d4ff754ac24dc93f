//! The door: routes, tokens, limits and headers before a call reaches the org.

use super::{
    Shared,
    answer::Answer,
    api::{self, Call},
    consent,
    error::ApiError,
    fault::RowFault,
    identity, limits, metadata,
    oauth::{self, Endpoint, Form},
    org::{Caller, Org},
    pages,
};
use crate::simulator::Fault;
use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, header::AUTHORIZATION, request::Parts},
    response::Response,
};
use serde_json::{Value, json};
use std::{rc::Rc, sync::Arc};

/// Most bytes of a JSON body.
const MAX_BODY: usize = 50 * 1024 * 1024;
/// Most bytes of address and headers together.
const MAX_HEAD: usize = 16_384;

/// Answers every request that is not a count.
pub(super) async fn serve(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let pretty = parts.headers.get("x-prettyprint").is_some_and(|value| value == "1");
    let answer = match read_body(body).await {
        Ok(body) => shared.answer(&parts, &body),
        Err(error) => error.into(),
    };
    answer.into_response(pretty)
}

async fn read_body(body: Body) -> Result<Vec<u8>, ApiError> {
    let too_large =
        |_| ApiError::new(413, "EXCEEDED_MAX_SIZE_REQUEST", "The request exceeds the maximum of 50 MB");
    to_bytes(body, MAX_BODY).await.map(Into::into).map_err(too_large)
}

impl Shared {
    fn answer(&self, parts: &Parts, body: &[u8]) -> Answer {
        let path = parts.uri.path();
        let head: usize =
            parts.headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
        let address = parts.uri.path_and_query().map_or(0, |address| address.as_str().len());
        if address > MAX_HEAD {
            return Answer::html(414, "<h1>Bad Message 414</h1><pre>reason: URI Too Long</pre>".into());
        }
        if address + head > MAX_HEAD {
            return Answer::html(
                431,
                "<h1>Bad Message 431</h1><pre>reason: Request Header Fields Too Large</pre>".into(),
            );
        }
        if let Some(below) = path.strip_prefix("/services/data") {
            return self.data(parts, below, body);
        }
        let mut org = self.lock();
        let endpoint = Endpoint { url: &org.url.clone(), credentials: &self.credentials };
        let form = form(parts, body);
        let word = fault_word(parts);
        match (parts.method.as_str(), path.trim_end_matches('/')) {
            ("GET", "") => {
                pages::list(&org, form.get("page").and_then(|page| page.parse().ok()).unwrap_or(0))
            }
            ("POST", "/services/oauth2/token") => match word {
                Some(word) => {
                    Answer::json(400, json!({"error": word, "error_description": "refused on demand"}))
                }
                None => oauth::token(&mut org, &endpoint, &form),
            },
            ("GET", "/services/oauth2/authorize") => consent::page(&org, &endpoint, &form),
            ("POST", "/services/oauth2/authorize") => consent::decide(&mut org, &endpoint, &form),
            ("GET" | "POST", "/services/oauth2/revoke") => oauth::revoke(&mut org, &form),
            ("POST", "/services/oauth2/introspect") => oauth::introspect(&org, &endpoint, &form),
            ("GET" | "POST", "/services/oauth2/userinfo") => match bearer(&org, &parts.headers) {
                Ok((user, scope)) => identity::userinfo(&org, &endpoint, &user, &scope),
                Err(_) => identity::plain(403, "Bad_OAuth_Token"),
            },
            ("GET", "/.well-known/openid-configuration") => Answer::ok(configuration(endpoint.url)),
            ("POST", soap) if soap.starts_with("/services/Soap/") => {
                let version = soap.split('/').nth(4).unwrap_or_default();
                identity::soap(&mut org, &endpoint, version, &String::from_utf8_lossy(body))
            }
            ("GET", other) => match other.split('/').collect::<Vec<_>>().as_slice() {
                ["", "id", organization, user] => match bearer(&org, &parts.headers) {
                    Ok(_) => identity::identity(&org, &endpoint, organization, user),
                    Err(_) if form.contains_key("oauth_token") => {
                        identity::identity(&org, &endpoint, organization, user)
                    }
                    Err(_) => identity::plain(403, "Missing_OAuth_Token"),
                },
                ["", id] | ["", id, "e"] | ["", "lightning", "r", _, id, _] => pages::record(&org, id),
                _ => ApiError::not_found().into(),
            },
            _ => ApiError::not_found().into(),
        }
    }

    /// Calls below `/services/data`.
    fn data(&self, parts: &Parts, below: &str, body: &[u8]) -> Answer {
        if below.is_empty() || below == "/" {
            return limits::versions();
        }
        let Some((version, below)) = api::split_version(below) else { return ApiError::not_found().into() };
        let mut guard = self.lock();
        let org = &mut *guard;
        let (mut caller, word) = match admit(org, parts, version) {
            Ok(admitted) => admitted,
            Err(error) => return error.into(),
        };
        let now = org.now();
        if org.usage.of_24_hours(now) >= org.daily {
            return with_usage(org, ApiError::injected("REQUEST_LIMIT_EXCEEDED", None).into());
        }
        org.usage.add(now, 1);
        if let Some(word) = word {
            match word.as_str() {
                "REQUEST_LIMIT_EXCEEDED" | "CONCURRENT_LIMIT" | "SERVER_UNAVAILABLE" => {
                    return with_usage(org, ApiError::injected(&word, None).into());
                }
                // Whoever may save a duplicate has said so.
                word if word.starts_with("DUPLICATES_DETECTED") && saves_duplicates(&parts.headers) => {}
                _ => caller.fault = Rc::new(RowFault::of(&word)),
            }
            if let Err(error) = caller.fault.check_call() {
                return with_usage(org, error.into());
            }
        }
        let answer = match parse_body(parts, body) {
            Ok(body) => {
                let query = parts.uri.query().unwrap_or_default();
                let call = Call::new(parts.method.as_str(), below, query, headers(&parts.headers), body);
                let call = if call.method == "HEAD" { Call { method: "GET".into(), ..call } } else { call };
                api::answer(org, &caller, call)
            }
            Err(error) => error.into(),
        };
        let answer = match org.commit() {
            Ok(()) => answer,
            Err(error) => error.into(),
        };
        with_usage(org, answer)
    }
}

/// Who calls, and the word of a fault that hits this call.
fn admit(org: &Org, parts: &Parts, version: &str) -> Result<(Caller, Option<String>), ApiError> {
    let word = fault_word(parts);
    if word.as_deref() == Some("expire") {
        return Err(ApiError::new(401, "INVALID_SESSION_ID", "Session expired or invalid"));
    }
    let (user, _) = bearer(org, &parts.headers)?;
    Ok((Caller::new(&user, version), word))
}

fn fault_word(parts: &Parts) -> Option<String> {
    match parts.extensions.get::<Fault>() {
        Some(Fault::Word(word)) => Some(word.clone()),
        _ => None,
    }
}

fn saves_duplicates(headers: &HeaderMap) -> bool {
    let header = headers.get("sforce-duplicate-rule-header").and_then(|value| value.to_str().ok());
    header.is_some_and(|header| header.replace(' ', "").eq_ignore_ascii_case("allowSave=true"))
}

/// User and scope of the token a request carries.
fn bearer(org: &Org, headers: &HeaderMap) -> Result<(String, String), ApiError> {
    let expired = || ApiError::new(401, "INVALID_SESSION_ID", "Session expired or invalid");
    let header = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).ok_or_else(expired)?;
    let (scheme, token) = header.split_once(' ').unwrap_or((header, ""));
    if !scheme.eq_ignore_ascii_case("bearer") && !scheme.eq_ignore_ascii_case("oauth") {
        return Err(ApiError::new(401, "INVALID_AUTH_HEADER", "INVALID_HEADER_TYPE"));
    }
    let grant = org.access.find(token.trim()).filter(|grant| !grant.refresh).ok_or_else(expired)?;
    Ok((grant.user.clone(), grant.scope.clone()))
}

fn parse_body(parts: &Parts, body: &[u8]) -> Result<Value, ApiError> {
    if body.is_empty() {
        return Ok(Value::Null);
    }
    let media_type =
        parts.headers.get("content-type").and_then(|value| value.to_str().ok()).unwrap_or("application/json");
    if media_type.starts_with("multipart/form-data") {
        return metadata::multipart::parts(media_type, body);
    }
    if !media_type.contains("json") && !media_type.starts_with("text/plain") {
        let message = format!("Content type {media_type} is not supported");
        return Err(ApiError::new(415, "UNSUPPORTED_MEDIA_TYPE", message));
    }
    serde_json::from_slice(body).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        ApiError::json(format!("Unexpected character at [line:{line}, column:{column}]"))
    })
}

fn headers(headers: &HeaderMap) -> Vec<(String, String)> {
    let text = |value: &axum::http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect()
}

/// The parameters of the address, then those of a form body, which win.
fn form(parts: &Parts, body: &[u8]) -> Form {
    let query = form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes());
    let is_form = parts
        .headers
        .get("content-type")
        .and_then(|value| value.to_str().ok())
        .is_none_or(|kind| kind.contains("form"));
    let posted = form_urlencoded::parse(if is_form { body } else { &[] });
    let mut form: Form =
        query.chain(posted).map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
    if let Some((id, secret)) = basic(&parts.headers) {
        form.entry("client_id".into()).or_insert(id);
        form.entry("client_secret".into()).or_insert(secret);
    }
    form
}

fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let encoded = headers.get(AUTHORIZATION)?.to_str().ok()?.strip_prefix("Basic ")?;
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    Some((id.to_owned(), secret.to_owned()))
}

fn with_usage(org: &mut Org, answer: Answer) -> Answer {
    let now = org.now();
    let used = org.usage.of_24_hours(now);
    answer.with("sforce-limit-info", format!("api-usage={used}/{}", org.daily))
}

fn configuration(url: &str) -> Value {
    let oauth = |name: &str| format!("{url}/services/oauth2/{name}");
    json!({
        "issuer": url,
        "authorization_endpoint": oauth("authorize"),
        "token_endpoint": oauth("token"),
        "revocation_endpoint": oauth("revoke"),
        "userinfo_endpoint": oauth("userinfo"),
        "introspection_endpoint": oauth("introspect"),
        "scopes_supported": ["api", "id", "openid", "refresh_token", "custom_permissions"],
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
    })
}
