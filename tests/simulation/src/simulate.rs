//! Seeds, one after the other.

use crate::{drive::Drive, plant::Plant, setup::Setup, trace::Trace};
use std::fmt;

/// What one seed came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Conversations of the world.
    pub conversations: u64,
    /// Runs planned.
    pub runs: u64,
    /// Rows Salesforce wrote.
    pub written: u64,
    /// Steps of all invocations.
    pub steps: u64,
    /// Virtual hours that passed.
    pub hours: i64,
}

/// A promise that was broken.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The seed that breaks it.
    pub seed: u64,
    /// The promise.
    pub promise: &'static str,
    /// How it was broken.
    pub how: String,
    /// What happened until then.
    pub trace: Trace,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in self.trace.lines() {
            writeln!(f, "  {line}")?;
        }
        write!(f, "seed {}: broken: {}: {}", self.seed, self.promise, self.how)
    }
}

/// Plays a seed, with a planted fault if one is given.
///
/// # Errors
/// The first promise that was broken, with the last events before.
pub fn run(seed: u64, plant: Option<Plant>) -> Result<Stats, Box<Failure>> {
    let (played, _) = play(seed, plant, None);
    // Told only when there is something to tell: the same seed breaks the same promise again.
    played.or_else(|_| replay(seed, plant).0)
}

/// Plays a seed and tells what happened, whether or not a promise was broken.
pub fn replay(seed: u64, plant: Option<Plant>) -> (Result<Stats, Box<Failure>>, Trace) {
    play(seed, plant, Some(Trace::default()))
}

fn play(seed: u64, plant: Option<Plant>, trace: Option<Trace>) -> (Result<Stats, Box<Failure>>, Trace) {
    let setup = Setup::of(seed, plant, trace);
    let begin = setup.begin;
    let mut drive = Drive::new(setup);
    let played = drive.play();
    let trace = drive.stage.scene.take_trace();
    let mut stats = Stats { steps: drive.steps, hours: drive.hours_since(begin), ..Stats::default() };
    stats.conversations = drive.stage.world.conversations.len() as u64;
    stats.runs = drive.stage.table.state().runs.len() as u64;
    drive.stage.scene.watch(|audit| stats.written = audit.written);
    let failure = |broken: crate::audit::Broken| {
        let (promise, how) = (broken.promise, broken.how);
        Box::new(Failure { seed, promise, how, trace: trace.clone() })
    };
    (played.map(|()| stats).map_err(failure), trace)
}

/// How far [`simulate`] has come.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// Seeds played.
    pub played: u64,
    /// Seeds to play.
    pub seeds: u64,
}

/// What [`simulate`] found.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// Seeds played.
    pub played: u64,
    /// Sums over them.
    pub stats: Stats,
    /// The first seed that broke a promise.
    pub failure: Option<Box<Failure>>,
}

/// Plays so many seeds from the first on, 0 unless given, and stops at the first that breaks a promise. `report` is
/// called after each seed; the caller has the clock, and so knows how many there are in a second.
pub fn simulate(seeds: u64, first: Option<u64>, mut report: impl FnMut(Progress)) -> Summary {
    let (first, mut summary) = (first.unwrap_or(0), Summary::default());
    for seed in first..first.saturating_add(seeds) {
        let played = run(seed, None);
        summary.played += 1;
        match played {
            Ok(stats) => summary.stats.add(stats),
            Err(failure) => {
                summary.failure = Some(failure);
                break;
            }
        }
        report(Progress { played: summary.played, seeds });
    }
    summary
}

impl Stats {
    /// Adds another seed's.
    pub fn add(&mut self, other: Stats) {
        self.conversations += other.conversations;
        self.runs += other.runs;
        self.written += other.written;
        self.steps += other.steps;
        self.hours += other.hours;
    }
}
