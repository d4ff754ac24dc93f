//! SOQL queries, page by page.

use crate::{client::Salesforce, wire};
use domain::ports::SinkError;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Method;
use serde_json::{Map, Value};
use std::sync::atomic::AtomicU64;

impl Salesforce {
    /// All records of a query. Follows `nextRecordsUrl` to the end, so the query itself must be bounded.
    ///
    /// Literals inside `soql` must already be escaped.
    ///
    /// # Errors
    /// Any [`SinkError`].
    pub async fn query(&self, soql: &str) -> Result<Vec<Map<String, Value>>, SinkError> {
        self.query_counted(soql, &AtomicU64::new(0)).await
    }

    /// The same; every call is added to `calls`.
    pub(crate) async fn query_counted(
        &self,
        soql: &str,
        calls: &AtomicU64,
    ) -> Result<Vec<Map<String, Value>>, SinkError> {
        let mut path = self.data_path(&format!("/query?q={}", utf8_percent_encode(soql, NON_ALPHANUMERIC)));
        let mut records = Vec::new();
        loop {
            let body = self.send(Method::GET, &path, None, calls).await?;
            let page: wire::QueryPage = serde_json::from_str(&body)
                .map_err(|e| SinkError::Malformed { reason: format!("a page of a query: {e}") })?;
            records.extend(page.records);
            match page.next_records_url {
                Some(next) if !page.done => path = next,
                _ => return Ok(records),
            }
        }
    }
}
