//! Object-info and the picklist values of a record type.

use super::{
    super::{
        error::{ApiError, ApiResult},
        schema::record_types,
    },
    Form, etag, known_kind, text,
};
use serde_json::{Map, Value, json};

/// An object with its fields, record types and children.
pub(super) fn object_info(form: &Form<'_>) -> Value {
    let described = &form.described;
    let fields: Map<String, Value> =
        form.fields().map(|field| (text(field, "name").to_owned(), field_info(form, field))).collect();
    let kinds = described["recordTypeInfos"].as_array().into_iter().flatten();
    let kinds: Map<String, Value> =
        kinds.map(|kind| (text(kind, "recordTypeId").to_owned(), kind_info(kind))).collect();
    let default = kinds.values().find(|kind| kind["defaultRecordTypeMapping"] == true);
    let children = described["childRelationships"].as_array().into_iter().flatten().map(|child| {
        json!({
            "childObjectApiName": child["childSObject"], "fieldName": child["field"], "junctionIdListNames": [],
            "junctionReferenceTo": [], "relationshipName": child["relationshipName"],
        })
    });
    let names: Vec<&str> = match form.object.name.as_str() {
        "Contact" | "Lead" | "User" => vec!["FirstName", "LastName", "Name"],
        _ => vec![form.object.name_field()],
    };
    let mut info = json!({
        "apiName": form.object.name,
        "associateEntityType": null,
        "associateParentEntity": null,
        "childRelationships": children.collect::<Vec<_>>(),
        "defaultRecordTypeId": default.map(|kind| kind["recordTypeId"].clone()),
        "dependentFields": {},
        "eTag": etag(form),
        "fields": fields,
        "nameFields": names,
        "recordTypeInfos": kinds,
        "themeInfo": {"color": "5867E8", "iconUrl": null},
    });
    for name in [
        "compactLayoutable",
        "createable",
        "custom",
        "deletable",
        "feedEnabled",
        "keyPrefix",
        "label",
        "labelPlural",
        "layoutable",
        "mruEnabled",
        "queryable",
        "searchable",
        "searchLayoutable",
        "updateable",
    ] {
        info[name] = described[name].clone();
    }
    info
}

fn kind_info(kind: &Value) -> Value {
    let mut info = json!({});
    for name in ["available", "defaultRecordTypeMapping", "master", "name", "recordTypeId"] {
        info[name] = kind[name].clone();
    }
    info
}

fn field_info(form: &Form<'_>, field: &Value) -> Value {
    let targets = field["referenceTo"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let targets = targets.filter_map(|name| form.org.object(form.caller, name).ok());
    let targets: Vec<Value> =
        targets.map(|target| json!({"apiName": target.name, "nameFields": [target.name_field()]})).collect();
    let part = field["compoundFieldName"].as_str().filter(|compound| *compound != text(field, "name"));
    let mut info = json!({
        "apiName": field["name"],
        "compound": text(field, "type") == "address",
        "compoundComponentName": part.map(|_| field["name"].clone()),
        "controllingFields": [],
        "dataType": data_type(text(field, "type")),
        "reference": text(field, "type") == "reference",
        "referenceToInfos": targets,
        "required": is_required(field),
    });
    for name in [
        "calculated",
        "compoundFieldName",
        "controllerName",
        "createable",
        "custom",
        "digits",
        "extraTypeInfo",
        "filterable",
        "filteredLookupInfo",
        "highScaleNumber",
        "htmlFormatted",
        "inlineHelpText",
        "label",
        "length",
        "maskType",
        "nameField",
        "polymorphicForeignKey",
        "precision",
        "referenceTargetField",
        "relationshipName",
        "scale",
        "searchPrefilterable",
        "sortable",
        "unique",
        "updateable",
    ] {
        info[name] = field[name].clone();
    }
    info
}

/// Mandatory at the level of the database.
pub(super) fn is_required(field: &Value) -> bool {
    field["createable"] == true && field["nillable"] == false && field["defaultedOnCreate"] == false
}

fn data_type(of_describe: &str) -> &str {
    match of_describe {
        "id" | "reference" => "Reference",
        "boolean" => "Boolean",
        "int" => "Int",
        "double" => "Double",
        "currency" => "Currency",
        "percent" => "Percent",
        "date" => "Date",
        "datetime" => "DateTime",
        "email" => "Email",
        "phone" => "Phone",
        "url" => "Url",
        "textarea" => "TextArea",
        "picklist" => "Picklist",
        "multipicklist" => "MultiPicklist",
        "address" => "Address",
        "base64" => "Base64",
        _ => "String",
    }
}

/// Every picklist of an object for one record type.
pub(super) fn picklists(form: &Form<'_>, kind: &str) -> ApiResult<Value> {
    let kind = known_kind(form, kind)?;
    let fields = form.fields().filter(|field| is_picklist(field));
    let values: Map<String, Value> =
        fields.map(|field| (text(field, "name").to_owned(), values(form, &kind, field))).collect();
    let url = form.url(&format!("object-info/{}/picklist-values/{kind}", form.object.name));
    Ok(json!({"eTag": etag(form), "picklistFieldValues": values, "url": url}))
}

/// One picklist for one record type.
pub(super) fn picklist(form: &Form<'_>, kind: &str, name: &str) -> ApiResult<Value> {
    let kind = known_kind(form, kind)?;
    let field = form.field(name).filter(|field| is_picklist(field));
    let unknown =
        || ApiError::bad("INVALID_FIELD", format!("{name} is not a picklist of {}", form.object.name));
    Ok(values(form, &kind, field.ok_or_else(unknown)?))
}

fn is_picklist(field: &Value) -> bool {
    matches!(text(field, "type"), "picklist" | "multipicklist")
}

fn values(form: &Form<'_>, kind: &str, field: &Value) -> Value {
    let name = text(field, "name");
    let offered = record_types::with_id(&form.object.name, kind)
        .and_then(|kind| kind.picklists.iter().find(|(known, _)| *known == name))
        .map(|(_, values)| *values);
    let known = field["picklistValues"].as_array().into_iter().flatten();
    let known = known.filter(|value| offered.is_none_or(|offered| offered.contains(&text(value, "value"))));
    let shown = |value: &Value| json!({"attributes": null, "label": value["label"], "validFor": [], "value": value["value"]});
    let values: Vec<&Value> = known.collect();
    let default = values.iter().find(|value| value["defaultValue"] == true).map(|value| shown(value));
    let url = form.url(&format!("object-info/{}/picklist-values/{kind}/{name}", form.object.name));
    json!({
        "controllerValues": {}, "defaultValue": default, "eTag": etag(form), "url": url,
        "values": values.into_iter().map(shown).collect::<Vec<_>>(),
    })
}
