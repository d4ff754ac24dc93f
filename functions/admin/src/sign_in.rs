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
    ApiError, Caller, HANDSHAKE_COOKIE, Query, SESSION_COOKIE, cookie_of, handshake_cookie, origin_of,
    session_cookie,
};
use domain::Code;
use salesforce::{Handshake, Purpose};
use serde::Deserialize;
use serde_json::{Value, json};

const CALLBACK: &str = "/api/admin/sign-in/callback";
const CONSOLE: &str = "/admin";

/// Sends the browser to Salesforce.
#[utoipa::path(get, path = "/api/admin/sign-in", responses((status = 303, description = "Sign in there."), Refusals))]
pub(crate) async fn begin(workspace: Stack, headers: HeaderMap) -> Result<Response, ApiError> {
    let handshake = Handshake::new()?;
    let address =
        workspace.sign_in().await?.address(Purpose::Administer, &handshake, &redirect_uri(&headers));
    Ok(redirect(
        &address,
        [handshake_cookie(HANDSHAKE_COOKIE, Some(&format!("{}.{}", handshake.state, handshake.verifier)))],
    ))
}

/// What Salesforce sends a browser back with.
#[derive(Deserialize)]
pub(crate) struct Answer {
    code: Option<String>,
    state: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
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
    Query(answer): Query<Answer>,
) -> Result<Response, ApiError> {
    let refused = |sentence: &str| ApiError::new(StatusCode::FORBIDDEN, Code::NotSignedIn, sentence);
    let Some(handshake) = cookie_of(&headers, HANDSHAKE_COOKIE).and_then(|kept| read(&kept)) else {
        return Err(refused(
            "this sign-in was not begun in this browser, or took too long; begin again at /admin",
        ));
    };
    if answer.state.as_deref() != Some(&handshake.state) {
        return Err(refused("this sign-in was begun elsewhere; begin again at /admin"));
    }
    if let Some(error) = &answer.error {
        let why = answer.error_description.as_deref().unwrap_or(error);
        return Err(refused(&format!("Salesforce did not sign you in: {why}; begin again at /admin")));
    }
    let code = answer.code.ok_or_else(|| refused("Salesforce sent no code; begin again at /admin"))?;
    let person =
        workspace.sign_in().await?.person(&code, &redirect_uri(&headers), &handshake.verifier).await?;
    let session = Session {
        username: person.username,
        name: person.name,
        organization: person.organization,
        administers: person.administers,
    };
    let token = workspace.begin_session(&session).await?;
    tracing::info!(administers = session.administers, "a person signed in");
    Ok(redirect(
        CONSOLE,
        [handshake_cookie(HANDSHAKE_COOKIE, None), session_cookie(SESSION_COOKIE, Some(&token))],
    ))
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

fn redirect_uri(headers: &HeaderMap) -> String {
    format!("{}{CALLBACK}", origin_of(headers))
}

/// What the cookie of a handshake holds.
fn read(kept: &str) -> Option<Handshake> {
    let (state, verifier) = kept.split_once('.')?;
    Some(Handshake { state: state.to_owned(), verifier: verifier.to_owned() })
}

fn redirect<const N: usize>(address: &str, cookies: [String; N]) -> Response {
    let cookies = AppendHeaders(cookies.map(|cookie| (SET_COOKIE, cookie)));
    (StatusCode::SEE_OTHER, [(LOCATION, address.to_owned())], cookies).into_response()
}
