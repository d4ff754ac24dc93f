//! An agent's tokens: kept by whoever holds the session, renewed once when Salesforce says they have expired.

use super::{AgentSession, Lost};
use crate::{client::unavailable, login, sign_in::form};
use domain::ports::SinkError;
use reqwest::header;
use std::{fmt, future::Future, time::Duration};

/// From Salesforce's answer in another request until that request has kept it.
const KEPT_WITHIN_MS: [u64; 4] = [50, 100, 200, 400];

/// What an agent's sign-in gave.
#[derive(Clone, PartialEq, Eq)]
pub struct AgentTokens {
    /// Good for some hours.
    pub access_token: String,
    /// Gets new access tokens; absent when the app gives none.
    pub refresh_token: Option<String>,
    /// Where the org is.
    pub instance_url: String,
}

impl fmt::Debug for AgentTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AgentTokens").field("instance_url", &self.instance_url).finish_non_exhaustive()
    }
}

/// Where a session's tokens are kept between requests.
pub trait TokenKeeper: Send + Sync {
    /// As they are kept now: another request may have renewed them. `None` when the session has ended.
    fn kept(&self) -> impl Future<Output = Result<Option<AgentTokens>, SinkError>> + Send;

    /// Keeps renewed ones.
    fn keep(&self, tokens: &AgentTokens) -> impl Future<Output = Result<(), SinkError>> + Send;
}

impl<K: TokenKeeper> AgentSession<'_, K> {
    /// New tokens in the place of expired ones. One renewal at a time; another request's is taken over, since an org that
    /// rotates refresh tokens takes each of them once.
    pub(super) async fn renew(&self, expired: &AgentTokens) -> Result<AgentTokens, Lost> {
        let mut tokens = self.tokens.lock().await;
        if tokens.access_token != expired.access_token {
            return Ok(tokens.clone());
        }
        if let Some(kept) = self.kept_by_another(expired).await? {
            *tokens = kept.clone();
            return Ok(kept);
        }
        let renewed = match self.refreshed(expired).await {
            Ok(renewed) => renewed,
            Err(SinkError::Unauthorized { .. }) => match self.soon_kept_by_another(expired).await? {
                Some(kept) => {
                    *tokens = kept.clone();
                    return Ok(kept);
                }
                None => return Err(Lost::Over),
            },
            Err(error) => return Err(Lost::Unsent(error)),
        };
        self.keeper.keep(&renewed).await.map_err(Lost::Unsent)?;
        *tokens = renewed.clone();
        Ok(renewed)
    }

    /// Whoever used the refresh token a moment ago may not have kept the answer yet.
    async fn soon_kept_by_another(&self, expired: &AgentTokens) -> Result<Option<AgentTokens>, Lost> {
        for pause in KEPT_WITHIN_MS {
            if let Some(kept) = self.kept_by_another(expired).await? {
                return Ok(Some(kept));
            }
            tokio::time::sleep(Duration::from_millis(pause)).await;
        }
        self.kept_by_another(expired).await
    }

    async fn kept_by_another(&self, expired: &AgentTokens) -> Result<Option<AgentTokens>, Lost> {
        match self.keeper.kept().await.map_err(Lost::Unsent)? {
            None => Err(Lost::Over),
            Some(kept) => Ok(Some(kept).filter(|kept| kept.access_token != expired.access_token)),
        }
    }

    async fn refreshed(&self, expired: &AgentTokens) -> Result<AgentTokens, SinkError> {
        let Some(refresh_token) = &expired.refresh_token else {
            return Err(SinkError::Unauthorized { reason: "the sign-in gave no refresh token".to_owned() });
        };
        let form = form([
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh_token),
            ("client_id", &self.api.client_id),
        ]);
        let request = self.api.http.post(format!("{}/services/oauth2/token", self.api.login_url));
        let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").body(form);
        let response = request.send().await.map_err(|e| unavailable(&e.without_url()))?;
        let status = response.status().as_u16();
        let body = response.text().await.map_err(|e| unavailable(&e.without_url()))?;
        let token = login::read_token(status, &body)?;
        Ok(AgentTokens {
            access_token: token.access_token,
            refresh_token: token.refresh_token.or_else(|| Some(refresh_token.clone())),
            instance_url: token.instance_url,
        })
    }
}
