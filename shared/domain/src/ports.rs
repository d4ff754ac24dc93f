//! What logic asks of the outside. Small traits: a signature shows what a function may touch.
//!
//! Clients implement them over HTTP and the AWS SDK; tests implement them in memory. Error variants say what the caller
//! can do next.

use crate::{
    Channel, Code, ConversationId, Counts, Fingerprint, LogEntry, Run, RunId, Search, Slice, SliceId,
    SliceStatus,
    event_log::Announcement,
    run::{Checkpoint, Hold},
};
use jiff::{Timestamp, civil::Date};
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
    /// What a search finds, oldest start first, `limit` at most (100), after skipping `offset`.
    fn read_page(
        &self,
        search: &Search,
        offset: u64,
        limit: u64,
    ) -> impl Future<Output = Result<Page, SourceError>> + Send;

    /// One conversation by its id, with all its attributes, or an empty page.
    fn read_one(
        &self,
        channel: Channel,
        conversation: &ConversationId,
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
        /// It was not there before.
        created: bool,
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
    /// The most rows Salesforce works on together; fewer when triggers and flows of the org run into their limits.
    const MAX_TOGETHER: usize;

    /// Upserts by external id, `together` rows (1 to [`Self::MAX_TOGETHER`]) a collection. One outcome per row, in order.
    fn upsert(
        &self,
        rows: &[Row],
        together: usize,
    ) -> impl Future<Output = Result<Upserted, SinkError>> + Send;

    /// Stores transcripts as Salesforce Files linked to their records: a new File, a new version of the one that is there,
    /// or nothing when its text is the same. One outcome per transcript, in order.
    fn attach(&self, transcripts: &[Transcript]) -> impl Future<Output = Result<Attached, SinkError>> + Send;

    /// A Chat Transcript record's conversation and the fields asked for, as a JSON object; `None` when there is no such
    /// record, or the sync user may not see it.
    fn find_record(
        &self,
        record: &RecordKey,
        fields: &[&str],
    ) -> impl Future<Output = Result<Option<FoundRecord>, SinkError>> + Send;
}

/// How a Chat Transcript record is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecordKey {
    /// 15- or 18-character record id.
    Id(String),
    /// External id.
    Conversation(ConversationId),
}

/// A Chat Transcript record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundRecord {
    /// 18-character record id.
    pub record: String,
    /// External id.
    pub conversation: ConversationId,
    /// JSON object of the fields asked for.
    pub fields: String,
}

/// The answer of [`Sink::upsert`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upserted {
    /// One per row, in order.
    pub outcomes: Vec<RowOutcome>,
    /// Calls it cost, retries included; signing in is not counted, as Salesforce does not count it.
    pub calls: u64,
    /// Calls the org is allowed in 24 hours, as the last answer said.
    pub allowed_calls: Option<u64>,
}

/// One transcript to store as a File.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transcript {
    /// Whose; names the File.
    pub conversation: ConversationId,
    /// 18-character id of the Chat Transcript record.
    pub record: String,
    /// The record was created a moment ago, so it has no File yet.
    pub new: bool,
    /// The whole text.
    pub text: String,
}

/// The answer of [`Sink::attach`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attached {
    /// One per transcript, in order; why Salesforce refused it, if it did.
    pub outcomes: Vec<Result<(), Refusal>>,
    /// Calls it cost, retries included.
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

/// What is known of a conversation between runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// Of what was last written, unless that is uncertain.
    pub fingerprint: Option<Fingerprint>,
    /// Goes up with every change of this entry; zero when there is none.
    pub version: u64,
    /// The conversation is in the quarantine.
    pub quarantined: bool,
}

/// What was written for a conversation.
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
    /// What was known before it was written.
    pub known: Known,
}

/// A conversation Salesforce refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quarantined {
    /// Whose.
    pub conversation: ConversationId,
    /// Where it can be read again.
    pub channel: Channel,
    /// From the table of codes.
    pub code: Code,
    /// Salesforce's words.
    pub refusal: Refusal,
    /// When it was refused last.
    pub at: Timestamp,
}

/// A conversation in the quarantine, as people see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuarantineEntry {
    /// Why.
    pub refused: Quarantined,
    /// When it was refused first, or a person last asked for another try.
    pub since: Timestamp,
    /// How often it was refused.
    pub tries: u64,
    /// A person decided to leave it.
    pub dismissed: bool,
}

impl QuarantineEntry {
    /// How many days every run tries again; from then on a person decides.
    pub const RETRY_DAYS: i64 = 14;

    /// Whether a run is to try it again.
    #[must_use]
    pub fn is_due(&self, now: Timestamp) -> bool {
        !self.dismissed && now.duration_since(self.since).as_hours() < 24 * Self::RETRY_DAYS
    }
}

/// What a person decides about a conversation in the quarantine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Every run tries again, for another 14 days.
    Retry,
    /// No run tries it again for its own sake; a search that finds it does.
    Dismiss,
}

/// What is known of each conversation between runs.
pub trait Ledger: Send + Sync {
    /// What is known of these; those of which nothing is known are left out.
    fn known(
        &self,
        conversations: &[ConversationId],
    ) -> impl Future<Output = Result<HashMap<ConversationId, Known>, StoreError>> + Send;

    /// Keeps what was written, and takes these conversations out of the quarantine. Where the entry has changed since it
    /// was `known`, and not to the same fingerprint, someone else wrote something else at the same time, and whose words
    /// Salesforce kept is uncertain: the fingerprint is forgotten, so that the next run writes again.
    fn keep_written(&self, written: &[Written]) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Keeps what was refused, for people to see and later runs to retry. Forgets the fingerprint.
    fn quarantine(&self, refused: &[Quarantined]) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Everything in the quarantine, by conversation id.
    fn in_quarantine(&self) -> impl Future<Output = Result<Vec<QuarantineEntry>, StoreError>> + Send;

    /// What a person decides; `false` when the conversation is not in the quarantine.
    fn decide(
        &self,
        conversation: &ConversationId,
        decision: Decision,
        at: Timestamp,
    ) -> impl Future<Output = Result<bool, StoreError>> + Send;
}

/// Our calls to Salesforce of one UTC day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ApiUsage {
    /// Calls we made.
    pub ours: u64,
    /// Calls the org is allowed in 24 hours, as last heard; zero before that.
    pub allowed: u64,
}

impl ApiUsage {
    /// Whether that is more than our share, in percent. Nothing is too much before the org's allowance was heard.
    #[must_use]
    pub fn is_too_much(&self, share: u8) -> bool {
        self.allowed > 0 && self.ours * 100 > self.allowed * u64::from(share)
    }
}

/// How often an address found a value, in one channel on one UTC day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HitRate {
    /// Chat or messaging.
    pub channel: Channel,
    /// API name of the mapped field.
    pub field: String,
    /// Conversations looked at.
    pub seen: u64,
    /// Those with a value.
    pub hits: u64,
    /// The stable id of the survey question that was found, if the address names one by its text.
    pub question_id: Option<String>,
}

/// What the table counts per UTC day.
pub trait Tally: Send + Sync {
    /// Adds calls to the day's, keeps what the org allows if it was heard, and answers the sum.
    fn add_calls(
        &self,
        day: Date,
        calls: u64,
        allowed: Option<u64>,
    ) -> impl Future<Output = Result<ApiUsage, StoreError>> + Send;

    /// Adds to the day's hit rates.
    fn add_hits(&self, day: Date, rates: &[HitRate]) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// The day's hit rates.
    fn hits(&self, day: Date) -> impl Future<Output = Result<Vec<HitRate>, StoreError>> + Send;
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
    /// Anything but [`SliceStatus::Open`].
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

    /// Keeps how far an open slice has come: its checkpoint and its counts so far, together.
    fn checkpoint(
        &self,
        slice: &Slice,
        checkpoint: Checkpoint,
        counts: Counts,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// How far the run's slices have come together.
    fn progress(&self, run: &RunId) -> impl Future<Output = Result<Progress, StoreError>> + Send;

    /// Ends an open slice, adds its counts to the run, and keeps the open slices that follow it or carry its work: all
    /// of it, once; a slice that is not open is left as it is. Answers the run as it stands afterwards.
    fn end_slice(
        &self,
        slice: &Slice,
        end: &SliceEnd,
        next: &[Slice],
    ) -> impl Future<Output = Result<Run, StoreError>> + Send;

    /// Holds a run, or lets it go on with `None`. A cancelled run cannot be paused. Answers the run as it stands
    /// afterwards; `None` when there is no such run.
    fn hold(
        &self,
        run: &RunId,
        hold: Option<Hold>,
    ) -> impl Future<Output = Result<Option<Run>, StoreError>> + Send;

    /// The run's open slices, and those that were split, whose pieces may not have been asked for yet.
    fn unfinished_slices(&self, run: &RunId) -> impl Future<Output = Result<Vec<Slice>, StoreError>> + Send;
}

/// The event log.
pub trait EventLog: Send + Sync {
    /// Appends entries.
    fn append(&self, entries: &[LogEntry]) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Whether this is the first time that this is noted, within a day or so: what would be said once per conversation
    /// or slice is said once.
    fn note_first(&self, what: &str, at: Timestamp) -> impl Future<Output = Result<bool, StoreError>> + Send;
}

/// The event bus, and events that are sent later.
pub trait Bus: Send + Sync {
    /// Asks for these slices to be worked on. Delivery is at least once.
    fn publish_slices(&self, slices: &[Slice]) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Tells whoever listens, such as an alarm.
    fn announce(
        &self,
        announcement: Announcement,
        entry: &LogEntry,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Asks for a paused run to be resumed at that time.
    fn resume_at(&self, run: &RunId, at: Timestamp) -> impl Future<Output = Result<(), StoreError>> + Send;
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
