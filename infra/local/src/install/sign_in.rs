//! Who installs: an access token from the environment, or a browser that comes back to this machine.

use super::{API_VERSION, InstallError, address};
use crate::stack::salesforce_credentials;
use axum::{
    Router,
    extract::{Query, State},
    response::Html,
    routing::get,
};
use domain::ports::SinkError;
use salesforce::{
    metadata::Setup,
    sign_in::{Handshake, Purpose, SignIn},
};
use std::{collections::HashMap, sync::Arc, time::Duration};
use tokio::{net::TcpListener, sync::mpsc};

/// Where an access token is looked for; it is never an argument, which others on the machine could read.
pub(crate) const TOKEN_VARIABLE: &str = "CHATLINK_SALESFORCE_ACCESS_TOKEN";
/// Where the browser comes back to; an app's callback URL must say exactly this.
const CALLBACK_PORT: u16 = 8089;
/// How long a person may take.
const PATIENCE: Duration = Duration::from_secs(300);

type Came = HashMap<String, String>;

/// The org at `org`, reached with that token, or through the browser and the app with that consumer key. The simulated
/// org has an app.
pub(crate) async fn sign_in(
    org: &str,
    token: Option<String>,
    consumer_key: Option<String>,
    say: impl Fn(&str),
) -> Result<Setup, InstallError> {
    let org = address("--org", org)?;
    if let Some(token) = token.filter(|token| !token.trim().is_empty()) {
        return Ok(Setup::new(&org, &token, API_VERSION)?);
    }
    let simulated = org.starts_with("http://").then(|| salesforce_credentials(None).client_id);
    let Some(consumer_key) = consumer_key.or(simulated) else {
        let why = format!(
            "no way to sign in: set {TOKEN_VARIABLE} to an access token of an administrator, or give --consumer-key, the key of an app of the org with the callback URL {}",
            callback(CALLBACK_PORT)
        );
        return Err(InstallError::Input(why));
    };
    through_browser(&org, &consumer_key, CALLBACK_PORT, say).await
}

fn callback(port: u16) -> String {
    format!("http://localhost:{port}/callback")
}

pub(super) async fn through_browser(
    org: &str,
    consumer_key: &str,
    port: u16,
    say: impl Fn(&str),
) -> Result<Setup, InstallError> {
    let unusable = |error| {
        InstallError::Input(format!(
            "port {port} of this machine, where the browser is to come back to, cannot be used: {error}; stop what uses it, or set {TOKEN_VARIABLE}"
        ))
    };
    let listener = TcpListener::bind(("127.0.0.1", port)).await.map_err(unusable)?;
    let callback = callback(listener.local_addr().map_err(unusable)?.port());
    let (app, handshake) = (SignIn::new(org, consumer_key)?, Handshake::new()?);
    say(&format!(
        "Sign in as an administrator of the org:\n\n  {}\n",
        app.address(Purpose::Administer, &handshake, &callback)
    ));
    let came = coming_back(listener, &handshake.state).await?;
    let code = code_of(&came, &handshake)?;
    let (_, tokens) = app.agent(code, &callback, &handshake.verifier).await?;
    Ok(Setup::new(&tokens.instance_url, &tokens.access_token, API_VERSION)?)
}

/// What the browser brings of the sign-in that was begun here, once. Whatever else comes is sent away.
async fn coming_back(listener: TcpListener, state: &str) -> Result<Came, InstallError> {
    let (brought, mut comes) = mpsc::channel::<Came>(1);
    let waiting = Arc::new((brought, state.to_owned()));
    let page = async |State(waiting): State<Arc<(mpsc::Sender<Came>, String)>>, Query(came): Query<Came>| {
        let (brought, state) = &*waiting;
        if came.get("state") != Some(state) {
            return Html("<!doctype html><title>Chatlink</title><p>This was not asked for here.</p>");
        }
        // A second visit changes nothing.
        let _ = brought.try_send(came);
        Html(
            "<!doctype html><title>Chatlink</title><p>Thank you. Go on in the terminal; this page can be closed.</p>",
        )
    };
    let router = Router::new().route("/callback", get(page)).with_state(waiting);
    let late =
        || InstallError::Undone(format!("nobody signed in within {} s; try again", PATIENCE.as_secs()));
    tokio::select! {
        served = axum::serve(listener, router) => Err(match served {
            Err(error) => InstallError::Input(format!("the browser cannot come back: {error}")),
            Ok(()) => late(),
        }),
        came = tokio::time::timeout(PATIENCE, comes.recv()) => came.ok().flatten().ok_or_else(late),
    }
}

/// The code, when it was us who asked for it.
fn code_of<'a>(came: &'a Came, handshake: &Handshake) -> Result<&'a str, InstallError> {
    let refused = |reason: String| InstallError::Org(SinkError::Unauthorized { reason });
    if came.get("state") != Some(&handshake.state) {
        return Err(refused("what came back was not asked for here; try again".to_owned()));
    }
    match (came.get("code"), came.get("error")) {
        (Some(code), _) => Ok(code),
        (None, Some(error)) => {
            let description = came.get("error_description").map(String::as_str).unwrap_or_default();
            Err(refused(format!("{error}: {description}")))
        }
        (None, None) => Err(refused("no code came back; try again".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_counts_only_when_it_was_asked_for() {
        let handshake = Handshake { state: "ours".to_owned(), verifier: "v".to_owned() };
        let came = |pairs: &[(&str, &str)]| -> Came {
            pairs.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect()
        };
        assert_eq!(code_of(&came(&[("state", "ours"), ("code", "c1")]), &handshake).unwrap(), "c1");
        for (pairs, want) in [
            (vec![("code", "c1")], "not asked for here"),
            (vec![("state", "theirs"), ("code", "c1")], "not asked for here"),
            (
                vec![("state", "ours"), ("error", "access_denied"), ("error_description", "denied")],
                "access_denied: denied",
            ),
            (vec![("state", "ours")], "no code"),
        ] {
            let said = code_of(&came(&pairs), &handshake).unwrap_err().to_string();
            assert!(said.contains(want), "{said}");
        }
    }

    #[tokio::test]
    async fn without_a_token_or_an_app_the_two_ways_are_named() {
        let said =
            sign_in("https://acme.my.salesforce.com", None, None, |_| ()).await.unwrap_err().to_string();
        assert!(
            said.contains(TOKEN_VARIABLE)
                && said.contains("--consumer-key")
                && said.contains(&callback(CALLBACK_PORT)),
            "{said}"
        );
    }
}
