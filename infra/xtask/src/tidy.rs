//! The structure a reader counts on: top level, module sentences, sizes, no forgotten ends.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// What the top level may hold besides dotfiles.
const TOP_LEVEL: [&str; 9] =
    ["Cargo.lock", "Cargo.toml", "LICENSE", "README.md", "events", "functions", "infra", "shared", "tests"];
const LONGEST_FILE: usize = 600;

/// Checks the files git tracks.
pub(crate) fn check(root: &Path) -> Result<(), String> {
    let files = tracked(root)?;
    let mut problems = Vec::new();
    for file in &files {
        let top = file.iter().next().and_then(|part| part.to_str()).unwrap_or_default();
        if !top.starts_with('.') && !TOP_LEVEL.contains(&top) {
            problems.push(format!("{}: the top level holds only {}", file.display(), TOP_LEVEL.join(", ")));
        }
        if file.extension().is_some_and(|extension| extension == "rs") {
            problems.extend(check_source(root, file));
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(format!("structure:\n  {}", problems.join("\n  "))) }
}

fn tracked(root: &Path) -> Result<Vec<PathBuf>, String> {
    let args = ["ls-files", "--cached", "--others", "--exclude-standard"];
    let output = Command::new("git").current_dir(root).args(args).output();
    let output = output.map_err(|error| format!("git ls-files does not start: {error}"))?;
    let names = String::from_utf8_lossy(&output.stdout);
    Ok(names.lines().map(PathBuf::from).filter(|file| root.join(file).is_file()).collect())
}

fn check_source(root: &Path, file: &Path) -> Vec<String> {
    let Ok(text) = fs::read_to_string(root.join(file)) else {
        return vec![format!("{}: not UTF-8", file.display())];
    };
    let mut problems = Vec::new();
    let opening = text.lines().next().unwrap_or_default();
    if !opening.starts_with("//!") && !opening.starts_with("#![doc") {
        problems.push(format!("{}: a module opens with a `//!` sentence", file.display()));
    }
    let lines = text.lines().count();
    if lines > LONGEST_FILE {
        problems.push(format!("{}: {lines} lines; more than {LONGEST_FILE} are two rooms", file.display()));
    }
    // Put together here, so that this file does not find itself.
    for forgotten in [
        concat!("#[", "ignore"),
        concat!("todo", "!("),
        concat!("unimplemented", "!("),
        concat!("thread::", "sleep"),
    ] {
        if text.contains(forgotten) {
            problems.push(format!("{}: {forgotten} has no place here", file.display()));
        }
    }
    problems
}
