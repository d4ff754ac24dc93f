//! How often mapping a conversation asks for memory. Its own binary with one test: nothing else may allocate meanwhile.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

#[path = "support/records.rs"]
mod records;

use domain::Channel;
use domain::configuration::{RedactionRule, SaveMode, TranscriptSettings};

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

#[test]
fn a_conversation_costs_at_most_25_allocations() {
    let _profiler = dhat::Profiler::builder().testing().build();
    for channel in Channel::ALL {
        let plain = allocations(channel, TranscriptSettings::default());
        assert!(plain <= 25, "{channel}: {plain} allocations");
        // Rules that find nothing ask for nothing.
        let card = RedactionRule::PaymentCard;
        let own = RedactionRule::Pattern { name: "member".into(), regex: r"MEM-\d+".into() };
        let redaction = vec![card, own];
        let redacted =
            allocations(channel, TranscriptSettings { redaction, ..TranscriptSettings::default() });
        assert!(redacted <= plain, "{channel}: {redacted} allocations instead of {plain}");
        // The whole text is one more.
        let save_mode = SaveMode::Both;
        let both = allocations(channel, TranscriptSettings { save_mode, ..TranscriptSettings::default() });
        assert_eq!(both, plain + 1, "{channel}");
        println!("{channel}: {plain} allocations, {both} with the whole text");
    }
}

/// How often mapping one conversation, and asking which mappings found something, asks for memory.
fn allocations(channel: Channel, transcript: TranscriptSettings) -> u64 {
    let (mapper, record) = (records::mapper(channel, transcript), records::record(channel));
    let mut fields = String::with_capacity(64 * 1024);
    // The engine of regular expressions makes its cache when it is first used.
    mapper.map(&record, &mut fields).unwrap();
    let before = dhat::HeapStats::get();
    let mapped = mapper.map(&record, &mut fields).unwrap();
    let hits = mapped.hits().filter(|(_, hit)| *hit).count();
    let after = dhat::HeapStats::get();
    assert!(mapped.warnings.is_empty() && fields.len() > 5_000 && hits > 30, "{channel}: {hits} hits");
    after.total_blocks - before.total_blocks
}
