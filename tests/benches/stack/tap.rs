//! tap-liveperson, which reads the same conversations for data warehouses, one page after the other. It writes nothing.

use crate::month::Month;
use jiff::SignedDuration;
use local::{liveperson::Account, stack::Stack};
use serde_json::{Value, json};
use std::{fs, path::Path, process::Stdio};
use tokio::process::Command;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/tap.py");
/// A Python that has it; `cargo xtask bench` sets it.
const PYTHON: &str = "CHATLINK_TAP_PYTHON";

/// What it read, and what that took.
pub(crate) struct Peer {
    read: f64,
    seconds: f64,
    cpu_seconds: f64,
}

impl Peer {
    /// Beside our month: how often its time.
    pub(crate) fn row(&self, month: &Month) -> Value {
        json!([
            "tap-liveperson 1.0.1, reads only",
            format!("{:.0}", self.read),
            format!("{:.2}", self.seconds),
            format!("({:.1} x ours)", self.seconds / month.wall.as_secs_f64()),
            format!("{:.3}", self.cpu_seconds * 1e3 / self.read.max(1.0)),
            "",
            "",
            "",
        ])
    }
}

/// Reads the conversations that started within the stack's month.
pub(crate) async fn read(stack: &Stack, data: &Path) -> Result<Peer, String> {
    let python = std::env::var(PYTHON).map_err(|_| format!("{PYTHON} is not set"))?;
    let Account { id, credentials } = Account::sample();
    let start = stack.workspace.clock.now() - SignedDuration::from_hours(24 * 30);
    let config = json!({
        "app_key": credentials.consumer_key, "app_secret": credentials.consumer_secret,
        "access_token": credentials.access_token, "access_token_secret": credentials.access_token_secret,
        "account_id": id, "start_date": start.to_string(),
    });
    let file = data.join("tap.json");
    fs::write(&file, config.to_string()).map_err(|error| error.to_string())?;
    let origin = format!("127.0.0.1:{}", stack.ports.liveperson());
    let mut command = Command::new(python);
    command.arg(SCRIPT).arg(origin).arg(file).stdout(Stdio::null());
    let output = command.output().await.map_err(|error| error.to_string())?;
    let said = String::from_utf8_lossy(&output.stderr);
    let results: Vec<Value> = said.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let sum = |name: &str| results.iter().filter_map(|result| result[name].as_f64()).sum::<f64>();
    let last = said.lines().last().unwrap_or_default();
    if results.len() < 2 || sum("read") < 1.0 {
        return Err(format!("it ended with {last:?}"));
    }
    Ok(Peer { read: sum("read"), seconds: sum("s"), cpu_seconds: sum("cpu_s") })
}
