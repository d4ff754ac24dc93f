//! The events on our bus, as they go over the wire.

use domain::{RunId, Slice, SliceId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// `source` of every event of ours.
pub const SOURCE: &str = "chatlink";
/// `detail-type` of [`SliceReady`].
pub const SLICE_READY: &str = "SliceReady";
/// `detail-type` of [`RunRequested`].
pub const RUN_REQUESTED: &str = "RunRequested";

/// A slice waits to be worked on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SliceReady {
    /// Run id.
    pub run: String,
    /// Slice id.
    pub slice: String,
}

impl From<&Slice> for SliceReady {
    fn from(slice: &Slice) -> Self {
        SliceReady { run: slice.run.to_string(), slice: slice.id.to_string() }
    }
}

impl SliceReady {
    /// The ids, or `None` when either is not one.
    #[must_use]
    pub fn ids(&self) -> Option<(RunId, SliceId)> {
        Some((RunId::new(&self.run)?, SliceId::new(&self.slice)?))
    }
}

/// `detail-type` of [`ResumeRequested`].
pub const RESUME_REQUESTED: &str = "ResumeRequested";

/// Someone asks for a run: a person for a past span, or a schedule that fired.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum RunRequested {
    /// For this span.
    Asked(RunAsked),
    /// For the span that a schedule's firing stands for.
    Fired {
        /// `periodic` or `daily`.
        kind: String,
        /// When it was to fire; an RFC 3339 instant.
        at: Timestamp,
    },
}

/// A person asks for a run over a past span.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunAsked {
    /// Chosen by whoever asks; asking twice is one run.
    pub run: String,
    /// RFC 3339 instant; first inside.
    pub from: Timestamp,
    /// RFC 3339 instant; first after.
    pub until: Timestamp,
    /// Only say what would be written.
    #[serde(default)]
    pub dry_run: bool,
}

/// `detail-type` of [`ConversationOpened`].
pub const CONVERSATION_OPENED: &str = "ConversationOpened";

/// An agent's widget met a conversation. Goes to `transcript` alone and is kept nowhere.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConversationOpened {
    /// The external id of its record: `account:id`.
    pub conversation: String,
    /// `chat` or `messaging`.
    pub channel: String,
    /// The public model of the widget SDK, without the transcript's lines.
    pub context: serde_json::Value,
}

/// A paused or cancelled run is to go on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResumeRequested {
    /// Run id.
    pub run: String,
}

/// The detail of an announcement: what the event log says of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Announced {
    /// From the table of codes.
    pub code: String,
    /// Run id, if it is about one.
    pub run: Option<String>,
    /// The event log's sentence.
    pub sentence: String,
    /// RFC 3339 instant.
    pub at: Timestamp,
}
