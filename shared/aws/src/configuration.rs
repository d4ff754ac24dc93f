//! The configuration.
//!
//! Key `configuration`, sort `current`: the document as JSON and its version. It is saved on the version it was read
//! with, in one transaction with its audit entry; see `audit.rs`.

use crate::{
    attributes::{Reader, SCHEMA, item, number, text},
    table::{DynamoTable, KEY, SORT, Transacted},
    unavailable,
};
use aws_sdk_dynamodb::types::{TransactWriteItem, Update};
use domain::{
    Code, Configuration,
    configuration::{DocumentError, changes},
    ports::StoreError,
};
use jiff::Timestamp;
use std::sync::atomic::Ordering;

const CONFIGURATION: &str = "configuration";
const CURRENT: &str = "current";

/// A configuration and its version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionedConfiguration {
    /// From 1 on; each save that changes something counts one more.
    pub version: u64,
    /// The configuration, as it was saved.
    pub configuration: Configuration,
}

/// Why a configuration was not saved.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SaveError {
    /// Someone else saved in the meantime; their work is kept.
    #[error(
        "the configuration is at version {current} now, and this change was made on version {expected}; read it anew and make the change again"
    )]
    Stale {
        /// The version the change was made on; 0 when there was none.
        expected: u64,
        /// The version that is kept; 0 when there is none.
        current: u64,
    },
    /// The table failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl SaveError {
    /// The code for the event log.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            SaveError::Stale { .. } => Code::ConfigurationStale,
            SaveError::Store(error) => error.code(),
        }
    }
}

impl DynamoTable {
    /// The current configuration, or `None` before the first is saved. Its limits are within their bounds, whatever was
    /// saved.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn configuration(&self) -> Result<Option<Configuration>, StoreError> {
        let Some(VersionedConfiguration { mut configuration, .. }) = self.versioned_configuration().await?
        else {
            return Ok(None);
        };
        configuration.limits = configuration.limits.within_bounds();
        self.log_days.store(configuration.limits.log_days, Ordering::Relaxed);
        Ok(Some(configuration))
    }

    /// The same exactly as it was saved, with its version.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn versioned_configuration(&self) -> Result<Option<VersionedConfiguration>, StoreError> {
        let Some(found) = self.get(CONFIGURATION, CURRENT).await? else { return Ok(None) };
        let reader = Reader::of(CONFIGURATION, &found)?;
        let unreadable =
            |e: DocumentError| StoreError::Unreadable { item: CONFIGURATION, reason: e.to_string() };
        let configuration = Configuration::from_json(reader.text("document")?).map_err(unreadable)?;
        Ok(Some(VersionedConfiguration { version: reader.number("version")?, configuration }))
    }

    /// Saves a configuration as the next version, if the one that is kept is still the expected one (0 for none), and
    /// notes in the audit who changed what. Answers the version that is kept now: the expected one when nothing changes.
    ///
    /// # Errors
    /// [`SaveError::Stale`] when someone else saved in the meantime: nothing is written then.
    pub async fn save_configuration(
        &self,
        configuration: &Configuration,
        expected: u64,
        by: &str,
        at: Timestamp,
    ) -> Result<u64, SaveError> {
        let kept = self.versioned_configuration().await?;
        let current = kept.as_ref().map_or(0, |kept| kept.version);
        if current != expected {
            return Err(SaveError::Stale { expected, current });
        }
        let changes = changes(kept.as_ref().map(|kept| &kept.configuration), configuration);
        if changes.is_empty() {
            return Ok(expected);
        }
        let version = expected + 1;
        let writes =
            vec![self.next_version(configuration, expected)?, self.audit_put(version, by, at, &changes)?];
        match self.transact(writes).await? {
            Transacted::Done => Ok(version),
            Transacted::ConditionFailed => {
                let kept = self.versioned_configuration().await?;
                Err(SaveError::Stale { expected, current: kept.map_or(0, |kept| kept.version) })
            }
        }
    }

    fn next_version(
        &self,
        configuration: &Configuration,
        expected: u64,
    ) -> Result<TransactWriteItem, StoreError> {
        let json = serde_json::to_string(configuration).map_err(unavailable)?;
        let update = Update::builder()
            .table_name(&self.name)
            .set_key(Some(item([(KEY, text(CONFIGURATION)), (SORT, text(CURRENT))])))
            .update_expression("SET document = :document, version = :next, schema_version = :schema")
            .expression_attribute_values(":document", text(json))
            .expression_attribute_values(":next", number(expected + 1))
            .expression_attribute_values(":schema", number(SCHEMA));
        let update = if expected == 0 {
            update.condition_expression("attribute_not_exists(version)")
        } else {
            update
                .condition_expression("version = :expected")
                .expression_attribute_values(":expected", number(expected))
        };
        Ok(TransactWriteItem::builder().update(update.build().map_err(unavailable)?).build())
    }
}
