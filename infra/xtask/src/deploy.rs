//! Building the functions for AWS, and a customer's stack: deploying, comparing, removing. Each says what it will do first.

use crate::{customer::Customer, python, say, step::step};
use clap::Args;
use std::{
    fs,
    io::{self, BufRead, Write},
    path::{Path, PathBuf},
    process::Command,
};

/// Where cargo-lambda leaves `<function>/bootstrap.zip`, and the template looks for it.
const ZIPS: &str = "target/lambda";

/// Which stack, and from what.
#[derive(Args)]
pub(crate) struct Target {
    /// The customer, `infra/customers/<customer>.toml`, or a path that ends in `.toml`.
    customer: String,
    /// Another template, whose functions are built already.
    #[arg(long)]
    template: Option<PathBuf>,
}

/// Builds the six functions for AWS and answers for their files.
pub(crate) fn package(root: &Path) -> Result<(), String> {
    let programs = python::install(root, "cargo-lambda")?;
    let rustup = Command::new("rustup").args(["target", "add", "aarch64-unknown-linux-gnu"]).status();
    if !rustup.is_ok_and(|status| status.success()) {
        say("rustup did not add aarch64-unknown-linux-gnu; going on, in case the toolchain has it");
    }
    let mut build = Command::new(programs.join("cargo-lambda"));
    build.current_dir(root).args(["lambda", "build", "--release", "--arm64", "--output-format", "zip"]);
    for function in functions(root)? {
        build.args(["--package", &function]);
    }
    // It looks for its linker, which was installed beside it.
    let path = std::env::var_os("PATH").unwrap_or_default();
    let beside = std::env::join_paths([programs].into_iter().chain(std::env::split_paths(&path)));
    step("functions for AWS", build.env("PATH", beside.map_err(|error| error.to_string())?))?;
    for function in functions(root)? {
        let zip = root.join(ZIPS).join(&function).join("bootstrap.zip");
        let size = fs::metadata(&zip).map_err(|error| format!("{}: {error}", zip.display()))?.len();
        say(&format!("{ZIPS}/{function}/bootstrap.zip  {:.1} MB", size as f64 / 1e6));
    }
    Ok(())
}

/// The crates below `functions`.
fn functions(root: &Path) -> Result<Vec<String>, String> {
    let folder = root.join("functions");
    let failed = |error: io::Error| format!("{}: {error}", folder.display());
    let mut names = Vec::new();
    for entry in fs::read_dir(&folder).map_err(failed)? {
        names.push(entry.map_err(failed)?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

/// Builds and deploys, and waits until AWS is done.
pub(crate) fn deploy(root: &Path, target: &Target) -> Result<(), String> {
    let customer = Customer::read(root, &target.customer)?;
    say(&format!(
        "Deploys the stack {} to {}{}: builds the functions for AWS, uploads them to SAM's bucket there, and creates or \
         changes the stack. What changes in it, `cargo xtask diff {}` shows beforehand.",
        customer.stack,
        customer.region,
        elsewhere(),
        target.customer
    ));
    run_deploy(root, target, &customer, &[])?;
    say(&format!(
        "\nThe stack {} is deployed. Open the address called Console above and sign in as a Salesforce administrator.",
        customer.stack
    ));
    Ok(())
}

/// Shows what a deployment would change, and changes nothing.
pub(crate) fn diff(root: &Path, target: &Target) -> Result<(), String> {
    let customer = Customer::read(root, &target.customer)?;
    say(&format!(
        "Shows what a deployment of {} to {}{} would change: builds and uploads the functions, and has AWS compare. Nothing \
         of the stack is changed.",
        customer.stack,
        customer.region,
        elsewhere()
    ));
    run_deploy(root, target, &customer, &["--no-execute-changeset"])
}

fn run_deploy(root: &Path, target: &Target, customer: &Customer, more: &[&str]) -> Result<(), String> {
    let programs = python::install(root, "sam")?;
    let template = match &target.template {
        Some(template) => template.clone(),
        None => {
            package(root)?;
            root.join("infra/template.yaml")
        }
    };
    let mut sam = sam(&programs, customer, "deploy");
    sam.arg("--config-file").arg(root.join("infra/samconfig.toml"));
    sam.arg("--template-file").arg(template).arg("--s3-prefix").arg(&customer.stack).args(more);
    sam.arg("--parameter-overrides").args(customer.parameters());
    if !customer.tags().is_empty() {
        sam.arg("--tags").args(customer.tags());
    }
    step(&format!("stack {}", customer.stack), &mut sam)
}

/// Removes the stack. What becomes of the data, the stack's own `DataPolicy` says.
pub(crate) fn destroy(root: &Path, target: &Target, yes: bool) -> Result<(), String> {
    let customer = Customer::read(root, &target.customer)?;
    let data = if customer.deletes_data() {
        "Its table and its secrets go with it, if it was deployed with DataPolicy = \"Delete\"."
    } else {
        "Its table and its secrets stay, and cost what little they cost, until you delete them."
    };
    say(&format!(
        "Removes the stack {} from {}{}: its functions, address, schedules, queues and alarms. {data} Nothing in Salesforce \
         or LivePerson changes.",
        customer.stack,
        customer.region,
        elsewhere()
    ));
    if !yes && !confirmed(&customer.stack)? {
        return Err("nothing was removed".to_owned());
    }
    let programs = python::install(root, "sam")?;
    let mut sam = sam(&programs, &customer, "delete");
    step(&format!("stack {}", customer.stack), sam.arg("--no-prompts"))
}

fn sam(programs: &Path, customer: &Customer, task: &str) -> Command {
    let mut sam = Command::new(programs.join("sam"));
    sam.arg(task).args(["--stack-name", &customer.stack, "--region", &customer.region]);
    if let Some(profile) = &customer.profile {
        sam.args(["--profile", profile]);
    }
    // It would tell its makers what it does.
    sam.env("SAM_CLI_TELEMETRY", "0");
    sam
}

fn confirmed(stack: &str) -> Result<bool, String> {
    let unusable = |error: io::Error| error.to_string();
    say(&format!("Type the stack's name, {stack}, to go on:"));
    io::stderr().flush().map_err(unusable)?;
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line).map_err(unusable)?;
    Ok(line.trim() == stack)
}

/// Whoever sends AWS's calls elsewhere is told so.
fn elsewhere() -> String {
    std::env::var("AWS_ENDPOINT_URL").map(|address| format!(" (at {address})")).unwrap_or_default()
}
