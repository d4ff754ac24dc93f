//! The pages as a browser asks for them.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

use axum::{
    body::{Body, to_bytes},
    http::{HeaderName, Request, Response, StatusCode, header},
};
use tower::ServiceExt;

async fn get(path: &str, encodings: &str) -> Response<Body> {
    let request = Request::get(path).header(header::ACCEPT_ENCODING, encodings);
    ui::admin_pages().oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
}

fn said<'a>(response: &'a Response<Body>, name: &HeaderName) -> &'a str {
    response.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

async fn body(response: Response<Body>) -> Vec<u8> {
    to_bytes(response.into_body(), usize::MAX).await.unwrap().to_vec()
}

async fn page() -> String {
    String::from_utf8(body(get("/admin", "").await).await).unwrap()
}

/// Paths of the files the page loads.
fn loaded(page: &str) -> Vec<String> {
    page.split('"').filter(|part| part.starts_with("/assets/")).map(str::to_owned).collect()
}

#[tokio::test]
async fn every_section_answers_the_page_with_its_headers() {
    let front = page().await;
    for path in ["/admin", "/admin/", "/admin/log?category=callout", "/admin/objects/Order__c/fields"] {
        let response = get(path, "gzip").await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        assert_eq!(said(&response, &header::CONTENT_TYPE), "text/html; charset=utf-8", "{path}");
        assert_eq!(said(&response, &header::CONTENT_SECURITY_POLICY), ui::ADMIN_POLICY, "{path}");
        assert_eq!(said(&response, &header::X_CONTENT_TYPE_OPTIONS), "nosniff", "{path}");
        assert_eq!(said(&response, &header::REFERRER_POLICY), "no-referrer", "{path}");
        assert_eq!(said(&response, &header::CACHE_CONTROL), "no-cache", "{path}");
        assert_eq!(body(response).await, front.as_bytes(), "{path}");
    }
}

#[tokio::test]
async fn the_page_loads_one_script_and_one_style_and_holds_none() {
    let page = page().await;
    let files = loaded(&page);
    assert_eq!(files.iter().filter(|file| file.ends_with(".js")).count(), 1, "{files:?}");
    assert_eq!(files.iter().filter(|file| file.ends_with(".css")).count(), 1, "{files:?}");
    for inline in ["<style", " style=", " onclick=", "<script>"] {
        assert!(!page.contains(inline), "the policy refuses {inline}");
    }
}

#[tokio::test]
async fn files_are_kept_for_ever_and_compressed_for_those_who_take_it() {
    for file in loaded(&page().await) {
        let (plain, packed) = (get(&file, "br").await, get(&file, "br, gzip").await);
        let kind = if file.ends_with(".js") { "text/javascript" } else { "text/css" };
        for response in [&plain, &packed] {
            assert_eq!(response.status(), StatusCode::OK, "{file}");
            assert!(said(response, &header::CONTENT_TYPE).starts_with(kind), "{file}");
            assert!(said(response, &header::CACHE_CONTROL).contains("immutable"), "{file}");
            assert_eq!(said(response, &header::X_CONTENT_TYPE_OPTIONS), "nosniff", "{file}");
            assert_eq!(said(response, &header::VARY), "accept-encoding", "{file}");
        }
        assert_eq!(said(&plain, &header::CONTENT_ENCODING), "");
        assert_eq!(said(&packed, &header::CONTENT_ENCODING), "gzip");
        let (plain, packed) = (body(plain).await, body(packed).await);
        assert_eq!(packed[..2], [0x1f, 0x8b], "{file} is gzip");
        assert!(packed.len() * 2 < plain.len(), "{file}: {} of {}", packed.len(), plain.len());
    }
}

#[tokio::test]
async fn what_is_not_there_is_404() {
    for path in ["/assets/admin-00000000.js", "/assets/", "/assets/../Cargo.toml", "/administration", "/"] {
        assert_eq!(get(path, "gzip").await.status(), StatusCode::NOT_FOUND, "{path}");
    }
}
