//! Layouts and the defaults of a new record.

use super::{
    super::{
        error::{ApiError, ApiResult},
        schema::record_types,
    },
    Form, etag,
    info::{is_required, object_info},
    text,
};
use serde_json::{Map, Value, json};

/// Fields no layout shows.
const UNSHOWN: [&str; 6] =
    ["Id", "IsDeleted", "SystemModstamp", "PersonContactId", "IsPersonAccount", "RecordTypeId"];

/// The full layout of a record type.
pub(super) fn layout(form: &Form<'_>, kind: &str, mode: &str) -> Value {
    let mut sections = Vec::new();
    for (heading, place) in [
        ("Information", Place::Plain),
        ("Address Information", Place::Address),
        ("Description Information", Place::Long),
        ("System Information", Place::System),
    ] {
        let items = items(form, kind, place);
        if items.is_empty() {
            continue;
        }
        let rows: Vec<Value> = items.chunks(2).map(|items| json!({"layoutItems": items})).collect();
        sections.push(json!({
            "collapsible": false, "columns": 2, "heading": heading, "id": format!("01B{:015}", sections.len() + 1),
            "layoutRows": rows, "rows": rows.len(), "tabOrder": "LeftToRight", "useHeading": place != Place::Plain,
        }));
    }
    json!({
        "eTag": etag(form), "id": null, "layoutType": "Full", "mode": mode, "objectApiName": form.object.name,
        "recordTypeId": kind, "saveOptions": [], "sections": sections,
    })
}

#[derive(Clone, Copy, PartialEq)]
enum Place {
    Plain,
    Address,
    Long,
    System,
}

fn place(field: &Value) -> Place {
    let name = text(field, "name");
    if matches!(name, "CreatedById" | "CreatedDate" | "LastModifiedById" | "LastModifiedDate") {
        return Place::System;
    }
    if compound(field).is_some_and(|compound| compound.ends_with("Address")) {
        return Place::Address;
    }
    if text(field, "type") == "textarea" { Place::Long } else { Place::Plain }
}

/// The compound a field is part of; a person's name is put together from its parts.
fn compound(field: &Value) -> Option<&str> {
    field["compoundFieldName"].as_str()
}

/// The items of a section. The parts of an address or a name are one item.
fn items(form: &Form<'_>, kind: &str, wanted: Place) -> Vec<Value> {
    let person = record_types::with_id(&form.object.name, kind).is_some_and(|kind| kind.person);
    let is_account = form.object.name == "Account";
    let of_a_person =
        |name: &str| name.starts_with("Person") || matches!(name, "FirstName" | "LastName" | "Salutation");
    let mut items: Vec<(String, Vec<&Value>)> = Vec::new();
    for field in form.fields() {
        let name = text(field, "name");
        let belongs = !is_account || if person { name != "Name" } else { !of_a_person(name) };
        let composite =
            text(field, "type") == "address" || (name == "Name" && !is_account && has_parts(form));
        if UNSHOWN.contains(&name) || !belongs || composite || place(field) != wanted {
            continue;
        }
        let title = compound(field).unwrap_or(name);
        match items.iter_mut().find(|(known, _)| known == title) {
            Some((_, parts)) => parts.push(field),
            None => items.push((title.to_owned(), vec![field])),
        }
    }
    items.into_iter().map(|(title, parts)| item(form, kind, &title, &parts)).collect()
}

fn has_parts(form: &Form<'_>) -> bool {
    form.fields().any(|field| compound(field) == Some("Name"))
}

fn item(form: &Form<'_>, kind: &str, title: &str, parts: &[&Value]) -> Value {
    let demanded =
        record_types::with_id(&form.object.name, kind).map_or(&[][..], |kind| kind.layout_required);
    let any = |name: &str| parts.iter().any(|field| field[name] == true);
    let settable = any("createable") || any("updateable");
    let required =
        settable && parts.iter().any(|field| is_required(field) || demanded.contains(&text(field, "name")));
    let label = form.field(title).map_or(title, |field| text(field, "label"));
    let components: Vec<Value> = parts
        .iter()
        .map(|field| json!({"apiName": field["name"], "componentType": "Field", "label": field["label"]}))
        .collect();
    let lookup = parts.first().filter(|field| text(field, "type") == "reference");
    json!({
        "editableForNew": any("createable"), "editableForUpdate": any("updateable"), "label": label,
        "layoutComponents": components, "lookupIdApiName": lookup.map(|field| field["name"].clone()),
        "required": required, "sortable": false,
    })
}

/// A new record as the form begins with it.
pub(super) fn defaults(form: &Form<'_>, kind: &str) -> ApiResult<Value> {
    if form.described["createable"] != true {
        let message = format!("You don't have the rights to create a record of {}", form.object.name);
        return Err(ApiError::new(403, "INSUFFICIENT_ACCESS", message));
    }
    let mut fields = Map::new();
    for field in form.fields().filter(|field| field["createable"] == true) {
        let name = text(field, "name");
        let default = form.object.field(name).and_then(|field| field.default.clone());
        let value = match name {
            "RecordTypeId" => kind.into(),
            "OwnerId" => form.caller.user.clone().into(),
            _ => default.unwrap_or_default(),
        };
        let label = form.object.field(name).zip(value.as_str()).map(|(field, value)| field.label_of(value));
        let label = label.filter(|_| text(field, "type") == "picklist").map(str::to_owned);
        fields.insert(name.to_owned(), json!({"displayValue": label, "value": value}));
    }
    let info = object_info(form);
    let record = json!({
        "apiName": form.object.name, "childRelationships": {}, "fields": fields, "id": null, "lastModifiedById": null,
        "lastModifiedDate": null, "recordTypeId": kind, "recordTypeInfo": info["recordTypeInfos"][kind],
        "systemModstamp": null,
    });
    let infos = Map::from_iter([(form.object.name.clone(), info)]);
    Ok(json!({"layout": layout(form, kind, "Create"), "objectInfos": infos, "record": record}))
}
