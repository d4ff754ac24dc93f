//! Manual syncs, and how runs stand.

use crate::{Stack, documented::Refusals};
use aws::events::{RunAsked, RunRequested};
use axum::{
    Json,
    http::{HeaderName, StatusCode, header::LOCATION},
};
use bootstrap::{
    Workspace,
    api::{ApiError, Body, Path},
};
use domain::{
    Code, Run, RunId, RunStatus, SyncWindow,
    ports::{Progress, Runs},
};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use sync::{cancel_run, resume_run};
use utoipa::ToSchema;

const RUNS_SHOWN: usize = 50;

/// A manual sync asked for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    /// First instant of the span.
    #[schema(value_type = String, format = DateTime)]
    from: Timestamp,
    /// First instant after it: past, and at most 30 days after `from`.
    #[schema(value_type = String, format = DateTime)]
    to: Timestamp,
    /// Whether it only says what it would write.
    #[serde(default)]
    dry_run: bool,
}

type Accepted = (StatusCode, [(HeaderName, String); 1], Json<Value>);

/// Asks for a manual sync; answers with the run's address.
#[utoipa::path(post, path = "/api/admin/runs", request_body = Asked, responses((status = 202, description = "It begins.", body = Value), Refusals))]
pub(crate) async fn ask(workspace: Stack, Body(asked): Body<Asked>) -> Result<Accepted, ApiError> {
    let now = workspace.clock.now();
    let window = SyncWindow::manual(asked.from, asked.to, now)
        .map_err(|error| ApiError::unacceptable(Code::WindowInvalid, error.to_string()))?;
    if !workspace.configuration().await?.active {
        let sentence = "the account is deactivated; activate it first";
        return Err(ApiError::new(StatusCode::CONFLICT, Code::AccountDeactivated, sentence));
    }
    let run = format!("manual-{}-{:04x}", now.strftime("%Y%m%dT%H%M%SZ"), fastrand::u16(..));
    let asked =
        RunAsked { run: run.clone(), from: window.from(), until: window.until(), dry_run: asked.dry_run };
    workspace.bus.request_run(&RunRequested::Asked(asked)).await?;
    let address = format!("/api/admin/runs/{run}");
    Ok((StatusCode::ACCEPTED, [(LOCATION, address.clone())], Json(json!({ "run": run, "address": address }))))
}

/// The newest runs.
#[utoipa::path(get, path = "/api/admin/runs", responses((status = 200, description = "Newest first.", body = Value), Refusals))]
pub(crate) async fn list(workspace: Stack) -> Result<Json<Value>, ApiError> {
    let runs = workspace.table.latest_runs(workspace.clock.now(), RUNS_SHOWN).await?;
    Ok(Json(json!({ "runs": runs.iter().map(run_json).collect::<Vec<_>>() })))
}

/// One run, its progress, and what the event log says of it.
#[utoipa::path(get, path = "/api/admin/runs/{run}", params(("run" = String, Path)), responses((status = 200, description = "The run.", body = Value), Refusals))]
pub(crate) async fn show(workspace: Stack, Path(run): Path<String>) -> Result<Json<Value>, ApiError> {
    let run = existing(&workspace, &run).await?;
    let Progress { read, expected } = workspace.table.progress(&run.id).await?;
    let mut shown = run_json(&run);
    shown["progress"] = json!({ "read": read, "expected": expected });
    shown["log"] = json!(workspace.table.sentences_of(&run).await?);
    Ok(Json(shown))
}

/// Stops a run at the next border of a slice.
#[utoipa::path(post, path = "/api/admin/runs/{run}/cancel", params(("run" = String, Path)), responses((status = 200, description = "The run.", body = Value), Refusals))]
pub(crate) async fn cancel(workspace: Stack, Path(run): Path<String>) -> Result<Json<Value>, ApiError> {
    let run = existing(&workspace, &run).await?;
    if !matches!(run.status, RunStatus::Running | RunStatus::Paused) {
        return Err(ended(&run));
    }
    let held = cancel_run(&workspace.table, &run.id, "cancelled by a person").await?;
    held.as_ref().map(run_json).map(Json).ok_or_else(|| unknown(run.id.as_str()))
}

/// Lets a run go on from where it stopped.
#[utoipa::path(post, path = "/api/admin/runs/{run}/resume", params(("run" = String, Path)), responses((status = 200, description = "The run.", body = Value), Refusals))]
pub(crate) async fn resume(workspace: Stack, Path(run): Path<String>) -> Result<Json<Value>, ApiError> {
    let run = existing(&workspace, &run).await?;
    if run.open_slices == 0 {
        return Err(ended(&run));
    }
    let resumed = resume_run(&workspace.table, &workspace.bus, &run.id).await?;
    resumed.as_ref().map(run_json).map(Json).ok_or_else(|| unknown(run.id.as_str()))
}

async fn existing(workspace: &Workspace, run: &str) -> Result<Run, ApiError> {
    let Some(id) = RunId::new(run) else { return Err(unknown(run)) };
    workspace.table.run(&id).await?.ok_or_else(|| unknown(run))
}

fn unknown(run: &str) -> ApiError {
    let sentence =
        format!("there is no run {run}; one that was asked for a moment ago may not have begun yet");
    ApiError::not_found(Code::RunUnknown, sentence)
}

fn ended(run: &Run) -> ApiError {
    let sentence = format!("the run {} has ended {}; ask for a new one", run.id, run.status);
    ApiError::new(StatusCode::CONFLICT, Code::RunCancelled, sentence)
}

fn run_json(run: &Run) -> Value {
    let counts = run.counts;
    json!({
        "run": run.id.as_str(),
        "kind": run.kind.as_str(),
        "status": run.status.as_str(),
        "dry_run": run.dry_run,
        "window": { "from": run.window.from(), "to": run.window.until() },
        "fetched": counts.fetched,
        "written": counts.written,
        "created": counts.created,
        "updated": counts.written.saturating_sub(counts.created),
        "unchanged": counts.unchanged,
        "quarantined": counts.quarantined,
        "calls": { "liveperson": counts.liveperson_calls, "salesforce": counts.salesforce_calls },
        "slices": { "open": run.open_slices, "finished": run.finished_slices, "troubled": run.troubled_slices },
        "reason": run.failure.clone().or_else(|| run.hold.as_ref().map(|hold| hold.reason.clone())),
        "started": run.started,
        "finished": run.finished,
    })
}
