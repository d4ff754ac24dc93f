//! The sample events of the functions, handed to them as Lambda does.

use crate::time::VirtualClock;
use axum::{Router, body::Body};
use domain::{DailySchedule, RunStatus, configuration::ScheduleSettings, ports::Runs};
use lambda_http::request::from_str;
use std::sync::Arc;
use tests::start;
use tower::ServiceExt;

async fn answer(router: Router, sample: &str) -> u16 {
    let request = from_str(sample).unwrap().map(|body| Body::from(body.to_vec()));
    router.oneshot(request).await.unwrap().status().as_u16()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sample_events_of_the_http_functions_are_answered() {
    let data = tempfile::tempdir().unwrap();
    let stack = start(data.path(), |options| options.conversations = 1_000).await;
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../events");
    let want = [
        ("admin/ask-for-run", 202),
        ("admin/dry-run", 202),
        ("admin/set-schedules", 200),
        ("admin/event-log", 200),
        // No such record or conversation in this org and account.
        ("sync-chat/by-record", 404),
        ("sync-chat/by-conversation", 404),
        ("sync-chat/button", 303),
        ("widget/page", 200),
        // Everybody is told what keeps the widget from working.
        ("widget/context", 200),
        ("widget/sign-in", 303),
        // Nobody's session.
        ("widget/search", 401),
        ("admin/deactivate", 200),
    ];
    for (case, status) in want {
        let sample = std::fs::read_to_string(folder.join(format!("{case}.json"))).unwrap();
        let workspace = Arc::clone(&stack.workspace);
        let router = match case.split('/').next() {
            Some("admin") => admin::router(workspace),
            Some("widget") => widget::router(workspace),
            _ => sync_chat::router(workspace),
        };
        assert_eq!(answer(router, &sample).await, status, "{case}");
    }
    let listed = |function: &str| std::fs::read_dir(folder.join(function)).unwrap().count();
    let listed = listed("admin") + listed("sync-chat") + listed("widget");
    assert_eq!(listed, want.len(), "a sample event has no test");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sample_event_of_transcript_makes_one_record() {
    let data = tempfile::tempdir().unwrap();
    let stack = start(data.path(), |options| options.conversations = 1_000).await;
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../events/transcript");
    let sample = std::fs::read_to_string(folder.join("conversation-opened.json")).unwrap();
    for _ in 0..2 {
        transcript::handle(&stack.workspace, serde_json::from_str(&sample).unwrap()).await.unwrap();
    }
    let records = stack.salesforce.records("LP_ChatTranscript__c");
    assert_eq!(records.len(), 1, "the same event twice is one record");
    assert_eq!(records[0]["Visitor__c"], "Ada Abernathy");
    assert_eq!(std::fs::read_dir(folder).unwrap().count(), 1, "a sample event has no test");
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
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../events/sync-plan");
    let want = [
        ("manual", "manual-20260301-0001", false),
        ("dry-run", "manual-20260301-0002", true),
        ("periodic", "periodic-", false),
        ("daily", "daily-", false),
    ];
    for (case, id, dry_run) in want {
        let sample = std::fs::read_to_string(folder.join(format!("{case}.json"))).unwrap();
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
    let resume = std::fs::read_to_string(folder.join("resume.json")).unwrap();
    sync_plan::handle(&stack.workspace, serde_json::from_str(&resume).unwrap()).await.unwrap();
    assert_eq!(stack.workspace.table.run(&id).await.unwrap().unwrap().status, RunStatus::Running);
    assert_eq!(std::fs::read_dir(folder).unwrap().count(), want.len() + 1, "a sample event has no test");
}
