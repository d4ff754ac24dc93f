//! The stack end to end: as a newcomer starts it, under kills, under faults, and by counting its calls.

#![expect(clippy::unwrap_used, reason = "a test that unwraps fails")]

mod bad_input;
mod calls;
mod faults;
mod kills;
mod newcomer;
