//! Functions in processes of their own, such as `cargo lambda watch` runs: they get their events and requests by Lambda's
//! Invoke API, in the shapes that EventBridge, SQS and an HTTP API give them on AWS.

use axum::{
    body::Bytes,
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Map, Value, json};
use std::time::Duration;

/// A function that was never built is compiled first.
const PATIENCE: Duration = Duration::from_secs(900);
/// While nothing listens, events wait and are offered again after this long.
const OFFERED_AGAIN: Duration = Duration::from_secs(1);

/// Where the functions are.
#[derive(Clone, Debug)]
pub struct Lambda {
    address: String,
    http: reqwest::Client,
}

/// Why an invocation came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum InvokeError {
    /// Nobody listens there.
    #[error("no functions at {0}; start them with `cargo lambda watch`")]
    Absent(String),
    /// The function, or what runs it, answered with an error.
    #[error("{function}: {said}")]
    Failed {
        /// Its name.
        function: String,
        /// What it said.
        said: String,
    },
}

impl Lambda {
    /// Functions at an address such as `http://127.0.0.1:9000`.
    #[must_use]
    pub fn at(address: &str) -> Lambda {
        let http = reqwest::Client::builder().timeout(PATIENCE).no_proxy().build().unwrap_or_default();
        Lambda { address: address.trim_end_matches('/').to_owned(), http }
    }

    /// Hands a function one event and waits for its answer.
    ///
    /// # Errors
    /// [`InvokeError`].
    pub async fn invoke(&self, function: &str, event: String) -> Result<Value, InvokeError> {
        let failed = |said: String| InvokeError::Failed { function: function.to_owned(), said };
        let url = format!("{}/2015-03-31/functions/{function}/invocations", self.address);
        let request = self.http.post(url).header(header::CONTENT_TYPE, "application/json").body(event);
        let answer = request.send().await.map_err(|error| match error.is_connect() {
            true => InvokeError::Absent(self.address.clone()),
            false => failed(error.without_url().to_string()),
        })?;
        let status = answer.status();
        let body = answer.text().await.map_err(|error| failed(error.without_url().to_string()))?;
        let said: Value = serde_json::from_str(&body).unwrap_or_default();
        if status.is_success() && said.get("errorType").is_none() { Ok(said) } else { Err(failed(body)) }
    }

    /// The same for an event, which waits until somebody is there.
    pub(crate) async fn deliver(&self, function: &str, event: &str) -> Result<Value, InvokeError> {
        let mut told = false;
        loop {
            match self.invoke(function, event.to_owned()).await {
                Err(absent @ InvokeError::Absent(_)) => {
                    if !told {
                        tracing::warn!("{absent}");
                        told = true;
                    }
                    tokio::time::sleep(OFFERED_AGAIN).await;
                }
                other => return other,
            }
        }
    }

    /// Answers a request by the function its path belongs to.
    pub(crate) async fn answer(
        &self,
        method: Method,
        uri: Uri,
        headers: HeaderMap,
        body: Bytes,
    ) -> Option<Response> {
        let function = function_of(uri.path())?;
        let event = request_event(&method, &uri, &headers, &body).to_string();
        Some(match self.invoke(function, event).await {
            Ok(said) => response_of(&said),
            Err(error) => (StatusCode::BAD_GATEWAY, error.to_string()).into_response(),
        })
    }
}

/// The function that the stack's HTTP API sends a path to.
#[must_use]
pub fn function_of(path: &str) -> Option<&'static str> {
    let below =
        |start: &str| path == start || path.strip_prefix(start).is_some_and(|rest| rest.starts_with('/'));
    if path == "/ChatLink" || below("/api/widget") || below("/assets/widget") {
        Some("widget")
    } else if below("/admin") || below("/api/admin") || below("/assets") {
        Some("admin")
    } else {
        below("/sync-chat").then_some("sync-chat")
    }
}

/// A request as an HTTP API hands it to a function (payload format 2.0).
fn request_event(method: &Method, uri: &Uri, headers: &HeaderMap, body: &Bytes) -> Value {
    let (path, query) = (uri.path(), uri.query().unwrap_or_default());
    let text = |value: &HeaderValue| value.to_str().unwrap_or_default().to_owned();
    let mut sent = Map::new();
    for name in headers.keys().filter(|name| **name != header::COOKIE) {
        let values: Vec<String> = headers.get_all(name).iter().map(text).collect();
        sent.insert(name.as_str().to_owned(), values.join(",").into());
    }
    let cookies: Vec<String> = headers
        .get_all(header::COOKIE)
        .iter()
        .flat_map(|value| text(value).split("; ").map(str::to_owned).collect::<Vec<_>>())
        .collect();
    let host = headers.get(header::HOST).map(text).unwrap_or_default();
    let id = format!("{:032x}", fastrand::u128(..));
    let mut event = json!({
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": query,
        "headers": sent,
        "requestContext": {
            "accountId": "000000000000",
            "apiId": "local",
            "domainName": host,
            "domainPrefix": "local",
            "http": { "method": method.as_str(), "path": path, "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1" },
            "requestId": id,
            "routeKey": "$default",
            "stage": "$default",
            "timeEpoch": 0,
        },
        "isBase64Encoded": true,
    });
    if !cookies.is_empty() {
        event["cookies"] = json!(cookies);
    }
    if !query.is_empty() {
        let pairs =
            form_urlencoded::parse(query.as_bytes()).into_owned().map(|(name, value)| (name, value.into()));
        event["queryStringParameters"] = Value::Object(pairs.collect());
    }
    if !body.is_empty() {
        event["body"] = STANDARD.encode(body).into();
    }
    event
}

/// A function's answer as an HTTP API passes it on.
fn response_of(said: &Value) -> Response {
    let status =
        said["statusCode"].as_u64().and_then(|status| StatusCode::from_u16(status.try_into().ok()?).ok());
    let mut response = StatusCode::BAD_GATEWAY.into_response();
    let Some(status) = status else { return response };
    let mut headers = HeaderMap::new();
    let mut add = |name: &str, value: &Value| {
        let name = HeaderName::try_from(name).ok();
        let value = value.as_str().and_then(|value| HeaderValue::from_str(value).ok());
        if let (Some(name), Some(value)) = (name, value) {
            headers.append(name, value);
        }
    };
    let members = |member: &str| said[member].as_object().cloned().unwrap_or_default();
    let (single, multiple) = (members("headers"), members("multiValueHeaders"));
    for (name, value) in single.iter().filter(|(name, _)| !multiple.contains_key(*name)) {
        add(name, value);
    }
    for (name, values) in &multiple {
        values.as_array().into_iter().flatten().for_each(|value| add(name, value));
    }
    said["cookies"].as_array().into_iter().flatten().for_each(|cookie| add("set-cookie", cookie));
    let body = said["body"].as_str().unwrap_or_default();
    let bytes = match said["isBase64Encoded"].as_bool() {
        Some(true) => STANDARD.decode(body).unwrap_or_default(),
        _ => body.as_bytes().to_vec(),
    };
    headers.remove(header::CONTENT_LENGTH);
    response = (status, headers, bytes).into_response();
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_becomes_the_event_of_an_http_api() {
        let headers = [("host", "127.0.0.1:8080"), ("cookie", "a=1; b=2"), ("accept", "x"), ("accept", "y")];
        let mut sent = HeaderMap::new();
        for (name, value) in headers {
            sent.append(name, value.parse().unwrap());
        }
        let uri = "/api/admin/log?limit=2&category=a%20b".parse().unwrap();
        let event = request_event(&Method::POST, &uri, &sent, &Bytes::from_static(b"{}"));
        assert_eq!(event["rawPath"], "/api/admin/log");
        assert_eq!(event["cookies"], json!(["a=1", "b=2"]));
        assert_eq!(event["headers"], json!({ "host": "127.0.0.1:8080", "accept": "x,y" }));
        assert_eq!(event["queryStringParameters"], json!({ "limit": "2", "category": "a b" }));
        assert_eq!(
            (&event["body"], &event["requestContext"]["http"]["method"]),
            (&json!("e30="), &json!("POST"))
        );
    }

    #[test]
    fn an_answer_keeps_its_cookies_apart() {
        let said = json!({
            "statusCode": 303,
            "headers": { "location": "/admin" },
            "multiValueHeaders": { "location": ["/admin"], "vary": ["a", "b"] },
            "cookies": ["a=1; Path=/", "b=2"],
            "body": "e30=",
            "isBase64Encoded": true,
        });
        let response = response_of(&said);
        let all = |name: &str| response.headers().get_all(name).iter().cloned().collect::<Vec<_>>();
        assert_eq!(response.status(), StatusCode::SEE_OTHER);
        assert_eq!(all("set-cookie"), ["a=1; Path=/", "b=2"]);
        assert_eq!((all("location"), all("vary").len()), (vec![HeaderValue::from_static("/admin")], 2));
        assert_eq!(response_of(&json!("no answer")).status(), StatusCode::BAD_GATEWAY);
    }
}
