//! 55 mappings and the transcript of one conversation, beside the cheapest way to look at every byte of it.

#![expect(clippy::unwrap_used, reason = "a benchmark that fails may panic")]

#[path = "../tests/support/records.rs"]
mod records;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use domain::Channel;
use serde::de::IgnoredAny;
use std::hint::black_box;

fn one_conversation(c: &mut Criterion) {
    for channel in Channel::ALL {
        let (mapper, record) = (records::mapper(channel), records::record(channel));
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

criterion_group!(benches, one_conversation);
criterion_main!(benches);
