#![doc = include_str!("../README.md")]

use aws::events::ConversationOpened;
use aws_lambda_events::event::eventbridge::EventBridgeEvent;
use bootstrap::{HandlerError, Workspace};
use domain::{
    Channel, Code, ConversationId, LogEntry,
    event_log::{Category, Severity},
    ports::{EventLog, Refusal},
};
use serde_json::Value;
use sync::{Opened, open_transcript};

/// Makes the record of a conversation that has opened.
///
/// # Errors
/// Only what may pass; Lambda delivers the event again. What will not pass is in the event log, and the sync makes the
/// record later.
pub async fn handle(workspace: &Workspace, event: EventBridgeEvent<Value>) -> Result<(), HandlerError> {
    let opened: Option<ConversationOpened> = serde_json::from_value(event.detail).ok();
    let read = opened.and_then(|opened| {
        let conversation = ConversationId::parse(&opened.conversation).ok()?;
        Some((conversation, Channel::from_name(&opened.channel)?, opened.context))
    });
    let Some((conversation, channel, context)) = read else {
        // Not ours, and it would not become so by being delivered again.
        tracing::error!("an event that tells of no conversation was dropped");
        return Ok(());
    };
    let configuration = workspace.configuration().await?;
    if !configuration.active || !conversation.as_str().starts_with(&format!("{}:", configuration.account)) {
        tracing::info!(%conversation, "a conversation of an account that is not active, or not ours");
        return Ok(());
    }
    let mappers = workspace.mappers(&configuration).await?;
    let salesforce = workspace.salesforce(&configuration).await?;
    let (of, model) = ((&conversation, channel), context.to_string());
    let made =
        Box::pin(open_transcript(&*salesforce, &workspace.table, &*workspace.clock, &mappers, of, &model));
    match made.await? {
        Opened::Written { created, .. } => {
            tracing::info!(%conversation, created, "a record for a conversation that opened");
        }
        Opened::Known => tracing::info!(%conversation, "the sync knows this conversation already"),
        Opened::Unreadable => {
            tracing::error!(%conversation, "a context that is no model of the widget SDK was dropped");
        }
        Opened::Refused(refusal) => log(workspace, conversation, &refusal).await?,
    }
    Ok(())
}

async fn log(
    workspace: &Workspace,
    conversation: ConversationId,
    refusal: &Refusal,
) -> Result<(), HandlerError> {
    let sentence = format!(
        "Salesforce refused the record of a conversation that opened, with {} [{}]; the sync tries again",
        refusal.status,
        refusal.fields.join(", ")
    );
    let entry = LogEntry {
        at: workspace.clock.now(),
        category: Category::Callout,
        severity: Severity::Warning,
        code: Code::RowRefused,
        conversation: Some(conversation),
        run: None,
        sentence,
    };
    Ok(workspace.table.append(&[entry]).await?)
}
