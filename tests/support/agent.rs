//! An agent's frame, as far as the API sees it: signs in by a window, keeps its cookie, names its skill.

use local::stack::Stack;
use reqwest::{
    Client, Method, Response, StatusCode, Url,
    header::{self, HeaderMap, HeaderName},
    redirect::Policy,
};
use serde_json::{Value, json};

/// An agent with limits: no Opportunity, leads are read only.
pub const ILSE: &str = "ilse.varga@agents.example.com";
/// An ordinary agent.
pub const TOMO: &str = "tomo.reyes@agents.example.com";
/// A frame's secret. The pair of secret and challenge is RFC 7636's own, appendix B.
pub const SECRET: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
/// The digest of [`SECRET`].
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// A browser that goes to our address `begun`, and from there to Salesforce, where this user allows what is asked; answers
/// path and query of where it is sent back to, and the cookie it has. The client follows no redirects.
///
/// # Panics
/// When the stack does not answer as it should.
pub async fn consent(client: &Client, begun: &str, username: &str) -> (String, String) {
    let begun = client.get(begun).send().await.expect("an answer");
    let address = location(&begun);
    let mut form: Vec<(String, String)> =
        address.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
    let decided = [("username", username), ("decision", "allow")];
    form.extend(decided.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let page = address.as_str().split('?').next().expect("a first part").to_owned();
    let request = client.post(page).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let back = location(&request.body(body).send().await.expect("an answer"));
    (format!("{}?{}", back.path(), back.query().expect("a query")), cookie(&begun))
}

/// Where an answer sends a browser.
///
/// # Panics
/// When it does not.
#[must_use]
pub fn location(answer: &Response) -> Url {
    let sent = answer.headers().get(header::LOCATION).and_then(|value| value.to_str().ok());
    sent.expect("a redirect").parse().expect("an address")
}

/// A frame with its cookie.
#[derive(Clone)]
pub struct Frame {
    client: Client,
    /// Our own origin.
    pub origin: String,
    /// The session's, as it is sent.
    pub cookie: String,
    skill: String,
}

impl Frame {
    /// A frame nobody has signed in from.
    ///
    /// # Panics
    /// When TLS cannot be set up.
    #[must_use]
    pub fn new(stack: &Stack) -> Frame {
        Frame {
            client: Client::builder().redirect(Policy::none()).build().expect("as it should be"),
            origin: format!("http://127.0.0.1:{}", stack.ports.pages()),
            cookie: String::new(),
            skill: "101".to_owned(),
        }
    }

    /// A frame whose agent has signed in, at work on conversations of the skill Billing.
    ///
    /// # Panics
    /// When the stack does not let them in.
    pub async fn of(stack: &Stack, username: &str) -> Frame {
        let mut frame = Frame::new(stack);
        let code = frame.window(username).await;
        let redeemed = frame.redeem(&code, SECRET).await;
        assert_eq!(redeemed.status(), StatusCode::NO_CONTENT);
        frame.cookie = cookie(&redeemed);
        frame
    }

    /// The same frame beside a conversation of another skill.
    #[must_use]
    pub fn with_skill(&self, skill: &str) -> Frame {
        Frame { skill: skill.to_owned(), ..self.clone() }
    }

    /// What the window brings: the one-time code.
    ///
    /// # Panics
    /// When the stack does not answer as it should.
    pub async fn window(&self, username: &str) -> String {
        let (back, handshake) = self.consent(username).await;
        let page = self.client.get(format!("{}{back}", self.origin)).header(header::COOKIE, handshake);
        let page = page.send().await.expect("as it should be").text().await.expect("as it should be");
        let (_, rest) =
            page.split_once(r#"name="chatlink-code" content=""#).unwrap_or_else(|| panic!("{page}"));
        rest.split('"').next().expect("as it should be").to_owned()
    }

    /// Decides at Salesforce as this user; answers where the window is sent back to, and the cookie it has.
    ///
    /// # Panics
    /// When the stack does not answer as it should.
    pub async fn consent(&self, username: &str) -> (String, String) {
        let begun = format!("{}/api/widget/sign-in?frame={CHALLENGE}", self.origin);
        consent(&self.client, &begun, username).await
    }

    /// Asks for the session of a hand-over.
    ///
    /// # Panics
    /// When the stack does not answer.
    pub async fn redeem(&self, code: &str, nonce: &str) -> Response {
        let request = self.client.post(format!("{}/api/widget/session", self.origin));
        let request = request.header(header::ORIGIN, &self.origin);
        request
            .body(json!({ "code": code, "nonce": nonce }).to_string())
            .send()
            .await
            .expect("as it should be")
    }

    /// What our own page sends with every request.
    ///
    /// # Panics
    /// When a value cannot be a header's.
    #[must_use]
    pub fn headers(&self) -> HeaderMap {
        let pairs = [
            (header::COOKIE, &self.cookie),
            (header::ORIGIN, &self.origin),
            (HeaderName::from_static("x-chatlink-skill"), &self.skill),
        ];
        pairs.into_iter().map(|(name, value)| (name, value.parse().expect("a header"))).collect()
    }

    /// Sends a request of our own page.
    ///
    /// # Panics
    /// When the stack does not answer as it should.
    pub async fn send(&self, method: Method, path: &str, body: Value) -> Response {
        let request = self.client.request(method, format!("{}/api/widget{path}", self.origin));
        let request = request.headers(self.headers());
        let request = if body.is_null() { request } else { request.body(body.to_string()) };
        request.send().await.expect("as it should be")
    }

    /// A request of our own page: status and body.
    ///
    /// # Panics
    /// When the stack does not answer.
    pub async fn call(&self, method: Method, path: &str, body: Value) -> (StatusCode, Value) {
        let response = self.send(method, path, body).await;
        let status = response.status();
        (status, serde_json::from_str(&response.text().await.expect("as it should be")).unwrap_or_default())
    }

    /// A POST of our own page: status and body.
    pub async fn post(&self, path: &str, body: Value) -> (StatusCode, Value) {
        self.call(Method::POST, path, body).await
    }

    /// A request that must succeed.
    ///
    /// # Panics
    /// When the stack does not answer as it should.
    pub async fn done(&self, path: &str, body: Value) -> Value {
        let (status, answer) = self.post(path, body).await;
        assert_eq!(status, StatusCode::OK, "{path}: {answer}");
        answer
    }

    /// What must be there.
    ///
    /// # Panics
    /// When it is not.
    pub async fn get(&self, path: &str) -> Value {
        let (status, answer) = self.call(Method::GET, path, Value::Null).await;
        assert_eq!(status, StatusCode::OK, "{path}: {answer}");
        answer
    }
}

/// The pair of the first cookie that is set.
///
/// # Panics
/// When none is.
#[must_use]
pub fn cookie(response: &Response) -> String {
    let set = response.headers()[header::SET_COOKIE].to_str().expect("as it should be");
    set.split(';').next().expect("as it should be").to_owned()
}

/// What the widget SDK tells of a chat of the skill Billing with a visitor of that first and last name.
///
/// # Panics
/// When the name has no last name.
#[must_use]
pub fn model(account: &str, chat: &str, name: &str) -> Value {
    let (first, last) = name.split_once(' ').expect("as it should be");
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
