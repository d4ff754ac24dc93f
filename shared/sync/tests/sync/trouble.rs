//! What passes, what does not, and what a crash costs.

use crate::bench::{Bench, assert_counts, conversations, messaging};
use domain::{
    RunStatus,
    event_log::Announcement,
    ports::{SinkError, SourceError},
};

fn busy() -> SinkError {
    SinkError::Unavailable { reason: "busy".to_owned() }
}

#[test]
fn what_passes_is_taken_up_again_and_nothing_is_lost() {
    let mut bench = Bench::of(conversations(300));
    bench.liveperson.state().errors.push_back(SourceError::Throttled);
    bench.salesforce.state().errors.push_back(busy());
    bench.table.state().dies_before_end = true;
    let run = bench.sync();
    assert_counts(&run, 300, run.counts.written, run.counts.unchanged, 0);
    assert_eq!(run.status, RunStatus::Succeeded);
    assert_eq!(bench.salesforce.state().records.len(), 300);
    assert_eq!(bench.announced(Announcement::RunNotWhole), 0);
}

#[test]
fn what_does_not_pass_ends_the_run_with_its_reason_and_is_announced() {
    let mut bench = Bench::of(conversations(300));
    let refused = SourceError::Unauthorized { reason: "token_rejected".to_owned() };
    bench.liveperson.state().errors.push_back(refused);
    let run = bench.sync();
    assert_eq!((run.status, run.troubled_slices), (RunStatus::Partial, 1), "the others are done");
    let log = bench.log();
    assert!(log[0].starts_with("LP-001") && log[0].contains("token_rejected"), "{log:?}");
    assert!(
        log.iter().any(|entry| entry.starts_with("RUN-002") && entry.contains("ended partial")),
        "{log:?}"
    );
    let announced = [Announcement::LoginExpired, Announcement::SliceGivenUp, Announcement::RunNotWhole];
    assert_eq!(announced.map(|what| bench.announced(what)), [1, 1, 1]);
}

#[test]
fn an_outage_longer_than_all_tries_fails_the_run() {
    let mut bench = Bench::of(messaging(300));
    bench.salesforce.state().errors.extend((0..20).map(|_| busy()));
    let run = bench.sync();
    assert_eq!((run.status, run.troubled_slices), (RunStatus::Partial, 1), "empty slices are done");
    assert!(bench.log().iter().any(|entry| entry.contains("given up") && entry.contains("busy")));
}

#[test]
fn a_partial_answer_is_never_called_success() {
    let mut bench = Bench::of(conversations(300));
    bench.liveperson.state().partial = true;
    let run = bench.sync();
    assert_eq!((run.status, run.counts.written), (RunStatus::Partial, 300), "what came is written");
    assert!(bench.log().iter().any(|entry| entry.starts_with("LP-006")));
}

#[test]
fn a_crash_reads_and_sends_again_only_what_was_not_checkpointed() {
    let mut bench = Bench::of(messaging(2_500));
    bench.plan();
    // The two chat slices have one each.
    bench.table.state().dies_after_checkpoints = Some(3);
    while bench.table.state().dies_after_checkpoints != Some(0) {
        let _ = bench.work(false);
    }
    let before = bench.liveperson.state().offsets.len();
    bench.table.state().dies_after_checkpoints = None;
    bench.deliver();
    let again: Vec<u64> = bench.liveperson.state().offsets[before..].to_vec();
    assert!(again.contains(&1_000) && !again.contains(&500), "{again:?}");
    let state = bench.table.state();
    let run = state.runs.values().next().unwrap();
    assert_eq!(run.verdict(), RunStatus::Succeeded);
    assert_counts(run, 2_500, run.counts.written, run.counts.unchanged, 0);
    assert_eq!(bench.salesforce.state().records.len(), 2_500);
}
