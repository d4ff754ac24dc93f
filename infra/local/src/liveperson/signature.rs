//! Checks OAuth 1.0a signatures as LivePerson's gateway does.

use super::Account;
use axum::http::{HeaderMap, Method, Uri, header};
use liveperson::oauth1;
use percent_encoding::percent_decode_str;
use std::{
    collections::{HashMap, HashSet},
    sync::{Mutex, PoisonError},
};
use url::Url;

/// A signature older or newer than this is refused.
const SKEW_SECONDS: i64 = 300;
/// As many nonces are remembered; a nonce is new only once.
const NONCES: usize = 100_000;

/// Remembers nonces.
#[derive(Debug, Default)]
pub(crate) struct Gateway {
    nonces: Mutex<HashSet<String>>,
}

impl Gateway {
    /// `Err` holds the `oauth_problem` form LivePerson answers with.
    pub(crate) fn check(
        &self,
        account: &Account,
        now_second: i64,
        method: &Method,
        uri: &Uri,
        headers: &HeaderMap,
    ) -> Result<(), String> {
        let header =
            headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let fields =
            fields(header).ok_or("oauth_problem=parameter_absent&oauth_parameters_absent=Authorization")?;
        let field = |name: &str| {
            fields
                .get(name)
                .map(String::as_str)
                .ok_or(format!("oauth_problem=parameter_absent&oauth_parameters_absent={name}"))
        };
        let credentials = &account.credentials;
        if field("oauth_signature_method")? != "HMAC-SHA1" {
            return Err("oauth_problem=signature_method_rejected".to_owned());
        }
        if field("oauth_consumer_key")? != credentials.consumer_key {
            return Err("oauth_problem=consumer_key_unknown".to_owned());
        }
        if field("oauth_token")? != credentials.access_token {
            return Err("oauth_problem=token_rejected&oauth_problem_advice=the oauth_token is unacceptable to the Service Provider".to_owned());
        }
        let timestamp: i64 =
            field("oauth_timestamp")?.parse().map_err(|_| "oauth_problem=parameter_rejected".to_owned())?;
        if (timestamp - now_second).abs() > SKEW_SECONDS {
            return Err("oauth_problem=timestamp_refused".to_owned());
        }
        let host = headers.get(header::HOST).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let url = Url::parse(&format!("http://{host}{uri}"))
            .map_err(|_| "oauth_problem=parameter_rejected".to_owned())?;
        let signed: Vec<(&str, &str)> = fields
            .iter()
            .filter(|(name, _)| name.as_str() != "oauth_signature" && name.as_str() != "realm")
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let base = oauth1::base_string(method.as_str(), &url, &signed);
        let right = oauth1::sign(&base, &credentials.consumer_secret, &credentials.access_token_secret);
        if field("oauth_signature")? != right {
            return Err("oauth_problem=signature_invalid".to_owned());
        }
        self.note_nonce(format!("{timestamp} {}", field("oauth_nonce")?))
    }

    fn note_nonce(&self, nonce: String) -> Result<(), String> {
        let mut nonces = self.nonces.lock().unwrap_or_else(PoisonError::into_inner);
        if nonces.len() >= NONCES {
            nonces.clear();
        }
        if nonces.insert(nonce) { Ok(()) } else { Err("oauth_problem=nonce_used".to_owned()) }
    }
}

/// The fields of an `OAuth` header, decoded.
fn fields(header: &str) -> Option<HashMap<String, String>> {
    let decode = |text: &str| percent_decode_str(text).decode_utf8().ok().map(|text| text.into_owned());
    header
        .strip_prefix("OAuth ")?
        .split(',')
        .map(|field| {
            let (name, value) = field.trim().split_once('=')?;
            Some((decode(name)?, decode(value.strip_prefix('"')?.strip_suffix('"')?)?))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account() -> Account {
        Account::sample()
    }

    fn check(
        gateway: &Gateway,
        credentials: &oauth1::Credentials,
        second: i64,
        nonce: &str,
    ) -> Result<(), String> {
        let url = Url::parse("http://127.0.0.1:8081/a/search?sort=start%3Aasc&limit=100").unwrap();
        let header = oauth1::authorization(credentials, "POST", &url, second, nonce);
        let headers = HeaderMap::from_iter([
            (header::AUTHORIZATION, header.parse().unwrap()),
            (header::HOST, "127.0.0.1:8081".parse().unwrap()),
        ]);
        let uri = "/a/search?sort=start%3Aasc&limit=100".parse().unwrap();
        gateway.check(&account(), 1_000, &Method::POST, &uri, &headers)
    }

    #[test]
    fn only_the_right_four_strings_at_the_right_time_once_get_in() {
        let gateway = Gateway::default();
        let right = account().credentials;
        assert_eq!(check(&gateway, &right, 1_000, "a"), Ok(()));
        let problem = |credentials: &oauth1::Credentials, second, nonce| {
            check(&gateway, credentials, second, nonce).unwrap_err()
        };
        assert!(problem(&right, 1_000, "a").contains("nonce_used"));
        assert!(problem(&right, 1_400, "b").contains("timestamp_refused"));
        let wrong = |change: fn(&mut oauth1::Credentials)| {
            let mut credentials = right.clone();
            change(&mut credentials);
            problem(&credentials, 1_000, "c")
        };
        assert!(wrong(|c| c.consumer_secret.push('x')).contains("signature_invalid"));
        assert!(wrong(|c| c.access_token_secret.push('x')).contains("signature_invalid"));
        assert!(wrong(|c| c.access_token.push('x')).contains("token_rejected"));
        assert!(wrong(|c| c.consumer_key.push('x')).contains("consumer_key_unknown"));
    }
}
