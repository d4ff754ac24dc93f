//! What our HTTP APIs have in common: who may call, and how errors are answered.

mod caller;
mod cookies;
mod handshake;
mod sync_chat;

pub use caller::{Caller, is_same_origin, origin_of, require_caller};
pub use cookies::{
    AGENT_HANDSHAKE_COOKIE, AGENT_SESSION_COOKIE, HANDSHAKE_COOKIE, SESSION_COOKIE,
    SYNC_CHAT_HANDSHAKE_COOKIE, cookie_of, handshake_cookie, session_cookie,
};
pub use handshake::{Returned, SignInRoute, SignedIn};
pub use sync_chat::sync_chat;

use crate::HandlerError;
use axum::{
    Json,
    extract::{
        FromRequest, FromRequestParts, Request,
        rejection::{BytesRejection, JsonRejection, PathRejection, QueryRejection, StringRejection},
    },
    http::{HeaderValue, StatusCode, header},
    response::{AppendHeaders, IntoResponse, Response},
};
use domain::{
    Code,
    configuration::Problem,
    ports::{SinkError, SourceError, StoreError},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};
use sync::SyncError;

/// An answer that is not what was asked for: status, code and one sentence with the way out. Answered as the problem
/// document of RFC 9457.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiError {
    status: StatusCode,
    code: Code,
    sentence: String,
    problems: Vec<Problem>,
    members: Map<String, Value>,
    retry_after_s: Option<u64>,
}

#[derive(Serialize)]
struct ProblemDocument<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    title: &'a str,
    status: u16,
    detail: &'a str,
    code: &'a str,
    #[serde(skip_serializing_if = "<[Problem]>::is_empty")]
    problems: &'a [Problem],
    #[serde(flatten)]
    members: &'a Map<String, Value>,
}

impl ApiError {
    /// An error of that status.
    #[must_use]
    pub fn new(status: StatusCode, code: Code, sentence: impl Into<String>) -> Self {
        let sentence = sentence.into();
        ApiError { status, code, sentence, problems: Vec::new(), members: Map::new(), retry_after_s: None }
    }

    /// 429: come back after so many seconds.
    #[must_use]
    pub fn too_many(seconds: u64) -> Self {
        let sentence = format!("too many requests of this session; try again in {seconds} s");
        let error = ApiError::new(StatusCode::TOO_MANY_REQUESTS, Code::TooManyRequests, sentence);
        ApiError { retry_after_s: Some(seconds), ..error }
    }

    /// With a further member of the document.
    #[must_use]
    pub fn with_member(mut self, name: &str, value: Value) -> Self {
        self.members.insert(name.to_owned(), value);
        self
    }

    /// With everything that is wrong, each with its place in the document that was sent.
    #[must_use]
    pub fn with(self, problems: Vec<Problem>) -> Self {
        ApiError { problems, ..self }
    }

    /// 422: the request says something that cannot be.
    #[must_use]
    pub fn unacceptable(code: Code, sentence: impl Into<String>) -> Self {
        ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, code, sentence)
    }

    /// The status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The code, for logs.
    #[must_use]
    pub fn code(&self) -> Code {
        self.code
    }

    /// The sentence, for those who show it to a person.
    #[must_use]
    pub fn sentence(&self) -> &str {
        &self.sentence
    }

    /// 404.
    #[must_use]
    pub fn not_found(code: Code, sentence: impl Into<String>) -> Self {
        ApiError::new(StatusCode::NOT_FOUND, code, sentence)
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let document = ProblemDocument {
            kind: "about:blank",
            title: self.status.canonical_reason().unwrap_or_default(),
            status: self.status.as_u16(),
            detail: &self.sentence,
            code: self.code.as_str(),
            problems: &self.problems,
            members: &self.members,
        };
        let content_type = [(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"))];
        let wait = self.retry_after_s.map(|seconds| [(header::RETRY_AFTER, HeaderValue::from(seconds))]);
        (self.status, content_type, AppendHeaders(wait.into_iter().flatten()), Json(document)).into_response()
    }
}

/// What may pass is 503, what is wrong with the set-up 409, what the outside answered 502.
impl From<HandlerError> for ApiError {
    fn from(error: HandlerError) -> Self {
        let status = match error.code {
            Code::StoreUnavailable | Code::SalesforceUnavailable | Code::LivePersonUnavailable => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Code::NotSignedIn => StatusCode::UNAUTHORIZED,
            Code::ScheduleInvalid | Code::WindowInvalid | Code::RequestInvalid => {
                StatusCode::UNPROCESSABLE_ENTITY
            }
            code if code.as_str().starts_with("CFG") || code.as_str().starts_with("MAP") => {
                StatusCode::CONFLICT
            }
            _ => StatusCode::BAD_GATEWAY,
        };
        ApiError::new(status, error.code, error.sentence)
    }
}

macro_rules! through_handler_error {
    ($($error:ty),+) => {
        $(impl From<$error> for ApiError {
            fn from(error: $error) -> Self {
                HandlerError::from(error).into()
            }
        })+
    };
}

through_handler_error!(StoreError, SourceError, SinkError, SyncError);

/// What a path names; a name that is no text is refused as a problem.
#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Path), rejection(ApiError))]
pub struct Path<T>(pub T);

/// The parameters of a query string; what cannot be read is refused as a problem.
#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Query), rejection(ApiError))]
pub struct Query<T>(pub T);

impl From<PathRejection> for ApiError {
    fn from(error: PathRejection) -> Self {
        ApiError::new(
            StatusCode::BAD_REQUEST,
            Code::RequestInvalid,
            format!("the path cannot be read: {error}"),
        )
    }
}

impl From<QueryRejection> for ApiError {
    fn from(error: QueryRejection) -> Self {
        let sentence = format!("the query string cannot be read: {error}");
        ApiError::new(StatusCode::BAD_REQUEST, Code::RequestInvalid, sentence)
    }
}

/// A JSON body, whatever its content type; an error names the member that is wrong.
#[derive(Debug)]
pub struct Body<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let bytes = axum::body::Bytes::from_request(request, state)
            .await
            .map_err(|error: BytesRejection| unread(error.status(), &error.body_text()))?;
        let Json(body) = Json::from_bytes(&bytes)
            .map_err(|error: JsonRejection| unread(StatusCode::BAD_REQUEST, &error.body_text()))?;
        Ok(Body(body))
    }
}

/// A body as text, for documents that are read with more care than [`Body`] takes.
#[derive(Debug)]
pub struct Text(pub String);

impl<S: Send + Sync> FromRequest<S> for Text {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let text = String::from_request(request, state).await;
        text.map(Text).map_err(|error: StringRejection| unread(error.status(), &error.body_text()))
    }
}

/// 413 for more than the function takes, 400 otherwise.
fn unread(status: StatusCode, reason: &str) -> ApiError {
    if status == StatusCode::PAYLOAD_TOO_LARGE {
        let sentence = "the body is larger than this call takes; send less at once";
        return ApiError::new(status, Code::RequestInvalid, sentence);
    }
    ApiError::new(StatusCode::BAD_REQUEST, Code::RequestInvalid, format!("the body cannot be read: {reason}"))
}
