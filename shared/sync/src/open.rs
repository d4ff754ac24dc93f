//! A conversation has opened: its Chat Transcript record is made at once, from what the agent's widget knows.

use crate::{Mappers, SyncError};
use domain::{
    Channel, ConversationId, Fingerprint,
    ports::{Clock, Ledger, Refusal, Row, RowOutcome, Sink, Written},
};

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opened {
    /// The record is there, with what the widget knows.
    Written {
        /// 18-character record id.
        record: String,
        /// It was not there before.
        created: bool,
    },
    /// The sync knows the conversation already, and better: nothing was written.
    Known,
    /// What the widget sent is no model of the SDK's, so there is nothing to write.
    Unreadable,
    /// Salesforce refused it. The sync will make the record, or keep it in the quarantine.
    Refused(Refusal),
}

/// Makes the record of a conversation that has opened. Any number of times, in any order with the sync: what the sync has
/// written stays.
///
/// # Errors
/// [`SyncError`].
pub async fn open_transcript<K: Sink, T: Ledger>(
    sink: &K,
    table: &T,
    clock: &dyn Clock,
    mappers: &Mappers,
    (conversation, channel): (&ConversationId, Channel),
    model: &str,
) -> Result<Opened, SyncError> {
    let known = known(table, conversation).await?;
    if known.version > 0 {
        return Ok(Opened::Known);
    }
    let Ok(mapped) = mappers.sdk(channel).map(model) else { return Ok(Opened::Unreadable) };
    let separator = if mapped.is_empty() { "" } else { "," };
    let fields = format!(r#""Channel__c":"{channel}","Status__c":"open"{separator}{mapped}"#);
    let row = Row { conversation: conversation.clone(), fields };
    let upserted = sink.upsert(&[row], 1).await?;
    let (record, created) = match upserted.outcomes.into_iter().next() {
        Some(RowOutcome::Written { record, created }) => (record, created),
        Some(RowOutcome::Refused(refusal)) => return Ok(Opened::Refused(refusal)),
        None => return Ok(Opened::Unreadable),
    };
    if self::known(table, conversation).await?.version != 0 {
        // The sync wrote at the same time, and whose words Salesforce kept is uncertain: the ledger forgets, so that the
        // next run writes again.
        let (conversation, at) = (conversation.clone(), clock.now());
        let fingerprint = Fingerprint([0; 32]);
        table
            .keep_written(&[Written { conversation, fingerprint, record: record.clone(), at, known }])
            .await?;
    }
    Ok(Opened::Written { record, created })
}

async fn known<T: Ledger>(
    table: &T,
    conversation: &ConversationId,
) -> Result<domain::ports::Known, SyncError> {
    let known = table.known(std::slice::from_ref(conversation)).await?;
    Ok(known.get(conversation).copied().unwrap_or_default())
}
