//! What an administrator enters at LivePerson to set up the widget, and whether everything is ready for it.

use crate::{Stack, documented::Refusals};
use axum::{
    Extension, Json,
    http::{HeaderMap, header::CONTENT_SECURITY_POLICY},
};
use bootstrap::api::{Caller, origin_of};
use serde::Serialize;
use std::time::Duration;
use utoipa::ToSchema;

/// Where the widget's page is.
const PAGE: &str = "/ChatLink";
/// Where Salesforce sends a browser back to.
const CALLBACK: &str = "/api/admin/sign-in/callback";
/// Where it sends an agent's sign-in window back to.
const AGENT_CALLBACK: &str = "/api/widget/sign-in/callback";
/// An administrator waits for the answer.
const PATIENCE: Duration = Duration::from_secs(3);
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
    workspace: Stack,
    headers: HeaderMap,
    Extension(caller): Extension<Caller>,
) -> Json<WidgetSetup> {
    let origin = origin_of(&headers);
    let page = loaded(&format!("{origin}{PAGE}")).await;
    let (_, frame_ancestors) = workspace.widget_page();
    Json(setup(&origin, &caller, &page, frame_ancestors))
}

/// The page's Content-Security-Policy, as whoever frames it meets it, or why it does not load. Our own address, as this
/// request came by it, is asked for nothing else.
async fn loaded(url: &str) -> Result<String, String> {
    let client =
        reqwest::Client::builder().timeout(PATIENCE).redirect(reqwest::redirect::Policy::none()).build();
    let answer = async { client?.get(url).send().await }.await;
    let answer = answer.map_err(|error| error.without_url().to_string())?;
    if !answer.status().is_success() {
        return Err(format!("it answers with status {}", answer.status().as_u16()));
    }
    let policy = answer.headers().get(CONTENT_SECURITY_POLICY).and_then(|policy| policy.to_str().ok());
    Ok(policy.unwrap_or_default().to_owned())
}

fn setup(origin: &str, caller: &Caller, page: &Result<String, String>, frame_ancestors: &str) -> WidgetSetup {
    let url = format!("{origin}{PAGE}");
    let framing = framing(page, frame_ancestors);
    let checks = vec![https(origin), loads(&url, page), framing, sign_in(origin, caller)];
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

fn loads(url: &str, page: &Result<String, String>) -> SetupCheck {
    let sentence = match page {
        Ok(_) => format!("The widget's page loads from {url}."),
        Err(why) => format!(
            "The widget's page does not load from {url}: {why}. Look at the log of the function widget."
        ),
    };
    SetupCheck { check: "page", ok: page.is_ok(), sentence }
}

/// Whether the page says that the stack's frames may show it.
fn framing(page: &Result<String, String>, frame_ancestors: &str) -> SetupCheck {
    let said = page.as_ref().ok().and_then(|policy| {
        let directives = policy.split(';').map(str::trim);
        directives.filter_map(|one| one.strip_prefix("frame-ancestors ")).next()
    });
    let ok = said == Some(frame_ancestors);
    let sentence = match said {
        Some(said) if ok => format!("These may show the page in a frame: {said}."),
        Some(said) => format!(
            "The page may be shown in a frame by {said}, and the stack's setting is {frame_ancestors}. Deploy the stack again."
        ),
        None => "Who may show the page in a frame is not known before the page loads.".to_owned(),
    };
    SetupCheck { check: "framing", ok, sentence }
}

/// Salesforce tells nobody what callback addresses an app has; who came back through it proves that it has this one, since
/// a session's cookie is good for this host alone.
fn sign_in(origin: &str, caller: &Caller) -> SetupCheck {
    let (callback, of_agents) = (format!("{origin}{CALLBACK}"), format!("{origin}{AGENT_CALLBACK}"));
    let ok = matches!(caller, Caller::Person(_));
    let sentence = match ok {
        true => format!(
            "You signed in at Salesforce and came back to {callback}, so the app has that callback URL. Agents need {of_agents} in the same list."
        ),
        false => format!(
            "The app at Salesforce must have the callback URLs {callback} and {of_agents}. Sign in at {origin}/admin to see whether it has."
        ),
    };
    SetupCheck { check: "sign_in", ok, sentence }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws::Session;

    const FRAMES: &str = "https://*.liveperson.net";

    fn ok(setup: &WidgetSetup) -> Vec<(&'static str, bool)> {
        setup.checks.iter().map(|one| (one.check, one.ok)).collect()
    }

    #[test]
    fn what_is_not_ready_is_said_with_the_way_out() {
        let down = Err("it answers with status 502".to_owned());
        let local = setup("http://127.0.0.1:8080", &Caller::Key, &down, FRAMES);
        assert_eq!(local.url, "http://127.0.0.1:8080/ChatLink");
        assert_eq!(ok(&local), [("https", false), ("page", false), ("framing", false), ("sign_in", false)]);
        assert!(local.checks[1].sentence.contains("status 502"), "{}", local.checks[1].sentence);
        let callback = &local.checks[3].sentence;
        assert!(callback.contains("http://127.0.0.1:8080/api/widget/sign-in/callback"), "{callback}");

        let session = Session {
            username: "ada@acme.example".to_owned(),
            name: "Ada".to_owned(),
            organization: "00D000000000001AAA".to_owned(),
            administers: true,
        };
        let policy =
            |frames: &str| Ok(format!("default-src 'none'; frame-ancestors {frames}; base-uri 'none'"));
        let person = Caller::Person(session);
        let served = setup("https://chatlink.acme.example", &person, &policy(FRAMES), FRAMES);
        assert_eq!(ok(&served), [("https", true), ("page", true), ("framing", true), ("sign_in", true)]);
        let old = setup("https://chatlink.acme.example", &person, &policy("https://old.example"), FRAMES);
        assert!(!old.checks[2].ok && old.checks[2].sentence.contains("https://old.example"));
    }
}
