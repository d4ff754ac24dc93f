//! Scripts and styles from memory. Their names carry their content's hash, so they may be kept for ever.

use axum::{
    extract::Path,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};

/// One file of the build.
struct Asset {
    name: &'static str,
    plain: &'static [u8],
    gzip: &'static [u8],
}

// A constant for every page, `ADMIN_ASSETS` and `WIDGET_ASSETS`, written by build.rs.
include!(concat!(env!("OUT_DIR"), "/pages.rs"));

pub(crate) async fn admin(Path(file): Path<String>, asked: HeaderMap) -> Response {
    serve(ADMIN_ASSETS, &file, &asked)
}

pub(crate) async fn widget(Path(file): Path<String>, asked: HeaderMap) -> Response {
    serve(WIDGET_ASSETS, &file, &asked)
}

fn serve(assets: &'static [Asset], file: &str, asked: &HeaderMap) -> Response {
    let Some(asset) = assets.iter().find(|asset| asset.name == file) else {
        let sentence = "There is no such file any more. Load the page again.";
        return (StatusCode::NOT_FOUND, [(header::CACHE_CONTROL, "no-store")], sentence).into_response();
    };
    let headers = [
        (header::CONTENT_TYPE, content_type(asset.name)),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::VARY, "accept-encoding"),
    ];
    if takes_gzip(asked) {
        (headers, [(header::CONTENT_ENCODING, "gzip")], asset.gzip).into_response()
    } else {
        (headers, asset.plain).into_response()
    }
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, extension)| extension) {
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

/// Whether `Accept-Encoding` names gzip, or anything, without refusing it by `q=0`.
fn takes_gzip(asked: &HeaderMap) -> bool {
    let offers = asked.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    let offers: Vec<(&str, f32)> = offers.flat_map(|offer| offer.split(',')).map(weighed).collect();
    let weight_of = |coding: &str| offers.iter().find(|(name, _)| name.eq_ignore_ascii_case(coding));
    weight_of("gzip").or_else(|| weight_of("*")).is_some_and(|(_, weight)| *weight > 0.0)
}

/// `gzip;q=0.5` as name and weight; a weight that is left out is 1.
fn weighed(offer: &str) -> (&str, f32) {
    let (name, parameters) = offer.split_once(';').unwrap_or((offer, ""));
    let weight = parameters.trim().strip_prefix("q=").and_then(|weight| weight.parse().ok());
    (name.trim(), weight.unwrap_or(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn gzip_is_sent_to_those_who_take_it() {
        let cases = [
            ("gzip, deflate, br", true),
            ("br, GZIP;q=0.5", true),
            ("*", true),
            ("gzip;q=0, *", false),
            ("gzip; q=0", false),
            ("br", false),
            ("", false),
        ];
        for (offer, want) in cases {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_str(offer).unwrap());
            assert_eq!(takes_gzip(&headers), want, "{offer:?}");
        }
        assert!(!takes_gzip(&HeaderMap::new()));
    }
}
