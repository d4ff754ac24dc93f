//! An agent's session at Salesforce: whose tokens count when they expire.

use crate::harness::{Double, clock, pauses, says};
use ::salesforce::{AgentApi, AgentTokens, Retries, TokenKeeper};
use domain::{
    crm::{CrmError, CrmSession},
    ports::SinkError,
};
use serde_json::json;
use std::sync::Mutex;

/// What is kept of one session, for all requests to see.
struct Kept(Mutex<AgentTokens>);

impl TokenKeeper for &Kept {
    async fn kept(&self) -> Result<Option<AgentTokens>, SinkError> {
        Ok(Some(self.0.lock().unwrap().clone()))
    }

    async fn keep(&self, tokens: &AgentTokens) -> Result<(), SinkError> {
        *self.0.lock().unwrap() = tokens.clone();
        Ok(())
    }
}

fn tokens(access: &str, org: &Double) -> AgentTokens {
    AgentTokens {
        access_token: access.to_owned(),
        refresh_token: Some("refresh".to_owned()),
        instance_url: org.served.url.clone(),
    }
}

/// An org that takes this access token alone, and gives `given` to whoever brings the refresh token.
async fn org(taken: &'static str, given: &'static str) -> Double {
    Double::new(move |asked| {
        if asked.path.ends_with("/token") {
            let url = format!("http://{}", asked.host());
            return says(200, json!({ "access_token": given, "instance_url": url }).to_string());
        }
        if asked.header("authorization") == format!("Bearer {taken}") {
            return says(200, "[]");
        }
        says(401, r#"[{"message":"Session expired or invalid","errorCode":"INVALID_SESSION_ID"}]"#)
    })
    .await
}

/// Asks with the token this process knows, while another one is kept. What came of it, and how often tokens were renewed.
async fn ask(org: &Double, known: &str, kept: &str) -> (Result<usize, CrmError>, usize) {
    let api = AgentApi::new(&org.served.url, "key", Retries(pauses(2)), clock()).unwrap();
    let kept = Kept(Mutex::new(tokens(kept, org)));
    let session = api.session("v67.0", "005000000000001AAA", tokens(known, org), &kept);
    let answer = session.recent(5).await.map(|records| records.len());
    (answer, org.asked("/token").len())
}

#[tokio::test]
async fn tokens_another_request_has_kept_are_taken_over_and_renewed_when_they_have_expired_too() {
    let of_another = org("another's", "new").await;
    assert_eq!(ask(&of_another, "old", "another's").await, (Ok(0), 0));
    let expired_too = org("new", "new").await;
    assert_eq!(ask(&expired_too, "old", "another's").await, (Ok(0), 1));
}

#[tokio::test]
async fn a_session_whose_new_tokens_are_refused_is_over() {
    let org = org("none", "new").await;
    let (answer, renewed) = ask(&org, "old", "old").await;
    assert_eq!(answer, Err(CrmError::SessionOver));
    assert!(renewed <= 2, "{renewed} renewals");
}
