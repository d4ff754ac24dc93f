//! `UserRecordAccess`: what a user may do with each of up to 200 records. Its rows are computed, not kept.

use super::super::{
    id,
    org::{Caller, Org},
    sharing,
};
use super::{
    SoqlError,
    ast::{Filter, Item, Literal, Operator, Path, Query, Set},
    lexer,
};
use serde_json::{Value, json};

/// Most records of one statement.
const MOST: usize = 200;

/// Whether a statement asks for these rows.
pub(super) fn is_meant(query: &Query) -> bool {
    query.object.eq_ignore_ascii_case("UserRecordAccess")
}

/// One record per id in the order asked for; ids that name nothing are left out.
pub(super) fn records(org: &Org, caller: &Caller, query: &Query) -> Result<Vec<Value>, SoqlError> {
    let unfiltered = || {
        let message =
            "UserRecordAccess can only be filtered by UserId and RecordId, with = or IN for RecordId";
        SoqlError::malformed(message.to_owned(), query.object_at)
    };
    let conditions: Vec<&Filter> = match query.filter.as_ref().ok_or_else(unfiltered)? {
        Filter::And(all) => all.iter().collect(),
        one => vec![one],
    };
    let (mut user, mut ids) = (None, Vec::new());
    for condition in conditions {
        match condition {
            Filter::Compare { path, operator: Operator::Equal, value: Literal::Text(text) } => {
                if is(path, "UserId") {
                    user = id::normalize(&lexer::plain(text));
                } else if is(path, "RecordId") {
                    ids.push(lexer::plain(text));
                } else {
                    return Err(unfiltered());
                }
            }
            Filter::In { path, negated: false, set: Set::Values(values) } if is(path, "RecordId") => {
                ids.extend(values.iter().filter_map(|value| match value {
                    Literal::Text(text) => Some(lexer::plain(text)),
                    _ => None,
                }));
            }
            _ => return Err(unfiltered()),
        }
    }
    let user = user.filter(|_| !ids.is_empty()).ok_or_else(unfiltered)?;
    if ids.len() > MOST {
        return Err(SoqlError::whole("EXCEEDED_ID_LIMIT", "UserRecordAccess takes at most 200 record ids"));
    }
    let rows = ids.iter().filter_map(|text| id::normalize(text)).filter_map(|id| access(org, &user, &id));
    rows.map(|row| selected(caller, query, &row)).collect()
}

fn is(path: &Path, name: &str) -> bool {
    path.names.last().is_some_and(|last| last.eq_ignore_ascii_case(name))
}

fn access(org: &Org, user: &str, id: &str) -> Option<Value> {
    let object = org.schema.object_of_id(id)?;
    let row = org.store.live(&object.name, id)?;
    let may = org.rights(user, &object.name);
    let read = may.read && sharing::reads(org, user, &object.name, row);
    let edit = read && may.edit && object.updateable && sharing::edits(org, user, &object.name, row);
    let delete = read && may.delete && object.deletable && sharing::deletes(org, user, &object.name, row);
    let most = match (read, edit, delete) {
        (_, _, true) => "All",
        (_, true, _) => "Edit",
        (true, ..) => "Read",
        _ => "None",
    };
    Some(json!({
        "RecordId": id, "UserId": user, "HasReadAccess": read, "HasEditAccess": edit, "HasDeleteAccess": delete,
        "HasTransferAccess": delete, "HasAllAccess": delete, "MaxAccessLevel": most,
    }))
}

/// The fields a statement selects.
fn selected(caller: &Caller, query: &Query, row: &Value) -> Result<Value, SoqlError> {
    let url = format!("/services/data/{}/sobjects/UserRecordAccess", caller.version);
    let mut record = json!({"attributes": {"type": "UserRecordAccess", "url": url}});
    for item in &query.items {
        let known = match item {
            Item::Field(path) => path
                .names
                .last()
                .and_then(|name| row.as_object()?.iter().find(|(known, _)| known.eq_ignore_ascii_case(name))),
            _ => None,
        };
        let unknown = || {
            SoqlError::new(
                "INVALID_FIELD",
                "No such column on entity 'UserRecordAccess'.".into(),
                query.object_at,
            )
        };
        let (name, value) = known.ok_or_else(unknown)?;
        record[name] = value.clone();
    }
    Ok(record)
}
