//! The ports over our DynamoDB table, our event bus and our secrets, on the local AWS operations; table and secrets also on
//! somebody else's emulator (see `judge`).

mod audit;
mod configuration;
mod conversations;
mod events;
pub(crate) mod judge;
mod log;
mod runs;
mod secrets;
mod tally;
mod unprocessed;
mod versions;

use crate::harness::{Bound, Served, clock};
use aws::{
    DynamoTable, EventBridgeBus, KEY, SORT, Secrets,
    scheduler::{EventBridgeScheduler, SchedulerSettings},
};
use aws_sdk_dynamodb::types::AttributeValue;
use domain::{Channel, Run, RunId, RunKind, Scope, Search, Slice, SliceId, SyncWindow, Task};
use futures::FutureExt;
use local::{
    aws::{DynamoDb, Events, LocalAws, Message, Queue, Rules, Scheduler},
    ports::Ports,
    simulator::{Behaviour, Switchboard},
    stack::sdk_config,
};
use serde_json::{Map, Value};
use std::{collections::HashMap, sync::Arc};
use tempfile::TempDir;

const TABLE: &str = "chatlink-items";
const BUS: &str = "chatlink-items-bus";

/// The local AWS operations, with a table that is new, and our clients of them.
struct Aws {
    table: DynamoTable,
    bus: EventBridgeBus,
    secrets: Secrets,
    scheduler: EventBridgeScheduler,
    rules: Rules,
    calls: Arc<Switchboard>,
    raw: aws_sdk_dynamodb::Client,
    _queues: TempDir,
    _served: Served,
}

impl Aws {
    async fn new() -> Aws {
        Aws::with(Map::new()).await
    }

    async fn with(secrets: Map<String, Value>) -> Aws {
        let queues = tempfile::tempdir().unwrap();
        let queue = |name: &str| Arc::new(Queue::open(queues.path().join(name)).unwrap());
        let rules =
            Rules { runs: queue("runs"), slices: queue("slices"), conversations: queue("conversations") };
        let events = Events { bus: BUS.to_owned(), rules: rules.clone() };
        let file = queues.path().join("schedules.json");
        let schedules = Arc::new(Scheduler::open(file, events.clone(), clock()).unwrap());
        let local = LocalAws {
            dynamodb: DynamoDb::in_memory().await.unwrap(),
            events,
            secrets: local::aws::Secrets::new(secrets.clone(), None),
        };
        let (router, calls) = local.router_with(&schedules, Behaviour::default());
        let bound = Bound::new().await;
        let config = config(&bound);
        let served = bound.serve(router);
        let kept = judge::config(&secrets).await.unwrap_or_else(|| config.clone());
        let table = DynamoTable::new(&kept, TABLE);
        table.create_if_missing().await.unwrap();
        let scheduler = scheduler(&config);
        scheduler.create_group_if_missing().await.unwrap();
        Aws {
            table,
            bus: EventBridgeBus::new(&config, BUS, scheduler.clone()),
            secrets: Secrets::new(&kept),
            scheduler,
            rules,
            calls,
            raw: aws_sdk_dynamodb::Client::new(&kept),
            _queues: queues,
            _served: served,
        }
    }

    /// An item as it is stored.
    async fn item(&self, key: &str, sort: &str) -> Option<HashMap<String, AttributeValue>> {
        let text = |value: &str| AttributeValue::S(value.to_owned());
        let get = self.raw.get_item().table_name(TABLE).key(KEY, text(key)).key(SORT, text(sort));
        get.send().await.unwrap().item
    }

    /// Stores an item as another version of Chatlink might have.
    async fn put(&self, attributes: &[(&str, &str)]) {
        let mut put = self.raw.put_item().table_name(TABLE);
        for (name, value) in attributes {
            put = put.item(*name, AttributeValue::S((*value).to_owned()));
        }
        put.send().await.unwrap();
    }

    async fn stored_run(&self, id: &RunId) -> Run {
        domain::ports::Runs::run(&self.table, id).await.unwrap().unwrap()
    }
}

/// The SDK's configuration for whatever is served there. The AWS operations have the last of a stack's ports.
fn config(bound: &Bound) -> aws_config::SdkConfig {
    sdk_config(Ports::new(bound.port - (Ports::new(0).aws() - Ports::new(0).pages())))
}

/// Our client of EventBridge Scheduler.
fn scheduler(config: &aws_config::SdkConfig) -> EventBridgeScheduler {
    let settings = SchedulerSettings {
        group: "chatlink-items".to_owned(),
        bus_arn: format!("arn:aws:events:local:000000000000:event-bus/{BUS}"),
        role_arn: "arn:aws:iam::000000000000:role/chatlink-items-scheduler".to_owned(),
    };
    EventBridgeScheduler::new(config, settings)
}

/// Everything that waits in a queue.
fn waiting(queue: &Queue) -> Vec<Message> {
    std::iter::from_fn(|| queue.receive().now_or_never()).collect()
}

fn run_id(text: &str) -> RunId {
    RunId::new(text).unwrap()
}

/// A run over that window with one open slice per channel.
fn new_run(id: &str, window: SyncWindow) -> (Run, Vec<Slice>) {
    let run = Run::new(run_id(id), RunKind::Manual, window, 2, window.until());
    let slice = |channel: Channel| {
        let task = Task::Search(Search { channel, starts: window, scope: Scope::All }, window.from());
        Slice::open(run.id.clone(), SliceId::new(channel.as_str()).unwrap(), task)
    };
    let slices = Channel::ALL.map(slice);
    (run, slices.to_vec())
}
