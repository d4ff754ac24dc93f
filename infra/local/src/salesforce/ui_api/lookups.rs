//! Suggestions for a lookup field.

use super::{
    super::{
        api::Call,
        error::{ApiError, ApiResult},
        read,
        schema::Object,
        search,
        store::Row,
    },
    Form,
};
use serde_json::{Value, json};

/// The records a lookup may point to whose name has the words searched for, as a record collection.
pub(super) fn lookups(form: &Form<'_>, field: &str, target: Option<&str>, call: &Call) -> ApiResult<Value> {
    let field = form.org.field(form.caller, form.object, field);
    let targets = field.map(|field| field.lookup_targets()).unwrap_or_default();
    let target = match target {
        Some(name) => targets.iter().find(|known| known.eq_ignore_ascii_case(name)),
        None => targets.iter().find(|name| form.org.object(form.caller, name).is_ok()),
    };
    let target = form.org.object(form.caller, target.ok_or_else(ApiError::not_found)?)?;
    let term = call.parameter("q").unwrap_or_default();
    let least = match call.parameter("searchType").unwrap_or("Search") {
        "TypeAhead" => 3,
        "Recent" => 0,
        _ => 2,
    };
    if term.chars().count() < least {
        let message = format!("The search term must be at least {least} characters long.");
        return Err(ApiError::bad("MALFORMED_SEARCH", message));
    }
    let number = |name: &str, usual: usize| {
        call.parameter(name).and_then(|text| text.parse().ok()).filter(|n| *n > 0).unwrap_or(usual)
    };
    let (page, size) = (number("page", 1), number("pageSize", 25).min(2000));
    let found = search::hits(form.org, form.caller, target, "NAME", term);
    let total = found.len();
    let records = found.into_iter().skip((page - 1) * size).take(size);
    let records: Vec<Value> = records.map(|row| record(form, target, row)).collect();
    let more = page * size < total;
    Ok(json!({
        "count": records.len(), "currentPageToken": page.to_string(), "currentPageUrl": null,
        "nextPageToken": more.then(|| (page + 1).to_string()), "nextPageUrl": null, "previousPageToken": null,
        "previousPageUrl": null, "records": records,
    }))
}

/// A record as the User Interface API shows it, with its name and, where it has one, its e-mail address.
fn record(form: &Form<'_>, object: &Object, row: &Row) -> Value {
    let mut fields = json!({});
    for name in ["Id", object.name_field(), "Email", "PersonEmail"] {
        if let Some(field) = form.org.field(form.caller, object, name) {
            let value = read::value(object, field, row, &form.caller.version);
            fields[&field.name] = json!({"displayValue": null, "value": value});
        }
    }
    let stamp = |name: &str| row.get(name).and_then(Value::as_str).map(|text| text.replace("+0000", "Z"));
    json!({
        "apiName": object.name, "childRelationships": {}, "fields": fields, "id": row.get("Id"),
        "lastModifiedById": row.get("LastModifiedById"), "lastModifiedDate": stamp("LastModifiedDate"),
        "recordTypeId": row.get("RecordTypeId"), "recordTypeInfo": null, "systemModstamp": stamp("SystemModstamp"),
    })
}
