#![doc = include_str!("../README.md")]

use aws::events::SliceReady;
use aws_lambda_events::event::{
    eventbridge::EventBridgeEvent,
    sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent, SqsMessage},
};
use bootstrap::{HandlerError, Workspace};
use domain::{RunId, SliceId};
use sync::{Policy, work_slice};

/// How often a message may come before its slice is given up. The queue's `maxReceiveCount` is one more, so that the
/// dead-letter queue holds only what could not even be accounted for.
pub const TRIES: u32 = 5;

/// Works on the messages of a batch, one after the other.
///
/// # Errors
/// None of the whole batch: a message that may succeed later is named in the answer and comes again alone.
pub async fn handle(workspace: &Workspace, event: SqsEvent) -> Result<SqsBatchResponse, HandlerError> {
    let mut answer = SqsBatchResponse::default();
    for message in event.records {
        if let Err(error) = work(workspace, &message).await {
            tracing::warn!(code = %error.code, sentence = %error.sentence, "a slice is handed back to the queue");
            let mut failure = BatchItemFailure::default();
            failure.item_identifier = message.message_id.unwrap_or_default();
            answer.batch_item_failures.push(failure);
        }
    }
    Ok(answer)
}

async fn work(workspace: &Workspace, message: &SqsMessage) -> Result<(), HandlerError> {
    let Some((run, slice)) = read(message) else {
        tracing::error!("a message that is no SliceReady event was dropped");
        return Ok(());
    };
    let received =
        message.attributes.get("ApproximateReceiveCount").and_then(|count| count.parse().ok()).unwrap_or(1);
    let configuration = workspace.configuration().await?;
    let mappers = workspace.mappers(&configuration).await?;
    let clients = workspace.clients(&configuration).await?;
    let ports = workspace.ports(&clients);
    let policy = Policy::of(&configuration);
    let outcome = work_slice(&ports, &mappers, policy, &run, &slice, received >= TRIES).await?;
    tracing::info!(%run, %slice, ?outcome, "worked on a slice");
    Ok(())
}

/// The queue's messages hold the whole EventBridge event.
fn read(message: &SqsMessage) -> Option<(RunId, SliceId)> {
    let event: EventBridgeEvent<SliceReady> = serde_json::from_str(message.body.as_deref()?).ok()?;
    event.detail.ids()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_event_is_read() {
        let event: SqsEvent =
            serde_json::from_str(include_str!("../../../events/sync-slice/one-slice.json")).unwrap();
        let (run, slice) = read(&event.records[0]).unwrap();
        assert_eq!((run.as_str(), slice.as_str()), ("manual-20260301-0001", "messaging.0"));
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
