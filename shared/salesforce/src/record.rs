//! One Chat Transcript record by its id or its external id.

use crate::{
    client::Salesforce,
    upsert::{EXTERNAL_ID, TRANSCRIPT_OBJECT},
};
use domain::{
    ConversationId,
    ports::{FoundRecord, RecordKey, SinkError},
};
use serde_json::Value;

/// Whether a text can be a record id: 15 or 18 letters and digits. Nothing else goes into a query for one.
pub(crate) fn is_record_id(text: &str) -> bool {
    matches!(text.len(), 15 | 18) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

impl Salesforce {
    pub(crate) async fn find_transcript(
        &self,
        key: &RecordKey,
        fields: &[&str],
    ) -> Result<Option<FoundRecord>, SinkError> {
        let condition = match key {
            RecordKey::Id(id) if is_record_id(id) => format!("Id = '{id}'"),
            RecordKey::Id(_) => return Ok(None),
            // A conversation id has no character that SOQL would escape.
            RecordKey::Conversation(id) => format!("{EXTERNAL_ID} = '{id}'"),
        };
        let names = fields.iter().filter(|name| !["Id", EXTERNAL_ID].contains(name)).copied();
        let names: Vec<&str> = ["Id", EXTERNAL_ID].into_iter().chain(names).collect();
        let soql = format!("SELECT {} FROM {TRANSCRIPT_OBJECT} WHERE {condition} LIMIT 1", names.join(", "));
        let found = match self.query(&soql).await {
            // Letters and digits that are no id all the same.
            Err(SinkError::Rejected { status, .. }) if status == "INVALID_QUERY_FILTER_OPERATOR" => {
                Vec::new()
            }
            found => found?,
        };
        let Some(mut row) = found.into_iter().next() else { return Ok(None) };
        let malformed =
            |what: &str| SinkError::Malformed { reason: format!("a Chat Transcript record without {what}") };
        let text = |value: Option<Value>| value.and_then(|value| value.as_str().map(str::to_owned));
        let record = text(row.remove("Id")).ok_or_else(|| malformed("Id"))?;
        let conversation = text(row.remove(EXTERNAL_ID)).ok_or_else(|| malformed(EXTERNAL_ID))?;
        let conversation = ConversationId::parse(&conversation).map_err(|_| malformed(EXTERNAL_ID))?;
        row.remove("attributes");
        Ok(Some(FoundRecord { record, conversation, fields: Value::Object(row).to_string() }))
    }
}
