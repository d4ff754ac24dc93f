//! The agents' page and the end of a sign-in, as a browser asks for them.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderName, Request, Response, StatusCode, header},
    response::IntoResponse,
};
use tower::ServiceExt;

const SDK: &str = "https://lpcdn.lpsnmedia.net/webagent/client-SDK.min.js";
const ANCESTORS: &str = "https://*.liveperson.net https://*.liveperson.com";

async fn get(pages: Router, path: &str) -> Response<Body> {
    pages.oneshot(Request::get(path).body(Body::empty()).unwrap()).await.unwrap()
}

fn said<'a>(response: &'a Response<Body>, name: &HeaderName) -> &'a str {
    response.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

async fn text(response: Response<Body>) -> String {
    String::from_utf8(to_bytes(response.into_body(), usize::MAX).await.unwrap().to_vec()).unwrap()
}

fn loaded(page: &str) -> Vec<&str> {
    page.split('"').filter(|part| part.starts_with("/assets/")).collect()
}

#[tokio::test]
async fn the_page_may_be_framed_by_liveperson_and_loads_its_sdk() {
    let response = get(ui::widget_page(SDK, ANCESTORS), "/ChatLink").await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(
        said(&response, &header::CONTENT_SECURITY_POLICY),
        "default-src 'none'; script-src 'self' https://lpcdn.lpsnmedia.net; style-src 'self'; img-src 'self' data:; \
         connect-src 'self'; frame-ancestors https://*.liveperson.net https://*.liveperson.com; base-uri 'none'; \
         form-action 'self'"
    );
    assert_eq!(said(&response, &header::X_FRAME_OPTIONS), "");
    assert_eq!(said(&response, &header::X_CONTENT_TYPE_OPTIONS), "nosniff");
    assert_eq!(said(&response, &header::REFERRER_POLICY), "no-referrer");
    assert_eq!(said(&response, &header::CACHE_CONTROL), "no-cache");
    let page = text(response).await;
    assert!(page.contains(&format!(r#"<script src="{SDK}" async></script>"#)), "{page}");
    for inline in ["<style", " style=", " onclick=", "<script>"] {
        assert!(!page.contains(inline), "the policy refuses {inline}");
    }
}

#[tokio::test]
async fn the_page_is_one_script_and_one_style() {
    let page = text(get(ui::widget_page(SDK, ANCESTORS), "/ChatLink").await).await;
    let files = loaded(&page);
    assert_eq!(files.len(), 2, "{files:?}");
    for file in files {
        assert_eq!(get(ui::widget_page(SDK, ANCESTORS), file).await.status(), StatusCode::OK, "{file}");
    }
}

#[tokio::test]
async fn both_pages_fit_in_one_router() {
    let both = || ui::admin_pages().merge(ui::widget_page(SDK, ANCESTORS));
    for path in ["/admin", "/ChatLink"] {
        let page = text(get(both(), path).await).await;
        for file in loaded(&page) {
            assert_eq!(get(both(), file).await.status(), StatusCode::OK, "{file}");
        }
    }
}

#[tokio::test]
async fn an_address_cannot_leave_its_attribute() {
    let page = text(get(ui::widget_page("https://x.example/\"><b>", ANCESTORS), "/ChatLink").await).await;
    assert!(page.contains("https://x.example/&quot;&gt;&lt;b&gt;"), "{page}");
}

#[tokio::test]
async fn the_handover_holds_the_code_and_is_not_kept() {
    let response = ui::handover_page(Some("a\"b"), "You are signed in.").into_response();
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(said(&response, &header::CACHE_CONTROL), "no-store");
    assert_eq!(said(&response, &header::REFERRER_POLICY), "no-referrer");
    assert!(
        said(&response, &header::CONTENT_SECURITY_POLICY)
            .starts_with("default-src 'none'; script-src 'self';")
    );
    let page = text(response).await;
    assert!(page.contains(r#"<meta name="chatlink-code" content="a&quot;b">"#), "{page}");
    assert!(page.contains("You are signed in."), "{page}");
    for file in loaded(&page) {
        assert_eq!(get(ui::widget_page(SDK, ANCESTORS), file).await.status(), StatusCode::OK, "{file}");
    }
}

#[tokio::test]
async fn a_refused_sign_in_holds_a_sentence_and_no_code() {
    let page = text(ui::handover_page(None, "Salesforce said: <access_denied>").into_response()).await;
    assert!(!page.contains("chatlink-code"), "{page}");
    assert!(page.contains("Salesforce said: &lt;access_denied&gt;"), "{page}");
}
