//! Signing in by Salesforce: who gets in, who does not, and what a session is good for.

use crate::time::{VirtualClock, stack_at};
use domain::ports::Clock;
use jiff::SignedDuration;
use local::stack::Stack;
use reqwest::{Client, Method, Response, StatusCode, Url, header, redirect::Policy};
use serde_json::Value;

const ADMINISTRATOR: &str = "noor.adair@chatlink.example";
const WITH_CUSTOM_PERMISSION: &str = "sync@chatlink.example";
const AGENT: &str = "ilse.varga@agents.example.com";

/// A browser: it keeps cookies and follows nothing by itself.
pub(crate) struct Browser {
    client: Client,
    origin: String,
    pub(crate) cookies: Vec<(String, String)>,
}

impl Browser {
    pub(crate) fn new(stack: &Stack) -> Browser {
        let client = Client::builder().redirect(Policy::none()).build().unwrap();
        Browser { client, origin: format!("http://127.0.0.1:{}", stack.ports.pages()), cookies: Vec::new() }
    }

    /// Sends a request of one of our pages and keeps the cookies of the answer.
    pub(crate) async fn send(&mut self, method: Method, path: &str) -> Response {
        let origin = self.origin.clone();
        self.send_from(&origin, method, path).await
    }

    async fn send_from(&mut self, origin: &str, method: Method, path: &str) -> Response {
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = self.client.request(method, format!("{}{path}", self.origin));
        let request = request.header(header::COOKIE, cookies.join("; ")).header(header::ORIGIN, origin);
        let response = request.send().await.unwrap();
        for set in response.headers().get_all(header::SET_COOKIE) {
            let (pair, attributes) = set.to_str().unwrap().split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.retain(|(kept, _)| kept != name);
            if !attributes.contains("Max-Age=0") {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
        response
    }

    /// Goes to Salesforce, decides there as this user, and answers where Salesforce sends the browser back to.
    async fn consent(&mut self, username: &str, decision: &str) -> String {
        let begun = self.send(Method::GET, "/api/admin/sign-in").await;
        let address: Url = location(&begun).parse().unwrap();
        let mut form: Vec<(String, String)> =
            address.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
        form.push(("username".to_owned(), username.to_owned()));
        form.push(("decision".to_owned(), decision.to_owned()));
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let page = address.as_str().split('?').next().unwrap().to_owned();
        let request = self.client.post(page).body(body);
        let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let back: Url = location(&request.send().await.unwrap()).parse().unwrap();
        format!("{}?{}", back.path(), back.query().unwrap())
    }

    pub(crate) async fn sign_in(&mut self, username: &str) -> Response {
        let back = self.consent(username, "allow").await;
        self.send(Method::GET, &back).await
    }
}

fn location(response: &Response) -> String {
    response.headers()[header::LOCATION].to_str().unwrap().to_owned()
}

async fn problem(response: Response) -> (StatusCode, String) {
    let status = response.status();
    assert_eq!(response.headers()[header::CONTENT_TYPE], "application/problem+json");
    let body: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
    assert_eq!(body["status"], status.as_u16());
    (status, body["detail"].as_str().unwrap().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_signs_in_and_out_and_a_session_ends_after_twelve_idle_hours() {
    let data = tempfile::tempdir().unwrap();
    let clock = VirtualClock::at("2026-03-10T08:00:00Z");
    let stack = stack_at(data.path(), &clock).await;
    for username in [ADMINISTRATOR, WITH_CUSTOM_PERMISSION] {
        let mut browser = Browser::new(&stack);
        let signed_in = browser.sign_in(username).await;
        assert_eq!((signed_in.status(), location(&signed_in).as_str()), (StatusCode::SEE_OTHER, "/admin"));
        assert_eq!(browser.cookies.len(), 1, "the handshake's cookie is gone: {:?}", browser.cookies);
        let me: Value =
            serde_json::from_str(&browser.send(Method::GET, "/api/admin/me").await.text().await.unwrap())
                .unwrap();
        assert_eq!((me["user"].as_str(), me["how"].as_str()), (Some(username), Some("session")));

        clock.move_to(clock.now() + SignedDuration::from_hours(11));
        assert_eq!(browser.send(Method::GET, "/api/admin/runs").await.status(), StatusCode::OK);
        clock.move_to(clock.now() + SignedDuration::from_hours(11));
        assert_eq!(
            browser.send(Method::GET, "/api/admin/runs").await.status(),
            StatusCode::OK,
            "it was used"
        );
        clock.move_to(clock.now() + SignedDuration::from_hours(12));
        assert_eq!(browser.send(Method::GET, "/api/admin/runs").await.status(), StatusCode::UNAUTHORIZED);

        browser.sign_in(username).await;
        let stolen = browser.cookies.clone();
        assert_eq!(browser.send(Method::POST, "/api/admin/sign-out").await.status(), StatusCode::NO_CONTENT);
        browser.cookies = stolen;
        assert_eq!(browser.send(Method::GET, "/api/admin/me").await.status(), StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_without_the_permission_gets_403_everywhere() {
    let data = tempfile::tempdir().unwrap();
    let stack = stack_at(data.path(), &VirtualClock::at("2026-03-10T08:00:00Z")).await;
    let mut browser = Browser::new(&stack);
    browser.sign_in(AGENT).await;
    for (method, path) in admin::guarded_calls() {
        let path = path.replace(['{', '}'], "");
        let (status, said) = problem(browser.send(method.parse().unwrap(), &path).await).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{method} {path}: {said}");
        assert!(said.contains("LP_Admin"), "{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_session_nothing_answers_but_sign_in_and_health() {
    let data = tempfile::tempdir().unwrap();
    let stack = stack_at(data.path(), &VirtualClock::at("2026-03-10T08:00:00Z")).await;
    let mut browser = Browser::new(&stack);
    browser.cookies.push((bootstrap::api::SESSION_COOKIE.to_owned(), "guess".to_owned()));
    for (method, path) in admin::guarded_calls() {
        let path = path.replace(['{', '}'], "");
        let (status, _) = problem(browser.send(method.parse().unwrap(), &path).await).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{method} {path}");
    }
    assert_eq!(browser.send(Method::GET, "/api/admin/health").await.status(), StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_that_was_begun_elsewhere_or_refused_opens_nothing() {
    let data = tempfile::tempdir().unwrap();
    let stack = stack_at(data.path(), &VirtualClock::at("2026-03-10T08:00:00Z")).await;
    let mut browser = Browser::new(&stack);
    let denied = browser.consent(ADMINISTRATOR, "deny").await;
    let (status, said) = problem(browser.send(Method::GET, &denied).await).await;
    assert!(status == StatusCode::FORBIDDEN && said.contains("denied"), "{said}");

    let mut other = Browser::new(&stack);
    let others = other.consent(ADMINISTRATOR, "allow").await;
    let (status, said) = problem(browser.send(Method::GET, &others).await).await;
    assert!(status == StatusCode::FORBIDDEN && said.contains("elsewhere"), "{said}");
    browser.cookies.clear();
    let (status, said) = problem(browser.send(Method::GET, &others).await).await;
    assert!(status == StatusCode::FORBIDDEN && said.contains("not begun in this browser"), "{said}");

    // A code that is good for another verifier.
    let back = browser.consent(ADMINISTRATOR, "allow").await;
    let (name, kept) = browser.cookies.pop().unwrap();
    let (state, _) = kept.split_once('.').unwrap();
    browser.cookies.push((name, format!("{state}.{}.", "x".repeat(43))));
    let (status, said) = problem(browser.send(Method::GET, &back).await).await;
    assert!(status.is_server_error() && said.contains("verifier"), "{status} {said}");
    assert!(browser.cookies.iter().all(|(name, _)| name != bootstrap::api::SESSION_COOKIE));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_sites_page_changes_nothing_in_an_administrators_name() {
    let data = tempfile::tempdir().unwrap();
    let stack = stack_at(data.path(), &VirtualClock::at("2026-03-10T08:00:00Z")).await;
    let mut browser = Browser::new(&stack);
    browser.sign_in(ADMINISTRATOR).await;
    for origin in ["https://evil.example", "null"] {
        let response = browser.send_from(origin, Method::POST, "/api/admin/sign-out").await;
        let (status, said) = problem(response).await;
        assert!(status == StatusCode::FORBIDDEN && said.contains("own pages"), "{said}");
    }
    assert_eq!(browser.send(Method::GET, "/api/admin/me").await.status(), StatusCode::OK);
}
