//! Conversations in a few words, reckoned once and kept: a search looks at every conversation of its span for every page.

use domain::Channel;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

/// As many outlines are reckoned and kept together.
const BLOCK: u64 = 4_096;
/// The most blocks kept: a million outlines.
const MOST_BLOCKS: usize = 256;

/// One conversation in a few words; the record is made from it on demand.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Outline {
    pub(crate) number: u64,
    pub(crate) channel: Channel,
    pub(crate) start_ms: i64,
    /// When it ends, which may be after the world's present.
    pub(crate) end_ms: i64,
    /// When its attributes and surveys arrive, for a chat.
    pub(crate) enriched_ms: i64,
    /// When the consumer says afterwards how it was, for a messaging conversation; some never do.
    pub(crate) survey_ms: Option<i64>,
    /// 0 for most; 1 for the second part of a transferred chat.
    pub(crate) sequence: u8,
    /// Over 131,072 characters of transcript.
    pub(crate) huge: bool,
}

/// Outlines that follow each other.
pub(crate) type Block = Arc<[Outline]>;

/// The outlines reckoned so far. They never change, whatever the present is. Clones share them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outlines {
    blocks: Arc<Mutex<HashMap<u64, Block>>>,
}

impl Outlines {
    /// The blocks that hold the numbers from `first` to `last`, in order.
    pub(crate) fn blocks(&self, first: u64, last: u64, outline: impl Fn(u64) -> Outline) -> Vec<Block> {
        let mut kept = self.blocks.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() > MOST_BLOCKS {
            kept.clear();
        }
        let reckon = |block: u64| (block * BLOCK..(block + 1) * BLOCK).map(&outline).collect();
        let wanted = first / BLOCK..=last / BLOCK;
        wanted.map(|block| Arc::clone(kept.entry(block).or_insert_with(|| reckon(block)))).collect()
    }
}
