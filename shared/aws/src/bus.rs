//! EventBridge: our events, ten a call, and again those it did not take.

use crate::{
    events::{
        Announced, CONVERSATION_OPENED, ConversationOpened, RESUME_REQUESTED, RUN_REQUESTED, ResumeRequested,
        RunRequested, SLICE_READY, SOURCE, SliceReady,
    },
    lazily::Lazily,
    scheduler::{EventBridgeScheduler, SchedulerError},
    unavailable,
};
use aws_config::SdkConfig;
use aws_sdk_eventbridge::{Client, types::PutEventsRequestEntry};
use domain::{
    LogEntry, RunId, Slice,
    event_log::Announcement,
    ports::{Bus, StoreError},
};
use jiff::Timestamp;
use serde::Serialize;

const EVENTS_PER_CALL: usize = 10;
const TRIES: usize = 4;
/// What a schedule's name has room for besides the stack's and `resume-`, in characters.
const MOST_NAME: usize = 24;

/// The event bus of one stack.
#[derive(Clone, Debug)]
pub struct EventBridgeBus {
    client: Lazily<Client>,
    name: String,
    scheduler: EventBridgeScheduler,
}

impl EventBridgeBus {
    /// The bus of that name, where the configuration says AWS is. `scheduler` sends what is to come later.
    #[must_use]
    pub fn new(config: &SdkConfig, name: impl Into<String>, scheduler: EventBridgeScheduler) -> Self {
        EventBridgeBus { client: Lazily::new(config, Client::new), name: name.into(), scheduler }
    }

    /// Asks `sync-plan` for a run.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn request_run(&self, request: &RunRequested) -> Result<(), StoreError> {
        self.publish(vec![self.entry(RUN_REQUESTED, request)?]).await
    }

    /// Tells `transcript` of a conversation that has opened.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn conversation_opened(&self, opened: &ConversationOpened) -> Result<(), StoreError> {
        self.publish(vec![self.entry(CONVERSATION_OPENED, opened)?]).await
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

    async fn announce(&self, announcement: Announcement, entry: &LogEntry) -> Result<(), StoreError> {
        let announced = Announced {
            code: entry.code.as_str().to_owned(),
            run: entry.run.as_ref().map(ToString::to_string),
            sentence: entry.sentence.clone(),
            at: entry.at,
        };
        self.publish(vec![self.entry(announcement.as_str(), &announced)?]).await
    }

    async fn resume_at(&self, run: &RunId, at: Timestamp) -> Result<(), StoreError> {
        let detail = serde_json::to_value(ResumeRequested { run: run.to_string() }).map_err(unavailable)?;
        // A run's id can be longer than a schedule's name may be; its last characters tell runs apart.
        let tail: String =
            run.as_str().chars().rev().take(MOST_NAME).collect::<Vec<_>>().into_iter().rev().collect();
        let put = self.scheduler.put_once(&format!("resume-{tail}"), at, RESUME_REQUESTED, &detail).await;
        put.map_err(|error| match error {
            SchedulerError::Store(error) => error,
            other => unavailable(other),
        })
    }
}
