//! Runs that are cancelled, paused, stopped, and go on.

use crate::bench::{Bench, HOUR, assert_counts, at, conversations, messaging};
use domain::{RunStatus, event_log::Announcement, ports::SinkError};
use futures::executor::block_on;
use sync::{SliceOutcome, cancel_run, resume_run};

#[test]
fn a_cancelled_run_stops_at_the_border_of_a_slice_and_goes_on_when_it_is_resumed() {
    let mut bench = Bench::of(conversations(300));
    let id = bench.plan();
    bench.work(false).unwrap().unwrap();
    block_on(cancel_run(&bench.table, &id, "a person stopped it")).unwrap();
    bench.deliver();
    let stopped = bench.run(&id);
    assert_eq!((stopped.status, stopped.open_slices), (RunStatus::Cancelled, 2));
    assert_eq!(stopped.counts.fetched, 100, "the first slice was done");

    block_on(resume_run(&bench.table, &bench.bus, &id)).unwrap();
    bench.deliver();
    let run = bench.run(&id);
    assert_counts(&run, 300, 300, 0, 0);
    assert_eq!((run.status, run.open_slices), (RunStatus::Succeeded, 0));
}

#[test]
fn a_cancelled_slice_is_taken_up_at_its_checkpoint() {
    let mut bench = Bench::of(messaging(2_500));
    let id = bench.plan();
    bench.table.state().dies_after_checkpoints = Some(3);
    while bench.table.state().dies_after_checkpoints != Some(0) {
        let _ = bench.work(false);
    }
    bench.table.state().dies_after_checkpoints = None;
    block_on(cancel_run(&bench.table, &id, "a person stopped it")).unwrap();
    bench.deliver();
    let before = bench.liveperson.state().offsets.len();
    block_on(resume_run(&bench.table, &bench.bus, &id)).unwrap();
    bench.deliver();
    assert_eq!(bench.run(&id).status, RunStatus::Succeeded);
    let again: Vec<u64> = bench.liveperson.state().offsets[before..].to_vec();
    assert!(!again.contains(&100) && again.contains(&2_400), "{again:?}");
}

#[test]
fn a_run_that_has_ended_stays_as_it_is() {
    let mut bench = Bench::of(conversations(3));
    let run = bench.sync();
    assert!(block_on(resume_run(&bench.table, &bench.bus, &run.id)).unwrap().is_some());
    assert_eq!(bench.bus.next_at(), None, "nothing is asked for");
    block_on(cancel_run(&bench.table, &run.id, "too late")).unwrap();
    assert_eq!(bench.run(&run.id).status, RunStatus::Succeeded);
    let unknown = domain::RunId::new("no-such-run").unwrap();
    assert_eq!(block_on(resume_run(&bench.table, &bench.bus, &unknown)).unwrap(), None);
}

#[test]
fn a_deactivated_account_stops_its_runs_and_says_so_once() {
    let mut bench = Bench::of(conversations(300));
    let id = bench.plan();
    bench.active = false;
    assert_eq!(bench.work(false).unwrap().unwrap(), SliceOutcome::Held);
    bench.deliver();
    assert_eq!(bench.run(&id).status, RunStatus::Cancelled);
    let log = bench.log();
    assert!(log.len() == 1 && log[0].starts_with("CFG-004"), "{log:?}");
    assert_eq!(bench.salesforce.state().calls + bench.liveperson.state().calls, 0);

    bench.active = true;
    block_on(resume_run(&bench.table, &bench.bus, &id)).unwrap();
    bench.deliver();
    assert_counts(&bench.run(&id), 300, 300, 0, 0);
}

#[test]
fn a_spent_share_of_the_budget_pauses_the_run_until_the_next_utc_day() {
    let mut bench = Bench::of(messaging(9));
    bench.salesforce.state().allowed_calls = 10;
    bench.wait_hours(5);
    assert_eq!(bench.sync().status, RunStatus::Succeeded);
    let mut more = messaging(12);
    for one in &mut more {
        crate::bench::changes(one, "Sales");
    }
    bench.becomes(more);
    assert_eq!(bench.sync().status, RunStatus::Succeeded, "two of ten calls are ours");
    bench.becomes(messaging(24));
    let paused = bench.sync();
    assert_eq!(paused.status, RunStatus::Paused);
    assert_eq!(bench.salesforce.state().calls, 2, "not one call more");
    assert_eq!(bench.announced(Announcement::ApiBudgetSpent), 1);
    let resumption = bench.bus.state().resumptions[0].clone();
    assert_eq!(resumption.0, paused.id);
    let midnight = at("2026-03-04T00:00:00Z");
    assert!(
        resumption.1 >= midnight && resumption.1.duration_since(midnight).as_mins() <= 10,
        "{resumption:?}"
    );

    bench.wait_hours(24);
    block_on(resume_run(&bench.table, &bench.bus, &paused.id)).unwrap();
    bench.deliver();
    let run = bench.run(&paused.id);
    assert_eq!((run.status, run.counts.fetched), (RunStatus::Succeeded, 24));
}

#[test]
fn an_org_without_calls_left_pauses_the_run_for_an_hour() {
    let mut bench = Bench::of(messaging(9));
    bench.salesforce.state().errors.push_back(SinkError::LimitSpent);
    let run = bench.sync();
    assert_eq!(run.status, RunStatus::Paused);
    let (asked, resume) = bench.bus.state().resumptions[0].clone();
    assert_eq!((asked, resume.as_millisecond()), (run.id, bench.scene.clock.true_ms() + HOUR));
    assert!(bench.log().iter().any(|entry| entry.starts_with("RUN-003")));
}
