//! Salesforce in an agent's own name: every call carries the agent's token, so profile, sharing and field security hold.

mod asking;
mod cache;
mod forms;
mod tokens;
mod writing;

pub use tokens::{AgentTokens, TokenKeeper};

use crate::{
    client::{Retries, connection, unavailable},
    refusal,
};
use cache::Cache;
use domain::{
    configuration::ObjectFacts,
    crm::{CrmError, CrmSession, FormFacts, FormMode, RecentRecord, Record, Write, WriteError, Written},
    ports::{Clock, SinkError},
};
use reqwest::{Method, StatusCode, header};
use std::{sync::Arc, time::Duration};
use tokio::sync::Mutex;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// The first may bring a token that another request has kept and that has expired as well.
const MOST_RENEWALS: usize = 2;
/// Somebody waits for the answer.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(20);

/// What all agents' sessions of a process share: connections, and what was described to whom lately.
pub struct AgentApi {
    http: reqwest::Client,
    login_url: String,
    client_id: String,
    retries: Retries,
    clock: Arc<dyn Clock>,
    cache: Cache,
}

/// Salesforce as one agent sees it.
pub struct AgentSession<'a, K> {
    api: &'a AgentApi,
    version: String,
    user: String,
    keeper: K,
    tokens: Mutex<AgentTokens>,
}

/// A request of an agent.
#[derive(Clone, Debug, Default)]
struct Asked {
    method: Method,
    path: String,
    body: Option<String>,
    headers: Vec<(&'static str, String)>,
}

impl Asked {
    fn get(path: String) -> Asked {
        Asked { path, ..Asked::default() }
    }
}

/// An answer of any status but an expired token's.
struct Answer {
    status: u16,
    text: String,
}

impl Answer {
    fn accepted(self) -> Result<String, SinkError> {
        match self.status {
            200..300 => Ok(self.text),
            status => Err(refusal::of_request(status, &self.text)),
        }
    }
}

/// Why no answer came.
enum Lost {
    /// The request did not leave.
    Unsent(SinkError),
    /// It left, and may have been carried out.
    Unanswered(SinkError),
    Over,
}

impl From<Lost> for CrmError {
    fn from(lost: Lost) -> Self {
        match lost {
            Lost::Unsent(error) | Lost::Unanswered(error) => error.into(),
            Lost::Over => CrmError::SessionOver,
        }
    }
}

impl AgentApi {
    /// Calls of agents who signed in at this login host through the app with this consumer key.
    ///
    /// # Errors
    /// [`SinkError::Unavailable`] when TLS cannot be set up.
    pub fn new(
        login_url: &str,
        client_id: &str,
        retries: Retries,
        clock: Arc<dyn Clock>,
    ) -> Result<AgentApi, SinkError> {
        let http = connection(CONNECT_TIMEOUT, ANSWER_TIMEOUT)?;
        Ok(AgentApi {
            http,
            login_url: login_url.trim_end_matches('/').to_owned(),
            client_id: client_id.to_owned(),
            retries,
            clock,
            cache: Cache::default(),
        })
    }

    /// The session of the user with that id, in an API version such as `v67.0`.
    pub fn session<K: TokenKeeper>(
        &self,
        version: &str,
        user: &str,
        tokens: AgentTokens,
        keeper: K,
    ) -> AgentSession<'_, K> {
        let (version, user) = (version.to_owned(), user.to_owned());
        AgentSession { api: self, version, user, keeper, tokens: Mutex::new(tokens) }
    }
}

impl<K: TokenKeeper> AgentSession<'_, K> {
    fn path(&self, rest: &str) -> String {
        format!("/services/data/{}{rest}", self.version)
    }

    /// Sends a request that may be repeated.
    async fn ask(&self, asked: &Asked) -> Result<String, CrmError> {
        let mut pauses = self.api.retries.0.iter();
        loop {
            let error = match self.send(asked).await.map(Answer::accepted) {
                Ok(Ok(text)) => return Ok(text),
                Ok(Err(error)) | Err(Lost::Unsent(error) | Lost::Unanswered(error)) => error,
                Err(Lost::Over) => return Err(CrmError::SessionOver),
            };
            let Some(pause) = pauses.next().filter(|_| error.may_pass()) else { return Err(error.into()) };
            tracing::warn!(%error, ?pause, "retrying a Salesforce call of an agent");
            tokio::time::sleep(pause.mul_f64(1.0 + fastrand::f64() / 2.0)).await;
        }
    }

    /// One request; when the token has expired, a new token and the same request again.
    async fn send(&self, asked: &Asked) -> Result<Answer, Lost> {
        let mut tokens = self.tokens.lock().await.clone();
        for _ in 0..MOST_RENEWALS {
            if let Some(answer) = self.attempt(asked, &tokens).await? {
                return Ok(answer);
            }
            tokens = self.renew(&tokens).await?;
        }
        self.attempt(asked, &tokens).await?.ok_or(Lost::Over)
    }

    /// `None` when the token has expired.
    async fn attempt(&self, asked: &Asked, tokens: &AgentTokens) -> Result<Option<Answer>, Lost> {
        let url = format!("{}{}", tokens.instance_url, asked.path);
        let mut request = self.api.http.request(asked.method.clone(), url).bearer_auth(&tokens.access_token);
        for (name, value) in &asked.headers {
            request = request.header(*name, value);
        }
        if let Some(body) = &asked.body {
            request =
                request.header(header::CONTENT_TYPE, "application/json; charset=UTF-8").body(body.clone());
        }
        let response = request.send().await.map_err(|error| {
            let unsent = error.is_connect() || error.is_builder();
            let error = unavailable(&error.without_url());
            if unsent { Lost::Unsent(error) } else { Lost::Unanswered(error) }
        })?;
        let status = response.status();
        let text = response.text().await.map_err(|e| Lost::Unanswered(unavailable(&e.without_url())))?;
        if status == StatusCode::UNAUTHORIZED && refusal::is_expired_session(&text) {
            return Ok(None);
        }
        Ok(Some(Answer { status: status.as_u16(), text }))
    }
}

impl<K: TokenKeeper> CrmSession for AgentSession<'_, K> {
    async fn describe(&self, object: &str) -> Result<Option<Arc<ObjectFacts>>, CrmError> {
        self.described(object).await
    }

    async fn form_facts(
        &self,
        object: &str,
        record_type: Option<&str>,
        mode: FormMode,
    ) -> Result<FormFacts, CrmError> {
        self.asked_of_forms(object, record_type, mode).await
    }

    async fn query(&self, queries: &[String]) -> Result<Vec<Vec<Record>>, CrmError> {
        self.found(queries).await
    }

    async fn write(&self, writes: &[Write], read: &[String]) -> Result<Written, WriteError> {
        self.written(writes, read).await
    }

    async fn recent(&self, most: usize) -> Result<Vec<RecentRecord>, CrmError> {
        self.recently_used(most).await
    }
}
