//! The console in a real browser, against the whole stack on this machine, from nothing to the first sync.

use crate::{
    chatlink::{self, Running, free_ports},
    npm, say,
    step::{step, timed},
};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Under these names systems install Chromium.
const CHROMIUM: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// Installs Playwright below `target/browser`, starts an empty stack, and sets it up in Chromium.
pub(crate) fn run(root: &Path) -> Result<(), String> {
    let home = root.join("target/browser");
    let (tests, node, data) = (root.join("tests/browser"), home.join("node"), home.join("data"));
    let chromium = chromium()?;
    npm::install("Playwright and axe-core", &tests, &node)?;
    copy_tests(&tests, &node)?;
    chatlink::build(root)?;
    if data.exists() {
        fs::remove_dir_all(&data).map_err(|error| format!("{}: {error}", data.display()))?;
    }
    let (ports, data) = (free_ports()?.to_string(), data.display().to_string());
    let world = ["--conversations", "1200", "--days", "4"];
    let stack = ["up", "--empty", "--json", "--data", &data, "--port-base", &ports];
    let stack = Running::start(root, &[&stack[..], &world[..]].concat())?;
    step(
        "console in a browser",
        Command::new("node")
            .current_dir(&node)
            .args(["--test", "--test-reporter=spec", "console.mjs"])
            .env("CHROMIUM", chromium)
            .env("STACK", stack.ready.to_string())
            .env("SHOTS", home.join("shots")),
    )
}

/// The tests find their packages beside them.
fn copy_tests(tests: &Path, node: &Path) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{}: {error}", tests.display());
    for entry in fs::read_dir(tests).map_err(failed)? {
        let file = entry.map_err(failed)?.path();
        if let (Some("mjs"), Some(name)) = (file.extension().and_then(|end| end.to_str()), file.file_name()) {
            fs::copy(&file, node.join(name)).map_err(failed)?;
        }
    }
    Ok(())
}

/// The system's Chromium, installed from the system's packages when it is missing and that is possible.
fn chromium() -> Result<PathBuf, String> {
    if let Some(found) = on_path(&CHROMIUM) {
        return Ok(found);
    }
    let way_out = "install Chromium (Debian and Ubuntu: `apt-get install chromium`; Fedora: `dnf install chromium`; \
                   macOS: put a `chromium` on the PATH), or Google Chrome, and try again";
    if on_path(&["apt-get"]).is_none() || !is_root() {
        return Err(format!("no {} on the PATH; {way_out}", CHROMIUM.join(", ")));
    }
    say("no Chromium on the PATH; installing the package `chromium` with apt-get");
    timed("Chromium", || {
        let install = ["install", "--yes", "--no-install-recommends", "chromium"];
        step("package lists", Command::new("apt-get").args(["update", "--quiet"]))?;
        step("package", Command::new("apt-get").args(install).env("DEBIAN_FRONTEND", "noninteractive"))
    })?;
    on_path(&CHROMIUM)
        .ok_or_else(|| format!("the package brought none of {}; {way_out}", CHROMIUM.join(", ")))
}

fn on_path(names: &[&str]) -> Option<PathBuf> {
    let folders: Vec<PathBuf> = env::split_paths(&env::var_os("PATH")?).collect();
    let files = names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    files.into_iter().find(|file| file.is_file())
}

fn is_root() -> bool {
    let answer = Command::new("id").arg("-u").output();
    answer.is_ok_and(|answer| answer.stdout.trim_ascii() == b"0")
}
