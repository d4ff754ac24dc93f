//! Programs from PyPI, each set in an environment of its own below `target`, from a list with exact versions.

use crate::{say, step::step};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Installs what a list of `tests/infrastructure/python` names, unless that very list is installed already; answers the
/// folder of the programs.
pub(crate) fn install(root: &Path, list: &str) -> Result<PathBuf, String> {
    let file = root.join("tests/infrastructure/python").join(format!("{list}.txt"));
    install_with(Path::new("python3"), &file, &root.join("target/infrastructure/python").join(list))
}

/// The same by an interpreter, from a file, into a folder.
pub(crate) fn install_with(python: &Path, file: &Path, home: &Path) -> Result<PathBuf, String> {
    let wanted = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let (programs, installed) = (home.join("bin"), home.join("installed.txt"));
    if fs::read_to_string(&installed).is_ok_and(|had| had == wanted) {
        return Ok(programs);
    }
    let list = file.file_stem().unwrap_or_default().to_string_lossy();
    say(&format!("installing {list} from PyPI into {}", home.display()));
    step(&format!("Python for {list}"), Command::new(python).args(["-m", "venv", "--clear"]).arg(home))?;
    let pip =
        ["-m", "pip", "install", "--quiet", "--no-compile", "--disable-pip-version-check", "--requirement"];
    step(&format!("{list} from PyPI"), Command::new(programs.join("python")).args(pip).arg(file))?;
    fs::write(&installed, wanted).map_err(|error| format!("{}: {error}", installed.display()))?;
    Ok(programs)
}
