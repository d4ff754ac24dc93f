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

    /// The published vector of OAuth Core 1.0 (appendix A.5), and four over requests like ours: a query that is encoded
    /// twice, a GET, and secrets whose characters must be encoded in the signing key.
    #[test]
    fn signatures_match_known_vectors() {
        let key = |consumer_key: &str,
                   consumer_secret: &str,
                   access_token: &str,
                   access_token_secret: &str| Credentials {
            consumer_key: consumer_key.into(),
            consumer_secret: consumer_secret.into(),
            access_token: access_token.into(),
            access_token_secret: access_token_secret.into(),
        };
        let (ours, token) = ("d392e7ff2e204d6c802e38fd775563d1", "61adad31204a4e6fab68d560f1ffb594");
        let plain = key(ours, "consumersecretconsumersecret0001", token, "tokensecrettokensecrettoken00002");
        let odd = key(ours, "a+b/c=d&e", token, "x%y z");
        let photos = key("dpf43f3p2l4k3l03", "kd94hf93k423kf44", "nnch734d00sl2jdk", "pfkkdhi9sl3r4s00");
        let chats = "https://enghist.lp.example/interaction_history/api/account/12345678/interactions/search\
            ?offset=0&limit=100&sort=start%3Aasc&source=LPSF_Sync_Chat";
        let messaging = "https://msghist.lp.example/messaging_history/api/account/12345678/conversations/search\
            ?offset=100&limit=100&sort=start%3Aasc&v=2&source=LPSF_Sync_Msg";
        let skills = "https://ac.lp.example/api/account/12345678/configuration/le-users/skills?v=4.0";
        let all_skills = format!("{skills}&select=%24all");
        let photo = "http://photos.example.net/photos?file=vacation.jpg&size=original";
        let cases = [
            (&photos, "get", photo, 1_191_242_096, "kllo9940pd9333jh", "tR3+Ty81lMeYAr/Fid0kMTYa/WM="),
            (
                &plain,
                "POST",
                chats,
                1_554_076_800,
                "c1c04ec4-3125-44cf-9c39-cccb9343541b",
                "QwCuwP/Caq6jz8prAOjtwFFtK00=",
            ),
            (
                &plain,
                "POST",
                messaging,
                1_554_076_801,
                "5f1d6c0e1b8b4c7f9d3b6a2e0c4f8a11",
                "FLa+pkdZK41GxHDKfPHlPB2mYw0=",
            ),
            (&plain, "GET", skills, 1_554_076_802, "nonce0000000000000003", "lmzo9q33SsgbSFSCmeqaisErSqI="),
            (&odd, "GET", &all_skills, 1_554_076_803, "n-_.~4", "q3flNPDPSV/P/uNLXQ+kY9LHM8g="),
        ];
        for (credentials, method, url, timestamp, nonce, signature) in cases {
            let header = authorization(credentials, method, &Url::parse(url).unwrap(), timestamp, nonce);
            let want = format!(r#"oauth_signature="{}""#, encode(signature));
            assert!(header.contains(&want), "{url}: {header}");
        }
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
