//! Slices worked on together: of two, one reads LivePerson while the last rows of the other are still written.

use crate::{Mappers, Policy, Ports, SliceOutcome, SyncError, Table, slice};
use domain::{
    RunId, SliceId,
    ports::{Bus, Sink, Source},
};
use futures::{
    FutureExt, StreamExt,
    lock::{Mutex, MutexGuard},
    stream,
};

/// One reads and one writes; more would only hold more pages in memory.
const SLICES_AT_ONCE: usize = 2;

/// A slice that is to be worked on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadySlice {
    /// Whose slice it is.
    pub run: RunId,
    /// Which one.
    pub slice: SliceId,
    /// Whether an error that may pass ends the slice as failed instead of being handed back, so that a run never waits for
    /// a message that will not come again.
    pub last_try: bool,
}

/// Whose turn it is to read LivePerson.
#[derive(Debug, Default)]
pub(crate) struct Turn(Mutex<()>);

impl Turn {
    /// Waits until nobody else has it. It ends when what is answered is dropped.
    pub(crate) async fn wait(&self) -> MutexGuard<'_, ()> {
        self.0.lock().await
    }
}

/// Works on slices and answers what came of each, in their order.
///
/// Each is an error by itself, of what may pass; the same call, later, takes that slice up again at its checkpoint.
pub async fn work_slices<S: Source, K: Sink, T: Table, B: Bus>(
    ports: &Ports<'_, S, K, T, B>,
    mappers: &Mappers,
    policy: Policy<'_>,
    ready: &[ReadySlice],
) -> Vec<Result<SliceOutcome, SyncError>> {
    let turn = &Turn::default();
    let mut works = Vec::new();
    for (n, one) in ready.iter().enumerate() {
        works.push(slice::work(ports, mappers, policy, one, turn).map(move |outcome| (n, outcome)));
    }
    let mut outcomes: Vec<_> = stream::iter(works).buffer_unordered(SLICES_AT_ONCE).collect().await;
    outcomes.sort_by_key(|(n, _)| *n);
    outcomes.into_iter().map(|(_, outcome)| outcome).collect()
}
