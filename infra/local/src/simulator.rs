//! What both simulators share: counting calls, latency, faults on demand, and an address to serve on.

use axum::{
    Json, Router,
    body::{Body, Bytes},
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::get,
};
use std::{
    collections::BTreeMap,
    str::FromStr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// What calls can go to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum System {
    /// The local AWS operations.
    Aws,
    /// LivePerson.
    LivePerson,
    /// Salesforce.
    Salesforce,
}

/// What goes wrong, once [`FaultSpec`] says that it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Answered with this status instead of being served.
    Status(u16),
    /// Served, then the connection breaks before the answer is whole.
    LostAnswer,
    /// The whole process ends at once, before the call is served or after it.
    Death {
        /// Served first.
        served: bool,
    },
    /// Served after this many milliseconds more.
    Slow(u64),
    /// A word only one system knows, such as a Salesforce error code; its handlers see it as a request extension.
    Word(String),
}

/// Which of the matching calls a fault hits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum When {
    First(u64),
    Every(u64),
    Nth(u64),
}

/// One `--fault`: `SYSTEM:OPERATION:KIND[:first=N|every=N|nth=N]`.
///
/// `SYSTEM` is `liveperson`, `salesforce` or `aws`; `KIND` an HTTP status, `lost-answer`, `slow=MS`, `die-before` or
/// `die-after` (the process ends, as if killed), or a word the system knows. Without the last part the fault
/// hits every call. `OPERATION` is a name from `/__calls`, or `*`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaultSpec {
    /// Which simulator.
    pub system: System,
    operation: String,
    fault: Fault,
    when: When,
}

impl FromStr for FaultSpec {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = |what: &str| {
            format!(
                "{what} in fault '{text}'; write SYSTEM:OPERATION:KIND[:first=N|every=N|nth=N], such as salesforce:composite:503:first=2"
            )
        };
        let parts: Vec<&str> = text.split(':').collect();
        let (&[system, operation, kind], rest) =
            parts.split_first_chunk::<3>().ok_or_else(|| wrong("fewer than three parts"))?;
        let system = match system {
            "liveperson" => System::LivePerson,
            "salesforce" => System::Salesforce,
            "aws" => System::Aws,
            _ => return Err(wrong("a system other than liveperson, salesforce and aws")),
        };
        let number = |digits: &str| {
            digits.parse::<u64>().ok().filter(|&n| n > 0).ok_or_else(|| wrong("a number below 1"))
        };
        let fault = match (kind.parse::<u16>(), kind.split_once('=')) {
            (Ok(status @ 100..=599), _) => Fault::Status(status),
            (_, Some(("slow", ms))) => Fault::Slow(number(ms)?),
            _ if kind == "lost-answer" => Fault::LostAnswer,
            _ if kind == "die-before" => Fault::Death { served: false },
            _ if kind == "die-after" => Fault::Death { served: true },
            _ if !kind.is_empty() && kind.parse::<u64>().is_err() => Fault::Word(kind.to_owned()),
            _ => return Err(wrong("a kind that is neither a status nor a word")),
        };
        let when = match rest {
            [] => When::Every(1),
            [one] => match one.split_once('=') {
                Some(("first", n)) => When::First(number(n)?),
                Some(("every", n)) => When::Every(number(n)?),
                Some(("nth", n)) => When::Nth(number(n)?),
                _ => return Err(wrong("an unknown last part")),
            },
            _ => return Err(wrong("more than four parts")),
        };
        Ok(FaultSpec { system, operation: operation.to_owned(), fault, when })
    }
}

/// How a simulator behaves apart from its data.
#[derive(Clone, Debug, Default)]
pub struct Behaviour {
    /// No call is answered sooner.
    pub latency: Duration,
    /// Faults of this system, in order; the first that applies hits.
    pub faults: Vec<FaultSpec>,
}

/// Counts the calls of one simulator and decides which of them go wrong.
#[derive(Debug)]
pub struct Switchboard {
    latency: Duration,
    faults: Vec<FaultSpec>,
    counts: Mutex<Counts>,
    recording: Mutex<Option<Vec<Recorded>>>,
    /// Names the operation of a request, for counts and faults; `None` for what is not an API call.
    operation: fn(&Method, &str) -> Option<&'static str>,
    /// What this system answers with an error status.
    error: fn(StatusCode) -> Response,
}

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// Its method.
    pub method: Method,
    /// Path and query.
    pub path: String,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Bytes,
}

#[derive(Debug, Default)]
struct Counts {
    calls: BTreeMap<&'static str, u64>,
    matched: Vec<u64>,
}

impl Switchboard {
    /// A switchboard for a system whose operations `operation` names and whose error answers `error` makes.
    #[must_use]
    pub fn new(
        behaviour: Behaviour,
        operation: fn(&Method, &str) -> Option<&'static str>,
        error: fn(StatusCode) -> Response,
    ) -> Arc<Self> {
        let matched = vec![0; behaviour.faults.len()];
        let counts = Mutex::new(Counts { calls: BTreeMap::new(), matched });
        Arc::new(Switchboard {
            latency: behaviour.latency,
            faults: behaviour.faults,
            counts,
            recording: Mutex::default(),
            operation,
            error,
        })
    }

    /// Keeps every request from now on, for whoever wants to send the same.
    pub fn record(&self) {
        *self.recording() = Some(Vec::new());
    }

    /// What came since [`Self::record`]; nothing is kept any more.
    #[must_use]
    pub fn recorded(&self) -> Vec<Recorded> {
        self.recording().take().unwrap_or_default()
    }

    fn recording(&self) -> MutexGuard<'_, Option<Vec<Recorded>>> {
        self.recording.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The request itself, once it is kept if it is to be.
    async fn kept(&self, request: Request) -> Request {
        if self.recording().is_none() {
            return request;
        }
        let (parts, body) = request.into_parts();
        // A body that breaks off is the same to whoever is served.
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
        if let Some(kept) = self.recording().as_mut() {
            kept.push(Recorded {
                method: parts.method.clone(),
                path: parts.uri.path_and_query().map(ToString::to_string).unwrap_or_default(),
                headers: parts.headers.clone(),
                body: body.clone(),
            });
        }
        Request::from_parts(parts, Body::from(body))
    }

    /// Calls so far, by operation.
    #[must_use]
    pub fn calls(&self) -> BTreeMap<&'static str, u64> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner).calls.clone()
    }

    /// Calls so far, all operations together.
    #[must_use]
    pub fn total_calls(&self) -> u64 {
        self.calls().values().sum()
    }

    /// Puts the switchboard before every route of `router`, and adds `GET /__calls`.
    pub fn guard(self: &Arc<Self>, router: Router) -> Router {
        let calls = Arc::clone(self);
        router
            .layer(middleware::from_fn_with_state(Arc::clone(self), through))
            .route("/__calls", get(async move || Json(calls.calls())))
    }

    fn count(&self, operation: &'static str) -> Option<Fault> {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.calls.entry(operation).or_default() += 1;
        let mut hit = None;
        for (spec, matched) in self.faults.iter().zip(&mut counts.matched) {
            if spec.operation != "*" && spec.operation != operation {
                continue;
            }
            *matched += 1;
            let applies = match spec.when {
                When::First(n) => *matched <= n,
                When::Every(n) => matched.is_multiple_of(n),
                When::Nth(n) => *matched == n,
            };
            if applies && hit.is_none() {
                hit = Some(spec.fault.clone());
            }
        }
        hit
    }
}

async fn through(State(board): State<Arc<Switchboard>>, mut request: Request, next: Next) -> Response {
    let Some(operation) = (board.operation)(request.method(), request.uri().path()) else {
        return next.run(request).await;
    };
    let fault = board.count(operation);
    request = board.kept(request).await;
    if board.latency.is_zero() {
        return behave(&board, fault, request, next).await;
    }
    // What it takes us to answer is part of the latency.
    let due = tokio::time::Instant::now() + board.latency;
    let response = behave(&board, fault, request, next).await;
    tokio::time::sleep_until(due).await;
    response
}

async fn behave(board: &Switchboard, fault: Option<Fault>, mut request: Request, next: Next) -> Response {
    match fault {
        None => next.run(request).await,
        Some(Fault::Status(status)) => {
            (board.error)(StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR))
        }
        Some(Fault::Slow(ms)) => {
            tokio::time::sleep(Duration::from_millis(ms)).await;
            next.run(request).await
        }
        Some(word @ Fault::Word(_)) => {
            request.extensions_mut().insert(word);
            next.run(request).await
        }
        Some(Fault::Death { served }) => {
            if served {
                next.run(request).await;
            }
            std::process::abort()
        }
        Some(Fault::LostAnswer) => {
            let served = next.run(request).await;
            let broken =
                futures::stream::once(async { Err::<Bytes, _>(std::io::Error::other("connection lost")) });
            (served.status(), Body::from_stream(broken)).into_response()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fault_specs_parse_or_say_what_is_wrong() {
        let spec: FaultSpec = "liveperson:messaging-search:503:every=10".parse().unwrap();
        assert_eq!(
            (spec.system, spec.fault, spec.when),
            (System::LivePerson, Fault::Status(503), When::Every(10))
        );
        let spec: FaultSpec = "salesforce:*:UNABLE_TO_LOCK_ROW".parse().unwrap();
        assert_eq!((spec.fault, spec.when), (Fault::Word("UNABLE_TO_LOCK_ROW".into()), When::Every(1)));
        for (text, want) in [
            ("salesforce:composite", "fewer than three parts"),
            ("sugar:composite:503", "a system other than"),
            ("salesforce:composite:999", "a kind that is neither"),
            ("salesforce:composite:503:first=0", "a number below 1"),
            ("salesforce:composite:503:soon", "an unknown last part"),
        ] {
            let said = text.parse::<FaultSpec>().unwrap_err();
            assert!(said.starts_with(want), "{text}: {said}");
        }
    }

    #[test]
    fn faults_hit_the_calls_they_name() {
        let faults =
            ["salesforce:b:503:nth=2", "salesforce:*:lost-answer:every=3"].map(|s| s.parse().unwrap());
        let behaviour = Behaviour { faults: faults.to_vec(), ..Behaviour::default() };
        let board = Switchboard::new(behaviour, |_, _| None, |status| status.into_response());
        let hits: Vec<_> =
            ["a", "b", "a", "b", "b", "b"].into_iter().map(|operation| board.count(operation)).collect();
        let (lost, status) = (Some(Fault::LostAnswer), Some(Fault::Status(503)));
        assert_eq!(hits, [None, None, lost.clone(), status, None, lost]);
        assert_eq!(board.calls(), BTreeMap::from([("a", 2), ("b", 4)]));
    }
}
