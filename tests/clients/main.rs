//! The two clients against the simulators, and our AWS items against the local AWS operations, over loopback.

#![expect(clippy::unwrap_used, reason = "a test panics where it fails, its helpers too")]

mod aws_items;
mod aws_scheduler;
mod harness;
mod liveperson;
mod liveperson_answers;
mod liveperson_scopes;
mod salesforce;
