//! All six functions under `cargo lambda watch`, as README has it: the first sync lands, the pages answer, and every sample
//! event gets its documented answer from `cargo lambda invoke`. `cargo xtask cargo-lambda` installs it and runs this.

#![expect(clippy::unwrap_used, reason = "a test panics where it fails, its helpers too")]

use serde_json::Value;
use std::{
    io::{BufRead, BufReader},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};
use tests::{chatlink, free_ports, samples::samples};

/// As long as compiling six functions may take on a busy machine.
const LOOKS: u32 = 3_000;
const PAUSE: Duration = Duration::from_millis(100);

/// A process that is asked to end, so that its own children end with it.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = Command::new("kill").arg(self.0.id().to_string()).status();
        let _ = self.0.wait();
    }
}

/// `cargo lambda`, with its linker beside it.
fn cargo_lambda(arguments: &[&str]) -> Command {
    let programs =
        PathBuf::from(std::env::var_os("CHATLINK_CARGO_LAMBDA").expect("set by `cargo xtask cargo-lambda`"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path =
        std::env::join_paths([programs.clone()].into_iter().chain(std::env::split_paths(&path))).unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut command = Command::new(programs.join("cargo-lambda"));
    command.current_dir(root).env("PATH", path).arg("lambda").args(arguments);
    command
}

/// Looks until there is something to see.
fn seen<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    for _ in 0..LOOKS {
        if let Some(found) = look() {
            return found;
        }
        std::thread::park_timeout(PAUSE);
    }
    panic!("never seen: {what}")
}

fn invoke(port: &str, function: &str, file: &Path) -> Value {
    let at = ["--invoke-address", "127.0.0.1", "--invoke-port", port];
    let mut command = cargo_lambda(&["invoke", function, "--data-file"]);
    let output = command.arg(file).args(at).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    serde_json::from_str(said.trim()).unwrap_or_else(|_| panic!("{function}: {output:?}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_function_answers_under_cargo_lambda_watch() {
    let data = tempfile::tempdir().unwrap();
    let ports = free_ports();
    let invoke_port = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port().to_string();
    let mut up = Command::new(chatlink())
        .args(["up", "--functions", "external", "--json", "--conversations", "1000"])
        .args(["--functions-at", &format!("http://127.0.0.1:{invoke_port}")])
        .args(["--port-base", &ports.pages().to_string(), "--data"])
        .arg(data.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let summary = BufReader::new(up.stdout.take().unwrap());
    let _up = Running(up);
    let variables = data.path().join("functions.env");
    seen("the functions' environment", || variables.exists().then_some(()));
    let mut watch = cargo_lambda(&["watch", "--invoke-address", "127.0.0.1", "--invoke-port", &invoke_port]);
    let _watch = Running(watch.arg("--env-file").arg(&variables).spawn().unwrap());

    let line = summary.lines().next().unwrap().unwrap();
    let run: Value = serde_json::from_str(&line).unwrap();
    assert_eq!(run["status"], "succeeded", "{line}");
    assert!(run["written"].as_u64().unwrap() > 0 && run["written"] == run["fetched"], "{line}");

    for path in ["/admin", "/ChatLink", "/api/widget/health"] {
        let url = format!("http://127.0.0.1:{}{path}", ports.pages());
        assert_eq!(reqwest::get(url).await.unwrap().status(), 200, "{path}");
    }
    for sample in samples() {
        let said = invoke(&invoke_port, &sample.function, &sample.file);
        let said = if said["statusCode"].is_u64() { &said["statusCode"] } else { &said };
        assert_eq!(said.to_string(), sample.answer, "{}", sample.name);
    }
}
