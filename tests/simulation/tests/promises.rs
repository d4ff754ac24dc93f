//! The promises hold for ten thousand seeds, and a seed breaks one as soon as a port lies.

use simulation::{Plant, replay, run};
use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicU64, Ordering::Relaxed},
};

const SEEDS: u64 = 10_000;
const THREADS: usize = 2;

/// Calls `play` with every seed up to `seeds` on two threads, each seed on one, until one answers something: the lowest
/// seed that does, and its answer.
fn first_of<T: Send>(seeds: u64, play: impl Fn(u64) -> Option<T> + Sync) -> Option<(u64, T)> {
    let (next, found) = (AtomicU64::new(0), Mutex::new(None::<(u64, T)>));
    let lock = || found.lock().unwrap_or_else(PoisonError::into_inner);
    let work = || {
        while let Some(seed) = Some(next.fetch_add(1, Relaxed)).filter(|seed| *seed < seeds) {
            if let Some(answer) = play(seed) {
                next.store(seeds, Relaxed);
                let mut found = lock();
                if found.as_ref().is_none_or(|(lowest, _)| seed < *lowest) {
                    *found = Some((seed, answer));
                }
            }
        }
    };
    std::thread::scope(|scope| (0..THREADS).for_each(|_| drop(scope.spawn(work))));
    found.into_inner().unwrap_or_else(PoisonError::into_inner)
}

#[test]
fn ten_thousand_seeds_break_no_promise() {
    let written = AtomicU64::new(0);
    let found = first_of(SEEDS, |seed| match run(seed, None) {
        Ok(stats) => {
            written.fetch_add(stats.written, Relaxed);
            None
        }
        Err(failure) => Some(failure),
    });
    if let Some((_, failure)) = found {
        panic!("{failure}");
    }
    let written = written.into_inner();
    assert!(written > 20 * SEEDS, "only {written} rows were written: the worlds are empty");
}

#[test]
fn every_planted_fault_is_found() {
    let mut missed = Vec::new();
    for plant in Plant::ALL {
        match first_of(SEEDS, |seed| run(seed, Some(*plant)).err()) {
            Some((seed, failure)) => {
                println!("{}: found after {} seeds: {}", plant.name(), seed + 1, failure.promise);
                assert!(failure.trace.lines().count() > 0, "{plant:?} was found without a trace");
            }
            None => missed.push(plant),
        }
    }
    assert!(missed.is_empty(), "not found in {SEEDS} seeds: {missed:?}");
}

#[test]
fn a_seed_replays_exactly() {
    for seed in 0..40 {
        let ((first, one), (second, other)) = (replay(seed, None), replay(seed, None));
        assert_eq!(one.sum(), other.sum(), "seed {seed}");
        assert_eq!(first.ok(), second.ok(), "seed {seed}");
    }
    let sum = |seed| replay(seed, None).1.sum();
    assert_ne!(sum(1), sum(2), "seeds differ");
    let broken = |seed| replay(seed, Some(Plant::Inserts)).0.err().map(|failure| failure.to_string());
    let seed = (0..100).find(|seed| broken(*seed).is_some()).unwrap();
    assert_eq!(broken(seed), broken(seed));
}
