//! The ports over our DynamoDB table, our event bus and our secrets, on the local AWS operations.

mod configuration;
mod conversations;
mod events;
mod log;
mod runs;
mod secrets;
mod unprocessed;

use crate::harness::{Bound, Served};
use aws::{DynamoTable, EventBridgeBus, KEY, SORT, Secrets};
use aws_sdk_dynamodb::types::AttributeValue;
use domain::{Channel, Counts, Run, RunId, RunKind, RunStatus, Slice, SyncWindow};
use futures::FutureExt;
use local::{
    aws::{DynamoDb, Events, LocalAws, Message, Queue, Rules},
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
        let rules = Rules { runs: queue("runs"), slices: queue("slices") };
        let events = Events { bus: BUS.to_owned(), rules: rules.clone() };
        let local = LocalAws { dynamodb: DynamoDb::in_memory().await.unwrap(), events, secrets };
        let (router, calls) = local.router(Behaviour::default());
        let bound = Bound::new().await;
        let config = config(&bound);
        let served = bound.serve(router);
        let table = DynamoTable::new(&config, TABLE);
        table.create_if_missing().await.unwrap();
        Aws {
            table,
            bus: EventBridgeBus::new(&config, BUS),
            secrets: Secrets::new(&config),
            rules,
            calls,
            raw: aws_sdk_dynamodb::Client::new(&config),
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

/// Everything that waits in a queue.
fn waiting(queue: &Queue) -> Vec<Message> {
    std::iter::from_fn(|| queue.receive().now_or_never()).collect()
}

fn run_id(text: &str) -> RunId {
    RunId::new(text).unwrap()
}

/// A run over that window with one open slice per channel.
fn new_run(id: &str, window: SyncWindow) -> (Run, Vec<Slice>) {
    let run = Run {
        id: run_id(id),
        kind: RunKind::Manual,
        window,
        status: RunStatus::Running,
        counts: Counts::default(),
        open_slices: 2,
        troubled_slices: 0,
        finished_slices: 0,
        failure: None,
        started: window.until(),
        finished: None,
    };
    let slices = Channel::ALL.map(|channel| Slice::whole(run.id.clone(), channel, window));
    (run, slices.to_vec())
}
