//! `chatlink simulate`.

use super::{Failure, say};
use crate::cli::Simulate;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use std::time::Instant;

/// Plays the seeds; a broken promise is shown with the events before it.
pub(crate) fn simulate(args: Simulate) -> Result<(), Failure> {
    let bar = if args.json { ProgressBar::hidden() } else { progress_bar(args.seeds) };
    let begin = Instant::now();
    let summary =
        simulation::simulate(args.seeds, Some(args.seed), |progress| bar.set_position(progress.played));
    bar.finish_and_clear();
    let per_second = summary.played as f64 / begin.elapsed().as_secs_f64().max(0.001);
    let stats = summary.stats;
    let broken = summary.failure.as_ref();
    if args.json {
        let line = json!({
            "seeds": summary.played,
            "seeds_per_second": per_second.round(),
            "runs": stats.runs,
            "rows_written": stats.written,
            "virtual_hours": stats.hours,
            "failing_seed": broken.map(|failure| failure.seed),
            "broken": broken.map(|failure| failure.promise),
        });
        say(&line.to_string());
    } else {
        say(&format!(
            "{} seeds, {per_second:.0} a second: {} runs over {} virtual hours wrote {} rows.",
            summary.played, stats.runs, stats.hours, stats.written
        ));
    }
    match broken {
        None => Ok(()),
        Some(failure) => Err(Failure::Work(format!(
            "a promise was broken:\n{failure}\nReplay it with: chatlink simulate --seeds 1 --seed {}",
            failure.seed
        ))),
    }
}

fn progress_bar(seeds: u64) -> ProgressBar {
    let style =
        ProgressStyle::with_template("  simulating [{bar:30}] {human_pos} of {human_len} seeds  {per_sec}");
    ProgressBar::new(seeds).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
