//! How often mapping a conversation asks for memory. Apart from the other benchmark, since counting takes time.
//!
//! Prints one JSON line; `cargo xtask bench mapping` makes a table of it.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark may panic, and prints what it measured"
)]

#[path = "../tests/support/counting.rs"]
mod counting;
#[path = "../tests/support/records.rs"]
mod records;

use counting::heap_of;
use domain::{Channel, configuration::TranscriptSettings};
use serde_json::json;

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

const PAGE: u64 = 100;

fn main() {
    let (mut rows, mut most, mut peak) = (Vec::new(), 0.0_f64, 0.0_f64);
    for channel in Channel::ALL {
        let page = records::records(channel, PAGE);
        let mapper = records::mapper(channel, TranscriptSettings::default());
        let mut fields = String::new();
        let ours = heap_of(|| {
            for record in &page {
                mapper.map(record, &mut fields).unwrap();
            }
        });
        let tree = heap_of(|| {
            for record in &page {
                drop(serde_json::from_str::<serde_json::Value>(record).unwrap());
            }
        });
        for (what, heap) in [("55 mappings, texts", ours), ("serde_json Value", tree)] {
            let each = heap.allocations as f64 / PAGE as f64;
            let kb = heap.peak_bytes as f64 / 1024.0;
            rows.push(json!([channel.as_str(), what, format!("{each:.1}"), format!("{kb:.0}")]));
        }
        most = most.max(ours.allocations as f64 / PAGE as f64);
        peak = peak.max(ours.peak_bytes as f64 / 1024.0);
    }
    let columns = ["channel", "what", "allocations a conversation", "peak KB, page of 100"];
    let line = json!({
        "bench": "mapping",
        "tables": [{ "columns": columns, "rows": rows }],
        "figures": { "allocations_per_conversation": most, "peak_kb_per_page": peak },
    });
    println!("{line}");
}
