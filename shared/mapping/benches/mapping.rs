//! 55 mappings and the transcript of one conversation, beside the cheapest way to look at every byte of it.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark may panic, and prints what it measured"
)]

#[path = "../tests/support/records.rs"]
mod records;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use domain::{Channel, configuration::TranscriptSettings};
use serde::de::IgnoredAny;
use std::{
    hint::black_box,
    time::{Duration, Instant},
};

fn one_conversation(c: &mut Criterion) {
    for channel in Channel::ALL {
        let (mapper, record) =
            (records::mapper(channel, TranscriptSettings::default()), records::record(channel));
        let mut fields = String::new();
        let mut group = c.benchmark_group(channel.as_str());
        group.throughput(Throughput::Bytes(record.len() as u64));
        group.bench_function("ignored", |b| {
            b.iter(|| serde_json::from_slice::<IgnoredAny>(black_box(record.as_bytes())).unwrap());
        });
        group.bench_function("mapped", |b| {
            b.iter(|| mapper.map(black_box(&record), &mut fields).unwrap().facts.start_ms);
        });
        group.finish();
    }
}

/// The two side by side: taken in turns, so that whatever else the machine does falls on both, and by their quickest
/// rounds, which it disturbs least.
fn in_turns(_: &mut Criterion) {
    const ROUNDS: usize = 5_000;
    for channel in Channel::ALL {
        let (mapper, record) =
            (records::mapper(channel, TranscriptSettings::default()), records::record(channel));
        let mut fields = String::new();
        let (mut ignored, mut mapped) = (Duration::MAX, Duration::MAX);
        for _ in 0..ROUNDS {
            let start = Instant::now();
            black_box(serde_json::from_slice::<IgnoredAny>(black_box(record.as_bytes())).unwrap());
            let middle = Instant::now();
            black_box(mapper.map(black_box(&record), &mut fields).unwrap());
            ignored = ignored.min(middle - start);
            mapped = mapped.min(middle.elapsed());
        }
        let ratio = mapped.as_secs_f64() / ignored.as_secs_f64();
        println!(
            "{channel}: {ratio:.2} x IgnoredAny ({mapped:.1?} over {ignored:.1?}, {} bytes)",
            record.len()
        );
    }
}

criterion_group!(benches, one_conversation, in_turns);
criterion_main!(benches);
