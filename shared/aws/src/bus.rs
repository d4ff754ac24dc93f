//! EventBridge: our events, ten a call, and again those it did not take.

use crate::{
    events::{RUN_REQUESTED, RunRequested, SLICE_READY, SOURCE, SliceReady},
    unavailable,
};
use aws_config::SdkConfig;
use aws_sdk_eventbridge::{Client, types::PutEventsRequestEntry};
use domain::{
    Slice,
    ports::{Bus, StoreError},
};
use serde::Serialize;

const EVENTS_PER_CALL: usize = 10;
const TRIES: usize = 4;

/// The event bus of one stack.
#[derive(Clone, Debug)]
pub struct EventBridgeBus {
    client: Client,
    name: String,
}

impl EventBridgeBus {
    /// The bus of that name, where the configuration says AWS is.
    #[must_use]
    pub fn new(config: &SdkConfig, name: impl Into<String>) -> Self {
        EventBridgeBus { client: Client::new(config), name: name.into() }
    }

    /// Asks `sync-plan` for a run.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn request_run(&self, request: &RunRequested) -> Result<(), StoreError> {
        self.publish(vec![self.entry(RUN_REQUESTED, request)?]).await
    }

    fn entry(&self, detail_type: &str, detail: &impl Serialize) -> Result<PutEventsRequestEntry, StoreError> {
        let detail = serde_json::to_string(detail).map_err(unavailable)?;
        let entry = PutEventsRequestEntry::builder().event_bus_name(&self.name).source(SOURCE);
        Ok(entry.detail_type(detail_type).detail(detail).build())
    }

    /// EventBridge can take some entries and leave others; those are sent again.
    async fn publish(&self, mut entries: Vec<PutEventsRequestEntry>) -> Result<(), StoreError> {
        for _ in 0..TRIES {
            let answer = self
                .client
                .put_events()
                .set_entries(Some(entries.clone()))
                .send()
                .await
                .map_err(unavailable)?;
            let failed = |n: usize| answer.entries().get(n).is_none_or(|entry| entry.error_code().is_some());
            entries =
                entries.into_iter().enumerate().filter(|(n, _)| failed(*n)).map(|(_, entry)| entry).collect();
            if entries.is_empty() {
                return Ok(());
            }
        }
        Err(StoreError::Unavailable {
            reason: format!("EventBridge left {} event(s) after {TRIES} tries", entries.len()),
        })
    }
}

impl Bus for EventBridgeBus {
    async fn publish_slices(&self, slices: &[Slice]) -> Result<(), StoreError> {
        for slices in slices.chunks(EVENTS_PER_CALL) {
            let entries = slices.iter().map(|slice| self.entry(SLICE_READY, &SliceReady::from(slice)));
            self.publish(entries.collect::<Result<_, _>>()?).await?;
        }
        Ok(())
    }
}
