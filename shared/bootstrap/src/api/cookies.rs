//! Our cookies: of sessions, and of sign-ins that were begun.

use axum::http::{HeaderMap, header};
use cookie::{Cookie, SameSite};

/// The cookie that holds an administrator's session token.
pub const SESSION_COOKIE: &str = "__Host-chatlink-admin";
/// The cookie that holds what an administrator's sign-in began with, until Salesforce sends the browser back.
pub const HANDSHAKE_COOKIE: &str = "__Host-chatlink-sign-in";
/// The cookie that holds an agent's session token.
pub const AGENT_SESSION_COOKIE: &str = "__Host-chatlink-agent";
/// The cookie that holds what an agent's sign-in began with.
pub const AGENT_HANDSHAKE_COOKIE: &str = "__Host-chatlink-agent-sign-in";
/// The cookie that holds what somebody's sign-in for the *Sync Chat* button began with.
pub const SYNC_CHAT_HANDSHAKE_COOKIE: &str = "__Host-chatlink-sync-chat";

/// Salesforce's codes live about as long.
const HANDSHAKE_MINUTES: i64 = 15;

/// A cookie's value.
#[must_use]
pub fn cookie_of(headers: &HeaderMap, name: &str) -> Option<String> {
    let sent = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    let mut cookies = sent.flat_map(|value| Cookie::split_parse(value.to_owned()).flatten());
    cookies.find(|cookie| cookie.name() == name).map(|cookie| cookie.value().to_owned())
}

/// The `Set-Cookie` of a session: out of reach of scripts, of plain HTTP, and of other sites' frames. Each site that shows
/// our page in a frame has its own. Without a token, the one that takes it away.
#[must_use]
pub fn session_cookie(name: &'static str, token: Option<&str>) -> String {
    let cookie = Cookie::build((name, token.unwrap_or_default()))
        .path("/")
        .http_only(true)
        .secure(true)
        .same_site(SameSite::None)
        .partitioned(true);
    let cookie = if token.is_none() { cookie.max_age(cookie::time::Duration::ZERO) } else { cookie };
    cookie.build().to_string()
}

/// The `Set-Cookie` of a sign-in that was begun; without a value, the one that takes it away. Salesforce sends the browser
/// back from its own site, which `Lax` allows for.
#[must_use]
pub fn handshake_cookie(name: &'static str, value: Option<&str>) -> String {
    let minutes = if value.is_some() { HANDSHAKE_MINUTES } else { 0 };
    let cookie = Cookie::build((name, value.unwrap_or_default())).path("/").http_only(true).secure(true);
    let cookie = cookie.same_site(SameSite::Lax).max_age(cookie::time::Duration::minutes(minutes));
    cookie.build().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_is_out_of_reach_of_scripts_and_other_sites() {
        let set = session_cookie(SESSION_COOKIE, Some("t0ken"));
        assert!(set.starts_with("__Host-chatlink-admin=t0ken; "), "{set}");
        for part in ["HttpOnly", "Secure", "SameSite=None", "Partitioned", "Path=/"] {
            assert!(set.contains(part), "{part}: {set}");
        }
        assert!(session_cookie(SESSION_COOKIE, None).contains("Max-Age=0"));
        let mut sent = HeaderMap::new();
        sent.insert(header::COOKIE, "a=1; __Host-chatlink-admin=t0ken; b=2".parse().unwrap());
        assert_eq!(cookie_of(&sent, SESSION_COOKIE).as_deref(), Some("t0ken"));
        assert_eq!(cookie_of(&sent, AGENT_SESSION_COOKIE), None);
    }
}
