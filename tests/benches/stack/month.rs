//! A month of conversations through the real `sync-slice` binary, over HTTP, with both simulators on this machine.

use domain::{
    Channel, Run, RunStatus, Scope, Search, SyncWindow,
    ports::{Page, Runs, Source},
};
use futures::{StreamExt, stream};
use jiff::SignedDuration;
use local::stack::Stack;
use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};
use sync::MAX_PAGE;
use tests::{ask_for_run, function::Function, start};

const DAYS: u32 = 30;
/// How often it is looked whether a run has ended.
const LOOK: Duration = Duration::from_millis(5);

/// How long the other sides take.
#[derive(Clone, Copy, Default)]
pub(crate) struct Latency {
    pub(crate) liveperson: Duration,
    pub(crate) salesforce: Duration,
}

/// What syncing a month took.
pub(crate) struct Month {
    pub(crate) run: Run,
    pub(crate) wall: Duration,
    pub(crate) cpu: Duration,
    pub(crate) peak_kb: u64,
    /// Searches at LivePerson and writes at Salesforce.
    pub(crate) searches: u64,
    pub(crate) writes: u64,
    /// Of the table's files.
    pub(crate) stored_bytes: u64,
}

/// What reading alone took.
pub(crate) struct Pages {
    pub(crate) pages: u64,
    pub(crate) conversations: u64,
    pub(crate) wall: Duration,
}

impl Pages {
    fn add(&mut self, page: &Page) {
        self.pages += 1;
        self.conversations += page.records().count() as u64;
    }
}

impl Month {
    pub(crate) fn conversations(&self) -> f64 {
        self.run.counts.fetched as f64
    }

    pub(crate) fn cpu_ms_each(&self) -> f64 {
        self.cpu.as_secs_f64() * 1e3 / self.conversations()
    }
}

/// A stack whose last 30 days hold that many conversations, and whose slices nobody works on yet.
pub(crate) async fn stack(data: &Path, conversations: u64, latency: Latency) -> Stack {
    start(data, |options| {
        (options.conversations, options.days) = (conversations, DAYS);
        (options.liveperson_latency, options.salesforce_latency) = (latency.liveperson, latency.salesforce);
        options.works_on_slices = false;
    })
    .await
}

/// Syncs it with one function that is warm: it has found LivePerson's hosts and signed in to Salesforce.
pub(crate) async fn sync(stack: &Stack, data: &Path) -> Month {
    let function = Function::sync_slice(stack, &data.join("sync-slice.log")).await;
    let now = stack.workspace.clock.now();
    let before = now - SignedDuration::from_hours(24 * i64::from(DAYS));
    let moment = SyncWindow::manual(before, before + SignedDuration::from_mins(10), now).expect("a window");
    let window = SyncWindow::manual(before, now, now).expect("a window");
    run(stack, moment).await;
    let (cpu, calls) = (function.cpu(), counted(stack));
    let (run, wall) = run(stack, window).await;
    let after = counted(stack);
    Month {
        run,
        wall,
        cpu: function.cpu() - cpu,
        peak_kb: function.peak_memory_kb(),
        searches: after.0 - calls.0,
        writes: after.1 - calls.1,
        stored_bytes: stored_bytes(data),
    }
}

/// Reads the pages of about the same conversations and does nothing with them.
pub(crate) async fn read_pages(stack: &Stack, at_once: usize) -> Pages {
    let configuration = stack.workspace.configuration().await.expect("a configuration");
    let liveperson = stack.workspace.liveperson(&configuration).await.expect("a client");
    let now = stack.workspace.clock.now();
    let starts = SyncWindow::new(now - SignedDuration::from_hours(24 * 28), now).expect("a window");
    let mut read = Pages { pages: 0, conversations: 0, wall: Duration::ZERO };
    let start = Instant::now();
    for channel in Channel::ALL {
        let search = Search { channel, starts, scope: Scope::All };
        let first = liveperson.read_page(&search, 0, MAX_PAGE).await.expect("a page");
        let offsets = (1..first.total.div_ceil(MAX_PAGE)).map(|page| page * MAX_PAGE);
        let mut others = stream::iter(offsets)
            .map(|offset| liveperson.read_page(&search, offset, MAX_PAGE))
            .buffered(at_once);
        read.add(&first);
        while let Some(page) = others.next().await {
            read.add(&page.expect("a page"));
        }
    }
    Pages { wall: start.elapsed(), ..read }
}

/// The table's file and what SQLite has not put into it yet.
fn stored_bytes(data: &Path) -> u64 {
    let files = fs::read_dir(data).into_iter().flatten().flatten();
    let table = files.filter(|file| file.file_name().to_string_lossy().starts_with("table.sqlite"));
    table.filter_map(|file| file.metadata().ok()).map(|file| file.len()).sum()
}

/// A manual run, from its request to its end.
async fn run(stack: &Stack, window: SyncWindow) -> (Run, Duration) {
    let start = Instant::now();
    let id = ask_for_run(stack, window).await;
    loop {
        tokio::time::sleep(LOOK).await;
        if let Ok(Some(run)) = stack.workspace.table.run(&id).await
            && run.status != RunStatus::Running
        {
            assert!(run.status == RunStatus::Succeeded && run.counts.balance(), "{run:?}");
            return (run, start.elapsed());
        }
    }
}

fn counted(stack: &Stack) -> (u64, u64) {
    let of = |calls: std::collections::BTreeMap<&str, u64>, names: [&str; 2]| {
        names.iter().filter_map(|name| calls.get(name)).sum()
    };
    (
        of(stack.liveperson.switchboard().calls(), ["chat-search", "messaging-search"]),
        of(stack.salesforce.switchboard().calls(), ["composite", "collections-upsert"]),
    )
}
