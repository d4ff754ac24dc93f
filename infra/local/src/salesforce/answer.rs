//! An answer before it is sent: composite calls nest answers, the router sends them.

use super::error::ApiError;
use axum::{
    body::Body,
    http::{HeaderName, HeaderValue, StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

/// What the body holds.
#[derive(Debug)]
pub(crate) enum Content {
    Empty,
    Json(Value),
    /// Bytes with their media type.
    Bytes(&'static str, Vec<u8>),
}

/// Status, headers and body.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) content: Content,
}

impl Answer {
    pub(crate) fn json(status: u16, body: Value) -> Self {
        Answer { status, headers: Vec::new(), content: Content::Json(body) }
    }

    pub(crate) fn ok(body: Value) -> Self {
        Answer::json(200, body)
    }

    pub(crate) fn empty(status: u16) -> Self {
        Answer { status, headers: Vec::new(), content: Content::Empty }
    }

    pub(crate) fn bytes(media_type: &'static str, bytes: Vec<u8>) -> Self {
        Answer { status: 200, headers: Vec::new(), content: Content::Bytes(media_type, bytes) }
    }

    pub(crate) fn html(status: u16, page: String) -> Self {
        Answer { status, ..Answer::bytes("text/html; charset=UTF-8", page.into_bytes()) }
    }

    /// Adds a header.
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(crate) fn succeeded(&self) -> bool {
        self.status < 300 || self.status == 304
    }

    /// The body as composite answers nest it.
    pub(crate) fn into_value(self) -> Value {
        match self.content {
            Content::Json(value) => value,
            Content::Empty => Value::Null,
            Content::Bytes(_, bytes) => String::from_utf8_lossy(&bytes).into_owned().into(),
        }
    }

    /// The response, indented when the client asked for that.
    pub(crate) fn into_response(self, pretty: bool) -> Response {
        let (media_type, bytes) = match self.content {
            Content::Empty => (None, Vec::new()),
            Content::Bytes(media_type, bytes) => (Some(media_type), bytes),
            Content::Json(value) => {
                let bytes =
                    if pretty { serde_json::to_vec_pretty(&value) } else { serde_json::to_vec(&value) };
                (Some("application/json;charset=UTF-8"), bytes.unwrap_or_default())
            }
        };
        let mut response = Response::new(Body::from(bytes));
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        if let Some(media_type) = media_type {
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
        }
        for (name, value) in self.headers {
            if let Ok(value) = HeaderValue::from_str(&value) {
                response.headers_mut().append(HeaderName::from_static(name), value);
            }
        }
        response
    }
}

impl From<ApiError> for Answer {
    fn from(error: ApiError) -> Self {
        Answer::json(error.status, json!([error.to_rest()]))
    }
}

/// What an injected HTTP status looks like: the switchboard answers with it instead of serving the call.
pub(crate) fn fault(status: StatusCode) -> Response {
    let answer = match status.as_u16() {
        401 => ApiError::new(401, "INVALID_SESSION_ID", "Session expired or invalid").into(),
        403 => ApiError::injected("REQUEST_LIMIT_EXCEEDED", None).into(),
        404 => ApiError::not_found().into(),
        503 => Answer::html(
            503,
            "<html><body><h1>Down for maintenance</h1><p>We will be back soon.</p></body></html>".into(),
        ),
        502 | 504 => Answer::html(status.as_u16(), "<html><body><h1>Server error</h1></body></html>".into()),
        code if code >= 500 => ApiError::new(
            code,
            "UNKNOWN_EXCEPTION",
            "An unexpected error occurred. ErrorId: 1400000000-1 (2)",
        )
        .into(),
        code => ApiError::new(code, "UNKNOWN_EXCEPTION", "refused on demand").into(),
    };
    Answer::into_response(answer, false).into_response()
}
