//! Asks for a run and follows it to its end.

use super::{Failure, say};
use crate::summary::Summary;
use aws::events::{RunAsked, RunRequested};
use bootstrap::Workspace;
use domain::{
    Run, RunId, RunStatus, SyncWindow,
    ports::{Runs, StoreError},
};
use indicatif::{ProgressBar, ProgressStyle};
use std::time::Duration;

const LOOK_EVERY: Duration = Duration::from_millis(100);
const REASONS_SHOWN: usize = 5;
/// Codes that say what a person asked for or set up is wrong.
const INPUT_FAMILIES: [&str; 3] = ["CFG", "MAP", "RUN"];

/// Requests a manual run over the window, shows its progress unless `json`, prints its summary.
pub(crate) async fn manual_run(
    workspace: &Workspace,
    window: SyncWindow,
    dry_run: bool,
    json: bool,
) -> Result<(), Failure> {
    let id = format!("manual-{}-{:04x}", workspace.clock.now().strftime("%Y%m%dT%H%M%SZ"), fastrand::u16(..));
    let asked = RunAsked { run: id.clone(), from: window.from(), until: window.until(), dry_run };
    let Some(id) = RunId::new(&id) else { return Err(Failure::Work(format!("{id} is no run id"))) };
    workspace.bus.request_run(&RunRequested::Asked(asked)).await.map_err(unreachable)?;
    let bar = if json { ProgressBar::hidden() } else { progress_bar() };
    let run = follow(workspace, &id, &bar).await?;
    bar.finish_and_clear();
    let summary = Summary::of(&run);
    say(&if json { summary.json() } else { summary.table() });
    let reasons = workspace.table.sentences_of(&run).await.map_err(unreachable)?;
    conclude(&run, &reasons)
}

async fn follow(workspace: &Workspace, id: &RunId, bar: &ProgressBar) -> Result<Run, Failure> {
    loop {
        if let Some(run) = workspace.table.run(id).await.map_err(unreachable)? {
            let progress = workspace.table.progress(id).await.map_err(unreachable)?;
            bar.set_length(progress.expected.max(1));
            bar.set_position(progress.read.min(progress.expected));
            if run.status != RunStatus::Running {
                return Ok(run);
            }
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// How the command ends: well only when the run did. Otherwise with what the event log says of it.
fn conclude(run: &Run, reasons: &[String]) -> Result<(), Failure> {
    match (&run.failure, run.status) {
        (Some(failure), _) if INPUT_FAMILIES.iter().any(|family| failure.starts_with(family)) => {
            Err(Failure::Input(failure.clone()))
        }
        (Some(failure), _) => Err(Failure::Work(failure.clone())),
        (None, RunStatus::Succeeded) => Ok(()),
        (None, status) => {
            let shown: String =
                reasons.iter().take(REASONS_SHOWN).map(|reason| format!("\n  {reason}")).collect();
            let more = reasons.len().saturating_sub(REASONS_SHOWN);
            let more = if more > 0 { format!("\n  and {more} more in the event log") } else { String::new() };
            Err(Failure::Work(format!("the run ended {status}:{shown}{more}")))
        }
    }
}

fn progress_bar() -> ProgressBar {
    let style = ProgressStyle::with_template(
        "  syncing [{bar:30}] {human_pos} of {human_len} conversations  {elapsed}",
    );
    ProgressBar::new(1).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

#[expect(clippy::needless_pass_by_value, reason = "the shape `map_err` takes")]
fn unreachable(error: StoreError) -> Failure {
    Failure::Work(format!("the stack does not answer: {error}"))
}
