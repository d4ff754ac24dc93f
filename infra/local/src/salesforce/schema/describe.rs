//! Describes: every key a real org sends, for typed clients fail on a missing one.

use super::{Children, Object, Schema, describe_field::describe_field};
use serde_json::{Map, Value, json};

/// `{"encoding","maxBatchSize","sobjects":[…]}`.
pub(crate) fn global(schema: &Schema, version: &str) -> Value {
    let entries: Vec<_> = schema.objects().map(|object| Value::Object(entry(object, version))).collect();
    json!({"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": entries})
}

/// An object as the global describe lists it.
pub(crate) fn entry(object: &Object, version: &str) -> Map<String, Value> {
    let mut entry = flags(object);
    let base = format!("/services/data/{version}/sobjects/{}", object.name);
    entry.insert("urls".into(), urls(&base));
    entry
}

/// One object in full, with the fields `visible` lets through. `host` is where its pages are.
pub(crate) fn object(
    schema: &Schema,
    object: &Object,
    version: &str,
    host: &str,
    visible: impl Fn(&str) -> bool,
) -> Value {
    let mut body = flags(object);
    let base = format!("/services/data/{version}/sobjects/{}", object.name);
    let mut urls = urls(&base);
    urls["uiDetailTemplate"] = json!(format!("{host}/{{ID}}"));
    urls["uiEditTemplate"] = json!(format!("{host}/{{ID}}/e"));
    urls["uiNewRecord"] = json!(format!("{host}/{}/e", object.prefix));
    urls["describe"] = json!(format!("{base}/describe"));
    let fields = object.fields().iter().filter(|field| visible(&field.name));
    let more = json!({
        "actionOverrides": [],
        "childRelationships": schema.children_of(&object.name).map(child).collect::<Vec<_>>(),
        "compactLayoutable": true,
        "defaultImplementation": null,
        "extendedBy": null,
        "extendsInterfaces": null,
        "fields": fields.map(|field| describe_field(object, field)).collect::<Vec<_>>(),
        "implementedBy": null,
        "implementsInterfaces": null,
        "listviewable": null,
        "lookupLayoutable": null,
        "namedLayoutInfos": [],
        "networkScopeFieldName": null,
        "recordTypeInfos": [master_record_type(&base)],
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

fn flags(object: &Object) -> Map<String, Value> {
    let crm = object.createable && object.updateable;
    let flags = json!({
        "activateable": false,
        "associateEntityType": null,
        "associateParentEntity": null,
        "createable": object.createable,
        "custom": object.custom(),
        "customSetting": false,
        "deepCloneable": false,
        "deletable": object.deletable,
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
        "undeletable": object.deletable,
        "updateable": object.updateable,
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

fn master_record_type(base: &str) -> Value {
    json!({
        "active": true,
        "available": true,
        "defaultRecordTypeMapping": true,
        "developerName": "Master",
        "master": true,
        "name": "Master",
        "recordTypeId": "012000000000000AAA",
        "urls": {"layout": format!("{base}/describe/layouts/012000000000000AAA")},
    })
}

#[cfg(test)]
mod tests {
    use super::super::TRANSCRIPT;
    use super::*;

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
        let schema = Schema::standard();
        for known in schema.objects() {
            let described = object(&schema, known, "v67.0", "http://127.0.0.1", |_| true);
            assert_eq!(keys(&described), OBJECT_KEYS.split(' ').collect::<Vec<_>>(), "{}", known.name);
            for field in described["fields"].as_array().unwrap() {
                assert_eq!(keys(field), FIELD_KEYS.split(' ').collect::<Vec<_>>(), "{}", field["name"]);
            }
        }
    }

    #[test]
    fn a_hidden_field_is_absent_and_children_are_named() {
        let schema = Schema::standard();
        let transcript = schema.object(TRANSCRIPT).unwrap();
        let described = object(&schema, transcript, "v67.0", "", |name| name != "Visitor__c");
        let names: Vec<_> =
            described["fields"].as_array().unwrap().iter().map(|field| &field["name"]).collect();
        assert!(names.contains(&&json!("Agent__c")) && !names.contains(&&json!("Visitor__c")));
        let contact = object(&schema, schema.object("contact").unwrap(), "v67.0", "", |_| true);
        let children = contact["childRelationships"].as_array().unwrap();
        assert!(children.iter().any(|child| child["relationshipName"] == "LP_ChatTranscripts__r"));
    }
}
