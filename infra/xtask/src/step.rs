//! One step of a task: what it is called, whether it went well, how long it took.

use crate::say;
use std::{process::Command, time::Instant};

/// Runs a command as a step.
pub(crate) fn step(title: &str, command: &mut Command) -> Result<(), String> {
    timed(title, || {
        let status =
            command.status().map_err(|error| format!("{title}: {command:?} does not start: {error}"))?;
        if status.success() { Ok(()) } else { Err(format!("{title}: {command:?}")) }
    })
}

/// Runs some work as a step.
pub(crate) fn timed(title: &str, work: impl FnOnce() -> Result<(), String>) -> Result<(), String> {
    say(&format!("\n=== {title}"));
    let start = Instant::now();
    work()?;
    say(&format!("--- {title}: ok, {} s", start.elapsed().as_secs()));
    Ok(())
}
