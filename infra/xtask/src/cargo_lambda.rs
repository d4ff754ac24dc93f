//! The functions under `cargo lambda watch` and `cargo lambda invoke`, as a developer runs them.

use crate::{python, step::step};
use std::{path::Path, process::Command};

/// Installs cargo-lambda below `target` and runs every function under it.
pub(crate) fn run(root: &Path) -> Result<(), String> {
    let programs = python::install(root, "cargo-lambda")?;
    let cargo = |title: &str, args: &[&str]| {
        step(
            title,
            Command::new(env!("CARGO")).current_dir(root).args(args).env("CHATLINK_CARGO_LAMBDA", &programs),
        )
    };
    cargo("build of chatlink and the functions", &["build", "--workspace", "--bins", "--quiet"])?;
    cargo(
        "lints of the test",
        &["clippy", "-p", "tests", "--test", "cargo_lambda", "--no-deps", "--quiet", "--", "-D", "warnings"],
    )?;
    cargo("functions under cargo lambda", &["test", "-p", "tests", "--test", "cargo_lambda", "--quiet"])
}
