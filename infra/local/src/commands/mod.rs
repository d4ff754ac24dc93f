//! The subcommands, and how they end.

mod address;
mod config;
mod first_steps;
mod follow;
mod install;
mod simulate;
mod simulators;
mod sync;
mod up;

use crate::{
    cli::{Cli, Command, Up},
    ports::{Ports, url},
    stack,
};
use bootstrap::{SystemClock, Workspace};
use std::{process::ExitCode, sync::Arc};

/// Why a command ends otherwise than well.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Wrong usage or input: exit code 2.
    Input(String),
    /// The work did not fully succeed: exit code 1.
    Work(String),
}

/// Runs the command and answers its exit code.
pub async fn run(cli: Cli) -> ExitCode {
    let outcome = match cli.command.unwrap_or_else(|| Command::Up(Up::default())) {
        Command::Up(args) => up::up(args).await,
        Command::Sync(args) => sync::sync(args).await,
        Command::Config(what) => config::config(what).await,
        Command::Address(args) => address::address(&args),
        Command::Simulators(args) => simulators::simulators(args).await,
        Command::Install(args) => install::install(args).await,
        Command::Uninstall(args) => install::uninstall(args).await,
        Command::Package(args) => install::package(&args),
        Command::Simulate(args) => simulate::simulate(args),
    };
    let (sentence, code) = match outcome {
        Ok(()) => return ExitCode::SUCCESS,
        Err(Failure::Input(sentence)) => (sentence, 2),
        Err(Failure::Work(sentence)) => (sentence, 1),
    };
    say_error(&sentence);
    ExitCode::from(code)
}

#[expect(clippy::print_stderr, reason = "this is the terminal's side")]
fn say_error(sentence: &str) {
    eprintln!("chatlink: {sentence}");
}

/// Prints a line for people or programs.
#[expect(clippy::print_stdout, reason = "this is the terminal's side")]
fn say(line: &str) {
    println!("{line}");
}

/// Reaches the stack that runs on these ports.
async fn running_stack(port_base: u16) -> Result<Workspace, Failure> {
    let ports = Ports::new(port_base);
    if tokio::net::TcpStream::connect(("127.0.0.1", ports.aws())).await.is_err() {
        let sentence = format!(
            "no stack answers at {}; start one with `chatlink up`, or say where it is with --port-base",
            url(ports.aws())
        );
        return Err(Failure::Input(sentence));
    }
    Ok(stack::workspace(ports, None, Arc::new(SystemClock)))
}
