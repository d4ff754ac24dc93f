//! Signing in, in a window of its own, and handing the sign-in over to the frame that asked for it.
//!
//! The frame keeps a secret and opens the window with its digest. The window goes to Salesforce and comes back with a code,
//! for which it gets a one-time code of ours, that only the frame with the secret can turn into a session. So neither
//! another site's frame, nor a window that another site opened, gets anybody's session, and no cookie has to be shared
//! between the window and the frame.

use crate::{Stack, visit::must_be_ours};
use axum::{
    http::{HeaderMap, StatusCode, header::SET_COOKIE},
    response::{AppendHeaders, IntoResponse, Response},
};
use bootstrap::{
    HandlerError,
    api::{
        AGENT_HANDSHAKE_COOKIE, AGENT_SESSION_COOKIE, ApiError, Body, Query, Returned, SignInRoute, SignedIn,
        cookie_of, handshake_cookie, session_cookie,
    },
    is_challenge,
};
use domain::Code;
use salesforce::Purpose;
use serde::Deserialize;

const ROUTE: SignInRoute = SignInRoute {
    purpose: Purpose::Work,
    callback: "/api/widget/sign-in/callback",
    cookie: AGENT_HANDSHAKE_COOKIE,
};
const SIGNED_IN: &str =
    "You are signed in. This window closes by itself; if it stays, close it and go back to the conversation.";

/// Which frame asks.
#[derive(Deserialize)]
pub(crate) struct Asked {
    frame: String,
}

/// Sends the window to Salesforce.
pub(crate) async fn begin(
    workspace: Stack,
    headers: HeaderMap,
    Query(Asked { frame }): Query<Asked>,
) -> Result<Response, ApiError> {
    if !is_challenge(&frame) {
        let sentence = "frame: not the digest of a frame's secret; sign in from the widget";
        return Err(ApiError::unacceptable(Code::RequestInvalid, sentence));
    }
    Ok(ROUTE.begin(&workspace, &headers, &frame).await?)
}

/// Takes the code the window brings back, and hands a one-time code over to the frame. A person reads this answer.
pub(crate) async fn callback(
    workspace: Stack,
    headers: HeaderMap,
    Query(returned): Query<Returned>,
) -> Response {
    let cleared = AppendHeaders([(SET_COOKIE, handshake_cookie(AGENT_HANDSHAKE_COOKIE, None))]);
    match redeemed(&workspace, &headers, returned).await {
        Ok(one_time) => (cleared, ui::handover_page(Some(&one_time), SIGNED_IN)).into_response(),
        Err(sentence) => (StatusCode::FORBIDDEN, cleared, ui::handover_page(None, &sentence)).into_response(),
    }
}

async fn redeemed(workspace: &Stack, headers: &HeaderMap, returned: Returned) -> Result<String, String> {
    let again = "close this window and sign in again from the widget";
    let SignedIn { code, redirect_uri, handshake, kept: frame } =
        ROUTE.finish(headers, returned).map_err(|sentence| format!("{sentence}; {again}."))?;
    let handed: Result<String, HandlerError> = async {
        let account = &workspace.recent_configuration().await?.account;
        workspace.hand_over_agent(&code, &redirect_uri, &handshake, &frame, account).await
    }
    .await;
    handed.map_err(|error| {
        tracing::warn!(code = error.code.as_str(), "an agent's sign-in failed");
        format!("You could not be signed in: {}; {again}.", error.sentence)
    })
}

/// A one-time code, and the secret of the frame it is for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HandedOver {
    code: String,
    nonce: String,
}

/// Begins the frame's session.
pub(crate) async fn redeem(
    workspace: Stack,
    headers: HeaderMap,
    Body(HandedOver { code, nonce }): Body<HandedOver>,
) -> Result<impl IntoResponse, ApiError> {
    must_be_ours(&headers)?;
    let Some(token) = workspace.begin_agent(&code, &nonce).await? else {
        let sentence =
            "this sign-in was used already, took too long, or was begun by another frame; sign in again";
        return Err(ApiError::new(StatusCode::FORBIDDEN, Code::NotSignedIn, sentence));
    };
    Ok((StatusCode::NO_CONTENT, [(SET_COOKIE, session_cookie(AGENT_SESSION_COOKIE, Some(&token)))]))
}

/// Ends the session, here and at Salesforce.
pub(crate) async fn end(workspace: Stack, headers: HeaderMap) -> Result<impl IntoResponse, ApiError> {
    must_be_ours(&headers)?;
    if let Some(token) = cookie_of(&headers, AGENT_SESSION_COOKIE) {
        workspace.end_agent(&token).await?;
    }
    Ok((StatusCode::NO_CONTENT, [(SET_COOKIE, session_cookie(AGENT_SESSION_COOKIE, None))]))
}
