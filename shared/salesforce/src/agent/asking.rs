//! What an agent reads: descriptions, queries, what they used last.

use super::{
    AgentSession, Asked, TokenKeeper,
    cache::{Question, Told},
};
use crate::{refusal, wire};
use domain::{
    configuration::ObjectFacts,
    crm::{CrmError, RecentRecord, Record},
    ports::SinkError,
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Method;
use serde_json::{Value, json};
use std::sync::Arc;

/// A longer query would make the address longer than Salesforce takes; it goes into a body.
const LONGEST_IN_ADDRESS: usize = 8_000;
/// As many queries go together.
const TOGETHER: usize = 5;
/// What a reference to another subrequest is written with stays as it is.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'@').remove(b'{').remove(b'}').remove(b'.');

pub(super) fn malformed(what: &str, error: &dyn std::fmt::Display) -> CrmError {
    SinkError::Malformed { reason: format!("{what}: {error}") }.into()
}

impl<K: TokenKeeper> AgentSession<'_, K> {
    pub(super) async fn described(&self, object: &str) -> Result<Option<Arc<ObjectFacts>>, CrmError> {
        let (question, now) = (Question::Object(object.to_ascii_lowercase()), self.api.clock.now());
        if let Some(Told::Object(kept)) = self.api.cache.get(&self.user, &question, now) {
            return Ok(kept);
        }
        let asked = Asked::get(self.path(&format!("/sobjects/{object}/describe")));
        let described = match self.ask(&asked).await {
            Ok(text) => {
                let describe: wire::Describe = serde_json::from_str(&text)
                    .map_err(|e| malformed(&format!("describe of {object}"), &e))?;
                Some(Arc::new(ObjectFacts::from(describe)))
            }
            Err(CrmError::Sink(SinkError::Rejected { status, .. })) if status == "NOT_FOUND" => None,
            Err(error) => return Err(error),
        };
        self.api.cache.put(&self.user, question, Told::Object(described.clone()), now);
        Ok(described)
    }

    pub(super) async fn found(&self, queries: &[String]) -> Result<Vec<Vec<Record>>, CrmError> {
        let mut found = Vec::with_capacity(queries.len());
        for queries in queries.chunks(TOGETHER) {
            let answer = match queries {
                [only] if only.len() <= LONGEST_IN_ADDRESS => self.one_query(only).await.map(|one| vec![one]),
                several => self.several_queries(several).await,
            };
            found.extend(answer.inspect_err(|error| self.forget_if_outdated(error))?);
        }
        Ok(found)
    }

    async fn one_query(&self, query: &str) -> Result<Vec<Record>, CrmError> {
        let text = self.ask(&Asked::get(self.query_path(query))).await?;
        read_page(&text)
    }

    async fn several_queries(&self, queries: &[String]) -> Result<Vec<Vec<Record>>, CrmError> {
        let requests = queries.iter().enumerate().map(|(n, query)| self.query_request(n, query));
        let body = json!({ "allOrNone": false, "compositeRequest": requests.collect::<Vec<_>>() });
        let asked = Asked {
            method: Method::POST,
            path: self.path("/composite"),
            body: Some(body.to_string()),
            ..Asked::default()
        };
        let text = self.ask(&asked).await?;
        let answer: wire::CompositeAnswer<'_> =
            serde_json::from_str(&text).map_err(|e| malformed("a composite answer", &e))?;
        answer.composite_response.iter().map(read_part).collect()
    }

    pub(super) fn query_request(&self, n: usize, query: &str) -> Value {
        json!({ "method": "GET", "referenceId": format!("q{n}"), "url": self.query_path(query) })
    }

    fn query_path(&self, query: &str) -> String {
        self.path(&format!("/query?q={}", utf8_percent_encode(query, QUERY)))
    }

    pub(super) async fn recently_used(&self, most: usize) -> Result<Vec<RecentRecord>, CrmError> {
        let text = self.ask(&Asked::get(self.path(&format!("/recent?limit={most}")))).await?;
        let used: Vec<Record> = serde_json::from_str(&text).map_err(|e| malformed("recent records", &e))?;
        let read = |record: Record| {
            let text = |name: &str| record.get(name)?.as_str().map(str::to_owned);
            let object = record.get("attributes")?.get("type")?.as_str()?.to_owned();
            Some(RecentRecord { object, id: text("Id")?, name: text("Name").or_else(|| text("CaseNumber"))? })
        };
        Ok(used.into_iter().filter_map(read).collect())
    }

    /// A field or object that describe had a moment ago is gone, or hidden now.
    pub(super) fn forget_if_outdated(&self, error: &CrmError) {
        if let CrmError::Sink(SinkError::Rejected { status, .. }) = error
            && matches!(status.as_str(), "INVALID_FIELD" | "INVALID_TYPE")
        {
            self.api.cache.forget(&self.user);
        }
    }
}

pub(super) fn read_part(part: &wire::CompositePart<'_>) -> Result<Vec<Record>, CrmError> {
    match part.http_status_code {
        200 => read_page(part.body.get()),
        status => Err(refusal::of_request(status, part.body.get()).into()),
    }
}

/// The queries of the widget are bounded, so their first page is all there is.
fn read_page(text: &str) -> Result<Vec<Record>, CrmError> {
    let page: wire::QueryPage = serde_json::from_str(text).map_err(|e| malformed("a page of a query", &e))?;
    Ok(page.records)
}
