//! The org as a client meets it: requests go through the whole router.

mod agents;
mod family;
mod faults;
mod files;
mod find;
mod forms;
mod login;
mod metadata;
mod pages;
mod people;
mod records;
mod writes;

use super::*;
use axum::{
    body::{Body, to_bytes},
    http::{HeaderMap, Request},
};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use tower::ServiceExt;

/// An agent with limits, an agent without, and the administrator.
const ILSE: &str = "ilse.varga@agents.example.com";
const TOMO: &str = "tomo.reyes@agents.example.com";
const NOOR: &str = "noor.adair@chatlink.example";
const SYNC: &str = "sync@chatlink.example.com";
const BASE: &str = "/services/data/v67.0";
const URL: &str = "http://127.0.0.1:8082";

/// A clock that stands until it is moved.
#[derive(Debug)]
struct Hand(Mutex<Timestamp>);

impl Hand {
    fn advance(&self, seconds: i64) {
        let mut now = self.0.lock().unwrap();
        *now += SignedDuration::from_secs(seconds);
    }
}

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

/// A client logged in as the sync user.
struct Client {
    simulator: Simulator,
    clock: Arc<Hand>,
    token: String,
}

struct Reply {
    status: u16,
    headers: HeaderMap,
    bytes: Vec<u8>,
}

impl Reply {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or(Value::Null)
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Status and first error code.
    fn refusal(&self) -> (u16, String) {
        (self.status, self.json()[0]["errorCode"].as_str().unwrap_or_default().to_owned())
    }
}

fn credentials() -> Credentials {
    Credentials {
        client_id: "consumer-key".into(),
        client_secret: "consumer-secret".into(),
        username: SYNC.into(),
        password: "harbour-7".into(),
        public_key_pem: None,
    }
}

impl Client {
    async fn new() -> Client {
        Client::with(|_| ()).await
    }

    async fn with(adjust: impl FnOnce(&mut Options)) -> Client {
        let clock = Arc::new(Hand(Mutex::new("2026-11-22T10:00:00Z".parse().unwrap())));
        let mut options = Options {
            listen_url: URL.into(),
            journal: None,
            behaviour: Behaviour::default(),
            clock: clock.clone(),
            daily_api_requests: 100_000,
            credentials: credentials(),
            bare: false,
        };
        adjust(&mut options);
        let simulator = Simulator::open(options).unwrap();
        let mut client = Client { simulator, clock, token: String::new() };
        let reply = client.form("/services/oauth2/token", &[("grant_type", "client_credentials")]).await;
        client.token = reply.json()["access_token"].as_str().unwrap_or_default().to_owned();
        client
    }

    /// An org with its sample records.
    async fn with_customers() -> Client {
        let client = Client::new().await;
        client.simulator.seed_crm().unwrap();
        client
    }

    /// The same org with another user's token.
    fn acting_as(&self, username: &str) -> Client {
        let token = self.simulator.sign_in(username).unwrap();
        Client { simulator: self.simulator.clone(), clock: Arc::clone(&self.clock), token }
    }

    /// The id of the only record a statement finds.
    async fn id_of(&self, statement: &str) -> String {
        let found = self.query(statement).await;
        assert_eq!(found["totalSize"], 1, "{statement}: {found}");
        found["records"][0]["Id"].as_str().unwrap().to_owned()
    }

    /// Status and error code of a statement.
    async fn refused(&self, statement: &str) -> (u16, String) {
        let encoded: String = form_urlencoded::byte_serialize(statement.as_bytes()).collect();
        self.get(&format!("/query?q={encoded}")).await.refusal()
    }

    async fn send(&self, request: Request<Body>) -> Reply {
        let response = self.simulator.router().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap().to_vec();
        Reply { status: parts.status.as_u16(), headers: parts.headers, bytes }
    }

    /// A form post with the app's id and secret.
    async fn form(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.extend_pairs([("client_id", "consumer-key"), ("client_secret", "consumer-secret")])
            .extend_pairs(fields);
        let request = Request::post(path).header("content-type", "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(body.finish())).unwrap()).await
    }

    async fn call_with(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &Value) -> Reply {
        let path = if path.starts_with("/services") { path.to_owned() } else { format!("{BASE}{path}") };
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", format!("Bearer {}", self.token));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
        self.send(request.header("content-type", "application/json; charset=UTF-8").body(body).unwrap()).await
    }

    async fn call(&self, method: &str, path: &str, body: Value) -> Reply {
        self.call_with(method, path, &[], &body).await
    }

    async fn get(&self, path: &str) -> Reply {
        self.call("GET", path, Value::Null).await
    }

    /// The records of a statement.
    async fn query(&self, statement: &str) -> Value {
        let encoded: String = form_urlencoded::byte_serialize(statement.as_bytes()).collect();
        let reply = self.get(&format!("/query?q={encoded}")).await;
        assert_eq!(reply.status, 200, "{statement}: {}", reply.text());
        reply.json()
    }

    /// Creates a record and answers its id.
    async fn create(&self, object: &str, body: Value) -> String {
        let reply = self.call("POST", &format!("/sobjects/{object}"), body).await;
        assert_eq!(reply.status, 201, "{}", reply.text());
        reply.json()["id"].as_str().unwrap().to_owned()
    }
}

/// A row of an upsert, with this key and visitor.
fn row(key: &str, visitor: &str) -> Value {
    json!({"attributes": {"type": TRANSCRIPT}, "Conversation_Id__c": key, "Visitor__c": visitor})
}

fn upsert_path() -> String {
    format!("/composite/sobjects/{TRANSCRIPT}/Conversation_Id__c")
}
