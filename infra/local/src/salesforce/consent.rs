//! Authorization codes: a consent page that a form post drives as well as a browser, and PKCE.

use super::{
    answer::Answer,
    oauth::{self, Endpoint, Form, OAuthError},
    org::Org,
    pages::escape,
};
use aws_lc_rs::digest;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use serde_json::Value;
use std::fmt::Write;

/// Codes live this long.
const CODE_SECONDS: i64 = 15 * 60;

/// A code waiting to be redeemed, once.
#[derive(Clone, Debug)]
pub(crate) struct Code {
    pub(crate) user: String,
    pub(crate) scope: String,
    redirect_uri: String,
    challenge: Option<String>,
    given: Timestamp,
}

/// The parameters the page hands on to its form.
const CARRIED: [&str; 8] = [
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "prompt",
    "code_challenge",
    "code_challenge_method",
];

/// Answers `GET /services/oauth2/authorize`: the page that asks who you are and whether you allow it.
pub(crate) fn page(org: &Org, endpoint: &Endpoint<'_>, form: &Form) -> Answer {
    if let Some(refusal) = refuse_request(endpoint, form) {
        return refusal;
    }
    if form.get("immediate").is_some_and(|immediate| immediate == "true") {
        let description = "immediate attempt failed, user must be prompted to login";
        return back(form, &[("error", "immediate_unsuccessful"), ("error_description", description)]);
    }
    let mut hidden = String::new();
    for name in CARRIED {
        if let Some(value) = form.get(name) {
            let _ = write!(hidden, "<input type=\"hidden\" name=\"{name}\" value=\"{}\">", escape(value));
        }
    }
    let hint = form.get("login_hint");
    let mut users = String::new();
    for (_, row) in org.store.rows("User") {
        let Some(username) = row.get("Username").and_then(Value::as_str) else { continue };
        let selected = if hint.is_some_and(|hint| hint == username) { " selected" } else { "" };
        let _ = write!(users, "<option{selected}>{}</option>", escape(username));
    }
    Answer::html(
        200,
        format!(
            "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
             <title>Allow access?</title><body style=\"font:16px/1.5 system-ui;max-width:26rem;margin:3rem auto;padding:0 1rem\">\
             <h1 style=\"font-size:1.3rem\">Allow access?</h1><p>An app asks for: {}</p>\
             <form method=\"post\" action=\"/services/oauth2/authorize\">{hidden}\
             <p><label>Log in as<br><select name=\"username\">{users}</select></label></p>\
             <button name=\"decision\" value=\"allow\">Allow</button> <button name=\"decision\" value=\"deny\">Deny</button>\
             </form></body></html>",
            escape(form.get("scope").map_or("api", String::as_str)),
        ),
    )
}

/// Answers the page's form: back to the app with a code or a refusal.
pub(crate) fn decide(org: &mut Org, endpoint: &Endpoint<'_>, form: &Form) -> Answer {
    if let Some(refusal) = refuse_request(endpoint, form) {
        return refusal;
    }
    if form.get("decision").is_none_or(|decision| decision != "allow") {
        let description = "end-user denied authorization";
        return back(form, &[("error", "access_denied"), ("error_description", description)]);
    }
    let Some(user) = form.get("username").and_then(|username| org.user_named(username)) else {
        return Answer::html(400, "Unknown user".into());
    };
    let code = format!("aPrx{}==", oauth::random(60));
    let kept = Code {
        user,
        scope: form.get("scope").cloned().unwrap_or_else(|| "api".into()),
        redirect_uri: form.get("redirect_uri").cloned().unwrap_or_default(),
        challenge: form.get("code_challenge").cloned(),
        given: org.now(),
    };
    org.access.codes.insert(code.clone(), kept);
    back(form, &[("code", &code)])
}

/// The code a client brings back; used up whether or not it fits.
pub(crate) fn redeem(org: &mut Org, endpoint: &Endpoint<'_>, form: &Form) -> Result<Code, OAuthError> {
    let code = form.get("code").and_then(|code| org.access.codes.remove(code));
    let Some(code) = code else {
        oauth::check_client(endpoint, form, !form.contains_key("code_verifier"))?;
        return Err(OAuthError::new("invalid_grant", "invalid authorization code"));
    };
    // The app does not require its secret of those who use PKCE.
    oauth::check_client(endpoint, form, code.challenge.is_none())?;
    if org.now().as_second() - code.given.as_second() > CODE_SECONDS {
        return Err(OAuthError::new("invalid_grant", "expired authorization code"));
    }
    if form.get("redirect_uri") != Some(&code.redirect_uri) {
        return Err(OAuthError::new("redirect_uri_mismatch", "redirect_uri must match configuration"));
    }
    match (&code.challenge, form.get("code_verifier")) {
        (None, _) => Ok(code),
        (Some(_), None) => Err(OAuthError::new("invalid_grant", "code verifier is missing")),
        (Some(challenge), Some(verifier)) if *challenge == challenge_of(verifier) => Ok(code),
        _ => Err(OAuthError::new("invalid_grant", "invalid code verifier")),
    }
}

fn challenge_of(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, verifier.as_bytes()))
}

/// What cannot be sent back to the app is shown instead.
fn refuse_request(endpoint: &Endpoint<'_>, form: &Form) -> Option<Answer> {
    let text = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
    if text("client_id") != endpoint.credentials.client_id {
        return Some(Answer::html(
            400,
            "error=invalid_client_id&amp;error_description=client%20identifier%20invalid".into(),
        ));
    }
    if !text("redirect_uri").starts_with("http") {
        return Some(Answer::html(400, "error=redirect_uri_mismatch".into()));
    }
    if text("response_type") != "code" {
        let description = "response type not supported";
        return Some(back(
            form,
            &[("error", "unsupported_response_type"), ("error_description", description)],
        ));
    }
    None
}

fn back(form: &Form, parameters: &[(&str, &str)]) -> Answer {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(parameters);
    if let Some(state) = form.get("state") {
        query.append_pair("state", state);
    }
    let uri = form.get("redirect_uri").map(String::as_str).unwrap_or_default();
    let joint = if uri.contains('?') { '&' } else { '?' };
    Answer::empty(302).with("location", format!("{uri}{joint}{}", query.finish()))
}
