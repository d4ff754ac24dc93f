//! What these tests share: a clock that stands still, routers on loopback, and a server that answers as it is told.

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{SyncWindow, ports::Clock};
use jiff::Timestamp;
use std::{
    net::Ipv4Addr,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{net::TcpListener, task::JoinHandle};

/// The present of every test.
pub(crate) const NOW: &str = "2026-03-02T09:30:00Z";

/// A clock that stands still.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Still(pub(crate) Timestamp);

impl Clock for Still {
    fn now(&self) -> Timestamp {
        self.0
    }
}

/// A clock that stands at [`NOW`].
pub(crate) fn clock() -> Arc<dyn Clock> {
    Arc::new(Still(at(NOW)))
}

/// The instant of an RFC 3339 text.
pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// The window between two RFC 3339 texts.
pub(crate) fn window(from: &str, until: &str) -> SyncWindow {
    SyncWindow::new(at(from), at(until)).unwrap()
}

/// As many pauses, each as short as can be told apart from none.
pub(crate) fn pauses(count: usize) -> Vec<Duration> {
    vec![Duration::from_millis(1); count]
}

/// A port that is bound and not yet served, so that what is served can know its own address.
pub(crate) struct Bound {
    listener: TcpListener,
    pub(crate) port: u16,
}

impl Bound {
    pub(crate) async fn new() -> Bound {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        Bound { listener, port }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub(crate) fn serve(self, router: Router) -> Served {
        let url = self.url();
        let task = tokio::spawn(async move { axum::serve(self.listener, router).await.unwrap() });
        Served { url, task }
    }
}

/// A server that stops when it is dropped.
pub(crate) struct Served {
    pub(crate) url: String,
    task: JoinHandle<()>,
}

impl Drop for Served {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A request as a [`Double`] got it.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Asked {
    /// The address it was sent to, host and port.
    pub(crate) fn host(&self) -> &str {
        self.header(header::HOST.as_str())
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

type Tell = dyn Fn(&Asked) -> Response + Send + Sync;

struct Inside {
    tell: Box<Tell>,
    asked: Mutex<Vec<Asked>>,
}

/// A server that answers as it is told, and keeps what it was asked.
pub(crate) struct Double {
    pub(crate) served: Served,
    inside: Arc<Inside>,
}

impl Double {
    pub(crate) async fn new(tell: impl Fn(&Asked) -> Response + Send + Sync + 'static) -> Double {
        let inside = Arc::new(Inside { tell: Box::new(tell), asked: Mutex::default() });
        let router = Router::new().fallback(answer).with_state(Arc::clone(&inside));
        Double { served: Bound::new().await.serve(router), inside }
    }

    /// The requests so far whose path holds this text, in the order they came.
    pub(crate) fn asked(&self, path: &str) -> Vec<Asked> {
        let asked = self.inside.asked.lock().unwrap();
        asked.iter().filter(|one| one.path.contains(path)).cloned().collect()
    }
}

async fn answer(State(inside): State<Arc<Inside>>, request: Request<Body>) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    let asked = Asked {
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: parts.headers,
        body: String::from_utf8(body.to_vec()).unwrap(),
    };
    let response = (inside.tell)(&asked);
    inside.asked.lock().unwrap().push(asked);
    response
}

/// An answer of that status and body.
pub(crate) fn says(status: u16, body: impl Into<String>) -> Response {
    (StatusCode::from_u16(status).unwrap(), body.into()).into_response()
}

/// An answer that sends the client elsewhere.
pub(crate) fn sends_to(status: u16, location: &str) -> Response {
    let headers = [(header::LOCATION, location.to_owned())];
    (StatusCode::from_u16(status).unwrap(), headers, "gone elsewhere").into_response()
}
