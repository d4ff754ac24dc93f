//! Signing in by Salesforce, and out.

use crate::{Stack, documented::Refusals};
use aws::Session;
use axum::{
    Extension, Json,
    http::{
        HeaderMap, StatusCode,
        header::{LOCATION, SET_COOKIE},
    },
    response::{AppendHeaders, IntoResponse, Response},
};
use bootstrap::api::{
    ApiError, Caller, HANDSHAKE_COOKIE, Query, Returned, SESSION_COOKIE, SignInRoute, SignedIn, cookie_of,
    handshake_cookie, session_cookie,
};
use domain::Code;
use salesforce::Purpose;
use serde_json::{Value, json};

const ROUTE: SignInRoute = SignInRoute {
    purpose: Purpose::Administer,
    callback: "/api/admin/sign-in/callback",
    cookie: HANDSHAKE_COOKIE,
};
const CONSOLE: &str = "/admin";

/// Sends the browser to Salesforce.
#[utoipa::path(get, path = "/api/admin/sign-in", responses((status = 303, description = "Sign in there."), Refusals))]
pub(crate) async fn begin(workspace: Stack, headers: HeaderMap) -> Result<Response, ApiError> {
    Ok(ROUTE.begin(&workspace, &headers, "").await?)
}

/// Takes the code a browser brings back from Salesforce, and begins a session. People without the permission get one, too,
/// which opens nothing: it says why.
#[utoipa::path(
    get,
    path = "/api/admin/sign-in/callback",
    params(
        ("code" = Option<String>, Query),
        ("state" = Option<String>, Query),
        ("error" = Option<String>, Query),
        ("error_description" = Option<String>, Query),
    ),
    responses((status = 303, description = "Go on at the console."), Refusals)
)]
pub(crate) async fn callback(
    workspace: Stack,
    headers: HeaderMap,
    Query(returned): Query<Returned>,
) -> Result<Response, ApiError> {
    let SignedIn { code, redirect_uri, handshake, .. } =
        ROUTE.finish(&headers, returned).map_err(|sentence| {
            let sentence = format!("{sentence}; begin again at {CONSOLE}");
            ApiError::new(StatusCode::FORBIDDEN, Code::NotSignedIn, sentence)
        })?;
    let person = workspace.sign_in().await?.person(&code, &redirect_uri, &handshake.verifier).await?;
    let session = Session {
        username: person.username,
        name: person.name,
        organization: person.organization,
        administers: person.administers,
    };
    let token = workspace.begin_session(&session).await?;
    tracing::info!(administers = session.administers, "a person signed in");
    let cookies = [handshake_cookie(HANDSHAKE_COOKIE, None), session_cookie(SESSION_COOKIE, Some(&token))];
    let cookies = AppendHeaders(cookies.map(|cookie| (SET_COOKIE, cookie)));
    Ok((StatusCode::SEE_OTHER, [(LOCATION, CONSOLE)], cookies).into_response())
}

/// Who is signed in.
#[utoipa::path(get, path = "/api/admin/me", responses((status = 200, description = "The caller.", body = Value), Refusals))]
pub(crate) async fn me(Extension(caller): Extension<Caller>) -> Json<Value> {
    Json(match caller {
        Caller::Person(Session { username, name, organization, .. }) => {
            json!({ "user": username, "name": name, "organization": organization, "how": "session" })
        }
        Caller::Key => json!({ "user": null, "name": null, "organization": null, "how": "key" }),
    })
}

/// Ends the session.
#[utoipa::path(post, path = "/api/admin/sign-out", responses((status = 204, description = "It has ended."), Refusals))]
pub(crate) async fn end(workspace: Stack, headers: HeaderMap) -> Result<impl IntoResponse, ApiError> {
    if let Some(token) = cookie_of(&headers, SESSION_COOKIE) {
        workspace.end_session(&token).await?;
    }
    Ok((StatusCode::NO_CONTENT, [(SET_COOKIE, session_cookie(SESSION_COOKIE, None))]))
}

/// Whether the function answers at all.
#[utoipa::path(get, path = "/api/admin/health", responses((status = 200, description = "It does.", body = Value)))]
pub(crate) async fn health() -> Json<Value> {
    Json(json!({ "status": "ok" }))
}
