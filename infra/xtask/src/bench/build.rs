//! What the benchmarks run besides themselves.

use crate::{python, say, step::step};
use std::{
    path::{Path, PathBuf},
    process::Command,
};

const FUNCTIONS: [&str; 6] = ["admin", "widget", "transcript", "sync-chat", "sync-plan", "sync-slice"];

/// The six functions in the profile they are deployed in, one that does nothing, and the benchmarks: in one build, since
/// every one of them needs the same libraries.
pub(crate) fn functions(root: &Path) -> Result<(), String> {
    say("building the functions and the benchmarks as for release; the first time this takes minutes");
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(root).args(["build", "--release", "--quiet", "--package", "tests"]);
    command.args(FUNCTIONS.iter().flat_map(|name| ["--package", name]));
    command.args(["--bins", "--example", "bare", "--bench", "stack"]);
    step("functions", &mut command)
}

/// A Python with tap-liveperson, which needs one of 2020.
pub(crate) fn tap(root: &Path) -> Result<PathBuf, String> {
    let interpreter = python_of_2020().ok_or("there is no Python 3.9")?;
    let list = root.join("tests/benches/tap.txt");
    Ok(python::install_with(&interpreter, &list, &root.join("target/benches/tap"))?.join("python"))
}

/// Python 3.9 on the path, or where pyenv keeps it.
fn python_of_2020() -> Option<PathBuf> {
    let works = |python: &PathBuf| {
        let output = Command::new(python).arg("--version").output();
        output.is_ok_and(|output| output.stdout.starts_with(b"Python 3.9."))
    };
    let home = std::env::var_os("HOME").map(PathBuf::from).unwrap_or_default();
    let kept = home.join(".pyenv/versions").read_dir().into_iter().flatten().flatten();
    let candidates = kept.map(|version| version.path().join("bin/python3.9"));
    [PathBuf::from("python3.9")].into_iter().chain(candidates).find(works)
}
