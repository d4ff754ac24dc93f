//! The events on our bus, as they go over the wire.

use domain::{RunId, RunKind, Slice, SliceId};
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

/// Someone asks for a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunRequested {
    /// Chosen by whoever asks; asking twice is one run.
    pub run: String,
    /// `manual`.
    pub kind: String,
    /// RFC 3339 instant; first inside.
    pub from: Timestamp,
    /// RFC 3339 instant; first after.
    pub until: Timestamp,
}

impl RunRequested {
    /// The run's id and kind, or `None` when either is not one.
    #[must_use]
    pub fn ids(&self) -> Option<(RunId, RunKind)> {
        Some((RunId::new(&self.run)?, RunKind::from_name(&self.kind)?))
    }
}
