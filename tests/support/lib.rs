//! What the end-to-end tests share: running the built command, and a stack in this process.

pub mod agent;
pub mod function;
pub mod runtime_api;
pub mod samples;

use aws::events::{RunAsked, RunRequested};
use domain::{Run, RunId, RunStatus, SyncWindow, ports::Runs};
use local::{
    DataFolder,
    ports::Ports,
    salesforce,
    stack::{Stack, StackOptions, salesforce_credentials},
};
use serde_json::Value;
use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

/// Four free ports in a row.
#[must_use]
pub fn free_ports() -> Ports {
    let base = (0..1_000).map(|_| fastrand_port()).find(|&base| {
        let listeners: Vec<_> =
            (base..base + 4).map_while(|port| TcpListener::bind(("127.0.0.1", port)).ok()).collect();
        listeners.len() == 4
    });
    Ports::new(base.expect("four free ports in a row"))
}

/// A port the system does not hand out by itself.
fn fastrand_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    let port = listener.local_addr().expect("its address").port();
    10_000 + port % 20_000
}

/// The built `chatlink` command.
///
/// # Panics
/// When it has not been built; `cargo test --workspace` builds it.
#[must_use]
pub fn chatlink() -> PathBuf {
    built("chatlink")
}

/// A built binary of the workspace.
///
/// # Panics
/// When it has not been built; `cargo build --workspace` builds it.
#[must_use]
pub fn built(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("this test's own path");
    let profile = test.ancestors().nth(2).expect("the profile's folder");
    let binary = profile.join(name);
    assert!(binary.exists(), "{} is missing: run `cargo build --workspace` first", binary.display());
    binary
}

/// What a run of the command came to.
#[derive(Debug)]
pub struct Ran {
    /// Exit code; `None` when it was killed.
    pub code: Option<i32>,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Ran {
    /// The summary of `--json`.
    #[must_use]
    pub fn summary(&self) -> Value {
        serde_json::from_str(self.out.trim()).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// Runs the command with that standard input.
#[must_use]
pub fn run(args: &[&str], input: &str) -> Ran {
    use std::io::Write;
    let mut process = Command::new(chatlink())
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    // It may not read its input at all.
    let _ = process.stdin.take().map(|mut stdin| stdin.write_all(input.as_bytes()));
    let Output { status, stdout, stderr } = process.wait_with_output().expect("the command ends");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    Ran { code: status.code(), out: text(stdout), err: text(stderr) }
}

/// `chatlink up --once --json` over a data folder, with further arguments.
#[must_use]
pub fn up_once(data: &Path, ports: Ports, more: &[&str]) -> Ran {
    let (data, base) = (data.to_str().expect("Unicode"), ports.pages().to_string());
    let args = ["up", "--once", "--json", "--data", data, "--port-base", &base];
    run(&[&args, more].concat(), "")
}

/// The Salesforce org a data folder holds, opened without a stack.
#[must_use]
pub fn org(data: &Path) -> salesforce::Simulator {
    salesforce::Simulator::open(salesforce::Options {
        listen_url: "http://127.0.0.1:1".to_owned(),
        journal: Some(data.join("salesforce.journal")),
        behaviour: local::simulator::Behaviour::default(),
        clock: Arc::new(bootstrap::SystemClock),
        daily_api_requests: 100_000,
        credentials: salesforce_credentials(None),
        bare: false,
    })
    .expect("the org's journal")
}

/// The external ids of an org's Chat Transcript records, sorted.
#[must_use]
pub fn transcript_ids(org: &salesforce::Simulator) -> Vec<String> {
    let records = org.records("LP_ChatTranscript__c");
    let id = |record: &serde_json::Map<String, Value>| {
        record["Conversation_Id__c"].as_str().expect("text").to_owned()
    };
    let mut ids: Vec<String> = records.iter().map(id).collect();
    ids.sort();
    ids
}

/// A stack in this process.
///
/// # Panics
/// When it does not start.
pub async fn start(data: &Path, change: impl FnOnce(&mut StackOptions)) -> Stack {
    let mut options = StackOptions::new(free_ports());
    options.retry_pauses = Some([1, 1, 1, 1].map(std::time::Duration::from_millis).to_vec());
    change(&mut options);
    let data = DataFolder::open(data).expect("the data folder");
    Stack::start(&data, options).await.expect("the stack starts")
}

/// A manual run over the window, from its request to its end.
///
/// # Panics
/// When the stack does not answer.
pub async fn manual_run(stack: &Stack, window: SyncWindow) -> Run {
    let id = ask_for_run(stack, window).await;
    loop {
        // Each look is a call over loopback, which lets the stack work meanwhile.
        match stack.workspace.table.run(&id).await {
            Ok(Some(run)) if run.status != RunStatus::Running => return run,
            _ => tokio::task::yield_now().await,
        }
    }
}

/// Asks for a manual run over the window and answers its id.
///
/// # Panics
/// When the stack does not answer.
pub async fn ask_for_run(stack: &Stack, window: SyncWindow) -> RunId {
    static RUNS: AtomicU32 = AtomicU32::new(0);
    let run = format!("test-{}", RUNS.fetch_add(1, Ordering::Relaxed));
    let id = RunId::new(&run).expect("a run id");
    let asked = RunAsked { run, from: window.from(), until: window.until(), dry_run: false };
    stack.workspace.bus.request_run(&RunRequested::Asked(asked)).await.expect("the bus answers");
    id
}
