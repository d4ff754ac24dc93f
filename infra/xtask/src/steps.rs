//! What `cargo xtask test` does, in order. The first failure ends it.

use crate::{
    browser, cargo_lambda, conformance, dependencies, infrastructure, say,
    step::{step, timed},
    tidy,
};
use std::{path::Path, process::Command};

/// Logic that must know no HTTP, no AWS and no runtime.
const PURE: [&str; 4] = ["domain", "mapping", "sync", "crm"];
const IMPURE: [&str; 7] =
    ["tokio", "hyper", "reqwest", "axum", "aws-config", "aws-sdk-dynamodb", "lambda_runtime"];

/// Runs every step.
pub(crate) fn test(root: &Path) -> Result<(), String> {
    let cargo = |title: &str, args: &[&str], env: &[(&str, &str)]| {
        let mut command = Command::new(env!("CARGO"));
        command.current_dir(root).args(args).envs(env.iter().copied());
        step(title, &mut command)
    };
    cargo("format", &["fmt", "--all", "--check"], &[])?;
    timed("structure", || tidy::check(root))?;
    timed("pure crates", || pure_crates(root))?;
    timed("dependencies", || dependencies::run(root))?;
    cargo("lints", &["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"], &[])?;
    cargo("build", &["build", "--workspace", "--quiet"], &[])?;
    cargo("tests", &["test", "--workspace", "--quiet"], &[])?;
    let pages = root.join("shared/ui/web");
    step("tests of the pages", Command::new("npm").current_dir(pages).args(["test", "--silent"]))?;
    timed("conformance", || conformance::run(root))?;
    timed("browser", || browser::run(root))?;
    timed("infrastructure", || infrastructure::run(root))?;
    timed("cargo lambda", || cargo_lambda::run(root))?;
    cargo(
        "documentation",
        &["doc", "--workspace", "--no-deps", "--quiet"],
        &[("RUSTDOCFLAGS", "-D warnings")],
    )?;
    say("\nEverything passed.");
    Ok(())
}

fn pure_crates(root: &Path) -> Result<(), String> {
    for krate in PURE {
        let args = ["tree", "--package", krate, "--edges", "normal", "--prefix", "none", "--format", "{p}"];
        let output = Command::new(env!("CARGO")).current_dir(root).args(args).output();
        let output = output.map_err(|error| format!("cargo tree does not start: {error}"))?;
        if !output.status.success() {
            return Err(format!("cargo tree: {}", String::from_utf8_lossy(&output.stderr)));
        }
        let tree = String::from_utf8_lossy(&output.stdout);
        let names: Vec<&str> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
        if let Some(found) = IMPURE.iter().find(|name| names.contains(name)) {
            return Err(format!("{krate} is pure logic and must not depend on {found}"));
        }
    }
    Ok(())
}
