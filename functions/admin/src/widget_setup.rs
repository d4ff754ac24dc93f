//! What an administrator enters at LivePerson to set up the widget, and whether everything is ready for it.

use crate::documented::Refusals;
use axum::{Extension, Json, http::HeaderMap};
use bootstrap::api::{Caller, origin_of};
use serde::Serialize;
use utoipa::ToSchema;

/// Where the widget's page is.
const PAGE: &str = "/ChatLink";
/// Where Salesforce sends a browser back to.
const CALLBACK: &str = "/api/admin/sign-in/callback";
/// Wide enough for a form beside the conversation.
const SIZE: &str = "Double";
/// The page is there within two seconds; agents on slow lines get some more.
const FALLBACK_SECONDS: u8 = 10;

/// What is entered at LivePerson.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WidgetSetup {
    /// The widget's address.
    url: String,
    /// What to call it.
    name: &'static str,
    /// How wide it is to be, in LivePerson's words.
    size: &'static str,
    /// What LivePerson shows when the widget does not load.
    fallback_link: String,
    /// After how long.
    fallback_seconds: u8,
    checks: Vec<SetupCheck>,
}

/// Whether one thing is ready.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SetupCheck {
    /// `https`, `page`, `framing` or `sign_in`.
    check: &'static str,
    ok: bool,
    /// What was found, and the way out.
    sentence: String,
}

/// What is entered at LivePerson to set up the widget, and whether everything is ready for it.
#[utoipa::path(
    get,
    path = "/api/admin/widget-setup",
    responses((status = 200, description = "What to enter, and what is ready.", body = WidgetSetup), Refusals)
)]
pub(crate) async fn widget_setup(
    headers: HeaderMap,
    Extension(caller): Extension<Caller>,
) -> Json<WidgetSetup> {
    Json(setup(&origin_of(&headers), &caller))
}

fn setup(origin: &str, caller: &Caller) -> WidgetSetup {
    let url = format!("{origin}{PAGE}");
    let checks = vec![https(origin), page(), framing(), sign_in(origin, caller)];
    WidgetSetup {
        fallback_link: url.clone(),
        url,
        name: "Chatlink",
        size: SIZE,
        fallback_seconds: FALLBACK_SECONDS,
        checks,
    }
}

fn https(origin: &str) -> SetupCheck {
    let ok = origin.starts_with("https://");
    let sentence = match ok {
        true => "The address is served over https.".to_owned(),
        false => format!(
            "{origin} is not served over https, and LivePerson takes no other address; use the stack's own address."
        ),
    };
    SetupCheck { check: "https", ok, sentence }
}

/// To be asked for once there is something to ask.
fn page() -> SetupCheck {
    let sentence = "The widget's page is not part of this version, so there is nothing for agents to see at this address yet. The sync does not need it.";
    SetupCheck { check: "page", ok: false, sentence: sentence.to_owned() }
}

fn framing() -> SetupCheck {
    let sentence = "Whether LivePerson's domains may show the page in a frame cannot be checked before the page is part of this version.";
    SetupCheck { check: "framing", ok: false, sentence: sentence.to_owned() }
}

/// Salesforce tells nobody what callback addresses an app has; who came back through it proves that it has this one, since
/// a session's cookie is good for this host alone.
fn sign_in(origin: &str, caller: &Caller) -> SetupCheck {
    let callback = format!("{origin}{CALLBACK}");
    let ok = matches!(caller, Caller::Person(_));
    let sentence = match ok {
        true => format!(
            "You signed in at Salesforce and came back to {callback}, so the app has that callback URL."
        ),
        false => format!(
            "The app at Salesforce must have the callback URL {callback}. Sign in at {origin}/admin to see whether it has."
        ),
    };
    SetupCheck { check: "sign_in", ok, sentence }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws::Session;

    fn ok(setup: &WidgetSetup) -> Vec<(&'static str, bool)> {
        setup.checks.iter().map(|one| (one.check, one.ok)).collect()
    }

    #[test]
    fn what_is_not_ready_is_said_with_the_way_out() {
        let local = setup("http://127.0.0.1:8080", &Caller::Key);
        assert_eq!(local.url, "http://127.0.0.1:8080/ChatLink");
        assert_eq!(ok(&local), [("https", false), ("page", false), ("framing", false), ("sign_in", false)]);
        let callback = &local.checks[3].sentence;
        assert!(callback.contains("http://127.0.0.1:8080/api/admin/sign-in/callback"), "{callback}");

        let session = Session {
            username: "ada@acme.example".to_owned(),
            name: "Ada".to_owned(),
            organization: "00D000000000001AAA".to_owned(),
            administers: true,
        };
        let served = setup("https://chatlink.acme.example", &Caller::Person(session));
        assert_eq!(ok(&served), [("https", true), ("page", false), ("framing", false), ("sign_in", true)]);
        assert!(served.checks[1].sentence.contains("not part of this version"));
    }
}
