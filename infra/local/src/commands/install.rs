//! `chatlink install` and `chatlink uninstall`.

use super::{Failure, say};
use crate::{
    cli::{Install, OrgArgs, Package, Uninstall},
    install::{self, App, InstallError, Outcome, Removed, TOKEN_VARIABLE},
};
use salesforce::metadata::{Patience, Setup};
use serde_json::json;
use std::{path::Path, time::Duration};

/// Brings the Salesforce side into an org.
pub(crate) async fn install(args: Install) -> Result<(), Failure> {
    let wanted = install::Install {
        stack: args.stack,
        sync_user: args.sync_user,
        agents: args.agent,
        certificate: args.certificate.as_deref().map(read_certificate).transpose()?,
        check: args.check,
    };
    let setup = sign_in(&args.org).await?;
    let say_line = |line: &str| say_unless(args.org.json, &format!("  {line}"));
    let outcome = install::install(&setup, &wanted, patience(&args.org), say_line).await;
    sign_out(&setup).await;
    let outcome = outcome?;
    if args.org.json {
        let mut summary = json!(outcome);
        summary["nothing_to_do"] = json!(outcome.nothing_to_do());
        say(&summary.to_string());
    } else {
        tell(&outcome, &args.org.org);
    }
    judge(&outcome, wanted.check)
}

/// Takes the Salesforce side out of an org.
pub(crate) async fn uninstall(args: Uninstall) -> Result<(), Failure> {
    let setup = sign_in(&args.org).await?;
    let removed = install::uninstall(&setup, args.delete_records, patience(&args.org)).await;
    sign_out(&setup).await;
    let removed = removed?;
    let Removed { records, assignments, components, by_hand } = &removed;
    if args.org.json {
        say(&json!(removed).to_string());
    } else if components.is_empty() && *assignments == 0 {
        say("There was nothing to remove.");
    } else {
        components.iter().for_each(|component| say(&format!("  removed {component}")));
        say(&format!(
            "Removed (components: {}, records: {records}, assignments of permission sets: {assignments}).",
            components.len()
        ));
    }
    if by_hand.is_empty() {
        return Ok(());
    }
    Err(Failure::Work(by_hand.join("\n")))
}

/// Writes the package for others to deploy.
pub(crate) fn package(args: &Package) -> Result<(), Failure> {
    let folder = &args.folder;
    let wrong = |why: &dyn std::fmt::Display| Failure::Input(format!("{}: {why}", folder.display()));
    let stack = args.stack.as_deref().map(|stack| install::address("--stack", stack)).transpose()?;
    let package = match &stack {
        Some(stack) => install::Package::of_source(Some(stack)),
        None => install::Package::without_app(None),
    };
    std::fs::create_dir_all(folder).map_err(|error| wrong(&error))?;
    if std::fs::read_dir(folder).map_err(|error| wrong(&error))?.next().is_some() {
        return Err(wrong(&"the folder is not empty; give another one"));
    }
    let manifest = ("package.xml".to_owned(), package.manifest());
    for (path, text) in package.files.into_iter().chain([manifest]) {
        let file = folder.join(path);
        let written = std::fs::create_dir_all(file.parent().unwrap_or(folder));
        written.and_then(|()| std::fs::write(&file, text)).map_err(|error| wrong(&error))?;
    }
    Ok(())
}

async fn sign_in(args: &OrgArgs) -> Result<Setup, Failure> {
    let token = std::env::var(TOKEN_VARIABLE).ok();
    let say_address = |line: &str| if args.json { super::say_error(line) } else { say(line) };
    Ok(install::sign_in(&args.org, token, args.consumer_key.clone(), say_address).await?)
}

/// A token that was got for this command ends with it; one that was given is not ours to end.
async fn sign_out(setup: &Setup) {
    if std::env::var_os(TOKEN_VARIABLE).is_none()
        && let Err(error) = setup.sign_out().await
    {
        super::say_error(&format!("the access token was not taken back and ends by itself: {error}"));
    }
}

/// An org on this machine answers at once.
fn patience(args: &OrgArgs) -> Patience {
    let patience = Patience::default();
    if args.org.starts_with("http://") { Patience { pause: Duration::ZERO, ..patience } } else { patience }
}

fn tell(outcome: &Outcome, org: &str) {
    for conflict in &outcome.conflicts {
        say(&format!("  {}", conflict.sentence()));
    }
    if !outcome.conflicts.is_empty() {
        return;
    }
    let without_app = matches!(outcome.app, App::Refused { .. } | App::LeftOut);
    match (outcome.nothing_to_do(), outcome.done) {
        (true, _) if without_app => say(&format!("{org} has everything else; there is nothing to do.")),
        (true, _) => say(&format!("{org} has everything; there is nothing to do.")),
        (false, true) => say(&format!("Installed in {org} by {}.", outcome.user)),
        (false, false) => return say(&format!("Only checked: nothing was changed in {org}.")),
    }
    say("\nLeft to do by hand:");
    outcome.by_hand.iter().for_each(|step| say(&format!("  - {step}")));
}

/// How the command ends. A check that finds something to do ends as `config diff` does.
fn judge(outcome: &Outcome, check: bool) -> Result<(), Failure> {
    match outcome.conflicts.len() {
        0 if check && !outcome.nothing_to_do() => {
            Err(Failure::Work("the org lacks some of the package".to_owned()))
        }
        0 => Ok(()),
        1 => Err(Failure::Work("1 field is not what the sync needs; nothing was deployed".to_owned())),
        more => {
            Err(Failure::Work(format!("{more} fields are not what the sync needs; nothing was deployed")))
        }
    }
}

fn read_certificate(file: &Path) -> Result<String, Failure> {
    let wrong = |why: &str| Failure::Input(format!("--certificate {}: {why}", file.display()));
    let text = std::fs::read_to_string(file).map_err(|error| wrong(&error.to_string()))?;
    if text.contains("PRIVATE KEY") {
        return Err(wrong(
            "this is a private key, which stays with you; give the certificate that was made for it",
        ));
    }
    if !text.trim_start().starts_with("-----BEGIN CERTIFICATE-----") {
        return Err(wrong("give an X.509 certificate in PEM form"));
    }
    Ok(text.trim().to_owned())
}

fn say_unless(quiet: bool, line: &str) {
    if !quiet {
        say(line);
    }
}

impl From<InstallError> for Failure {
    fn from(error: InstallError) -> Failure {
        match error {
            InstallError::Input(_) => Failure::Input(error.to_string()),
            _ => Failure::Work(error.to_string()),
        }
    }
}
