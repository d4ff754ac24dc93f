//! From a window to slices.

use domain::{
    Channel, Counts, Run, RunId, RunKind, RunStatus, Slice, SyncWindow,
    ports::{Bus, Clock, Runs, StoreError},
};

/// Begins a run with one slice per channel and asks for them to be worked on.
///
/// `spent` is what asking has cost so far.
///
/// Asking twice for a run of one id is one run; its slices are published again, which does no harm.
///
/// # Errors
/// [`StoreError`].
pub async fn plan_run(
    runs: &impl Runs,
    bus: &impl Bus,
    clock: &dyn Clock,
    id: RunId,
    kind: RunKind,
    window: SyncWindow,
    spent: Counts,
) -> Result<(), StoreError> {
    let slices = Channel::ALL.map(|channel| Slice::whole(id.clone(), channel, window));
    let run = Run {
        id,
        kind,
        window,
        status: RunStatus::Running,
        counts: spent,
        open_slices: slices.len() as u64,
        troubled_slices: 0,
        finished_slices: 0,
        failure: None,
        started: clock.now(),
        finished: None,
    };
    runs.begin(&run, &slices).await?;
    bus.publish_slices(&slices).await
}
