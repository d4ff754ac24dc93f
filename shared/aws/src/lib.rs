#![doc = include_str!("../README.md")]

mod agents;
mod attributes;
mod audit;
mod bus;
mod configuration;
mod conversations;
mod descriptions;
pub mod events;
mod lazily;
mod log;
mod quarantine;
mod runs;
pub mod scheduler;
mod secrets;
mod sessions;
mod table;
mod tally;

pub use agents::{Agent, SaveState, UsedSession};
pub use audit::{AuditEntry, AuditPage};
pub use bus::EventBridgeBus;
pub use configuration::{SaveError, VersionedConfiguration};
pub use log::{LogCursor, LogPage, LogView};
pub use secrets::{LivePersonSecret, SalesforceSecret, Secrets};
pub use sessions::Session;
pub use table::{DynamoTable, KEY, SORT};

use domain::ports::StoreError;

/// Any error of the SDK, as one that may pass: the caller comes back later, and the message says what happened.
fn unavailable<E: std::error::Error>(error: E) -> StoreError {
    let mut reason = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        reason = format!("{reason}: {inner}");
        cause = inner.source();
    }
    StoreError::Unavailable { reason }
}
