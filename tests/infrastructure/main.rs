//! The stack's template: that its names, deliveries, settings and grants are what the code counts on. Everything here
//! reads files; what a deployed stack does is in `judge`.

#![expect(clippy::unwrap_used, reason = "a test panics where it fails, its helpers too")]

mod build;
mod delivery;
mod grants;
mod linked;
mod names;
mod readme;
mod routes;
mod schedules;
mod settings;
mod template;
