//! Signed requests: hosts found once, bounded retries, errors by what the caller can do next.

use crate::{oauth1, wire};
use backon::Retryable;
use domain::ports::{Clock, SourceError};
use reqwest::{Method, Response, StatusCode, header};
use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::sync::{OnceCell, Semaphore};
use url::Url;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const ANSWER_TIMEOUT: Duration = Duration::from_secs(60);
/// LivePerson asks for smooth traffic: as many calls of this client are under way, the others wait.
const CALLS_AT_ONCE: usize = 4;
/// Room for so much of an answer is made at once, whatever its length is said to be.
const MOST_EXPECTED: u64 = 8 * 1024 * 1024;

/// Who we are at LivePerson.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The Domain API, `https://api.liveperson.net`. Its scheme is used for every host it names.
    pub domain_url: Url,
    /// Account id.
    pub account: String,
    /// API key.
    pub credentials: oauth1::Credentials,
    /// How long to wait before each retry.
    pub retries: Retries,
}

/// Pauses before retries; half of each is jitter. As many retries as pauses.
#[derive(Clone, Debug)]
pub struct Retries {
    /// After 302 (Engagement History's "too many requests") and 429: at least one second.
    pub throttled: Vec<Duration>,
    /// After 5xx and when no answer came.
    pub unavailable: Vec<Duration>,
}

impl Default for Retries {
    /// LivePerson's advice: a second and more when throttled; 5, 10, 15 seconds after a server error.
    fn default() -> Self {
        let seconds = |all: [u64; 3]| all.map(Duration::from_secs).to_vec();
        Retries { throttled: seconds([1, 2, 4]), unavailable: seconds([5, 10, 15]) }
    }
}

/// The client. Cheap to share; keeps connections open and the account's hosts in memory.
pub struct LivePerson {
    http: reqwest::Client,
    pub(crate) settings: Settings,
    clock: Arc<dyn Clock>,
    hosts: OnceCell<HashMap<String, String>>,
    under_way: Semaphore,
}

impl LivePerson {
    /// A client that has not connected yet.
    ///
    /// # Errors
    /// [`SourceError::Unavailable`] when TLS cannot be set up.
    pub fn new(settings: Settings, clock: Arc<dyn Clock>) -> Result<Self, SourceError> {
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(ANSWER_TIMEOUT)
            .build()
            .map_err(unavailable)?;
        let (hosts, under_way) = (OnceCell::new(), Semaphore::new(CALLS_AT_ONCE));
        Ok(LivePerson { http, settings, clock, hosts, under_way })
    }

    /// The present, in epoch milliseconds.
    pub(crate) fn now_ms(&self) -> i64 {
        self.clock.now().as_millisecond()
    }

    /// The URL of a path at one of the account's services, such as `msgHist`.
    pub(crate) async fn service_url(
        &self,
        service: &str,
        path: &str,
        calls: &AtomicU64,
    ) -> Result<Url, SourceError> {
        let hosts = self.hosts.get_or_try_init(|| self.discover(calls)).await?;
        let host = hosts.get(service).ok_or_else(|| SourceError::Malformed {
            reason: format!(
                "the Domain API names no host for service {service} of account {}",
                self.settings.account
            ),
        })?;
        let base = format!("{}://{host}", self.settings.domain_url.scheme());
        Url::parse(&base).and_then(|base| base.join(path)).map_err(|_| SourceError::Malformed {
            reason: format!("the Domain API's host for service {service} is not a host name"),
        })
    }

    async fn discover(&self, calls: &AtomicU64) -> Result<HashMap<String, String>, SourceError> {
        let path = format!("/api/account/{}/service/baseURI.json?version=1.0", self.settings.account);
        let url = self
            .settings
            .domain_url
            .join(&path)
            .map_err(|e| SourceError::Rejected { reason: e.to_string() })?;
        let body = self.send(Method::GET, url, None, calls).await?;
        let list: wire::Services = serde_json::from_str(&body)
            .map_err(|e| SourceError::Malformed { reason: format!("the Domain API's list of hosts: {e}") })?;
        Ok(list.base_uris.into_iter().map(|entry| (entry.service, entry.base_uri)).collect())
    }

    /// Sends a signed request and answers the body; empty for 204. Every attempt is added to `calls`.
    pub(crate) async fn send(
        &self,
        method: Method,
        url: Url,
        body: Option<String>,
        calls: &AtomicU64,
    ) -> Result<String, SourceError> {
        let retries = &self.settings.retries;
        let mut throttled = retries.throttled.iter();
        let mut unavailable = retries.unavailable.iter();
        let attempt = || async {
            calls.fetch_add(1, Ordering::Relaxed);
            self.attempt(method.clone(), url.clone(), body.clone()).await
        };
        attempt
            .retry(backon::ConstantBuilder::default().with_delay(Duration::ZERO).without_max_times())
            .when(SourceError::may_pass)
            .adjust(|error, _| {
                let pauses = if *error == SourceError::Throttled { &mut throttled } else { &mut unavailable };
                pauses.next().map(|pause| pause.mul_f64(1.0 + fastrand::f64() / 2.0))
            })
            .notify(|error, pause| tracing::warn!(%error, ?pause, path = url.path(), "retrying a LivePerson call"))
            .await
    }

    async fn attempt(&self, method: Method, url: Url, body: Option<String>) -> Result<String, SourceError> {
        let permit = self.under_way.acquire().await;
        let nonce = format!("{:032x}", fastrand::u128(..));
        let now = self.clock.now().as_second();
        let authorization =
            oauth1::authorization(&self.settings.credentials, method.as_str(), &url, now, &nonce);
        let mut request = self.http.request(method, url).header(header::AUTHORIZATION, authorization);
        if let Some(body) = body {
            request = request.header(header::CONTENT_TYPE, "application/json").body(body);
        }
        let response = request.send().await.map_err(unavailable)?;
        // It is answered; while its body is on the way, LivePerson can work on another.
        drop(permit);
        let status = response.status();
        let text = text(response).await?;
        match status {
            StatusCode::OK | StatusCode::NO_CONTENT => Ok(text),
            StatusCode::FOUND | StatusCode::TOO_MANY_REQUESTS => Err(SourceError::Throttled),
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                Err(SourceError::Unauthorized { reason: reason(status, &text) })
            }
            _ if status.is_server_error() => Err(SourceError::Unavailable { reason: reason(status, &text) }),
            _ => Err(SourceError::Rejected { reason: reason(status, &text) }),
        }
    }
}

/// The body, put together once: `Response::text` would copy a page of some megabytes twice more.
async fn text(mut response: Response) -> Result<String, SourceError> {
    let expected = response.content_length().unwrap_or_default();
    let mut body = Vec::with_capacity(usize::try_from(expected.min(MOST_EXPECTED)).unwrap_or_default());
    while let Some(chunk) = response.chunk().await.map_err(unavailable)? {
        body.extend_from_slice(&chunk);
    }
    let malformed = |_| SourceError::Malformed { reason: "an answer that is not UTF-8".to_owned() };
    String::from_utf8(body).map_err(malformed)
}

fn unavailable(error: reqwest::Error) -> SourceError {
    // Without the URL: a query can hold what a log must not.
    let error = error.without_url();
    let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}")).unwrap_or_default();
    SourceError::Unavailable { reason: format!("{error}{cause}") }
}

/// The status and the first words of an error body, which may be JSON of several shapes, or text.
fn reason(status: StatusCode, body: &str) -> String {
    let parsed: serde_json::Value = serde_json::from_str(body).unwrap_or_default();
    let inner = parsed.get("error").unwrap_or(&parsed);
    let said = ["reason", "message"].iter().find_map(|key| inner.get(key)?.as_str());
    let causes =
        inner.get("causes").filter(|causes| **causes != serde_json::json!([])).map(ToString::to_string);
    let words = causes.as_deref().or(said).unwrap_or(body);
    format!("status {}: {}", status.as_u16(), words.chars().take(300).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_found_in_every_shape_of_error_body() {
        let cases = [
            (
                r#"{"causes":["limit: must be less"],"message":"bad"}"#,
                r#"status 400: ["limit: must be less"]"#,
            ),
            (r#"{"causes":[],"message":"bad"}"#, "status 400: bad"),
            (r#"{"error":{"internalCode":28,"message":"inner"}}"#, "status 400: inner"),
            ("oauth_problem=token_rejected", "status 400: oauth_problem=token_rejected"),
            ("", "status 400: "),
        ];
        for (body, want) in cases {
            assert_eq!(reason(StatusCode::BAD_REQUEST, body), want);
        }
        assert!(reason(StatusCode::BAD_REQUEST, &"x".repeat(9_000)).len() < 400, "only the first words");
    }
}
