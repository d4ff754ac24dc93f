//! The two history searches: chat (Engagement History API) and messaging (Messaging Interactions API).

use crate::{client::LivePerson, wire};
use domain::{
    Channel, ConversationId, Scope, Search,
    ports::{Page, Source, SourceError},
};
use reqwest::Method;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU64, Ordering};

/// Who calls, at most 20 characters; LivePerson requires it and may throttle by it.
const SOURCE: &str = "Chatlink_Sync";

/// LivePerson takes no longer span for chats; the shortest month has this many.
const MONTH_MS: i64 = 28 * 86_400_000;
/// Nor for messaging; the shortest three months have this many.
const THREE_MONTHS_MS: i64 = 89 * 86_400_000;

/// What a messaging search gives back. Whatever is not listed does not come; visitor facts are only in `monitoring`,
/// attributes of unauthenticated visitors only in `unAuthSdes`, and neither is a default.
const MESSAGING_CONTENT: &[&str] = &[
    "campaign",
    "messageRecords",
    "agentParticipants",
    "consumerParticipants",
    "transfers",
    "interactions",
    "dialogs",
    "conversationSurveys",
    "latestAgentSurvey",
    "summary",
    "sdes",
    "unAuthSdes",
    "monitoring",
];

/// A filter with an upper bound needs both; no chat lasts ten years.
const LONGEST_SECONDS: i64 = 10 * 366 * 86_400;

impl LivePerson {
    async fn search(&self, service: &str, path: &str, body: &Value) -> Result<Page, SourceError> {
        let calls = AtomicU64::new(0);
        let url = self.service_url(service, path, &calls).await?;
        let answer = self.send(Method::POST, url, Some(body.to_string()), &calls).await?;
        read_page(answer, calls.load(Ordering::Relaxed))
    }

    fn chat_path(&self, paging: &str) -> String {
        let account = &self.settings.account;
        format!("/interaction_history/api/account/{account}/interactions/search?{paging}")
    }

    fn messaging_path(&self, rest: &str) -> String {
        let account = &self.settings.account;
        format!("/messaging_history/api/account/{account}/conversations/{rest}")
    }
}

impl Source for LivePerson {
    async fn read_page(&self, search: &Search, offset: u64, limit: u64) -> Result<Page, SourceError> {
        let paging = format!("offset={offset}&limit={limit}&sort=start%3Aasc&source={SOURCE}");
        match search.channel {
            Channel::Chat => {
                let path = self.chat_path(&paging);
                self.search("engHistDomain", &path, &chat_filter(search)).await
            }
            Channel::Messaging => {
                let path = self.messaging_path(&format!("search?v=2&{paging}"));
                self.search("msgHist", &path, &messaging_filter(search, self.now_ms())).await
            }
        }
    }

    async fn read_one(&self, channel: Channel, conversation: &ConversationId) -> Result<Page, SourceError> {
        let account = &self.settings.account;
        let own =
            conversation.as_str().strip_prefix(account.as_str()).and_then(|rest| rest.strip_prefix(':'));
        let Some(own) = own else {
            return Err(SourceError::Rejected {
                reason: format!("{conversation} is not of account {account}"),
            });
        };
        match channel {
            Channel::Chat => {
                // All time limits are ignored for a search by id, says LivePerson, and also that `start` is required.
                let path = self.chat_path(&format!("offset=0&limit=1&source={SOURCE}"));
                let now = self.now_ms();
                let body = json!({
                    "start": { "from": now - MONTH_MS, "to": now },
                    "engagementId": format!("{account}{own}"),
                });
                self.search("engHistDomain", &path, &body).await
            }
            Channel::Messaging => {
                let path = self.messaging_path(&format!("conversation/search?v=2&source={SOURCE}"));
                let body = json!({ "conversationId": own, "contentToRetrieve": MESSAGING_CONTENT });
                self.search("msgHist", &path, &body).await
            }
        }
    }
}

/// When the conversations started. Both bounds are included at LivePerson, ours is half-open.
fn start_filter(search: &Search) -> Value {
    json!({
        "from": search.starts.from().as_millisecond(),
        "to": search.starts.until().as_millisecond() - 1,
    })
}

fn chat_filter(search: &Search) -> Value {
    let mut body = json!({ "ended": true, "start": start_filter(search) });
    if let Scope::LastedAtLeast(seconds) = search.scope {
        body["duration"] = json!({ "from": seconds, "to": LONGEST_SECONDS });
    }
    body
}

fn messaging_filter(search: &Search, now_ms: i64) -> Value {
    let mut body = json!({
        "start": start_filter(search),
        "status": ["OPEN", "CLOSE"],
        "contentToRetrieve": MESSAGING_CONTENT,
    });
    match search.scope {
        Scope::All | Scope::LastedAtLeast(_) => {}
        Scope::UpdatedSince(since) => body["latestUpdateTime"] = json!({ "from": since.as_millisecond() }),
        Scope::Open => body["status"] = json!(["OPEN"]),
        Scope::EndedSince(since) => {
            body["status"] = json!(["CLOSE"]);
            let from = since.as_millisecond();
            body["end"] = json!({ "from": from, "to": now_ms.clamp(from, from + THREE_MONTHS_MS) });
        }
    }
    body
}

/// Finds the records in a page's body without copying them. An empty body (204) is an empty page.
fn read_page(body: String, calls: u64) -> Result<Page, SourceError> {
    if body.is_empty() {
        return Ok(Page { total: 0, body, records: Vec::new(), partial: false, calls });
    }
    let page: wire::HistoryPage<'_> = serde_json::from_str(&body)
        .map_err(|e| SourceError::Malformed { reason: format!("a page of conversations: {e}") })?;
    let start = body.as_ptr() as usize;
    let records = page.records.iter().map(|record| {
        let from = record.get().as_ptr() as usize - start;
        from..from + record.get().len()
    });
    let records = records.collect();
    let (total, partial) = (page.metadata.count, page.metadata.shards_status_result.partial_result);
    Ok(Page { total, body, records, partial, calls })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_keeps_each_record_as_it_came() {
        let body = r#"{"_metadata":{"count":7,"shardsStatusResult":{"partialResult":true}},
            "conversationHistoryRecords":[ {"info":{"conversationId":"a"}} , {"b":[1, 2]}]}"#;
        let page = read_page(body.to_owned(), 1).unwrap();
        assert_eq!((page.total, page.partial), (7, true));
        assert_eq!(
            page.records().collect::<Vec<_>>(),
            [r#"{"info":{"conversationId":"a"}}"#, r#"{"b":[1, 2]}"#]
        );
    }

    #[test]
    fn no_content_is_an_empty_page_and_garbage_is_said() {
        assert_eq!(read_page(String::new(), 1).unwrap().total, 0);
        assert!(matches!(read_page("<html>".to_owned(), 1), Err(SourceError::Malformed { .. })));
    }
}
