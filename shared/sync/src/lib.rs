#![doc = include_str!("../README.md")]

mod check;
#[cfg(test)]
mod check_tests;
mod compare;
mod end;
mod fields;
mod one;
mod open;
mod plan;
mod preview;
mod report;
mod rows;
mod slice;
mod together;
mod watch;
mod write;

pub use check::check_configuration;
pub use compare::MAX_PAGE;
pub use fields::{FieldProblem, Mappers, OWN_FIELDS, TRANSCRIPT_FIELD, TargetField};
pub use one::{SyncedOne, sync_one};
pub use open::{Opened, open_transcript};
pub use plan::{cancel_run, plan_run, resume_run};
pub use preview::{Preview, PreviewedConversation, PreviewedField, redactor, shown};
pub use report::lost_field;
pub use slice::{MAX_CONVERSATIONS, SliceOutcome};
pub use together::{ReadySlice, work_slices};

use domain::{
    Code, Configuration,
    ports::{Clock, EventLog, Ledger, Runs, SinkError, SourceError, StoreError, Tally},
};

/// Everything our table keeps for the sync.
pub trait Table: Ledger + Runs + EventLog + Tally {}
impl<T: Ledger + Runs + EventLog + Tally> Table for T {}

/// What of the configuration the sync goes by.
#[derive(Clone, Copy, Debug)]
pub struct Policy<'a> {
    /// LivePerson account id.
    pub account: &'a str,
    /// Whether the account is activated.
    pub active: bool,
    /// Our share of the org's daily API allowance, in percent.
    pub api_share: u8,
}

impl<'a> Policy<'a> {
    /// The policy of a configuration.
    #[must_use]
    pub fn of(configuration: &'a Configuration) -> Self {
        Policy {
            account: &configuration.account,
            active: configuration.active,
            api_share: configuration.limits.api_share,
        }
    }
}

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
    /// Our share of the org's daily API allowance is spent.
    #[error("our share of the Salesforce org's daily API allowance is spent")]
    BudgetSpent,
}

impl SyncError {
    /// The code for the event log.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            SyncError::Source(error) => error.code(),
            SyncError::Sink(error) => error.code(),
            SyncError::Store(error) => error.code(),
            SyncError::BudgetSpent => Code::SalesforceLimitSpent,
        }
    }

    /// Whether the same work may succeed later.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        match self {
            SyncError::Source(error) => error.may_pass(),
            SyncError::Sink(error) => error.may_pass(),
            SyncError::Store(_) | SyncError::BudgetSpent => true,
        }
    }
}
