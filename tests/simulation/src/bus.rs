//! The bus in memory: events on their way, some of them twice, in any order; announcements kept.

use crate::{
    plant::Plant,
    scene::{Scene, Trouble, lock},
    table::unavailable,
};
use domain::{
    LogEntry, RunId, Slice, SliceId,
    event_log::Announcement,
    ports::{Bus, StoreError},
};
use jiff::Timestamp;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard},
};

const EVENTS_PER_CALL: usize = 10;

/// An event that comes to one of our functions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A slice is ready to be worked on.
    Slice {
        /// Its run.
        run: RunId,
        /// Its name.
        slice: SliceId,
        /// How often this message has come, this time included.
        received: u32,
    },
    /// A paused run is to go on.
    Resume {
        /// Which.
        run: RunId,
        /// How often this event has come, this time included.
        received: u32,
    },
}

/// The bus.
pub struct MemoryBus {
    scene: Arc<Scene>,
    state: Mutex<State>,
}

/// What is on its way, and what a test may set and read.
#[derive(Default)]
pub struct State {
    waiting: BTreeMap<(i64, u64), Event>,
    sent: u64,
    /// What was announced, oldest first.
    pub announced: Vec<(Announcement, LogEntry)>,
    /// Which runs were asked to be resumed when.
    pub resumptions: Vec<(RunId, Timestamp)>,
    /// The next events of pieces are lost, as when the process dies between the table and the bus.
    pub dies_before_pieces: bool,
    alarmed: BTreeSet<RunId>,
}

impl MemoryBus {
    /// A bus with nothing on its way.
    #[must_use]
    pub fn new(scene: Arc<Scene>) -> MemoryBus {
        MemoryBus { scene, state: Mutex::default() }
    }

    /// What a test may set and read.
    pub fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// Sends an event, which arrives some time after `at_ms`, true time in epoch milliseconds.
    pub fn send(&self, at_ms: i64, event: Event) {
        let (slowest, repeats) = self.scene.weather(|weather| (weather.slowest_event_ms, weather.repeats));
        let delay = self.scene.below(slowest.unsigned_abs() + 1).cast_signed();
        if self.scene.in_100(repeats) {
            let later = at_ms + self.scene.below(3 * slowest.unsigned_abs() + 1).cast_signed();
            self.state().put(later, event.clone());
        }
        self.state().put(at_ms + delay, event);
    }

    /// When the next event arrives.
    #[must_use]
    pub fn next_at(&self) -> Option<i64> {
        self.state().waiting.first_key_value().map(|((at, _), _)| *at)
    }

    /// Takes the next event.
    #[must_use]
    pub fn take_next(&self) -> Option<Event> {
        self.state().waiting.pop_first().map(|(_, event)| event)
    }

    /// Whether any event of this run is on its way.
    #[must_use]
    pub fn is_awaited(&self, of: &RunId) -> bool {
        self.state().waiting.values().any(|event| match event {
            Event::Slice { run, .. } | Event::Resume { run, .. } => run == of,
        })
    }

    /// Whether anyone was told that this run did not end well.
    #[must_use]
    pub fn was_alarmed(&self, run: &RunId) -> bool {
        self.state().alarmed.contains(run)
    }

    async fn call(&self) -> Result<(), StoreError> {
        self.scene.pause().await;
        if self.scene.strikes(Trouble::StoreDown) { Err(unavailable()) } else { Ok(()) }
    }
}

impl State {
    /// A schedule of the same name is replaced.
    fn replace_resumption(&mut self, run: &RunId, at: Timestamp) {
        self.resumptions.push((run.clone(), at));
        self.waiting.retain(|_, event| !matches!(event, Event::Resume { run: other, .. } if other == run));
    }

    fn keep(&mut self, announcement: Announcement, entry: &LogEntry) {
        if announcement == Announcement::RunNotWhole {
            self.alarmed.extend(entry.run.clone());
        }
        self.announced.push((announcement, entry.clone()));
    }

    fn put(&mut self, at_ms: i64, event: Event) {
        self.sent += 1;
        self.waiting.insert((at_ms, self.sent), event);
    }
}

impl Bus for MemoryBus {
    async fn publish_slices(&self, slices: &[Slice]) -> Result<(), StoreError> {
        let pieces = slices.iter().any(|slice| slice.id.as_str().contains('.'));
        if pieces && std::mem::take(&mut self.state().dies_before_pieces) {
            return Err(unavailable());
        }
        for slices in slices.chunks(EVENTS_PER_CALL) {
            self.call().await?;
            for (n, slice) in slices.iter().enumerate() {
                if n == 1 && self.scene.lies(Plant::SliceNotPublished) {
                    continue;
                }
                let (run, slice) = (slice.run.clone(), slice.id.clone());
                self.send(self.scene.clock.true_ms(), Event::Slice { run, slice, received: 1 });
            }
        }
        self.scene.pause().await;
        Ok(())
    }

    async fn announce(&self, announcement: Announcement, entry: &LogEntry) -> Result<(), StoreError> {
        self.call().await?;
        self.scene.tell(|| format!("announced: {announcement:?} {}", entry.sentence));
        if !self.scene.lies(Plant::AnnouncementsSwallowed) {
            self.state().keep(announcement, entry);
        }
        self.scene.pause().await;
        Ok(())
    }

    async fn resume_at(&self, run: &RunId, at: Timestamp) -> Result<(), StoreError> {
        self.call().await?;
        self.scene.tell(|| format!("run {run} is to be resumed at {at}"));
        self.state().replace_resumption(run, at);
        if !self.scene.lies(Plant::ResumeLost) {
            let at_ms = at.as_millisecond().max(self.scene.clock.true_ms());
            self.send(at_ms, Event::Resume { run: run.clone(), received: 1 });
        }
        self.scene.pause().await;
        Ok(())
    }
}
