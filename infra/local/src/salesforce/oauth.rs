//! The token endpoint: its grants, its refusals, and the tokens that are alive.

use super::{
    Credentials,
    answer::Answer,
    consent::Code,
    org::{Org, organization_id, sync_user_id},
};
use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::STANDARD};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::HashMap;

/// A token given out; the journal keeps it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Grant {
    pub(crate) token: String,
    pub(crate) user: String,
    pub(crate) scope: String,
    /// A refresh token, not an access token.
    pub(crate) refresh: bool,
    /// The refresh token this access token came from.
    pub(crate) parent: Option<String>,
}

/// Refresh tokens of one user that live side by side.
const MOST_REFRESH_TOKENS: usize = 5;

/// Tokens and codes that are alive.
#[derive(Debug, Default)]
pub(crate) struct Access {
    grants: HashMap<String, Grant>,
    /// Refresh tokens in the order they were given out.
    refresh_tokens: Vec<String>,
    pub(crate) codes: HashMap<String, Code>,
    /// Every refresh gives a new refresh token and ends the old one.
    pub(crate) rotate: bool,
}

impl Access {
    /// Remembers a token. One refresh token too many of a user ends the user's oldest.
    pub(crate) fn add(&mut self, grant: Grant) {
        let (token, user, refresh) = (grant.token.clone(), grant.user.clone(), grant.refresh);
        self.grants.insert(token.clone(), grant);
        if !refresh {
            return;
        }
        self.refresh_tokens.push(token);
        let own = |token: &&String| self.grants.get(*token).is_some_and(|grant| grant.user == user);
        let own: Vec<&String> = self.refresh_tokens.iter().filter(own).collect();
        if own.len() > MOST_REFRESH_TOKENS {
            let oldest = own[0].clone();
            self.remove(&oldest);
        }
    }

    /// Forgets a token, and with a refresh token its access tokens.
    pub(crate) fn remove(&mut self, token: &str) {
        self.grants.remove(token);
        self.grants.retain(|_, grant| grant.parent.as_deref() != Some(token));
        self.refresh_tokens.retain(|known| known != token);
    }

    pub(crate) fn find(&self, token: &str) -> Option<&Grant> {
        self.grants.get(token)
    }

    /// The access tokens of one user that are alive.
    pub(crate) fn access_tokens_of(&self, user: &str) -> Vec<String> {
        let own = self.grants.values().filter(|grant| !grant.refresh && grant.user == user);
        own.map(|grant| grant.token.clone()).collect()
    }

    /// Every access token alive.
    pub(crate) fn access_tokens(&self) -> Vec<String> {
        self.grants.values().filter(|grant| !grant.refresh).map(|grant| grant.token.clone()).collect()
    }
}

/// A refusal of the token endpoint: an object, unlike every other refusal.
#[derive(Debug)]
pub(crate) struct OAuthError(u16, &'static str, String);

impl OAuthError {
    pub(crate) fn new(error: &'static str, description: &str) -> Self {
        OAuthError(400, error, description.to_owned())
    }
}

impl From<OAuthError> for Answer {
    fn from(OAuthError(status, error, description): OAuthError) -> Self {
        Answer::json(status, json!({"error": error, "error_description": description}))
    }
}

fn refuse<T>(error: &'static str, description: &str) -> Result<T, OAuthError> {
    Err(OAuthError::new(error, description))
}

/// Form fields of a request.
pub(crate) type Form = HashMap<String, String>;

/// What a client must know of the org to ask for tokens.
pub(crate) struct Endpoint<'a> {
    pub(crate) url: &'a str,
    pub(crate) credentials: &'a Credentials,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Value,
    exp: i64,
}

/// Who the token is for, and what may be done with it.
struct Allowed {
    user: String,
    scope: String,
    /// The refresh token used, if any.
    from: Option<String>,
    /// Whether a refresh token comes with it.
    with_refresh: bool,
}

/// Answers `POST /services/oauth2/token`.
pub(crate) fn token(org: &mut Org, endpoint: &Endpoint<'_>, form: &Form) -> Answer {
    let allowed = match form.get("grant_type").map(String::as_str) {
        Some("client_credentials") => client_credentials(endpoint, form),
        Some("urn:ietf:params:oauth:grant-type:jwt-bearer") => jwt_bearer(org, endpoint, form),
        Some("authorization_code") => super::consent::redeem(org, endpoint, form).map(|code| Allowed {
            with_refresh: has_scope(&code.scope, "refresh_token") || has_scope(&code.scope, "offline_access"),
            user: code.user,
            scope: code.scope,
            from: None,
        }),
        Some("refresh_token") => refresh(org, endpoint, form),
        Some("password") => password(org, endpoint, form),
        _ => refuse("unsupported_grant_type", "grant type not supported"),
    };
    match allowed {
        Ok(allowed) => issue(org, endpoint, allowed).unwrap_or_else(|error| {
            Answer::json(500, json!({"error": "unknown_error", "error_description": error.to_string()}))
        }),
        Err(error) => error.into(),
    }
}

fn has_scope(scope: &str, wanted: &str) -> bool {
    scope.split_whitespace().any(|one| one == wanted)
}

/// The client id must be known, and the secret right where one is sent or needed.
pub(crate) fn check_client(
    endpoint: &Endpoint<'_>,
    form: &Form,
    secret_needed: bool,
) -> Result<(), OAuthError> {
    if form.get("client_id") != Some(&endpoint.credentials.client_id) {
        return refuse("invalid_client_id", "client identifier invalid");
    }
    match form.get("client_secret") {
        Some(secret) if *secret != endpoint.credentials.client_secret => {
            refuse("invalid_client", "invalid client credentials")
        }
        None if secret_needed => refuse("invalid_client", "invalid client credentials"),
        _ => Ok(()),
    }
}

fn client_credentials(endpoint: &Endpoint<'_>, form: &Form) -> Result<Allowed, OAuthError> {
    check_client(endpoint, form, true)?;
    Ok(Allowed { user: sync_user_id(), scope: "api".into(), from: None, with_refresh: false })
}

fn jwt_bearer(org: &Org, endpoint: &Endpoint<'_>, form: &Form) -> Result<Allowed, OAuthError> {
    let key =
        endpoint.credentials.public_key_pem.as_deref().map(|pem| DecodingKey::from_rsa_pem(pem.as_bytes()));
    let Some(Ok(key)) = key else {
        return refuse("invalid_grant", "no certificate is registered for this app");
    };
    let assertion = form.get("assertion").map(String::as_str).unwrap_or_default();
    let mut validation = Validation::new(Algorithm::RS256);
    validation.required_spec_claims.clear();
    (validation.validate_exp, validation.validate_aud) = (false, false);
    let Ok(jwt) = jsonwebtoken::decode::<Claims>(assertion, &key, &validation) else {
        return refuse("invalid_grant", "invalid assertion");
    };
    let Claims { iss, sub, aud, exp } = jwt.claims;
    if iss != endpoint.credentials.client_id {
        return refuse("invalid_client_id", "client identifier invalid");
    }
    let hosts = [endpoint.url, "https://login.salesforce.com", "https://test.salesforce.com"];
    let named: Vec<&str> = match &aud {
        Value::Array(all) => all.iter().filter_map(Value::as_str).collect(),
        one => one.as_str().into_iter().collect(),
    };
    if !named.iter().any(|name| hosts.contains(&name.trim_end_matches('/'))) {
        return refuse("invalid_grant", "Audience validation failed");
    }
    let left = exp - org.now().as_second();
    if left <= 0 || left > 300 {
        return refuse("invalid_grant", "invalid assertion");
    }
    match org.user_named(&sub) {
        Some(user) => Ok(Allowed { user, scope: "api".into(), from: None, with_refresh: false }),
        None => refuse("invalid_grant", "user hasn't approved this consumer"),
    }
}

fn refresh(org: &Org, endpoint: &Endpoint<'_>, form: &Form) -> Result<Allowed, OAuthError> {
    // Neither does the app require its secret of those who bring a refresh token: "Require Secret for Refresh Token Flow"
    // is off, as it has to be for whoever signed in by PKCE alone.
    check_client(endpoint, form, false)?;
    let token = form.get("refresh_token").map(String::as_str).unwrap_or_default();
    match org.access.find(token).filter(|grant| grant.refresh) {
        Some(grant) => Ok(Allowed {
            user: grant.user.clone(),
            scope: grant.scope.clone(),
            from: Some(token.to_owned()),
            with_refresh: org.access.rotate,
        }),
        None => refuse("invalid_grant", "expired access/refresh token"),
    }
}

fn password(org: &Org, endpoint: &Endpoint<'_>, form: &Form) -> Result<Allowed, OAuthError> {
    check_client(endpoint, form, true)?;
    let sent = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
    match check_password(org, endpoint.credentials, sent("username"), sent("password")) {
        Some(user) => Ok(Allowed { user, scope: "api id".into(), from: None, with_refresh: false }),
        None => refuse("invalid_grant", "authentication failure"),
    }
}

/// The user who logs in with this name and password. The agents have the sync user's password.
pub(crate) fn check_password(
    org: &Org,
    credentials: &Credentials,
    name: &str,
    password: &str,
) -> Option<String> {
    if password == credentials.password { org.user_named(name) } else { None }
}

/// A new access token for a user.
pub(crate) fn new_access_token(
    org: &mut Org,
    user: &str,
    scope: &str,
    parent: Option<String>,
) -> std::io::Result<String> {
    let token = format!("{}!AQ{}", &organization_id()[..15], random(86));
    org.grant(Grant {
        token: token.clone(),
        user: user.into(),
        scope: scope.into(),
        refresh: false,
        parent,
    })?;
    Ok(token)
}

fn issue(org: &mut Org, endpoint: &Endpoint<'_>, allowed: Allowed) -> std::io::Result<Answer> {
    let Allowed { user, scope, mut from, with_refresh } = allowed;
    let mut more = None;
    if with_refresh {
        if let Some(old) = &from {
            org.revoke(old)?;
        }
        let token = format!("5Aep861{}", random(80));
        org.grant(Grant {
            token: token.clone(),
            user: user.clone(),
            scope: scope.clone(),
            refresh: true,
            parent: None,
        })?;
        from = Some(token.clone());
        more = Some(token);
    }
    let token = new_access_token(org, &user, &scope, from)?;
    let id = format!("{}/id/{}/{user}", endpoint.url, organization_id());
    let issued_at = org.now().as_millisecond().to_string();
    let mut body = json!({
        "access_token": token,
        "signature": sign(&endpoint.credentials.client_secret, &format!("{id}{issued_at}")),
        "scope": scope,
        "instance_url": endpoint.url,
        "id": id,
        "token_type": "Bearer",
        "issued_at": issued_at,
        "api_instance_url": endpoint.url,
    });
    if let Some(token) = more {
        body["refresh_token"] = token.into();
    }
    Ok(Answer::ok(body).with("cache-control", "no-store"))
}

fn sign(secret: &str, message: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    STANDARD.encode(hmac::sign(&key, message.as_bytes()))
}

/// Letters, digits and `.`.
pub(crate) fn random(length: usize) -> String {
    std::iter::repeat_with(|| if fastrand::u8(..64) == 0 { '.' } else { fastrand::alphanumeric() })
        .take(length)
        .collect()
}

/// Answers `POST /services/oauth2/revoke`.
pub(crate) fn revoke(org: &mut Org, form: &Form) -> Answer {
    let token = form.get("token").cloned().unwrap_or_default();
    if org.access.find(&token).is_none() {
        return Answer::json(
            400,
            json!({"error": "unsupported_token_type", "error_description": "this token type is not supported"}),
        );
    }
    match org.revoke(&token) {
        Ok(()) => Answer::empty(200),
        Err(error) => {
            Answer::json(500, json!({"error": "unknown_error", "error_description": error.to_string()}))
        }
    }
}

/// Answers `POST /services/oauth2/introspect`.
pub(crate) fn introspect(org: &Org, endpoint: &Endpoint<'_>, form: &Form) -> Answer {
    if let Err(error) = check_client(endpoint, form, true) {
        return error.into();
    }
    let grant = form.get("token").and_then(|token| org.access.find(token));
    let Some(grant) = grant else { return Answer::ok(json!({"active": false})) };
    let kind = if grant.refresh { "refresh_token" } else { "access_token" };
    Answer::ok(json!({
        "active": true,
        "scope": grant.scope,
        "client_id": endpoint.credentials.client_id,
        "sub": format!("{}/id/{}/{}", endpoint.url, organization_id(), grant.user),
        "token_type": kind,
    }))
}
