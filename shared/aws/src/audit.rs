//! The audit: who changed the configuration, when and in what.
//!
//! Key `audit`, sort the version the change made, ten digits wide, so that they read in order. Kept for ever.

use crate::{
    attributes::{Item, Reader, item, number, stamped, text},
    table::{DynamoTable, KEY, SORT},
    unavailable,
};
use aws_sdk_dynamodb::types::{Put, TransactWriteItem};
use domain::{configuration::Change, ports::StoreError};
use jiff::Timestamp;

const AUDIT: &str = "audit";
/// DynamoDB keeps items of 400 KB. What of an entry's changes goes beyond this many bytes is counted, not kept.
const MOST_BYTES: usize = 300_000;

/// One change of the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// The version it made.
    pub version: u64,
    /// When.
    pub at: Timestamp,
    /// Who, as the caller knows them: a Salesforce user name, or what acted by itself.
    pub by: String,
    /// What, in the order of the document.
    pub changes: Vec<Change>,
    /// How many more places changed than an item has room for; nearly always 0.
    pub left_out: u64,
}

/// A page of the audit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditPage {
    /// Newest first.
    pub entries: Vec<AuditEntry>,
    /// The version to give as `before` for the next page, if there may be one.
    pub next: Option<u64>,
}

fn sort(version: u64) -> String {
    format!("{version:010}")
}

impl DynamoTable {
    /// A page of at most `limit` entries, newest first: those of versions before the given one, or the latest.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn audit_page(&self, before: Option<u64>, limit: usize) -> Result<AuditPage, StoreError> {
        let mut condition = "#key = :key".to_owned();
        let mut request = self
            .client
            .query()
            .table_name(&self.name)
            .expression_attribute_names("#key", KEY)
            .expression_attribute_values(":key", text(AUDIT))
            .scan_index_forward(false);
        if let Some(before) = before {
            condition.push_str(" AND #sort < :before");
            request = request
                .expression_attribute_names("#sort", SORT)
                .expression_attribute_values(":before", text(sort(before)));
        }
        let mut items = request.key_condition_expression(condition).into_paginator().items().send();
        let mut page = AuditPage::default();
        while page.entries.len() < limit
            && let Some(item) = items.next().await
        {
            page.entries.push(read_entry(&item.map_err(unavailable)?)?);
        }
        let full = page.entries.len() == limit;
        // Version 1 is the first there is.
        page.next = page.entries.last().map(|last| last.version).filter(|version| full && *version > 1);
        Ok(page)
    }

    /// The write of an entry, for the transaction that changes the configuration.
    pub(crate) fn audit_put(
        &self,
        version: u64,
        by: &str,
        at: Timestamp,
        changes: &[Change],
    ) -> Result<TransactWriteItem, StoreError> {
        let (kept, left_out) = with_room(changes)?;
        let attributes = [
            (KEY, text(AUDIT)),
            (SORT, text(sort(version))),
            ("version", number(version)),
            ("at", text(at.to_string())),
            ("by", text(by)),
            ("changes", text(format!("[{}]", kept.join(",")))),
            ("left_out", number(left_out)),
        ];
        let put = Put::builder()
            .table_name(&self.name)
            .set_item(Some(stamped(item(attributes))))
            .condition_expression("attribute_not_exists(#key)")
            .expression_attribute_names("#key", KEY)
            .build()
            .map_err(unavailable)?;
        Ok(TransactWriteItem::builder().put(put).build())
    }
}

/// The changes as JSON, as many as an item has room for, and how many more there are.
fn with_room(changes: &[Change]) -> Result<(Vec<String>, usize), StoreError> {
    let (mut kept, mut bytes) = (Vec::new(), 0);
    for change in changes {
        let json = serde_json::to_string(change).map_err(unavailable)?;
        bytes += json.len() + 1;
        if bytes <= MOST_BYTES {
            kept.push(json);
        }
    }
    let left_out = changes.len() - kept.len();
    Ok((kept, left_out))
}

fn read_entry(item: &Item) -> Result<AuditEntry, StoreError> {
    let reader = Reader::of("audit entry", item)?;
    Ok(AuditEntry {
        version: reader.number("version")?,
        at: reader.instant("at")?,
        by: reader.text("by")?.to_owned(),
        changes: reader.parsed("changes", |json| serde_json::from_str(json).ok())?,
        left_out: reader.number("left_out")?,
    })
}
