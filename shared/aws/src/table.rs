//! The one table: how it is reached, and the few request shapes every kind of item shares.

use crate::{attributes::Item, lazily::Lazily, unavailable};
use aws_config::SdkConfig;
use aws_sdk_dynamodb::{
    Client,
    error::SdkError,
    operation::{
        transact_write_items::TransactWriteItemsError, update_item::builders::UpdateItemFluentBuilder,
    },
    types::{
        AttributeDefinition, AttributeValue, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType,
        TimeToLiveSpecification, TransactWriteItem, WriteRequest,
    },
};
use domain::{configuration::SyncLimits, ports::StoreError};
use futures::{StreamExt, TryStreamExt, stream};
use std::{
    sync::{Arc, atomic::AtomicU16},
    time::Duration,
};

/// Partition key of every item.
pub const KEY: &str = "key";
/// Sort key of every item.
pub const SORT: &str = "sort";
/// Epoch seconds after which DynamoDB may drop the item.
pub(crate) const EXPIRES: &str = "expires";

const WRITES_PER_BATCH: usize = 25;
const BATCHES_IN_FLIGHT: usize = 4;
pub(crate) const TRIES: u32 = 6;

/// The table of one stack.
#[derive(Clone, Debug)]
pub struct DynamoTable {
    pub(crate) client: Lazily<Client>,
    pub(crate) name: String,
    /// How long event log entries are kept; the configuration that was read last decides.
    pub(crate) log_days: Arc<AtomicU16>,
}

/// What a transaction came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Transacted {
    Done,
    /// A condition did not hold, so nothing was written.
    ConditionFailed,
}

impl DynamoTable {
    /// The table of that name, where the configuration says AWS is.
    #[must_use]
    pub fn new(config: &SdkConfig, name: impl Into<String>) -> Self {
        let log_days = Arc::new(AtomicU16::new(SyncLimits::default().log_days));
        DynamoTable { client: Lazily::new(config, Client::new), name: name.into(), log_days }
    }

    /// An update; `false` when its condition does not hold.
    pub(crate) async fn update(&self, request: UpdateItemFluentBuilder) -> Result<bool, StoreError> {
        match request.send().await {
            Err(error)
                if error.as_service_error().is_some_and(|e| e.is_conditional_check_failed_exception()) =>
            {
                Ok(false)
            }
            other => other.map(|_| true).map_err(unavailable),
        }
    }

    /// Creates the table when there is none: on a developer's machine and in tests. Stacks create theirs by template.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn create_if_missing(&self) -> Result<(), StoreError> {
        let definition = |name: &str| {
            AttributeDefinition::builder().attribute_name(name).attribute_type(ScalarAttributeType::S).build()
        };
        let key = |name: &str, kind| KeySchemaElement::builder().attribute_name(name).key_type(kind).build();
        let created = self
            .client
            .create_table()
            .table_name(&self.name)
            .billing_mode(BillingMode::PayPerRequest)
            .attribute_definitions(definition(KEY).map_err(unavailable)?)
            .attribute_definitions(definition(SORT).map_err(unavailable)?)
            .key_schema(key(KEY, KeyType::Hash).map_err(unavailable)?)
            .key_schema(key(SORT, KeyType::Range).map_err(unavailable)?)
            .send()
            .await;
        match created {
            Err(error) if error.as_service_error().is_some_and(|e| e.is_resource_in_use_exception()) => {
                return Ok(());
            }
            other => other.map_err(unavailable)?,
        };
        let ttl = TimeToLiveSpecification::builder()
            .attribute_name(EXPIRES)
            .enabled(true)
            .build()
            .map_err(unavailable)?;
        self.client
            .update_time_to_live()
            .table_name(&self.name)
            .time_to_live_specification(ttl)
            .send()
            .await
            .map(|_| ())
            .map_err(unavailable)
    }

    /// One item, read with consistency.
    pub(crate) async fn get(&self, key: &str, sort: &str) -> Result<Option<Item>, StoreError> {
        let request = self.client.get_item().table_name(&self.name).consistent_read(true);
        let answer = request
            .key(KEY, AttributeValue::S(key.to_owned()))
            .key(SORT, AttributeValue::S(sort.to_owned()))
            .send()
            .await
            .map_err(unavailable)?;
        Ok(answer.item)
    }

    /// Writes any number of items, in batches of 25, and again what DynamoDB did not get to.
    pub(crate) async fn write_all(&self, requests: Vec<WriteRequest>) -> Result<(), StoreError> {
        let batches: Vec<Vec<WriteRequest>> = requests.chunks(WRITES_PER_BATCH).map(<[_]>::to_vec).collect();
        stream::iter(batches)
            .map(|batch| self.write_batch(batch))
            .buffer_unordered(BATCHES_IN_FLIGHT)
            .try_collect::<()>()
            .await
    }

    async fn write_batch(&self, mut batch: Vec<WriteRequest>) -> Result<(), StoreError> {
        for attempt in 0..TRIES {
            let answer = self
                .client
                .batch_write_item()
                .request_items(&self.name, batch)
                .send()
                .await
                .map_err(unavailable)?;
            match answer
                .unprocessed_items
                .and_then(|mut left| left.remove(&self.name))
                .filter(|left| !left.is_empty())
            {
                None => return Ok(()),
                Some(left) => batch = left,
            }
            pause(attempt).await;
        }
        Err(StoreError::Unavailable {
            reason: format!("{} item(s) left unwritten after {TRIES} tries", batch.len()),
        })
    }

    /// All or none of these writes. A conflict with another transaction is tried again.
    pub(crate) async fn transact(&self, items: Vec<TransactWriteItem>) -> Result<Transacted, StoreError> {
        for attempt in 0..TRIES {
            let request = self.client.transact_write_items().set_transact_items(Some(items.clone()));
            let Err(error) = request.send().await else { return Ok(Transacted::Done) };
            match reasons(&error) {
                codes if codes.contains(&"ConditionalCheckFailed") => return Ok(Transacted::ConditionFailed),
                codes if codes.contains(&"TransactionConflict") => pause(attempt).await,
                _ => return Err(unavailable(error)),
            }
        }
        Err(StoreError::Unavailable { reason: format!("a transaction met a conflict {TRIES} times") })
    }
}

/// Why a transaction was cancelled, one code per item.
fn reasons(error: &SdkError<TransactWriteItemsError>) -> Vec<&str> {
    match error.as_service_error() {
        Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => {
            cancelled.cancellation_reasons().iter().filter_map(|reason| reason.code()).collect()
        }
        _ => Vec::new(),
    }
}

/// 20 ms, doubling, with jitter.
pub(crate) async fn pause(attempt: u32) {
    let ms = 20_u64 << attempt.min(6);
    tokio::time::sleep(Duration::from_millis(ms + fastrand::u64(0..ms))).await;
}
