//! What logic asks of the outside. Small traits: a signature shows what a function may touch.
//!
//! Clients implement them over HTTP and the AWS SDK; tests implement them in memory. Error variants say what the caller
//! can do next.

use crate::{
    Channel, Code, ConversationId, Counts, Fingerprint, LogEntry, Run, RunId, Slice, SliceId, SliceStatus,
    SyncWindow,
};
use jiff::Timestamp;
use std::{collections::HashMap, future::Future, ops::Range};

/// The present.
pub trait Clock: Send + Sync {
    /// Now, in UTC.
    fn now(&self) -> Timestamp;
}

/// One page of conversations as LivePerson sent it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// All matches of the search, not only this page.
    pub total: u64,
    /// The body, UTF-8 JSON.
    pub body: String,
    /// Where in `body` each record lies.
    pub records: Vec<Range<usize>>,
    /// Some shards did not answer: the page may lack records.
    pub partial: bool,
    /// Calls this page cost, retries included.
    pub calls: u64,
}

impl Page {
    /// The records, each one JSON object.
    pub fn records(&self) -> impl Iterator<Item = &str> {
        self.records.iter().map(|range| &self.body[range.clone()])
    }
}

/// LivePerson, as the sync reads it.
pub trait Source: Send + Sync {
    /// The conversations of a channel that started inside the window, oldest first, `limit` at most (100), after
    /// skipping `offset`.
    fn read_page(
        &self,
        channel: Channel,
        window: SyncWindow,
        offset: u64,
        limit: u64,
    ) -> impl Future<Output = Result<Page, SourceError>> + Send;
}

/// Why a page could not be read. The client has already retried what may pass.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// LivePerson refuses our key: tell the administrator.
    #[error("LivePerson refused our API key: {reason}")]
    Unauthorized {
        /// LivePerson's words.
        reason: String,
    },
    /// Too many calls: come back later.
    #[error("LivePerson asks for fewer calls")]
    Throttled,
    /// No answer, or a server error: come back later.
    #[error("LivePerson is unavailable: {reason}")]
    Unavailable {
        /// Status or transport error.
        reason: String,
    },
    /// The request is wrong: retrying will not help.
    #[error("LivePerson refused the request: {reason}")]
    Rejected {
        /// LivePerson's words.
        reason: String,
    },
    /// The answer cannot be read.
    #[error("LivePerson's answer cannot be read: {reason}")]
    Malformed {
        /// What is wrong with it.
        reason: String,
    },
}

impl SourceError {
    /// The code for the event log.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            SourceError::Unauthorized { .. } => Code::LivePersonUnauthorized,
            SourceError::Throttled => Code::LivePersonThrottled,
            SourceError::Unavailable { .. } => Code::LivePersonUnavailable,
            SourceError::Rejected { .. } => Code::LivePersonRejected,
            SourceError::Malformed { .. } => Code::LivePersonMalformed,
        }
    }

    /// Whether the same request may succeed later.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        matches!(self, SourceError::Throttled | SourceError::Unavailable { .. })
    }
}

/// One Chat Transcript record to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// External id.
    pub conversation: ConversationId,
    /// The other fields: the members of a JSON object, without its braces, such as `"Skill__c":"Billing","Agent__c":null`.
    /// Never holds the external id.
    pub fields: String,
}

/// What became of one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowOutcome {
    /// Created or updated.
    Written {
        /// 18-character record id.
        record: String,
    },
    /// Not written.
    Refused(Refusal),
}

/// Salesforce's words on a refused row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Salesforce's status code, such as `STRING_TOO_LONG`.
    pub status: String,
    /// The fields it names.
    pub fields: Vec<String>,
    /// Salesforce's sentence; may quote a value, so it is shown to administrators and not logged.
    pub message: String,
}

/// Salesforce, as the sync writes it.
pub trait Sink: Send + Sync {
    /// The most rows one call takes.
    const MAX_ROWS: usize;

    /// Upserts by external id. One outcome per row, in order.
    fn upsert(&self, rows: &[Row]) -> impl Future<Output = Result<Upserted, SinkError>> + Send;
}

/// The answer of [`Sink::upsert`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upserted {
    /// One per row, in order.
    pub outcomes: Vec<RowOutcome>,
    /// Calls it cost, retries included; signing in is not counted, as Salesforce does not count it.
    pub calls: u64,
}

/// Why no row could be written. The client has already retried what may pass.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SinkError {
    /// Login or token refused, after one refresh and one replay.
    #[error("Salesforce refused the sign-in: {reason}")]
    Unauthorized {
        /// Salesforce's words.
        reason: String,
    },
    /// The daily allowance is spent: stop for hours.
    #[error("the Salesforce org's daily API allowance is spent")]
    LimitSpent,
    /// No answer, or a server error: come back later.
    #[error("Salesforce is unavailable: {reason}")]
    Unavailable {
        /// Status or transport error.
        reason: String,
    },
    /// The whole request is wrong: retrying will not help.
    #[error("Salesforce refused the request: {status}: {reason}")]
    Rejected {
        /// Salesforce's error code.
        status: String,
        /// Salesforce's words.
        reason: String,
    },
    /// The answer cannot be read.
    #[error("Salesforce's answer cannot be read: {reason}")]
    Malformed {
        /// What is wrong with it.
        reason: String,
    },
}

impl SinkError {
    /// The code for the event log.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            SinkError::Unauthorized { .. } => Code::SalesforceUnauthorized,
            SinkError::LimitSpent => Code::SalesforceLimitSpent,
            SinkError::Unavailable { .. } => Code::SalesforceUnavailable,
            SinkError::Rejected { .. } => Code::SalesforceRejected,
            SinkError::Malformed { .. } => Code::SalesforceMalformed,
        }
    }

    /// Whether the same request may succeed later.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        matches!(self, SinkError::Unavailable { .. })
    }
}

/// What was last written for a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Whose.
    pub conversation: ConversationId,
    /// Of the fields.
    pub fingerprint: Fingerprint,
    /// The Chat Transcript record.
    pub record: String,
    /// When.
    pub at: Timestamp,
}

/// A conversation Salesforce refused, or that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quarantined {
    /// Whose.
    pub conversation: ConversationId,
    /// From the table of codes.
    pub code: Code,
    /// Salesforce's words, or ours with an empty `fields`.
    pub refusal: Refusal,
    /// When.
    pub at: Timestamp,
}

/// What is known of each conversation between runs.
pub trait Ledger: Send + Sync {
    /// The fingerprints of those that were written before.
    fn fingerprints(
        &self,
        conversations: &[ConversationId],
    ) -> impl Future<Output = Result<HashMap<ConversationId, Fingerprint>, StoreError>> + Send;

    /// Keeps what was written, and takes these conversations out of the quarantine.
    fn keep_written(&self, written: &[Written]) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Keeps what was refused, for people to see and later runs to retry.
    fn quarantine(&self, refused: &[Quarantined]) -> impl Future<Output = Result<(), StoreError>> + Send;
}

/// How far the reading of a slice or run has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Conversations read.
    pub read: u64,
    /// Conversations LivePerson says there are.
    pub expected: u64,
}

/// How a slice ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SliceEnd {
    /// [`SliceStatus::Done`], [`SliceStatus::Partial`] or [`SliceStatus::Failed`].
    pub status: SliceStatus,
    /// What it did.
    pub counts: Counts,
    /// When.
    pub at: Timestamp,
}

/// Runs and their slices.
pub trait Runs: Send + Sync {
    /// Keeps a new run with its open slices. A run of that id that exists already is left as it is.
    fn begin(&self, run: &Run, slices: &[Slice]) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// The run, if there is one.
    fn run(&self, run: &RunId) -> impl Future<Output = Result<Option<Run>, StoreError>> + Send;

    /// A slice, if there is one.
    fn slice(
        &self,
        run: &RunId,
        slice: &SliceId,
    ) -> impl Future<Output = Result<Option<Slice>, StoreError>> + Send;

    /// Keeps how far an open slice has come, for people to watch. Says nothing about what is accounted for.
    fn note_progress(
        &self,
        slice: &Slice,
        progress: Progress,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// How far the run's slices have come together.
    fn progress(&self, run: &RunId) -> impl Future<Output = Result<Progress, StoreError>> + Send;

    /// Replaces an open slice by its halves, once; a slice that is not open is left as it is.
    fn split(
        &self,
        slice: &Slice,
        halves: &[Slice; 2],
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Ends an open slice and adds its counts to the run, once; a slice that is not open is left as it is.
    /// Answers the run as it stands afterwards.
    fn end_slice(
        &self,
        slice: &Slice,
        end: &SliceEnd,
    ) -> impl Future<Output = Result<Run, StoreError>> + Send;
}

/// The event log.
pub trait EventLog: Send + Sync {
    /// Appends entries.
    fn append(&self, entries: &[LogEntry]) -> impl Future<Output = Result<(), StoreError>> + Send;
}

/// The event bus.
pub trait Bus: Send + Sync {
    /// Asks for these slices to be worked on. Delivery is at least once.
    fn publish_slices(&self, slices: &[Slice]) -> impl Future<Output = Result<(), StoreError>> + Send;
}

/// Why the table or the bus did not do what was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// No answer, throttled, or a server error: come back later.
    #[error("AWS is unavailable: {reason}")]
    Unavailable {
        /// The SDK's words.
        reason: String,
    },
    /// What is stored cannot be read by this version.
    #[error("a stored {item} cannot be read: {reason}")]
    Unreadable {
        /// Which kind of item.
        item: &'static str,
        /// What is wrong with it.
        reason: String,
    },
}

impl StoreError {
    /// The code for the event log.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            StoreError::Unavailable { .. } => Code::StoreUnavailable,
            StoreError::Unreadable { .. } => Code::StoreUnreadable,
        }
    }
}
