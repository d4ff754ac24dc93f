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

impl Salesforce {
    pub(crate) async fn find_transcript(
        &self,
        key: &RecordKey,
        fields: &[&str],
    ) -> Result<Option<FoundRecord>, SinkError> {
        let condition = match key {
            RecordKey::Id(id) => {
                // Nothing but letters and digits can be an id, and nothing else goes into a query.
                if !matches!(id.len(), 15 | 18) || !id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
                    return Ok(None);
                }
                format!("Id = '{id}'")
            }
            // A conversation id has no character that SOQL would escape.
            RecordKey::Conversation(id) => format!("{EXTERNAL_ID} = '{id}'"),
        };
        let names = fields.iter().filter(|name| !["Id", EXTERNAL_ID].contains(name)).copied();
        let names: Vec<&str> = ["Id", EXTERNAL_ID].into_iter().chain(names).collect();
        let soql = format!("SELECT {} FROM {TRANSCRIPT_OBJECT} WHERE {condition} LIMIT 1", names.join(", "));
        let Some(mut row) = self.query(&soql).await?.into_iter().next() else { return Ok(None) };
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
