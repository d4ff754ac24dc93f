//! OAuth 1.0a (RFC 5849) request signing with HMAC-SHA1, as LivePerson's API keys use it.

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha1::Sha1;
use std::fmt;
use url::Url;

/// Everything but letters, digits and `-._~` is encoded (RFC 5849 §3.6).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The four strings of a LivePerson API key.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// Consumer Key; LivePerson's screen says App key.
    pub consumer_key: String,
    /// Consumer Secret.
    pub consumer_secret: String,
    /// Access Token.
    pub access_token: String,
    /// Access Token Secret.
    pub access_token_secret: String,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("consumer_key", &self.consumer_key).finish_non_exhaustive()
    }
}

/// Encodes for a signature base string or an `Authorization` field.
#[must_use]
pub fn encode(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// The text that is signed: method, URL without query, and every parameter, sorted.
///
/// `parameters` are the `oauth_*` ones without the signature; those of the URL's query are added here.
#[must_use]
pub fn base_string(method: &str, url: &Url, parameters: &[(&str, &str)]) -> String {
    let mut pairs: Vec<(String, String)> = url
        .query_pairs()
        .map(|(name, value)| (encode(&name), encode(&value)))
        .chain(parameters.iter().map(|(name, value)| (encode(name), encode(value))))
        .collect();
    pairs.sort();
    let joined = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&");
    // `Url` has lower-cased scheme and host and left the default port out, as the RFC asks.
    let place = &url[..url::Position::AfterPath];
    format!("{}&{}&{}", method.to_ascii_uppercase(), encode(place), encode(&joined))
}

/// Base64 of the HMAC-SHA1 of a base string.
#[must_use]
pub fn sign(base_string: &str, consumer_secret: &str, token_secret: &str) -> String {
    let key = format!("{}&{}", encode(consumer_secret), encode(token_secret));
    // HMAC takes a key of any length, so this never fails.
    Hmac::<Sha1>::new_from_slice(key.as_bytes())
        .map(|mut mac| {
            mac.update(base_string.as_bytes());
            STANDARD.encode(mac.finalize().into_bytes())
        })
        .unwrap_or_default()
}

/// The `Authorization` header of one request.
///
/// `timestamp` is in Unix seconds; `nonce` must differ between requests of one second.
#[must_use]
pub fn authorization(
    credentials: &Credentials,
    method: &str,
    url: &Url,
    timestamp: i64,
    nonce: &str,
) -> String {
    let timestamp = timestamp.to_string();
    let parameters = [
        ("oauth_consumer_key", credentials.consumer_key.as_str()),
        ("oauth_nonce", nonce),
        ("oauth_signature_method", "HMAC-SHA1"),
        ("oauth_timestamp", &timestamp),
        ("oauth_token", &credentials.access_token),
        ("oauth_version", "1.0"),
    ];
    let base = base_string(method, url, &parameters);
    let signature = sign(&base, &credentials.consumer_secret, &credentials.access_token_secret);
    let fields = parameters.iter().copied().chain([("oauth_signature", signature.as_str())]);
    let fields = fields.map(|(name, value)| format!("{name}=\"{}\"", encode(value))).collect::<Vec<_>>();
    format!("OAuth {}", fields.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The published vector of OAuth Core 1.0, appendix A.5, and one with a query that is encoded twice.
    #[test]
    fn signatures_match_known_vectors() {
        let photos = Credentials {
            consumer_key: "dpf43f3p2l4k3l03".into(),
            consumer_secret: "kd94hf93k423kf44".into(),
            access_token: "nnch734d00sl2jdk".into(),
            access_token_secret: "pfkkdhi9sl3r4s00".into(),
        };
        let url = Url::parse("http://photos.example.net/photos?file=vacation.jpg&size=original").unwrap();
        let header = authorization(&photos, "get", &url, 1_191_242_096, "kllo9940pd9333jh");
        assert!(header.contains(r#"oauth_signature="tR3%2BTy81lMeYAr%2FFid0kMTYa%2FWM%3D""#), "{header}");
    }

    #[test]
    fn the_base_string_sorts_and_encodes_as_the_rfc_says() {
        let url = Url::parse("HTTPS://Chat.Example:443/a/search?sort=start%3Aasc&limit=100&empty=&a=%C3%A9")
            .unwrap();
        let base = base_string("POST", &url, &[("oauth_nonce", "n"), ("a", "b c")]);
        let want = "POST&https%3A%2F%2Fchat.example%2Fa%2Fsearch&a%3D%25C3%25A9%26a%3Db%2520c%26empty%3D%26limit%3D100%26oauth_nonce%3Dn%26sort%3Dstart%253Aasc";
        assert_eq!(base, want);
    }

    #[test]
    fn secrets_do_not_show_in_debug() {
        let credentials = Credentials {
            consumer_key: "key".into(),
            consumer_secret: "hush1".into(),
            access_token: "hush2".into(),
            access_token_secret: "hush3".into(),
        };
        assert!(!format!("{credentials:?}").contains("hush"));
    }
}
