//! How often some work asks for memory, and how much of it at once. For binaries whose allocator is dhat's.

use dhat::HeapStats;

/// What some work took of the heap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Heap {
    /// How often memory was asked for.
    pub(crate) allocations: u64,
    /// The most bytes held at once, beyond those held before.
    pub(crate) peak_bytes: usize,
}

/// Counts what `work` takes. Nothing else may run meanwhile.
pub(crate) fn heap_of(work: impl FnOnce()) -> Heap {
    // A profiler of its own: the peak is counted from its beginning, and there may be one at a time.
    let _profiler = dhat::Profiler::builder().testing().build();
    work();
    let stats = HeapStats::get();
    Heap { allocations: stats.total_blocks, peak_bytes: stats.max_bytes }
}
