//! Packages from npm, installed below `target` from a folder's lock file.

use crate::{say, step::step};
use std::{fs, path::Path, process::Command};

/// Installs what `tests` locks into `folder`, and says so.
pub(crate) fn install(what: &str, tests: &Path, folder: &Path) -> Result<(), String> {
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
