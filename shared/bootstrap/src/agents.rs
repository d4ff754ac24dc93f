//! Agents at work in the widget: their sign-in, their sessions, and Salesforce in their name. Tokens lie in the table
//! sealed, under a key from Secrets Manager, each for its own session alone.

use crate::{
    HandlerError, Workspace,
    seen::{Look, SeenAgents},
    workspace::of_secret,
};
use aws::{Agent, DynamoTable, UsedSession};
use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{Code, Configuration, ports::SinkError};
use salesforce::{AgentApi, AgentSession, AgentTokens, Handshake, Retries, TokenKeeper};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{sync::Arc, time::Duration};

/// Somebody waits: one quick second try, then one more.
const PAUSES: [Duration; 2] = [Duration::from_millis(200), Duration::from_millis(800)];
/// What the one-time code of a hand-over is redeemed with: a secret of the frame's, of which the window knew the digest.
const CHALLENGE_LENGTH: usize = 43;

/// A session that a request came with.
#[derive(Clone, Debug)]
pub struct AgentAtWork {
    digest: String,
    tokens: AgentTokens,
    /// Requests of this session in this minute.
    pub requests: u64,
    /// Who.
    pub agent: Agent,
}

/// The key that seals tokens.
pub(crate) struct Seal(RandomizedNonceKey);

#[derive(Serialize, Deserialize)]
struct Sealed {
    access: String,
    refresh: Option<String>,
    instance: String,
}

impl Seal {
    pub(crate) fn new(secret: &str) -> Result<Seal, HandlerError> {
        let key = RandomizedNonceKey::new(&AES_256_GCM, &Sha256::digest(secret));
        key.map(Seal).map_err(|_| unusable("the session key cannot be used"))
    }

    /// `of` is what the tokens are sealed for; nothing else opens them.
    fn close(&self, tokens: &AgentTokens, of: &str) -> Result<Vec<u8>, HandlerError> {
        let sealed = Sealed {
            access: tokens.access_token.clone(),
            refresh: tokens.refresh_token.clone(),
            instance: tokens.instance_url.clone(),
        };
        let mut bytes = serde_json::to_vec(&sealed).map_err(|_| unusable("the tokens cannot be sealed"))?;
        let nonce = self.0.seal_in_place_append_tag(Aad::from(of.as_bytes()), &mut bytes);
        let nonce = nonce.map_err(|_| unusable("the tokens cannot be sealed"))?;
        let mut closed = nonce.as_ref().to_vec();
        closed.append(&mut bytes);
        Ok(closed)
    }

    /// `None` for what was sealed with another key, for something else, or was changed.
    fn open(&self, closed: &[u8], of: &str) -> Option<AgentTokens> {
        let (nonce, bytes) = closed.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut bytes = bytes.to_vec();
        let plain = self.0.open_in_place(nonce, Aad::from(of.as_bytes()), &mut bytes).ok()?;
        let Sealed { access, refresh, instance } = serde_json::from_slice(plain).ok()?;
        Some(AgentTokens { access_token: access, refresh_token: refresh, instance_url: instance })
    }
}

fn unusable(what: &str) -> HandlerError {
    HandlerError::new(Code::SecretUnreadable, format!("{what}; check the stack's session secret"))
}

fn digest(token: &str) -> String {
    domain::Fingerprint(Sha256::digest(token).into()).to_hex()
}

/// What a frame's secret comes to when it is digested: 43 characters.
fn challenge_of(secret: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(secret))
}

/// Whether a text can be a challenge.
#[must_use]
pub fn is_challenge(text: &str) -> bool {
    text.len() == CHALLENGE_LENGTH && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
}

/// Keeps an agent's tokens in the table.
pub struct Keeper<'a> {
    table: &'a DynamoTable,
    seal: Arc<Seal>,
    seen: &'a SeenAgents,
    digest: &'a str,
}

impl TokenKeeper for Keeper<'_> {
    async fn kept(&self) -> Result<Option<AgentTokens>, SinkError> {
        let agent = self.table.agent(self.digest).await.map_err(unavailable)?;
        Ok(agent.and_then(|agent| self.seal.open(&agent.sealed, self.digest)))
    }

    async fn keep(&self, tokens: &AgentTokens) -> Result<(), SinkError> {
        let sealed = self.seal.close(tokens, self.digest).map_err(unavailable)?;
        self.table.keep_tokens(self.digest, sealed).await.map_err(unavailable)?;
        self.seen.renew(self.digest, tokens);
        Ok(())
    }
}

fn unavailable(error: impl std::fmt::Display) -> SinkError {
    SinkError::Unavailable { reason: format!("the session cannot be kept: {error}") }
}

impl Workspace {
    /// Takes the code an agent brought back from Salesforce, and answers a one-time code for the frame whose challenge it
    /// is. `account` is the LivePerson account the session is to be good for.
    ///
    /// # Errors
    /// When Salesforce refuses the code; of the table and the secrets.
    pub async fn hand_over_agent(
        &self,
        code: &str,
        redirect_uri: &str,
        handshake: &Handshake,
        challenge: &str,
        account: &str,
    ) -> Result<String, HandlerError> {
        let (person, tokens) = self.sign_in().await?.agent(code, redirect_uri, &handshake.verifier).await?;
        let one_time = salesforce::sign_in::random_text()?;
        let digest = digest(&one_time);
        let agent = Agent {
            user: person.user,
            username: person.username,
            name: person.name,
            account: account.to_owned(),
            instance_url: tokens.instance_url.clone(),
            sealed: self.seal().await?.close(&tokens, &digest)?,
        };
        self.table.hand_over(&digest, challenge, &agent, self.clock.now()).await?;
        Ok(one_time)
    }

    /// Begins the session of a hand-over, for the frame that proves by its secret that it asked; answers the token of the
    /// session's cookie. `None` for a code that was used, is too old, or is another frame's.
    ///
    /// # Errors
    /// Of the table and the secrets.
    pub async fn begin_agent(&self, one_time: &str, secret: &str) -> Result<Option<String>, HandlerError> {
        let (of_code, now) = (digest(one_time), self.clock.now());
        let Some((agent, challenge)) = self.table.take_over(&of_code, now).await? else { return Ok(None) };
        let seal = self.seal().await?;
        let Some(tokens) = seal.open(&agent.sealed, &of_code).filter(|_| challenge == challenge_of(secret))
        else {
            return Ok(None);
        };
        let token = salesforce::sign_in::random_text()?;
        let digest = digest(&token);
        let agent = Agent { sealed: seal.close(&tokens, &digest)?, ..agent };
        self.table.keep_agent(&digest, &agent, now).await?;
        Ok(Some(token))
    }

    /// The session of this token, if it goes on and is good for that account.
    ///
    /// # Errors
    /// Of the table and the secrets.
    pub async fn agent(&self, token: &str, account: &str) -> Result<Option<AgentAtWork>, HandlerError> {
        let (digest, now) = (digest(token), self.clock.now());
        let uncounted = match self.seen.look(&digest, now) {
            Look::Known(known) => return Ok(Some(*known).filter(|known| known.agent.account == account)),
            Look::Ask(uncounted) => uncounted,
        };
        let used = self.table.use_agent(&digest, uncounted, now).await?;
        let Some(UsedSession { agent, requests }) = used.filter(|used| used.agent.account == account) else {
            return Ok(None);
        };
        let tokens = self.seal().await?.open(&agent.sealed, &digest);
        let at_work = tokens.map(|tokens| AgentAtWork { digest, tokens, requests, agent });
        if let Some(at_work) = &at_work {
            self.seen.keep(at_work, now);
        }
        Ok(at_work)
    }

    /// Ends the session of this token and takes its tokens back at Salesforce.
    ///
    /// # Errors
    /// Of the table and the secrets.
    pub async fn end_agent(&self, token: &str) -> Result<(), HandlerError> {
        let digest = digest(token);
        self.seen.forget(&digest);
        let Some(agent) = self.table.end_agent(&digest).await? else { return Ok(()) };
        if let Some(tokens) = self.seal().await?.open(&agent.sealed, &digest)
            && let Err(error) = self.sign_in().await?.take_back(&tokens).await
        {
            tracing::warn!(%error, "an agent's tokens were not revoked; they expire by themselves");
        }
        Ok(())
    }

    /// Salesforce in an agent's name.
    ///
    /// # Errors
    /// Of the secrets, and when TLS cannot be set up.
    pub async fn crm<'a>(
        &'a self,
        configuration: &Configuration,
        at_work: &'a AgentAtWork,
    ) -> Result<AgentSession<'a, Keeper<'a>>, HandlerError> {
        let api = self
            .agents
            .get_or_try_init(async || {
                let settings = &self.settings;
                let retries = Retries(settings.retry_pauses.clone().unwrap_or_else(|| PAUSES.to_vec()));
                let (login_url, client_id) = (&settings.salesforce_login_url, &settings.salesforce_client_id);
                AgentApi::new(login_url, client_id, retries, Arc::clone(&self.clock))
            })
            .await?;
        let (table, seal, seen) = (&self.table, self.seal().await?, &self.seen);
        let keeper = Keeper { table, seal, seen, digest: &at_work.digest };
        let version = &configuration.salesforce.api_version;
        Ok(api.session(version, &at_work.agent.user, at_work.tokens.clone(), keeper))
    }

    /// Tokens that were sealed before the key was rotated open no more: their agents sign in again.
    async fn seal(&self) -> Result<Arc<Seal>, HandlerError> {
        let made = self.seal.get(self.clock.now(), async || {
            let secret = self.secrets.session_key(&self.settings.session_secret).await.map_err(of_secret)?;
            Seal::new(&secret)
        });
        made.await
    }

    /// What the widget's page may load and who may show it: the SDK's script, and the frames.
    #[must_use]
    pub fn widget_page(&self) -> (&str, &str) {
        (self.settings.liveperson_sdk_url.as_str(), &self.settings.frame_ancestors)
    }
}

impl AgentAtWork {
    pub(crate) fn digest(&self) -> &str {
        &self.digest
    }

    pub(crate) fn set_tokens(&mut self, tokens: AgentTokens) {
        self.tokens = tokens;
    }

    /// What tells this session's forms from those of others.
    #[must_use]
    pub fn form(&self, key: &str) -> String {
        format!("{}#{key}", self.digest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_open_with_their_own_key_for_their_own_session_only() {
        let seal = Seal::new("a long text of a secret").unwrap();
        let tokens = AgentTokens {
            access_token: "hush".to_owned(),
            refresh_token: Some("hush too".to_owned()),
            instance_url: "https://acme.my.salesforce.com".to_owned(),
        };
        let closed = seal.close(&tokens, "one").unwrap();
        assert_eq!(seal.open(&closed, "one"), Some(tokens.clone()));
        assert_eq!(seal.open(&closed, "other"), None);
        assert_eq!(Seal::new("another").unwrap().open(&closed, "one"), None);
        let mut changed = closed.clone();
        changed[20] ^= 1;
        assert_eq!(seal.open(&changed, "one"), None);
        assert_eq!(seal.open(&closed[..5], "one"), None);
        assert!(!closed.windows(4).any(|four| four == b"hush") && !format!("{tokens:?}").contains("hush"));
        assert_ne!(closed, seal.close(&tokens, "one").unwrap(), "no two nonces are alike");
    }

    #[test]
    fn a_challenge_is_a_digest() {
        // The pair is RFC 7636's own, appendix B.
        let challenge = challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        assert_eq!(challenge, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
        assert!(is_challenge(&challenge) && !is_challenge("short") && !is_challenge(&"/".repeat(43)));
    }
}
