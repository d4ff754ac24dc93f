#![doc = include_str!("../README.md")]

use aws::events::SliceReady;
use aws_lambda_events::event::{
    eventbridge::EventBridgeEvent,
    sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent, SqsMessage},
};
use bootstrap::{HandlerError, Workspace};
use sync::{Policy, ReadySlice, SliceOutcome, work_slices};

/// How often a message may come before its slice is given up. The queue's `maxReceiveCount` is one more, so that the
/// dead-letter queue holds only what could not even be accounted for.
pub const TRIES: u32 = 5;

/// Works on the messages of a batch.
///
/// # Errors
/// None of the whole batch: a message that may succeed later is named in the answer and comes again alone.
pub async fn handle(workspace: &Workspace, event: SqsEvent) -> Result<SqsBatchResponse, HandlerError> {
    let (ids, ready): (Vec<String>, Vec<ReadySlice>) = event.records.iter().filter_map(read).unzip();
    let outcomes = match work(workspace, &ready).await {
        Ok(outcomes) => outcomes,
        Err(error) => ready.iter().map(|_| Err(error.clone())).collect(),
    };
    let mut answer = SqsBatchResponse::default();
    for ((id, ReadySlice { run, slice, .. }), outcome) in ids.into_iter().zip(&ready).zip(outcomes) {
        match outcome {
            Ok(outcome) => tracing::info!(%run, %slice, ?outcome, "worked on a slice"),
            Err(HandlerError { code, sentence }) => {
                tracing::warn!(%run, %slice, %code, sentence, "a slice is handed back to the queue");
                let mut failure = BatchItemFailure::default();
                failure.item_identifier = id;
                answer.batch_item_failures.push(failure);
            }
        }
    }
    Ok(answer)
}

/// What came of each slice, in their order; an error when none could be begun.
async fn work(
    workspace: &Workspace,
    ready: &[ReadySlice],
) -> Result<Vec<Result<SliceOutcome, HandlerError>>, HandlerError> {
    let configuration = workspace.configuration().await?;
    let mappers = workspace.mappers(&configuration).await?;
    let clients = workspace.clients(&configuration).await?;
    let ports = workspace.ports(&clients);
    let outcomes = work_slices(&ports, &mappers, Policy::of(&configuration), ready).await;
    Ok(outcomes.into_iter().map(|outcome| outcome.map_err(HandlerError::from)).collect())
}

/// The message's id, and the slice it asks for. The queue's messages hold the whole EventBridge event.
fn read(message: &SqsMessage) -> Option<(String, ReadySlice)> {
    let body = message.body.as_deref().unwrap_or_default();
    let event = serde_json::from_str::<EventBridgeEvent<SliceReady>>(body).ok();
    let Some((run, slice)) = event.and_then(|event| event.detail.ids()) else {
        tracing::error!("a message that is no SliceReady event was dropped");
        return None;
    };
    let received =
        message.attributes.get("ApproximateReceiveCount").and_then(|count| count.parse().ok()).unwrap_or(1);
    let id = message.message_id.clone().unwrap_or_default();
    Some((id, ReadySlice { run, slice, last_try: received >= TRIES }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_event_is_read() {
        let event: SqsEvent =
            serde_json::from_str(include_str!("../../../events/sync-slice/one-slice.json")).unwrap();
        let (_, ReadySlice { run, slice, last_try }) = read(&event.records[0]).unwrap();
        assert_eq!((run.as_str(), slice.as_str()), ("manual-20260301-0001", "messaging.0"));
        assert!(!last_try);
    }

    #[test]
    fn other_messages_are_not_taken_for_slices() {
        for body in [
            "",
            "{}",
            r#"{"detail-type":"SliceReady","source":"chatlink","detail":{"run":"","slice":"chat"}}"#,
        ] {
            let mut message = SqsMessage::default();
            message.body = Some(body.to_owned());
            assert_eq!(read(&message), None, "{body}");
        }
    }
}
