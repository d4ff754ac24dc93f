//! The process killed at many points of a sync and started again: one record per conversation.

use local::ports::Ports;
use std::{collections::BTreeSet, path::Path};
use tests::{Ran, free_ports, org, transcript_ids, up_once};

/// About 230 conversations in the last 48 hours: several pages of each channel.
const WORLD: [&str; 2] = ["--conversations", "4000"];

fn up(data: &Path, ports: Ports, fault: Option<&str>) -> Ran {
    let fault: Vec<&str> = fault.into_iter().flat_map(|fault| ["--fault", fault]).collect();
    up_once(data, ports, &[&WORLD[..], &fault].concat())
}

#[test]
fn a_kill_at_any_point_ends_with_one_record_per_conversation() {
    let aws = (1..=45).step_by(3).map(|nth| format!("aws:operation:die-after:nth={nth}"));
    let reads = ["chat-search", "messaging-search"]
        .into_iter()
        .flat_map(|operation| [1, 2].map(|nth| format!("liveperson:{operation}:die-before:nth={nth}")));
    let writes = ["die-before", "die-after"]
        .into_iter()
        .flat_map(|kind| [1, 2].map(|nth| format!("salesforce:*:{kind}:nth={}", nth + 1)));
    let points: Vec<String> = aws.chain(reads).chain(writes).collect();
    let mut killed = 0;
    for point in &points {
        let (data, ports) = (tempfile::tempdir().unwrap(), free_ports());
        let first = up(data.path(), ports, Some(point));
        // A point past the end of the sync kills nothing and proves nothing.
        killed += u32::from(first.code.is_none());
        let second = up(data.path(), ports, None);
        assert_eq!(second.code, Some(0), "after {point}: {second:?}");
        let summary = second.summary();
        let fetched = summary["fetched"].as_u64().unwrap() as usize;
        assert!(fetched > 150, "after {point}: {summary}");
        let ids = transcript_ids(&org(data.path()));
        let unique: BTreeSet<_> = ids.iter().collect();
        assert_eq!(unique.len(), ids.len(), "after {point}: a conversation has two records");
        assert!(ids.len() >= fetched, "after {point}: {} records for {fetched} conversations", ids.len());
    }
    assert!(killed >= 20, "only {killed} of {} points killed the process", points.len());
}
