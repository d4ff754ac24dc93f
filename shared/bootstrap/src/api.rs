//! What our HTTP APIs have in common: who may call, and how errors are answered.

use crate::{HandlerError, Workspace};
use axum::{
    Json,
    extract::{
        FromRequest, Request, State,
        rejection::{BytesRejection, JsonRejection},
    },
    http::{HeaderMap, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::{
    Code,
    ports::{SinkError, SourceError, StoreError},
};
use serde::{Serialize, de::DeserializeOwned};
use std::sync::Arc;
use sync::SyncError;

/// An answer that is not what was asked for: status, code and one sentence with the way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiError {
    status: StatusCode,
    code: Code,
    sentence: String,
}

#[derive(Serialize)]
struct ErrorBody<'a> {
    code: &'a str,
    sentence: &'a str,
}

impl ApiError {
    /// An error of that status.
    #[must_use]
    pub fn new(status: StatusCode, code: Code, sentence: impl Into<String>) -> Self {
        ApiError { status, code, sentence: sentence.into() }
    }

    /// 422: the request says something that cannot be.
    #[must_use]
    pub fn unacceptable(code: Code, sentence: impl Into<String>) -> Self {
        ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, code, sentence)
    }

    /// 404.
    #[must_use]
    pub fn not_found(code: Code, sentence: impl Into<String>) -> Self {
        ApiError::new(StatusCode::NOT_FOUND, code, sentence)
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let body = ErrorBody { code: self.code.as_str(), sentence: &self.sentence };
        (self.status, Json(body)).into_response()
    }
}

/// What may pass is 503, what is wrong with the set-up 409, what the outside answered 502.
impl From<HandlerError> for ApiError {
    fn from(error: HandlerError) -> Self {
        let status = match error.code {
            Code::StoreUnavailable | Code::SalesforceUnavailable | Code::LivePersonUnavailable => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Code::ScheduleInvalid | Code::WindowInvalid | Code::RequestInvalid => {
                StatusCode::UNPROCESSABLE_ENTITY
            }
            code if code.as_str().starts_with("CFG") || code.as_str().starts_with("MAP") => {
                StatusCode::CONFLICT
            }
            _ => StatusCode::BAD_GATEWAY,
        };
        ApiError { status, code: error.code, sentence: error.sentence }
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

/// A JSON body, whatever its content type; an error names the member that is wrong.
#[derive(Debug)]
pub struct Body<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let bytes = axum::body::Bytes::from_request(request, state)
            .await
            .map_err(|error: BytesRejection| unreadable(&error.body_text()))?;
        let Json(body) =
            Json::from_bytes(&bytes).map_err(|error: JsonRejection| unreadable(&error.body_text()))?;
        Ok(Body(body))
    }
}

fn unreadable(reason: &str) -> ApiError {
    ApiError::new(StatusCode::BAD_REQUEST, Code::RequestInvalid, format!("the body cannot be read: {reason}"))
}

/// Lets a request pass that carries the stack's API key, `Authorization: Bearer <key>`.
///
/// # Errors
/// 401 without the key.
pub async fn require_key(
    State(workspace): State<Arc<Workspace>>,
    headers: HeaderMap,
    request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let key = given.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
    if !workspace.is_api_key(key.trim()).await? {
        return Err(ApiError::new(
            StatusCode::UNAUTHORIZED,
            Code::RequestInvalid,
            "send the stack's API key as `Authorization: Bearer <key>`",
        ));
    }
    Ok(next.run(request).await)
}
