//! The `chatlink` command.

use clap::Parser;
use local::cli::Cli;
use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    local::run(Cli::parse()).await
}
