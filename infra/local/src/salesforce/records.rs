//! Writing records: the checks of the platform, then the row.

use super::{
    error::{ApiError, ApiResult},
    files, id,
    org::{Caller, Org},
    schema::{Field, Kind, Object},
    store::Row,
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
    let object = org.object(object)?;
    if !object.createable {
        return Err(not_writable(object, "create"));
    }
    if body.keys().any(|name| name.eq_ignore_ascii_case("id")) {
        let message = "cannot specify Id in an insert call";
        return Err(ApiError::row("INVALID_FIELD_FOR_INSERT_UPDATE", message, &["Id"]));
    }
    let mut row = checked(org, caller, object, body, None)?;
    for field in object.fields() {
        if let Some(default) = &field.default
            && row.get(&field.name).is_none_or(Value::is_null)
        {
            row.insert(field.name.clone(), default.clone());
        }
    }
    require(object, |field| row.get(&field.name).is_some_and(|value| !value.is_null()))?;
    files::check_insert(org, object, &row)?;

    let (name, prefix) = (object.name.clone(), object.prefix.clone());
    let auto =
        object.fields().iter().find_map(|field| Some((field.name.clone(), field.auto_number.clone()?)));
    let owned = object.field("OwnerId").is_some();
    let (id, number) = org.store.next_id(&name, &prefix);
    if let Some((field, (prefix, digits))) = auto {
        row.insert(field, format!("{prefix}{number:0digits$}").into());
    }
    if owned && !row.contains_key("OwnerId") {
        row.insert("OwnerId".into(), caller.user.clone().into());
    }
    row.insert("Id".into(), id.clone().into());
    row.insert("IsDeleted".into(), false.into());
    row.insert("CreatedDate".into(), org.now_text().into());
    row.insert("CreatedById".into(), caller.user.clone().into());
    finish(org, caller, &name, &id, row);
    files::inserted(org, caller, &name, &id)?;
    Ok(id)
}

/// Changes the fields of a record that the body names.
pub(crate) fn update(org: &mut Org, caller: &Caller, object: &str, id: &str, body: Row) -> ApiResult<()> {
    caller.fault.check_row(Some(&body))?;
    let object = org.object(object)?;
    if !object.updateable {
        return Err(not_writable(object, "update"));
    }
    let current = existing(org, object, id)?;
    let mut row = Row::clone(current);
    let changes = checked(org, caller, object, body, Some(id))?;
    require(object, |field| changes.get(&field.name).is_none_or(|value| !value.is_null()))?;
    row.extend(changes);
    let name = object.name.clone();
    finish(org, caller, &name, id, row);
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
    let object = org.object(object)?;
    if !object.deletable {
        return Err(not_writable(object, "delete"));
    }
    let mut row = Row::clone(existing(org, object, id)?);
    row.insert("IsDeleted".into(), true.into());
    let name = object.name.clone();
    finish(org, caller, &name, id, row);
    clear_lookups(org, caller, &name, id);
    Ok(())
}

/// The ids of the live records an upsert key names.
pub(crate) fn find_by_key(
    org: &Org,
    caller: &Caller,
    object: &str,
    key: &str,
    value: &str,
) -> ApiResult<Vec<String>> {
    let object = org.object(object)?;
    let unusable = || {
        let message = format!("Provided external ID field does not exist or is not accessible: {key}");
        ApiError::new(404, "NOT_FOUND", message)
    };
    let field = org.field(caller, object, key).ok_or_else(unusable)?;
    if field.kind == Kind::Id {
        let id = id::normalize(value).ok_or_else(|| values::malformed_id(field, value))?;
        return Ok(org.store.live(&object.name, &id).map(|_| vec![id.clone()]).unwrap_or_default());
    }
    if !field.external_id && !field.id_lookup {
        return Err(unusable());
    }
    Ok(org.store.find(&object.name, &field.name, value).unwrap_or_default().to_vec())
}

/// The refusal of a well-formed id that names nothing.
pub(crate) fn unknown_id() -> ApiError {
    ApiError {
        status: 404,
        ..ApiError::row("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", &[])
    }
}

fn existing<'a>(org: &'a Org, object: &Object, id: &str) -> ApiResult<&'a Row> {
    let row = org.store.get(&object.name, id).ok_or_else(unknown_id)?;
    if super::store::is_deleted(row) {
        return Err(ApiError { status: 404, ..ApiError::row("ENTITY_IS_DELETED", "entity is deleted", &[]) });
    }
    Ok(row)
}

fn not_writable(object: &Object, verb: &str) -> ApiError {
    let message = format!("entity type {} does not support {verb}", object.name);
    ApiError::row("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", message, &[])
}

/// Stamps, derives and writes a row.
fn finish(org: &mut Org, caller: &Caller, object: &str, id: &str, mut row: Row) {
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
        "Contact" | "Lead" => {
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
        "Attachment" => {
            let size = files::decoded(row, "Body").len();
            row.insert("BodyLength".into(), size.into());
        }
        _ => {}
    }
}

/// The body as a row of canonical names and kept values. `id` is the record being changed, none when creating.
fn checked(org: &Org, caller: &Caller, object: &Object, body: Row, id: Option<&str>) -> ApiResult<Row> {
    let mut row = Row::new();
    let mut forbidden = Vec::new();
    for (name, value) in body {
        if name == "attributes" {
            continue;
        }
        let (field, value) = match org.field(caller, object, &name) {
            Some(field) => (field, values::convert(field, value)?),
            None => parent_by_key(org, caller, object, &name, &value)?,
        };
        if !(if id.is_none() { field.createable } else { field.updateable }) {
            forbidden.push(field.name.as_str());
            continue;
        }
        check_lookup(org, field, &value)?;
        check_unique(org, object, field, &value, id)?;
        row.insert(field.name.clone(), value);
    }
    if forbidden.is_empty() {
        return Ok(row);
    }
    let message = format!(
        "Unable to create/update fields: {}. Please check the security settings of this field and verify that it is read/write for your profile or permission set.",
        forbidden.join(", ")
    );
    Err(ApiError::row("INVALID_FIELD_FOR_INSERT_UPDATE", message, &forbidden))
}

/// A lookup given as its parent's external id, such as `"Contact__r": {"Ext__c": "7"}`.
fn parent_by_key<'a>(
    org: &Org,
    caller: &Caller,
    object: &'a Object,
    name: &str,
    value: &Value,
) -> ApiResult<(&'a Field, Value)> {
    let no_column = || ApiError::no_column(name, &object.name);
    let field =
        object.relationship(name).filter(|field| org.visible(&caller.user, &object.name, &field.name));
    let (field, reference) = field.zip(value.as_object()).ok_or_else(no_column)?;
    let named_type = reference.get("attributes").and_then(|attributes| attributes["type"].as_str());
    let parent =
        named_type.or_else(|| field.lookup_targets().first().map(String::as_str)).ok_or_else(no_column)?;
    let mut keys = reference.iter().filter(|(key, _)| !matches!(key.as_str(), "attributes" | "type"));
    let (Some((key, key_value)), None) = (keys.next(), keys.next()) else {
        return Err(ApiError::bad(
            "INVALID_FIELD",
            format!("{name} must name its parent by exactly one external id"),
        ));
    };
    let text = key_value.as_str().map_or_else(|| key_value.to_string(), str::to_owned);
    match find_by_key(org, caller, parent, key, &text)?.as_slice() {
        [id] => Ok((field, id.clone().into())),
        [] => {
            let key = key.as_str();
            let message =
                format!("Foreign key external ID: {text} not found for field {key} in entity {parent}");
            Err(ApiError::row("INVALID_FIELD", message, &[]))
        }
        _ => Err(ApiError::row("DUPLICATE_EXTERNAL_ID", format!("{key}: more than one record found"), &[])),
    }
}

/// A lookup must be null or name a live record of a right object.
fn check_lookup(org: &Org, field: &Field, value: &Value) -> ApiResult<()> {
    let (Kind::Lookup(targets), Value::String(id)) = (&field.kind, value) else { return Ok(()) };
    let target = org.schema.object_of_id(id).filter(|object| targets.contains(&object.name));
    let Some(target) = target else { return Err(values::malformed_id(field, id)) };
    match org.store.get(&target.name, id) {
        Some(row) if super::store::is_deleted(row) => {
            Err(ApiError::row("ENTITY_IS_DELETED", "entity is deleted", &[]))
        }
        Some(_) => Ok(()),
        None => Err(ApiError { status: 400, ..unknown_id() }),
    }
}

fn check_unique(
    org: &Org,
    object: &Object,
    field: &Field,
    value: &Value,
    own: Option<&str>,
) -> ApiResult<()> {
    let (true, Value::String(text)) = (field.unique, value) else { return Ok(()) };
    let others = org.store.find(&object.name, &field.name, text).unwrap_or_default();
    match others.iter().find(|id| Some(id.as_str()) != own) {
        None => Ok(()),
        Some(other) => {
            let message = format!(
                "duplicate value found: {} duplicates value on record with id: {}",
                field.name,
                &other[..15]
            );
            Err(ApiError::row("DUPLICATE_VALUE", message, &[]))
        }
    }
}

fn require(object: &Object, filled: impl Fn(&Field) -> bool) -> ApiResult<()> {
    let missing: Vec<_> = object
        .fields()
        .iter()
        .filter(|field| field.required && !filled(field))
        .map(|field| field.name.as_str())
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let message = format!("Required fields are missing: [{}]", missing.join(", "));
    Err(ApiError::row("REQUIRED_FIELD_MISSING", message, &missing))
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
