//! The selected objects and the fields agents see.

use super::{assert_rows, assert_rows_against_the_org, assert_rows_of_the_org};
use crate::Code;
use serde_json::{Value, json};

#[test]
fn settings_of_objects() {
    let unfit = Code::SettingUnfit;
    let account_again = json!({ "object": "account" });
    assert_rows(&[
        (
            "/objects/-",
            json!({ "object": "Pol icy" }),
            "objects[3].object",
            Code::ValueInvalid,
            &["'Pol icy'"],
        ),
        ("/objects/-", account_again, "objects[3].object", Code::ListedTwice, &["objects[0]"]),
        (
            "/objects/-",
            json!({ "object": "LP_ChatTranscript__c" }),
            "objects[3].object",
            unfit,
            &["sync writes"],
        ),
        (
            "/objects/1/allow_creation",
            json!(true),
            "objects[1].allow_creation",
            unfit,
            &["Account and Contact", "Case"],
        ),
        (
            "/objects/0/use_assignment_rules",
            json!(true),
            "objects[0].use_assignment_rules",
            unfit,
            &["Lead and Case"],
        ),
        ("/objects/0/let_user_decide", json!(true), "objects[0].let_user_decide", unfit, &["Lead and Case"]),
        (
            "/objects/1/use_assignment_rules",
            json!(false),
            "objects[1].let_user_decide",
            unfit,
            &["use_assignment_rules is off"],
        ),
        (
            "/objects/0/account_mandatory",
            json!(true),
            "objects[0].account_mandatory",
            unfit,
            &["Opportunity"],
        ),
        (
            "/objects/0/contact_mandatory",
            json!(true),
            "objects[0].contact_mandatory",
            unfit,
            &["Case and custom"],
        ),
        (
            "/objects/1/account_field",
            json!("AccountId"),
            "objects[1].account_field",
            unfit,
            &["custom objects"],
        ),
        (
            "/objects/1/contact_field",
            json!("ContactId"),
            "objects[1].contact_field",
            unfit,
            &["custom objects"],
        ),
        (
            "/objects/2/account_field",
            Value::Null,
            "objects[2].account_field",
            unfit,
            &["account is mandatory", "account_mandatory off"],
        ),
        (
            "/objects/2/account_field",
            json!("Hol der"),
            "objects[2].account_field",
            Code::ValueInvalid,
            &["'Hol der'"],
        ),
    ]);
    let without =
        json!({ "object": "Policy__c", "contact_mandatory": true, "field_mappings": [{ "field": "Name" }] });
    assert_rows(&[(
        "/objects/2",
        without,
        "objects[2].contact_field",
        unfit,
        &["a contact is mandatory", "contact_mandatory off"],
    )]);
    assert_rows_against_the_org(&[
        (
            "/objects/2/account_field",
            json!("Owner__c"),
            "objects[2].account_field",
            Code::ReferenceMissing,
            &["Owner__c", "no longer"],
        ),
        (
            "/objects/2/account_field",
            json!("Insured__c"),
            "objects[2].account_field",
            Code::FieldUnfit,
            &["no lookup to Account"],
        ),
        (
            "/objects/2/contact_field",
            json!("Holder__c"),
            "objects[2].contact_field",
            Code::FieldUnfit,
            &["no lookup to Contact"],
        ),
    ]);
    assert_rows_of_the_org(&[
        (
            "/objects/1/createable",
            json!(false),
            "objects[0].allow_creation",
            Code::NotPermitted,
            &["allow_creation off"],
        ),
        (
            "/objects/3/name",
            json!("Plan__c"),
            "objects[2].object",
            Code::ObjectMissing,
            &["Policy__c", "take it out"],
        ),
    ]);
}

#[test]
fn fields_of_objects() {
    let unfit = Code::SettingUnfit;
    let at = "objects[1].field_mappings";
    let place = |member: &str| format!("{at}[0].{member}");
    let fields = "/objects/1/field_mappings";
    assert_rows(&[
        (
            &format!("{fields}/0/field"),
            json!("Case Number"),
            &place("field"),
            Code::FieldNameInvalid,
            &["'Case Number'"],
        ),
        (
            &format!("{fields}/-"),
            json!({ "field": "SUBJECT" }),
            &format!("{at}[4].field"),
            Code::FieldMappedTwice,
            &["field_mappings[1]"],
        ),
        (
            &format!("{fields}/0/required"),
            json!(true),
            &place("required"),
            unfit,
            &["read_only", "do not require"],
        ),
        (&format!("{fields}/0/default"), json!("7"), &place("default"), unfit, &["never be written"]),
        (
            &format!("{fields}/2/default"),
            json!(""),
            &format!("{at}[2].default"),
            Code::ValueInvalid,
            &["empty", "null"],
        ),
        (
            &format!("{fields}/1/value"),
            json!({ "other": {} }),
            &format!("{at}[1].value.other"),
            Code::ValueInvalid,
            &["four sides"],
        ),
        (
            &format!("{fields}/1/value"),
            json!({ "predefined": "" }),
            &format!("{at}[1].value.predefined"),
            Code::ValueInvalid,
            &["label is empty"],
        ),
    ]);
    let once = json!({ "field": "Once__c" });
    let read_only = json!({ "field": "CreatedDate" });
    let on_create = json!({ "field": "CreatedDate", "editability": "on_create_only" });
    let photo = json!({ "field": "Photo__c", "overview": true });
    let default = |field: &str, text: &str| json!({ "field": field, "default": text });
    let long = "x".repeat(81);
    let add = format!("{fields}/-");
    let (editability, in_default) = (format!("{at}[4].editability"), format!("{at}[4].default"));
    assert_rows_against_the_org(&[
        (
            &add,
            json!({ "field": "Gone__c" }),
            &format!("{at}[4].field"),
            Code::FieldMissing,
            &["Case no longer", "Gone__c", "take the mapping out"],
        ),
        (&add, once, &editability, Code::NotPermitted, &["Once__c", "on_create_only"]),
        (&add, read_only, &editability, Code::NotPermitted, &["choose read_only"]),
        (
            &add,
            on_create,
            &editability,
            Code::NotPermitted,
            &["when a record is created", "choose read_only"],
        ),
        (&add, default("Opened__c", "2026-03-01"), &in_default, Code::ValueUnfit, &["instant"]),
        (&add, default("AccountId", "Harbour"), &in_default, Code::ValueUnfit, &["id of 15 or 18"]),
        (
            &format!("{fields}/1/default"),
            json!(long),
            &format!("{at}[1].default"),
            Code::ValueUnfit,
            &["81 characters", "takes 80"],
        ),
        (
            &format!("{fields}/2/default"),
            json!("Urgent"),
            &format!("{at}[2].default"),
            Code::ValueUnfit,
            &["'Urgent'", "none of the field's values"],
        ),
        (
            "/objects/0/field_mappings/1/default",
            json!("ten"),
            "objects[0].field_mappings[1].default",
            Code::ValueUnfit,
            &["whole number"],
        ),
        (
            "/objects/0/field_mappings/-",
            default("Vip__c", "yes"),
            "objects[0].field_mappings[2].default",
            Code::ValueUnfit,
            &["true or false"],
        ),
        (
            "/objects/0/field_mappings/-",
            photo,
            "objects[0].field_mappings[2].overview",
            Code::FieldUnfit,
            &["base64"],
        ),
    ]);
}
