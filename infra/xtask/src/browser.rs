//! The pages in a real browser, against the whole stack on this machine: the console from nothing to the first sync, and
//! the widget beside conversations.

use crate::{
    chatlink::{self, Running, free_ports},
    npm, say,
    step::{step, timed},
};
use serde_json::{Value, json};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Under these names systems install Chromium.
const CHROMIUM: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// Installs Playwright below `target/browser`, and takes both pages through their tests.
pub(crate) fn run(root: &Path) -> Result<(), String> {
    let browser = Browser { home: root.join("target/browser"), chromium: chromium()? };
    let tests = root.join("tests/browser");
    npm::install("Playwright and axe-core", &tests, &browser.node())?;
    copy_tests(&tests, &browser.node())?;
    chatlink::build(root)?;
    remove(&browser.shots())?;
    let (empty, _) = browser.stack(root, "data", &["--empty"])?;
    browser.test("console", &empty.ready)?;
    drop(empty);
    let (_sample, base) = browser.stack(root, "data-widget", &[])?;
    browser.test("widget", &json!({ "base": base }))
}

struct Browser {
    home: PathBuf,
    chromium: PathBuf,
}

impl Browser {
    fn node(&self) -> PathBuf {
        self.home.join("node")
    }

    fn shots(&self) -> PathBuf {
        self.home.join("shots")
    }

    /// A stack that begins anew, and the first of its ports.
    fn stack(&self, root: &Path, data: &str, more: &[&str]) -> Result<(Running, u16), String> {
        let data = self.home.join(data);
        remove(&data)?;
        let (base, data) = (free_ports()?, data.display().to_string());
        let ports = base.to_string();
        let world = ["--conversations", "1200", "--days", "4"];
        let stack = ["up", "--json", "--data", &data, "--port-base", &ports];
        Ok((Running::start(root, &[&stack[..], &world[..], more].concat())?, base))
    }

    /// Runs the tests of a page; `stack` tells them where it is.
    fn test(&self, page: &str, stack: &Value) -> Result<(), String> {
        step(
            &format!("{page} in a browser"),
            Command::new("node")
                .current_dir(self.node())
                .args(["--test", "--test-reporter=spec", &format!("{page}.mjs")])
                .env("CHROMIUM", &self.chromium)
                .env("STACK", stack.to_string())
                .env("SHOTS", self.shots()),
        )
    }
}

fn remove(folder: &Path) -> Result<(), String> {
    match folder.exists() {
        true => fs::remove_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display())),
        false => Ok(()),
    }
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
