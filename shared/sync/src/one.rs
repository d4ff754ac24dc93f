//! One Chat Transcript record, now: the Sync Chat button.

use crate::{
    Mappers, Policy, Ports, SyncError, Table,
    compare::{Compared, Comparison},
    write::Writer,
};
use domain::{
    Channel, ConversationId, RunId,
    ports::{FoundRecord, Page, RecordKey, Refusal, Sink, Source},
};
use jiff::Timestamp;
use serde_json::{Map, Value};
use std::{collections::BTreeSet, sync::Mutex};

/// What came of syncing one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SyncedOne {
    /// Salesforce has no such record, or hides it from the sync user.
    NoSuchRecord,
    /// LivePerson has no such conversation: it is older than 13 months, or of another account, or a chat that is still
    /// going on, which LivePerson does not show.
    NoSuchConversation(ConversationId),
    /// It has not ended.
    Open(ConversationId),
    /// The record holds what LivePerson has.
    Synced {
        /// Whose.
        conversation: ConversationId,
        /// 18-character record id.
        record: String,
        /// It was not there before.
        created: bool,
        /// API names of the fields whose values changed, sorted.
        changed: Vec<String>,
    },
    /// Salesforce refused it.
    Refused(ConversationId, Refusal),
}

/// Syncs one conversation that has ended, whether or not it changed since it was last written.
///
/// `run` names this in the event log.
///
/// # Errors
/// [`SyncError`].
pub async fn sync_one<S: Source, K: Sink, T: Table, B>(
    ports: &Ports<'_, S, K, T, B>,
    mappers: &Mappers,
    policy: Policy<'_>,
    run: &RunId,
    key: &RecordKey,
) -> Result<SyncedOne, SyncError> {
    let names = mappers.field_names();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let before = ports.sink.find_record(key, &names).await?;
    let conversation = match (key, &before) {
        (RecordKey::Conversation(conversation), _) => conversation.clone(),
        (RecordKey::Id(_), Some(found)) => found.conversation.clone(),
        (RecordKey::Id(_), None) => return Ok(SyncedOne::NoSuchRecord),
    };
    let Some((channel, page)) = read(ports.source, policy.account, &conversation).await? else {
        return Ok(SyncedOne::NoSuchConversation(conversation));
    };
    if is_open(mappers, policy.account, channel, &page) {
        return Ok(SyncedOne::Open(conversation));
    }
    let mut comparison = Comparison::new(ports.table, mappers, policy.account, channel, None);
    let Some(changed) =
        comparison.map_whole(&page).await?.into_iter().find(|one| one.conversation == conversation)
    else {
        return Ok(SyncedOne::NoSuchConversation(conversation));
    };
    let lost_fields = Mutex::new(BTreeSet::new());
    let writer = Writer { ports: *ports, policy, run, channel, dry_run: false, lost_fields: &lost_fields };
    let fields = changed.fields.clone();
    let (record, created) = match writer.write_one(changed).await? {
        Ok(written) => written,
        Err(refusal) => return Ok(SyncedOne::Refused(conversation, refusal)),
    };
    let changed = differences(&fields, before.as_ref());
    Ok(SyncedOne::Synced { conversation, record, created, changed })
}

/// A chat's own id is a number, a messaging conversation's is not; when LivePerson does not know it as the one, it is asked
/// for the other.
async fn read<S: Source>(
    source: &S,
    account: &str,
    conversation: &ConversationId,
) -> Result<Option<(Channel, Page)>, SyncError> {
    let Some(own) = conversation.as_str().strip_prefix(account).and_then(|rest| rest.strip_prefix(':'))
    else {
        return Ok(None);
    };
    let mut channels = [Channel::Chat, Channel::Messaging];
    if !own.bytes().all(|byte| byte.is_ascii_digit()) {
        channels.reverse();
    }
    for channel in channels {
        let page = source.read_one(channel, conversation).await?;
        if !page.records.is_empty() {
            return Ok(Some((channel, page)));
        }
    }
    Ok(None)
}

fn is_open(mappers: &Mappers, account: &str, channel: Channel, page: &Page) -> bool {
    let mut ignored = Compared::default();
    page.records().any(|record| mappers.map(channel, account, record, &mut ignored).is_ok_and(|one| one.open))
}

/// The names of the fields whose values are not what the record had.
fn differences(written: &str, before: Option<&FoundRecord>) -> Vec<String> {
    let read = |json: &str| serde_json::from_str::<Map<String, Value>>(json).unwrap_or_default();
    let written = read(&format!("{{{written}}}"));
    let before = before.map(|found| read(&found.fields)).unwrap_or_default();
    let mut changed: Vec<String> = written
        .iter()
        .filter(|(name, value)| !same(value, before.get(*name).unwrap_or(&Value::Null)))
        .map(|(name, _)| name.clone())
        .collect();
    changed.sort();
    changed
}

/// Whether Salesforce would show the two alike: instants by their time, numbers by their size, nothing as nothing.
fn same(a: &Value, b: &Value) -> bool {
    let is_nothing = |value: &Value| matches!(value, Value::Null) || value.as_str() == Some("");
    match (a, b) {
        (Value::String(a), Value::String(b)) => {
            a.trim_end() == b.trim_end() || instant(a).is_some_and(|at| Some(at) == instant(b))
        }
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        _ => a == b || is_nothing(a) && is_nothing(b),
    }
}

/// Salesforce keeps whole seconds.
fn instant(text: &str) -> Option<i64> {
    text.parse().ok().map(|at: Timestamp| at.as_second())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_compared_as_salesforce_shows_them() {
        let before = FoundRecord {
            record: "a01".to_owned(),
            conversation: ConversationId::new("le1", "7").unwrap(),
            fields: r#"{"A":"x","B":"2026-03-01T00:00:00.000+0000","C":12,"D":null,"E":"old","F":""}"#
                .to_owned(),
        };
        let written = r#""A":"x ","B":"2026-03-01T00:00:00.789Z","C":12.0,"D":null,"E":"new","F":null,"G":1"#;
        assert_eq!(differences(written, Some(&before)), ["E", "G"]);
        assert_eq!(differences(r#""A":"x","D":null"#, None), ["A"]);
    }
}
