//! Writing records: the checks of the platform, then the row.

use super::{
    checks,
    error::{ApiError, ApiResult},
    files, id, metadata,
    org::{Caller, Org},
    person, rules,
    schema::{Field, Kind, Object},
    sharing,
    store::{Row, is_deleted},
    values,
};
use serde_json::Value;

/// What an upsert did.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Upserted {
    pub(crate) id: String,
    pub(crate) created: bool,
}

/// Creates a record and answers its id.
pub(crate) fn insert(org: &mut Org, caller: &Caller, object: &str, body: Row) -> ApiResult<String> {
    caller.fault.check_row(Some(&body))?;
    let object = org.object(caller, object)?;
    if !object.createable {
        return Err(not_writable(object, "create"));
    }
    if !org.rights(&caller.user, &object.name).create {
        return Err(no_right(object, "inserted"));
    }
    if body.keys().any(|name| name.eq_ignore_ascii_case("id")) {
        let message = "cannot specify Id in an insert call";
        return Err(ApiError::row("INVALID_FIELD_FOR_INSERT_UPDATE", message, &["Id"]));
    }
    let mut row = checks::checked(org, caller, object, body, None)?;
    person::settle(&object.name, &mut row)?;
    fill_in(org, &object.name, &mut row);
    for field in object.fields() {
        if let Some(default) = &field.default
            && row.get(&field.name).is_none_or(Value::is_null)
        {
            row.insert(field.name.clone(), default.clone());
        }
    }
    let filled = |field: &Field| row.get(&field.name).is_some_and(|value| !value.is_null());
    checks::require(object, person::is_person(&row), filled)?;
    rules::validate(&object.name, &row)?;
    files::check_insert(org, object, &row)?;
    metadata::access::check_insert(org, object, &row)?;
    rules::check_duplicates(org, caller, object, &row, None)?;
    let queue = caller.wishes.queue(org, &object.name, true)?;

    let (name, prefix) = (object.name.clone(), object.prefix.clone());
    let auto =
        object.fields().iter().find_map(|field| Some((field.name.clone(), field.auto_number.clone()?)));
    let owned = object.field("OwnerId").is_some();
    let (id, number) = org.store.next_id(&name, &prefix);
    if let Some((field, (prefix, digits))) = auto {
        row.insert(field, format!("{prefix}{number:0digits$}").into());
    }
    if let Some(queue) = queue {
        row.insert("OwnerId".into(), queue.into());
    } else if owned && row.get("OwnerId").is_none_or(Value::is_null) {
        row.insert("OwnerId".into(), caller.user.clone().into());
    }
    row.insert("Id".into(), id.clone().into());
    row.insert("IsDeleted".into(), false.into());
    row.insert("CreatedDate".into(), org.now_text().into());
    row.insert("CreatedById".into(), caller.user.clone().into());
    finish(org, caller, &name, &id, row);
    files::inserted(org, caller, &name, &id)?;
    person::inserted(org, caller, &name, &id);
    Ok(id)
}

/// Changes the fields of a record that the body names.
pub(crate) fn update(org: &mut Org, caller: &Caller, object: &str, id: &str, body: Row) -> ApiResult<()> {
    caller.fault.check_row(Some(&body))?;
    let object = org.object(caller, object)?;
    if !object.updateable {
        return Err(not_writable(object, "update"));
    }
    if !org.rights(&caller.user, &object.name).edit {
        return Err(no_right(object, "updated"));
    }
    let current = existing(org, caller, object, id)?;
    if !sharing::edits(org, &caller.user, &object.name, current) {
        return Err(read_only());
    }
    if current.get("IsConverted") == Some(&Value::Bool(true)) {
        let message = "cannot reference converted lead";
        return Err(ApiError::row("CANNOT_UPDATE_CONVERTED_LEAD", message, &[]));
    }
    let mut row = Row::clone(current);
    let changes = checks::checked(org, caller, object, body, Some(id))?;
    person::check_change(&object.name, current, &changes)?;
    let filled = |field: &Field| changes.get(&field.name).is_none_or(|value| !value.is_null());
    checks::require(object, person::is_person(current), filled)?;
    let new_email = changes.get("Email").is_some_and(|email| Some(email) != current.get("Email"));
    row.extend(changes);
    rules::validate(&object.name, &row)?;
    if new_email {
        rules::check_duplicates(org, caller, object, &row, Some(id))?;
    }
    if let Some(queue) = caller.wishes.queue(org, &object.name, false)? {
        row.insert("OwnerId".into(), queue.into());
    }
    let name = object.name.clone();
    finish(org, caller, &name, id, row);
    person::updated(org, caller, &name, id);
    Ok(())
}

/// Creates or changes the record whose external id field `key` has this value.
pub(crate) fn upsert(
    org: &mut Org,
    caller: &Caller,
    object: &str,
    key: &str,
    value: &str,
    mut body: Row,
) -> ApiResult<Upserted> {
    let matches = find_by_key(org, caller, object, key, value)?;
    match matches.as_slice() {
        [id] => update(org, caller, object, id, body).map(|()| Upserted { id: id.clone(), created: false }),
        [] if key.eq_ignore_ascii_case("id") => Err(unknown_id()),
        [] => {
            body.insert(key.to_owned(), value.into());
            insert(org, caller, object, body).map(|id| Upserted { id, created: true })
        }
        several => {
            let message =
                format!("{key}: more than one record found for external id field: [{}]", several.join(", "));
            Err(ApiError::row("DUPLICATE_EXTERNAL_ID", message, &[key]))
        }
    }
}

/// Moves a record to the recycle bin and clears the lookups to it.
pub(crate) fn delete(org: &mut Org, caller: &Caller, object: &str, id: &str) -> ApiResult<()> {
    caller.fault.check_row(None)?;
    let object = org.object(caller, object)?;
    if !object.deletable {
        return Err(not_writable(object, "delete"));
    }
    let current = existing(org, caller, object, id)?;
    let allowed = org.rights(&caller.user, &object.name).delete;
    if !allowed || !sharing::deletes(org, &caller.user, &object.name, current) {
        return Err(read_only());
    }
    person::check_delete(&object.name, current)?;
    let (name, row) = (object.name.clone(), Row::clone(current));
    let twin = person::contact_of(&name, &row);
    bin(org, caller, &name, id, row);
    if let Some(twin) = twin
        && let Some(row) = org.store.live("Contact", &twin).map(|row| Row::clone(row))
    {
        bin(org, caller, "Contact", &twin, row);
    }
    Ok(())
}

fn bin(org: &mut Org, caller: &Caller, object: &str, id: &str, mut row: Row) {
    row.insert("IsDeleted".into(), true.into());
    finish(org, caller, object, id, row);
    clear_lookups(org, caller, object, id);
}

/// The ids of the live records an upsert key names.
pub(crate) fn find_by_key(
    org: &Org,
    caller: &Caller,
    object: &str,
    key: &str,
    value: &str,
) -> ApiResult<Vec<String>> {
    let object = org.object(caller, object)?;
    let unusable = || {
        let message = format!("Provided external ID field does not exist or is not accessible: {key}");
        ApiError::new(404, "NOT_FOUND", message)
    };
    let field = org.field(caller, object, key).ok_or_else(unusable)?;
    if field.kind == Kind::Id {
        let id = id::normalize(value).ok_or_else(|| values::malformed_id(field, value))?;
        let row = org.store.live(&object.name, &id);
        let row = row.filter(|row| org.sees(&caller.user, &object.name, row));
        return Ok(row.map(|_| vec![id.clone()]).unwrap_or_default());
    }
    if !field.external_id && !field.id_lookup {
        return Err(unusable());
    }
    let found = org.store.find(&object.name, &field.name, value).unwrap_or_default().iter();
    let seen = |id: &&String| {
        org.store.get(&object.name, id).is_some_and(|row| org.sees(&caller.user, &object.name, row))
    };
    Ok(found.filter(seen).cloned().collect())
}

/// The refusal of a well-formed id that names nothing.
pub(crate) fn unknown_id() -> ApiError {
    ApiError {
        status: 404,
        ..ApiError::row("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", &[])
    }
}

fn existing<'a>(org: &'a Org, caller: &Caller, object: &Object, id: &str) -> ApiResult<&'a Row> {
    let row = org.store.get(&object.name, id).filter(|row| org.sees(&caller.user, &object.name, row));
    let row = row.ok_or_else(unknown_id)?;
    if is_deleted(row) {
        return Err(ApiError { status: 404, ..ApiError::row("ENTITY_IS_DELETED", "entity is deleted", &[]) });
    }
    Ok(row)
}

/// The refusal of who may not write any record of the object so.
fn no_right(object: &Object, done: &str) -> ApiError {
    let message = format!("entity type cannot be {done}: {}", object.label);
    ApiError::row("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", message, &[])
}

/// The refusal of who sees the record but may not do this to it.
fn read_only() -> ApiError {
    let message = "insufficient access rights on object id";
    ApiError { status: 403, ..ApiError::row("INSUFFICIENT_ACCESS_OR_READONLY", message, &[]) }
}

fn not_writable(object: &Object, verb: &str) -> ApiError {
    let message = format!("entity type {} does not support {verb}", object.name);
    ApiError::row("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", message, &[])
}

/// What a new row gets from the records it names: a case its contact's account.
fn fill_in(org: &Org, object: &str, row: &mut Row) {
    let contact = row.get("ContactId").and_then(Value::as_str).filter(|_| object == "Case");
    let contact = contact.and_then(|id| org.store.live("Contact", id));
    if let Some(account) = contact.and_then(|contact| contact.get("AccountId")).cloned()
        && row.get("AccountId").is_none_or(Value::is_null)
    {
        row.insert("AccountId".into(), account);
    }
}

/// Stamps, derives and writes a row.
pub(crate) fn finish(org: &mut Org, caller: &Caller, object: &str, id: &str, mut row: Row) {
    let now = org.now_text();
    row.insert("LastModifiedDate".into(), now.clone().into());
    row.insert("SystemModstamp".into(), now.into());
    row.insert("LastModifiedById".into(), caller.user.clone().into());
    derive(object, &mut row);
    row.retain(|_, value| !value.is_null());
    org.store.put(object, id, row);
}

/// Fields the platform computes from others.
fn derive(object: &str, row: &mut Row) {
    let text = |row: &Row, name: &str| row.get(name).and_then(Value::as_str).map(str::to_owned);
    match object {
        "Account" if !person::is_person(row) => {}
        "Account" | "Contact" | "Lead" => {
            let parts: Vec<_> = ["FirstName", "LastName"].iter().filter_map(|name| text(row, name)).collect();
            row.insert("Name".into(), parts.join(" ").into());
        }
        "Case" => {
            let closed = text(row, "Status").as_deref() == Some("Closed");
            row.insert("IsClosed".into(), closed.into());
        }
        "Opportunity" => {
            let stage = text(row, "StageName").unwrap_or_default();
            row.insert("IsClosed".into(), stage.starts_with("Closed").into());
            row.insert("IsWon".into(), (stage == "Closed Won").into());
        }
        "Policy__c" => {
            let monthly = row.get("Premium__c").and_then(Value::as_f64).map(|premium| premium / 12.0);
            let monthly = monthly.map_or(Value::Null, |amount| ((amount * 100.0).round() / 100.0).into());
            row.insert("Monthly_Premium__c".into(), monthly);
        }
        "Attachment" => {
            let size = files::decoded(row, "Body").len();
            row.insert("BodyLength".into(), size.into());
        }
        _ => {}
    }
}

fn clear_lookups(org: &mut Org, caller: &Caller, parent: &str, id: &str) {
    let lookups: Vec<_> = org
        .schema
        .children_of(parent)
        .map(|child| (child.object.name.clone(), child.field.name.clone()))
        .collect();
    for (object, field) in lookups {
        let points_here = |row: &Row| row.get(&field).and_then(Value::as_str) == Some(id);
        let children = org.store.rows(&object).filter(|(_, row)| points_here(row));
        let children: Vec<_> = children.map(|(child, row)| (child.clone(), Row::clone(row))).collect();
        for (child, mut row) in children {
            row.remove(&field);
            finish(org, caller, &object, &child, row);
        }
    }
}
