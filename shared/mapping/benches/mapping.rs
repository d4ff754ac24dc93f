//! Mapping 1,000 conversations, beside the cheapest way to look at every byte of them and three usual ways to read JSON; and
//! what compressed bodies would cost.
//!
//! Prints one JSON line; `cargo xtask bench mapping` makes a table of it.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark may panic, and prints what it measured"
)]

#[path = "../tests/support/records.rs"]
mod records;

mod peers;

use domain::{Channel, configuration::TranscriptSettings};
use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use mapping::Mapper;
use peers::Plan;
use records::{Fields, mapper_of, sources};
use serde::de::IgnoredAny;
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    hint::black_box,
    io::{Read, Write},
    time::Instant,
};

/// Of each channel.
const CONVERSATIONS: u64 = 500;
const ROUNDS: usize = 20;
/// So few take no longer than the system lets a process run.
const TURN: usize = 50;

/// One way to read a conversation, and what it took.
struct Contender<'a> {
    name: &'a str,
    /// Reads one record and answers the length of what it wrote.
    read: Box<dyn FnMut(&str) -> usize + 'a>,
    /// Nanoseconds a conversation.
    best_ns: f64,
}

impl<'a> Contender<'a> {
    fn new(name: &'a str, read: impl FnMut(&str) -> usize + 'a) -> Contender<'a> {
        Contender { name, read: Box::new(read), best_ns: 0.0 }
    }

    fn mapper(name: &'a str, mapper: Mapper) -> Contender<'a> {
        let mut fields = String::new();
        Contender::new(name, move |record| {
            let mapped = mapper.map(record, &mut fields).unwrap();
            assert!(mapped.warnings.is_empty(), "{:?}", mapped.warnings);
            fields.len()
        })
    }
}

/// All of them in turns, so that whatever else the machine does falls on each, and by their quickest rounds, which it
/// disturbs least.
fn in_turns(contenders: &mut [Contender<'_>], records: &[String]) {
    for contender in contenders.iter_mut() {
        contender.best_ns = 0.0;
    }
    for turn in records.chunks(TURN) {
        let mut best = vec![f64::INFINITY; contenders.len()];
        for _ in 0..ROUNDS {
            for (contender, best) in contenders.iter_mut().zip(&mut best) {
                let start = Instant::now();
                for record in turn {
                    black_box((contender.read)(black_box(record)));
                }
                *best = best.min(start.elapsed().as_nanos() as f64);
            }
        }
        for (contender, best) in contenders.iter_mut().zip(best) {
            contender.best_ns += best / records.len() as f64;
        }
    }
}

fn main() {
    let (mut rows, mut worst, mut notes) = (Vec::new(), [0.0_f64; 3], Vec::new());
    for channel in Channel::ALL {
        let records = records::records(channel, CONVERSATIONS);
        let bytes: usize = records.iter().map(String::len).sum();
        notes.push(format!(
            "{channel}: {CONVERSATIONS} conversations of {:.1} KB on average",
            bytes as f64 / 1e3 / records.len() as f64
        ));
        let (few, many) = (sources(channel, 55), sources(channel, 220));
        let plan = Plan::new(channel, few.iter().map(|source| source.address.as_str()), &records[0]);
        let mapper = |sources, fields| mapper_of(channel, sources, fields, TranscriptSettings::default());
        let packed: HashMap<*const u8, Vec<u8>> =
            records.iter().map(|record| (record.as_ptr(), gzip(record))).collect();
        let packed_bytes: usize = packed.values().map(Vec::len).sum();
        notes.push(format!("{channel}: gzip leaves {:.0} %", 100.0 * packed_bytes as f64 / bytes as f64));
        let (text_mapper, mut fields) = (mapper(&few, Fields::Text), String::new());
        let mut contenders = [
            Contender::new("serde_json IgnoredAny", |record| {
                serde_json::from_slice::<IgnoredAny>(record.as_bytes()).unwrap();
                0
            }),
            Contender::mapper("55 mappings, texts", mapper(&few, Fields::Text)),
            Contender::mapper("55 mappings, converted", mapper(&few, Fields::Typed)),
            Contender::mapper("220 mappings, converted", mapper(&many, Fields::Typed)),
            Contender::new("serde_json Value, plain walk, 55 texts", |record| plan.walk(record).len()),
            Contender::new("serde_json_path, 55 texts", |record| plan.query(record).len()),
            Contender::new("55 mappings, texts, and what they wrote compressed", |record| {
                text_mapper.map(record, &mut fields).unwrap();
                gzip(&fields).len()
            }),
            Contender::new("only uncompressed", |record| gunzip(&packed[&record.as_ptr()])),
        ];
        in_turns(&mut contenders, &records);
        let node = plan.node(&records).inspect_err(|why| notes.push(format!("Node is left out: {why}"))).ok();
        let floor = contenders[0].best_ns;
        let ratio = |n: usize| contenders[n].best_ns / floor;
        for (kept, now) in worst.iter_mut().zip([ratio(1), ratio(2), ratio(3) / ratio(2)]) {
            *kept = kept.max(now);
        }
        let node = node.map(|ns| ("Node JSON.parse, plain JavaScript, 55 texts", ns));
        let all = contenders.iter().map(|contender| (contender.name, contender.best_ns)).chain(node);
        rows.extend(all.map(|(name, ns)| row(channel, name, ns, floor, bytes as f64 / records.len() as f64)));
    }
    let [texts, converted, many] = worst;
    let line = json!({
        "bench": "mapping",
        "tables": [{ "columns": ["channel", "what", "µs", "MB/s", "x IgnoredAny"], "rows": rows }],
        "figures": {
            "ratio_to_ignored_any": texts,
            "ratio_to_ignored_any_with_conversions": converted,
            "ratio_of_220_mappings_to_55": many,
        },
        "notes": notes,
    });
    println!("{line}");
}

/// As quickly as it goes.
fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

fn gunzip(packed: &[u8]) -> usize {
    let mut text = Vec::new();
    GzDecoder::new(packed).read_to_end(&mut text).unwrap()
}

fn row(channel: Channel, name: &str, ns: f64, floor: f64, bytes: f64) -> Value {
    json!([
        channel.as_str(),
        name,
        format!("{:.1}", ns / 1e3),
        format!("{:.0}", bytes * 1e3 / ns),
        format!("{:.2}", ns / floor)
    ])
}
