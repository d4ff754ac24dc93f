//! The ledger: per conversation what was last written.
//!
//! Key `conversation#<id>`, sort `state`. Every change raises `version`; what was read before a write says which version
//! it is based on. A conversation whose fingerprint is missing is written again by the next run that reads it.

use crate::{
    attributes::{Item, Reader, SCHEMA, item, number, text},
    table::{DynamoTable, EXPIRES, KEY, SORT, TRIES, Transacted, pause},
    unavailable,
};
use aws_sdk_dynamodb::types::{
    AttributeValue, KeysAndAttributes, TransactWriteItem, Update, builders::UpdateBuilder,
};
use domain::{
    ConversationId, Fingerprint,
    ports::{Decision, Known, Ledger, QuarantineEntry, Quarantined, StoreError, Written},
};
use futures::{StreamExt, TryStreamExt, stream};
use jiff::{SignedDuration, Timestamp};
use std::collections::HashMap;

const STATE: &str = "state";
/// LivePerson keeps conversations for 13 months; so do we.
const LIFE: SignedDuration = SignedDuration::from_hours(24 * 396);
const KEYS_PER_GET: usize = 100;
const WRITES_PER_TRANSACTION: usize = 100;
const TRANSACTIONS_IN_FLIGHT: usize = 4;
const UPDATES_IN_FLIGHT: usize = 8;

fn key(conversation: &ConversationId) -> [(&'static str, AttributeValue); 2] {
    [(KEY, text(format!("conversation#{conversation}"))), (SORT, text(STATE))]
}

pub(crate) fn expires(at: Timestamp) -> AttributeValue {
    number(at.as_second() + LIFE.as_secs())
}

impl DynamoTable {
    async fn read_known(&self, ids: &[ConversationId]) -> Result<Vec<Item>, StoreError> {
        let keys = ids.iter().map(|id| item(key(id))).collect();
        let wanted = KeysAndAttributes::builder()
            .set_keys(Some(keys))
            .consistent_read(true)
            .projection_expression("conversation, fingerprint, version, quarantined, schema_version")
            .build()
            .map_err(unavailable)?;
        let mut found = Vec::with_capacity(ids.len());
        let mut asked = HashMap::from([(self.name.clone(), wanted)]);
        for attempt in 0..TRIES {
            let answer = self
                .client
                .batch_get_item()
                .set_request_items(Some(asked))
                .send()
                .await
                .map_err(unavailable)?;
            found.extend(answer.responses.unwrap_or_default().into_values().flatten());
            asked = answer.unprocessed_keys.unwrap_or_default();
            if asked.is_empty() {
                return Ok(found);
            }
            pause(attempt).await;
        }
        Err(StoreError::Unavailable { reason: format!("fingerprints left unread after {TRIES} tries") })
    }

    /// Keeps what was written, if nobody else has changed the entry since it was read, or to the very same.
    fn keep_update(&self, one: &Written) -> UpdateBuilder {
        let update = Update::builder()
            .table_name(&self.name)
            .set_key(Some(item(key(&one.conversation))))
            .update_expression(
                "SET conversation = :conversation, fingerprint = :fingerprint, #record = :record, synced = :at, \
                 #expires = :expires, schema_version = :schema ADD version :one REMOVE quarantined",
            )
            .expression_attribute_names("#record", "record")
            .expression_attribute_names("#expires", EXPIRES)
            .expression_attribute_values(":conversation", text(one.conversation.as_str()))
            .expression_attribute_values(":fingerprint", text(one.fingerprint.to_hex()))
            .expression_attribute_values(":record", text(&one.record))
            .expression_attribute_values(":at", text(one.at.to_string()))
            .expression_attribute_values(":expires", expires(one.at))
            .expression_attribute_values(":schema", number(SCHEMA))
            .expression_attribute_values(":one", number(1));
        match one.known.version {
            0 => update.condition_expression("attribute_not_exists(version) OR fingerprint = :fingerprint"),
            version => update
                .condition_expression("version = :version OR fingerprint = :fingerprint")
                .expression_attribute_values(":version", number(version)),
        }
    }

    async fn keep_some(&self, written: &[Written]) -> Result<(), StoreError> {
        match self.keep_together(written).await? {
            Transacted::Done => Ok(()),
            Transacted::ConditionFailed if written.len() == 1 => self.forget(&written[0]).await,
            Transacted::ConditionFailed => {
                for one in written {
                    if self.keep_together(std::slice::from_ref(one)).await? == Transacted::ConditionFailed {
                        self.forget(one).await?;
                    }
                }
                Ok(())
            }
        }
    }

    async fn keep_together(&self, written: &[Written]) -> Result<Transacted, StoreError> {
        let updates = written.iter().map(|one| {
            let update = self.keep_update(one).build().map_err(unavailable)?;
            Ok(TransactWriteItem::builder().update(update).build())
        });
        self.transact(updates.collect::<Result<_, StoreError>>()?).await
    }

    /// Someone else wrote at the same time: what Salesforce holds is uncertain.
    async fn forget(&self, one: &Written) -> Result<(), StoreError> {
        self.client
            .update_item()
            .table_name(&self.name)
            .set_key(Some(item(key(&one.conversation))))
            .update_expression("ADD version :one REMOVE fingerprint")
            .expression_attribute_values(":one", number(1))
            .send()
            .await
            .map(|_| ())
            .map_err(unavailable)
    }

    /// The conversation's own entry says that it is in the quarantine, too, so that what was read with it is enough.
    async fn mark_quarantined(&self, one: &Quarantined) -> Result<(), StoreError> {
        self.client
            .update_item()
            .table_name(&self.name)
            .set_key(Some(item(key(&one.conversation))))
            .update_expression(
                "SET conversation = :conversation, quarantined = :yes, #expires = :expires, schema_version = :schema \
                 ADD version :one REMOVE fingerprint",
            )
            .expression_attribute_names("#expires", EXPIRES)
            .expression_attribute_values(":conversation", text(one.conversation.as_str()))
            .expression_attribute_values(":yes", AttributeValue::Bool(true))
            .expression_attribute_values(":expires", expires(one.at))
            .expression_attribute_values(":schema", number(SCHEMA))
            .expression_attribute_values(":one", number(1))
            .send()
            .await
            .map(|_| ())
            .map_err(unavailable)
    }
}

impl Ledger for DynamoTable {
    async fn known(
        &self,
        conversations: &[ConversationId],
    ) -> Result<HashMap<ConversationId, Known>, StoreError> {
        let mut known = HashMap::with_capacity(conversations.len());
        for ids in conversations.chunks(KEYS_PER_GET) {
            for found in self.read_known(ids).await? {
                let reader = Reader::of("conversation", &found)?;
                let Some(id) = reader.optional_text("conversation") else { continue };
                let id = ConversationId::parse(id)
                    .map_err(|e| StoreError::Unreadable { item: "conversation", reason: e.to_string() })?;
                let fingerprint = reader.optional_text("fingerprint").and_then(Fingerprint::from_hex);
                // Entries of the first version of this table have none.
                let version = reader.number("version").unwrap_or_default();
                let quarantined = found.contains_key("quarantined");
                known.insert(id, Known { fingerprint, version, quarantined });
            }
        }
        Ok(known)
    }

    async fn keep_written(&self, written: &[Written]) -> Result<(), StoreError> {
        let released: Vec<_> = written
            .iter()
            .filter(|one| one.known.quarantined)
            .map(|one| self.release(&one.conversation))
            .collect();
        stream::iter(released).buffer_unordered(UPDATES_IN_FLIGHT).try_collect::<()>().await?;
        let transactions: Vec<_> =
            written.chunks(WRITES_PER_TRANSACTION).map(|some| self.keep_some(some)).collect();
        stream::iter(transactions).buffer_unordered(TRANSACTIONS_IN_FLIGHT).try_collect().await
    }

    async fn quarantine(&self, refused: &[Quarantined]) -> Result<(), StoreError> {
        let updates: Vec<_> = refused
            .iter()
            .map(async |one| {
                // The mark first: who finds it takes the entry out, and an entry without a mark would stay.
                self.mark_quarantined(one).await?;
                self.admit(one).await
            })
            .collect();
        stream::iter(updates).buffer_unordered(UPDATES_IN_FLIGHT).try_collect().await
    }

    async fn in_quarantine(&self) -> Result<Vec<QuarantineEntry>, StoreError> {
        self.quarantine_entries().await
    }

    async fn decide(
        &self,
        conversation: &ConversationId,
        decision: Decision,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        self.decide_quarantined(conversation, decision, at).await
    }
}
