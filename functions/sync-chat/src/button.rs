//! The button in Salesforce: whoever presses it shows who they are, sees the record themselves, and comes back to it.
//!
//! Nothing of theirs is kept. Where the org's app is approved and they are signed in to Salesforce, no page is shown on the
//! way.

use crate::{Stack, record_key};
use axum::{
    http::{
        HeaderMap, StatusCode,
        header::{
            CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, REFERRER_POLICY, SET_COOKIE,
        },
    },
    response::{AppendHeaders, IntoResponse, Response},
};
use bootstrap::api::{
    ApiError, Query, Returned, SYNC_CHAT_HANDSHAKE_COOKIE, SignInRoute, SignedIn, handshake_cookie, sync_chat,
};
use domain::Code;
use salesforce::Purpose;
use serde::Deserialize;

const ROUTE: SignInRoute = SignInRoute {
    purpose: Purpose::Press,
    callback: "/sync-chat/sign-in/callback",
    cookie: SYNC_CHAT_HANDSHAKE_COOKIE,
};
const PAGE: &str = include_str!("not_synced.html");
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/// The record the button is on.
#[derive(Deserialize)]
pub(crate) struct Pressed {
    record: Option<String>,
}

/// Sends the browser to Salesforce.
pub(crate) async fn press(
    workspace: Stack,
    headers: HeaderMap,
    Query(Pressed { record }): Query<Pressed>,
) -> Response {
    let begun: Result<Response, ApiError> = async {
        let record = record.unwrap_or_default();
        record_key(record.clone())?;
        Ok(ROUTE.begin(&workspace, &headers, &record).await?)
    }
    .await;
    begun.unwrap_or_else(|error| not_synced(&error))
}

/// Syncs the record once its reader is back, and goes on to it.
pub(crate) async fn callback(
    workspace: Stack,
    headers: HeaderMap,
    Query(returned): Query<Returned>,
) -> Response {
    let answer = match synced(&workspace, &headers, returned).await {
        Ok(record) => (StatusCode::SEE_OTHER, [(LOCATION, record)]).into_response(),
        Err(error) => not_synced(&error),
    };
    (AppendHeaders([(SET_COOKIE, handshake_cookie(ROUTE.cookie, None))]), answer).into_response()
}

/// The record's address in the org.
async fn synced(workspace: &Stack, headers: &HeaderMap, returned: Returned) -> Result<String, ApiError> {
    let refused = |sentence| ApiError::new(StatusCode::FORBIDDEN, Code::NotSignedIn, sentence);
    let SignedIn { code, redirect_uri, handshake, kept: record } =
        ROUTE.finish(headers, returned).map_err(refused)?;
    let key = record_key(record.clone())?;
    let sign_in = workspace.sign_in().await?;
    let org = sign_in.sees_transcript(&code, &redirect_uri, &handshake.verifier, &record).await?;
    let unseen = "there is no such Chat Transcript record, or you may not see it";
    let org = org.ok_or_else(|| ApiError::not_found(Code::ConversationUnknown, unseen))?;
    sync_chat(workspace, &key).await?;
    Ok(format!("{}/{record}", org.trim_end_matches('/')))
}

/// A page for a person.
fn not_synced(error: &ApiError) -> Response {
    tracing::warn!(code = error.code().as_str(), "a pressed button synced nothing");
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CONTENT_SECURITY_POLICY, POLICY),
        (REFERRER_POLICY, "no-referrer"),
        (CACHE_CONTROL, "no-store"),
    ];
    let page = PAGE.replace("<!--sentence-->", &escaped(&whole(error.sentence())));
    (error.status(), headers, page).into_response()
}

/// A sentence that stands alone: a capital first, a full stop last.
fn whole(sentence: &str) -> String {
    let mut rest = sentence.chars();
    let first = rest.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", rest.as_str().trim_end_matches('.'))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_stands_as_a_sentence_and_is_no_markup() {
        assert_eq!(whole("the conversation has not ended"), "The conversation has not ended.");
        assert_eq!(whole("It is gone."), "It is gone.");
        assert_eq!(escaped("<b>&"), "&lt;b&gt;&amp;");
    }
}
