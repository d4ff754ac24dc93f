//! Everything at once: data folder, both simulators, the AWS operations, and the functions.

use crate::{
    DataError, DataFolder,
    aws::{self as local_aws, DynamoDb, Events, LocalAws, Queue, Rules, Scheduler},
    data::{SigningKey, WorldFile},
    external::Lambda,
    functions::Functions,
    liveperson::{self, World, WorldOptions},
    overview,
    ports::{PortError, Ports, listen_on, url},
    salesforce,
    sample::sample_configuration,
    simulator::{Behaviour, FaultSpec, Switchboard, System},
};
use aws::{LivePersonSecret, SalesforceSecret, SaveError, scheduler::SchedulerError};
use aws_config::{BehaviorVersion, SdkConfig};
use aws_sdk_dynamodb::config::{Credentials, Region, SharedCredentialsProvider};
use axum::Router;
use bootstrap::{Settings, SystemClock, Workspace};
use domain::{
    Configuration,
    configuration::LoginFlow,
    ports::{Clock, StoreError},
};
use serde_json::{Map, Value, json};
use std::{io, sync::Arc, time::Duration};
use tokio::{net::TcpListener, task::JoinSet};
use url::Url;

const TABLE: &str = "chatlink-local";
const BUS: &str = "chatlink-local";
const SCHEDULE_ROLE_ARN: &str = "arn:aws:iam::000000000000:role/chatlink-local-schedules";
const LIVEPERSON_SECRET: &str = "chatlink-local/liveperson";
const SALESFORCE_SECRET: &str = "chatlink-local/salesforce";
const API_SECRET: &str = "chatlink-local/api";
const SESSION_SECRET: &str = "chatlink-local/session";
/// What agents' tokens are sealed with on this machine: the org they are good for is simulated.
const SESSION_KEY: &str = "chatlink-local-session-key";
/// The key of the local stack's API. It guards nothing: the stack answers on loopback only.
pub const API_KEY: &str = "chatlink-local-key";
/// How a stack is to be.
#[derive(Clone)]
pub struct StackOptions {
    /// Where it listens.
    pub ports: Ports,
    /// Conversations at LivePerson within `days`.
    pub conversations: u64,
    /// The days over which they are spread.
    pub days: u32,
    /// Decides the world.
    pub seed: u64,
    /// What goes wrong.
    pub faults: Vec<FaultSpec>,
    /// Latency of LivePerson's answers.
    pub liveperson_latency: Duration,
    /// Latency of Salesforce's answers.
    pub salesforce_latency: Duration,
    /// The configuration to keep before starting; the sample one when there is none yet.
    pub configuration: Option<Configuration>,
    /// Whether a new stack starts as its template makes it: no configuration, and secrets that hold nothing.
    pub empty: bool,
    /// Pauses between retries of outside calls; the ordinary ones when absent.
    pub retry_pauses: Option<Vec<Duration>>,
    /// The present of everything on this machine.
    pub clock: Arc<dyn Clock>,
    /// Whether schedules fire by themselves; otherwise whoever holds the stack makes them.
    pub schedules_fire: bool,
    /// The org's allowance of API calls in 24 hours.
    pub daily_api_requests: u64,
    /// Whether LivePerson's world goes on with the clock; otherwise it stands at the first start of its data folder.
    pub time_goes_on: bool,
    /// Whether the org has the customers a newcomer finds.
    pub sample_records: bool,
    /// Whether the org of a new data folder begins without Chatlink's metadata.
    pub bare_org: bool,
    /// Whether slices are worked on; otherwise whoever holds the stack has them worked on.
    pub works_on_slices: bool,
    /// Where the functions are; in this process when absent.
    pub functions: Option<Lambda>,
}

impl StackOptions {
    /// A stack on these ports as a newcomer meets it: about 1,200 conversations a day over five weeks.
    #[must_use]
    pub fn new(ports: Ports) -> StackOptions {
        StackOptions {
            ports,
            conversations: 42_000,
            days: 35,
            seed: 7,
            faults: Vec::new(),
            liveperson_latency: Duration::ZERO,
            salesforce_latency: Duration::ZERO,
            configuration: None,
            empty: false,
            retry_pauses: None,
            clock: Arc::new(SystemClock),
            schedules_fire: true,
            daily_api_requests: 100_000,
            time_goes_on: false,
            sample_records: true,
            bare_org: false,
            works_on_slices: true,
            functions: None,
        }
    }

    fn behaviour(&self, system: System) -> Behaviour {
        let faults = self.faults.iter().filter(|fault| fault.system == system).cloned().collect();
        let latency = match system {
            System::LivePerson => self.liveperson_latency,
            System::Salesforce => self.salesforce_latency,
            System::Aws => Duration::ZERO,
        };
        Behaviour { latency, faults }
    }
}

/// Why a stack did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The data folder.
    #[error(transparent)]
    Data(#[from] DataError),
    /// A port.
    #[error(transparent)]
    Port(#[from] PortError),
    /// A file of the data folder.
    #[error("the data folder cannot be used: {0}")]
    Io(#[from] io::Error),
    /// The local schedules.
    #[error("the local schedules cannot be used: {0}")]
    Schedules(SchedulerError),
    /// The local table.
    #[error("the local table cannot be used: {0}")]
    Store(#[from] StoreError),
    /// The configuration to start with.
    #[error(transparent)]
    Configuration(#[from] SaveError),
}

/// A running stack. Dropping it ends it; its data stays.
pub struct Stack {
    /// The stack's connections, the same way its functions have them.
    pub workspace: Arc<Workspace>,
    /// Simulated account.
    pub liveperson: liveperson::Simulator,
    /// Simulated org.
    pub salesforce: salesforce::Simulator,
    /// EventBridge Scheduler's stand-in.
    pub scheduler: Arc<Scheduler>,
    /// Slices that wait to be worked on.
    pub slices: Arc<Queue>,
    /// Calls to the AWS operations.
    pub aws_calls: Arc<Switchboard>,
    /// Where it listens.
    pub ports: Ports,
    tasks: JoinSet<()>,
}

impl Stack {
    /// Starts everything over a data folder and finds its state again.
    ///
    /// # Errors
    /// [`StartError`]; nothing is left running.
    pub async fn start(data: &DataFolder, options: StackOptions) -> Result<Stack, StartError> {
        let ports = options.ports;
        let pages_listener = listen_on(ports.pages(), "the pages").await?;
        let liveperson_listener = listen_on(ports.liveperson(), "the LivePerson simulator").await?;
        let salesforce_listener = listen_on(ports.salesforce(), "the Salesforce simulator").await?;
        let aws_listener = listen_on(ports.aws(), "the AWS operations").await?;

        let clock = Arc::clone(&options.clock);
        let key = data.signing_key()?;
        let account = liveperson::Account::sample();
        let liveperson = open_liveperson(data, &options, account.clone(), &clock)?;
        let salesforce = open_salesforce(data, &options, &key, &clock)?;
        let mut secrets =
            data.secrets(|| if options.empty { empty_secrets() } else { sample_secrets(&account, &key) })?;
        secrets.insert(API_SECRET.to_owned(), json!({ "api_key": API_KEY }));
        secrets.insert(SESSION_SECRET.to_owned(), json!({ "session_key": SESSION_KEY }));
        let secrets = local_aws::Secrets::new(secrets, Some(data.file("secrets.json")));
        let queue = |name: &str| Queue::open(data.file(name)).map(Arc::new);
        let rules = Rules {
            runs: queue("queue-runs")?,
            slices: queue("queue-slices")?,
            conversations: queue("queue-conversations")?,
        };
        let events = Events { bus: BUS.to_owned(), rules: rules.clone() };
        let dynamodb = DynamoDb::open(&data.file("table.sqlite")).await?;
        let scheduler = Scheduler::open(data.file("schedules.json"), events.clone(), Arc::clone(&clock))?;
        let scheduler = Arc::new(scheduler);
        let (aws_router, aws_calls) =
            LocalAws { dynamodb, events, secrets }.router_with(&scheduler, options.behaviour(System::Aws));

        let mut tasks = JoinSet::new();
        serve(&mut tasks, aws_listener, aws_router);
        serve(&mut tasks, liveperson_listener, liveperson.router());
        serve(&mut tasks, salesforce_listener, salesforce.router());
        let workspace = Arc::new(workspace(ports, options.retry_pauses, clock));
        let functions = match options.functions {
            None => Functions::Here(Arc::clone(&workspace)),
            Some(lambda) => Functions::Elsewhere(lambda),
        };
        let pages = overview::router(ports, salesforce.clone());
        serve(&mut tasks, pages_listener, functions.answer_at(pages));
        workspace.table.create_if_missing().await?;
        workspace.scheduler.create_group_if_missing().await.map_err(StartError::Schedules)?;
        let first = (!options.empty).then(|| sample_configuration(ports, &account.id, salesforce.is_bare()));
        keep_configuration(&workspace, options.configuration, first, ports).await?;
        functions.plan_runs(&mut tasks, &rules.runs);
        functions.make_records(&mut tasks, &rules.conversations);
        if options.works_on_slices {
            functions.work_on_slices(&mut tasks, &rules.slices);
        }
        if options.schedules_fire {
            tasks.spawn(Arc::clone(&scheduler).run());
        }
        Ok(Stack {
            workspace,
            liveperson,
            salesforce,
            scheduler,
            slices: rules.slices,
            aws_calls,
            ports,
            tasks,
        })
    }

    /// Waits for as long as the stack runs, which is until it is dropped.
    pub async fn wait(&mut self) {
        while self.tasks.join_next().await.is_some() {}
    }
}

/// The SDK's configuration for a local stack.
#[must_use]
pub fn sdk_config(ports: Ports) -> SdkConfig {
    let credentials = Credentials::new("local", "local", None, None, "local");
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .endpoint_url(url(ports.aws()))
        .region(Region::new("local"))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .build()
}

/// What a function's environment holds on a local stack, besides what Lambda itself sets.
#[must_use]
pub fn environment(ports: Ports) -> Vec<(&'static str, String)> {
    vec![
        ("AWS_ENDPOINT_URL", url(ports.aws())),
        ("AWS_REGION", "local".to_owned()),
        ("AWS_ACCESS_KEY_ID", "local".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "local".to_owned()),
        ("CHATLINK_TABLE", TABLE.to_owned()),
        ("CHATLINK_BUS", BUS.to_owned()),
        ("CHATLINK_BUS_ARN", bus_arn()),
        ("CHATLINK_SCHEDULE_GROUP", TABLE.to_owned()),
        ("CHATLINK_SCHEDULE_ROLE_ARN", SCHEDULE_ROLE_ARN.to_owned()),
        ("CHATLINK_API_SECRET", API_SECRET.to_owned()),
        ("CHATLINK_LIVEPERSON_SECRET", LIVEPERSON_SECRET.to_owned()),
        ("CHATLINK_SALESFORCE_SECRET", SALESFORCE_SECRET.to_owned()),
        ("CHATLINK_SESSION_SECRET", SESSION_SECRET.to_owned()),
        ("CHATLINK_SALESFORCE_LOGIN_URL", url(ports.salesforce())),
        ("CHATLINK_SALESFORCE_CLIENT_ID", salesforce_credentials(None).client_id),
        ("CHATLINK_LIVEPERSON_DOMAIN_URL", url(ports.liveperson())),
        ("CHATLINK_LIVEPERSON_SDK_URL", sdk_url(ports)),
        ("CHATLINK_FRAME_ANCESTORS", frame_ancestors(ports)),
    ]
}

/// The simulated account's stand-in for LivePerson's widget SDK.
fn sdk_url(ports: Ports) -> String {
    format!("{}/webagent/client-SDK.min.js", url(ports.liveperson()))
}

/// The simulated workspace, by both its names: as `localhost` it is another site than the widget, as in life.
fn frame_ancestors(ports: Ports) -> String {
    let port = ports.liveperson();
    format!("http://localhost:{port} http://127.0.0.1:{port}")
}

fn bus_arn() -> String {
    format!("arn:aws:events:local:000000000000:event-bus/{BUS}")
}

/// Reaches a local stack from this process or another.
#[must_use]
pub fn workspace(ports: Ports, retry_pauses: Option<Vec<Duration>>, clock: Arc<dyn Clock>) -> Workspace {
    let settings = Settings {
        table: TABLE.to_owned(),
        bus: BUS.to_owned(),
        bus_arn: bus_arn(),
        schedule_group: TABLE.to_owned(),
        schedule_role_arn: SCHEDULE_ROLE_ARN.to_owned(),
        api_secret: API_SECRET.to_owned(),
        liveperson_secret: LIVEPERSON_SECRET.to_owned(),
        salesforce_secret: SALESFORCE_SECRET.to_owned(),
        salesforce_login_url: url(ports.salesforce()),
        salesforce_client_id: salesforce_credentials(None).client_id,
        session_secret: SESSION_SECRET.to_owned(),
        liveperson_domain_url: parsed(&url(ports.liveperson())),
        liveperson_sdk_url: parsed(&sdk_url(ports)),
        frame_ancestors: frame_ancestors(ports),
        retry_pauses,
    };
    Workspace::new(settings, &sdk_config(ports), clock)
}

#[expect(clippy::expect_used, reason = "a loopback address and a port are a URL")]
fn parsed(address: &str) -> Url {
    address.parse().expect("a URL")
}

fn open_liveperson(
    data: &DataFolder,
    options: &StackOptions,
    account: liveperson::Account,
    clock: &Arc<dyn Clock>,
) -> Result<liveperson::Simulator, StartError> {
    let StackOptions { conversations, days, seed, .. } = *options;
    let world = data.world(clock.now(), WorldFile { seed, conversations, days, now: clock.now() })?;
    let world = World::new(WorldOptions {
        account: account.id.clone(),
        seed: world.seed,
        conversations: world.conversations,
        days: world.days,
        now: world.now,
    });
    let world = if options.time_goes_on { world.following_the_clock() } else { world };
    let behaviour = options.behaviour(System::LivePerson);
    Ok(liveperson::Simulator::new(account, world, behaviour, Arc::clone(clock)))
}

fn open_salesforce(
    data: &DataFolder,
    options: &StackOptions,
    key: &SigningKey,
    clock: &Arc<dyn Clock>,
) -> io::Result<salesforce::Simulator> {
    let org = salesforce::Simulator::open(salesforce::Options {
        listen_url: url(options.ports.salesforce()),
        journal: Some(data.file("salesforce.journal")),
        behaviour: options.behaviour(System::Salesforce),
        clock: Arc::clone(clock),
        daily_api_requests: options.daily_api_requests,
        credentials: salesforce_credentials(Some(key.public_pem.clone())),
        bare: options.bare_org,
    })?;
    org.serve_stack(&url(options.ports.pages()))?;
    if options.sample_records && !options.empty {
        org.seed_crm().map_err(io::Error::other)?;
    }
    Ok(org)
}

/// Who may sign in to the simulated org.
#[must_use]
pub fn salesforce_credentials(public_key_pem: Option<String>) -> salesforce::Credentials {
    salesforce::Credentials {
        client_id: "chatlink-local-consumer-key".to_owned(),
        client_secret: "chatlink-local-consumer-secret".to_owned(),
        username: "sync@chatlink.example".to_owned(),
        password: "local-password".to_owned(),
        public_key_pem,
    }
}

fn sample_secrets(account: &liveperson::Account, key: &SigningKey) -> Map<String, Value> {
    let credentials = account.credentials.clone();
    let liveperson = LivePersonSecret {
        consumer_key: credentials.consumer_key,
        consumer_secret: credentials.consumer_secret,
        access_token: credentials.access_token,
        access_token_secret: credentials.access_token_secret,
    };
    let salesforce = SalesforceSecret::PrivateKey(key.private_pem.clone());
    Map::from_iter([
        (LIVEPERSON_SECRET.to_owned(), json!(liveperson)),
        (SALESFORCE_SECRET.to_owned(), json!(salesforce)),
    ])
}

fn empty_secrets() -> Map<String, Value> {
    [LIVEPERSON_SECRET, SALESFORCE_SECRET].map(|name| (name.to_owned(), Value::Null)).into_iter().collect()
}

/// Keeps the configuration that is given, or the first one when the table has none. One kept on other ports is moved to
/// these.
async fn keep_configuration(
    workspace: &Workspace,
    given: Option<Configuration>,
    first: Option<Configuration>,
    ports: Ports,
) -> Result<(), StartError> {
    let kept = workspace.table.versioned_configuration().await?;
    let version = kept.as_ref().map_or(0, |kept| kept.version);
    let kept = kept.map(|kept| on_these_ports(kept.configuration, ports));
    let Some(wanted) = given.or(kept).or(first) else { return Ok(()) };
    let now = workspace.clock.now();
    workspace.table.save_configuration(&wanted, version, "chatlink up", now).await?;
    Ok(())
}

fn on_these_ports(mut configuration: Configuration, ports: Ports) -> Configuration {
    let (here, elsewhere) = (url(ports.salesforce()), configuration.salesforce.login_url.clone());
    if elsewhere.starts_with("http://127.0.0.1:") {
        if let LoginFlow::JwtBearer { audience, .. } = &mut configuration.salesforce.flow
            && *audience == elsewhere
        {
            audience.clone_from(&here);
        }
        configuration.salesforce.login_url = here;
    }
    configuration
}

fn serve(tasks: &mut JoinSet<()>, listener: TcpListener, router: Router) {
    tasks.spawn(async move {
        if let Err(error) = axum::serve(listener, router).await {
            tracing::error!(%error, "a server stopped");
        }
    });
}
