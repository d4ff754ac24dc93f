//! What the platform asks of every body before it becomes a row: known names, rights, types, lookups and unique keys.

use super::{
    error::{ApiError, ApiResult},
    org::{Caller, Org},
    profiles::FieldRights,
    records,
    schema::{Field, Kind, Object, record_types},
    store::{Row, is_deleted},
    values,
};
use serde_json::Value;

/// The body as a row of canonical names and kept values. `id` is the record being changed, none when creating.
pub(crate) fn checked(
    org: &Org,
    caller: &Caller,
    object: &Object,
    body: Row,
    id: Option<&str>,
) -> ApiResult<Row> {
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
        let settable = if id.is_none() { field.createable } else { field.updateable };
        let rights = org.field_rights(&caller.user, &object.name, &field.name);
        if !settable || rights != FieldRights::Full {
            forbidden.push(field.name.as_str());
            continue;
        }
        check_lookup(org, caller, object, field, &value)?;
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
    match records::find_by_key(org, caller, parent, key, &text)?.as_slice() {
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

/// A lookup must be null or name a live record of a right object that the caller sees.
fn check_lookup(org: &Org, caller: &Caller, object: &Object, field: &Field, value: &Value) -> ApiResult<()> {
    let (Kind::Lookup(targets), Value::String(id)) = (&field.kind, value) else { return Ok(()) };
    let target = org.schema.object_of_id(id).filter(|object| targets.contains(&object.name));
    let Some(target) = target else { return Err(values::malformed_id(field, id)) };
    if target.name == "RecordType" && record_types::with_id(&object.name, id).is_none() {
        let message = format!("{}: this ID value isn't valid for the user: {id}", field.label);
        return Err(ApiError::row("INVALID_CROSS_REFERENCE_KEY", message, &[&field.name]));
    }
    match org.store.get(&target.name, id) {
        Some(row) if is_deleted(row) => {
            Err(ApiError::row("ENTITY_IS_DELETED", "entity is deleted", &[&field.name]))
        }
        Some(row) if !org.sees(&caller.user, &target.name, row) => {
            let message = format!("insufficient access rights on cross-reference id: {}", &id[..15]);
            Err(ApiError::row("INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY", message, &[&field.name]))
        }
        Some(_) => Ok(()),
        None => {
            Err(ApiError::row("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", &[&field.name]))
        }
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

/// Refuses what leaves a required field empty. A person account needs a last name and nothing else.
pub(crate) fn require(object: &Object, person: bool, filled: impl Fn(&Field) -> bool) -> ApiResult<()> {
    let missing: Vec<_> = object
        .fields()
        .iter()
        .filter(|field| if person { field.name == "LastName" } else { field.required })
        .filter(|field| !filled(field))
        .map(|field| field.name.as_str())
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let message = format!("Required fields are missing: [{}]", missing.join(", "));
    Err(ApiError::row("REQUIRED_FIELD_MISSING", message, &missing))
}
