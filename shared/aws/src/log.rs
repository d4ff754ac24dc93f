//! The event log. Key `log#<UTC day>`, sort `<instant>#<six random letters>`, so a day reads in order.

use crate::{
    attributes::{Item, Reader, item, number, stamped, text},
    table::{DynamoTable, EXPIRES, KEY, SORT},
    unavailable,
};
use aws_sdk_dynamodb::types::{PutRequest, WriteRequest};
use domain::{
    Code, ConversationId, LogEntry, Run, RunId,
    event_log::{Category, Severity},
    ports::{EventLog, StoreError},
};
use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date, tz::TimeZone};
use std::{fmt, sync::atomic::Ordering};

/// No entry is kept longer, whatever is configured.
const MOST_DAYS: i64 = 400;
/// What was noted once is noted again a day later.
const NOTED: SignedDuration = SignedDuration::from_hours(24);

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
            for entry in &entries {
                let entry = Reader::of("event log entry", entry)?;
                sentences.push(format!("{}: {}", entry.text("code")?, entry.text("sentence")?));
            }
        }
        Ok(sentences)
    }

    /// A page of the event log, newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn log_page(&self, view: &LogView, now: Timestamp) -> Result<LogPage, StoreError> {
        let mut page = LogPage::default();
        let (mut day, mut before) = match &view.after {
            Some(cursor) => (cursor.day, Some(cursor.sort.clone())),
            None => (now.to_zoned(TimeZone::UTC).date(), None),
        };
        let oldest = now.to_zoned(TimeZone::UTC).date().saturating_sub(MOST_DAYS.days());
        while day >= oldest && page.entries.len() < view.limit {
            self.read_day(view, day, before.take(), &mut page).await?;
            day = day.saturating_sub(1.day());
        }
        if page.entries.len() < view.limit {
            page.next = None;
        }
        Ok(page)
    }

    /// Adds the entries of a day, from the newest before a place, until the page is full.
    async fn read_day(
        &self,
        view: &LogView,
        day: Date,
        before: Option<String>,
        page: &mut LogPage,
    ) -> Result<(), StoreError> {
        let mut condition = "#key = :key".to_owned();
        let mut request = self
            .client
            .query()
            .table_name(&self.name)
            .expression_attribute_names("#key", KEY)
            .expression_attribute_values(":key", text(format!("log#{day}")))
            .scan_index_forward(false);
        if let Some(before) = before {
            condition.push_str(" AND #sort < :before");
            request = request
                .expression_attribute_names("#sort", SORT)
                .expression_attribute_values(":before", text(before));
        }
        let mut items = request.key_condition_expression(condition).into_paginator().items().send();
        while page.entries.len() < view.limit
            && let Some(item) = items.next().await
        {
            let item = item.map_err(unavailable)?;
            let entry = read_entry(&item)?;
            if view.shows(&entry) {
                let sort = Reader::of("event log entry", &item)?.text(SORT)?.to_owned();
                page.entries.push(entry);
                page.next = Some(LogCursor { day, sort });
            }
        }
        Ok(())
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

/// Which entries of the event log to show.
#[derive(Clone, Debug, Default)]
pub struct LogView {
    /// Of this category only.
    pub category: Option<Category>,
    /// Of this run only.
    pub run: Option<RunId>,
    /// Of this conversation only.
    pub conversation: Option<ConversationId>,
    /// The most entries of a page.
    pub limit: usize,
    /// Where the page before ended.
    pub after: Option<LogCursor>,
}

impl LogView {
    fn shows(&self, entry: &LogEntry) -> bool {
        self.category.is_none_or(|category| entry.category == category)
            && (self.run.is_none() || self.run == entry.run)
            && (self.conversation.is_none() || self.conversation == entry.conversation)
    }
}

/// A place in the event log, safe to stand in a URL: the entry's sort key with `~` for `#`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogCursor {
    day: Date,
    sort: String,
}

impl fmt::Display for LogCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sort.replace('#', "~"))
    }
}

impl LogCursor {
    /// Reads back what `to_string` gave; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<LogCursor> {
        let (instant, _) = text.split_once('~')?;
        let at: Timestamp = instant.parse().ok()?;
        Some(LogCursor { day: at.to_zoned(TimeZone::UTC).date(), sort: text.replace('~', "#") })
    }
}

/// A page of the event log.
#[derive(Clone, Debug, Default)]
pub struct LogPage {
    /// Newest first.
    pub entries: Vec<LogEntry>,
    /// Where the next page begins, if there may be one.
    pub next: Option<LogCursor>,
}

fn read_entry(item: &Item) -> Result<LogEntry, StoreError> {
    let reader = Reader::of("event log entry", item)?;
    let (instant, _) = reader.text(SORT)?.split_once('#').unwrap_or_default();
    let unreadable = |_| StoreError::Unreadable {
        item: "event log entry",
        reason: format!("attribute {SORT} is no instant"),
    };
    Ok(LogEntry {
        at: instant.parse().map_err(unreadable)?,
        category: reader.parsed("category", Category::from_name)?,
        severity: reader.parsed("severity", Severity::from_name)?,
        code: reader.parsed("code", |code| Code::ALL.iter().copied().find(|one| one.as_str() == code))?,
        conversation: reader.optional_text("conversation").and_then(|id| ConversationId::parse(id).ok()),
        run: reader.optional_text("run").and_then(RunId::new),
        sentence: reader.text("sentence")?.to_owned(),
    })
}

impl EventLog for DynamoTable {
    async fn note_first(&self, what: &str, at: Timestamp) -> Result<bool, StoreError> {
        let request = self
            .client
            .put_item()
            .table_name(&self.name)
            .set_item(Some(stamped(item([
                (KEY, text("noted")),
                (SORT, text(what)),
                (EXPIRES, number(at.as_second() + NOTED.as_secs())),
            ]))))
            // DynamoDB removes what has expired some time later.
            .condition_expression("attribute_not_exists(#key) OR #expires < :now")
            .expression_attribute_names("#key", KEY)
            .expression_attribute_names("#expires", EXPIRES)
            .expression_attribute_values(":now", number(at.as_second()));
        match request.send().await {
            Err(error)
                if error.as_service_error().is_some_and(|e| e.is_conditional_check_failed_exception()) =>
            {
                Ok(false)
            }
            other => other.map(|_| true).map_err(unavailable),
        }
    }

    async fn append(&self, entries: &[LogEntry]) -> Result<(), StoreError> {
        let log_days = i64::from(self.log_days.load(Ordering::Relaxed));
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
                (EXPIRES, number(entry.at.as_second() + log_days * 86_400)),
            ]);
            attributes
                .extend(entry.conversation.iter().map(|id| ("conversation".to_owned(), text(id.as_str()))));
            attributes.extend(entry.run.iter().map(|run| ("run".to_owned(), text(run.as_str()))));
            let put =
                PutRequest::builder().set_item(Some(stamped(attributes))).build().map_err(unavailable)?;
            Ok(WriteRequest::builder().put_request(put).build())
        });
        self.write_all(puts.collect::<Result<_, StoreError>>()?).await
    }
}
