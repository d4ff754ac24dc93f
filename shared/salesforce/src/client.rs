//! Requests with a token: one refresh and one replay on 401, bounded retries, the API allowance watched.

use crate::{
    login::{self, Secret, Token},
    refusal, wire,
};
use bytes::Bytes;
use domain::{
    configuration::SalesforceLogin,
    ports::{Clock, SinkError},
};
use reqwest::{Method, StatusCode, header};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::sync::Mutex;

pub(crate) const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
pub(crate) const ANSWER_TIMEOUT: Duration = Duration::from_secs(120);

/// Where and as whom we sign in.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Host, API version and flow.
    pub login: SalesforceLogin,
    /// Key or secret of the flow.
    pub secret: Secret,
    /// How long to wait before each retry.
    pub retries: Retries,
}

/// Pauses before retries; up to half is added as jitter. As many retries as pauses. A longer one that Salesforce asks for
/// (`Retry-After`) is kept to, up to six times the longest of these: a minute, unless other pauses are set.
#[derive(Clone, Debug)]
pub struct Retries(pub Vec<Duration>);

const LONGEST_ASKED: u32 = 6;

impl Retries {
    fn wait(&self, pause: Duration, asked: Option<Duration>) -> Duration {
        let longest = self.0.iter().max().copied().unwrap_or_default() * LONGEST_ASKED;
        let own = pause.mul_f64(1.0 + fastrand::f64() / 2.0);
        asked.map_or(own, |asked| own.max(asked.min(longest)))
    }
}

impl Default for Retries {
    fn default() -> Self {
        Retries([1, 4, 10].map(Duration::from_secs).to_vec())
    }
}

/// The org's daily API allowance, as the last answer's `Sforce-Limit-Info` gave it. Zeroes before the first answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Calls used in the rolling 24 hours.
    pub used: u64,
    /// Calls allowed.
    pub allowed: u64,
}

/// The client. Cheap to share; keeps connections open and one token.
pub struct Salesforce {
    http: reqwest::Client,
    settings: Settings,
    clock: Arc<dyn Clock>,
    token: Mutex<Option<Token>>,
    used: AtomicU64,
    allowed: AtomicU64,
}

/// What one attempt came to, before it is decided whether to try again.
enum Attempt {
    Answered(Answer),
    TokenExpired,
}

struct Answer {
    status: StatusCode,
    text: String,
    /// How long Salesforce asks us to wait.
    retry_after: Option<Duration>,
    /// When what was asked for last changed, as Salesforce writes it.
    last_modified: Option<String>,
}

impl Answer {
    /// The answer, if it is a 2xx or says that nothing has changed.
    fn accepted(self) -> Result<Answer, SinkError> {
        if self.status.is_success() || self.status == StatusCode::NOT_MODIFIED {
            Ok(self)
        } else {
            Err(refusal::of_request(self.status.as_u16(), &self.text))
        }
    }
}

/// What is asked of Salesforce.
struct Request<'a> {
    method: Method,
    path: &'a str,
    /// Shared by its attempts.
    body: Option<Bytes>,
    /// Asks only for what has changed since then: what `Last-Modified` said before.
    since: Option<&'a str>,
}

/// What was asked for conditionally, and when it last changed.
pub(crate) struct Fetched {
    pub(crate) body: String,
    /// As Salesforce writes it, to ask with the next time.
    pub(crate) last_modified: Option<String>,
}

impl Salesforce {
    /// A client that has not connected yet.
    ///
    /// # Errors
    /// [`SinkError::Unavailable`] when TLS cannot be set up.
    pub fn new(settings: Settings, clock: Arc<dyn Clock>) -> Result<Self, SinkError> {
        let http = connection(CONNECT_TIMEOUT, ANSWER_TIMEOUT)?;
        let (used, allowed) = (AtomicU64::new(0), AtomicU64::new(0));
        Ok(Salesforce { http, settings, clock, token: Mutex::new(None), used, allowed })
    }

    /// The API allowance as last seen.
    #[must_use]
    pub fn limits(&self) -> Limits {
        Limits { used: self.used.load(Ordering::Relaxed), allowed: self.allowed.load(Ordering::Relaxed) }
    }

    /// `/services/data/vXX.X` and the rest of a path.
    pub(crate) fn data_path(&self, rest: &str) -> String {
        format!("/services/data/{}{rest}", self.settings.login.api_version)
    }

    /// Pauses of this client, for those who retry rows.
    pub(crate) fn retries(&self) -> &Retries {
        &self.settings.retries
    }

    /// Sends a request that may be repeated; every attempt is added to `calls`. Answers the body of a 2xx.
    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<String>,
        calls: &AtomicU64,
    ) -> Result<String, SinkError> {
        let request = Request { method, path, body: body.map(Bytes::from), since: None };
        Ok(self.send_repeatedly(&request, calls).await?.text)
    }

    /// Asks for what has changed since `since`, what `Last-Modified` said before; `None` when nothing has. Every attempt
    /// is added to `calls`.
    pub(crate) async fn fetch_changed(
        &self,
        path: &str,
        since: Option<&str>,
        calls: &AtomicU64,
    ) -> Result<Option<Fetched>, SinkError> {
        let request = Request { method: Method::GET, path, body: None, since };
        let Answer { status, text, last_modified, .. } = self.send_repeatedly(&request, calls).await?;
        Ok((status != StatusCode::NOT_MODIFIED).then_some(Fetched { body: text, last_modified }))
    }

    async fn send_repeatedly(&self, request: &Request<'_>, calls: &AtomicU64) -> Result<Answer, SinkError> {
        let mut pauses = self.settings.retries.0.iter();
        loop {
            let answered = self.with_token(request, calls).await;
            let asked = answered.as_ref().ok().and_then(|answer| answer.retry_after);
            let error = match answered.and_then(Answer::accepted) {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            let Some(pause) = pauses.next().filter(|_| error.may_pass()) else { return Err(error) };
            let pause = self.settings.retries.wait(*pause, asked);
            tracing::warn!(%error, ?pause, "retrying a Salesforce call");
            tokio::time::sleep(pause).await;
        }
    }

    /// Sends a request that must not be repeated when its answer is lost.
    pub(crate) async fn send_once(
        &self,
        method: Method,
        path: &str,
        body: String,
        calls: &AtomicU64,
    ) -> Result<String, SinkError> {
        let request = Request { method, path, body: Some(body.into()), since: None };
        Ok(self.with_token(&request, calls).await?.accepted()?.text)
    }

    /// Where the org is, as signing in said: `https://acme.my.salesforce.com`.
    ///
    /// # Errors
    /// Of signing in, when that is still to be done.
    pub async fn instance_url(&self) -> Result<String, SinkError> {
        Ok(self.token(None).await?.instance_url)
    }

    /// One request; on 401 a new token and the same request once more. A second 401 is final.
    async fn with_token(&self, request: &Request<'_>, calls: &AtomicU64) -> Result<Answer, SinkError> {
        let token = self.token(None).await?;
        calls.fetch_add(1, Ordering::Relaxed);
        let token = match self.attempt(request, &token).await? {
            Attempt::Answered(answer) => return Ok(answer),
            Attempt::TokenExpired => self.token(Some(&token)).await?,
        };
        calls.fetch_add(1, Ordering::Relaxed);
        match self.attempt(request, &token).await? {
            Attempt::Answered(answer) => Ok(answer),
            Attempt::TokenExpired => {
                let reason =
                    "a new token was refused as well; check that the sync user may use the API and the app"
                        .to_owned();
                Err(SinkError::Unauthorized { reason })
            }
        }
    }

    async fn attempt(&self, asked: &Request<'_>, token: &Token) -> Result<Attempt, SinkError> {
        let url = format!("{}{}", token.instance_url, asked.path);
        let mut request = self.http.request(asked.method.clone(), url).bearer_auth(&token.access_token);
        if let Some(body) = &asked.body {
            request =
                request.header(header::CONTENT_TYPE, "application/json; charset=UTF-8").body(body.clone());
        }
        if let Some(since) = asked.since {
            request = request.header(header::IF_MODIFIED_SINCE, since);
        }
        let response = request.send().await.map_err(|e| unavailable(&e.without_url()))?;
        if let Some(info) = response.headers().get("sforce-limit-info").and_then(|value| value.to_str().ok())
        {
            self.note_limits(info);
        }
        let status = response.status();
        let retry_after = response.headers().get(header::RETRY_AFTER).and_then(|value| value.to_str().ok());
        let retry_after = retry_after.and_then(|text| text.trim().parse().ok()).map(Duration::from_secs);
        let last_modified =
            response.headers().get(header::LAST_MODIFIED).and_then(|value| value.to_str().ok());
        let last_modified = last_modified.map(str::to_owned);
        let text = response.text().await.map_err(|e| unavailable(&e.without_url()))?;
        if status == StatusCode::UNAUTHORIZED && refusal::is_expired_session(&text) {
            return Ok(Attempt::TokenExpired);
        }
        Ok(Attempt::Answered(Answer { status, text, retry_after, last_modified }))
    }

    /// The token in use, or a new one when there is none or it is the `expired` one. One sign-in at a time.
    async fn token(&self, expired: Option<&Token>) -> Result<Token, SinkError> {
        let mut kept = self.token.lock().await;
        match (&*kept, expired) {
            (Some(token), None) => return Ok(token.clone()),
            (Some(token), Some(old)) if token.access_token != old.access_token => return Ok(token.clone()),
            _ => {}
        }
        let token = self.sign_in().await?;
        *kept = Some(token.clone());
        Ok(token)
    }

    async fn sign_in(&self) -> Result<Token, SinkError> {
        let Settings { login, secret, .. } = &self.settings;
        let url = format!("{}/services/oauth2/token", login.login_url.trim_end_matches('/'));
        let form = login::token_form(login, secret, &*self.clock)?;
        let request =
            self.http.post(url).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").body(form);
        let response = request.send().await.map_err(|e| unavailable(&e.without_url()))?;
        let status = response.status().as_u16();
        let body = response.text().await.map_err(|e| unavailable(&e.without_url()))?;
        login::read_token(status, &body)
    }

    /// Reads `api-usage=18/5000`, which other usages may follow.
    fn note_limits(&self, info: &str) {
        let usage = info.split([',', ';']).find_map(|part| part.trim().strip_prefix("api-usage="));
        let Some((used, allowed)) = usage.and_then(|usage| usage.split_once('/')) else { return };
        if let (Ok(used), Ok(allowed)) = (used.parse(), allowed.trim().parse()) {
            self.used.store(used, Ordering::Relaxed);
            self.allowed.store(allowed, Ordering::Relaxed);
        }
    }
}

/// Connections that follow no redirect: tokens go where they are meant for, and nowhere else.
pub(crate) fn connection(connect: Duration, answer: Duration) -> Result<reqwest::Client, SinkError> {
    let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
    let http = http.connect_timeout(connect).timeout(answer).build();
    http.map_err(|e| unavailable(&e.without_url()))
}

pub(crate) fn unavailable(error: &reqwest::Error) -> SinkError {
    let cause = std::error::Error::source(error).map(|cause| format!(": {cause}")).unwrap_or_default();
    SinkError::Unavailable { reason: format!("{error}{cause}") }
}

/// The errors of a body: an array, one object, or something that is not JSON.
pub(crate) fn read_errors(body: &str) -> Vec<wire::ApiError> {
    match serde_json::from_str(body) {
        Ok(wire::ApiErrors::Many(errors)) => errors,
        Ok(wire::ApiErrors::One(error)) => vec![error],
        Err(_) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_longer_pause_is_made_when_salesforce_asks_for_it() {
        let seconds = Duration::from_secs;
        let retries = Retries::default();
        for (asked, least, most) in [
            (None, 4_000, 6_000),
            (Some(seconds(1)), 4_000, 6_000),
            (Some(seconds(20)), 20_000, 20_000),
            (Some(seconds(3_600)), 60_000, 60_000),
        ] {
            let wait = retries.wait(seconds(4), asked).as_millis();
            assert!((least..=most).contains(&wait), "{asked:?}: {wait} ms");
        }
    }
}
