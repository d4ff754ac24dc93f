#![doc = include_str!("../README.md")]

mod bench;
mod browser;
mod cargo_lambda;
mod chatlink;
mod conformance;
mod cost;
mod customer;
mod dependencies;
mod deploy;
mod infrastructure;
mod metadata;
mod npm;
mod python;
mod step;
mod steps;
mod tidy;

use clap::{Parser, Subcommand};
use deploy::Target;
use std::{path::PathBuf, process::ExitCode};

/// Developer tasks of Chatlink.
#[derive(Parser)]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Everything: format, lints, structure, tests, pages, other people's clients, a browser, the stack, documentation.
    Test,
    /// Only other people's clients against the simulators.
    Conformance,
    /// Only the console and the widget in Chromium, each with a stack of its own. Screenshots go to target/browser/shots.
    Browser,
    /// Only the stack's template: linted, searched for what is not secure, deployed to an emulator of AWS and used there.
    Infrastructure,
    /// Only what we depend on: licences, sources, duplicates, known vulnerabilities.
    Dependencies,
    /// Only the functions under `cargo lambda watch`, each sample event invoked.
    CargoLambda,
    /// Measures beside others doing the same, in one run.
    Bench(bench::Options),
    /// What a stack costs on AWS a month.
    Cost {
        /// Conversations a day, chat and messaging together.
        #[arg(long, value_name = "N")]
        conversations_per_day: u32,
    },
    /// Builds the six functions for AWS, as `target/lambda/<function>/bootstrap.zip`.
    Package,
    /// Builds and deploys a customer's stack, and waits. AWS_ENDPOINT_URL sends it elsewhere.
    Deploy(Target),
    /// Shows what deploying a customer's stack would change.
    Diff(Target),
    /// Removes a customer's stack; asks first.
    Destroy {
        #[command(flatten)]
        target: Target,
        /// Do not ask.
        #[arg(long)]
        yes: bool,
    },
}

fn main() -> ExitCode {
    let root = root();
    let outcome = match Cli::parse().task {
        Task::Test => steps::test(&root),
        Task::Conformance => conformance::run(&root),
        Task::Browser => browser::run(&root),
        Task::Infrastructure => infrastructure::run(&root),
        Task::Dependencies => dependencies::run(&root),
        Task::CargoLambda => cargo_lambda::run(&root),
        Task::Bench(options) => bench::run(&root, &options),
        Task::Cost { conversations_per_day } => cost::print(&root, conversations_per_day),
        Task::Package => deploy::package(&root),
        Task::Deploy(target) => deploy::deploy(&root, &target),
        Task::Diff(target) => deploy::diff(&root, &target),
        Task::Destroy { target, yes } => deploy::destroy(&root, &target, yes),
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
