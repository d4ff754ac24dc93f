//! The sync over ports in memory: every conversation accounted for, whatever is repeated, refused or interrupted.

#![expect(clippy::unwrap_used, reason = "a test that unwraps fails")]

mod bench;
mod files;
mod holds;
mod one;
mod open;
mod refusals;
mod runs;
mod together;
mod trouble;
mod watch;
