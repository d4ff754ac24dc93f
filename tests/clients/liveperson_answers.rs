//! The LivePerson client against servers that answer as the simulator never does.

use crate::harness::{Asked, Bound, Double, clock, pauses, says, sends_to, window};
use ::liveperson::{Credentials, LivePerson, Retries, Settings};
use axum::response::Response;
use domain::{
    Channel, Scope, Search,
    ports::{Page, Source, SourceError},
};
use serde_json::{Value, json};

const ACCOUNT: &str = "le20020002";

fn client(domain_url: &str) -> LivePerson {
    let settings = Settings {
        domain_url: domain_url.parse().unwrap(),
        account: ACCOUNT.to_owned(),
        credentials: Credentials {
            consumer_key: "app-key".to_owned(),
            consumer_secret: "hush-1".to_owned(),
            access_token: "token".to_owned(),
            access_token_secret: "hush-2".to_owned(),
        },
        retries: Retries { throttled: pauses(1), unavailable: pauses(1) },
    };
    LivePerson::new(settings, clock()).unwrap()
}

/// Names this host for every service.
fn hosts(host: &str) -> Response {
    let service = |name: &str| json!({ "service": name, "account": ACCOUNT, "baseURI": host });
    let all = ["engHistDomain", "msgHist", "accountConfigReadOnly"].map(service);
    says(200, json!({ "baseURIs": all }).to_string())
}

/// An account whose services all answer like this.
async fn account(tell: impl Fn(&Asked) -> Response + Send + Sync + 'static) -> Double {
    Double::new(
        move |asked| if asked.path.ends_with("baseURI.json") { hosts(asked.host()) } else { tell(asked) },
    )
    .await
}

async fn read(double: &Double, channel: Channel) -> Result<Page, SourceError> {
    let day = window("2026-02-20T00:00:00Z", "2026-02-21T00:00:00Z");
    let search = Search { channel, starts: day, scope: Scope::All };
    client(&double.served.url).read_page(&search, 200, 100).await
}

#[tokio::test]
async fn searches_ask_as_livepersons_documentation_says() {
    let double = account(|_| says(204, "")).await;
    for channel in Channel::ALL {
        read(&double, channel).await.unwrap();
    }
    let window = json!({ "from": 1_771_545_600_000_i64, "to": 1_771_631_999_999_i64 });
    for (path, version) in [("/interaction_history/", ""), ("/messaging_history/", "v=2&")] {
        let asked = double.asked(path).swap_remove(0);
        assert_eq!(asked.method, "POST");
        assert_eq!(
            asked.query,
            format!("{version}offset=200&limit=100&sort=start%3Aasc&source=Chatlink_Sync")
        );
        assert!(asked.path.contains(&format!("/account/{ACCOUNT}/")), "{}", asked.path);
        assert_eq!(asked.header("content-type"), "application/json");
        let authorization = asked.header("authorization");
        assert!(authorization.starts_with("OAuth ") && !authorization.contains("hush"), "{authorization}");
        let body: Value = serde_json::from_str(&asked.body).unwrap();
        assert_eq!(body["start"], window, "both bounds are included at LivePerson");
    }
    let chat: Value = serde_json::from_str(&double.asked("/interaction_history/")[0].body).unwrap();
    assert_eq!(chat["ended"], true);
    let messaging: Value = serde_json::from_str(&double.asked("/messaging_history/")[0].body).unwrap();
    assert_eq!(messaging["status"], json!(["OPEN", "CLOSE"]));
    for part in ["messageRecords", "unAuthSdes", "monitoring"] {
        assert!(messaging["contentToRetrieve"].as_array().unwrap().contains(&json!(part)), "{part}");
    }
}

#[tokio::test]
async fn each_attempt_is_signed_anew() {
    let double = account(|_| says(503, "busy")).await;
    read(&double, Channel::Chat).await.unwrap_err();
    let asked = double.asked("/interaction_history/");
    assert_eq!(asked.len(), 2);
    assert_ne!(
        asked[0].header("authorization"),
        asked[1].header("authorization"),
        "a nonce is good for once"
    );
}

#[tokio::test]
async fn no_content_is_an_empty_page() {
    let double = account(|_| says(204, "")).await;
    for channel in Channel::ALL {
        let page = read(&double, channel).await.unwrap();
        assert_eq!((page.total, page.records.len(), page.partial), (0, 0, false), "{channel}");
    }
}

#[tokio::test]
async fn deleted_skills_are_left_out() {
    let skills = json!([
        { "id": 31, "name": "Workshop", "deleted": false },
        { "id": 32, "name": "Fax line", "deleted": true },
        { "id": "33", "name": "Night desk" },
    ]);
    let double = account(move |_| says(200, skills.to_string())).await;
    let skills = client(&double.served.url).skills().await.unwrap();
    let skills: Vec<_> = skills.iter().map(|skill| (skill.id.as_str(), skill.name.as_str())).collect();
    assert_eq!(skills, [("31", "Workshop"), ("33", "Night desk")]);
    let asked = double.asked("/le-users/skills");
    assert_eq!((asked[0].method.as_str(), asked[0].query.as_str()), ("GET", "v=4.0"));
}

#[tokio::test]
async fn no_redirect_is_followed() {
    for (status, calls) in [(301, 1), (302, 2), (303, 1), (307, 1), (308, 1)] {
        let double = account(move |asked| match asked.path.as_str() {
            "/elsewhere" => says(200, r#"{"_metadata":{"count":0}}"#),
            _ => sends_to(status, "/elsewhere"),
        })
        .await;
        let error = read(&double, Channel::Chat).await.unwrap_err();
        // Engagement History means "too many requests" by 302.
        let throttled = error == SourceError::Throttled;
        assert_eq!(throttled, status == 302, "{status}: {error:?}");
        assert!(throttled || matches!(error, SourceError::Rejected { .. }), "{status}: {error:?}");
        assert_eq!(double.asked("/elsewhere").len(), 0, "{status}");
        assert_eq!(double.asked("/interaction_history/").len(), calls, "{status}");
    }
}

#[tokio::test]
async fn an_error_may_say_what_it_means_in_any_shape() {
    let html = format!("<html><body><h1>Gateway</h1>{}</body></html>", "<p>busy</p>".repeat(500));
    let rejected_token = r#"{"reason":"oauth_problem=token_rejected","message":"unauthorized"}"#;
    let cases = [
        (400, html.clone(), "Rejected", "<h1>Gateway</h1>"),
        (503, html, "Unavailable", "<h1>Gateway</h1>"),
        (500, "plain words".to_owned(), "Unavailable", "plain words"),
        (500, String::new(), "Unavailable", "status 500"),
        (404, "null".to_owned(), "Rejected", "status 404"),
        (401, "oauth_problem=token_expired".to_owned(), "Unauthorized", "token_expired"),
        (401, rejected_token.to_owned(), "Unauthorized", "token_rejected"),
        (403, r#"{"message":"no such privilege"}"#.to_owned(), "Unauthorized", "no such privilege"),
        (400, r#"{"error":{"message":"bad filter","internalCode":17}}"#.to_owned(), "Rejected", "bad filter"),
        (400, r#"{"error":"bad filter"}"#.to_owned(), "Rejected", "bad filter"),
        (
            400,
            r#"{"causes":["limit: too large","offset: too small"],"message":"no"}"#.to_owned(),
            "Rejected",
            "offset: too",
        ),
        (418, "[1, 2]".to_owned(), "Rejected", "status 418"),
    ];
    for (status, body, kind, words) in cases {
        let sent = body.clone();
        let double = account(move |_| says(status, sent.clone())).await;
        let error = read(&double, Channel::Messaging).await.unwrap_err();
        assert!(format!("{error:?}").starts_with(kind), "{status} {body:.60}: {error:?}");
        let said = error.to_string();
        assert!(said.contains(words) && said.contains(&status.to_string()), "{status} {body:.60}: {said}");
        assert!(said.len() < 500, "a log entry is short: {said}");
        let calls = if kind == "Unavailable" { 2 } else { 1 };
        assert_eq!(double.asked("/messaging_history/").len(), calls, "{status} {body:.60}");
    }
}

#[tokio::test]
async fn an_answer_that_is_no_page_is_malformed_and_not_asked_for_again() {
    let bodies = [
        "<html>login</html>",
        "[]",
        r#"{"conversationHistoryRecords":[]}"#,
        r#"{"_metadata":{"count":"many"}}"#,
    ];
    for body in bodies {
        let double = account(move |_| says(200, body)).await;
        let error = read(&double, Channel::Messaging).await.unwrap_err();
        assert!(matches!(error, SourceError::Malformed { .. }), "{body}: {error:?}");
        assert_eq!(double.asked("/messaging_history/").len(), 1, "{body}");
        let skills = client(&double.served.url).skills().await;
        assert!(body == "[]" || matches!(skills, Err(SourceError::Malformed { .. })), "{body}: {skills:?}");
    }
}

#[tokio::test]
async fn a_directory_that_names_no_host_is_malformed() {
    for (list, words) in [
        (r#"{"baseURIs":[]}"#, "msgHist"),
        (r#"{"baseURIs":[{"service":"msgHist","baseURI":"not a host"}]}"#, "msgHist"),
        (r#"{"service":"msgHist"}"#, "Domain API"),
        ("<html>", "Domain API"),
    ] {
        let double = Double::new(move |_| says(200, list)).await;
        let error = read(&double, Channel::Messaging).await.unwrap_err();
        assert!(
            matches!(&error, SourceError::Malformed { reason } if reason.contains(words)),
            "{list}: {error:?}"
        );
        assert_eq!(double.asked("").len(), 1, "{list}");
    }
}

#[tokio::test]
async fn nobody_at_home_is_unavailable() {
    let bound = Bound::new().await;
    let url = bound.url();
    drop(bound);
    let error = client(&url).skills().await.unwrap_err();
    assert!(matches!(error, SourceError::Unavailable { .. }), "{error:?}");
    assert!(!error.to_string().contains(ACCOUNT), "no address in a log: {error}");
}
