//! A sync with the latencies of both outside systems, beside the least time those latencies leave, and beside another
//! program that reads the same conversations.

use crate::{
    month::{self, Latency, Month, Pages},
    tap,
};
use serde_json::{Value, json};
use std::time::Duration;

const LATENCY: Latency =
    Latency { liveperson: Duration::from_millis(150), salesforce: Duration::from_millis(300) };
/// As many calls the goal reckons with; the sync has two writes under way, which is enough beside four reads.
const READS_IN_FLIGHT: usize = 4;
const WRITES_IN_FLIGHT: u64 = 5;
const MONTHS: [u64; 2] = [10_000, 100_000];

pub(crate) async fn measure() -> Value {
    let (mut rows, mut months, mut notes) = (Vec::new(), Vec::new(), Vec::new());
    for conversations in MONTHS {
        let data = tempfile::tempdir().expect("a folder");
        let stack = month::stack(data.path(), conversations, LATENCY).await;
        let month = month::sync(&stack, data.path()).await;
        rows.push(row(&month));
        rows.push(row_of_pages(month::read_pages(&stack, READS_IN_FLIGHT).await));
        if months.is_empty() {
            match tap::read(&stack, data.path()).await {
                Ok(peer) => rows.push(peer.row(&month)),
                Err(why) => notes.push(format!("tap-liveperson is left out: {why}")),
            }
        }
        months.push(month);
    }
    let [small, large] = &months[..] else { return Value::Null };
    let columns = ["what", "conversations", "s", "x least", "CPU ms each", "peak MB", "reads", "writes"];
    notes.push(
        "least: the pages read four at a time, or the writes five at a time, and one more write".to_owned(),
    );
    json!({
        "bench": "sync",
        "tables": [{ "columns": columns, "rows": rows }],
        "figures": {
            "ratio_to_least_time": over_least(small),
            "ratio_to_least_time_of_100000": over_least(large),
            "cpu_ms_per_conversation": small.cpu_ms_each(),
            "peak_mb": small.peak_kb as f64 / 1024.0,
            "peak_mb_of_100000": large.peak_kb as f64 / 1024.0,
        },
        "notes": notes,
    })
}

/// What the latencies alone take of these reads and writes, however quick the rest is.
fn least(reads: u64, writes: u64) -> Duration {
    let writing = LATENCY.salesforce * turns(writes, WRITES_IN_FLIGHT);
    least_reading(reads).max(writing) + LATENCY.salesforce
}

fn least_reading(reads: u64) -> Duration {
    LATENCY.liveperson * turns(reads, READS_IN_FLIGHT as u64)
}

fn turns(calls: u64, at_once: u64) -> u32 {
    u32::try_from(calls.div_ceil(at_once)).unwrap_or(u32::MAX)
}

/// Of pages and writes that are full: those a slice leaves part empty are ours to answer for.
fn over_least(month: &Month) -> f64 {
    let counts = &month.run.counts;
    let least = least(counts.fetched.div_ceil(100), counts.written.div_ceil(1_000));
    month.wall.as_secs_f64() / least.as_secs_f64()
}

/// What this machine makes of reading alone.
fn row_of_pages(Pages { pages, conversations, wall }: Pages) -> Value {
    let over_least = wall.as_secs_f64() / least_reading(pages).as_secs_f64();
    json!([
        "pages read and dropped",
        conversations.to_string(),
        format!("{:.2}", wall.as_secs_f64()),
        format!("{over_least:.2}"),
        "",
        "",
        pages.to_string(),
        "",
    ])
}

fn row(month: &Month) -> Value {
    json!([
        "sync-slice",
        month.run.counts.fetched.to_string(),
        format!("{:.2}", month.wall.as_secs_f64()),
        format!("{:.2}", over_least(month)),
        format!("{:.3}", month.cpu_ms_each()),
        format!("{:.0}", month.peak_kb as f64 / 1024.0),
        month.searches.to_string(),
        month.writes.to_string(),
    ])
}
