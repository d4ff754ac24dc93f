//! How often mapping a conversation asks for memory. Its own binary with one test: nothing else may allocate meanwhile.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

#[path = "support/records.rs"]
mod records;

use domain::Channel;

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

#[test]
fn a_conversation_costs_at_most_25_allocations() {
    let _profiler = dhat::Profiler::builder().testing().build();
    for channel in Channel::ALL {
        let (mapper, record) = (records::mapper(channel), records::record(channel));
        let mut fields = String::with_capacity(64 * 1024);
        let before = dhat::HeapStats::get();
        let mapped = mapper.map(&record, &mut fields).unwrap();
        let after = dhat::HeapStats::get();
        assert!(mapped.warnings.is_empty() && fields.len() > 5_000, "{channel}: {:?}", mapped.warnings);
        let allocations = after.total_blocks - before.total_blocks;
        println!("{channel}: {allocations} allocations, {} bytes", after.total_bytes - before.total_bytes);
        assert!(allocations <= 25, "{channel}: {allocations} allocations");
    }
}
