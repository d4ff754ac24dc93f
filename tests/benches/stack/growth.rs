//! How calls, CPU, memory and what is stored grow with the number of conversations. The real binary over HTTP, without
//! latency: what is measured is what runs on AWS, the encoding of every item and call included.

use crate::month::{self, Latency, Month};
use serde_json::{Value, json};

const SIZES: [u64; 3] = [1_000, 10_000, 100_000];
const FULL: u64 = 1_000_000;

/// What should grow no faster than the conversations, by name.
type Quantity = (&'static str, fn(&Month) -> f64);
const QUANTITIES: [Quantity; 5] = [
    ("liveperson_calls", |month| month.searches as f64),
    ("salesforce_calls", |month| month.writes as f64),
    ("cpu", |month| month.cpu.as_secs_f64()),
    ("memory", |month| month.peak_kb as f64),
    ("stored_bytes", |month| month.stored_bytes as f64),
];

pub(crate) async fn measure(full: bool) -> Value {
    let mut months = Vec::new();
    for conversations in SIZES.into_iter().chain(full.then_some(FULL)) {
        let data = tempfile::tempdir().expect("a folder");
        let stack = month::stack(data.path(), conversations, Latency::default()).await;
        months.push(month::sync(&stack, data.path()).await);
    }
    let rows: Vec<Value> = months.iter().map(row).collect();
    let exponents = QUANTITIES.map(|(name, of)| (name, exponent(&months, of)));
    let figures = exponents.iter().map(|(name, slope)| (format!("{name}_exponent"), json!(slope)));
    let slopes: Vec<Value> =
        exponents.iter().map(|(name, slope)| json!([name, format!("{slope:.2}")])).collect();
    let columns = ["conversations", "s", "reads", "writes", "CPU s", "peak MB", "stored MB"];
    json!({
        "bench": "growth",
        "tables": [
            { "columns": columns, "rows": rows },
            { "columns": ["grows as conversations to the power of", "exponent"], "rows": slopes },
        ],
        "figures": figures.collect::<serde_json::Map<_, _>>(),
        "notes": ["an exponent is the slope of a straight line through the logarithms; 1 is linear, 0 does not grow"],
    })
}

/// The slope of the line that fits best through the logarithms.
fn exponent(months: &[Month], of: fn(&Month) -> f64) -> f64 {
    let points: Vec<(f64, f64)> =
        months.iter().map(|month| (month.conversations().ln(), of(month).max(1e-3).ln())).collect();
    let count = points.len() as f64;
    let mean = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / count;
    let (x, y) = (mean(|point| point.0), mean(|point| point.1));
    let rise: f64 = points.iter().map(|point| (point.0 - x) * (point.1 - y)).sum();
    let run: f64 = points.iter().map(|point| (point.0 - x).powi(2)).sum();
    rise / run
}

fn row(month: &Month) -> Value {
    json!([
        month.run.counts.fetched.to_string(),
        format!("{:.1}", month.wall.as_secs_f64()),
        month.searches.to_string(),
        month.writes.to_string(),
        format!("{:.2}", month.cpu.as_secs_f64()),
        format!("{:.0}", month.peak_kb as f64 / 1024.0),
        format!("{:.1}", month.stored_bytes as f64 / 1e6),
    ])
}
