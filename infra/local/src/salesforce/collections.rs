//! Collections: the same operation on up to 200 records, each with its own result.

use super::{
    answer::Answer,
    api::Call,
    error::{ApiError, ApiResult},
    id,
    org::{Caller, Org},
    read, records,
    store::Row,
};
use serde_json::{Map, Value, json};
use std::collections::{HashMap, HashSet};

/// Most records of one call.
const MOST: usize = 200;
/// Most ids of one retrieve by POST.
const MOST_RETRIEVED: usize = 2000;

pub(crate) fn route(
    org: &mut Org,
    caller: &Caller,
    method: &str,
    rest: &[&str],
    call: &mut Call,
) -> ApiResult<Answer> {
    match (method, rest) {
        ("POST", []) => write(org, caller, call, Verb::Create),
        ("PATCH", []) => write(org, caller, call, Verb::Update),
        ("PATCH", [object, key]) => {
            let object = org.object(caller, object)?.name.clone();
            records::find_by_key(
                org,
                caller,
                &object,
                key,
                if key.eq_ignore_ascii_case("id") { "000000000000000" } else { "" },
            )?;
            write(org, caller, call, Verb::Upsert { object: &object, key })
        }
        ("DELETE", []) => delete(org, caller, call),
        ("GET", [object]) => {
            let list =
                |name: &str| call.parameter(name).unwrap_or_default().split(',').map(str::to_owned).collect();
            let (ids, fields): (Vec<String>, Vec<String>) = (list("ids"), list("fields"));
            retrieve(org, caller, object, &ids, &fields)
        }
        ("POST", [object]) => {
            let body = call.take_object()?;
            let list = |name: &str| -> Vec<String> {
                let all = body.get(name).and_then(Value::as_array).into_iter().flatten();
                all.filter_map(Value::as_str).map(str::to_owned).collect()
            };
            retrieve(org, caller, object, &list("ids"), &list("fields"))
        }
        _ => Err(ApiError::method_not_allowed(method, "GET,POST,PATCH,DELETE")),
    }
}

#[derive(Clone, Copy)]
enum Verb<'a> {
    Create,
    Update,
    Upsert { object: &'a str, key: &'a str },
}

/// Id and, for upserts, whether it is new.
type Done = (String, Option<bool>);

fn write(org: &mut Org, caller: &Caller, call: &mut Call, verb: Verb<'_>) -> ApiResult<Answer> {
    let mut body = call.take_object()?;
    let all_or_none = body.get("allOrNone").and_then(Value::as_bool).unwrap_or(false);
    let Some(Value::Array(rows)) = body.remove("records") else {
        return Err(ApiError::bad("REQUIRED_FIELD_MISSING", "At least 1 record is required"));
    };
    check_size(rows.len())?;
    let types = rows.iter().map(|row| row["attributes"]["type"].as_str().unwrap_or_default());
    if types.collect::<Vec<_>>().chunk_by(|one, next| one.eq_ignore_ascii_case(next)).count() > 10 {
        return Err(ApiError::bad(
            "INVALID_OPERATION",
            "Cannot have more than 10 chunks in a single operation.",
        ));
    }
    let twice = match verb {
        Verb::Upsert { key, .. } => keys_given_twice(&rows, key),
        _ => HashSet::new(),
    };
    let bodies: Vec<&Row> = rows.iter().filter_map(Value::as_object).collect();
    caller.fault.check_collection(bodies.into_iter())?;
    let start = org.store.savepoint();
    let mut results = Vec::with_capacity(rows.len());
    for row in rows {
        let before = org.store.savepoint();
        let result = write_one(org, caller, row, verb, &twice);
        if result.is_err() {
            org.store.rollback(before);
        }
        results.push(result);
    }
    if all_or_none && results.iter().any(Result::is_err) {
        org.store.rollback(start);
        for result in &mut results {
            if result.is_ok() {
                *result = Err(rolled_back());
            }
        }
    }
    Ok(Answer::ok(results.into_iter().map(element).collect()))
}

fn write_one(
    org: &mut Org,
    caller: &Caller,
    row: Value,
    verb: Verb<'_>,
    twice: &HashSet<String>,
) -> ApiResult<Done> {
    let Value::Object(mut row) = row else { return Err(ApiError::json("a record must be an object")) };
    let named = row.get("attributes").and_then(|attributes| attributes["type"].as_str()).unwrap_or_default();
    let object = match org.object(caller, named) {
        Ok(object) => object.name.clone(),
        Err(_) => {
            let message = format!("sObject type '{named}' is not supported.");
            return Err(ApiError::row("INVALID_TYPE", message, &[]));
        }
    };
    match verb {
        Verb::Create => records::insert(org, caller, &object, row).map(|id| (id, None)),
        Verb::Update => {
            let missing = || ApiError::row("MISSING_ARGUMENT", "Id not specified in an update call", &["Id"]);
            let id = take(&mut row, "id").ok_or_else(missing)?;
            let id = id::normalize(&id).ok_or_else(|| malformed(&id))?;
            records::update(org, caller, &object, &id, row).map(|()| (id, None))
        }
        Verb::Upsert { object: wanted, key } => {
            if object != wanted {
                let message = format!("expected a record of type {wanted}, found {object}");
                return Err(ApiError::row("INVALID_TYPE", message, &[]));
            }
            let value = take(&mut row, key);
            if value.is_none() && key.eq_ignore_ascii_case("id") {
                return records::insert(org, caller, &object, row).map(|id| (id, Some(true)));
            }
            let missing = || ApiError::row("MISSING_ARGUMENT", format!("{key} not specified"), &[key]);
            let value = value.ok_or_else(missing)?;
            if twice.contains(&value) {
                let message = format!("Duplicate external id specified: {value}");
                return Err(ApiError::row("DUPLICATE_VALUE", message, &[key]));
            }
            let done = records::upsert(org, caller, &object, key, &value, row)?;
            Ok((done.id, Some(done.created)))
        }
    }
}

/// Removes a member whatever its case; absent, null and empty are the same.
fn take(row: &mut Row, name: &str) -> Option<String> {
    let name = row.keys().find(|known| known.eq_ignore_ascii_case(name))?.clone();
    match row.remove(&name)? {
        Value::Null => None,
        Value::String(text) => Some(text).filter(|text| !text.is_empty()),
        other => Some(other.to_string()),
    }
}

fn keys_given_twice(rows: &[Value], key: &str) -> HashSet<String> {
    let mut seen: HashMap<&str, usize> = HashMap::new();
    for row in rows {
        let given =
            row.as_object().and_then(|row| row.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)));
        if let Some(value) = given.and_then(|(_, value)| value.as_str()) {
            *seen.entry(value).or_default() += 1;
        }
    }
    seen.into_iter().filter(|(_, count)| *count > 1).map(|(value, _)| value.to_owned()).collect()
}

fn element(result: ApiResult<Done>) -> Value {
    match result {
        Ok((id, None)) => json!({"id": id, "success": true, "errors": []}),
        Ok((id, Some(created))) => json!({"id": id, "success": true, "errors": [], "created": created}),
        Err(error) => json!({"success": false, "errors": [error.to_element()]}),
    }
}

fn rolled_back() -> ApiError {
    let message =
        "Record rolled back because not all records were valid and the request was using AllOrNone header";
    ApiError::row("ALL_OR_NONE_OPERATION_ROLLED_BACK", message, &[])
}

fn malformed(id: &str) -> ApiError {
    ApiError::row("MALFORMED_ID", format!("Record ID: id value of incorrect type: {id}"), &["Id"])
}

fn check_size(count: usize) -> ApiResult<()> {
    match count {
        0 => Err(ApiError::bad("REQUIRED_FIELD_MISSING", "At least 1 record is required")),
        count if count > MOST => Err(ApiError::bad("EXCEEDED_ID_LIMIT", "record size must not exceed 200")),
        _ => Ok(()),
    }
}

fn delete(org: &mut Org, caller: &Caller, call: &Call) -> ApiResult<Answer> {
    let ids: Vec<_> =
        call.parameter("ids").unwrap_or_default().split(',').filter(|id| !id.is_empty()).collect();
    check_size(ids.len())?;
    let start = org.store.savepoint();
    let mut results: Vec<ApiResult<Done>> = Vec::new();
    for text in ids {
        results.push(delete_one(org, caller, text));
    }
    if call.parameter("allOrNone") == Some("true") && results.iter().any(Result::is_err) {
        org.store.rollback(start);
        for result in results.iter_mut().filter(|result| result.is_ok()) {
            *result = Err(rolled_back());
        }
    }
    Ok(Answer::ok(results.into_iter().map(element).collect()))
}

fn delete_one(org: &mut Org, caller: &Caller, text: &str) -> ApiResult<Done> {
    let id = id::normalize(text.trim()).ok_or_else(|| malformed(text))?;
    let object = org.schema.object_of_id(&id).ok_or_else(|| malformed(text))?.name.clone();
    records::delete(org, caller, &object, &id).map(|()| (id, None))
}

/// The records in the order of their ids; what is unknown, hidden or deleted is null.
fn retrieve(
    org: &Org,
    caller: &Caller,
    object: &str,
    ids: &[String],
    fields: &[String],
) -> ApiResult<Answer> {
    let object = org.object(caller, object)?;
    if ids.len() > MOST_RETRIEVED {
        return Err(ApiError::bad("EXCEEDED_ID_LIMIT", "at most 2000 ids may be retrieved"));
    }
    let empty = |all: &[String]| all.iter().all(|one| one.trim().is_empty());
    if empty(ids) || empty(fields) {
        return Err(ApiError::bad("REQUIRED_FIELD_MISSING", "ids and fields are required"));
    }
    let fields: Vec<String> = fields.iter().map(|name| name.trim().to_owned()).collect();
    let seen = |id: String| {
        let row = org.store.live(&object.name, &id);
        row.filter(|row| org.sees(&caller.user, &object.name, row))
    };
    let one = |text: &String| match id::normalize(text.trim()).and_then(seen) {
        Some(row) => read::record(org, caller, object, row, Some(&fields)),
        None => Ok(Value::Null),
    };
    Ok(Answer::ok(ids.iter().map(one).collect::<ApiResult<Value>>()?))
}

/// Whether an answer of this module has an element that failed.
pub(crate) fn has_failures(body: &Value) -> bool {
    let failed = |element: &Value| {
        element.as_object().and_then(|element: &Map<String, Value>| element.get("success"))
            == Some(&Value::Bool(false))
    };
    body.as_array().is_some_and(|elements| elements.iter().any(failed))
}
