//! The latest Chat Transcript records, page by page, without their text.

use crate::{
    client::Salesforce,
    record::is_record_id,
    upsert::{EXTERNAL_ID, TRANSCRIPT_OBJECT},
};
use domain::ports::SinkError;
use jiff::Timestamp;
use serde_json::{Map, Value};
use std::{
    fmt,
    sync::atomic::{AtomicU64, Ordering},
};

/// Only what was synced, by a date that is indexed in every org.
const SYNCED: &str = "Last_Synced__c != null";
const ORDER: &str = "SystemModstamp DESC, Id DESC";

/// A Chat Transcript record as it is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedTranscript {
    /// 18-character record id.
    pub record: String,
    /// External id.
    pub conversation: String,
    /// `chat` or `messaging`.
    pub channel: Option<String>,
    /// When the conversation began.
    pub start: Option<Timestamp>,
    /// When the sync last wrote it.
    pub last_synced: Option<Timestamp>,
    /// When anybody last changed it, to the second.
    changed: Timestamp,
}

/// A page of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TranscriptPage {
    /// Latest change first.
    pub transcripts: Vec<ListedTranscript>,
    /// Where the next page begins, if there is one.
    pub next: Option<TranscriptCursor>,
    /// Calls it cost, retries included.
    pub calls: u64,
}

/// A place in the list, safe to stand in a URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TranscriptCursor {
    changed: Timestamp,
    record: String,
}

impl fmt::Display for TranscriptCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}~{}", self.changed, self.record)
    }
}

impl TranscriptCursor {
    /// Reads back what `to_string` gave; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<TranscriptCursor> {
        let (changed, record) = text.split_once('~')?;
        let changed = changed.parse().ok()?;
        is_record_id(record).then(|| TranscriptCursor { changed, record: record.to_owned() })
    }

    /// What comes after it. Nothing in it needs to be escaped: an instant we write, and letters and digits.
    fn condition(&self) -> String {
        let TranscriptCursor { changed, record } = self;
        format!(" AND (SystemModstamp < {changed} OR (SystemModstamp = {changed} AND Id < '{record}'))")
    }
}

impl Salesforce {
    /// At most `limit` of the records the sync wrote, those that changed last first.
    ///
    /// # Errors
    /// Any [`SinkError`].
    pub async fn latest_transcripts(
        &self,
        after: Option<&TranscriptCursor>,
        limit: usize,
    ) -> Result<TranscriptPage, SinkError> {
        let condition = after.map(TranscriptCursor::condition).unwrap_or_default();
        let soql = format!(
            "SELECT Id, {EXTERNAL_ID}, Channel__c, Started__c, Last_Synced__c, SystemModstamp \
             FROM {TRANSCRIPT_OBJECT} WHERE {SYNCED}{condition} ORDER BY {ORDER} LIMIT {}",
            limit + 1
        );
        let calls = AtomicU64::new(0);
        let rows = self.query_counted(&soql, &calls).await?;
        let mut transcripts = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        let more = transcripts.len() > limit;
        transcripts.truncate(limit);
        let next = transcripts
            .last()
            .filter(|_| more)
            .map(|last| TranscriptCursor { changed: last.changed, record: last.record.clone() });
        Ok(TranscriptPage { transcripts, next, calls: calls.load(Ordering::Relaxed) })
    }
}

fn read(row: &Map<String, Value>) -> Result<ListedTranscript, SinkError> {
    let malformed =
        |what: &str| SinkError::Malformed { reason: format!("a Chat Transcript record without {what}") };
    let text = |name: &str| row.get(name).and_then(Value::as_str);
    let instant = |name: &str| text(name).and_then(|text| text.parse::<Timestamp>().ok());
    Ok(ListedTranscript {
        record: text("Id").ok_or_else(|| malformed("Id"))?.to_owned(),
        conversation: text(EXTERNAL_ID).ok_or_else(|| malformed(EXTERNAL_ID))?.to_owned(),
        channel: text("Channel__c").map(str::to_owned),
        start: instant("Started__c"),
        last_synced: instant("Last_Synced__c"),
        changed: instant("SystemModstamp").ok_or_else(|| malformed("SystemModstamp"))?,
    })
}

/// Where people see a record: in Lightning where the org's address is one of My Domain, else where Salesforce itself
/// decides.
#[must_use]
pub fn record_url(instance_url: &str, object: &str, record: &str) -> String {
    match instance_url.strip_suffix(".my.salesforce.com") {
        Some(my_domain) => format!("{my_domain}.lightning.force.com/lightning/r/{object}/{record}/view"),
        None => format!("{instance_url}/{record}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_survives_a_url_and_nothing_else_is_one() {
        let text = "2026-03-01T09:00:00Z~a0T000000000001AAA";
        assert_eq!(TranscriptCursor::parse(text).unwrap().to_string(), text);
        for bad in
            ["", "2026-03-01T09:00:00Z", "soon~a0T000000000001AAA", "2026-03-01T09:00:00Z~' OR Id != '"]
        {
            assert_eq!(TranscriptCursor::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_record_is_seen_in_lightning_or_where_salesforce_decides() {
        for (instance, want) in [
            ("https://acme.my.salesforce.com", "https://acme.lightning.force.com/lightning/r/O__c/a01/view"),
            (
                "https://acme--uat.sandbox.my.salesforce.com",
                "https://acme--uat.sandbox.lightning.force.com/lightning/r/O__c/a01/view",
            ),
            ("http://127.0.0.1:8082", "http://127.0.0.1:8082/a01"),
        ] {
            assert_eq!(record_url(instance, "O__c", "a01"), want);
        }
    }
}
