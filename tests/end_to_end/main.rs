//! The stack end to end: as a newcomer starts it, under kills, under faults, and by counting its calls.

#![expect(clippy::unwrap_used, reason = "a test that unwraps fails")]

mod api;
mod bad_input;
mod budgets;
mod calls;
mod config;
mod console;
mod console_reads;
mod faults;
mod install;
mod kills;
mod large;
mod limits;
mod newcomer;
mod sample_events;
mod schedules;
mod sign_in;
mod sync_chat;
mod sync_chat_button;
mod time;
mod widget;
mod widget_records;
mod widget_sign_in;
