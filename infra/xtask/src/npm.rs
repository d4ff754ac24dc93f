//! Packages from npm, installed below `target` from a folder's lock file.

use crate::{say, step::step};
use std::{fs, path::Path, process::Command};

/// Installs what `tests` locks into `folder`, and says so. What is installed from the same lock file stays.
pub(crate) fn install(what: &str, tests: &Path, folder: &Path) -> Result<(), String> {
    let lock = |folder: &Path| fs::read(folder.join("package-lock.json")).ok();
    // npm writes this file once everything is in its place.
    let whole = folder.join("node_modules/.package-lock.json").exists();
    if whole && lock(folder) == lock(tests) {
        return Ok(());
    }
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    for file in ["package.json", "package-lock.json", ".npmrc"] {
        let from = tests.join(file);
        fs::copy(&from, folder.join(file)).map_err(|error| format!("{}: {error}", from.display()))?;
    }
    say(&format!("installing {what} from npm into {}", folder.display()));
    step(
        &format!("{what} from npm"),
        Command::new("npm").current_dir(folder).args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]),
    )
}
