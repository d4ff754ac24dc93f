//! A function's own binary at work, as Lambda runs it.

use crate::{built, runtime_api::serve_queue};
use local::stack::{Stack, environment};
use std::{
    fs::{self, File},
    io::{BufRead, BufReader},
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

/// A function's process; it ends with whoever holds it.
pub struct Function(Child);

impl Drop for Function {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The built binary in the environment it has on a local stack, for a Runtime API on that port of loopback.
#[must_use]
pub fn command(name: &str, stack: &Stack, runtime_api: u16) -> Command {
    let mut command = Command::new(built(name));
    command
        .env_clear()
        .envs(environment(stack.ports))
        .env("AWS_LAMBDA_RUNTIME_API", format!("127.0.0.1:{runtime_api}"))
        .env("AWS_LAMBDA_FUNCTION_NAME", name)
        .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
        .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256")
        .env("AWS_LAMBDA_LOG_STREAM_NAME", "local")
        .env("AWS_LAMBDA_LOG_GROUP_NAME", "local");
    command
}

impl Function {
    /// `sync-slice`, working on the stack's queue and logging to that file.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn sync_slice(stack: &Stack, log: &Path) -> Function {
        let port = serve_queue(stack.slices.clone()).await;
        let log = File::create(log).expect("a file");
        let child = command("sync-slice", stack, port)
            .env("CHATLINK_RETRY_PAUSES_MS", "5,5,5,5,5,5")
            .stdout(log.try_clone().expect("the same file"))
            .stderr(log)
            .spawn()
            .expect("it starts");
        Function(child)
    }

    /// The most memory it has held at once, as the kernel counts it.
    ///
    /// # Panics
    /// When it has ended.
    #[must_use]
    pub fn peak_memory_kb(&self) -> u64 {
        memory_kb(self.0.id(), "VmHWM:").expect("it runs")
    }

    /// The CPU time it has taken, all threads together.
    ///
    /// # Panics
    /// When it has ended.
    #[must_use]
    pub fn cpu(&self) -> Duration {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.0.id())).expect("it runs");
        // After the name, which may hold anything, come state, twelve numbers, and the two of interest in ticks.
        let after_name = stat.rsplit(')').next().unwrap_or_default();
        let ticks: u64 = after_name
            .split_whitespace()
            .skip(11)
            .take(2)
            .filter_map(|ticks| ticks.parse::<u64>().ok())
            .sum();
        Duration::from_millis(ticks * MS_PER_TICK)
    }
}

/// When a function asked for its first event, and what it held then.
#[derive(Clone, Copy, Debug)]
pub struct FirstPoll {
    /// Since it was started.
    pub took: Duration,
    /// Resident memory.
    pub memory_kb: u64,
}

/// Starts a function, waits until it asks the Runtime API for an event, and ends it without one.
///
/// # Panics
/// When it does not ask within a minute.
#[must_use]
pub fn first_poll(name: &str, stack: &Stack) -> FirstPoll {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    let port = listener.local_addr().expect("its address").port();
    let (asked, first) = mpsc::channel();
    let waiting = thread::spawn(move || {
        let (connection, _) = listener.accept().expect("a connection");
        let mut line = String::new();
        BufReader::new(&connection).read_line(&mut line).expect("a request");
        // The connection stays open until the process has been looked at.
        let _ = asked.send((Instant::now(), line));
        connection
    });
    let mut command = command(name, stack, port);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let start = Instant::now();
    let function = Function(command.spawn().expect("it starts"));
    let (at, line) = first.recv_timeout(MOST_PATIENCE).expect("it asks for an event");
    let memory_kb = memory_kb(function.0.id(), "VmRSS:").expect("it runs");
    drop((function, waiting.join()));
    assert!(line.starts_with("GET /2018-06-01/runtime/invocation/next"), "{name} asks first for {line}");
    FirstPoll { took: at - start, memory_kb }
}

/// A function that has not asked for an event by then never will.
const MOST_PATIENCE: Duration = Duration::from_secs(60);

/// What Linux counts CPU time in, whatever the hardware.
const MS_PER_TICK: u64 = 10;

/// A line of what the kernel says of a process's memory, such as `VmRSS:`.
#[must_use]
pub fn memory_kb(process: u32, line: &str) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let kb = status.lines().find_map(|found| found.strip_prefix(line))?;
    kb.trim().trim_end_matches(" kB").parse().ok()
}
