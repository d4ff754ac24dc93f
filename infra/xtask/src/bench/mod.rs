//! Measures our figures beside others' on the same work in the same run, and compares the ratios with those kept.

mod build;
mod ratios;
mod report;

use crate::say;
use clap::{Args, ValueEnum};
use report::Report;
use std::{path::Path, process::Command};

/// What `cargo xtask bench` takes.
#[derive(Args)]
pub(crate) struct Options {
    /// What is measured; all of it when nothing is said.
    what: Option<Measured>,
    /// Print one JSON line each on standard output instead of tables.
    #[arg(long)]
    json: bool,
    /// Fail when a figure is worse than the one kept in `infra/xtask/ratios.json` by more than 15 %, or misses the goal that
    /// one met.
    #[arg(long)]
    check: bool,
    /// Keep what is measured in `infra/xtask/ratios.json`, for `--check` to compare with.
    #[arg(long, conflicts_with = "check")]
    keep: bool,
    /// Growth up to 1,000,000 conversations, which takes many minutes more.
    #[arg(long)]
    full: bool,
}

/// What can be measured.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Measured {
    /// Mapping conversations, beside a reader that skips the same bytes and three that make a tree of them.
    Mapping,
    /// From a function's start to its first poll for an event, beside a function that does nothing.
    Start,
    /// A sync with the latencies of both outside systems, beside the least time they leave, and beside tap-liveperson.
    Sync,
    /// The widget's function under load, beside the same calls to Salesforce made directly.
    Widget,
    /// How calls, CPU, memory and stored bytes grow with the number of conversations.
    Growth,
}

/// Measures what is asked for, one after the other.
pub(crate) fn run(root: &Path, options: &Options) -> Result<(), String> {
    let all: Vec<Measured> = match options.what {
        Some(one) => vec![one],
        None => Measured::value_variants().to_vec(),
    };
    if all.iter().any(|one| one.uses_functions()) {
        build::functions(root)?;
    }
    let mut reports = Vec::new();
    for one in all {
        let mut report = Report::default();
        for mut command in one.commands(root, options.full) {
            report.add(&output(&mut command)?)?;
        }
        if options.json {
            report.print_line();
        } else {
            report.print_tables();
        }
        reports.push(report);
    }
    if options.keep {
        ratios::keep(root, &reports)?;
    }
    if options.check { ratios::check(root, &reports) } else { Ok(()) }
}

impl Measured {
    /// Whether the functions' own binaries are measured.
    fn uses_functions(self) -> bool {
        matches!(self, Measured::Start | Measured::Sync | Measured::Growth)
    }

    /// Each prints one JSON line.
    fn commands(self, root: &Path, full: bool) -> Vec<Command> {
        let bench = |package: &str, bench: &str, arguments: &[&str]| {
            let mut command = Command::new(env!("CARGO"));
            command.current_dir(root).args([
                "bench",
                "--quiet",
                "--package",
                package,
                "--bench",
                bench,
                "--",
            ]);
            command.args(arguments);
            command
        };
        let stack = |arguments: &[&str]| vec![bench("tests", "stack", arguments)];
        match self {
            Measured::Mapping => {
                vec![bench("mapping", "mapping", &[]), bench("mapping", "allocations", &[])]
            }
            Measured::Start => stack(&["start"]),
            Measured::Sync => {
                let mut commands = stack(&["sync"]);
                match build::tap(root) {
                    Ok(python) => drop(commands[0].env("CHATLINK_TAP_PYTHON", python)),
                    Err(why) => say(&format!("tap-liveperson is left out: {why}")),
                }
                commands
            }
            Measured::Widget => stack(&["widget"]),
            Measured::Growth if full => stack(&["growth", "--full"]),
            Measured::Growth => stack(&["growth"]),
        }
    }
}

/// What a command printed; what it says besides goes to the terminal.
fn output(command: &mut Command) -> Result<String, String> {
    let output = command.stderr(std::process::Stdio::inherit()).output();
    let output = output.map_err(|error| format!("{command:?} does not start: {error}"))?;
    if !output.status.success() {
        return Err(format!("{command:?}"));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
