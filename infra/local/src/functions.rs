//! The functions at work: in this process, or elsewhere by Lambda's Invoke API. Either way they get what AWS hands them.

use crate::{
    aws::{Message, Queue},
    external::Lambda,
    overview,
};
use aws_lambda_events::event::{eventbridge::EventBridgeEvent, sqs::SqsEvent};
use axum::{
    Router,
    body::Bytes,
    http::{HeaderMap, Method, Uri},
    response::{IntoResponse, Response},
};
use bootstrap::Workspace;
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};
use tokio::task::JoinSet;

/// As many batches of slices are worked on at once, like the queue's limit on concurrency.
const BATCHES_AT_ONCE: usize = 4;
/// As many slices a function is handed together, as in our template.
pub const BATCH_SIZE: usize = 5;
/// A message handed back is delivered again after this long.
const REDELIVERY: Duration = Duration::from_secs(1);
/// A message received this often is given up, as a queue's dead-letter rule does.
const MOST_RECEIVES: u32 = sync_slice::TRIES + 1;

/// Where the functions are.
#[derive(Clone)]
pub(crate) enum Functions {
    Here(Arc<Workspace>),
    Elsewhere(Lambda),
}

impl Functions {
    /// The pages with the functions that answer HTTP.
    pub(crate) fn answer_at(&self, pages: Router) -> Router {
        match self {
            Functions::Here(workspace) => pages
                .merge(admin::router(Arc::clone(workspace)))
                .merge(sync_chat::router(Arc::clone(workspace)))
                .merge(widget::router(Arc::clone(workspace)))
                .fallback(overview::not_here),
            Functions::Elsewhere(lambda) => {
                let lambda = lambda.clone();
                pages.fallback(
                    async move |method: Method, uri: Uri, headers: HeaderMap, body: Bytes| -> Response {
                        match lambda.answer(method, uri, headers, body).await {
                            Some(answer) => answer,
                            None => overview::not_here().await.into_response(),
                        }
                    },
                )
            }
        }
    }

    /// Hands events to `sync-plan`.
    pub(crate) fn plan_runs(&self, tasks: &mut JoinSet<()>, runs: &Arc<Queue>) {
        let functions = self.clone();
        tasks.spawn(deliver(Arc::clone(runs), async move |message: &Message| match &functions {
            Functions::Here(workspace) => {
                let Ok(event) = serde_json::from_str::<EventBridgeEvent<_>>(&message.body) else {
                    return true;
                };
                let planned = sync_plan::handle(workspace, event).await;
                planned.inspect_err(|error| tracing::warn!(%error, "sync-plan")).is_ok()
            }
            Functions::Elsewhere(lambda) => handled(lambda, "sync-plan", &message.body).await.is_some(),
        }));
    }

    /// Hands events to `transcript`.
    pub(crate) fn make_records(&self, tasks: &mut JoinSet<()>, conversations: &Arc<Queue>) {
        let functions = self.clone();
        tasks.spawn(deliver(Arc::clone(conversations), async move |message: &Message| match &functions {
            Functions::Here(workspace) => {
                let Ok(event) = serde_json::from_str::<EventBridgeEvent<_>>(&message.body) else {
                    return true;
                };
                let handled = Box::pin(transcript::handle(workspace, event)).await;
                handled.inspect_err(|error| tracing::warn!(%error, "transcript")).is_ok()
            }
            Functions::Elsewhere(lambda) => handled(lambda, "transcript", &message.body).await.is_some(),
        }));
    }

    /// Hands slices to `sync-slice`.
    pub(crate) fn work_on_slices(&self, tasks: &mut JoinSet<()>, slices: &Arc<Queue>) {
        for _ in 0..BATCHES_AT_ONCE {
            let (functions, queue) = (self.clone(), Arc::clone(slices));
            tasks.spawn(async move {
                loop {
                    let batch = queue.receive_up_to(BATCH_SIZE).await;
                    let answer = functions.work_on_batch(&batch).await;
                    if !batch.iter().all(|message| is_done(message, answer.as_ref())) {
                        tokio::time::sleep(REDELIVERY).await;
                    }
                    settle_batch(&queue, batch, answer.as_ref());
                }
            });
        }
    }

    /// What `sync-slice` answered; `None` when it failed.
    async fn work_on_batch(&self, batch: &[Message]) -> Option<Value> {
        match self {
            Functions::Here(workspace) => {
                sync_slice::handle(workspace, sqs_event(batch)).await.ok().map(|answer| json!(answer))
            }
            Functions::Elsewhere(lambda) => handled(lambda, "sync-slice", &sqs_json(batch).to_string()).await,
        }
    }
}

/// Whether a function that was handed a batch dealt with this message: it answered, and does not name it.
fn is_done(message: &Message, answer: Option<&Value>) -> bool {
    let Some(answer) = answer else { return false };
    let mut failures = answer["batchItemFailures"].as_array().into_iter().flatten();
    !failures.any(|failure| failure["itemIdentifier"] == message.id.as_str())
}

/// Deletes those messages of a batch that were dealt with; the others come again, unless they came too often. There is no
/// answer when the function failed.
pub fn settle_batch(queue: &Queue, batch: Vec<Message>, answer: Option<&Value>) {
    for message in batch {
        let done = is_done(&message, answer);
        settle(queue, message, done);
    }
}

fn settle(queue: &Queue, message: Message, done: bool) {
    if done || message.received >= MOST_RECEIVES {
        queue.delete(&message);
    } else {
        queue.give_back(message);
    }
}

/// What the function answered; `None` when it failed.
async fn handled(lambda: &Lambda, function: &str, event: &str) -> Option<Value> {
    lambda
        .deliver(function, event)
        .await
        .inspect_err(|error| tracing::warn!(%error, "a function failed"))
        .ok()
}

/// Delivers a queue's messages one by one; those not dealt with come again.
async fn deliver(queue: Arc<Queue>, invoke: impl AsyncFn(&Message) -> bool) {
    loop {
        let message = queue.receive().await;
        let done = invoke(&message).await;
        if !done {
            tokio::time::sleep(REDELIVERY).await;
        }
        settle(&queue, message, done);
    }
}

/// A queue's messages as SQS hands them to Lambda.
#[must_use]
pub fn sqs_event(batch: &[Message]) -> SqsEvent {
    serde_json::from_value(sqs_json(batch)).unwrap_or_default()
}

/// The same as JSON.
#[must_use]
pub fn sqs_json(batch: &[Message]) -> Value {
    let record = |message: &Message| {
        json!({
            "messageId": message.id,
            "body": message.body,
            "attributes": { "ApproximateReceiveCount": message.received.to_string() },
            "messageAttributes": {},
            "eventSource": "aws:sqs",
        })
    };
    json!({ "Records": batch.iter().map(record).collect::<Vec<_>>() })
}
