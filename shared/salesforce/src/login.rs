//! Access tokens of the sync user: JWT bearer and client credentials.

use crate::wire;
use domain::{
    configuration::{LoginFlow, SalesforceLogin},
    ports::{Clock, SinkError},
};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde::Serialize;
use std::fmt;

/// Salesforce accepts an assertion that ends at most three minutes ahead.
const ASSERTION_SECONDS: i64 = 170;

/// What goes with a [`LoginFlow`] and lives in Secrets Manager.
#[derive(Clone, PartialEq, Eq)]
pub enum Secret {
    /// RSA private key, PEM, for JWT bearer.
    PrivateKey(String),
    /// Consumer secret, for client credentials.
    ClientSecret(String),
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Secret::PrivateKey(_) => "PrivateKey(..)",
            Secret::ClientSecret(_) => "ClientSecret(..)",
        })
    }
}

/// An access token and where it is good for.
#[derive(Clone)]
pub(crate) struct Token {
    pub(crate) access_token: String,
    pub(crate) instance_url: String,
    /// Only people's sign-ins have one.
    pub(crate) refresh_token: Option<String>,
}

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    exp: i64,
}

/// The form the token endpoint takes.
pub(crate) fn token_form(
    login: &SalesforceLogin,
    secret: &Secret,
    clock: &dyn Clock,
) -> Result<String, SinkError> {
    let mut form = form_urlencoded::Serializer::new(String::new());
    match (&login.flow, secret) {
        (LoginFlow::JwtBearer { client_id, username, audience }, Secret::PrivateKey(pem)) => {
            let exp = clock.now().as_second() + ASSERTION_SECONDS;
            let claims = Claims { iss: client_id, sub: username, aud: audience, exp };
            form.append_pair("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer");
            form.append_pair("assertion", &assertion(&claims, pem)?);
        }
        (LoginFlow::ClientCredentials { client_id }, Secret::ClientSecret(client_secret)) => {
            form.append_pair("grant_type", "client_credentials");
            form.append_pair("client_id", client_id);
            form.append_pair("client_secret", client_secret);
        }
        _ => {
            let reason = "the configured sign-in and its secret do not match: JWT bearer takes a private key, client credentials a client secret";
            return Err(SinkError::Unauthorized { reason: reason.to_owned() });
        }
    }
    Ok(form.finish())
}

fn assertion(claims: &Claims<'_>, pem: &str) -> Result<String, SinkError> {
    EncodingKey::from_rsa_pem(pem.as_bytes())
        .and_then(|key| jsonwebtoken::encode(&Header::new(Algorithm::RS256), claims, &key))
        // The library's error could quote the key's text; ours does not.
        .map_err(|_| SinkError::Unauthorized {
            reason: "the private key in the secret is not an RSA key in PEM form".to_owned(),
        })
}

/// Reads the token endpoint's answer.
pub(crate) fn read_token(status: u16, body: &str) -> Result<Token, SinkError> {
    if status == 200 {
        let answer: wire::TokenAnswer = serde_json::from_str(body)
            .map_err(|e| SinkError::Malformed { reason: format!("the token endpoint's answer: {e}") })?;
        let wire::TokenAnswer { access_token, instance_url, refresh_token } = answer;
        return Ok(Token { access_token, instance_url, refresh_token });
    }
    if status == 429 || status >= 500 {
        return Err(SinkError::Unavailable { reason: format!("token endpoint: status {status}") });
    }
    match serde_json::from_str::<wire::OAuthError>(body) {
        Ok(refused) if refused.error == "rate_limit_exceeded" || refused.error == "unknown_error" => {
            Err(SinkError::Unavailable { reason: format!("token endpoint: {}", refused.error) })
        }
        Ok(refused) => Err(SinkError::Unauthorized {
            reason: format!("{}: {}", refused.error, refused.error_description.unwrap_or_default()),
        }),
        Err(_) => {
            Err(SinkError::Malformed { reason: format!("token endpoint: status {status} without an error") })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_of_the_token_endpoint_keep_salesforces_words() {
        let cases = [
            (
                400,
                r#"{"error":"invalid_grant","error_description":"user hasn't approved this consumer"}"#,
                "hasn't approved",
            ),
            (
                401,
                r#"{"error":"invalid_client","error_description":"invalid client credentials"}"#,
                "invalid_client",
            ),
            (503, "<html>", "status 503"),
            (404, "<html>", "status 404"),
            (200, "{}", "cannot be read"),
        ];
        for (status, body, want) in cases {
            let said = read_token(status, body).err().unwrap().to_string();
            assert!(said.contains(want), "{status} {body}: {said}");
        }
        assert!(matches!(read_token(503, "<html>"), Err(SinkError::Unavailable { .. })), "a 5xx may pass");
    }

    #[test]
    fn a_key_that_is_no_key_is_refused_without_quoting_it() {
        let claims = Claims { iss: "i", sub: "s", aud: "a", exp: 1 };
        let said = assertion(&claims, "-----BEGIN hush-----").unwrap_err().to_string();
        assert!(said.contains("PEM") && !said.contains("hush"), "{said}");
        assert!(!format!("{:?}", Secret::ClientSecret("hush".into())).contains("hush"));
    }
}
