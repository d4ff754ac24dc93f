//! The stack's template: linted and searched for what is not secure, then deployed to an emulator that others wrote.

use crate::{
    python, say,
    step::{step, timed},
};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    fs,
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

const TEMPLATE: &str = "infra/template.yaml";

/// What checkov asks for and this stack does not do.
const NOT_DONE: [(&str, &str); 8] = [
    ("CKV_AWS_26", "CloudWatch cannot publish to a topic under SNS's own key; alarms hold no personal data"),
    ("CKV_AWS_27", "the queues are encrypted, by SQS's own key; checkov asks for a KMS key beside that"),
    (
        "CKV_AWS_115",
        "reserving concurrency takes it from the account's other stacks; the queue limits the slices",
    ),
    (
        "CKV_AWS_116",
        "what EventBridge invokes has a destination for failures, a dead-letter queue's successor",
    ),
    (
        "CKV_AWS_117",
        "the functions reach only public services; a VPC would add NAT gateways and guard nothing",
    ),
    ("CKV_AWS_119", "DynamoDB encrypts by its own key; whoever wants theirs sets KmsKeyArn"),
    ("CKV_AWS_158", "CloudWatch encrypts logs by its own key, and nothing private is logged"),
    ("CKV_AWS_173", "the variables hold names and addresses, no secret"),
];

/// Everything about the stack.
pub(crate) fn run(root: &Path) -> Result<(), String> {
    let (sam, checkov, ministack) = programs(root)?;
    let cargo =
        |title: &str, args: &[&str]| step(title, Command::new(env!("CARGO")).current_dir(root).args(args));
    cargo("build of the functions", &["build", "--workspace", "--bins", "--quiet"])?;
    cargo("tests of the template", &["test", "-p", "tests", "--test", "infrastructure", "--quiet"])?;
    let mut lint = Command::new(sam.join("sam"));
    lint.current_dir(root).args(["validate", "--lint", "--template", TEMPLATE]);
    // Neither asks AWS anything; a region is only taken for the kinds of resource it has.
    step("sam validate", lint.env("SAM_CLI_TELEMETRY", "0").env("AWS_DEFAULT_REGION", "eu-central-1"))?;
    step("cfn-lint", Command::new(sam.join("cfn-lint")).current_dir(root).arg(TEMPLATE))?;
    timed("checkov", || check(root, &checkov))?;
    timed("judge", || judge(root, &ministack))
}

/// What is installed from PyPI, at the same time.
fn programs(root: &Path) -> Result<(std::path::PathBuf, std::path::PathBuf, std::path::PathBuf), String> {
    let all = thread::scope(|scope| {
        let started =
            ["sam", "checkov", "ministack"].map(|list| scope.spawn(move || python::install(root, list)));
        started.map(|one| one.join().unwrap_or_else(|_| Err("installing from PyPI panicked".to_owned())))
    });
    let [sam, checkov, ministack] = all;
    Ok((sam?, checkov?, ministack?))
}

/// An exception that nothing needs any more is a failure too.
fn check(root: &Path, checkov: &Path) -> Result<(), String> {
    let mut command = Command::new(checkov.join("checkov"));
    command.current_dir(root).args(["--file", TEMPLATE, "--framework", "cloudformation", "--skip-download"]);
    let output = command.args(["--output", "json", "--quiet", "--soft-fail"]).stderr(Stdio::null()).output();
    let output = output.map_err(|error| format!("checkov does not start: {error}"))?;
    let said: Value = serde_json::from_slice(&output.stdout)
        .map_err(|error| format!("checkov: {error}: {}", String::from_utf8_lossy(&output.stdout)))?;
    let mut found = BTreeMap::<&str, Vec<&str>>::new();
    for one in said["results"]["failed_checks"].as_array().into_iter().flatten() {
        let (id, resource) = (one["check_id"].as_str(), one["resource"].as_str());
        found.entry(id.unwrap_or_default()).or_default().push(resource.unwrap_or_default());
    }
    let excepted = |id: &str| NOT_DONE.iter().any(|(not_done, _)| *not_done == id);
    let mut problems: Vec<String> = found
        .iter()
        .filter(|(id, _)| !excepted(id))
        .map(|(id, resources)| format!("{id}: {}", resources.join(", ")))
        .collect();
    let idle = NOT_DONE.iter().filter(|(id, _)| !found.contains_key(id));
    problems.extend(idle.map(|(id, _)| format!("{id} is an exception that nothing needs")));
    if said["summary"]["passed"].as_u64().unwrap_or_default() == 0 {
        problems.push("nothing was looked at".to_owned());
    }
    if problems.is_empty() { Ok(()) } else { Err(format!("checkov:\n  {}", problems.join("\n  "))) }
}

/// The contracts of our AWS calls, and the whole stack, on the emulator.
fn judge(root: &Path, programs: &Path) -> Result<(), String> {
    let home = root.join("target/infrastructure/judge");
    fs::create_dir_all(&home).map_err(|error| format!("{}: {error}", home.display()))?;
    let (port, counter) = (free_port()?, free_port()?);
    let _judge = Judge::start(programs, &home, port, counter)?;
    let address = format!("http://127.0.0.1:{port}");
    let cargo = |title: &str, args: &[&str]| {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.current_dir(root).args(args).env("CHATLINK_JUDGE", &address);
        step(title, cargo.env("CHATLINK_JUDGE_COUNTER", counter.to_string()))
    };
    cargo(
        "contracts",
        &["test", "-p", "tests", "--test", "clients", "--quiet", "--", "aws_items", "schedules_are_put"],
    )?;
    cargo(
        "lints of the judge",
        &["clippy", "-p", "tests", "--test", "judge", "--no-deps", "--quiet", "--", "-D", "warnings"],
    )?;
    cargo("stack", &["test", "-p", "tests", "--test", "judge", "--quiet"])
}

/// A running ministack; stopped when dropped.
struct Judge(Child);

impl Judge {
    /// Starts it on loopback alone, with IAM enforced. What functions ask of AWS goes to `counter`, which passes it on.
    fn start(programs: &Path, home: &Path, port: u16, counter: u16) -> Result<Judge, String> {
        let failed = |error: std::io::Error| format!("ministack does not start: {error}");
        let log = home.join("ministack.log");
        let output = fs::File::create(&log).map_err(failed)?;
        let mut command = Command::new(programs.join("ministack"));
        command
            .current_dir(home)
            .env("GATEWAY_PORT", port.to_string())
            .env("BIND_HOST", "127.0.0.1")
            .env("AUTH", "true")
            .env("IOT_MTLS_ENABLED", "0")
            .env("PERSIST_STATE", "0")
            .env("MINISTACK_REGION", "eu-central-1")
            .env("AWS_ENDPOINT_URL", format!("http://127.0.0.1:{counter}"))
            .env("AWS_ACCESS_KEY_ID", "test")
            .env("AWS_SECRET_ACCESS_KEY", "test")
            .stdin(Stdio::null())
            .stderr(Stdio::from(output.try_clone().map_err(failed)?))
            .stdout(Stdio::from(output));
        let judge = Judge(command.spawn().map_err(failed)?);
        say(&format!("ministack is at http://127.0.0.1:{port}; its log is {}", log.display()));
        let patience = Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            if patience.elapsed() > Duration::from_secs(30) {
                return Err(format!("ministack does not answer; see {}", log.display()));
            }
            thread::park_timeout(Duration::from_millis(50));
        }
        Ok(judge)
    }
}

impl Drop for Judge {
    fn drop(&mut self) {
        // It may have ended by itself; either way it is gone afterwards.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A port that nobody has now.
fn free_port() -> Result<u16, String> {
    let port = TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr());
    port.map(|address| address.port()).map_err(|error| format!("no free port: {error}"))
}
