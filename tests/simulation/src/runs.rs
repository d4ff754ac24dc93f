//! Runs and slices in memory. What changes a slice's status checks that it is open, together with what it changes of its
//! run.

use crate::{
    plant::Plant,
    table::{MemoryTable, State, unavailable},
};
use domain::{
    Counts, Run, RunId, Slice, SliceId, SliceStatus,
    ports::{Progress, Runs, SliceEnd, StoreError},
    run::{Checkpoint, Hold},
};

fn key(slice: &Slice) -> (RunId, SliceId) {
    (slice.run.clone(), slice.id.clone())
}

fn missing(run: &RunId) -> StoreError {
    StoreError::Unreadable { item: "run", reason: format!("run {run} is missing") }
}

/// A run as it is read: its status follows from the rest.
fn read(run: &Run) -> Run {
    let finished = run.finished.filter(|_| run.open_slices == 0);
    Run { status: run.verdict(), finished, ..run.clone() }
}

impl Runs for MemoryTable {
    async fn begin(&self, run: &Run, slices: &[Slice]) -> Result<(), StoreError> {
        let begin = |state: &mut State| {
            if !state.runs.contains_key(&run.id) {
                self.scene.tell(|| format!("run {} begins with {} slices", run.id, slices.len()));
                self.scene.watch(|audit| audit.begun(run));
                state.runs.insert(run.id.clone(), run.clone());
                state.slices.extend(slices.iter().map(|slice| (key(slice), slice.clone())));
            }
            Ok(())
        };
        self.call(begin).await
    }

    async fn run(&self, run: &RunId) -> Result<Option<Run>, StoreError> {
        self.call(|state| Ok(state.runs.get(run).map(read))).await
    }

    async fn slice(&self, run: &RunId, slice: &SliceId) -> Result<Option<Slice>, StoreError> {
        self.call(|state| Ok(state.slices.get(&(run.clone(), slice.clone())).cloned())).await
    }

    async fn checkpoint(
        &self,
        slice: &Slice,
        checkpoint: Checkpoint,
        counts: Counts,
    ) -> Result<(), StoreError> {
        let keep = |state: &mut State| {
            let Some(kept) = state.slices.get_mut(&key(slice)) else { return Ok(()) };
            if kept.status == SliceStatus::Open {
                self.scene
                    .tell(|| format!("checkpoint {} {}: {checkpoint:?} {counts:?}", slice.run, slice.id));
                self.scene.watch(|audit| audit.checkpoint(slice, checkpoint));
                let ahead = if self.scene.lies(Plant::CheckpointAhead) { 100 } else { 0 };
                kept.checkpoint = Checkpoint { offset: checkpoint.offset + ahead, ..checkpoint };
                kept.counts = counts;
            }
            state.checkpoints += 1;
            state.dies_after_checkpoints = state.dies_after_checkpoints.map(|left| left.saturating_sub(1));
            Ok(())
        };
        self.call(keep).await
    }

    async fn progress(&self, run: &RunId) -> Result<Progress, StoreError> {
        let sum = |state: &mut State| {
            let mut sum = Progress::default();
            for slice in state.slices.values().filter(|slice| slice.run == *run) {
                sum.read += slice.checkpoint.offset;
                sum.expected += slice.checkpoint.total;
            }
            Ok(sum)
        };
        self.call(sum).await
    }

    async fn end_slice(&self, slice: &Slice, end: &SliceEnd, next: &[Slice]) -> Result<Run, StoreError> {
        let lost = self.scene.lies(Plant::PieceLost) && !next.is_empty();
        let next = &next[..next.len() - usize::from(lost)];
        let finish = |state: &mut State| {
            if std::mem::take(&mut state.dies_before_end) {
                return Err(unavailable());
            }
            let kept = state.slices.get_mut(&key(slice)).ok_or_else(|| missing(&slice.run))?;
            let was_open = kept.status == SliceStatus::Open;
            let again = self.scene.lies(Plant::EndUnconditional) && kept.status != SliceStatus::Split;
            let run = state.runs.get_mut(&slice.run).ok_or_else(|| missing(&slice.run))?;
            if was_open || again {
                kept.status = end.status;
                kept.counts = end.counts;
                if !self.scene.lies(Plant::CountsLost) || run.finished_slices != 1 {
                    run.counts += end.counts;
                }
                run.open_slices = (run.open_slices + next.len() as u64).saturating_sub(1);
                run.finished_slices += u64::from(end.status != SliceStatus::Split);
                run.troubled_slices +=
                    u64::from(matches!(end.status, SliceStatus::Partial | SliceStatus::Failed));
                run.finished = Some(end.at);
                self.scene.tell(|| {
                    format!("slice {} {} ends {}: {:?}", slice.run, slice.id, end.status, end.counts)
                });
                let run = read(run);
                state.slices.extend(next.iter().map(|piece| (key(piece), piece.clone())));
                let of_run = state.slices.values().filter(|one| one.run == slice.run);
                self.scene.watch(|audit| audit.ended(slice, end, &run, of_run));
            }
            state.runs.get(&slice.run).map(read).ok_or_else(|| missing(&slice.run))
        };
        self.call(finish).await
    }

    async fn hold(&self, run: &RunId, hold: Option<Hold>) -> Result<Option<Run>, StoreError> {
        let hold = |state: &mut State| {
            let Some(kept) = state.runs.get_mut(run) else { return Ok(None) };
            self.scene.tell(|| format!("run {run} is held: {hold:?}"));
            let pauses = hold.as_ref().is_some_and(|hold| !hold.cancelled);
            let is_cancelled = kept.hold.as_ref().is_some_and(|hold| hold.cancelled);
            if !(pauses && is_cancelled) {
                kept.hold = hold;
            }
            Ok(Some(read(kept)))
        };
        self.call(hold).await
    }

    async fn unfinished_slices(&self, run: &RunId) -> Result<Vec<Slice>, StoreError> {
        let unfinished = |state: &mut State| {
            let of_run = state.slices.values().filter(|slice| slice.run == *run);
            let unfinished = |slice: &&Slice| matches!(slice.status, SliceStatus::Open | SliceStatus::Split);
            Ok(of_run.filter(unfinished).cloned().collect())
        };
        self.call(unfinished).await
    }
}
