//! `chatlink config`: the configuration as a file.

use super::{Failure, running_stack, say};
use crate::cli::{Config, ConfigFile, ConfigStack, FileAndStack};
use aws::{SaveError, VersionedConfiguration};
use bootstrap::Workspace;
use domain::{
    Configuration,
    configuration::{Change, Problem, changes},
    ports::StoreError,
};
use serde_json::json;
use std::path::Path;

/// Who the audit says it was.
const BY: &str = "chatlink config import";

/// Exports, imports, validates or compares.
pub(crate) async fn config(what: Config) -> Result<(), Failure> {
    match what {
        Config::Export(args) => export(&args).await,
        Config::Import(args) => import(&args).await,
        Config::Validate(args) => validate(&args),
        Config::Diff(args) => diff(&args).await,
    }
}

async fn export(args: &ConfigStack) -> Result<(), Failure> {
    let stack = running_stack(args.port_base).await?;
    match kept(&stack).await? {
        Some(kept) => say(&kept.configuration.to_json()),
        None => {
            let sentence =
                "the stack has no configuration yet; import one with `chatlink config import FILE`";
            return Err(Failure::Input(sentence.to_owned()));
        }
    }
    Ok(())
}

async fn import(args: &FileAndStack) -> Result<(), Failure> {
    let file = &args.file;
    let configuration = checked(file)?;
    let stack = running_stack(args.stack.port_base).await?;
    let kept = kept(&stack).await?;
    let before = kept.as_ref().map(|kept| &kept.configuration);
    let mut problems = before.map_or_else(Vec::new, |before| configuration.check_change(before));
    problems.splice(0..0, sync::check_configuration(&configuration, None));
    refuse(&file.file, &problems, file.json)?;
    let found = changes(before, &configuration);
    let expected = kept.as_ref().map_or(0, |kept| kept.version);
    let saved = stack.table.save_configuration(&configuration, expected, BY, stack.clock.now()).await;
    let version = saved.map_err(|error| match error {
        SaveError::Stale { .. } => Failure::Work(format!("{error}; nothing was saved")),
        SaveError::Store(error) => unreachable(error),
    })?;
    if !found.is_empty() {
        let applied = stack.apply_schedules(&configuration).await;
        applied
            .map_err(|error| Failure::Work(format!("saved, but its schedules do not stand yet: {error}")))?;
    }
    if file.json {
        say(&json!({ "version": version, "changes": found }).to_string());
    } else {
        say_changes(&found);
        say(&match found.len() {
            0 => format!("Nothing changes: version {version} is the same."),
            1 => format!("Saved as version {version}: 1 change."),
            number => format!("Saved as version {version}: {number} changes."),
        });
    }
    Ok(())
}

fn validate(args: &ConfigFile) -> Result<(), Failure> {
    let configuration = checked(args)?;
    refuse(&args.file, &sync::check_configuration(&configuration, None), args.json)?;
    if args.json {
        say(&json!({ "problems": [] }).to_string());
    } else {
        say(&format!(
            "{} has no problems. What the org says to it is seen when it is used.",
            args.file.display()
        ));
    }
    Ok(())
}

async fn diff(args: &FileAndStack) -> Result<(), Failure> {
    let file = &args.file;
    let configuration = checked(file)?;
    let stack = running_stack(args.stack.port_base).await?;
    let kept = kept(&stack).await?;
    let found = changes(kept.as_ref().map(|kept| &kept.configuration), &configuration);
    if file.json {
        say(&json!({ "version": kept.map_or(0, |kept| kept.version), "changes": found }).to_string());
    } else {
        say_changes(&found);
    }
    match found.len() {
        0 => Ok(()),
        number => {
            let places = if number == 1 { "1 place".to_owned() } else { format!("{number} places") };
            Err(Failure::Work(format!("{} differs from the stack in {places}", file.file.display())))
        }
    }
}

/// The file's configuration, when it has the form of one.
fn checked(args: &ConfigFile) -> Result<Configuration, Failure> {
    let file = &args.file;
    let json = std::fs::read_to_string(file).map_err(|error| {
        Failure::Input(format!("the configuration file {} cannot be read: {error}", file.display()))
    })?;
    match Configuration::from_json(&json) {
        Ok(configuration) => Ok(configuration),
        Err(error) => {
            refuse(file, &[error.problem()], args.json)?;
            Err(Failure::Input(error.to_string()))
        }
    }
}

/// Shows every problem, and ends the command when there is one.
fn refuse(file: &Path, problems: &[Problem], as_json: bool) -> Result<(), Failure> {
    if problems.is_empty() {
        return Ok(());
    }
    if as_json {
        say(&json!({ "problems": problems }).to_string());
    } else {
        problems.iter().for_each(|problem| say(&problem.to_string()));
    }
    let number =
        if problems.len() == 1 { "1 problem".to_owned() } else { format!("{} problems", problems.len()) };
    Err(Failure::Input(format!("{} has {number}", file.display())))
}

fn say_changes(changes: &[Change]) {
    for Change { path, before, after } in changes {
        say(&format!("{path}: {before} -> {after}"));
    }
}

async fn kept(stack: &Workspace) -> Result<Option<VersionedConfiguration>, Failure> {
    stack.table.versioned_configuration().await.map_err(unreachable)
}

#[expect(clippy::needless_pass_by_value, reason = "the shape `map_err` takes")]
fn unreachable(error: StoreError) -> Failure {
    Failure::Work(format!("the stack does not answer: {error}"))
}
