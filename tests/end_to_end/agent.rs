//! An agent's frame, as far as the API sees it: signs in by a window, keeps its cookie, names its skill.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use local::stack::Stack;
use reqwest::{Client, Method, Response, StatusCode, Url, header, redirect::Policy};
use serde_json::{Value, json};

/// An agent with limits: no Opportunity, leads are read only.
pub(crate) const ILSE: &str = "ilse.varga@agents.example.com";
/// An ordinary agent.
pub(crate) const TOMO: &str = "tomo.reyes@agents.example.com";
/// The pair of secret and challenge is RFC 7636's own, appendix B.
pub(crate) const SECRET: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(crate) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// A frame with its cookie.
#[derive(Clone)]
pub(crate) struct Frame {
    client: Client,
    pub(crate) origin: String,
    pub(crate) cookie: String,
    skill: String,
}

impl Frame {
    /// A frame nobody has signed in from.
    pub(crate) fn new(stack: &Stack) -> Frame {
        Frame {
            client: Client::builder().redirect(Policy::none()).build().unwrap(),
            origin: format!("http://127.0.0.1:{}", stack.ports.pages()),
            cookie: String::new(),
            skill: "101".to_owned(),
        }
    }

    /// A frame whose agent has signed in, at work on conversations of the skill Billing.
    pub(crate) async fn of(stack: &Stack, username: &str) -> Frame {
        let mut frame = Frame::new(stack);
        let code = frame.window(username).await;
        let redeemed = frame.redeem(&code, SECRET).await;
        assert_eq!(redeemed.status(), StatusCode::NO_CONTENT);
        frame.cookie = cookie(&redeemed);
        frame
    }

    pub(crate) fn with_skill(&self, skill: &str) -> Frame {
        Frame { skill: skill.to_owned(), ..self.clone() }
    }

    /// What the window brings: the one-time code.
    pub(crate) async fn window(&self, username: &str) -> String {
        let (back, handshake) = self.consent(username).await;
        let page = self.client.get(format!("{}{back}", self.origin)).header(header::COOKIE, handshake);
        let page = page.send().await.unwrap().text().await.unwrap();
        let (_, rest) =
            page.split_once(r#"name="chatlink-code" content=""#).unwrap_or_else(|| panic!("{page}"));
        rest.split('"').next().unwrap().to_owned()
    }

    /// Decides at Salesforce as this user; answers where the window is sent back to, and the cookie it has.
    pub(crate) async fn consent(&self, username: &str) -> (String, String) {
        let begun = self.client.get(format!("{}/api/widget/sign-in?frame={CHALLENGE}", self.origin));
        let begun = begun.send().await.unwrap();
        let address: Url = begun.headers()[header::LOCATION].to_str().unwrap().parse().unwrap();
        let mut form: Vec<(String, String)> =
            address.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
        form.extend([
            ("username".to_owned(), username.to_owned()),
            ("decision".to_owned(), "allow".to_owned()),
        ]);
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let page = address.as_str().split('?').next().unwrap().to_owned();
        let request =
            self.client.post(page).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let back = request.body(body).send().await.unwrap();
        let back: Url = back.headers()[header::LOCATION].to_str().unwrap().parse().unwrap();
        (format!("{}?{}", back.path(), back.query().unwrap()), cookie(&begun))
    }

    pub(crate) async fn redeem(&self, code: &str, nonce: &str) -> Response {
        let request = self.client.post(format!("{}/api/widget/session", self.origin));
        let request = request.header(header::ORIGIN, &self.origin);
        request.body(json!({ "code": code, "nonce": nonce }).to_string()).send().await.unwrap()
    }

    /// Sends a request of our own page.
    pub(crate) async fn send(&self, method: Method, path: &str, body: Value) -> Response {
        let request = self.client.request(method, format!("{}/api/widget{path}", self.origin));
        let request = request.header(header::COOKIE, &self.cookie).header(header::ORIGIN, &self.origin);
        let request = request.header("x-chatlink-skill", &self.skill);
        let request = if body.is_null() { request } else { request.body(body.to_string()) };
        request.send().await.unwrap()
    }

    pub(crate) async fn call(&self, method: Method, path: &str, body: Value) -> (StatusCode, Value) {
        let response = self.send(method, path, body).await;
        let status = response.status();
        (status, serde_json::from_str(&response.text().await.unwrap()).unwrap_or_default())
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> (StatusCode, Value) {
        self.call(Method::POST, path, body).await
    }

    /// A request that must succeed.
    pub(crate) async fn done(&self, path: &str, body: Value) -> Value {
        let (status, answer) = self.post(path, body).await;
        assert_eq!(status, StatusCode::OK, "{path}: {answer}");
        answer
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        let (status, answer) = self.call(Method::GET, path, Value::Null).await;
        assert_eq!(status, StatusCode::OK, "{path}: {answer}");
        answer
    }
}

/// The pair of the first cookie that is set.
pub(crate) fn cookie(response: &Response) -> String {
    let set = response.headers()[header::SET_COOKIE].to_str().unwrap();
    set.split(';').next().unwrap().to_owned()
}

/// What the widget SDK tells of a conversation.
pub(crate) fn model(account: &str, chat: &str, name: &str) -> Value {
    let (first, last) = name.split_once(' ').unwrap();
    let email = format!("{}.{}@visitors.example.com", first.to_lowercase(), last.to_lowercase());
    json!({
        "chatInfo": {
            "accountId": account, "rtSessionId": chat, "chatSkill": "Billing", "isMessaging": false,
            "chatStartTime": 1_772_359_200_000_i64,
        },
        "visitorInfo": { "visitorName": name, "browser": "Lynx 3" },
        "SDE": { "personalInfo": [{
            "firstname": first, "lastname": last, "contactInfo": [{ "email": email, "phone": "" }],
        }] },
    })
}

/// Whether a base64url text is as long as a digest: what challenges are.
#[test]
fn the_challenge_is_a_digest_of_the_secret() {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, SECRET.as_bytes());
    assert_eq!(URL_SAFE_NO_PAD.encode(digest), CHALLENGE);
}
