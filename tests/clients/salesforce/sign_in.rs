//! Signing in, keeping the token, and what happens when it expires.

use super::{CLIENT_ID, CLIENT_SECRET, Org, TOGETHER, USERNAME, key, new_key, row, settings};
use crate::harness::{Double, clock, says, sends_to};
use ::salesforce::{Salesforce, Secret, Settings, TRANSCRIPT_OBJECT};
use domain::{
    configuration::LoginFlow,
    ports::{Sink, SinkError},
};
use futures::future::join_all;
use serde_json::json;
use std::sync::atomic::{AtomicU32, Ordering};

const QUERY: &str = "SELECT Id FROM LP_ChatTranscript__c";

/// Signs in by JWT bearer instead.
fn by_key(settings: &mut Settings, audience: &str) {
    settings.login.flow = LoginFlow::JwtBearer {
        client_id: CLIENT_ID.to_owned(),
        username: USERNAME.to_owned(),
        audience: audience.to_owned(),
    };
    settings.secret = Secret::PrivateKey(key().private_pem.clone());
}

#[tokio::test]
async fn a_private_key_signs_in() {
    let audiences = [None, Some("https://login.salesforce.com"), Some("https://test.salesforce.com")];
    for audience in audiences {
        let client = |settings: &mut Settings, url: &str| by_key(settings, audience.unwrap_or(url));
        let org = Org::with(&[], |_| (), client).await;
        assert_eq!(org.client.query(QUERY).await, Ok(Vec::new()), "{audience:?}");
        assert_eq!(org.calls("token"), 1);
    }
}

#[tokio::test]
async fn a_client_secret_signs_in() {
    let org = Org::new(&[]).await;
    assert_eq!(org.client.query(QUERY).await, Ok(Vec::new()));
    let with_slash = |settings: &mut Settings, _: &str| settings.login.login_url.push('/');
    let org = Org::with(&[], |_| (), with_slash).await;
    assert_eq!(org.client.query(QUERY).await, Ok(Vec::new()), "a slash at the end of the login URL");
}

#[tokio::test]
async fn what_salesforce_refuses_at_the_door_is_final_and_in_its_words() {
    type Change = fn(&mut Settings, &str);
    let cases: [(Change, &str); 6] = [
        (
            |settings, _| settings.secret = Secret::ClientSecret("hush-wrong".to_owned()),
            "invalid client credentials",
        ),
        (
            |settings, _| {
                settings.login.flow = LoginFlow::ClientCredentials { client_id: "somebody".to_owned() }
            },
            "client identifier invalid",
        ),
        (|settings, _| by_key(settings, "https://elsewhere.example.com"), "Audience validation failed"),
        (
            |settings, url| {
                by_key(settings, url);
                if let LoginFlow::JwtBearer { username, .. } = &mut settings.login.flow {
                    "nobody@chatlink.example.com".clone_into(username);
                }
            },
            "user hasn't approved this consumer",
        ),
        (
            |settings, url| {
                by_key(settings, url);
                if let LoginFlow::JwtBearer { client_id, .. } = &mut settings.login.flow {
                    "somebody".clone_into(client_id);
                }
            },
            "client identifier invalid",
        ),
        (
            |settings, url| {
                by_key(settings, url);
                settings.secret = Secret::PrivateKey(new_key().private_pem);
            },
            "invalid assertion",
        ),
    ];
    for (change, words) in cases {
        let org = Org::with(&[], |_| (), change).await;
        let error = org.client.upsert(&[row(1, "")], TOGETHER).await.unwrap_err();
        assert!(
            matches!(&error, SinkError::Unauthorized { reason } if reason.contains(words)),
            "{words}: {error:?}"
        );
        assert_eq!(org.simulator.switchboard().total_calls(), 1, "{words}: one sign-in and nothing else");
        for hidden in ["hush", "PRIVATE", "assertion="] {
            assert!(!format!("{error} {error:?}").contains(hidden), "{error:?}");
        }
    }
}

#[tokio::test]
async fn a_secret_that_cannot_belong_to_the_flow_is_refused_without_asking() {
    type Change = fn(&mut Settings, &str);
    let cases: [(Change, &str); 4] = [
        (|settings, _| settings.secret = Secret::PrivateKey(key().private_pem.clone()), "do not match"),
        (
            |settings, url| {
                by_key(settings, url);
                settings.secret = Secret::ClientSecret(CLIENT_SECRET.to_owned());
            },
            "do not match",
        ),
        (
            |settings, url| {
                by_key(settings, url);
                settings.secret = Secret::PrivateKey(key().public_pem.clone());
            },
            "PEM",
        ),
        (
            |settings, url| {
                by_key(settings, url);
                settings.secret = Secret::PrivateKey("hush, this is no key".to_owned());
            },
            "PEM",
        ),
    ];
    for (change, words) in cases {
        let org = Org::with(&[], |_| (), change).await;
        let error = org.client.describe(TRANSCRIPT_OBJECT).await.unwrap_err();
        assert!(
            matches!(&error, SinkError::Unauthorized { reason } if reason.contains(words)),
            "{words}: {error:?}"
        );
        assert!(!format!("{error} {error:?}").contains("hush"), "{error:?}");
        assert_eq!(org.simulator.switchboard().total_calls(), 0, "{words}");
    }
}

#[tokio::test]
async fn a_token_endpoint_that_is_busy_is_asked_again() {
    for fault in ["503:first=2", "lost-answer:nth=1", "rate_limit_exceeded:first=1", "unknown_error:first=2"]
    {
        let org = Org::new(&[&format!("salesforce:token:{fault}")]).await;
        assert_eq!(org.client.query(QUERY).await, Ok(Vec::new()), "{fault}");
        assert_eq!(org.calls("query"), 1, "{fault}");
    }
    let org = Org::new(&["salesforce:token:503"]).await;
    let error = org.client.query(QUERY).await.unwrap_err();
    assert!(matches!(error, SinkError::Unavailable { .. }), "{error:?}");
    assert_eq!(org.calls("token"), 3, "two pauses, three sign-ins");
}

#[tokio::test]
async fn a_token_endpoint_that_breaks_down_in_json_is_asked_again() {
    let broken = r#"{"error":"server_error","error_description":"please try again"}"#;
    for status in [500, 503, 429] {
        let tokens = AtomicU32::new(0);
        let org = Double::new(move |asked| match asked.path.as_str() {
            "/services/oauth2/token" if tokens.fetch_add(1, Ordering::Relaxed) == 0 => says(status, broken),
            "/services/oauth2/token" => {
                let url = format!("http://{}", asked.host());
                says(200, json!({ "access_token": "t-1", "instance_url": url }).to_string())
            }
            _ => says(200, r#"{"done":true,"records":[]}"#),
        })
        .await;
        let client = Salesforce::new(settings(&org.served.url), clock()).unwrap();
        assert_eq!(client.query(QUERY).await, Ok(Vec::new()), "{status}");
        assert_eq!(org.asked("/token").len(), 2, "{status}");
    }
}

#[tokio::test]
async fn one_token_serves_many_calls() {
    let org = Org::new(&[]).await;
    for answer in join_all((0..12).map(|_| org.client.query(QUERY))).await {
        assert_eq!(answer, Ok(Vec::new()));
    }
    for _ in 0..3 {
        org.client.describe(TRANSCRIPT_OBJECT).await.unwrap();
    }
    assert_eq!((org.calls("token"), org.calls("query"), org.calls("describe")), (1, 12, 3));
}

#[tokio::test]
async fn an_expired_session_costs_one_token_and_one_replay() {
    let org = Org::new(&[]).await;
    org.client.query(QUERY).await.unwrap();
    org.simulator.expire_sessions().unwrap();
    let upserted = org.client.upsert(&[row(1, "")], TOGETHER).await.unwrap();
    assert_eq!((upserted.calls, org.calls("collections-upsert"), org.calls("token")), (2, 2, 2));
    org.client.query(QUERY).await.unwrap();
    assert_eq!((org.calls("query"), org.calls("token")), (2, 2), "the new token is kept");
}

#[tokio::test]
async fn calls_whose_token_expires_together_share_the_new_one() {
    let org = Org::new(&[]).await;
    org.client.query(QUERY).await.unwrap();
    org.simulator.expire_sessions().unwrap();
    for answer in join_all((0..12).map(|_| org.client.query(QUERY))).await {
        assert_eq!(answer, Ok(Vec::new()));
    }
    assert_eq!(org.calls("token"), 2);
}

#[tokio::test]
async fn a_second_refusal_of_the_token_is_final() {
    for fault in ["401", "expire"] {
        let org = Org::new(&[&format!("salesforce:query:{fault}")]).await;
        let error = org.client.query(QUERY).await.unwrap_err();
        assert!(matches!(error, SinkError::Unauthorized { .. }), "{fault}: {error:?}");
        assert_eq!((org.calls("query"), org.calls("token")), (2, 2), "{fault}: one replay, one new token");
    }
}

#[tokio::test]
async fn a_refusal_that_no_new_token_cures_is_final_at_once() {
    let org = Double::new(|asked| {
        if asked.path.ends_with("/token") {
            let url = format!("http://{}", asked.host());
            return says(200, json!({ "access_token": "t-1", "instance_url": url }).to_string());
        }
        let message = "This session is not valid for use with the REST API";
        says(401, json!([{ "message": message, "errorCode": "INVALID_SESSION_ID" }]).to_string())
    })
    .await;
    let client = Salesforce::new(settings(&org.served.url), clock()).unwrap();
    let error = client.query(QUERY).await.unwrap_err();
    assert!(
        matches!(&error, SinkError::Unauthorized { reason } if reason.contains("not valid for use")),
        "{error:?}"
    );
    assert_eq!((org.asked("/token").len(), org.asked("/query").len()), (1, 1));
}

#[tokio::test]
async fn calls_go_where_the_token_says() {
    let org = Org::new(&[]).await;
    let instance = Double::new(|_| says(200, r#"{"done":true,"records":[]}"#)).await;
    let instance_url = instance.served.url.clone();
    let login = Double::new(move |_| {
        says(200, json!({ "access_token": "t-1", "instance_url": instance_url }).to_string())
    })
    .await;
    let client = Salesforce::new(settings(&login.served.url), clock()).unwrap();
    client.query(QUERY).await.unwrap();
    assert_eq!(
        (login.asked("/services/data").len(), instance.asked("/services/data/v67.0/query").len()),
        (0, 1)
    );
    assert_eq!(instance.asked("")[0].header("authorization"), "Bearer t-1");
    assert_eq!(org.simulator.switchboard().total_calls(), 0, "a client that is not used signs in nowhere");
}

#[tokio::test]
async fn no_redirect_is_followed() {
    let org = Double::new(|asked| match asked.path.as_str() {
        "/services/oauth2/token" => {
            let url = format!("http://{}", asked.host());
            says(200, json!({ "access_token": "t-1", "instance_url": url }).to_string())
        }
        "/elsewhere" => says(200, r#"{"done":true,"records":[]}"#),
        _ => sends_to(302, "/elsewhere"),
    })
    .await;
    let client = Salesforce::new(settings(&org.served.url), clock()).unwrap();
    let error = client.query(QUERY).await.unwrap_err();
    assert!(matches!(&error, SinkError::Rejected { status, .. } if status == "302"), "{error:?}");
    assert_eq!(org.asked("/elsewhere").len(), 0, "the token stays with the org it is for");
}

#[tokio::test]
async fn a_login_page_instead_of_a_token_is_malformed() {
    let org = Double::new(|_| says(200, "<html>Please log in</html>")).await;
    let client = Salesforce::new(settings(&org.served.url), clock()).unwrap();
    let error = client.query(QUERY).await.unwrap_err();
    assert!(matches!(error, SinkError::Malformed { .. }), "{error:?}");
    assert_eq!(org.asked("").len(), 1);
}
