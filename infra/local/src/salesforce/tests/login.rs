//! Tokens: every grant, what it refuses, and what a token then opens.

use super::*;
use aws_lc_rs::{
    digest,
    encoding::AsDer,
    rsa::KeySize,
    signature::{KeyPair, RsaKeyPair},
};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use jsonwebtoken::{Algorithm, EncodingKey, Header};

const TOKEN: &str = "/services/oauth2/token";

#[tokio::test]
async fn client_credentials_open_the_api_without_a_refresh_token() {
    let client = Client::new().await;
    let reply = client.form(TOKEN, &[("grant_type", "client_credentials")]).await.json();
    assert_eq!(
        (&reply["instance_url"], &reply["token_type"], reply.get("refresh_token")),
        (&json!(URL), &json!("Bearer"), None)
    );
    assert!(reply["issued_at"].is_string() && reply.get("expires_in").is_none());
    for (fields, error) in [
        (vec![("grant_type", "client_credentials"), ("client_secret", "wrong")], "invalid_client"),
        (vec![("grant_type", "client_credentials"), ("client_id", "wrong")], "invalid_client_id"),
        (vec![("grant_type", "telepathy")], "unsupported_grant_type"),
        (vec![("grant_type", "password"), ("username", SYNC), ("password", "no")], "invalid_grant"),
        (vec![("grant_type", "refresh_token"), ("refresh_token", "gone")], "invalid_grant"),
    ] {
        let reply = client.form(TOKEN, &fields).await;
        assert_eq!((reply.status, &reply.json()["error"]), (400, &json!(error)), "{fields:?}");
    }
    client.simulator.expire_sessions().unwrap();
    assert_eq!(client.get("/sobjects").await.refusal(), (401, "INVALID_SESSION_ID".into()));
}

#[tokio::test]
async fn malformed_and_missing_authorization() {
    let mut client = Client::new().await;
    client.token = "never given".into();
    assert_eq!(client.get("/sobjects").await.refusal(), (401, "INVALID_SESSION_ID".into()));
    let request = Request::get(format!("{BASE}/sobjects"))
        .header("authorization", "Token x")
        .body(Body::empty())
        .unwrap();
    assert_eq!(client.send(request).await.refusal(), (401, "INVALID_AUTH_HEADER".into()));
    let unknown = Request::get("/services/data/v9.0/sobjects").body(Body::empty()).unwrap();
    assert_eq!(client.send(unknown).await.status, 404);
}

fn pem(label: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let lines: Vec<_> =
        text.as_bytes().chunks(64).map(|line| String::from_utf8_lossy(line).into_owned()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

#[tokio::test]
async fn jwt_bearer_checks_signature_and_claims() {
    let pair = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
    let public = pair.public_key().as_der().unwrap();
    let private = AsDer::<aws_lc_rs::encoding::Pkcs8V1Der<'_>>::as_der(&pair).unwrap();
    let key = EncodingKey::from_rsa_pem(pem("PRIVATE KEY", private.as_ref()).as_bytes()).unwrap();
    let public = pem("PUBLIC KEY", public.as_ref());
    let client = Client::with(|options| options.credentials.public_key_pem = Some(public)).await;
    let now = client.clock.now().as_second();
    let grant = "urn:ietf:params:oauth:grant-type:jwt-bearer";
    let good =
        json!({"iss": "consumer-key", "sub": SYNC, "aud": "https://login.salesforce.com", "exp": now + 180});
    let with = |name: &str, value: Value| {
        let mut claims = good.clone();
        claims[name] = value;
        claims
    };
    for (claims, want) in [
        (good.clone(), None),
        (with("aud", json!(URL)), None),
        (with("iss", json!("other")), Some("client identifier invalid")),
        (with("sub", json!("nobody@example.com")), Some("user hasn't approved this consumer")),
        (with("aud", json!("https://example.com")), Some("Audience validation failed")),
        (with("exp", json!(now - 1)), Some("invalid assertion")),
        (with("exp", json!(now + 301)), Some("invalid assertion")),
    ] {
        let assertion = jsonwebtoken::encode(&Header::new(Algorithm::RS256), &claims, &key).unwrap();
        let reply = client.form(TOKEN, &[("grant_type", grant), ("assertion", &assertion)]).await;
        assert_eq!(reply.json()["error_description"].as_str(), want, "{claims}");
        assert_eq!(reply.json().get("access_token").is_some(), want.is_none());
        assert!(reply.json().get("refresh_token").is_none());
        let mut forged = assertion.into_bytes();
        let at = forged.len() - 40;
        forged[at] = if forged[at] == b'A' { b'B' } else { b'A' };
        let forged = String::from_utf8(forged).unwrap();
        assert_eq!(client.form(TOKEN, &[("grant_type", grant), ("assertion", &forged)]).await.status, 400);
    }
}

#[tokio::test]
async fn an_agent_consents_and_pkce_is_checked() {
    let client = Client::new().await;
    let verifier = "v".repeat(64);
    let challenge = URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, verifier.as_bytes()));
    let redirect = "https://widget.example.com/callback";
    let ask = [
        ("response_type", "code"),
        ("redirect_uri", redirect),
        ("scope", "api refresh_token"),
        ("state", "s&1"),
        ("code_challenge", &challenge),
    ];
    let page = client
        .send(
            Request::get(format!(
                "/services/oauth2/authorize?client_id=consumer-key&{}",
                form_urlencoded::Serializer::new(String::new()).extend_pairs(ask).finish()
            ))
            .body(Body::empty())
            .unwrap(),
        )
        .await;
    assert!(
        page.text().contains("ilse.varga@agents.example.com") && page.text().contains("value=\"s&amp;1\"")
    );
    let decide = async |decision: &'static str| {
        let answer = [("username", "ilse.varga@agents.example.com"), ("decision", decision)];
        let reply = client.form("/services/oauth2/authorize", &[&ask[..], &answer].concat()).await;
        assert_eq!(reply.status, 302);
        let location = url::Url::parse(reply.header("location")).unwrap();
        location.query_pairs().into_owned().collect::<std::collections::HashMap<_, _>>()
    };
    let denied = decide("deny").await;
    assert_eq!((denied["error"].as_str(), denied["state"].as_str()), ("access_denied", "s&1"));
    let redeem = async |code: &str, verifier: &str| {
        client
            .form(
                TOKEN,
                &[
                    ("grant_type", "authorization_code"),
                    ("code", code),
                    ("redirect_uri", redirect),
                    ("code_verifier", verifier),
                ],
            )
            .await
    };
    let code = decide("allow").await["code"].clone();
    assert_eq!(redeem(&code, "wrong").await.json()["error"], "invalid_grant");
    assert_eq!(redeem(&code, &verifier).await.status, 400, "a code is used up by a wrong try");
    let late = decide("allow").await["code"].clone();
    client.clock.advance(16 * 60);
    assert_eq!(redeem(&late, &verifier).await.json()["error_description"], "expired authorization code");
    let code = decide("allow").await["code"].clone();
    let tokens = redeem(&code, &verifier).await.json();
    assert_eq!(redeem(&code, &verifier).await.status, 400, "a code works once");

    let refresh = async |token: &str| {
        client.form(TOKEN, &[("grant_type", "refresh_token"), ("refresh_token", token)]).await.json()
    };
    let first = tokens["refresh_token"].as_str().unwrap();
    assert!(refresh(first).await.get("refresh_token").is_none());
    client.simulator.rotate_refresh_tokens(true);
    let rotated = refresh(first).await;
    assert_ne!(rotated["refresh_token"], tokens["refresh_token"]);
    assert_eq!(refresh(first).await["error_description"], "expired access/refresh token");

    let mut agent = Client {
        simulator: client.simulator.clone(),
        clock: client.clock.clone(),
        token: rotated["access_token"].as_str().unwrap().into(),
    };
    let id = agent.create("Account", json!({"Name": "Quill & Co"})).await;
    let who = agent.get("/services/oauth2/userinfo").await.json();
    assert_eq!(agent.simulator.record(&id).unwrap()["CreatedById"], who["user_id"]);
    assert_eq!(
        client
            .form("/services/oauth2/revoke", &[("token", rotated["refresh_token"].as_str().unwrap())])
            .await
            .status,
        200
    );
    assert_eq!(agent.get("/sobjects").await.status, 401, "revoking a refresh token ends its sessions");
    agent.token = client.token.clone();
    assert_eq!(agent.get("/sobjects").await.status, 200);
}

#[tokio::test]
async fn expired_tokens_of_one_user_are_refreshed_and_others_go_on() {
    let client = Client::new().await;
    let consent = [
        ("response_type", "code"),
        ("redirect_uri", "https://widget.example.com/callback"),
        ("scope", "api refresh_token openid"),
        ("prompt", "login"),
        ("username", TOMO),
        ("decision", "allow"),
    ];
    let reply = client.form("/services/oauth2/authorize", &consent).await;
    let location = url::Url::parse(reply.header("location")).unwrap();
    let code = location.query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned();
    let redeem = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", "https://widget.example.com/callback"),
    ];
    let tokens = client.form(TOKEN, &redeem).await.json();
    let mut tomo = client.acting_as(TOMO);
    tomo.token = tokens["access_token"].as_str().unwrap().into();
    let ilse = client.acting_as(ILSE);
    assert_eq!(tomo.get("/sobjects").await.status, 200);
    assert!(client.simulator.expire_tokens(TOMO).unwrap());
    assert!(!client.simulator.expire_tokens("nobody@example.com").unwrap());
    assert_eq!(tomo.get("/sobjects").await.refusal(), (401, "INVALID_SESSION_ID".into()));
    assert_eq!((ilse.get("/sobjects").await.status, client.get("/sobjects").await.status), (200, 200));
    let refresh =
        [("grant_type", "refresh_token"), ("refresh_token", tokens["refresh_token"].as_str().unwrap())];
    let again = client.form(TOKEN, &refresh).await.json();
    assert!(again.get("refresh_token").is_none(), "the old one stays");
    tomo.token = again["access_token"].as_str().unwrap().into();
    assert_eq!(tomo.get("/sobjects").await.status, 200);
}

#[tokio::test]
async fn a_sixth_login_ends_the_first() {
    let client = Client::new().await;
    let mut given = Vec::new();
    for _ in 0..6 {
        let consent = [
            ("response_type", "code"),
            ("redirect_uri", "https://widget.example.com/callback"),
            ("scope", "api refresh_token"),
            ("username", TOMO),
            ("decision", "allow"),
        ];
        let reply = client.form("/services/oauth2/authorize", &consent).await;
        let location = url::Url::parse(reply.header("location")).unwrap();
        let code = location.query_pairs().next().unwrap().1.into_owned();
        let redeem = [
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("redirect_uri", "https://widget.example.com/callback"),
        ];
        let tokens = client.form(TOKEN, &redeem).await.json();
        given.push(tokens["refresh_token"].as_str().unwrap().to_owned());
    }
    let refresh = async |token: &str| {
        client.form(TOKEN, &[("grant_type", "refresh_token"), ("refresh_token", token)]).await.status
    };
    assert_eq!(
        (refresh(&given[0]).await, refresh(&given[1]).await, refresh(&given[5]).await),
        (400, 200, 200)
    );
}

#[tokio::test]
async fn soap_login_and_identity() {
    let mut client = Client::new().await;
    let login = async |password: &str| {
        let envelope = format!(
            "<e:Envelope><e:Body><login xmlns=\"urn:partner.soap.sforce.com\"><username>{SYNC}</username><password>{password}</password></login></e:Body></e:Envelope>"
        );
        client
            .send(
                Request::post("/services/Soap/u/59.0")
                    .header("content-type", "text/xml")
                    .body(Body::from(envelope))
                    .unwrap(),
            )
            .await
    };
    let refused = login("no").await;
    assert_eq!(refused.status, 500);
    assert!(refused.text().contains("<faultstring>INVALID_LOGIN: "), "{}", refused.text());
    let text = login("harbour-7").await.text();
    client.token = text.split("<sessionId>").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let identity = client.get("").await.json()["identity"].as_str().unwrap().replace(URL, "");
    let request = Request::get(&identity)
        .header("authorization", format!("Bearer {}", client.token))
        .body(Body::empty())
        .unwrap();
    assert_eq!(client.send(request).await.json()["username"], SYNC);
    let anonymous = client.send(Request::get(&identity).body(Body::empty()).unwrap()).await;
    assert_eq!((anonymous.status, anonymous.text().as_str()), (403, "Missing_OAuth_Token"));
}
