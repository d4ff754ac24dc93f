//! The quarantine: conversations Salesforce refused. Key `quarantine`, sort the conversation id.

use crate::{
    attributes::{Item, Reader, SCHEMA, item, number, text},
    conversations::expires,
    table::{DynamoTable, EXPIRES, KEY, SORT},
    unavailable,
};
use aws_sdk_dynamodb::types::AttributeValue;
use domain::{
    Code, ConversationId,
    ports::{Decision, QuarantineEntry, Quarantined, Refusal, StoreError},
};
use jiff::Timestamp;

const QUARANTINE: &str = "quarantine";

fn key(conversation: &ConversationId) -> Item {
    item([(KEY, text(QUARANTINE)), (SORT, text(conversation.as_str()))])
}

fn read(item: &Item) -> Result<QuarantineEntry, StoreError> {
    let reader = Reader::of("quarantine entry", item)?;
    let fields = reader.text("refused_fields")?;
    let refusal = Refusal {
        status: reader.text("refused_status")?.to_owned(),
        fields: fields.split(',').filter(|field| !field.is_empty()).map(str::to_owned).collect(),
        message: reader.text("refused_message")?.to_owned(),
    };
    let refused = Quarantined {
        conversation: reader.parsed(SORT, |id| ConversationId::parse(id).ok())?,
        channel: reader.channel()?,
        code: reader
            .parsed("refused_code", |code| Code::ALL.iter().copied().find(|one| one.as_str() == code))?,
        refusal,
        at: reader.instant("refused")?,
    };
    Ok(QuarantineEntry {
        refused,
        since: reader.instant("since")?,
        tries: reader.number("tries")?,
        dismissed: item.contains_key("dismissed"),
    })
}

impl DynamoTable {
    /// Enters a conversation, or notes that it was refused once more.
    pub(crate) async fn admit(&self, one: &Quarantined) -> Result<(), StoreError> {
        self.client
            .update_item()
            .table_name(&self.name)
            .set_key(Some(key(&one.conversation)))
            .update_expression(
                "SET channel = :channel, refused = :at, refused_code = :code, refused_status = :status, \
                 refused_fields = :fields, refused_message = :message, since = if_not_exists(since, :at), \
                 #expires = :expires, schema_version = :schema ADD tries :one",
            )
            .expression_attribute_names("#expires", EXPIRES)
            .expression_attribute_values(":channel", text(one.channel.as_str()))
            .expression_attribute_values(":at", text(one.at.to_string()))
            .expression_attribute_values(":code", text(one.code.as_str()))
            .expression_attribute_values(":status", text(&one.refusal.status))
            .expression_attribute_values(":fields", text(one.refusal.fields.join(",")))
            .expression_attribute_values(":message", text(&one.refusal.message))
            .expression_attribute_values(":expires", expires(one.at))
            .expression_attribute_values(":schema", number(SCHEMA))
            .expression_attribute_values(":one", number(1))
            .send()
            .await
            .map(|_| ())
            .map_err(unavailable)
    }

    /// Takes a conversation out.
    pub(crate) async fn release(&self, conversation: &ConversationId) -> Result<(), StoreError> {
        let request = self.client.delete_item().table_name(&self.name).set_key(Some(key(conversation)));
        request.send().await.map(|_| ()).map_err(unavailable)
    }

    pub(crate) async fn quarantine_entries(&self) -> Result<Vec<QuarantineEntry>, StoreError> {
        let pages = self
            .client
            .query()
            .table_name(&self.name)
            .consistent_read(true)
            .key_condition_expression("#key = :key")
            .expression_attribute_names("#key", KEY)
            .expression_attribute_values(":key", text(QUARANTINE))
            .into_paginator()
            .items()
            .send();
        let items = pages.collect::<Result<Vec<Item>, _>>().await.map_err(unavailable)?;
        items.iter().map(read).collect()
    }

    pub(crate) async fn decide_quarantined(
        &self,
        conversation: &ConversationId,
        decision: Decision,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let request = self
            .client
            .update_item()
            .table_name(&self.name)
            .set_key(Some(key(conversation)))
            .condition_expression("attribute_exists(#key)")
            .expression_attribute_names("#key", KEY);
        let request = match decision {
            Decision::Retry => request
                .update_expression("SET since = :at REMOVE dismissed")
                .expression_attribute_values(":at", text(at.to_string())),
            Decision::Dismiss => request
                .update_expression("SET dismissed = :yes")
                .expression_attribute_values(":yes", AttributeValue::Bool(true)),
        };
        self.update(request).await
    }
}
