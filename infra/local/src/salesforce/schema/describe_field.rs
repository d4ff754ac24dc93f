//! A field as describe shows it.

use super::{Field, Kind, Object};
use serde_json::{Value, json};

/// Every key of a described field, for a user who may set it on create and on edit only as `settable` says.
pub(super) fn describe_field(object: &Object, field: &Field, settable: (bool, bool)) -> Value {
    let mut described = never();
    if let (Value::Object(all), Value::Object(own)) = (&mut described, own(object, field, settable)) {
        all.extend(own);
    }
    described
}

/// Keys that say the same of every field here.
fn never() -> Value {
    json!({
        "aiPredictionField": false,
        "cascadeDelete": false,
        "controllerName": null,
        "defaultValueFormula": null,
        "dependentPicklist": false,
        "deprecatedAndHidden": false,
        "displayLocationInDecimal": false,
        "encrypted": false,
        "filteredLookupInfo": null,
        "formulaTreatNullNumberAsZero": false,
        "highScaleNumber": false,
        "htmlFormatted": false,
        "inlineHelpText": null,
        "mask": null,
        "maskType": null,
        "queryByDistance": false,
        "referenceTargetField": null,
        "relationshipOrder": null,
        "restrictedDelete": false,
        "searchPrefilterable": false,
        "writeRequiresMasterRead": false,
    })
}

/// Keys that depend on the field.
fn own(object: &Object, field: &Field, settable: (bool, bool)) -> Value {
    let length = length(&field.kind);
    let (precision, scale) = match field.kind {
        Kind::Number(precision, scale) => (precision, scale),
        Kind::Currency => (18, 2),
        Kind::Percent => (3, 0),
        _ => (0, 0),
    };
    let targets = field.lookup_targets();
    let filterable = field.filterable();
    let system =
        matches!(field.name.as_str(), "OwnerId" | "RecordTypeId" | "CreatedById" | "LastModifiedById" | "Id")
            || matches!(
                field.name.as_str(),
                "CreatedDate" | "LastModifiedDate" | "SystemModstamp" | "IsDeleted"
            );
    let defaulted = field.default.is_some() || field.auto_number.is_some() || system;
    let nillable = !field.required && field.kind != Kind::Checkbox && !defaulted
        || matches!(field.kind, Kind::Picklist(..)) && !field.required;
    let restricted = matches!(field.kind, Kind::Picklist(_, true));
    json!({
        "aggregatable": filterable && field.kind != Kind::Checkbox,
        "autoNumber": field.auto_number.is_some(),
        "calculated": field.formula.is_some(),
        "calculatedFormula": field.formula,
        "byteLength": if matches!(field.kind, Kind::Id | Kind::Lookup(_)) { length } else { length * 3 },
        "caseSensitive": field.case_sensitive,
        "compoundFieldName": field.compound,
        "createable": field.createable && object.createable && settable.0,
        "custom": field.custom(),
        "defaultValue": if field.kind == Kind::Checkbox { json!(field.default == Some(true.into())) } else { Value::Null },
        "defaultedOnCreate": defaulted,
        "digits": if let Kind::Int(digits) = field.kind { digits } else { 0 },
        "externalId": field.external_id,
        "extraTypeInfo": if matches!(field.kind, Kind::LongText(_) | Kind::TextArea) { json!("plaintextarea") } else { Value::Null },
        "filterable": filterable,
        "groupable": filterable && !matches!(field.kind, Kind::Number(..) | Kind::Currency | Kind::Percent | Kind::DateTime),
        "idLookup": field.external_id || field.id_lookup || field.kind == Kind::Id,
        "label": field.label,
        "length": length,
        "name": field.name,
        "nameField": field.name_field,
        "namePointing": targets.len() > 1,
        "nillable": nillable,
        "permissionable": field.custom() && !field.required && field.auto_number.is_none(),
        "picklistValues": picklist(field),
        "polymorphicForeignKey": targets.len() > 1,
        "precision": precision,
        "referenceTo": targets,
        "relationshipName": field.relationship,
        "restrictedPicklist": restricted,
        "scale": scale,
        "soapType": soap_type(&field.kind),
        "sortable": filterable,
        "type": api_type(&field.kind),
        "unique": field.unique,
        "updateable": field.updateable && object.updateable && settable.1,
    })
}

fn length(kind: &Kind) -> u32 {
    match kind {
        Kind::Id | Kind::Lookup(_) => 18,
        Kind::Text(length) | Kind::LongText(length) => *length,
        Kind::TextArea | Kind::Url | Kind::Picklist(..) => 255,
        Kind::MultiPicklist(_) => 4_099,
        Kind::Email => 80,
        Kind::Phone => 40,
        _ => 0,
    }
}

fn picklist(field: &Field) -> Vec<Value> {
    let default = field.default.as_ref().and_then(Value::as_str);
    let value = |value: &String| {
        json!({
            "active": true, "defaultValue": default == Some(value.as_str()), "label": field.label_of(value),
            "validFor": null, "value": value,
        })
    };
    field.picklist().iter().map(value).collect()
}

/// The `type` of describe.
pub(crate) fn api_type(kind: &Kind) -> &'static str {
    match kind {
        Kind::Id => "id",
        Kind::Text(_) => "string",
        Kind::TextArea | Kind::LongText(_) => "textarea",
        Kind::Email => "email",
        Kind::Phone => "phone",
        Kind::Url => "url",
        Kind::Checkbox => "boolean",
        Kind::Int(_) => "int",
        Kind::Number(..) => "double",
        Kind::Currency => "currency",
        Kind::Percent => "percent",
        Kind::Date => "date",
        Kind::DateTime => "datetime",
        Kind::Picklist(..) => "picklist",
        Kind::MultiPicklist(_) => "multipicklist",
        Kind::Lookup(_) => "reference",
        Kind::Blob => "base64",
        Kind::Address(_) => "address",
    }
}

fn soap_type(kind: &Kind) -> &'static str {
    match kind {
        Kind::Id | Kind::Lookup(_) => "tns:ID",
        Kind::Checkbox => "xsd:boolean",
        Kind::Int(_) => "xsd:int",
        Kind::Number(..) | Kind::Currency | Kind::Percent => "xsd:double",
        Kind::Date => "xsd:date",
        Kind::DateTime => "xsd:dateTime",
        Kind::Blob => "xsd:base64Binary",
        Kind::Address(_) => "urn:address",
        _ => "xsd:string",
    }
}
