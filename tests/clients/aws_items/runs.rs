//! Runs and slices: each step counts once, however often it is repeated.

use super::{Aws, new_run, run_id};
use crate::harness::{at, window};
use domain::{
    Channel, Counts, Run, RunStatus, Scope, Search, Slice, SliceId, SliceStatus, SyncWindow, Task,
    ports::{Progress, Runs, SliceEnd, StoreError},
    run::{Checkpoint, Hold},
};
use futures::future::join_all;

fn day() -> SyncWindow {
    window("2026-02-20T00:00:00.125Z", "2026-02-21T00:00:00Z")
}

/// Counts that balance.
fn balanced(written: u64) -> Counts {
    Counts {
        fetched: written + 5,
        written,
        created: written / 2,
        unchanged: 3,
        quarantined: 2,
        liveperson_calls: 7,
        salesforce_calls: 1,
    }
}

fn end(status: SliceStatus, counts: Counts) -> SliceEnd {
    SliceEnd { status, counts, at: at("2026-02-21T00:10:00Z") }
}

/// A table with a run that has begun.
async fn begun(id: &str) -> (Aws, Run, Vec<Slice>) {
    let aws = Aws::new().await;
    let (run, slices) = new_run(id, day());
    aws.table.begin(&run, &slices).await.unwrap();
    (aws, run, slices)
}

async fn status(aws: &Aws, slice: &Slice) -> SliceStatus {
    aws.table.slice(&slice.run, &slice.id).await.unwrap().unwrap().status
}

#[tokio::test]
async fn a_run_and_its_slices_come_back_as_they_were_kept() {
    let (aws, run, slices) = begun("r-1").await;
    assert_eq!(aws.stored_run(&run.id).await, run);
    for slice in &slices {
        assert_eq!(aws.table.slice(&run.id, &slice.id).await, Ok(Some(slice.clone())));
    }
    assert_eq!(aws.table.run(&run_id("r-2")).await, Ok(None));
    assert_eq!(aws.table.slice(&run.id, &SliceId::new("voice").unwrap()).await, Ok(None));
}

#[tokio::test]
async fn asking_twice_for_a_run_is_one_run() {
    let (aws, run, slices) = begun("r-1").await;
    aws.table.end_slice(&slices[0], &end(SliceStatus::Done, balanced(10)), &[]).await.unwrap();
    let (mut again, other) = new_run("r-1", window("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"));
    again.started = at("2026-02-22T00:00:00Z");
    aws.table.begin(&again, &other).await.unwrap();
    let kept = aws.stored_run(&run.id).await;
    assert_eq!((kept.window, kept.started, kept.open_slices), (run.window, run.started, 1));
    assert_eq!(status(&aws, &slices[0]).await, SliceStatus::Done, "work is not opened again");
}

#[tokio::test]
async fn a_run_that_could_not_be_planned_says_why() {
    let aws = Aws::new().await;
    let (mut run, _) = new_run("r-1", day());
    (run.open_slices, run.failure) = (0, Some("the org has no such field".to_owned()));
    run.finished = Some(at("2026-02-21T00:00:09Z"));
    aws.table.begin(&run, &[]).await.unwrap();
    assert_eq!(aws.stored_run(&run.id).await, Run { status: RunStatus::Failed, ..run });
}

#[tokio::test]
async fn a_slice_that_ends_twice_adds_its_counts_once() {
    let (aws, run, slices) = begun("r-1").await;
    let first = aws.table.end_slice(&slices[0], &end(SliceStatus::Done, balanced(10)), &[]).await.unwrap();
    assert_eq!((first.counts, first.open_slices, first.finished_slices), (balanced(10), 1, 1));
    assert_eq!((first.status, first.finished), (RunStatus::Running, None));
    let repeated =
        aws.table.end_slice(&slices[0], &end(SliceStatus::Failed, balanced(99)), &[]).await.unwrap();
    assert_eq!(repeated, first);
    let slice = aws.table.slice(&run.id, &slices[0].id).await.unwrap().unwrap();
    assert_eq!(
        (slice.status, slice.counts),
        (SliceStatus::Done, balanced(10)),
        "the slice keeps its own counts"
    );
}

#[tokio::test]
async fn slices_that_end_at_the_same_time_are_all_counted_once() {
    let (aws, run, slices) = begun("r-1").await;
    let ends = [10, 20].map(|written| end(SliceStatus::Done, balanced(written)));
    let deliveries = (0..8).map(|n| aws.table.end_slice(&slices[n % 2], &ends[n % 2], &[]));
    for ended in join_all(deliveries).await {
        ended.unwrap();
    }
    let mut both = balanced(10);
    both += balanced(20);
    let run = aws.stored_run(&run.id).await;
    assert_eq!((run.counts, run.open_slices, run.finished_slices), (both, 0, 2));
}

#[tokio::test]
async fn the_verdict_follows_how_the_slices_ended() {
    use SliceStatus::{Done, Failed, Partial};
    let lost = Counts { fetched: 16, ..balanced(10) };
    let none = Counts::default();
    let cases = [
        ([Done, Done], [balanced(10), balanced(20)], RunStatus::Succeeded, 0),
        ([Done, Done], [none, none], RunStatus::Succeeded, 0),
        ([Done, Done], [balanced(10), lost], RunStatus::Partial, 0),
        ([Done, Partial], [balanced(10), balanced(20)], RunStatus::Partial, 1),
        ([Failed, Done], [none, balanced(20)], RunStatus::Partial, 1),
        ([Failed, Partial], [balanced(1), balanced(1)], RunStatus::Partial, 2),
        ([Failed, Failed], [none, none], RunStatus::Failed, 2),
    ];
    let aws = Aws::new().await;
    for (n, (statuses, counts, verdict, troubled)) in cases.into_iter().enumerate() {
        let (run, slices) = new_run(&format!("r-{n}"), day());
        aws.table.begin(&run, &slices).await.unwrap();
        for ((slice, status), counts) in slices.iter().zip(statuses).zip(counts) {
            aws.table.end_slice(slice, &end(status, counts), &[]).await.unwrap();
        }
        let run = aws.stored_run(&run.id).await;
        assert_eq!((run.status, run.troubled_slices), (verdict, troubled), "{statuses:?} {counts:?}");
        assert_eq!(run.finished, Some(at("2026-02-21T00:10:00Z")), "{statuses:?}");
    }
}

#[tokio::test]
async fn a_slice_is_split_once() {
    let (aws, run, slices) = begun("r-1").await;
    let halves = slices[0].cut(2);
    for _ in 0..3 {
        aws.table.end_slice(&slices[0], &end(SliceStatus::Split, Counts::default()), &halves).await.unwrap();
    }
    assert_eq!(status(&aws, &slices[0]).await, SliceStatus::Split);
    for half in &halves {
        assert_eq!(aws.table.slice(&run.id, &half.id).await, Ok(Some(half.clone())), "halves are open");
    }
    let split = aws.stored_run(&run.id).await;
    assert_eq!((split.open_slices, split.finished_slices, split.counts), (3, 0, Counts::default()));
    let ended = aws.table.end_slice(&slices[0], &end(SliceStatus::Done, balanced(10)), &[]).await.unwrap();
    assert_eq!(ended, split, "its halves carry its work");
    for slice in halves.iter().chain(&slices[1..]) {
        aws.table.end_slice(slice, &end(SliceStatus::Done, balanced(10)), &[]).await.unwrap();
    }
    let whole = aws.stored_run(&run.id).await;
    assert_eq!((whole.status, whole.open_slices, whole.finished_slices), (RunStatus::Succeeded, 0, 3));
    assert_eq!(whole.counts.written, 30);
}

#[tokio::test]
async fn a_split_at_the_same_time_as_another_happens_once() {
    let (aws, run, slices) = begun("r-1").await;
    let halves = slices[0].cut(2);
    let end = end(SliceStatus::Split, Counts::default());
    for split in join_all((0..6).map(|_| aws.table.end_slice(&slices[0], &end, &halves))).await {
        split.unwrap();
    }
    assert_eq!(aws.stored_run(&run.id).await.open_slices, 3);
}

#[tokio::test]
async fn one_that_follows_a_slice_is_open_before_its_run_could_end() {
    for (status, troubled) in [(SliceStatus::Done, 0), (SliceStatus::Partial, 1)] {
        let (aws, run, slices) = begun("r-1").await;
        let follower = slices[0].replaced_by([slices[0].task].into_iter());
        let ended = aws.table.end_slice(&slices[0], &end(status, balanced(10)), &follower).await.unwrap();
        assert_eq!((ended.open_slices, ended.finished_slices, ended.troubled_slices), (2, 1, troubled));
        assert_eq!(aws.table.slice(&run.id, &follower[0].id).await, Ok(Some(follower[0].clone())));
    }
}

#[tokio::test]
async fn a_slice_that_has_ended_is_not_split() {
    let (aws, run, slices) = begun("r-1").await;
    aws.table.end_slice(&slices[0], &end(SliceStatus::Failed, Counts::default()), &[]).await.unwrap();
    let halves = slices[0].cut(2);
    aws.table.end_slice(&slices[0], &end(SliceStatus::Split, Counts::default()), &halves).await.unwrap();
    assert_eq!(aws.stored_run(&run.id).await.open_slices, 1);
    assert_eq!(status(&aws, &slices[0]).await, SliceStatus::Failed);
    assert_eq!(aws.table.slice(&run.id, &halves[0].id).await, Ok(None));
}

#[tokio::test]
async fn what_does_not_exist_cannot_end_or_be_split() {
    let aws = Aws::new().await;
    let (_, slices) = new_run("r-1", day());
    let ended = aws.table.end_slice(&slices[0], &end(SliceStatus::Done, balanced(1)), &[]).await;
    assert!(
        matches!(&ended, Err(StoreError::Unreadable { reason, .. }) if reason.contains("r-1")),
        "{ended:?}"
    );
    let split =
        aws.table.end_slice(&slices[0], &end(SliceStatus::Split, Counts::default()), &slices[0].cut(2)).await;
    assert!(matches!(split, Err(StoreError::Unreadable { .. })), "{split:?}");
    assert_eq!(aws.table.run(&run_id("r-1")).await, Ok(None), "nothing is left behind");
}

#[tokio::test]
async fn progress_is_the_sum_of_what_the_slices_last_said() {
    let (aws, run, slices) = begun("r-1").await;
    assert_eq!(aws.table.progress(&run.id).await, Ok(Progress::default()));
    let halves = slices[0].cut(2);
    aws.table.end_slice(&slices[0], &end(SliceStatus::Split, Counts::default()), &halves).await.unwrap();
    for (slice, read, expected) in [(&halves[0], 100, 850), (&slices[1], 100, 240), (&halves[0], 300, 860)] {
        let checkpoint = Checkpoint { offset: read, total: expected };
        aws.table.checkpoint(slice, checkpoint, balanced(read - 5)).await.unwrap();
    }
    assert_eq!(aws.table.progress(&run.id).await, Ok(Progress { read: 400, expected: 1_100 }));
    assert_eq!(aws.stored_run(&run.id).await.counts, Counts::default(), "progress accounts for nothing");
    aws.table.end_slice(&slices[1], &end(SliceStatus::Done, balanced(235)), &[]).await.unwrap();
    assert_eq!(aws.table.progress(&run.id).await, Ok(Progress { read: 400, expected: 1_100 }));
    assert_eq!(aws.table.progress(&run_id("r-2")).await, Ok(Progress::default()));
}

#[tokio::test]
async fn a_run_kept_by_a_newer_version_is_not_guessed_at() {
    let (aws, run, _) = begun("r-1").await;
    aws.put(&[("key", "run#r-2"), ("sort", "run"), ("run", "r-2"), ("kind", "hourly")]).await;
    let read = aws.table.run(&run_id("r-2")).await;
    let Err(StoreError::Unreadable { item, reason }) = &read else { panic!("{read:?}") };
    assert!(*item == "run" && reason.contains("kind"), "{item}: {reason}");
    assert_eq!(aws.stored_run(&run.id).await, run, "the others are readable");
}

#[tokio::test]
async fn a_slice_goes_on_from_its_checkpoint() {
    let (aws, run, slices) = begun("r-1").await;
    let checkpoint = Checkpoint { offset: 300, total: 860 };
    aws.table.checkpoint(&slices[0], checkpoint, balanced(295)).await.unwrap();
    let kept = aws.table.slice(&run.id, &slices[0].id).await.unwrap().unwrap();
    assert_eq!(kept, Slice { checkpoint, counts: balanced(295), ..slices[0].clone() });
    aws.table.end_slice(&slices[0], &end(SliceStatus::Done, balanced(855)), &[]).await.unwrap();
    let late = Checkpoint { offset: 400, total: 860 };
    aws.table.checkpoint(&slices[0], late, balanced(395)).await.unwrap();
    let kept = aws.table.slice(&run.id, &slices[0].id).await.unwrap().unwrap();
    assert_eq!((kept.checkpoint, kept.counts), (checkpoint, balanced(855)), "one that has ended stays so");
}

#[tokio::test]
async fn what_a_slice_has_done_before_it_is_split_counts_once() {
    let (aws, run, slices) = begun("r-1").await;
    let pieces = slices[0].cut(3);
    for _ in 0..2 {
        aws.table.end_slice(&slices[0], &end(SliceStatus::Split, balanced(10)), &pieces).await.unwrap();
    }
    let split = aws.stored_run(&run.id).await;
    assert_eq!((split.counts, split.open_slices), (balanced(10), 4));
}

#[tokio::test]
async fn every_task_comes_back_as_it_was_kept() {
    let aws = Aws::new().await;
    let (run, slices) = new_run("r-1", day());
    let since = at("2026-02-20T12:00:00.5Z");
    let scopes = [
        Scope::All,
        Scope::LastedAtLeast(1_200),
        Scope::UpdatedSince(since),
        Scope::Open,
        Scope::EndedSince(since),
    ];
    let search = |scope| Task::Search(Search { channel: Channel::Messaging, starts: day(), scope }, since);
    let tasks = scopes.map(search).into_iter().chain(Channel::ALL.map(Task::RetryQuarantine));
    let slice = |(n, task)| Slice { id: SliceId::new(&format!("t.{n}")).unwrap(), task, ..slices[0].clone() };
    let slices: Vec<Slice> = tasks.enumerate().map(slice).collect();
    aws.table.begin(&run, &slices).await.unwrap();
    for slice in &slices {
        assert_eq!(aws.table.slice(&run.id, &slice.id).await, Ok(Some(slice.clone())));
    }
}

#[tokio::test]
async fn a_run_is_held_and_let_go() {
    let (aws, run, slices) = begun("r-1").await;
    for (cancelled, status) in [(false, RunStatus::Paused), (true, RunStatus::Cancelled)] {
        let hold = Hold { cancelled, reason: "the allowance is spent".to_owned() };
        let held = aws.table.hold(&run.id, Some(hold.clone())).await.unwrap().unwrap();
        assert_eq!((held.status, held.hold), (status, Some(hold)));
    }
    let pause = Hold { cancelled: false, reason: "too late".to_owned() };
    let held = aws.table.hold(&run.id, Some(pause)).await.unwrap().unwrap();
    assert_eq!(held.status, RunStatus::Cancelled, "what a person cancelled stays cancelled");
    aws.table.end_slice(&slices[0], &end(SliceStatus::Done, balanced(1)), &[]).await.unwrap();
    aws.table
        .end_slice(&slices[1], &end(SliceStatus::Split, Counts::default()), &slices[1].cut(2))
        .await
        .unwrap();
    let left: Vec<_> = aws.table.unfinished_slices(&run.id).await.unwrap();
    let left: Vec<_> = left.iter().map(|slice| (slice.id.as_str(), slice.status)).collect();
    let (split, open) = (SliceStatus::Split, SliceStatus::Open);
    assert_eq!(left, [("messaging", split), ("messaging.0", open), ("messaging.1", open)]);
    let on = aws.table.hold(&run.id, None).await.unwrap().unwrap();
    assert_eq!((on.status, on.hold), (RunStatus::Running, None));
    assert_eq!(aws.table.hold(&run_id("r-2"), None).await, Ok(None));
    assert_eq!(aws.table.run(&run_id("r-2")).await, Ok(None));
}

#[tokio::test]
async fn the_latest_runs_come_newest_first_across_months() {
    let aws = Aws::new().await;
    for (id, started) in [
        ("r-1", "2026-01-30T10:00:00Z"),
        ("r-2", "2026-02-28T23:59:59.5Z"),
        ("r-3", "2026-03-01T00:00:00Z"),
        ("r-4", "2026-03-01T00:00:01Z"),
        ("r-0", "2025-11-01T00:00:00Z"),
    ] {
        let (mut run, slices) = new_run(id, day());
        (run.started, run.dry_run) = (at(started), id == "r-3");
        aws.table.begin(&run, &slices).await.unwrap();
    }
    let latest = async |limit| {
        let runs = aws.table.latest_runs(at("2026-03-02T09:30:00Z"), limit).await.unwrap();
        runs.iter()
            .map(|run| format!("{}{}", run.id, if run.dry_run { " dry" } else { "" }))
            .collect::<Vec<_>>()
    };
    assert_eq!(latest(10).await, ["r-4", "r-3 dry", "r-2", "r-1"], "this month and two before");
    assert_eq!(latest(3).await, ["r-4", "r-3 dry", "r-2"]);
}
