//! Records as the API shows them.

use super::{
    error::{ApiError, ApiResult},
    org::{Caller, Org},
    schema::{Field, Kind, Object},
    store::Row,
};
use serde_json::{Map, Value, json};

/// A record with its `attributes` and nothing else yet.
pub(crate) fn start(object: &Object, row: &Row, version: &str) -> Map<String, Value> {
    let id = row.get("Id").and_then(Value::as_str).unwrap_or_default();
    let url = format!("/services/data/{version}/sobjects/{}/{id}", object.name);
    let mut record = Map::new();
    record.insert("attributes".into(), json!({"type": object.name, "url": url}));
    record
}

/// The value of one field: bytes as the path to fetch them from, addresses put together.
pub(crate) fn value(object: &Object, field: &Field, row: &Row, version: &str) -> Value {
    match &field.kind {
        Kind::Checkbox => row.get(&field.name).cloned().unwrap_or(Value::Bool(false)),
        Kind::Blob => match row.get("Id").and_then(Value::as_str).filter(|_| row.contains_key(&field.name)) {
            Some(id) => {
                format!("/services/data/{version}/sobjects/{}/{id}/{}", object.name, field.name).into()
            }
            None => Value::Null,
        },
        Kind::Address(prefix) => address(row, prefix),
        _ => row.get(&field.name).cloned().unwrap_or_default(),
    }
}

fn address(row: &Row, prefix: &str) -> Value {
    let part = |name: &str| row.get(&format!("{prefix}{name}")).cloned().unwrap_or_default();
    let parts = ["City", "Country", "PostalCode", "State", "Street"];
    if parts.iter().all(|name| part(name).is_null()) {
        return Value::Null;
    }
    json!({
        "city": part("City"), "country": part("Country"), "geocodeAccuracy": null, "latitude": null, "longitude": null,
        "postalCode": part("PostalCode"), "state": part("State"), "street": part("Street"),
    })
}

/// A record with the named fields, or with every field the caller may see.
pub(crate) fn record(
    org: &Org,
    caller: &Caller,
    object: &Object,
    row: &Row,
    fields: Option<&[String]>,
) -> ApiResult<Value> {
    let mut record = start(object, row, &caller.version);
    let mut add = |field: &Field| {
        record.insert(field.name.clone(), value(object, field, row, &caller.version));
    };
    match fields {
        None => {
            let visible =
                object.fields().iter().filter(|field| org.visible(&caller.user, &object.name, &field.name));
            visible.for_each(&mut add);
        }
        Some(names) => {
            let id = "Id".to_owned();
            for name in names.iter().chain([&id]) {
                let unknown = || ApiError::no_column(name, &object.name);
                add(org.field(caller, object, name).ok_or_else(unknown)?);
            }
        }
    }
    Ok(Value::Object(record))
}
