//! Who calls: a person who signed in at Salesforce, or whoever has the stack's API key.

use super::{
    ApiError,
    cookies::{SESSION_COOKIE, cookie_of},
};
use crate::Workspace;
use aws::Session;
use axum::{
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode, header},
    middleware::Next,
    response::Response,
};
use domain::Code;
use std::sync::Arc;

/// Who calls; handlers find it among the request's extensions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caller {
    /// An administrator.
    Person(Session),
    /// The key does not tell its holders apart.
    Key,
}

impl Caller {
    /// As the audit log names them.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Caller::Person(session) => &session.username,
            Caller::Key => "API key",
        }
    }
}

/// Lets a request pass that carries the stack's API key, `Authorization: Bearer <key>`, or the session of an administrator.
///
/// # Errors
/// 401 without either; 403 for a person without the permission, and for what another site's page sends.
pub async fn require_caller(
    State(workspace): State<Arc<Workspace>>,
    headers: HeaderMap,
    mut request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    let caller = match bearer(&headers) {
        Some(key) if workspace.is_api_key(key).await? => Caller::Key,
        Some(_) => return Err(unauthorized("this is not the stack's API key")),
        None => Caller::Person(person(&workspace, &headers, request.method()).await?),
    };
    request.extensions_mut().insert(caller);
    Ok(next.run(request).await)
}

async fn person(workspace: &Workspace, headers: &HeaderMap, method: &Method) -> Result<Session, ApiError> {
    let token = cookie_of(headers, SESSION_COOKIE);
    let session = match token {
        Some(token) => workspace.session(&token).await?,
        None => None,
    };
    let Some(session) = session else {
        return Err(unauthorized(
            "sign in at /api/admin/sign-in, or send the stack's API key as `Authorization: Bearer <key>`",
        ));
    };
    if !session.administers {
        return Err(forbidden(format!(
            "{} may not use the console: it takes the custom permission LP_Admin, Customize Application or Modify All Data",
            session.username
        )));
    }
    if !method.is_safe() && !is_same_origin(headers) {
        return Err(forbidden("only the console's own pages may send this".to_owned()));
    }
    Ok(session)
}

fn unauthorized(sentence: &str) -> ApiError {
    ApiError::new(StatusCode::UNAUTHORIZED, Code::NotSignedIn, sentence)
}

fn forbidden(sentence: String) -> ApiError {
    ApiError::new(StatusCode::FORBIDDEN, Code::NotAllowed, sentence)
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ").map(str::trim)
}

/// Whether a request that changes something comes from our own pages: browsers say where from.
#[must_use]
pub fn is_same_origin(headers: &HeaderMap) -> bool {
    let origin = headers.get(header::ORIGIN).and_then(|value| value.to_str().ok());
    origin.is_some_and(|origin| origin == origin_of(headers))
}

/// Our own origin, as this request reached it: API Gateway sets `Host` itself. Only a developer's machine has no TLS.
#[must_use]
pub fn origin_of(headers: &HeaderMap) -> String {
    let host = headers.get(header::HOST).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let name = host.split(':').next().unwrap_or_default();
    let scheme = if matches!(name, "127.0.0.1" | "localhost") { "http" } else { "https" };
    format!("{scheme}://{host}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(header::HeaderName, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect()
    }

    #[test]
    fn only_our_own_pages_are_of_our_origin() {
        let host = "abc.execute-api.eu-central-1.amazonaws.com";
        let cases = [
            (host, Some("https://abc.execute-api.eu-central-1.amazonaws.com"), true),
            (host, Some("http://abc.execute-api.eu-central-1.amazonaws.com"), false),
            (host, Some("https://evil.example"), false),
            (host, Some("null"), false),
            (host, None, false),
            ("127.0.0.1:8080", Some("http://127.0.0.1:8080"), true),
            ("127.0.0.1:8080", Some("http://127.0.0.1:8082"), false),
        ];
        for (host, origin, want) in cases {
            let mut sent = headers(&[(header::HOST, host)]);
            sent.extend(origin.map(|origin| (header::ORIGIN, origin.parse().unwrap())));
            assert_eq!(is_same_origin(&sent), want, "{host} {origin:?}");
        }
    }
}
