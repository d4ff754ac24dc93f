//! People who sign in: OAuth 2.0's web-server flow with PKCE, and who they are.

use crate::{
    agent::AgentTokens,
    client::{ANSWER_TIMEOUT, CONNECT_TIMEOUT, connection, unavailable},
    login, refusal,
    upsert::TRANSCRIPT_OBJECT,
};
use aws_lc_rs::rand;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::ports::SinkError;
use reqwest::header;
use serde::{Deserialize, de::IgnoredAny};
use sha2::{Digest, Sha256};
use std::{collections::BTreeMap, fmt};

/// The custom permission that lets a person into the console.
pub const ADMIN_PERMISSION: &str = "LP_Admin";
/// Enough to say who somebody is and what they may.
const ADMINISTRATOR_SCOPE: &str = "openid id api custom_permissions";
/// Enough to work in somebody's name for as long as their session lasts.
const AGENT_SCOPE: &str = "openid id api refresh_token";
const PERMISSIONS: &str =
    "SELECT PermissionsCustomizeApplication, PermissionsModifyAllData FROM UserPermissionAccess";
/// Any version has what is asked for here.
const DATA_PATH: &str = "/services/data/v60.0";

/// What is kept between sending a person to Salesforce and the code they bring back.
#[derive(Clone, PartialEq, Eq)]
pub struct Handshake {
    /// Comes back with the code, so that nobody can be made to bring another's.
    pub state: String,
    /// Proves that whoever redeems the code is who asked for it.
    pub verifier: String,
}

impl Handshake {
    /// A new one, from the system's source of randomness.
    ///
    /// # Errors
    /// [`SinkError::Unavailable`] when there is none.
    pub fn new() -> Result<Handshake, SinkError> {
        Ok(Handshake { state: random_text()?, verifier: random_text()? })
    }
}

impl fmt::Debug for Handshake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Handshake(..)")
    }
}

/// 43 letters, digits, `-` and `_`: 256 random bits.
///
/// # Errors
/// [`SinkError::Unavailable`] when the system has no source of randomness.
pub fn random_text() -> Result<String, SinkError> {
    let mut bytes = [0_u8; 32];
    rand::fill(&mut bytes)
        .map_err(|_| SinkError::Unavailable { reason: "the system gives no random numbers".to_owned() })?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// What somebody signs in for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The console, which asks who they are and keeps no token, and the installer, which gives it back when it is done.
    Administer,
    /// The widget, which works in their name.
    Work,
    /// The *Sync Chat* button, which asks whether they see one record and keeps no token.
    Press,
}

/// A person of the org.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// 18-character user id.
    pub user: String,
    /// User name, such as `ada@acme.example`.
    pub username: String,
    /// As people call them.
    pub name: String,
    /// 18-character organization id.
    pub organization: String,
    /// Whether they have [`ADMIN_PERMISSION`], or may customize the application or modify all data.
    pub administers: bool,
}

/// An external client app through which people sign in.
pub struct SignIn {
    http: reqwest::Client,
    login_url: String,
    client_id: String,
}

#[derive(Deserialize)]
struct UserInfo {
    user_id: String,
    organization_id: String,
    preferred_username: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    custom_permissions: BTreeMap<String, bool>,
}

#[derive(Deserialize)]
struct Found {
    records: Vec<Permissions>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Permissions {
    #[serde(default)]
    permissions_customize_application: bool,
    #[serde(default)]
    permissions_modify_all_data: bool,
}

impl UserInfo {
    fn person(self, administers: bool) -> Person {
        Person {
            user: self.user_id,
            username: self.preferred_username,
            name: self.name,
            organization: self.organization_id,
            administers,
        }
    }
}

impl SignIn {
    /// Signs people in at this login host, such as `https://acme.my.salesforce.com`, through the app with this consumer
    /// key. The app asks for PKCE, not for its secret.
    ///
    /// # Errors
    /// [`SinkError::Unavailable`] when TLS cannot be set up.
    pub fn new(login_url: &str, client_id: &str) -> Result<Self, SinkError> {
        let http = connection(CONNECT_TIMEOUT, ANSWER_TIMEOUT)?;
        let login_url = login_url.trim_end_matches('/').to_owned();
        Ok(SignIn { http, login_url, client_id: client_id.to_owned() })
    }

    /// Where a person's browser goes to sign in; it comes back to `redirect_uri` with a code.
    #[must_use]
    pub fn address(&self, purpose: Purpose, handshake: &Handshake, redirect_uri: &str) -> String {
        let scope = match purpose {
            Purpose::Administer => ADMINISTRATOR_SCOPE,
            Purpose::Work => AGENT_SCOPE,
            Purpose::Press => "api",
        };
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&handshake.verifier));
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs([
            ("response_type", "code"),
            ("client_id", &self.client_id),
            ("redirect_uri", redirect_uri),
            ("scope", scope),
            ("state", &handshake.state),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ]);
        format!("{}/services/oauth2/authorize?{}", self.login_url, query.finish())
    }

    /// Who brought this code. The token it is good for is used to ask, and revoked.
    ///
    /// # Errors
    /// [`SinkError::Unauthorized`] when Salesforce refuses the code or the person; [`SinkError`].
    pub async fn person(&self, code: &str, redirect_uri: &str, verifier: &str) -> Result<Person, SinkError> {
        let token = self.redeem(code, redirect_uri, verifier).await?;
        let person = self.person_of(&token).await;
        self.revoke_used(&token).await;
        person
    }

    /// The agent who brought this code, and the tokens to work in their name.
    ///
    /// # Errors
    /// As [`SignIn::person`].
    pub async fn agent(
        &self,
        code: &str,
        redirect_uri: &str,
        verifier: &str,
    ) -> Result<(Person, AgentTokens), SinkError> {
        let token = self.redeem(code, redirect_uri, verifier).await?;
        let info: UserInfo = self.ask(&token, "/services/oauth2/userinfo").await?;
        let login::Token { access_token, instance_url, refresh_token } = token;
        Ok((info.person(false), AgentTokens { access_token, refresh_token, instance_url }))
    }

    /// The org's address for pages, if whoever brought this code sees the Chat Transcript record; `None` if not. The token
    /// is used to ask, and revoked.
    ///
    /// # Errors
    /// As [`SignIn::person`].
    pub async fn sees_transcript(
        &self,
        code: &str,
        redirect_uri: &str,
        verifier: &str,
        record: &str,
    ) -> Result<Option<String>, SinkError> {
        let token = self.redeem(code, redirect_uri, verifier).await?;
        let path = format!("{DATA_PATH}/sobjects/{TRANSCRIPT_OBJECT}/{record}?fields=Id");
        let seen = self.ask::<IgnoredAny>(&token, &path).await;
        self.revoke_used(&token).await;
        match seen {
            Ok(_) => Ok(Some(token.instance_url)),
            Err(SinkError::Rejected { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Takes an agent's tokens back; a refresh token takes its access tokens with it.
    ///
    /// # Errors
    /// [`SinkError`].
    pub async fn take_back(&self, tokens: &AgentTokens) -> Result<(), SinkError> {
        self.revoke(tokens.refresh_token.as_ref().unwrap_or(&tokens.access_token)).await
    }

    async fn redeem(
        &self,
        code: &str,
        redirect_uri: &str,
        verifier: &str,
    ) -> Result<login::Token, SinkError> {
        let form = form([
            ("grant_type", "authorization_code"),
            ("code", code),
            ("client_id", &self.client_id),
            ("redirect_uri", redirect_uri),
            ("code_verifier", verifier),
        ]);
        let (status, body) = self.post("/services/oauth2/token", form).await?;
        login::read_token(status, &body)
    }

    async fn person_of(&self, token: &login::Token) -> Result<Person, SinkError> {
        let info: UserInfo = self.ask(token, "/services/oauth2/userinfo").await?;
        let mut administers = info.custom_permissions.get(ADMIN_PERMISSION) == Some(&true);
        if !administers {
            let query: String = form_urlencoded::byte_serialize(PERMISSIONS.as_bytes()).collect();
            let found: Found = self.ask(token, &format!("{DATA_PATH}/query?q={query}")).await?;
            let may =
                |one: &Permissions| one.permissions_customize_application || one.permissions_modify_all_data;
            administers = found.records.iter().any(may);
        }
        Ok(info.person(administers))
    }

    async fn ask<T: for<'de> Deserialize<'de>>(
        &self,
        token: &login::Token,
        path: &str,
    ) -> Result<T, SinkError> {
        let request = self.http.get(format!("{}{path}", token.instance_url)).bearer_auth(&token.access_token);
        let response = request.send().await.map_err(|e| unavailable(&e.without_url()))?;
        let status = response.status();
        let body = response.text().await.map_err(|e| unavailable(&e.without_url()))?;
        if !status.is_success() {
            return Err(refusal::of_request(status.as_u16(), &body));
        }
        serde_json::from_str(&body)
            .map_err(|e| SinkError::Malformed { reason: format!("who a person is: {e}") })
    }

    /// What was to be asked is known either way; a token that is left over expires by itself.
    async fn revoke_used(&self, token: &login::Token) {
        if let Err(error) = self.revoke(&token.access_token).await {
            tracing::warn!(%error, "a person's access token was not revoked");
        }
    }

    async fn revoke(&self, token: &str) -> Result<(), SinkError> {
        let (status, body) = self.post("/services/oauth2/revoke", form([("token", token)])).await?;
        if status == 200 { Ok(()) } else { Err(refusal::of_request(status, &body)) }
    }

    async fn post(&self, path: &str, form: String) -> Result<(u16, String), SinkError> {
        let request = self.http.post(format!("{}{path}", self.login_url));
        let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").body(form);
        let response = request.send().await.map_err(|e| unavailable(&e.without_url()))?;
        let status = response.status().as_u16();
        Ok((status, response.text().await.map_err(|e| unavailable(&e.without_url()))?))
    }
}

pub(crate) fn form<const N: usize>(pairs: [(&str, &str); N]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_carries_the_challenge_and_never_the_verifier() {
        // The pair of verifier and challenge is RFC 7636's own, appendix B.
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".to_owned();
        let handshake = Handshake { state: "a state".to_owned(), verifier };
        let sign_in = SignIn::new("https://acme.my.salesforce.com/", "key").unwrap();
        let address = sign_in.address(Purpose::Administer, &handshake, "https://console.example/back?x=1");
        assert!(
            address.starts_with("https://acme.my.salesforce.com/services/oauth2/authorize?"),
            "{address}"
        );
        for part in [
            "code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
            "redirect_uri=https%3A%2F%2Fconsole.example%2Fback%3Fx%3D1",
            "state=a+state",
        ] {
            assert!(address.contains(part), "{part}: {address}");
        }
        assert!(!address.contains(&handshake.verifier));
        assert!(!format!("{handshake:?}").contains("state"));
    }

    #[test]
    fn no_two_handshakes_are_alike() {
        let (one, other) = (Handshake::new().unwrap(), Handshake::new().unwrap());
        assert!(one.state != other.state && one.verifier != other.verifier && one.state != one.verifier);
        assert_eq!(one.verifier.len(), 43, "PKCE takes 43 to 128 characters");
    }
}
