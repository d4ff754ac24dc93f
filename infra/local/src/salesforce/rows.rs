//! Single records: `/sobjects/{Object}` and what is below it.

use super::{
    answer::Answer,
    api::Call,
    describe_api::unmodified_since,
    error::{ApiError, ApiResult},
    files, id,
    org::{Caller, Org},
    query, read, records,
    schema::{Field, Kind, Object},
    store::{Row, is_deleted},
    time,
};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

pub(crate) fn route(
    org: &mut Org,
    caller: &Caller,
    method: &str,
    object: &str,
    rest: &[&str],
    call: &mut Call,
) -> ApiResult<Answer> {
    let object = org.object(caller, object)?.name.clone();
    match (method, rest) {
        ("POST", []) => create(org, caller, &object, call),
        ("POST", ["Id"]) => create(org, caller, &object, call),
        ("GET", ["updated"]) => changed(org, caller, &object, call, false),
        ("GET", ["deleted"]) => changed(org, caller, &object, call, true),
        ("GET", [id]) => get(org, caller, &object, &known_id(org, caller, &object, id)?, call),
        ("PATCH", [id]) => update(org, caller, &object, &own_id(id)?, call),
        ("DELETE", [id]) => delete(org, caller, &object, &own_id(id)?, call),
        (_, [_]) => Err(ApiError::method_not_allowed(method, "GET,DELETE,PATCH,HEAD")),
        ("GET", [id, below]) if id::normalize(id).is_some() => {
            below_record(org, caller, &object, id, below, call)
        }
        (_, [key, value]) => by_key(org, caller, method, &object, key, value, call),
        (_, []) => Err(ApiError::method_not_allowed(method, "GET,POST,HEAD")),
        _ => Err(ApiError::not_found()),
    }
}

fn create(org: &mut Org, caller: &Caller, object: &str, call: &mut Call) -> ApiResult<Answer> {
    let id = records::insert(org, caller, object, call.take_object()?)?;
    let location = format!("/services/data/{}/sobjects/{object}/{id}", caller.version);
    Ok(Answer::json(201, json!({"id": id, "success": true, "errors": []})).with("location", location))
}

fn update(org: &mut Org, caller: &Caller, object: &str, id: &str, call: &mut Call) -> ApiResult<Answer> {
    let body = call.take_object()?;
    if body.keys().any(|name| name.eq_ignore_ascii_case("id")) {
        return Err(ApiError::bad(
            "INVALID_FIELD",
            "The Id field should not be specified in the sobject data.",
        ));
    }
    check_unmodified(org, caller, object, id, call)?;
    records::update(org, caller, object, id, body)?;
    Ok(Answer::empty(204))
}

/// Refuses to write a record that was changed after the second the client read it in.
fn check_unmodified(org: &Org, caller: &Caller, object: &str, id: &str, call: &Call) -> ApiResult<()> {
    let since = call.header("if-unmodified-since").and_then(time::parse_http_date);
    let row = org.store.live(object, id).filter(|row| org.sees(&caller.user, object, row));
    let changed = row.and_then(|row| last_modified(row));
    match since.zip(changed) {
        Some((since, changed)) if changed.as_second() > since.as_second() => {
            Err(ApiError::new(412, "PRECONDITION_FAILED", "The record was changed since the given date"))
        }
        _ => Ok(()),
    }
}

fn delete(org: &mut Org, caller: &Caller, object: &str, id: &str, call: &Call) -> ApiResult<Answer> {
    check_unmodified(org, caller, object, id, call)?;
    records::delete(org, caller, object, id)?;
    Ok(Answer::empty(204))
}

fn get(org: &Org, caller: &Caller, object: &str, id: &str, call: &Call) -> ApiResult<Answer> {
    let object = org.object(caller, object)?;
    let row = live(org, caller, object, id)?;
    let changed = last_modified(row).unwrap_or_default();
    let stamp = time::http_date(changed);
    if unmodified_since(call, changed) {
        return Ok(Answer::empty(304).with("last-modified", stamp));
    }
    let fields = call
        .parameter("fields")
        .map(|names| names.split(',').map(|name| name.trim().to_owned()).collect::<Vec<_>>());
    let record = read::record(org, caller, object, row, fields.as_deref())?;
    Ok(Answer::ok(record).with("last-modified", stamp))
}

/// The external-id forms: read, upsert, delete.
fn by_key(
    org: &mut Org,
    caller: &Caller,
    method: &str,
    object: &str,
    key: &str,
    value: &str,
    call: &mut Call,
) -> ApiResult<Answer> {
    let matches = records::find_by_key(org, caller, object, key, value)?;
    if matches.len() > 1 {
        let url =
            |id: &String| Value::from(format!("/services/data/{}/sobjects/{object}/{id}", caller.version));
        return Ok(Answer::json(300, matches.iter().map(url).collect()));
    }
    match (method, matches.first()) {
        ("PATCH", found) => upsert(org, caller, object, key, value, found.map(String::as_str), call),
        ("GET", Some(id)) => get(org, caller, object, id, call),
        ("DELETE", Some(id)) => delete(org, caller, object, id, call),
        ("GET" | "DELETE", None) => Err(ApiError::not_found()),
        _ => Err(ApiError::method_not_allowed(method, "GET,DELETE,PATCH,HEAD")),
    }
}

fn upsert(
    org: &mut Org,
    caller: &Caller,
    object: &str,
    key: &str,
    value: &str,
    found: Option<&str>,
    call: &mut Call,
) -> ApiResult<Answer> {
    let body = call.take_object()?;
    if let Some(name) =
        body.keys().find(|name| name.eq_ignore_ascii_case("id") || name.eq_ignore_ascii_case(key))
    {
        let message = format!("The {name} field should not be specified in the sobject data.");
        return Err(ApiError::bad("INVALID_FIELD", message));
    }
    if let Some(id) = found {
        check_unmodified(org, caller, object, id, call)?;
    } else if call.parameter("updateOnly") == Some("true") {
        return Err(ApiError::not_found());
    }
    let done = records::upsert(org, caller, object, key, value, body)?;
    let status = if done.created { 201 } else { 200 };
    Ok(Answer::json(status, json!({"id": done.id, "success": true, "errors": [], "created": done.created})))
}

/// A parent, a set of children, or the bytes of a field.
fn below_record(
    org: &mut Org,
    caller: &Caller,
    object: &str,
    id: &str,
    below: &str,
    call: &Call,
) -> ApiResult<Answer> {
    let id = known_id(org, caller, object, id)?;
    let object = org.object(caller, object)?;
    let row = live(org, caller, object, &id)?;
    if let Some(field) = org.field(caller, object, below)
        && field.kind == Kind::Blob
    {
        return Ok(Answer::bytes("application/octet-stream", files::decoded(row, &field.name)));
    }
    let seen = |lookup: &&Field| org.visible(&caller.user, &object.name, &lookup.name);
    if let Some(lookup) = object.relationship(below).filter(seen) {
        let parent =
            row.get(&lookup.name).and_then(Value::as_str).ok_or_else(ApiError::not_found)?.to_owned();
        let parent_object = org.schema.object_of_id(&parent).ok_or_else(ApiError::not_found)?.name.clone();
        return get(org, caller, &parent_object, &parent, call);
    }
    let named = |name: &Option<String>| name.as_ref().is_some_and(|name| name.eq_ignore_ascii_case(below));
    let may_read = |name: &str| org.rights(&caller.user, name).read;
    let child = org
        .schema
        .children_of(&object.name)
        .find(|child| named(&child.field.children) && may_read(&child.object.name));
    let child = child.ok_or_else(ApiError::not_found)?;
    let fields = call.parameter("fields").map_or_else(|| "FIELDS(ALL)".to_owned(), str::to_owned);
    let statement =
        format!("SELECT {fields} FROM {} WHERE {} = '{id}' LIMIT 200", child.object.name, child.field.name);
    query::answer(org, caller, &statement, call, false)
}

/// Ids changed or deleted between two instants.
fn changed(org: &Org, caller: &Caller, object: &str, call: &Call, deleted: bool) -> ApiResult<Answer> {
    let instant = |name: &str| {
        let text = call.parameter(name).and_then(time::parse_datetime);
        text.ok_or_else(|| ApiError::bad("INVALID_REPLICATION_DATE", format!("{name} is not a datetime")))
    };
    let (start, end) = (instant("start")?, instant("end")?);
    if org.now().duration_since(start) > SignedDuration::from_hours(30 * 24) {
        return Err(ApiError::bad(
            "INVALID_REPLICATION_DATE",
            "start date before org replication enabled date",
        ));
    }
    let within = |row: &Row| last_modified(row).is_some_and(|changed| changed >= start && changed <= end);
    let found = org.store.rows(object).filter(|(_, row)| is_deleted(row) == deleted && within(row));
    let found = found.filter(|(_, row)| org.sees(&caller.user, object, row));
    let latest = time::datetime(end);
    Ok(Answer::ok(if deleted {
        let records: Vec<_> =
            found.map(|(id, row)| json!({"deletedDate": row.get("SystemModstamp"), "id": id})).collect();
        let earliest = time::datetime(start);
        json!({"deletedRecords": records, "earliestDateAvailable": earliest, "latestDateCovered": latest})
    } else {
        json!({"ids": found.map(|(id, _)| id).collect::<Vec<_>>(), "latestDateCovered": latest})
    }))
}

fn last_modified(row: &Row) -> Option<Timestamp> {
    time::parse_datetime(row.get("SystemModstamp")?.as_str()?)
}

/// The id of a record that is written; what is no id is taken for an external-id field.
fn own_id(text: &str) -> ApiResult<String> {
    id::normalize(text).ok_or_else(|| {
        let message = format!("Provided external ID field does not exist or is not accessible: {text}");
        ApiError::new(404, "NOT_FOUND", message)
    })
}

fn known_id(org: &Org, caller: &Caller, object: &str, text: &str) -> ApiResult<String> {
    let id = own_id(text)?;
    let row = org.store.get(object, &id).filter(|row| org.sees(&caller.user, object, row));
    row.map(|_| id).ok_or_else(ApiError::not_found)
}

fn live<'a>(org: &'a Org, caller: &Caller, object: &Object, id: &str) -> ApiResult<&'a Row> {
    match org.store.get(&object.name, id).filter(|row| org.sees(&caller.user, &object.name, row)) {
        Some(row) if is_deleted(row) => {
            Err(ApiError { status: 404, ..ApiError::row("ENTITY_IS_DELETED", "entity is deleted", &[]) })
        }
        Some(row) => Ok(row),
        None => Err(ApiError::not_found()),
    }
}
