//! From a function's start to its first poll of the Runtime API, beside a function that does nothing.

use local::stack::Stack;
use serde_json::{Value, json};
use std::{fs, path::PathBuf, time::Duration};
use tests::function::{FirstPoll, first_poll};

const ROUNDS: usize = 40;
const BARE: &str = "examples/bare";
/// Describes its API at start, and has a figure of its own.
const ADMIN: &str = "admin";
const FUNCTIONS: [&str; 6] = [ADMIN, "widget", "transcript", "sync-chat", "sync-plan", "sync-slice"];

/// What starting one binary took, round by round.
struct Starts {
    name: &'static str,
    took: Vec<Duration>,
    memory_kb: u64,
}

pub(crate) async fn measure() -> Value {
    let data = tempfile::tempdir().expect("a folder");
    let stack = tests::start(data.path(), |options| options.conversations = 100).await;
    let mut all: Vec<Starts> = [BARE].into_iter().chain(FUNCTIONS).map(Starts::none).collect();
    // In turns, so that whatever else the machine does falls on each.
    for _ in 0..ROUNDS {
        for starts in &mut all {
            starts.once(&stack);
        }
    }
    let bare = all[0].median();
    let ratio = |starts: &Starts| starts.median().as_secs_f64() / bare.as_secs_f64();
    let rows: Vec<Value> = all.iter().map(|starts| starts.row(ratio(starts))).collect();
    let ours = || all.iter().skip(1);
    let columns = ["function", "ms, median", "ms, quickest", "x bare", "resident MB", "binary MB"];
    json!({
        "bench": "start",
        "tables": [{ "columns": columns, "rows": rows }],
        "figures": {
            "ratio_to_bare": ours().filter(|starts| starts.name != ADMIN).map(ratio).fold(0.0, f64::max),
            "ratio_to_bare_of_admin": ours().filter(|starts| starts.name == ADMIN).map(ratio).fold(0.0, f64::max),
            "resident_mb": ours().map(|starts| starts.memory_kb).max().unwrap_or(0) as f64 / 1024.0,
            "binary_mb": ours().map(|starts| size_mb(starts.name)).fold(0.0, f64::max),
        },
        "notes": [format!("{ROUNDS} starts each, in turns; bare is lambda_runtime alone, built the same way")],
    })
}

impl Starts {
    fn none(name: &'static str) -> Starts {
        Starts { name, took: Vec::new(), memory_kb: 0 }
    }

    fn once(&mut self, stack: &Stack) {
        let FirstPoll { took, memory_kb } = first_poll(self.name, stack);
        self.took.push(took);
        self.memory_kb = self.memory_kb.max(memory_kb);
    }

    fn median(&self) -> Duration {
        let mut sorted = self.took.clone();
        sorted.sort_unstable();
        sorted[sorted.len() / 2]
    }

    fn row(&self, ratio: f64) -> Value {
        let ms = |took: Duration| format!("{:.2}", took.as_secs_f64() * 1e3);
        json!([
            self.name,
            ms(self.median()),
            ms(self.took.iter().min().copied().unwrap_or_default()),
            format!("{ratio:.2}"),
            format!("{:.1}", self.memory_kb as f64 / 1024.0),
            format!("{:.1}", size_mb(self.name)),
        ])
    }
}

fn size_mb(name: &str) -> f64 {
    let binary: PathBuf = tests::built(name);
    fs::metadata(binary).map_or(0.0, |found| found.len() as f64 / 1e6)
}
