//! Describes: every key a real org sends, for typed clients fail on a missing one.

use super::{
    super::profiles::{FieldRights, ObjectRights, Profile},
    Children, Object, Schema,
    describe_field::describe_field,
    record_types,
};
use serde_json::{Map, Value, json};

/// `{"encoding","maxBatchSize","sobjects":[…]}`.
pub(crate) fn global(schema: &Schema, version: &str, rights: &Profile) -> Value {
    let seen = schema.objects().filter(|object| rights.on_object(&object.name).read);
    let entries: Vec<_> = seen.map(|object| Value::Object(entry(object, version, rights))).collect();
    json!({"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": entries})
}

/// An object as the global describe lists it.
pub(crate) fn entry(object: &Object, version: &str, rights: &Profile) -> Map<String, Value> {
    let mut entry = flags(object, rights.on_object(&object.name));
    let base = format!("/services/data/{version}/sobjects/{}", object.name);
    entry.insert("urls".into(), urls(&base));
    entry
}

/// One object in full, with the fields and children the rights let through. `host` is where its pages are.
pub(crate) fn object(schema: &Schema, object: &Object, version: &str, host: &str, rights: &Profile) -> Value {
    let may = rights.on_object(&object.name);
    let mut body = flags(object, may);
    let base = format!("/services/data/{version}/sobjects/{}", object.name);
    let mut urls = urls(&base);
    urls["uiDetailTemplate"] = json!(format!("{host}/{{ID}}"));
    urls["uiEditTemplate"] = json!(format!("{host}/{{ID}}/e"));
    urls["uiNewRecord"] = json!(format!("{host}/{}/e", object.prefix));
    urls["describe"] = json!(format!("{base}/describe"));
    let fields = object.fields().iter().filter_map(|field| {
        let on_field = rights.on_field(&object.name, &field.name);
        let full = on_field == FieldRights::Full;
        let settable = (full && may.create, full && may.edit);
        (on_field != FieldRights::Hidden).then(|| describe_field(object, field, settable))
    });
    let children = schema.children_of(&object.name).filter(|child| {
        rights.on_object(&child.object.name).read
            && rights.on_field(&child.object.name, &child.field.name) != FieldRights::Hidden
    });
    let more = json!({
        "actionOverrides": [],
        "childRelationships": children.map(child).collect::<Vec<_>>(),
        "compactLayoutable": true,
        "defaultImplementation": null,
        "extendedBy": null,
        "extendsInterfaces": null,
        "fields": fields.collect::<Vec<_>>(),
        "implementedBy": null,
        "implementsInterfaces": null,
        "listviewable": null,
        "lookupLayoutable": null,
        "namedLayoutInfos": [],
        "networkScopeFieldName": null,
        "recordTypeInfos": record_type_infos(object, &base),
        "searchLayoutable": true,
        "sobjectDescribeOption": "FULL",
        "supportedScopes": [
            {"label": format!("All {}", object.plural.to_lowercase()), "name": "everything"},
            {"label": format!("My {}", object.plural.to_lowercase()), "name": "mine"},
        ],
        "urls": urls,
    });
    if let Value::Object(more) = more {
        body.extend(more);
    }
    Value::Object(body)
}

fn flags(object: &Object, may: ObjectRights) -> Map<String, Value> {
    let crm = object.createable && object.updateable;
    let flags = json!({
        "activateable": false,
        "associateEntityType": null,
        "associateParentEntity": null,
        "createable": object.createable && may.create,
        "custom": object.custom(),
        "customSetting": false,
        "deepCloneable": false,
        "deletable": object.deletable && may.delete,
        "deprecatedAndHidden": false,
        "feedEnabled": false,
        "hasSubtypes": false,
        "isInterface": false,
        "isSubtype": false,
        "keyPrefix": object.prefix,
        "label": object.label,
        "labelPlural": object.plural,
        "layoutable": crm,
        "mergeable": matches!(object.name.as_str(), "Account" | "Contact" | "Lead"),
        "mruEnabled": crm,
        "name": object.name,
        "queryable": true,
        "replicateable": true,
        "retrieveable": true,
        "searchable": crm,
        "triggerable": crm,
        "undeletable": object.deletable && may.delete,
        "updateable": object.updateable && may.edit,
    });
    match flags {
        Value::Object(flags) => flags,
        _ => Map::new(),
    }
}

fn urls(base: &str) -> Value {
    json!({
        "compactLayouts": format!("{base}/describe/compactLayouts"),
        "rowTemplate": format!("{base}/{{ID}}"),
        "approvalLayouts": format!("{base}/describe/approvalLayouts"),
        "listviews": format!("{base}/listviews"),
        "describe": format!("{base}/describe"),
        "quickActions": format!("{base}/quickActions"),
        "layouts": format!("{base}/describe/layouts"),
        "sobject": base,
    })
}

fn child(child: Children<'_>) -> Value {
    json!({
        "cascadeDelete": child.field.required,
        "childSObject": child.object.name,
        "deprecatedAndHidden": false,
        "field": child.field.name,
        "junctionIdListNames": [],
        "junctionReferenceTo": [],
        "relationshipName": child.field.children,
        "restrictedDelete": false,
    })
}

/// The record types of an object, all of them available; the master is the default only where it is the only one.
fn record_type_infos(object: &Object, base: &str) -> Vec<Value> {
    let info = |id: &str, name: &str, developer_name: &str, default: bool| {
        json!({
            "active": true,
            "available": true,
            "defaultRecordTypeMapping": default,
            "developerName": developer_name,
            "master": id == record_types::MASTER,
            "name": name,
            "recordTypeId": id,
            "urls": {"layout": format!("{base}/describe/layouts/{id}")},
        })
    };
    let own = record_types::of(&object.name);
    let mut infos: Vec<_> =
        own.map(|kind| info(&kind.id(), kind.name, kind.developer_name, kind.default)).collect();
    infos.push(info(record_types::MASTER, "Master", "Master", infos.is_empty()));
    infos
}

#[cfg(test)]
mod tests {
    use super::super::TRANSCRIPT;
    use super::*;
    use crate::salesforce::org::Org;
    use std::sync::Arc;

    fn standard() -> Schema {
        let clock = Arc::new(bootstrap::SystemClock);
        Org::open("http://127.0.0.1", "sync@chatlink.example", None, false, clock).unwrap().schema
    }

    /// The keys of the reference's lists.
    const FIELD_KEYS: &str = "aggregatable aiPredictionField autoNumber byteLength calculated calculatedFormula cascadeDelete caseSensitive compoundFieldName controllerName createable custom defaultValue defaultValueFormula defaultedOnCreate dependentPicklist deprecatedAndHidden digits displayLocationInDecimal encrypted externalId extraTypeInfo filterable filteredLookupInfo formulaTreatNullNumberAsZero groupable highScaleNumber htmlFormatted idLookup inlineHelpText label length mask maskType name nameField namePointing nillable permissionable picklistValues polymorphicForeignKey precision queryByDistance referenceTargetField referenceTo relationshipName relationshipOrder restrictedDelete restrictedPicklist scale searchPrefilterable soapType sortable type unique updateable writeRequiresMasterRead";
    const OBJECT_KEYS: &str = "actionOverrides activateable associateEntityType associateParentEntity childRelationships compactLayoutable createable custom customSetting deepCloneable defaultImplementation deletable deprecatedAndHidden extendedBy extendsInterfaces feedEnabled fields hasSubtypes implementedBy implementsInterfaces isInterface isSubtype keyPrefix label labelPlural layoutable listviewable lookupLayoutable mergeable mruEnabled name namedLayoutInfos networkScopeFieldName queryable recordTypeInfos replicateable retrieveable searchLayoutable searchable sobjectDescribeOption supportedScopes triggerable undeletable updateable urls";

    fn keys(value: &Value) -> Vec<&str> {
        let mut keys: Vec<_> = value.as_object().unwrap().keys().map(String::as_str).collect();
        keys.sort_unstable();
        keys
    }

    #[test]
    fn describes_have_every_key() {
        let schema = standard();
        for known in schema.objects() {
            let described = object(&schema, known, "v67.0", "http://127.0.0.1", &Profile::default());
            assert_eq!(keys(&described), OBJECT_KEYS.split(' ').collect::<Vec<_>>(), "{}", known.name);
            for field in described["fields"].as_array().unwrap() {
                assert_eq!(keys(field), FIELD_KEYS.split(' ').collect::<Vec<_>>(), "{}", field["name"]);
            }
        }
    }

    #[test]
    fn a_hidden_field_is_absent_and_children_are_named() {
        let schema = standard();
        let transcript = schema.object(TRANSCRIPT).unwrap();
        let mut profile = Profile::default();
        profile.set_field(TRANSCRIPT, "Visitor__c", FieldRights::Hidden);
        let described = object(&schema, transcript, "v67.0", "", &profile);
        let names: Vec<_> =
            described["fields"].as_array().unwrap().iter().map(|field| &field["name"]).collect();
        assert!(names.contains(&&json!("Agent__c")) && !names.contains(&&json!("Visitor__c")));
        let contact = object(&schema, schema.object("contact").unwrap(), "v67.0", "", &profile);
        let children = contact["childRelationships"].as_array().unwrap();
        assert!(children.iter().any(|child| child["relationshipName"] == "LP_ChatTranscripts__r"));
    }
}
