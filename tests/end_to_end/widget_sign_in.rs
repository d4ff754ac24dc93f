//! Agents in the widget: how a session begins, what it is good for, and how it goes on over tokens that end.

use crate::time::{VirtualClock, stack_at};
use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use bootstrap::api::{AGENT_HANDSHAKE_COOKIE, AGENT_SESSION_COOKIE};
use domain::ports::Clock;
use futures::future::join_all;
use jiff::SignedDuration;
use local::{ports::Ports, stack::Stack};
use reqwest::{Client, Method, Response, StatusCode, Url, header, redirect::Policy};
use serde_json::{Value, json};
use std::{
    fs::File,
    io::{BufRead, BufReader},
    process::{Command, Stdio},
    sync::Arc,
};
use tests::{chatlink, free_ports};

const AGENT: &str = "ilse.varga@agents.example.com";
/// What the frame keeps to itself until it redeems its code; any 43 characters.
const NONCE: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
/// What every access token of the simulated org holds, and how its refresh tokens begin.
const MARKS: [&str; 2] = ["!AQ", "5Aep861"];

/// A frame of the widget and the window it signs in with: one browser's cookies.
#[derive(Clone)]
struct Frame {
    client: Client,
    origin: String,
    cookies: Vec<(String, String)>,
    /// Every answer, headers and all.
    heard: String,
}

impl Frame {
    fn new(ports: Ports) -> Frame {
        let client = Client::builder().redirect(Policy::none()).build().unwrap();
        let origin = format!("http://127.0.0.1:{}", ports.pages());
        Frame { client, origin, cookies: Vec::new(), heard: String::new() }
    }

    async fn send_from(&mut self, origin: &str, method: Method, path: &str, body: Value) -> Answer {
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request = self
            .client
            .request(method, format!("{}/api/widget{path}", self.origin))
            .header(header::COOKIE, cookies.join("; "))
            .header(header::ORIGIN, origin)
            .header("x-chatlink-skill", "101");
        if !body.is_null() {
            request = request.header(header::CONTENT_TYPE, "application/json").body(body.to_string());
        }
        let response = request.send().await.unwrap();
        for set in response.headers().get_all(header::SET_COOKIE) {
            let (pair, attributes) = set.to_str().unwrap().split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.retain(|(kept, _)| kept != name);
            if !attributes.contains("Max-Age=0") {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
        let answer = Answer::of(response).await;
        self.heard += &format!("{:?} {}\n", answer.headers, answer.text);
        answer
    }

    async fn send(&mut self, method: Method, path: &str, body: Value) -> Answer {
        let origin = self.origin.clone();
        self.send_from(&origin, method, path, body).await
    }

    async fn get(&mut self, path: &str) -> Answer {
        self.send(Method::GET, path, Value::Null).await
    }

    async fn recent(&mut self) -> StatusCode {
        self.get("/recent").await.status
    }

    /// The window goes to Salesforce and decides there; answers where it is sent back to.
    async fn consents(&mut self, username: &str, decision: &str) -> String {
        let begun = self.get(&format!("/sign-in?frame={}", challenge_of(NONCE))).await;
        assert_eq!(begun.status, StatusCode::SEE_OTHER, "{}", begun.text);
        let address: Url = begun.headers[header::LOCATION].to_str().unwrap().parse().unwrap();
        let asked: Vec<(String, String)> =
            address.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(&asked).append_pair("username", username).append_pair("decision", decision);
        let page = address.as_str().split('?').next().unwrap().to_owned();
        let request = self.client.post(page).body(form.finish());
        let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let back: Url = location(&request.send().await.unwrap()).parse().unwrap();
        format!("{}?{}", back.path(), back.query().unwrap()).replace("/api/widget", "")
    }

    /// The one-time code that the window hands over.
    async fn code(&mut self) -> String {
        let back = self.consents(AGENT, "allow").await;
        let page = self.get(&back).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        page.code().unwrap()
    }

    async fn redeem(&mut self, code: &str, nonce: &str) -> Answer {
        self.send(Method::POST, "/session", json!({ "code": code, "nonce": nonce })).await
    }

    async fn signs_in(&mut self) {
        let code = self.code().await;
        let begun = self.redeem(&code, NONCE).await;
        assert_eq!(begun.status, StatusCode::NO_CONTENT, "{}", begun.text);
        assert_eq!(
            self.cookies.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(),
            [AGENT_SESSION_COOKIE]
        );
    }

    async fn context(&mut self, account: &str) -> Value {
        let context =
            json!({ "chatInfo": { "accountId": account, "rtSessionId": "4711", "chatSkill": "Billing" } });
        let answer = self.send(Method::POST, "/context", json!({ "context": context })).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        answer.json()
    }
}

struct Answer {
    status: StatusCode,
    headers: header::HeaderMap,
    text: String,
}

impl Answer {
    async fn of(response: Response) -> Answer {
        let (status, headers) = (response.status(), response.headers().clone());
        Answer { status, headers, text: response.text().await.unwrap() }
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }

    /// What the window's page hands over, if it does.
    fn code(&self) -> Option<String> {
        let from = self.text.split_once("name=\"chatlink-code\" content=\"")?.1;
        Some(from.split_once('"')?.0.to_owned())
    }

    /// The words of a refusal.
    fn said(&self) -> (StatusCode, String) {
        let problem = self.headers[header::CONTENT_TYPE] == "application/problem+json";
        let said =
            if problem { self.json()["detail"].as_str().unwrap().to_owned() } else { self.text.clone() };
        (self.status, said)
    }
}

fn location(response: &Response) -> String {
    response.headers()[header::LOCATION].to_str().unwrap().to_owned()
}

fn challenge_of(secret: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, secret.as_bytes()))
}

fn morning() -> Arc<VirtualClock> {
    VirtualClock::at("2026-03-10T08:00:20Z")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_signs_in_out_and_a_session_ends_after_twelve_idle_hours() {
    let data = tempfile::tempdir().unwrap();
    let clock = morning();
    let stack = stack_at(data.path(), &clock).await;
    let mut frame = Frame::new(stack.ports);
    let account = stack.workspace.recent_configuration().await.unwrap().account.clone();
    let before = frame.context(&account).await;
    assert_eq!(before["situation"]["kind"], "not_signed_in", "{before}");
    frame.signs_in().await;
    let now = frame.context(&account).await;
    assert_eq!((&now["situation"], &now["user"]["username"]), (&Value::Null, &json!(AGENT)), "{now}");
    for (hours, want) in [(11, StatusCode::OK), (11, StatusCode::OK), (12, StatusCode::UNAUTHORIZED)] {
        clock.move_to(clock.now() + SignedDuration::from_hours(hours));
        assert_eq!(frame.recent().await, want, "after {hours} hours more");
    }
    frame.signs_in().await;
    let stolen = frame.cookies.clone();
    assert_eq!(frame.send(Method::POST, "/sign-out", Value::Null).await.status, StatusCode::NO_CONTENT);
    assert_eq!(frame.cookies, []);
    frame.cookies = stolen;
    assert_eq!(frame.recent().await, StatusCode::UNAUTHORIZED, "a session that was ended stays so");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_frame_that_asked_gets_the_session_and_once() {
    let data = tempfile::tempdir().unwrap();
    let clock = morning();
    let stack = stack_at(data.path(), &clock).await;
    let mut frame = Frame::new(stack.ports);

    let code = frame.code().await;
    for origin in ["https://evil.example", "http://localhost:1", "null"] {
        let body = json!({ "code": code, "nonce": NONCE });
        let (status, said) = frame.send_from(origin, Method::POST, "/session", body).await.said();
        assert!(status == StatusCode::FORBIDDEN && said.contains("own page"), "{origin}: {status} {said}");
    }
    assert_eq!(
        frame.redeem(&code, NONCE).await.status,
        StatusCode::NO_CONTENT,
        "that cost the frame nothing"
    );
    let (status, said) = frame.redeem(&code, NONCE).await.said();
    assert!(status == StatusCode::FORBIDDEN && said.contains("used already"), "{status} {said}");

    let mut frame = Frame::new(stack.ports);
    let code = frame.code().await;
    assert_eq!(
        frame.redeem(&code, &"x".repeat(43)).await.status,
        StatusCode::FORBIDDEN,
        "another frame's secret"
    );
    assert_eq!(frame.redeem(&code, NONCE).await.status, StatusCode::FORBIDDEN, "a code is tried once");
    let code = frame.code().await;
    clock.move_to(clock.now() + SignedDuration::from_mins(3));
    assert_eq!(frame.redeem(&code, NONCE).await.status, StatusCode::FORBIDDEN, "too late");
    assert_eq!(frame.recent().await, StatusCode::UNAUTHORIZED);
    assert!(frame.cookies.iter().all(|(name, _)| name != AGENT_SESSION_COOKIE));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_that_was_sent_by_somebody_else_hands_nothing_over() {
    let data = tempfile::tempdir().unwrap();
    let stack = stack_at(data.path(), &morning()).await;
    let mut frame = Frame::new(stack.ports);
    for (odd, answer) in [("short", 422), ("%2F".repeat(43).as_str(), 422), ("", 422)] {
        assert_eq!(frame.get(&format!("/sign-in?frame={odd}")).await.status.as_u16(), answer, "{odd}");
    }
    async fn refused(frame: &mut Frame, back: &str, why: &str) {
        let page = frame.get(back).await;
        assert_eq!((page.status, page.code()), (StatusCode::FORBIDDEN, None), "{}", page.text);
        assert!(page.text.contains(why), "{why}: {}", page.text);
        assert!(frame.cookies.is_empty(), "the handshake is over: {:?}", frame.cookies);
    }
    let denied = frame.consents(AGENT, "deny").await;
    refused(&mut frame, &denied, "denied").await;

    let others = Frame::new(stack.ports).consents(AGENT, "allow").await;
    frame.consents(AGENT, "allow").await;
    refused(&mut frame, &others, "begun elsewhere").await;
    refused(&mut frame, &others, "not begun in this browser").await;

    // The code is good, and the cookie's verifier is another.
    let back = frame.consents(AGENT, "allow").await;
    let (name, kept) = frame.cookies.pop().unwrap();
    assert_eq!(name, AGENT_HANDSHAKE_COOKIE);
    let parts: Vec<&str> = kept.splitn(3, '.').collect();
    frame.cookies.push((name, format!("{}.{}.{}", parts[0], "x".repeat(43), parts[2])));
    refused(&mut frame, &back, "verifier").await;
}

/// Everything the API has besides signing in, the context and health, with a body that is in order.
fn guarded() -> Vec<(Method, &'static str, Value)> {
    let (conversation, id) = ("le70010001:4711", "003Lk0000000001AAA");
    vec![
        (
            Method::POST,
            "/search",
            json!({ "scope": "people", "values": ["a@b.example"], "conversation": conversation }),
        ),
        (Method::GET, "/recent", Value::Null),
        (Method::GET, "/lookups/Case/ContactId?q=ada", Value::Null),
        (
            Method::POST,
            "/records",
            json!({ "object": "Contact", "key": "k".repeat(24), "values": { "LastName": "Quill" } }),
        ),
        (Method::GET, "/records/Contact/003Lk0000000001AAA", Value::Null),
        (Method::POST, "/forms", json!({ "object": "Contact" })),
        (
            Method::POST,
            "/links",
            json!({ "conversation": conversation, "channel": "chat", "object": "Contact", "id": id }),
        ),
        (Method::DELETE, "/links?conversation=le70010001:4711&channel=chat&object=Contact", Value::Null),
        (Method::GET, "/transcript?conversation=le70010001:4711", Value::Null),
        (Method::POST, "/sync-chat", json!({ "conversation": conversation })),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_session_nothing_answers_and_another_sites_page_changes_nothing() {
    let data = tempfile::tempdir().unwrap();
    let stack = stack_at(data.path(), &morning()).await;
    let mut stranger = Frame::new(stack.ports);
    stranger.cookies.push((AGENT_SESSION_COOKIE.to_owned(), "guess".to_owned()));
    let calls = stack.salesforce.switchboard().total_calls();
    for (method, path, body) in guarded() {
        let (status, said) = stranger.send(method.clone(), path, body).await.said();
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{method} {path}: {said}");
    }
    assert_eq!(stack.salesforce.switchboard().total_calls(), calls, "Salesforce was not asked");
    assert_eq!(stranger.get("/health").await.status, StatusCode::OK);

    let mut frame = Frame::new(stack.ports);
    frame.signs_in().await;
    let writes = guarded().into_iter().filter(|(method, ..)| *method != Method::GET);
    for (method, path, body) in writes.chain([(Method::POST, "/sign-out", Value::Null)]) {
        let (status, said) = frame.send_from("https://evil.example", method.clone(), path, body).await.said();
        assert!(
            status == StatusCode::FORBIDDEN && said.contains("own page"),
            "{method} {path}: {status} {said}"
        );
    }
    assert_eq!(frame.recent().await, StatusCode::OK, "the session goes on");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_good_for_its_own_liveperson_account_only() {
    let data = tempfile::tempdir().unwrap();
    let clock = morning();
    let stack = stack_at(data.path(), &clock).await;
    let mut frame = Frame::new(stack.ports);
    frame.signs_in().await;
    assert_eq!(frame.recent().await, StatusCode::OK);
    let other = Frame::new(stack.ports).context("le999").await;
    assert_eq!(other["situation"]["kind"], "wrong_account", "{other}");

    let table = &stack.workspace.table;
    let mut kept = table.versioned_configuration().await.unwrap().unwrap();
    kept.configuration.account = "le999".to_owned();
    table.save_configuration(&kept.configuration, kept.version, "a test", clock.now()).await.unwrap();
    clock.move_to(clock.now() + SignedDuration::from_secs(6));
    assert_eq!(frame.recent().await, StatusCode::UNAUTHORIZED);
    assert_eq!(frame.context("le999").await["situation"]["kind"], "not_signed_in");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_asks_too_often_waits_for_the_next_minute() {
    let data = tempfile::tempdir().unwrap();
    let clock = morning();
    let stack = stack_at(data.path(), &clock).await;
    let (mut frame, mut other) = (Frame::new(stack.ports), Frame::new(stack.ports));
    frame.signs_in().await;
    other.signs_in().await;
    // It is counted before it is looked at, so it may as well be nonsense.
    let nonsense = "/transcript?conversation=nobody";
    for batch in 0..12 {
        let calls = (0..50).map(|_| {
            let mut frame = frame.clone();
            async move { frame.get(nonsense).await.status }
        });
        let statuses = join_all(calls).await;
        assert!(
            statuses.iter().all(|status| *status == StatusCode::UNPROCESSABLE_ENTITY),
            "{batch}: {statuses:?}"
        );
    }
    let refused = frame.get(nonsense).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS, "{}", refused.text);
    assert_eq!(refused.headers[header::RETRY_AFTER], "40", "the minute began twenty seconds ago");
    assert_eq!(other.recent().await, StatusCode::OK, "another session is not held up");
    clock.move_to(clock.now() + SignedDuration::from_secs(40));
    assert_eq!(frame.recent().await, StatusCode::OK);
}

fn tokens_asked(stack: &Stack) -> u64 {
    stack.salesforce.switchboard().calls().get("token").copied().unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ended_access_token_is_renewed_once_whether_refresh_tokens_rotate_or_not() {
    let data = tempfile::tempdir().unwrap();
    let stack = stack_at(data.path(), &morning()).await;
    let mut frame = Frame::new(stack.ports);
    frame.signs_in().await;
    for rotate in [false, true] {
        stack.salesforce.rotate_refresh_tokens(rotate);
        for turn in 0..3 {
            assert!(stack.salesforce.expire_tokens(AGENT).unwrap());
            let before = tokens_asked(&stack);
            assert_eq!(frame.recent().await, StatusCode::OK, "rotate {rotate}, turn {turn}");
            assert_eq!(tokens_asked(&stack), before + 1, "rotate {rotate}, turn {turn}");
            assert_eq!(frame.recent().await, StatusCode::OK);
            assert_eq!(tokens_asked(&stack), before + 1, "the new token is kept");
        }
        // A page asks several things at once; with rotation only one of them can have the refresh token's answer.
        assert!(stack.salesforce.expire_tokens(AGENT).unwrap());
        let calls = (0..8).map(|_| {
            let mut frame = frame.clone();
            async move { frame.recent().await }
        });
        let statuses = join_all(calls).await;
        assert!(statuses.iter().all(|status| *status == StatusCode::OK), "rotate {rotate}: {statuses:?}");
        assert_eq!(frame.recent().await, StatusCode::OK, "and the session goes on");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whose_refresh_token_was_revoked_signs_in_again() {
    let data = tempfile::tempdir().unwrap();
    let stack = stack_at(data.path(), &morning()).await;
    let mut first = Frame::new(stack.ports);
    first.signs_in().await;
    // Five refresh tokens of a user live side by side; one more ends the oldest, as Salesforce does.
    for _ in 0..5 {
        Frame::new(stack.ports).signs_in().await;
    }
    let (status, said) = first.get("/recent").await.said();
    assert!(status == StatusCode::UNAUTHORIZED && said.contains("sign in again"), "{status} {said}");
    let account = stack.workspace.recent_configuration().await.unwrap().account.clone();
    assert_eq!(first.context(&account).await["situation"]["kind"], "not_signed_in");
    first.signs_in().await;
    assert_eq!(first.recent().await, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_are_in_clear_in_no_answer_table_or_log() {
    let data = tempfile::tempdir().unwrap();
    let (ports, log) = (free_ports(), data.path().join("log.txt"));
    let mut stack = Command::new(chatlink())
        .args([
            "up",
            "--json",
            "--conversations",
            "50",
            "--days",
            "1",
            "--port-base",
            &ports.pages().to_string(),
            "--data",
        ])
        .arg(data.path())
        .env(
            "RUST_LOG",
            "info,widget=trace,bootstrap=trace,salesforce=trace,aws=trace,crm=trace,transcript=trace",
        )
        .stdout(Stdio::piped())
        .stderr(File::create(&log).unwrap())
        .spawn()
        .unwrap();
    let mut ready = String::new();
    BufReader::new(stack.stdout.take().unwrap()).read_line(&mut ready).unwrap();
    let account = local::liveperson::Account::sample().id;
    let mut frame = Frame::new(ports);
    frame.context(&account).await;
    frame.signs_in().await;
    frame.context(&account).await;
    for (method, path, body) in guarded() {
        frame.send(method, path, body).await;
    }
    stack.kill().unwrap();
    stack.wait().unwrap();
    let log = std::fs::read_to_string(log).unwrap();
    let heard = std::mem::take(&mut frame.heard);
    assert!(heard.contains("Ilse Varga") && !log.is_empty(), "something was said: {log}");
    for mark in MARKS {
        assert!(!heard.contains(mark), "{mark} in an answer: {heard}");
        assert!(!log.contains(mark), "{mark} in the log: {log}");
    }
    let journal = std::fs::read_to_string(data.path().join("salesforce.journal")).unwrap();
    assert!(MARKS.iter().all(|mark| journal.contains(mark)), "tokens are known by these");
    let mut looked_at = 0;
    for file in std::fs::read_dir(data.path()).unwrap().map(|file| file.unwrap().path()) {
        let name = file.file_name().unwrap().to_str().unwrap().to_owned();
        // The journal is the simulated org's own memory.
        if !file.is_file() || name.starts_with("salesforce") {
            continue;
        }
        let bytes = std::fs::read(&file).unwrap();
        let holds = |text: &str| bytes.windows(text.len()).any(|part| part == text.as_bytes());
        looked_at += usize::from(name.starts_with("table.sqlite") && holds("sealed"));
        let session = frame.cookies[0].1.as_str();
        for secret in [MARKS[0], MARKS[1], session, NONCE] {
            assert!(!holds(secret), "{secret} in {name}");
        }
    }
    assert!(looked_at > 0, "the table was looked at");
}
