//! The account, the login, schedules, limits, the transcript's fields, and the form of all.

use super::{
    Row, assert_only, assert_rows, assert_rows_against_the_org, assert_rows_of_the_org, edit, problems,
    samples,
};
use crate::Code;
use serde_json::{Value, json};

#[test]
fn account_and_login() {
    let bad = Code::ValueInvalid;
    assert_rows(&[
        ("/account", json!(""), "account", bad, &["empty", "le12345678"]),
        ("/account", json!("le 40"), "account", bad, &["'le 40'", "letters and digits"]),
        ("/account", json!("l".repeat(41)), "account", bad, &["letters and digits"]),
        ("/terms/by", json!(" "), "terms.by", bad, &["user name"]),
        ("/salesforce/login_url", json!(""), "salesforce.login_url", bad, &["empty", "https://"]),
        (
            "/salesforce/login_url",
            json!("http://harbour.example.com"),
            "salesforce.login_url",
            bad,
            &["https://"],
        ),
        (
            "/salesforce/login_url",
            json!("https://harbour.example.com/x"),
            "salesforce.login_url",
            bad,
            &["a host"],
        ),
        ("/salesforce/login_url", json!("https://a@b.example.com"), "salesforce.login_url", bad, &["a host"]),
        ("/salesforce/login_url", json!("https://-a.example.com"), "salesforce.login_url", bad, &["a host"]),
        ("/salesforce/login_url", json!("https://a.example.com:x"), "salesforce.login_url", bad, &["a host"]),
        ("/salesforce/api_version", json!("67.0"), "salesforce.api_version", bad, &["'67.0'", "v67.0"]),
        ("/salesforce/api_version", json!("v67"), "salesforce.api_version", bad, &["'v67'", "v67.0"]),
        ("/salesforce/api_version", json!("v20.0"), "salesforce.api_version", bad, &["retired", "v20.0"]),
        (
            "/salesforce/flow/jwt_bearer/client_id",
            json!(""),
            "salesforce.flow.jwt_bearer.client_id",
            bad,
            &["consumer key"],
        ),
        (
            "/salesforce/flow/jwt_bearer/username",
            json!("sync"),
            "salesforce.flow.jwt_bearer.username",
            bad,
            &["'sync'", "e-mail"],
        ),
        (
            "/salesforce/flow/jwt_bearer/audience",
            json!("login"),
            "salesforce.flow.jwt_bearer.audience",
            bad,
            &["'login'"],
        ),
        (
            "/salesforce/flow",
            json!({ "client_credentials": { "client_id": " " } }),
            "salesforce.flow.client_credentials.client_id",
            bad,
            &["consumer key"],
        ),
    ]);
}

#[test]
fn client_credentials_need_the_orgs_own_host() {
    let mut document = samples::document();
    edit(&mut document, "/salesforce/flow", &json!({ "client_credentials": { "client_id": "key-2" } }));
    assert_eq!(problems(&document, None), []);
    edit(&mut document, "/salesforce/login_url", &json!("https://login.salesforce.com"));
    let row: Row<'_> =
        ("", Value::Null, "salesforce.login_url", Code::SettingUnfit, &["own host", "My Domain"]);
    assert_only(&row, &problems(&document, None));
}

#[test]
fn a_stack_on_this_machine_may_have_no_certificate() {
    for url in ["http://127.0.0.1:8082", "http://localhost:8082/", "https://acme.my.salesforce.com/"] {
        let mut document = samples::document();
        edit(&mut document, "/salesforce/login_url", &json!(url));
        assert_eq!(problems(&document, None), [], "{url}");
    }
}

#[test]
fn schedules_and_limits() {
    let (bad, schedule) = (Code::ValueInvalid, Code::ScheduleInvalid);
    assert_rows(&[
        ("/schedules/daily/hour", json!(24), "schedules.daily.hour", schedule, &["24", "0 to 23"]),
        ("/schedules/daily/zone", json!(""), "schedules.daily.zone", schedule, &["empty", "Europe/Berlin"]),
        (
            "/schedules/daily/zone",
            json!("Europe/Lisbo"),
            "schedules.daily.zone",
            schedule,
            &["Europe/Lisbon?"],
        ),
        ("/schedules/daily/zone", json!("+01:00"), "schedules.daily.zone", schedule, &["offset"]),
        ("/limits/api_share", json!(0), "limits.api_share", bad, &["0 percent", "1 to 100"]),
        ("/limits/api_share", json!(101), "limits.api_share", bad, &["101 percent"]),
        ("/limits/log_days", json!(0), "limits.log_days", bad, &["1 to 400"]),
        ("/limits/log_days", json!(401), "limits.log_days", bad, &["401 days"]),
    ]);
}

#[test]
fn the_form_of_the_document() {
    let form = Code::ConfigurationMalformed;
    assert_rows(&[
        ("/colour", json!("blue"), "colour", form, &["colour", "line"]),
        ("/widget/colour", json!("blue"), "widget.colour", form, &["colour"]),
        ("/objects/1/colour", json!("blue"), "objects[1].colour", form, &["colour"]),
        ("/skills/0/colour", json!("blue"), "skills[0].colour", form, &["colour"]),
        ("/limits/api_share", json!("30"), "limits.api_share", form, &["invalid type"]),
        ("/limits/api_share", json!(300), "limits.api_share", form, &["300"]),
        ("/transcript/save_mode", json!("nowhere"), "transcript.save_mode", form, &["nowhere", "attachment"]),
        ("/terms", json!({ "by": "a", "at": "yesterday" }), "terms.at", form, &["year"]),
        (
            "/objects/1/search_filters/0/operator",
            json!("like"),
            "objects[1].search_filters[0].operator",
            form,
            &["like", "contains"],
        ),
        (
            "/objects/1/field_mappings/0/editability",
            json!("never"),
            "objects[1].field_mappings[0].editability",
            form,
            &["never", "read_only"],
        ),
        (
            "/objects/1/field_mappings/1/value",
            json!({ "other": { "chat": "x" } }),
            "objects[1].field_mappings[1].value.other.chat",
            form,
            &["chat_api"],
        ),
        (
            "/objects/1/field_mappings/1/value",
            json!("Subject"),
            "objects[1].field_mappings[1].value",
            form,
            &["predefined", "none"],
        ),
        (
            "/field_mappings/1/value",
            json!({ "chat": "x" }),
            "field_mappings[1].value.chat",
            form,
            &["chat_api"],
        ),
        (
            "/objects/0/related_lists/0",
            json!({ "object": "Case" }),
            "objects[0].related_lists[0]",
            form,
            &["missing field"],
        ),
        (
            "/skills/0/default_screen",
            json!("home"),
            "skills[0].default_screen",
            form,
            &["home", "people_search"],
        ),
    ]);
}

#[test]
fn fields_of_the_transcript() {
    let bad = Code::ValueInvalid;
    let twice = json!({ "field": "order_ID__c", "value": "Skill" });
    assert_rows(&[
        ("/field_mappings/0/field", json!(""), "field_mappings[0].field", Code::FieldNameInvalid, &["empty"]),
        (
            "/field_mappings/0/field",
            json!("Visitor E-mail"),
            "field_mappings[0].field",
            Code::FieldNameInvalid,
            &["'Visitor E-mail'", "letters"],
        ),
        (
            "/field_mappings/0/field",
            json!("1st__c"),
            "field_mappings[0].field",
            Code::FieldNameInvalid,
            &["begins with a letter"],
        ),
        (
            "/field_mappings/-",
            twice,
            "field_mappings[2].field",
            Code::FieldMappedTwice,
            &["order_ID__c", "field_mappings[1]"],
        ),
        ("/field_mappings/0/value", json!(" "), "field_mappings[0].value", bad, &["label is empty"]),
        ("/field_mappings/1/value", json!({}), "field_mappings[1].value", bad, &["none of the four sides"]),
    ]);
    let field = |name: &str| json!({ "field": name, "value": "Skill" });
    let path = "field_mappings[1].field";
    assert_rows_against_the_org(&[
        (
            "/field_mappings/1",
            field("Gone__c"),
            path,
            Code::FieldMissing,
            &["no longer has", "Gone__c", "take the mapping out"],
        ),
        (
            "/field_mappings/1",
            field("Name"),
            path,
            Code::FieldReadOnly,
            &["not a custom field", "choose another"],
        ),
        ("/field_mappings/1", field("Contact__c"), path, Code::FieldReadOnly, &["reference"]),
        ("/field_mappings/1", field("Sum__c"), path, Code::FieldReadOnly, &["may not write it"]),
    ]);
    assert_rows_of_the_org(&[(
        "/objects/0/name",
        json!("Another__c"),
        "field_mappings",
        Code::ObjectMissing,
        &["install the metadata"],
    )]);
}
