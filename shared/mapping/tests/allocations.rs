//! How often mapping a conversation asks for memory, and how much at once. Its own binary with one test: nothing else may
//! allocate meanwhile.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

#[path = "support/counting.rs"]
mod counting;
#[path = "support/records.rs"]
mod records;

use counting::{Heap, heap_of};
use domain::Channel;
use domain::configuration::{RedactionRule, SaveMode, TranscriptSettings};
use mapping::Mapper;
use std::hint::black_box;

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

const MOST_ALLOCATIONS: u64 = 16;
/// Of a page of 100, the buffer that takes the fields included.
const MOST_HEAP: usize = 64 * 1024;
const PAGE: u64 = 100;

#[test]
fn a_conversation_costs_at_most_16_allocations_and_a_page_64_kb() {
    for channel in Channel::ALL {
        let record = records::record(channel);
        let one = |transcript| {
            let mapper = records::mapper(channel, transcript);
            map_once(&mapper, &record);
            heap_of(|| map_once(&mapper, &record)).allocations
        };
        let plain = one(TranscriptSettings::default());
        // Rules that find nothing ask for nothing.
        let own = RedactionRule::Pattern { name: "member".into(), regex: r"MEM-\d+".into() };
        let redaction = vec![RedactionRule::PaymentCard, own];
        let redacted = one(TranscriptSettings { redaction, ..TranscriptSettings::default() });
        assert!(redacted <= plain, "{channel}: {redacted} allocations instead of {plain}");
        // The whole text is one more.
        let save_mode = SaveMode::Both;
        let both = one(TranscriptSettings { save_mode, ..TranscriptSettings::default() });
        assert_eq!(both, plain + 1, "{channel}");

        let mapper = records::mapper(channel, TranscriptSettings::default());
        let page = records::records(channel, PAGE);
        let sound = heap_of(|| map_page(&page, |record, fields| fill(&mapper, record, fields)));
        println!("{channel}: {plain} allocations, {both} with the whole text; a page {sound:?}");
        assert_eq!(over_budget(sound), None, "{channel}");

        // A tree of every record, as others read JSON, does not pass.
        let with_trees = |record: &str, fields: &mut String| {
            black_box(serde_json::from_str::<serde_json::Value>(record).unwrap());
            fill(&mapper, record, fields);
        };
        let wasted = heap_of(|| map_page(&page, with_trees));
        assert!(over_budget(wasted).is_some(), "{channel}: a tree per record goes unnoticed: {wasted:?}");
    }
}

/// What is wrong with what a page took.
fn over_budget(page: Heap) -> Option<String> {
    let each = page.allocations.div_ceil(PAGE);
    let over = each > MOST_ALLOCATIONS || page.peak_bytes > MOST_HEAP;
    over.then(|| format!("{each} allocations a conversation, {} bytes at once", page.peak_bytes))
}

/// Maps a page as the sync does, one after the other, but into one buffer.
fn map_page(page: &[String], mut map: impl FnMut(&str, &mut String)) {
    let mut fields = String::new();
    for record in page {
        map(record, &mut fields);
    }
}

fn fill(mapper: &Mapper, record: &str, fields: &mut String) {
    let mapped = mapper.map(record, fields).unwrap();
    let hits = mapped.hits().filter(|(_, hit)| *hit).count();
    assert!(mapped.warnings.is_empty() && fields.len() > 2_500 && hits > 30, "{hits} hits, {}", fields.len());
}

fn map_once(mapper: &Mapper, record: &str) {
    fill(mapper, record, &mut String::with_capacity(64 * 1024));
}
