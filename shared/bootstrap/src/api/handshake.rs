//! A sign-in with Salesforce: sent there with a cookie, and what the browser comes back with.

use super::{
    caller::origin_of,
    cookies::{cookie_of, handshake_cookie},
};
use crate::{HandlerError, Workspace};
use axum::{
    http::{
        HeaderMap, StatusCode,
        header::{LOCATION, SET_COOKIE},
    },
    response::{IntoResponse, Response},
};
use salesforce::{Handshake, Purpose};
use serde::Deserialize;

/// One function's way of signing people in.
#[derive(Clone, Copy, Debug)]
pub struct SignInRoute {
    /// What they sign in for.
    pub purpose: Purpose,
    /// Path that Salesforce sends the browser back to; registered at the external client app.
    pub callback: &'static str,
    /// Cookie that keeps the handshake meanwhile.
    pub cookie: &'static str,
}

/// What Salesforce sends a browser back with.
#[derive(Debug, Deserialize)]
pub struct Returned {
    code: Option<String>,
    state: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
}

/// A sign-in that ended in the browser it was begun in.
#[derive(Debug)]
pub struct SignedIn {
    /// What Salesforce gives tokens for, once.
    pub code: String,
    /// Where the code was brought to, which Salesforce compares.
    pub redirect_uri: String,
    /// What the sign-in began with.
    pub handshake: Handshake,
    /// What was to be kept along; empty when nothing was.
    pub kept: String,
}

impl SignInRoute {
    /// Sends the browser to Salesforce. `kept` comes back with [`SignedIn`]; it is letters, digits, `-` and `_`.
    ///
    /// # Errors
    /// Without a source of randomness, and when TLS cannot be set up.
    pub async fn begin(
        self,
        workspace: &Workspace,
        headers: &HeaderMap,
        kept: &str,
    ) -> Result<Response, HandlerError> {
        let handshake = Handshake::new()?;
        let address =
            workspace.sign_in().await?.address(self.purpose, &handshake, &self.redirect_uri(headers));
        let value = format!("{}.{}.{kept}", handshake.state, handshake.verifier);
        let cookie = handshake_cookie(self.cookie, Some(&value));
        Ok((StatusCode::SEE_OTHER, [(LOCATION, address), (SET_COOKIE, cookie)]).into_response())
    }

    /// Whether this browser began the sign-in that it brings back, and Salesforce agreed to it.
    ///
    /// # Errors
    /// A sentence without its full stop, to which the caller adds where to begin again.
    pub fn finish(self, headers: &HeaderMap, returned: Returned) -> Result<SignedIn, String> {
        let cookie = cookie_of(headers, self.cookie);
        let Some((handshake, kept)) = cookie.as_deref().and_then(read) else {
            return Err("This sign-in was not begun in this browser, or took too long".to_owned());
        };
        if returned.state.as_deref() != Some(&handshake.state) {
            return Err("This sign-in was begun elsewhere".to_owned());
        }
        if let Some(error) = returned.error {
            let why = returned.error_description.unwrap_or(error);
            return Err(format!("Salesforce did not sign you in: {why}"));
        }
        let code = returned.code.ok_or_else(|| "Salesforce sent no code".to_owned())?;
        Ok(SignedIn { code, redirect_uri: self.redirect_uri(headers), handshake, kept: kept.to_owned() })
    }

    fn redirect_uri(self, headers: &HeaderMap) -> String {
        format!("{}{}", origin_of(headers), self.callback)
    }
}

/// What the cookie holds: state, verifier, and what was kept along.
fn read(cookie: &str) -> Option<(Handshake, &str)> {
    let mut parts = cookie.splitn(3, '.');
    let (state, verifier, kept) = (parts.next()?, parts.next()?, parts.next()?);
    Some((Handshake { state: state.to_owned(), verifier: verifier.to_owned() }, kept))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROUTE: SignInRoute =
        SignInRoute { purpose: Purpose::Work, callback: "/back", cookie: "__Host-test" };

    fn finish(cookie: Option<&str>, query: &str) -> Result<SignedIn, String> {
        let mut headers = HeaderMap::new();
        headers.insert("host", "chat.example".parse().unwrap());
        if let Some(cookie) = cookie {
            headers.insert("cookie", format!("__Host-test={cookie}").parse().unwrap());
        }
        ROUTE.finish(&headers, serde_json::from_str(query).unwrap())
    }

    #[test]
    fn a_sign_in_ends_only_where_it_began() {
        let done = finish(Some("s.v.kept-1"), r#"{"code":"c","state":"s"}"#).unwrap();
        assert_eq!((done.code.as_str(), done.kept.as_str()), ("c", "kept-1"));
        assert_eq!(done.redirect_uri, "https://chat.example/back");
        for (cookie, query, why) in [
            (None, r#"{"code":"c","state":"s"}"#, "not begun in this browser"),
            (Some("s.v"), r#"{"code":"c","state":"s"}"#, "not begun in this browser"),
            (Some("other.v."), r#"{"code":"c","state":"s"}"#, "begun elsewhere"),
            (Some("s.v."), r#"{"code":"c"}"#, "begun elsewhere"),
            (Some("s.v."), r#"{"state":"s"}"#, "no code"),
            (Some("s.v."), r#"{"state":"s","error":"access_denied"}"#, "did not sign you in: access_denied"),
        ] {
            let said = finish(cookie, query).unwrap_err();
            assert!(said.contains(why), "{said}");
        }
    }
}
