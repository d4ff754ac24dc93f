//! The two history searches: chat (Engagement History API) and messaging (Messaging Interactions API).

use crate::{client::LivePerson, wire};
use domain::{
    Channel, SyncWindow,
    ports::{Page, Source, SourceError},
};
use reqwest::Method;
use serde_json::json;
use std::sync::atomic::{AtomicU64, Ordering};

/// Who calls, at most 20 characters; LivePerson requires it and may throttle by it.
const SOURCE: &str = "Chatlink_Sync";

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

impl LivePerson {
    /// One messaging conversation with all its attributes, or an empty page.
    ///
    /// # Errors
    /// Any [`SourceError`].
    pub async fn read_conversation(&self, conversation_id: &str) -> Result<Page, SourceError> {
        let path = format!(
            "/messaging_history/api/account/{}/conversations/conversation/search?v=2&source={SOURCE}",
            self.settings.account
        );
        let body = json!({ "conversationId": conversation_id, "contentToRetrieve": MESSAGING_CONTENT });
        self.search("msgHist", &path, &body).await
    }

    async fn search(&self, service: &str, path: &str, body: &serde_json::Value) -> Result<Page, SourceError> {
        let calls = AtomicU64::new(0);
        let url = self.service_url(service, path, &calls).await?;
        let answer = self.send(Method::POST, url, Some(body.to_string()), &calls).await?;
        read_page(answer, calls.load(Ordering::Relaxed))
    }
}

impl Source for LivePerson {
    async fn read_page(
        &self,
        channel: Channel,
        window: SyncWindow,
        offset: u64,
        limit: u64,
    ) -> Result<Page, SourceError> {
        // Both bounds are included at LivePerson, ours is half-open.
        let start = json!({
            "from": window.from().as_millisecond(),
            "to": window.until().as_millisecond() - 1,
        });
        let account = &self.settings.account;
        let paging = format!("offset={offset}&limit={limit}&sort=start%3Aasc&source={SOURCE}");
        match channel {
            Channel::Chat => {
                let path = format!("/interaction_history/api/account/{account}/interactions/search?{paging}");
                self.search("engHistDomain", &path, &json!({ "ended": true, "start": start })).await
            }
            Channel::Messaging => {
                let path =
                    format!("/messaging_history/api/account/{account}/conversations/search?v=2&{paging}");
                let body = json!({
                    "start": start,
                    "status": ["OPEN", "CLOSE"],
                    "contentToRetrieve": MESSAGING_CONTENT,
                });
                self.search("msgHist", &path, &body).await
            }
        }
    }
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
