//! What a sync costs in calls, counted at the simulators.

use domain::{Run, RunStatus, SyncWindow, configuration::SaveMode, ports::Runs};
use jiff::SignedDuration;
use local::stack::Stack;
use tests::{manual_run, start};

/// Over 35 days; in 48 hours a little less than 1,000 of them begin or change.
const CONVERSATIONS: u64 = 10_000;

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_changed_conversations_cost_at_most_twelve_and_two_calls() {
    let data = tempfile::tempdir().unwrap();
    let stack = start(data.path(), |options| options.conversations = CONVERSATIONS).await;
    let now = stack.workspace.clock.now();
    let window = SyncWindow::new(now - SignedDuration::from_hours(48), now).unwrap();
    let run = manual_run(&stack, window).await;
    assert_eq!(run.status, RunStatus::Succeeded);
    let changed = run.counts.written;
    assert!((900..=1_000).contains(&changed), "{run:?}");
    let liveperson = stack.liveperson.switchboard().calls();
    let salesforce = stack.salesforce.switchboard().calls();
    let searches = liveperson["chat-search"] + liveperson["messaging-search"];
    assert!(searches <= 12 && liveperson["discovery"] == 1, "{liveperson:?} for {changed}");
    assert!(writes(&stack) <= 2, "{salesforce:?} for {changed}");

    let before = stack.salesforce.switchboard().total_calls();
    let again = manual_run(&stack, window).await;
    assert_eq!((again.counts.written, again.counts.unchanged), (0, run.counts.fetched));
    assert_eq!(
        stack.salesforce.switchboard().total_calls(),
        before,
        "unchanged conversations cost Salesforce nothing"
    );
    assert_counts_are_those_of_the_simulators(&stack, [&run, &again]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_cost_at_most_seven_calls_more_for_a_thousand_conversations() {
    let data = tempfile::tempdir().unwrap();
    let stack = start(data.path(), |options| options.conversations = CONVERSATIONS).await;
    let (table, now) = (&stack.workspace.table, stack.workspace.clock.now());
    let mut kept = table.versioned_configuration().await.unwrap().unwrap();
    kept.configuration.transcript.save_mode = SaveMode::Both;
    table.save_configuration(&kept.configuration, kept.version, "a test", now).await.unwrap();
    let window = SyncWindow::new(now - SignedDuration::from_hours(48), now).unwrap();
    let run = manual_run(&stack, window).await;
    assert_eq!(run.status, RunStatus::Succeeded, "{run:?}");
    assert!((900..=1_000).contains(&run.counts.written), "{run:?}");
    assert_eq!(stack.salesforce.records("ContentDocument").len() as u64, run.counts.written, "{run:?}");
    let calls = writes(&stack);
    assert!(calls <= 2 + 7, "{calls} for {run:?}");
}

/// Calls to Salesforce but those to sign in and describe the object once an hour, which are not of the conversations'
/// making.
fn writes(stack: &Stack) -> u64 {
    let calls = stack.salesforce.switchboard().calls();
    calls.iter().filter(|(name, _)| !["token", "describe"].contains(*name)).map(|(_, n)| n).sum()
}

async fn assert_counts_are_those_of_the_simulators(stack: &Stack, runs: [&Run; 2]) {
    let counted: u64 = runs.iter().map(|run| run.counts.liveperson_calls).sum();
    assert_eq!(counted, stack.liveperson.switchboard().total_calls(), "LivePerson calls of the runs");
    let counted: u64 = runs.iter().map(|run| run.counts.salesforce_calls).sum();
    let calls = stack.salesforce.switchboard().calls();
    assert_eq!(
        counted,
        calls.values().sum::<u64>() - calls["token"],
        "Salesforce calls of the runs, sign-in apart"
    );
    assert_eq!(
        stack.workspace.table.run(&runs[0].id).await.unwrap().as_ref(),
        Some(runs[0]),
        "a run stays as it ended"
    );
}
