//! Whole runs: what they read, write, and leave alone.

use crate::bench::{
    Bench, HOUR, assert_counts, at, at_ms, changes, conversation, conversations, day, messaging, messaging_id,
};
use domain::{Channel, RunStatus, Scope, Search, SliceStatus, SyncWindow, Task, ports::Clock};
use simulation::world::{Moment, World};
use std::sync::Arc;
use sync::MAX_CONVERSATIONS;

#[test]
fn every_conversation_is_written_once_and_then_left_alone() {
    let mut bench = Bench::of(conversations(750));
    let first = bench.sync();
    assert_counts(&first, 750, 750, 0, 0);
    assert_eq!((first.status, first.counts.created), (RunStatus::Succeeded, 750));
    assert_eq!(first.counts.liveperson_calls, 3 + 5 + 1, "pages of each channel, and an empty search");
    assert_eq!(first.counts.salesforce_calls, 2);
    assert_eq!(bench.salesforce.state().records.len(), 750);

    let second = bench.sync();
    assert_counts(&second, 750, 0, 750, 0);
    assert_eq!(second.counts.salesforce_calls, 0, "unchanged conversations cost Salesforce nothing");

    let mut changed = conversations(750);
    changes(&mut changed[4], "Sales");
    bench.becomes(changed);
    let third = bench.sync();
    assert_counts(&third, 750, 1, 749, 0);
    assert_eq!(third.counts.created, 0);
    assert_eq!(bench.field(&messaging_id(4), "Skill__c"), r#""Sales""#);
}

#[test]
fn an_empty_window_succeeds() {
    let run = Bench::of(Vec::new()).sync();
    assert_counts(&run, 0, 0, 0, 0);
    assert_eq!(run.status, RunStatus::Succeeded);
}

#[test]
fn events_that_come_again_count_once() {
    let mut bench = Bench::of(conversations(300));
    bench.scene.set_repeats(100);
    let run = bench.sync();
    assert_counts(&run, 300, 300, 0, 0);
    assert_eq!((run.status, run.finished_slices, run.open_slices), (RunStatus::Succeeded, 3, 0));
}

#[test]
fn a_slice_that_holds_too_much_cuts_itself_and_nothing_is_lost() {
    let count = 2 * MAX_CONVERSATIONS as u32;
    let mut bench = Bench::of(messaging(count));
    bench.bus.state().dies_before_pieces = true;
    let run = bench.sync();
    assert_counts(&run, u64::from(count), u64::from(count), 0, 0);
    assert_eq!(run.status, RunStatus::Succeeded);
    let state = bench.table.state();
    let split = state.slices.values().filter(|slice| slice.status == SliceStatus::Split).count();
    assert_eq!(
        (split, run.finished_slices, run.open_slices),
        (2, 3 + 3, 0),
        "what began before the window is parted first"
    );
    assert!(run.counts.liveperson_calls <= 200 + 4 + 5, "{} calls", run.counts.liveperson_calls);
}

#[test]
fn one_that_ends_between_the_two_searches_of_an_account_without_latest_update_time_is_found() {
    let mut bench = Bench::of(Vec::new());
    bench.liveperson.set_world(World::new(messaging(50), false));
    let id = bench.plan();
    let searched = |bench: &Bench| {
        let state = bench.table.state();
        state.slices.values().any(|slice| {
            let otherwise = matches!(
                slice.task,
                Task::Search(Search { scope: Scope::Open | Scope::EndedSince(_), .. }, _)
            );
            otherwise && slice.status == SliceStatus::Done
        })
    };
    while !searched(&bench) {
        bench.work(false).unwrap().unwrap();
    }
    let now = bench.scene.clock.now().as_millisecond();
    let mut all = messaging(50);
    all[7].moments.push(Moment::new(now, Some(now), "Billing", None));
    bench.liveperson.set_world(World::new(all, false));
    bench.deliver();
    assert_eq!(bench.run(&id).status, RunStatus::Succeeded);
    assert_eq!(bench.salesforce.state().records.len(), 50);
    assert_eq!(bench.field(&messaging_id(7), "Status__c"), r#""closed""#);
}

#[test]
fn full_batches_do_not_make_a_slice_read_anything_twice() {
    let mut bench = Bench::of(messaging(2_000));
    let run = bench.sync();
    assert_counts(&run, 2_000, 2_000, 0, 0);
    assert_eq!(run.counts.liveperson_calls, 20 + 2);
    let state = bench.table.state();
    let offset = |slice: &domain::Slice| slice.checkpoint.offset;
    assert_eq!(state.slices.values().map(offset).max(), Some(2_000), "the last checkpoint is the end");
}

#[test]
fn conversations_outside_the_window_are_left_to_other_runs() {
    let mut bench = Bench::of(messaging(1_440));
    bench.window = SyncWindow::new(at("2026-03-01T06:00:00Z"), at("2026-03-01T07:03:00Z")).unwrap();
    let inside = messaging(1_440).iter().filter(|one| bench.window.contains(at_ms(one.start_ms))).count();
    assert_counts(&bench.sync(), inside as u64, inside as u64, 0, 0);
}

#[test]
fn what_changed_in_the_window_is_found_whenever_it_began() {
    let ended = day().from().as_millisecond() + 2 * HOUR;
    let begun = |channel, number, hours: i64| {
        let mut one = conversation(channel, number, at_ms(ended - hours * HOUR), "Billing");
        one.moments.push(Moment::new(ended, Some(ended), "Billing", None));
        if channel == Channel::Chat {
            one.moments.remove(0);
        }
        one
    };
    let all = vec![
        begun(Channel::Chat, 1, 3),
        begun(Channel::Chat, 2, 30),
        begun(Channel::Chat, 3, 24 * 20),
        begun(Channel::Messaging, 4, 5),
        begun(Channel::Messaging, 5, 24 * 88),
        conversation(Channel::Messaging, 6, at("2026-02-20T00:00:00Z"), "Billing"),
    ];
    let mut bench = Bench::of(all);
    assert_counts(&bench.sync(), 5, 5, 0, 0);
}

#[test]
fn an_account_that_cannot_search_by_change_is_asked_what_is_open_and_what_ended() {
    let mut closed = conversation(Channel::Messaging, 1, at("2026-02-10T00:00:00Z"), "Billing");
    let end = day().from().as_millisecond() + HOUR;
    closed.moments.push(Moment::new(end, Some(end), "Billing", None));
    let open = conversation(Channel::Messaging, 2, at("2026-02-10T00:00:00Z"), "Billing");
    let mut over = conversation(Channel::Messaging, 3, at("2026-02-10T00:00:00Z"), "Billing");
    let before = at("2026-02-11T00:00:00Z").as_millisecond();
    over.moments.push(Moment::new(before, Some(before), "Billing", None));
    let mut bench = Bench::of(Vec::new());
    bench.liveperson.set_world(World::new(vec![closed, open, over], false));
    let run = bench.sync();
    assert_counts(&run, 2, 2, 0, 0);
    assert_eq!(run.status, RunStatus::Succeeded);
    assert!(!bench.salesforce.state().records.contains_key(&messaging_id(3)), "it ended before the window");
}

#[test]
fn a_conversation_that_appears_while_pages_are_read_pushes_none_out() {
    let mut bench = Bench::of(messaging(400));
    let mut more = messaging(400);
    more.push(conversation(Channel::Messaging, 9_999, day().from(), "Billing"));
    bench.liveperson.state().changes = Some((5, Arc::new(World::new(more, true))));
    let run = bench.sync();
    assert_counts(&run, 400, 400, 0, 0);
    assert_counts(&bench.sync(), 401, 1, 400, 0);
}

#[test]
fn conversations_that_vanish_while_pages_are_read_take_no_others_with_them() {
    let mut bench = Bench::of(messaging(350));
    let fewer = messaging(350).into_iter().skip(40).collect();
    // Chat, long chats, the first page; then forty of its conversations are gone.
    bench.liveperson.state().changes = Some((4, Arc::new(World::new(fewer, true))));
    let run = bench.sync();
    assert_counts(&run, 350, 350, 0, 0);
    assert_eq!(run.status, RunStatus::Succeeded);
}

#[test]
fn a_dry_run_says_what_it_would_do_and_does_nothing() {
    let mut bench = Bench::of(conversations(9));
    bench.sync();
    let mut all = conversations(9);
    changes(&mut all[1], "Sales");
    changes(&mut all[2], "Sales");
    all.push(conversation(Channel::Messaging, 50, day().from(), "Billing"));
    bench.becomes(all);
    let refusal = simulation::salesforce::refusal("STRING_TOO_LONG", &["Skill__c"], "too long");
    bench.salesforce.state().refused.insert(messaging_id(2), refusal);
    bench.sync();
    let mut all = conversations(9);
    for n in [1, 2, 4] {
        changes(&mut all[n], "Sales");
    }
    all.extend([50, 51].map(|n| conversation(Channel::Messaging, n, day().from(), "Billing")));
    bench.becomes(all);
    let before = (bench.salesforce.state().calls, bench.table.state().entries.clone());

    bench.dry_run = true;
    let run = bench.sync();
    assert_counts(&run, 11, 2, 8, 1);
    assert_eq!((run.counts.created, run.status), (1, RunStatus::Succeeded));
    assert_eq!(run.counts.salesforce_calls, 0);
    assert_eq!((bench.salesforce.state().calls, bench.table.state().entries.clone()), before);
    let log = bench.log();
    assert!(log[log.len() - 1].contains("STRING_TOO_LONG (1)"), "{log:?}");
}
