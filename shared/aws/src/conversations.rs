//! The ledger: per conversation what was last written, or why it was refused.
//!
//! Key `conversation#<id>`, sort `state`. A conversation in quarantine has no fingerprint, so the next run that reads it
//! writes it again.

use crate::{
    attributes::{Item, Reader, item, number, text},
    table::{DynamoTable, EXPIRES, KEY, SORT, TRIES, pause},
    unavailable,
};
use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes, PutRequest, WriteRequest};
use domain::{
    ConversationId, Fingerprint,
    ports::{Ledger, Quarantined, StoreError, Written},
};
use futures::{StreamExt, TryStreamExt, stream};
use jiff::{SignedDuration, Timestamp};
use std::collections::HashMap;

const STATE: &str = "state";
/// LivePerson keeps conversations for 13 months; so do we.
const LIFE: SignedDuration = SignedDuration::from_hours(24 * 396);
const KEYS_PER_GET: usize = 100;
const QUARANTINES_IN_FLIGHT: usize = 8;

fn key(conversation: &ConversationId) -> [(&'static str, AttributeValue); 2] {
    [(KEY, text(format!("conversation#{conversation}"))), (SORT, text(STATE))]
}

fn expires(at: Timestamp) -> AttributeValue {
    number(at.as_second() + LIFE.as_secs())
}

impl DynamoTable {
    async fn read_fingerprints(&self, ids: &[ConversationId]) -> Result<Vec<Item>, StoreError> {
        let keys = ids.iter().map(|id| item(key(id))).collect();
        let wanted = KeysAndAttributes::builder()
            .set_keys(Some(keys))
            .projection_expression("conversation, fingerprint")
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

    async fn quarantine_one(&self, one: &Quarantined) -> Result<(), StoreError> {
        let [(key, key_value), (sort, sort_value)] = key(&one.conversation);
        self.client
            .update_item()
            .table_name(&self.name)
            .key(key, key_value)
            .key(sort, sort_value)
            .update_expression(
                "SET conversation = :conversation, refused = :at, refused_code = :code, refused_status = :status, \
                 refused_fields = :fields, refused_message = :message, expires = :expires \
                 ADD refusals :one REMOVE fingerprint",
            )
            .expression_attribute_values(":conversation", text(one.conversation.as_str()))
            .expression_attribute_values(":at", text(one.at.to_string()))
            .expression_attribute_values(":code", text(one.code.as_str()))
            .expression_attribute_values(":status", text(&one.refusal.status))
            .expression_attribute_values(":fields", text(one.refusal.fields.join(",")))
            .expression_attribute_values(":message", text(&one.refusal.message))
            .expression_attribute_values(":expires", expires(one.at))
            .expression_attribute_values(":one", number(1))
            .send()
            .await
            .map(|_| ())
            .map_err(unavailable)
    }
}

impl Ledger for DynamoTable {
    async fn fingerprints(
        &self,
        conversations: &[ConversationId],
    ) -> Result<HashMap<ConversationId, Fingerprint>, StoreError> {
        let mut known = HashMap::with_capacity(conversations.len());
        for ids in conversations.chunks(KEYS_PER_GET) {
            for found in self.read_fingerprints(ids).await? {
                let reader = Reader { kind: "conversation", item: &found };
                let Some(hex) = reader.optional_text("fingerprint") else { continue };
                let id = reader.parsed("conversation", |id| ConversationId::parse(id).ok())?;
                if let Some(fingerprint) = Fingerprint::from_hex(hex) {
                    known.insert(id, fingerprint);
                }
            }
        }
        Ok(known)
    }

    async fn keep_written(&self, written: &[Written]) -> Result<(), StoreError> {
        let puts = written.iter().map(|one| {
            let attributes = [
                ("conversation", text(one.conversation.as_str())),
                ("fingerprint", text(one.fingerprint.to_hex())),
                ("record", text(&one.record)),
                ("synced", text(one.at.to_string())),
                (EXPIRES, expires(one.at)),
            ];
            let put = PutRequest::builder()
                .set_item(Some(item(key(&one.conversation).into_iter().chain(attributes))));
            Ok(WriteRequest::builder().put_request(put.build().map_err(unavailable)?).build())
        });
        self.write_all(puts.collect::<Result<_, StoreError>>()?).await
    }

    async fn quarantine(&self, refused: &[Quarantined]) -> Result<(), StoreError> {
        let updates: Vec<_> = refused.iter().map(|one| self.quarantine_one(one)).collect();
        stream::iter(updates).buffer_unordered(QUARANTINES_IN_FLIGHT).try_collect().await
    }
}
