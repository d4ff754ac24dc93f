//! Counts, in tests, how many bytes were looked at, so that they need no clock.

#[cfg(test)]
thread_local! {
    static DONE: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
}

/// Adds to the count of this thread. Does nothing outside tests.
#[inline]
pub(super) fn add(bytes: usize) {
    #[cfg(test)]
    DONE.set(DONE.get() + bytes as u64);
    #[cfg(not(test))]
    let _not_counted = bytes;
}

/// Counts from zero.
#[cfg(test)]
pub(super) fn start() {
    DONE.set(0);
}

/// What was counted since the start.
#[cfg(test)]
pub(super) fn done() -> u64 {
    DONE.get()
}
