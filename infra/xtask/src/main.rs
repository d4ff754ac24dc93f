#![doc = include_str!("../README.md")]

mod browser;
mod chatlink;
mod conformance;
mod npm;
mod step;
mod steps;
mod tidy;

use clap::{Parser, Subcommand};
use std::{path::PathBuf, process::ExitCode};

/// Developer tasks of Chatlink.
#[derive(Parser)]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Everything: format, lints, structure, tests, pages, other people's clients, a browser, documentation.
    Test,
    /// Only other people's clients against the simulators.
    Conformance,
    /// Only the console and the widget in Chromium, each with a stack of its own. Screenshots go to target/browser/shots.
    Browser,
}

fn main() -> ExitCode {
    let root = root();
    let outcome = match Cli::parse().task {
        Task::Test => steps::test(&root),
        Task::Conformance => conformance::run(&root),
        Task::Browser => browser::run(&root),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            say(&format!("\nFAILED: {sentence}"));
            ExitCode::FAILURE
        }
    }
}

/// The workspace's folder.
fn root() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).map(PathBuf::from).unwrap_or(here)
}

#[expect(clippy::print_stderr, reason = "a task speaks to a terminal")]
fn say(line: &str) {
    eprintln!("{line}");
}
