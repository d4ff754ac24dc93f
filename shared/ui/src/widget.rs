//! The page agents see beside a conversation, and the page their sign-in ends on.

use axum::{
    Router,
    http::{HeaderName, HeaderValue, header},
    response::IntoResponse,
    routing::get,
};

use crate::assets;

/// Where the documents take what the server knows.
const SDK: &str = "<!--liveperson-sdk-->";
const CODE: &str = "<!--code-->";
const SENTENCE: &str = "<!--sentence-->";

/// What the sign-in's last page may load; it holds a one-time code, so nobody frames it.
const HANDOVER_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; \
     frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/// The agents' page at `/ChatLink`, and the files it and [`handover_page`] load at `/assets/widget`. Its API is not
/// here. One router may hold these pages and the administrators'.
///
/// `sdk_url` is the address of LivePerson's widget SDK; `frame_ancestors` are the sources, separated by blanks, that
/// may frame the page.
///
/// # Panics
///
/// When the two hold what no header can carry, such as a line break: they are settings, read at the start.
pub fn widget_page(sdk_url: &str, frame_ancestors: &str) -> Router {
    let script = format!(r#"<script src="{}" async></script>"#, escaped(sdk_url));
    let page = assets::WIDGET.replacen(SDK, &script, 1);
    let policy = HeaderValue::from_str(&policy(sdk_url, frame_ancestors));
    // Panic safety: said above; a page without its policy must not be served.
    let policy =
        policy.expect("the address of LivePerson's SDK and the frame ancestors can be sent in a header");
    let answer = move || {
        let headers = headers(policy.clone(), "no-cache");
        let page = page.clone();
        async move { (headers, page) }
    };
    Router::new().route("/ChatLink", get(answer)).route("/assets/widget/{file}", get(assets::widget))
}

fn policy(sdk_url: &str, frame_ancestors: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self' {}; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
         frame-ancestors {}; base-uri 'none'; form-action 'self'",
        listed(origin(sdk_url)),
        listed(frame_ancestors)
    )
}

/// `https://host:port` of an address; of an address without a host, which is of our own origin, nothing.
fn origin(url: &str) -> &str {
    let Some((scheme, rest)) = url.split_once("://") else { return "" };
    let host = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    &url[..scheme.len() + 3 + host]
}

/// Sources as a policy lists them: nothing after what would end the directive and begin another.
fn listed(sources: &str) -> String {
    let end = sources.find([';', ',']).unwrap_or(sources.len());
    sources[..end].split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The document a sign-in ends on. With a code its script hands the code to the frame that opened the window and closes
/// it; `sentence` is what a person reads.
pub fn handover_page(code: Option<&str>, sentence: &str) -> impl IntoResponse + use<> {
    let meta = code.map(|code| format!(r#"<meta name="chatlink-code" content="{}">"#, escaped(code)));
    // The sentence first: a code that looked like a placeholder would still be a code.
    let page = assets::HANDOVER.replacen(SENTENCE, &escaped(sentence), 1);
    let page = page.replacen(CODE, &meta.unwrap_or_default(), 1);
    (headers(HeaderValue::from_static(HANDOVER_POLICY), "no-store"), page)
}

fn headers(policy: HeaderValue, cache: &'static str) -> [(HeaderName, HeaderValue); 5] {
    [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        (header::CACHE_CONTROL, HeaderValue::from_static(cache)),
    ]
}

/// Text as it may stand between tags and in quoted attributes.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            _ => safe.push(letter),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_origin_of_an_address_is_its_scheme_and_host() {
        let cases = [
            ("https://lpcdn.lpsnmedia.net/webagent/client-SDK.min.js", "https://lpcdn.lpsnmedia.net"),
            ("http://127.0.0.1:8081/webagent/client-SDK.min.js", "http://127.0.0.1:8081"),
            ("https://cdn.example?x=/", "https://cdn.example"),
            ("/webagent/client-SDK.min.js", ""),
        ];
        for (url, want) in cases {
            assert_eq!(origin(url), want, "{url}");
        }
    }

    #[test]
    fn sources_stay_in_their_directive() {
        let policy =
            policy("https://cdn.example/sdk.js", " https://*.liveperson.net\thttps://x.example;script-src *");
        assert!(policy.contains("script-src 'self' https://cdn.example;"), "{policy}");
        assert!(policy.contains("frame-ancestors https://*.liveperson.net https://x.example;"), "{policy}");
    }

    #[test]
    fn documents_have_the_places_they_need() {
        assert_eq!(assets::WIDGET.matches(SDK).count(), 1);
        assert_eq!(assets::HANDOVER.matches(CODE).count(), 1);
        assert_eq!(assets::HANDOVER.matches(SENTENCE).count(), 1);
    }
}
