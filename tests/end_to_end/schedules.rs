//! Scheduled syncs over a stack whose time a test moves.

use crate::{
    api::{call, get},
    time::VirtualClock,
};
use domain::{
    Channel, Run, RunId, RunKind, RunStatus, Scope, Search, SyncWindow,
    ports::{Clock, Runs, Source},
};
use jiff::{SignedDuration, Timestamp};
use local::stack::{Stack, StackOptions};
use mapping::{Address, evaluate};
use reqwest::Method;
use serde_json::{Value, json};
use std::{collections::BTreeSet, path::Path, sync::Arc};
use tests::{manual_run, start, transcript_ids};

const STEP: SignedDuration = SignedDuration::from_mins(10);

async fn scheduled_stack(
    data: &Path,
    clock: &Arc<VirtualClock>,
    schedules: Value,
    change: impl FnOnce(&mut StackOptions),
) -> Stack {
    let stack = start(data, |options| {
        options.clock = clock.clone();
        options.schedules_fire = false;
        options.time_goes_on = true;
        change(options);
    })
    .await;
    let (status, kept) = call(&stack, Method::PUT, "/api/admin/schedules", schedules).await;
    assert!(status.is_success(), "{kept}");
    stack
}

/// Moves time on in steps of ten minutes; every run that a schedule begins is waited for.
async fn live_until(stack: &Stack, clock: &VirtualClock, until: Timestamp) {
    let configuration = stack.workspace.configuration().await.unwrap();
    let schedules = stack.workspace.schedules(&configuration);
    while clock.now() < until {
        clock.move_to(clock.now() + STEP);
        for fired in stack.scheduler.fire_due(clock.now()).await.unwrap() {
            let kind = if fired.name.ends_with("daily") { RunKind::Daily } else { RunKind::Periodic };
            let due = schedules.due(kind, fired.at).unwrap();
            end_of(stack, &due.id, |run| run.status != RunStatus::Running).await;
        }
    }
}

/// The run, once it is as it should be. Each look is a call over loopback, which lets the stack work meanwhile.
async fn end_of(stack: &Stack, id: &RunId, is_so: impl Fn(&Run) -> bool) -> Run {
    loop {
        match stack.workspace.table.run(id).await.unwrap() {
            Some(run) if is_so(&run) => return run,
            _ => tokio::task::yield_now().await,
        }
    }
}

async fn runs(stack: &Stack) -> Vec<Value> {
    get(stack, "/api/admin/runs").await["runs"].as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_of_schedule_over_ten_thousand_conversations_costs_at_most_100_salesforce_calls() {
    let data = tempfile::tempdir().unwrap();
    let clock = VirtualClock::at("2026-03-10T00:30:00Z");
    let schedules = json!({ "periodic": true, "daily": { "hour": 3, "zone": "America/New_York" } });
    // 175,000 in 35 days are 10,000 that start within the daily run's 48 hours.
    let stack =
        scheduled_stack(data.path(), &clock, schedules, |options| options.conversations = 175_000).await;
    live_until(&stack, &clock, clock.now() + SignedDuration::from_hours(24)).await;

    let runs = runs(&stack).await;
    let of = |kind: &str| runs.iter().filter(|run| run["kind"] == kind).count();
    assert_eq!((of("periodic"), of("daily")), (8, 1), "{runs:?}");
    assert!(runs.iter().all(|run| run["status"] == "succeeded"), "{runs:?}");
    let records = transcript_ids(&stack.salesforce);
    assert!(records.len() > 10_000, "{}", records.len());
    assert_eq!(records.iter().collect::<BTreeSet<_>>().len(), records.len());
    let calls = stack.salesforce.switchboard().calls();
    let total = stack.salesforce.switchboard().total_calls() - calls["token"];
    println!("a day of schedule: {} records, {total} Salesforce calls: {calls:?}", records.len());
    assert!(total <= 100, "{calls:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_daily_sync_runs_once_per_local_date_across_both_clock_changes() {
    for (from, days, want) in [
        // Berlin has no 2 o'clock on 29 March, and two on 25 October.
        ("2026-03-28T00:00:00Z", 3, ["daily-2026-03-28", "daily-2026-03-29", "daily-2026-03-30"]),
        ("2026-10-24T00:00:00Z", 3, ["daily-2026-10-24", "daily-2026-10-25", "daily-2026-10-26"]),
    ] {
        let data = tempfile::tempdir().unwrap();
        let clock = VirtualClock::at(from);
        let schedules = json!({ "daily": { "hour": 2, "zone": "Europe/Berlin" } });
        let stack =
            scheduled_stack(data.path(), &clock, schedules, |options| options.conversations = 200).await;
        live_until(&stack, &clock, clock.now() + SignedDuration::from_hours(24 * days - 1)).await;
        let mut ids: Vec<String> =
            runs(&stack).await.iter().map(|run| run["run"].as_str().unwrap().to_owned()).collect();
        ids.sort();
        assert_eq!(ids, want, "from {from}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_opened_weeks_ago_and_closed_an_hour_ago_is_in_the_next_periodic_run() {
    let data = tempfile::tempdir().unwrap();
    let clock = VirtualClock::at("2026-06-15T00:00:00Z");
    let stack = scheduled_stack(data.path(), &clock, json!({ "periodic": true }), |options| {
        options.conversations = 5_000;
    })
    .await;
    live_until(&stack, &clock, clock.now() + SignedDuration::from_hours(3)).await;
    let run = &runs(&stack).await[0];
    assert_eq!((&run["kind"], &run["status"]), (&json!("periodic"), &json!("succeeded")), "{run}");
    let until: Timestamp = run["window"]["to"].as_str().unwrap().parse().unwrap();

    // Asked of LivePerson in another way than the sync does: by when they ended.
    let configuration = stack.workspace.configuration().await.unwrap();
    let liveperson = stack.workspace.liveperson(&configuration).await.unwrap();
    let weeks = |n: i64| until - SignedDuration::from_hours(24 * 7 * n);
    let search = Search {
        channel: Channel::Messaging,
        starts: SyncWindow::new(weeks(12), weeks(1)).unwrap(),
        scope: Scope::EndedSince(until - SignedDuration::from_hours(6)),
    };
    let page = liveperson.read_page(&search, 0, 100).await.unwrap();
    let address: Address = "info.conversationId".parse().unwrap();
    let ended: Vec<String> = page
        .records()
        .map(|record| evaluate(std::slice::from_ref(&address), record).unwrap()[0].clone().unwrap())
        .map(|id| format!("{}:{}", configuration.account, id.as_str().unwrap()))
        .collect();
    assert!(!ended.is_empty(), "the world has such conversations");
    let records = stack.salesforce.records("LP_ChatTranscript__c");
    for id in ended {
        let found = records.iter().find(|record| record["Conversation_Id__c"] == id.as_str());
        assert_eq!(found.unwrap_or_else(|| panic!("{id} has no record"))["Status__c"], "closed", "{id}");
    }
    assert!(records.iter().any(|record| record["Status__c"] == "open"), "open ones have their record, too");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_pauses_when_our_share_of_the_allowance_is_spent_and_goes_on_the_next_day() {
    let data = tempfile::tempdir().unwrap();
    let clock = VirtualClock::at("2026-03-10T12:00:00Z");
    // A fifth of five calls a day, and some more that are under way before a day's first answer tells the allowance.
    let stack = scheduled_stack(data.path(), &clock, json!({}), |options| {
        options.conversations = 30_000;
        options.daily_api_requests = 5;
        options.time_goes_on = false;
    })
    .await;
    let window = SyncWindow::new(clock.now() - SignedDuration::from_hours(48), clock.now()).unwrap();
    let run = manual_run(&stack, window).await;
    assert_eq!(run.status, RunStatus::Paused, "{run:?}");
    assert!(run.hold.as_ref().unwrap().reason.contains("daily API allowance is spent"));
    let written = transcript_ids(&stack.salesforce).len();
    // The run is held first; what is said of it follows.
    let log = loop {
        let log = get(&stack, "/api/admin/log?category=run").await;
        if log["entries"] != json!([]) {
            break log;
        }
    };
    assert_eq!(log["entries"][0]["code"], "RUN-003", "{log}");

    let (mut days, mut done) = (0, run);
    while let Some(hold) = done.hold.clone() {
        // Whoever is still at work has signed what they ask with the old time.
        while !stack.slices.is_idle() {
            tokio::task::yield_now().await;
        }
        days += 1;
        assert!(days < 10, "{done:?}");
        clock.move_to(clock.now() + SignedDuration::from_hours(24));
        assert_eq!(stack.scheduler.fire_due(clock.now()).await.unwrap().len(), 1, "it is to be resumed");
        let moved = |run: &Run| run.status != RunStatus::Running && run.hold.as_ref() != Some(&hold);
        done = end_of(&stack, &done.id, moved).await;
    }
    assert_eq!(done.status, RunStatus::Succeeded, "{done:?}");
    let records = transcript_ids(&stack.salesforce);
    assert!(records.len() > written && records.len() as u64 == done.counts.fetched, "{done:?}");
    assert!(days >= 2, "one day was not enough");
}
