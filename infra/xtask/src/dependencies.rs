//! What we depend on: licences, sources, duplicates, and known vulnerabilities where their databases answer.

use crate::{
    say,
    step::{step, timed},
};
use serde_json::Value;
use std::{
    path::{Path, PathBuf},
    process::Command,
};

const DENY: &str = "0.20.2";
/// Every folder with packages of npm.
const NPM: [&str; 4] =
    ["shared/ui/web", "tests/browser", "tests/conformance/metadata", "tests/conformance/salesforce"];
/// How cargo-deny says that it could not get the advisories.
const NOT_FETCHED: &str = "failed to fetch advisory database";

/// How npm says that it reached nobody.
const NO_NETWORK: [&str; 5] = ["ENOTFOUND", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "EAI_AGAIN"];

/// Looks at the dependencies of Rust and of npm.
pub(crate) fn run(root: &Path) -> Result<(), String> {
    let deny = install(root)?;
    let mut rules = Command::new(&deny);
    rules.current_dir(root).args(["--config", "infra/xtask/deny.toml", "--log-level", "error", "check"]);
    step("cargo deny: licences, sources, duplicates", rules.args(["bans", "licenses", "sources"]))?;
    timed("cargo deny: advisories", || advisories(root, &deny))?;
    NPM.iter().try_for_each(|folder| timed(&format!("npm audit: {folder}"), || audit(&root.join(folder))))
}

/// Built once, without optimisation: it runs for a second.
fn install(root: &Path) -> Result<PathBuf, String> {
    let home = root.join("target/tools").join(format!("cargo-deny-{DENY}"));
    let program = home.join("bin/cargo-deny");
    if !program.exists() {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["install", "cargo-deny", "--version", DENY, "--locked", "--debug", "--quiet"]);
        cargo.args(["--no-default-features", "--root"]).arg(&home);
        cargo.arg("--target-dir").arg(root.join("target/tools/build"));
        step("cargo-deny, built below target", &mut cargo)?;
    }
    Ok(program)
}

fn advisories(root: &Path, deny: &Path) -> Result<(), String> {
    let mut command = Command::new(deny);
    command.current_dir(root).args(["--config", "infra/xtask/deny.toml", "check", "advisories"]);
    let output = command.output().map_err(|error| format!("cargo-deny does not start: {error}"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    if output.status.success() {
        return Ok(());
    }
    if said.contains(NOT_FETCHED) {
        say("not checked: the database of advisories cannot be reached from here");
        return Ok(());
    }
    Err(format!("advisories against our dependencies:\n{said}"))
}

fn audit(folder: &Path) -> Result<(), String> {
    let output = Command::new("npm").current_dir(folder).args(["audit", "--json"]).output();
    let output = output.map_err(|error| format!("npm does not start: {error}"))?;
    found(&serde_json::from_slice(&output.stdout).unwrap_or_default())
}

/// What `npm audit --json` says: counts by severity, or that the registry did not answer.
fn found(said: &Value) -> Result<(), String> {
    let Some(total) = said["metadata"]["vulnerabilities"]["total"].as_u64() else {
        let code = said["error"]["code"].as_str().unwrap_or_default();
        if said["statusCode"].is_u64() || NO_NETWORK.contains(&code) {
            say("not checked: the registry answers no audits here");
            return Ok(());
        }
        return Err(format!("npm audit: {said}"));
    };
    let names = said["vulnerabilities"].as_object().into_iter().flatten().map(|(name, _)| name.as_str());
    if total == 0 { Ok(()) } else { Err(format!("vulnerable: {}", names.collect::<Vec<_>>().join(", "))) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_audit_fails_only_by_what_it_found() {
        let counted = |total: u64| json!({ "metadata": { "vulnerabilities": { "total": total } } });
        assert_eq!(found(&counted(0)), Ok(()));
        let mut one = counted(1);
        one["vulnerabilities"] = json!({ "left-pad": { "severity": "high" } });
        assert_eq!(found(&one), Err("vulnerable: left-pad".to_owned()));
        assert_eq!(found(&json!({ "message": "405 Method Not Allowed", "statusCode": 405 })), Ok(()));
        assert_eq!(found(&json!({ "error": { "code": "ENOTFOUND" } })), Ok(()));
        assert!(found(&json!({ "error": { "code": "ENOLOCK" } })).is_err(), "a folder without packages");
        assert!(found(&Value::Null).is_err(), "no answer at all");
    }
}
