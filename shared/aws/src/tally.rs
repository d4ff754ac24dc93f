//! What is counted per UTC day: our calls to Salesforce, and how often addresses found a value.
//!
//! Key `tally#<day>`; sort `api` for the calls, `hits#<channel>#<field>` for each mapped field.

use crate::{
    attributes::{Item, Reader, SCHEMA, item, number, text},
    table::{DynamoTable, EXPIRES, KEY, SORT},
    unavailable,
};
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};
use domain::ports::{ApiUsage, HitRate, StoreError, Tally};
use futures::{StreamExt, TryStreamExt, stream};
use jiff::{SignedDuration, civil::Date, tz::TimeZone};

const LIFE: SignedDuration = SignedDuration::from_hours(24 * 30);
const UPDATES_IN_FLIGHT: usize = 8;

fn key(day: Date, sort: impl Into<String>) -> Item {
    item([(KEY, text(format!("tally#{day}"))), (SORT, text(sort))])
}

fn expires(day: Date) -> AttributeValue {
    let start = day.to_zoned(TimeZone::UTC).map(|start| start.timestamp().as_second()).unwrap_or_default();
    number(start + LIFE.as_secs())
}

impl DynamoTable {
    async fn add_rate(&self, day: Date, rate: &HitRate) -> Result<(), StoreError> {
        let mut set = "SET channel = :channel, field = :field, #expires = :expires, schema_version = :schema"
            .to_owned();
        let mut request = self
            .client
            .update_item()
            .table_name(&self.name)
            .set_key(Some(key(day, format!("hits#{}#{}", rate.channel, rate.field))))
            .expression_attribute_names("#expires", EXPIRES)
            .expression_attribute_values(":channel", text(rate.channel.as_str()))
            .expression_attribute_values(":field", text(&rate.field))
            .expression_attribute_values(":expires", expires(day))
            .expression_attribute_values(":schema", number(SCHEMA))
            .expression_attribute_values(":seen", number(rate.seen))
            .expression_attribute_values(":hits", number(rate.hits));
        if let Some(id) = &rate.question_id {
            set.push_str(", question_id = :question_id");
            request = request.expression_attribute_values(":question_id", text(id));
        }
        let request = request.update_expression(format!("{set} ADD seen :seen, hits :hits"));
        request.send().await.map(|_| ()).map_err(unavailable)
    }
}

impl Tally for DynamoTable {
    async fn add_calls(&self, day: Date, calls: u64, allowed: Option<u64>) -> Result<ApiUsage, StoreError> {
        let mut set = "SET #expires = :expires, schema_version = :schema".to_owned();
        let mut request = self
            .client
            .update_item()
            .table_name(&self.name)
            .set_key(Some(key(day, "api")))
            .expression_attribute_names("#expires", EXPIRES)
            .expression_attribute_values(":expires", expires(day))
            .expression_attribute_values(":schema", number(SCHEMA))
            .expression_attribute_values(":calls", number(calls))
            .return_values(ReturnValue::AllNew);
        if let Some(allowed) = allowed {
            set.push_str(", allowed = :allowed");
            request = request.expression_attribute_values(":allowed", number(allowed));
        }
        let answer =
            request.update_expression(format!("{set} ADD calls :calls")).send().await.map_err(unavailable)?;
        let item = answer.attributes.unwrap_or_default();
        let reader = Reader::of("tally", &item)?;
        Ok(ApiUsage {
            ours: reader.number("calls").unwrap_or_default(),
            allowed: reader.number("allowed").unwrap_or_default(),
        })
    }

    async fn add_hits(&self, day: Date, rates: &[HitRate]) -> Result<(), StoreError> {
        let updates: Vec<_> = rates.iter().map(|rate| self.add_rate(day, rate)).collect();
        stream::iter(updates).buffer_unordered(UPDATES_IN_FLIGHT).try_collect().await
    }

    async fn hits(&self, day: Date) -> Result<Vec<HitRate>, StoreError> {
        let pages = self
            .client
            .query()
            .table_name(&self.name)
            .key_condition_expression("#key = :key AND begins_with(#sort, :hits)")
            .expression_attribute_names("#key", KEY)
            .expression_attribute_names("#sort", SORT)
            .expression_attribute_values(":key", text(format!("tally#{day}")))
            .expression_attribute_values(":hits", text("hits#"))
            .into_paginator()
            .items()
            .send();
        let items = pages.collect::<Result<Vec<Item>, _>>().await.map_err(unavailable)?;
        let rates = items.iter().map(|item| {
            let reader = Reader::of("tally", item)?;
            Ok(HitRate {
                channel: reader.channel()?,
                field: reader.text("field")?.to_owned(),
                seen: reader.number("seen")?,
                hits: reader.number("hits")?,
                question_id: reader.optional_text("question_id").map(str::to_owned),
            })
        });
        rates.collect()
    }
}
