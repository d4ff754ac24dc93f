//! `chatlink up`.

use super::{Failure, first_steps::FirstSteps, follow::manual_run, say};
use crate::{
    DataFolder,
    cli::{FunctionsAre, Up},
    external::Lambda,
    overview,
    ports::{Ports, url},
    salesforce::TRANSCRIPT,
    stack::{API_KEY, Stack, StackOptions, StartError, environment, salesforce_credentials},
};
use domain::{Configuration, SyncWindow};
use jiff::SignedDuration;
use std::path::Path;

const LAST: SignedDuration = SignedDuration::from_hours(48);

/// Starts the stack, syncs the last 48 hours, prints the summary and where to look.
pub(crate) async fn up(args: Up) -> Result<(), Failure> {
    init_tracing();
    let configuration = args.configuration.as_deref().map(read_configuration).transpose()?;
    let data = DataFolder::open(&args.data).map_err(|error| Failure::Input(error.to_string()))?;
    let ports = Ports::new(args.port_base);
    let external = args.functions == FunctionsAre::External;
    let options = StackOptions {
        conversations: args.world.conversations,
        days: args.world.days,
        seed: args.world.seed,
        faults: args.fault.clone(),
        configuration,
        empty: args.empty,
        functions: external.then(|| Lambda::at(&args.functions_at)),
        bare_org: args.bare_org,
        ..StackOptions::new(ports)
    };
    let stack =
        Stack::start(&data, options).await.map_err(|error: StartError| Failure::Input(error.to_string()))?;
    if external {
        let file =
            data.environment(&environment(ports)).map_err(|error| Failure::Input(error.to_string()))?;
        super::say_error(&format!(
            "The functions run at {}: cargo lambda watch --invoke-address 127.0.0.1 --env-file {}",
            args.functions_at,
            file.display()
        ));
    }
    if args.empty {
        let steps = FirstSteps::of(ports, &data);
        let text = || steps.text() + &addresses("The stack is running", ports, &args.data);
        say(&if args.json { steps.json() } else { text() });
        return until_stopped(stack).await;
    }
    if !stack.salesforce.has_object(TRANSCRIPT) {
        return until_installed(stack, ports, &args).await;
    }
    let now = stack.workspace.clock.now();
    let now = now - SignedDuration::from_nanos(i64::from(now.subsec_nanosecond()));
    let window =
        SyncWindow::manual(now - LAST, now, now).map_err(|error| Failure::Input(error.to_string()))?;
    let outcome = manual_run(&stack.workspace, window, false, args.json).await;
    if args.once {
        return outcome;
    }
    if let Err(Failure::Input(sentence) | Failure::Work(sentence)) = outcome {
        super::say_error(&sentence);
    }
    if !args.json {
        say(&addresses("Everything is still running", ports, &args.data));
    }
    until_stopped(stack).await
}

/// A bare org has nothing to sync to: says how it is installed, and keeps running for that.
async fn until_installed(stack: Stack, ports: Ports, args: &Up) -> Result<(), Failure> {
    let org = url(ports.salesforce());
    let first = format!(
        "the org at {org} has no Chat Transcript object yet; install it with `chatlink install --org {org} --sync-user {}` while this runs",
        salesforce_credentials(None).username
    );
    if args.once {
        return Err(Failure::Work(first.replace(" while this runs", " while `chatlink up` runs")));
    }
    say(&format!("Nothing is synced: {first}, then start again.\n"));
    say(&addresses("The stack is running", ports, &args.data));
    until_stopped(stack).await
}

async fn until_stopped(mut stack: Stack) -> Result<(), Failure> {
    tokio::select! {
        () = stack.wait() => Ok(()),
        _ = tokio::signal::ctrl_c() => Ok(()),
    }
}

fn read_configuration(file: &Path) -> Result<Configuration, Failure> {
    let json = std::fs::read_to_string(file).map_err(|error| {
        Failure::Input(format!("the configuration file {} cannot be read: {error}", file.display()))
    })?;
    Configuration::from_json(&json).map_err(|error| Failure::Input(format!("{}: {error}", file.display())))
}

fn addresses(opening: &str, ports: Ports, data: &Path) -> String {
    format!(
        "{opening}; Ctrl-C stops it. The state stays in {}.\n\n  \
         overview                {}/\n  \
         widget                  {}     (an agent's workspace; sign in as ilse.varga@agents.example.com)\n  \
         console                 {}/admin     (sign in as noor.adair@chatlink.example)\n  \
         Chat Transcripts        {}/     (Salesforce simulator)\n  \
         conversations           {}/     (LivePerson simulator)\n  \
         AWS operations          {}/\n  \
         API                     {}/api/admin and /sync-chat     (Authorization: Bearer {API_KEY})\n",
        data.display(),
        url(ports.pages()),
        overview::workspace(ports),
        url(ports.pages()),
        url(ports.salesforce()),
        url(ports.liveperson()),
        url(ports.aws()),
        url(ports.pages()),
    )
}

/// Warnings on standard error; standard output is for the summary.
fn init_tracing() {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| "warn,dynoxide=error".into());
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
}
