//! What a user worked on last.

use super::{
    answer::Answer,
    api::Call,
    org::{Caller, Org},
    read,
    store::{Row, is_deleted},
};
use serde_json::{Value, json};

/// Objects people open.
const OPENED: [&str; 7] =
    ["Account", "Case", "Contact", "LP_ChatTranscript__c", "Lead", "Opportunity", "Policy__c"];

/// Answers `GET /recent`: the records the caller created or changed, newest first.
pub(crate) fn recent(org: &Org, caller: &Caller, call: &Call) -> Answer {
    let limit = call.parameter("limit").and_then(|limit| limit.parse().ok()).unwrap_or(200_usize);
    let own = |row: &Row| row.get("LastModifiedById").and_then(Value::as_str) == Some(&caller.user);
    let mut found = Vec::new();
    for object in OPENED.iter().filter_map(|name| org.schema.object(name)) {
        let rows = org.store.rows(&object.name).map(|(_, row)| row.as_ref());
        let seen = rows.filter(|row| {
            !is_deleted(row) && own(row) && !is_twin(object, row) && org.sees(&caller.user, &object.name, row)
        });
        found.extend(seen.map(|row| (object, row)));
    }
    let changed = |row: &Row| row.get("LastModifiedDate").and_then(Value::as_str).map(str::to_owned);
    found.sort_by_key(|(_, row)| std::cmp::Reverse(changed(row)));
    let entry = |(object, row): (&super::schema::Object, &Row)| {
        let mut record = Value::Object(read::start(object, row, &caller.version));
        record["Id"] = json!(row.get("Id"));
        record["Name"] = json!(row.get(object.name_field()));
        record
    };
    Answer::ok(found.into_iter().take(limit.min(200)).map(entry).collect())
}

/// The contact behind a person account is not opened; the account is.
fn is_twin(object: &super::schema::Object, row: &Row) -> bool {
    object.name == "Contact" && super::person::is_person(row)
}
