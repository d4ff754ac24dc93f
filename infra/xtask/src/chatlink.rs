//! The `chatlink` command, built and started in the background for other people's programs to talk to.

use crate::step::step;
use serde_json::Value;
use std::{
    io::{BufRead, BufReader},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

/// Looked at for four free ports in a row.
const PORTS: std::ops::Range<u16> = 18_400..18_800;

/// Builds the command.
pub(crate) fn build(root: &Path) -> Result<(), String> {
    let mut cargo = Command::new(env!("CARGO"));
    step("build of chatlink", cargo.current_dir(root).args(["build", "--quiet", "--bin", "chatlink"]))
}

/// Where the command that was built lies.
pub(crate) fn built(root: &Path) -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    target.join("debug/chatlink")
}

/// A running command; stopped when dropped.
pub(crate) struct Running {
    process: Child,
    /// The JSON line it prints when it is ready.
    pub(crate) ready: Value,
}

impl Running {
    /// Starts the command that was built, and waits until it is ready.
    pub(crate) fn start(root: &Path, arguments: &[&str]) -> Result<Running, String> {
        let chatlink = built(root);
        let mut process = Command::new(&chatlink)
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{} does not start: {error}", chatlink.display()))?;
        let mut line = String::new();
        let read = process.stdout.take().map(|output| BufReader::new(output).read_line(&mut line));
        let mut running = Running { process, ready: Value::Null };
        let unusable = |why: String| format!("the ready line of chatlink {}: {why}", arguments.join(" "));
        read.transpose().map_err(|error| unusable(error.to_string()))?;
        running.ready = serde_json::from_str(&line).map_err(|error| unusable(error.to_string()))?;
        Ok(running)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself; either way it is gone afterwards.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Where a whole stack can listen.
pub(crate) fn free_ports() -> Result<u16, String> {
    let free = |base: &u16| {
        let listeners: Vec<_> =
            (*base..base + 4).map(|port| TcpListener::bind(("127.0.0.1", port))).collect();
        listeners.iter().all(Result::is_ok)
    };
    PORTS.step_by(4).find(free).ok_or_else(|| format!("no four free ports in a row in {PORTS:?}"))
}
