#![doc = include_str!("../README.md")]

use aws::events::{RESUME_REQUESTED, ResumeRequested, RunAsked, RunRequested};
use aws_lambda_events::event::eventbridge::EventBridgeEvent;
use bootstrap::{HandlerError, Workspace};
use domain::{
    Code, Counts, LogEntry, Run, RunId, RunKind, RunStatus, SyncWindow,
    event_log::{Announcement, Category, Severity},
    ports::{Bus, EventLog, Runs},
};
use jiff::Timestamp;
use serde_json::Value;
use sync::{lost_field, plan_run, resume_run};

/// Plans the run that is asked for, or lets one go on.
///
/// # Errors
/// Only what may pass; Lambda delivers the event again. What will not pass becomes a failed run.
pub async fn handle(workspace: &Workspace, event: EventBridgeEvent<Value>) -> Result<(), HandlerError> {
    if event.detail_type == RESUME_REQUESTED {
        return resume(workspace, event.detail).await;
    }
    match serde_json::from_value(event.detail) {
        Ok(RunRequested::Asked(asked)) => plan_asked(workspace, &asked).await,
        Ok(RunRequested::Fired { kind, at }) => plan_fired(workspace, &kind, at).await,
        Err(error) => {
            // Not ours to plan, and it would not become so by being delivered again.
            tracing::error!(%error, "an event that asks for no run was dropped");
            Ok(())
        }
    }
}

async fn resume(workspace: &Workspace, detail: Value) -> Result<(), HandlerError> {
    let request: Option<ResumeRequested> = serde_json::from_value(detail).ok();
    let Some(run) = request.and_then(|request| RunId::new(&request.run)) else {
        tracing::error!("an event that names no run to resume was dropped");
        return Ok(());
    };
    match workspace.table.run(&run).await? {
        // What a person cancelled meanwhile stays so. One that runs may have lost its slices' events to a crash here.
        Some(found) if matches!(found.status, RunStatus::Paused | RunStatus::Running) => {
            resume_run(&workspace.table, &workspace.bus, &run).await?;
        }
        _ => {}
    }
    Ok(())
}

/// A person asks, and waits: whatever is wrong with the configuration is said at once.
async fn plan_asked(workspace: &Workspace, asked: &RunAsked) -> Result<(), HandlerError> {
    let Some(id) = RunId::new(&asked.run) else {
        tracing::error!("a run without an acceptable id was dropped");
        return Ok(());
    };
    if is_planned(workspace, &id).await? {
        return Ok(());
    }
    let now = workspace.clock.now();
    let window = SyncWindow::manual(asked.from, asked.until, now);
    // A window that ends before it starts cannot be kept; the shortest that begins there stands for it.
    let kept = window.clone().unwrap_or_else(|_| SyncWindow::starting(asked.from));
    let run = Run { dry_run: asked.dry_run, ..Run::new(id, RunKind::Manual, kept, 0, now) };
    let prepared = match window {
        Ok(_) => prepare(workspace, &run).await,
        Err(error) => Err(HandlerError::new(Code::WindowInvalid, error.to_string())),
    };
    begin(workspace, run, prepared).await
}

/// A schedule fired, for a slot that names the run.
async fn plan_fired(workspace: &Workspace, kind: &str, at: Timestamp) -> Result<(), HandlerError> {
    let Some(kind) = RunKind::from_name(kind) else {
        tracing::error!("a firing of an unknown kind was dropped");
        return Ok(());
    };
    let configuration = workspace.configuration().await?;
    let Some(due) = workspace.schedules(&configuration).due(kind, at) else {
        tracing::info!(%kind, "a schedule fired that is switched off");
        return Ok(());
    };
    if !configuration.active {
        return say_deactivated(workspace, kind).await;
    }
    if is_planned(workspace, &due.id).await? {
        return Ok(());
    }
    let run = Run::new(due.id, kind, due.window, 0, workspace.clock.now());
    let prepared = prepare(workspace, &run).await;
    begin(workspace, run, prepared).await
}

/// Whether the run exists. Its last planning may have ended between the table and the bus, so its slices are asked for
/// again.
async fn is_planned(workspace: &Workspace, id: &RunId) -> Result<bool, HandlerError> {
    let Some(run) = workspace.table.run(id).await? else { return Ok(false) };
    if run.goes_on() {
        workspace.bus.publish_slices(&workspace.table.unfinished_slices(id).await?).await?;
    }
    Ok(true)
}

async fn begin(
    workspace: &Workspace,
    run: Run,
    prepared: Result<u64, HandlerError>,
) -> Result<(), HandlerError> {
    match prepared {
        Ok(salesforce_calls) => {
            let counts = Counts { salesforce_calls, ..Counts::default() };
            let run = Run { counts, ..run };
            plan_run(&workspace.table, &workspace.bus, &*workspace.clock, run).await?;
            Ok(())
        }
        Err(error) if may_pass(error.code) => Err(error),
        Err(error) => refuse(workspace, run, &error).await,
    }
}

/// Whether the configuration exists, is activated, its secrets can be read, and it fits the org. A scheduled run goes on
/// without mapped fields that the org has lost, and says so. Answers the Salesforce calls it cost.
async fn prepare(workspace: &Workspace, run: &Run) -> Result<u64, HandlerError> {
    let configuration = workspace.configuration().await?;
    if !configuration.active {
        let sentence = "the account is deactivated; activate it and ask again";
        return Err(HandlerError::new(Code::AccountDeactivated, sentence));
    }
    workspace.liveperson(&configuration).await?;
    let mut checked = workspace.check(&configuration).await?;
    if run.kind == RunKind::Manual {
        checked.problems.append(&mut checked.lost_fields);
    }
    if let Some(first) = checked.problems.first() {
        let all: Vec<_> = checked.problems.iter().map(ToString::to_string).collect();
        return Err(HandlerError::new(first.code(), all.join(". ")));
    }
    let now = workspace.clock.now();
    let lost: Vec<_> = checked.lost_fields.iter().map(|problem| lost_field(&run.id, problem, now)).collect();
    workspace.table.append(&lost).await?;
    Ok(checked.salesforce_calls)
}

fn may_pass(code: Code) -> bool {
    matches!(code, Code::StoreUnavailable | Code::SalesforceUnavailable | Code::LivePersonUnavailable)
}

/// Keeps a run that failed before it began, and says why in the event log and on the bus.
async fn refuse(workspace: &Workspace, run: Run, error: &HandlerError) -> Result<(), HandlerError> {
    let now = workspace.clock.now();
    let run = Run { status: RunStatus::Failed, failure: Some(error.to_string()), finished: Some(now), ..run };
    let entry = LogEntry {
        run: Some(run.id.clone()),
        ..entry(now, error.code, format!("The {} run could not begin: {}", run.kind, error.sentence))
    };
    workspace.table.append(std::slice::from_ref(&entry)).await?;
    if is_sign_in(error.code) && workspace.table.note_first(&format!("login#{}", error.code), now).await? {
        workspace.bus.announce(Announcement::LoginExpired, &entry).await?;
    }
    workspace.bus.announce(Announcement::RunNotWhole, &entry).await?;
    workspace.table.begin(&run, &[]).await?;
    Ok(())
}

/// Once a day: schedules go on firing for a moment after an account was deactivated.
async fn say_deactivated(workspace: &Workspace, kind: RunKind) -> Result<(), HandlerError> {
    let now = workspace.clock.now();
    if workspace.table.note_first("deactivated", now).await? {
        let sentence = format!("The {kind} run did not begin: the account is deactivated.");
        workspace.table.append(&[entry(now, Code::AccountDeactivated, sentence)]).await?;
    }
    Ok(())
}

fn is_sign_in(code: Code) -> bool {
    matches!(code, Code::LivePersonUnauthorized | Code::SalesforceUnauthorized)
}

fn entry(at: Timestamp, code: Code, sentence: String) -> LogEntry {
    let category = if is_sign_in(code) { Category::SignIn } else { Category::Run };
    LogEntry { at, category, severity: Severity::Error, code, conversation: None, run: None, sentence }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detail(sample: &str) -> (String, Value) {
        let event: EventBridgeEvent<Value> = serde_json::from_str(sample).unwrap();
        (event.detail_type, event.detail)
    }

    #[test]
    fn the_sample_of_a_manual_run_can_be_planned() {
        let (kind, detail) = detail(include_str!("../../../events/sync-plan/manual.json"));
        assert_eq!(kind, aws::events::RUN_REQUESTED);
        let Ok(RunRequested::Asked(asked)) = serde_json::from_value(detail) else { panic!("not asked") };
        assert_eq!(asked.run, "manual-20260301-0001");
        assert!(SyncWindow::manual(asked.from, asked.until, asked.until).is_ok());
    }

    #[test]
    fn the_samples_of_schedules_name_a_kind_and_an_instant() {
        for (sample, want) in [
            (include_str!("../../../events/sync-plan/periodic.json"), RunKind::Periodic),
            (include_str!("../../../events/sync-plan/daily.json"), RunKind::Daily),
        ] {
            let Ok(RunRequested::Fired { kind, at }) = serde_json::from_value(detail(sample).1) else {
                panic!("not fired")
            };
            assert_eq!((RunKind::from_name(&kind), at.as_second() % 60), (Some(want), 0));
        }
    }

    #[test]
    fn the_sample_of_a_resumption_names_its_run() {
        let (kind, detail) = detail(include_str!("../../../events/sync-plan/resume.json"));
        assert_eq!(kind, RESUME_REQUESTED);
        let request: ResumeRequested = serde_json::from_value(detail).unwrap();
        assert!(RunId::new(&request.run).is_some());
    }
}
