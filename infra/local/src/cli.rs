//! What the command takes.

use crate::{ports::DEFAULT_BASE, simulator::FaultSpec};
use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::Timestamp;
use std::{net::SocketAddr, path::PathBuf};

/// Chatlink on one machine: LivePerson conversations become Salesforce Chat Transcript records.
///
/// Exit codes: 0 when all went well, 1 when the work did not fully succeed, 2 for wrong usage or input.
#[derive(Debug, Parser)]
#[command(name = "chatlink", version, arg_required_else_help = false)]
pub struct Cli {
    /// What to do; `up` when nothing is said.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Start the whole stack, sync the last 48 hours, and keep running.
    #[command(
        after_help = "Example:\n  chatlink up --once --json --data demo\n  chatlink up --empty --data fresh    (to set it up in the console)\n  chatlink up --functions external    (beside `cargo lambda watch`)"
    )]
    Up(Up),
    /// Ask the running stack for a manual sync of a past span, at most 30 days.
    #[command(
        after_help = "Example:\n  chatlink sync --from 2026-03-01T00:00:00Z --to 2026-03-02T00:00:00Z --json"
    )]
    Sync(Sync),
    /// Export, import, validate or compare the configuration as a file, such as one in your repository.
    #[command(
        subcommand,
        after_help = "Example:\n  chatlink config export > chatlink.json\n  chatlink config validate chatlink.json"
    )]
    Config(Config),
    /// Evaluate addresses on one conversation (chat, messaging or widget SDK) read from standard input.
    #[command(
        after_help = "Example:\n  chatlink address 'info.skillName' 'surveys.preChat[displayName=Email].value' < conversation.json"
    )]
    Address(Address),
    /// Run only the two simulators, for other programs and for benchmarks.
    #[command(
        after_help = "Example:\n  chatlink simulators --conversations 10000 --days 2 --fault liveperson:chat-search:503:first=2\n\nFaults: SYSTEM:OPERATION:KIND[:first=N|every=N|nth=N]; operations are the names of /__calls, or *."
    )]
    Simulators(Simulators),
    /// Bring the Salesforce side into an org: object, permission sets, pages, reports and the app to sign in through.
    ///
    /// Safe to repeat. Signs in with the access token in CHATLINK_SALESFORCE_ACCESS_TOKEN, or through the browser. With
    /// --check the exit code is 0 when there is nothing to do, and 1 when there is something.
    #[command(
        after_help = "Example:\n  chatlink install --org http://127.0.0.1:8082 --check    (the simulated org; sign in as noor.adair@chatlink.example)\n  chatlink install --org https://acme.my.salesforce.com --stack https://abc123.execute-api.eu-central-1.amazonaws.com --sync-user sync@acme.example"
    )]
    Install(Install),
    /// Take the Salesforce side out of an org again.
    #[command(
        after_help = "Example:\n  chatlink uninstall --org https://acme.my.salesforce.com --delete-records"
    )]
    Uninstall(Uninstall),
    /// Write the Salesforce side into a folder, in the metadata format that Salesforce's own tools deploy.
    ///
    /// The external client app's OAuth settings are of one org and are left out.
    #[command(
        after_help = "Example:\n  chatlink package --stack https://abc123.execute-api.eu-central-1.amazonaws.com mdapi\n  sf project deploy start --metadata-dir mdapi    (with the Salesforce CLI)"
    )]
    Package(Package),
    /// Play the sync over ports in memory, seed after seed, and look for a promise it breaks.
    #[command(
        after_help = "Example:\n  chatlink simulate --seeds 10000\n  chatlink simulate --seeds 1 --seed 4711    (replays one seed exactly)"
    )]
    Simulate(Simulate),
}

/// `chatlink up`.
#[derive(Clone, Debug, Args)]
pub struct Up {
    /// Folder that keeps the stack's state.
    #[arg(long, default_value = ".chatlink")]
    pub data: PathBuf,
    /// Stop after the summary.
    #[arg(long)]
    pub once: bool,
    /// Print the summary as one JSON line.
    #[arg(long)]
    pub json: bool,
    /// First of the four ports: pages, LivePerson, Salesforce, AWS.
    #[arg(long, default_value_t = DEFAULT_BASE, value_parser = clap::value_parser!(u16).range(1..=65_532))]
    pub port_base: u16,
    /// Configuration file (JSON) to keep before starting, in place of the one in the data folder.
    #[arg(long, value_name = "FILE")]
    pub configuration: Option<PathBuf>,
    /// Keep no sample configuration and no secrets and sync nothing, so that all can be set up in the console; print what
    /// to enter there. What is already in the data folder stays.
    #[arg(long, conflicts_with_all = ["configuration", "once"])]
    pub empty: bool,
    /// Where the functions run: in this process, or elsewhere by Lambda's Invoke API, as `cargo lambda watch` has it.
    #[arg(long, value_enum, default_value_t = FunctionsAre::InProcess)]
    pub functions: FunctionsAre,
    /// Where functions that run elsewhere are invoked.
    #[arg(long, value_name = "URL", default_value = FUNCTIONS_AT)]
    pub functions_at: String,
    /// Give a new data folder a Salesforce org without Chatlink's metadata, to try `chatlink install` on, and a
    /// configuration that maps no further fields.
    #[arg(long)]
    pub bare_org: bool,
    /// The simulated account's conversations; read at the first start of a data folder.
    #[command(flatten)]
    pub world: WorldArgs,
    /// Something to go wrong, such as salesforce:composite:503:first=2. May be given more than once.
    #[arg(long, value_name = "SPEC")]
    pub fault: Vec<FaultSpec>,
}

/// Where the functions run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FunctionsAre {
    /// In this process.
    InProcess,
    /// In processes of their own.
    External,
}

/// Where `cargo lambda watch` listens.
const FUNCTIONS_AT: &str = "http://127.0.0.1:9000";

impl Default for Up {
    fn default() -> Self {
        Up {
            data: ".chatlink".into(),
            once: false,
            json: false,
            port_base: DEFAULT_BASE,
            configuration: None,
            empty: false,
            functions: FunctionsAre::InProcess,
            functions_at: FUNCTIONS_AT.to_owned(),
            bare_org: false,
            world: WorldArgs { conversations: 42_000, seed: 7, days: 35 },
            fault: Vec::new(),
        }
    }
}

/// What the simulated account holds.
#[derive(Clone, Copy, Debug, Args)]
pub struct WorldArgs {
    /// Conversations that start within the days.
    #[arg(long, default_value_t = 42_000)]
    pub conversations: u64,
    /// Two worlds of one seed are the same.
    #[arg(long, default_value_t = 7)]
    pub seed: u64,
    /// Days over which the conversations are spread.
    #[arg(long, default_value_t = 35, value_parser = clap::value_parser!(u32).range(1..=400))]
    pub days: u32,
}

/// `chatlink sync`.
#[derive(Clone, Debug, Args)]
pub struct Sync {
    /// First instant, such as 2026-03-01T00:00:00Z.
    #[arg(long)]
    pub from: Timestamp,
    /// First instant after the span.
    #[arg(long)]
    pub to: Timestamp,
    /// Only say what would be written.
    #[arg(long)]
    pub dry_run: bool,
    /// Print the summary as one JSON line.
    #[arg(long)]
    pub json: bool,
    /// First of the running stack's four ports.
    #[arg(long, default_value_t = DEFAULT_BASE, value_parser = clap::value_parser!(u16).range(1..=65_532))]
    pub port_base: u16,
}

/// `chatlink config`.
#[derive(Clone, Debug, Subcommand)]
pub enum Config {
    /// Print the running stack's configuration as JSON.
    #[command(after_help = "Example:\n  chatlink config export > chatlink.json")]
    Export(ConfigStack),
    /// Check a file, print every problem, and save it to the running stack when there is none.
    ///
    /// Whether the account is active and who accepted the terms is not changed this way: such a file is refused.
    #[command(after_help = "Example:\n  chatlink config import chatlink.json --json")]
    Import(FileAndStack),
    /// Check a file without a stack and print every problem.
    #[command(after_help = "Example:\n  chatlink config validate chatlink.json")]
    Validate(ConfigFile),
    /// Print what importing a file would change. Exit code 0 when it is nothing, 1 when it is something.
    #[command(after_help = "Example:\n  chatlink config diff chatlink.json")]
    Diff(FileAndStack),
}

/// A configuration file.
#[derive(Clone, Debug, Args)]
pub struct ConfigFile {
    /// Configuration file (JSON).
    pub file: PathBuf,
    /// Print the result as one JSON line.
    #[arg(long)]
    pub json: bool,
}

/// The running stack.
#[derive(Clone, Copy, Debug, Args)]
pub struct ConfigStack {
    /// First of the running stack's four ports.
    #[arg(long, default_value_t = DEFAULT_BASE, value_parser = clap::value_parser!(u16).range(1..=65_532))]
    pub port_base: u16,
}

/// A configuration file and the running stack.
#[derive(Clone, Debug, Args)]
pub struct FileAndStack {
    /// The file.
    #[command(flatten)]
    pub file: ConfigFile,
    /// The stack.
    #[command(flatten)]
    pub stack: ConfigStack,
}

/// `chatlink address`.
#[derive(Clone, Debug, Args)]
pub struct Address {
    /// Addresses in the mapping notation.
    #[arg(required = true)]
    pub addresses: Vec<String>,
}

/// `chatlink simulators`.
#[derive(Clone, Debug, Args)]
pub struct Simulators {
    /// Where LivePerson listens.
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:8081")]
    pub liveperson: SocketAddr,
    /// Where Salesforce listens.
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:8082")]
    pub salesforce: SocketAddr,
    /// A Salesforce org without Chatlink's metadata, to try `chatlink install` on.
    #[arg(long)]
    pub bare_org: bool,
    /// What LivePerson holds.
    #[command(flatten)]
    pub world: WorldArgs,
    /// Added to every LivePerson answer, in milliseconds.
    #[arg(long, value_name = "MS", default_value_t = 0)]
    pub liveperson_latency: u64,
    /// Added to every Salesforce answer, in milliseconds.
    #[arg(long, value_name = "MS", default_value_t = 0)]
    pub salesforce_latency: u64,
    /// Something to go wrong. May be given more than once.
    #[arg(long, value_name = "SPEC")]
    pub fault: Vec<FaultSpec>,
}

/// An org and how to sign in there.
#[derive(Clone, Debug, Args)]
pub struct OrgArgs {
    /// The org's My Domain URL.
    #[arg(long, value_name = "URL")]
    pub org: String,
    /// Consumer key of an app of the org to sign in through with the browser; its callback URL is
    /// http://localhost:8089/callback. Not needed with an access token, nor at the simulated org.
    #[arg(long, value_name = "KEY")]
    pub consumer_key: Option<String>,
    /// Print the result as one JSON line.
    #[arg(long)]
    pub json: bool,
}

/// `chatlink install`.
#[derive(Clone, Debug, Args)]
pub struct Install {
    /// The org.
    #[command(flatten)]
    pub org: OrgArgs,
    /// The stack's address. Without it, and without an earlier one, the button, the trusted site and the app are left out.
    #[arg(long, value_name = "ADDRESS")]
    pub stack: Option<String>,
    /// User name the sync acts as; gets its permission set.
    #[arg(long, value_name = "NAME")]
    pub sync_user: Option<String>,
    /// User name of an agent; gets the agents' permission set. May be given more than once.
    #[arg(long, value_name = "NAME")]
    pub agent: Vec<String>,
    /// Certificate (X.509, PEM) of the private key the sync signs in with, for the app.
    #[arg(long, value_name = "FILE")]
    pub certificate: Option<PathBuf>,
    /// Change nothing; say what would be done.
    #[arg(long)]
    pub check: bool,
}

/// `chatlink uninstall`.
#[derive(Clone, Debug, Args)]
pub struct Uninstall {
    /// The org.
    #[command(flatten)]
    pub org: OrgArgs,
    /// Delete the Chat Transcript records too.
    #[arg(long)]
    pub delete_records: bool,
}

/// `chatlink package`.
#[derive(Clone, Debug, Args)]
pub struct Package {
    /// Folder to write into; it is made, and may not hold anything.
    pub folder: PathBuf,
    /// The stack's address. Without it the button, the trusted site and the app are left out.
    #[arg(long, value_name = "ADDRESS")]
    pub stack: Option<String>,
}

/// `chatlink simulate`.
#[derive(Clone, Copy, Debug, Args)]
pub struct Simulate {
    /// How many seeds.
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    pub seeds: u64,
    /// The first of them.
    #[arg(long, value_name = "S", default_value_t = 0)]
    pub seed: u64,
    /// Print the result as one JSON line.
    #[arg(long)]
    pub json: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_well_formed_and_every_subcommand_has_an_example() {
        fn assert_examples(command: &clap::Command, words: &str) {
            for subcommand in command.get_subcommands() {
                let words = format!("{words} {}", subcommand.get_name());
                let example = subcommand.get_after_help().map(ToString::to_string).unwrap_or_default();
                assert!(example.contains(&words), "{words}");
                assert_examples(subcommand, &words);
            }
        }
        Cli::command().debug_assert();
        assert_examples(&Cli::command(), "chatlink");
    }

    #[test]
    fn up_without_arguments_is_the_default() {
        let Cli { command: Some(Command::Up(parsed)) } = Cli::parse_from(["chatlink", "up"]) else {
            panic!("not up")
        };
        assert_eq!(format!("{parsed:?}"), format!("{:?}", Up::default()));
    }
}
