//! What the functions cost, beside others doing the same in the same run: `start`, `sync`, `widget` or `growth`, one of
//! them at a time. One binary, since its link is what takes longest.
//!
//! Prints one JSON line; `cargo xtask bench` makes a table of it.

#![expect(clippy::print_stdout, reason = "a benchmark prints what it measured")]

mod cold;
mod growth;
mod month;
mod sync;
mod tap;
mod widget;

use std::process::ExitCode;

#[tokio::main(flavor = "multi_thread")]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    let is_given = |name: &str| arguments.iter().any(|argument| argument == name);
    let measured = match arguments.get(1).map(String::as_str) {
        Some("start") => cold::measure().await,
        Some("sync") => sync::measure().await,
        Some("widget") => widget::measure().await,
        Some("growth") => growth::measure(is_given("--full")).await,
        _ => return ExitCode::from(2),
    };
    println!("{measured}");
    ExitCode::SUCCESS
}
