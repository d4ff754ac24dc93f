#![doc = include_str!("../README.md")]

mod compare;
mod fields;
mod plan;
mod report;
mod slice;
mod write;

pub use compare::MAX_PAGE;
pub use fields::{FieldProblem, Mappers, OWN_FIELDS, TRANSCRIPT_FIELD, TargetField};
pub use plan::plan_run;
pub use slice::{MAX_CONVERSATIONS, SliceOutcome, work_slice};

use domain::{
    Code,
    ports::{Clock, EventLog, Ledger, Runs, SinkError, SourceError, StoreError},
};

/// Everything our table keeps for the sync.
pub trait Table: Ledger + Runs + EventLog {}
impl<T: Ledger + Runs + EventLog> Table for T {}

/// What the sync works with.
pub struct Ports<'a, Source, Sink, Table, Bus> {
    /// LivePerson.
    pub source: &'a Source,
    /// Salesforce.
    pub sink: &'a Sink,
    /// Our table.
    pub table: &'a Table,
    /// Our event bus.
    pub bus: &'a Bus,
    /// The present.
    pub clock: &'a dyn Clock,
}

impl<Source, Sink, Table, Bus> Clone for Ports<'_, Source, Sink, Table, Bus> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<Source, Sink, Table, Bus> Copy for Ports<'_, Source, Sink, Table, Bus> {}

/// Why a slice stopped.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SyncError {
    /// LivePerson could not be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// Salesforce could not be written.
    #[error(transparent)]
    Sink(#[from] SinkError),
    /// The table or the bus failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl SyncError {
    /// The code for the event log.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            SyncError::Source(error) => error.code(),
            SyncError::Sink(error) => error.code(),
            SyncError::Store(error) => error.code(),
        }
    }

    /// Whether the same work may succeed later.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        match self {
            SyncError::Source(error) => error.may_pass(),
            SyncError::Sink(error) => error.may_pass(),
            SyncError::Store(_) => true,
        }
    }
}
