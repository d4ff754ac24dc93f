//! The event log. Key `log#<UTC day>`, sort `<instant>#<six random letters>`, so a day reads in order.

use crate::{
    attributes::{Item, Reader, item, number, text},
    table::{DynamoTable, EXPIRES, KEY, SORT},
    unavailable,
};
use aws_sdk_dynamodb::types::{PutRequest, WriteRequest};
use domain::{
    LogEntry, Run,
    ports::{EventLog, StoreError},
};
use jiff::{SignedDuration, Timestamp, ToSpan, tz::TimeZone};

const LIFE: SignedDuration = SignedDuration::from_hours(24 * 90);

impl DynamoTable {
    /// The sentences of a run's entries, oldest first, with their codes: from the day it started to the day after it
    /// ended, since an entry can be written after midnight; to the day after it started while it runs.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn sentences_of(&self, run: &Run) -> Result<Vec<String>, StoreError> {
        let day = |at: Timestamp| at.to_zoned(TimeZone::UTC).date();
        let last = day(run.finished.unwrap_or(run.started)).saturating_add(1.day());
        let mut sentences = Vec::new();
        for date in day(run.started).series(1.days()).take_while(|date| *date <= last) {
            let entries = self.entries_of(run, &format!("log#{date}")).await?;
            let readers = entries.iter().map(|entry| Reader { kind: "event log entry", item: entry });
            for entry in readers {
                sentences.push(format!("{}: {}", entry.text("code")?, entry.text("sentence")?));
            }
        }
        Ok(sentences)
    }

    async fn entries_of(&self, run: &Run, key: &str) -> Result<Vec<Item>, StoreError> {
        let pages = self
            .client
            .query()
            .table_name(&self.name)
            .key_condition_expression("#key = :key")
            .filter_expression("#run = :run")
            .expression_attribute_names("#key", KEY)
            .expression_attribute_names("#run", "run")
            .expression_attribute_values(":key", text(key))
            .expression_attribute_values(":run", text(run.id.as_str()))
            .into_paginator()
            .items()
            .send();
        pages.collect::<Result<_, _>>().await.map_err(unavailable)
    }
}

impl EventLog for DynamoTable {
    async fn append(&self, entries: &[LogEntry]) -> Result<(), StoreError> {
        let puts = entries.iter().map(|entry| {
            let day = entry.at.to_zoned(TimeZone::UTC).date();
            let unique: String = (0..6).map(|_| fastrand::lowercase()).collect();
            let mut attributes = item([
                (KEY, text(format!("log#{day}"))),
                (SORT, text(format!("{:.9}#{unique}", entry.at))),
                ("category", text(entry.category.as_str())),
                ("severity", text(entry.severity.as_str())),
                ("code", text(entry.code.as_str())),
                ("sentence", text(&entry.sentence)),
                (EXPIRES, number(entry.at.as_second() + LIFE.as_secs())),
            ]);
            attributes
                .extend(entry.conversation.iter().map(|id| ("conversation".to_owned(), text(id.as_str()))));
            attributes.extend(entry.run.iter().map(|run| ("run".to_owned(), text(run.as_str()))));
            let put = PutRequest::builder().set_item(Some(attributes)).build().map_err(unavailable)?;
            Ok(WriteRequest::builder().put_request(put).build())
        });
        self.write_all(puts.collect::<Result<_, StoreError>>()?).await
    }
}
