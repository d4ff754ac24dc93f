#![doc = include_str!("../README.md")]

use aws::events::RunRequested;
use bootstrap::{HandlerError, Workspace};
use domain::{
    Code, Counts, LogEntry, Run, RunId, RunKind, RunStatus, SyncWindow,
    event_log::{Category, Severity},
    ports::{EventLog, Runs},
};
use sync::plan_run;

/// Plans the run that is asked for.
///
/// # Errors
/// Only what may pass; Lambda delivers the request again. What will not pass becomes a failed run.
pub async fn handle(workspace: &Workspace, request: RunRequested) -> Result<(), HandlerError> {
    let Some((id, kind)) = request.ids() else {
        // Not ours to plan, and it would not become so by being delivered again.
        tracing::error!("a RunRequested event without a run id and a known kind was dropped");
        return Ok(());
    };
    if workspace.table.run(&id).await?.is_some_and(|run| run.failure.is_some()) {
        return Ok(());
    }
    let now = workspace.clock.now();
    let window = match SyncWindow::manual(request.from, request.until, now) {
        Ok(window) => window,
        Err(error) => {
            // A window that ends before it starts cannot be kept; the shortest that begins there stands for it.
            let shortest = SyncWindow::starting(request.from);
            return refuse(
                workspace,
                id,
                kind,
                shortest,
                &HandlerError::new(Code::WindowInvalid, error.to_string()),
            )
            .await;
        }
    };
    let spent = match check(workspace).await {
        Ok(salesforce_calls) => Counts { salesforce_calls, ..Counts::default() },
        Err(error) if may_pass(error.code) => return Err(error),
        Err(error) => return refuse(workspace, id, kind, window, &error).await,
    };
    plan_run(&workspace.table, &workspace.bus, &*workspace.clock, id, kind, window, spent).await?;
    Ok(())
}

/// Whether the configuration exists, its secrets can be read, and it fits the org. Answers the Salesforce calls it cost.
async fn check(workspace: &Workspace) -> Result<u64, HandlerError> {
    let configuration = workspace.configuration().await?;
    workspace.liveperson(&configuration).await?;
    let (calls, problems) = workspace.check(&configuration).await?;
    match problems.first() {
        None => Ok(calls),
        Some(first) => {
            let all: Vec<_> = problems.iter().map(ToString::to_string).collect();
            Err(HandlerError::new(first.code(), all.join(". ")))
        }
    }
}

fn may_pass(code: Code) -> bool {
    matches!(code, Code::StoreUnavailable | Code::SalesforceUnavailable | Code::LivePersonUnavailable)
}

/// Keeps a run that failed before it began, and says why in the event log.
async fn refuse(
    workspace: &Workspace,
    id: RunId,
    kind: RunKind,
    window: SyncWindow,
    error: &HandlerError,
) -> Result<(), HandlerError> {
    let now = workspace.clock.now();
    let run = Run {
        id: id.clone(),
        kind,
        window,
        status: RunStatus::Failed,
        counts: Counts::default(),
        open_slices: 0,
        troubled_slices: 0,
        finished_slices: 0,
        failure: Some(error.to_string()),
        started: now,
        finished: Some(now),
    };
    workspace.table.begin(&run, &[]).await?;
    let entry = LogEntry {
        at: now,
        category: Category::Run,
        severity: Severity::Error,
        code: error.code,
        conversation: None,
        run: Some(id),
        sentence: format!("The {kind} run could not begin: {}", error.sentence),
    };
    workspace.table.append(&[entry]).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use aws::events::{RUN_REQUESTED, RunRequested};
    use aws_lambda_events::event::eventbridge::EventBridgeEvent;
    use domain::{RunKind, SyncWindow};

    #[test]
    fn the_sample_event_is_a_run_that_can_be_planned() {
        let sample = include_str!("../../../events/sync-plan/manual.json");
        let event: EventBridgeEvent<RunRequested> = serde_json::from_str(sample).unwrap();
        let request = event.detail;
        let (run, kind) = request.ids().unwrap();
        assert_eq!(
            (event.detail_type.as_str(), run.as_str(), kind),
            (RUN_REQUESTED, "manual-20260301-0001", RunKind::Manual)
        );
        assert!(SyncWindow::manual(request.from, request.until, request.until).is_ok());
    }
}
