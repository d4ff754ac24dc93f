//! The sample events of the functions, handed to them as Lambda does.

use crate::time::VirtualClock;
use axum::{Router, body::Body};
use domain::{DailySchedule, RunStatus, configuration::ScheduleSettings, ports::Runs};
use lambda_http::request::from_str;
use std::sync::Arc;
use tests::{
    samples::{Sample, samples},
    start,
};
use tower::ServiceExt;

async fn answer(router: Router, sample: &str) -> u16 {
    let request = from_str(sample).unwrap().map(|body| Body::from(body.to_vec()));
    router.oneshot(request).await.unwrap().status().as_u16()
}

fn event(name: &str) -> String {
    samples().into_iter().find(|sample| sample.name == name).unwrap().event
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sample_events_of_the_http_functions_are_answered() {
    let data = tempfile::tempdir().unwrap();
    let stack = start(data.path(), |options| options.conversations = 1_000).await;
    for Sample { function, name, event, answer: want, .. } in samples() {
        let workspace = Arc::clone(&stack.workspace);
        let router = match function.as_str() {
            "admin" => admin::router(workspace),
            "widget" => widget::router(workspace),
            "sync-chat" => sync_chat::router(workspace),
            _ => continue,
        };
        assert_eq!(answer(router, &event).await.to_string(), want, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sample_event_of_transcript_makes_one_record() {
    let data = tempfile::tempdir().unwrap();
    let stack = start(data.path(), |options| options.conversations = 1_000).await;
    let sample = event("transcript/conversation-opened");
    for _ in 0..2 {
        transcript::handle(&stack.workspace, serde_json::from_str(&sample).unwrap()).await.unwrap();
    }
    let records = stack.salesforce.records("LP_ChatTranscript__c");
    assert_eq!(records.len(), 1, "the same event twice is one record");
    assert_eq!(records[0]["Visitor__c"], "Ada Abernathy");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sample_events_of_sync_plan_each_begin_their_run() {
    let data = tempfile::tempdir().unwrap();
    let clock = VirtualClock::at("2026-03-01T12:07:03Z");
    let stack = start(data.path(), |options| {
        options.conversations = 1_000;
        options.clock = clock;
        options.schedules_fire = false;
        // Runs stay as they were planned.
        options.works_on_slices = false;
    })
    .await;
    let table = &stack.workspace.table;
    let aws::VersionedConfiguration { version, mut configuration } =
        table.versioned_configuration().await.unwrap().unwrap();
    let daily = Some(DailySchedule { hour: 2, zone: "Europe/Berlin".to_owned() });
    configuration.schedules = ScheduleSettings { periodic: true, daily };
    let now = stack.workspace.clock.now();
    table.save_configuration(&configuration, version, "a test", now).await.unwrap();
    let want = [
        ("manual", "manual-20260301-0001", false),
        ("dry-run", "manual-20260301-0002", true),
        ("periodic", "periodic-", false),
        ("daily", "daily-", false),
    ];
    for (case, id, dry_run) in want {
        let sample = event(&format!("sync-plan/{case}"));
        for _ in 0..2 {
            let event = serde_json::from_str(&sample).unwrap();
            sync_plan::handle(&stack.workspace, event).await.unwrap();
        }
        let runs = stack.workspace.table.latest_runs(stack.workspace.clock.now(), 50).await.unwrap();
        let begun: Vec<_> = runs.iter().filter(|run| run.id.as_str().starts_with(id)).collect();
        assert_eq!(begun.len(), 1, "{case}: the same event twice is one run: {runs:?}");
        assert_eq!((begun[0].status, begun[0].dry_run), (RunStatus::Running, dry_run), "{case}");
    }
    let id = domain::RunId::new("manual-20260301-0001").unwrap();
    let hold = domain::run::Hold { cancelled: false, reason: "no calls left".to_owned() };
    stack.workspace.table.hold(&id, Some(hold)).await.unwrap();
    let resume = event("sync-plan/resume");
    sync_plan::handle(&stack.workspace, serde_json::from_str(&resume).unwrap()).await.unwrap();
    assert_eq!(stack.workspace.table.run(&id).await.unwrap().unwrap().status, RunStatus::Running);
}
