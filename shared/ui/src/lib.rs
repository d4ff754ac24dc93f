#![doc = include_str!("../README.md")]

mod assets;
mod widget;

pub use widget::{handover_page, widget_page};

use axum::{
    Router,
    http::{HeaderName, HeaderValue, header},
    response::IntoResponse,
    routing::get,
};

/// What the administrators' page may load, and who may frame it: only its own files, and nobody.
pub const ADMIN_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

/// The administrators' page at `/admin` and everything below it, and the files it loads at `/assets`. Its API is not
/// here.
pub fn admin_pages() -> Router {
    Router::new()
        .route("/admin", get(admin))
        .route("/admin/", get(admin))
        .route("/admin/{*section}", get(admin))
        .route("/assets/{file}", get(assets::admin))
}

/// The same page for every section: the page reads the address.
async fn admin() -> impl IntoResponse {
    let headers: [(HeaderName, HeaderValue); 5] = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(ADMIN_POLICY)),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
    ];
    (headers, assets::ADMIN)
}
