//! Related lists and search filters.

use super::{assert_rows, assert_rows_against_the_org, assert_rows_of_the_org};
use crate::Code;
use serde_json::json;

#[test]
fn related_lists() {
    let (at, list) = ("objects[0].related_lists[0]", "/objects/0/related_lists/0");
    let (pointer, place) =
        (|member: &str| format!("{list}/{member}"), |member: &str| format!("{at}.{member}"));
    let again = json!({ "object": "case", "field": "AccountID", "columns": ["Subject"] });
    let many: Vec<String> = (0..11).map(|n| format!("Column_{n}__c")).collect();
    let bad = Code::ValueInvalid;
    assert_rows(&[
        (&pointer("object"), json!(""), &place("object"), bad, &["empty"]),
        (&pointer("field"), json!("Account Id"), &place("field"), bad, &["'Account Id'"]),
        (
            "/objects/0/related_lists/-",
            again,
            "objects[0].related_lists[1]",
            Code::ListedTwice,
            &["related_lists[0]"],
        ),
        (&pointer("columns"), json!([]), &place("columns"), bad, &["no column"]),
        (&pointer("columns"), json!(many), &place("columns"), bad, &["11 columns", "10"]),
        (&pointer("columns/1"), json!("Owner.Name"), &place("columns[1]"), bad, &["'Owner.Name'"]),
        (&pointer("columns/1"), json!("casenumber"), &place("columns[1]"), Code::ListedTwice, &["already"]),
        (&pointer("sort/field"), json!("-CreatedDate"), &place("sort.field"), bad, &["'-CreatedDate'"]),
        (&pointer("rows"), json!(0), &place("rows"), bad, &["0 rows", "1 to 200"]),
        (&pointer("rows"), json!(201), &place("rows"), bad, &["201 rows"]),
    ]);
    let gone = json!({ "object": "Gone__c", "field": "Account__c", "columns": ["Name"] });
    assert_rows_against_the_org(&[
        (
            "/objects/0/related_lists/-",
            gone,
            "objects[0].related_lists[1].object",
            Code::ObjectMissing,
            &["Gone__c"],
        ),
        (
            &pointer("field"),
            json!("Parent__c"),
            &place("field"),
            Code::ReferenceMissing,
            &["Case", "Parent__c"],
        ),
        (&pointer("field"), json!("ContactId"), &place("field"), Code::FieldUnfit, &["no lookup to Account"]),
        (&pointer("columns/1"), json!("Gone__c"), &place("columns[1]"), Code::ReferenceMissing, &["Gone__c"]),
        (
            &pointer("sort/field"),
            json!("Gone__c"),
            &place("sort.field"),
            Code::ReferenceMissing,
            &["Gone__c"],
        ),
        (
            &pointer("sort/field"),
            json!("Notes__c"),
            &place("sort.field"),
            Code::FieldUnfit,
            &["cannot sort", "textarea"],
        ),
    ]);
    assert_rows_of_the_org(&[(
        "/objects/1/child_relationships",
        json!([]),
        &place("field"),
        Code::FieldUnfit,
        &["no lookup to Account that Salesforce lists"],
    )]);
}

#[test]
fn search_filters() {
    let (at, list) = ("objects[0].search_filters", "/objects/0/search_filters");
    let same = json!({ "field": "recordtypeid", "operator": "equals", "value": "012000000000001AAA" });
    let bad = Code::ValueInvalid;
    assert_rows(&[
        (
            &format!("{list}/0/value"),
            json!(" "),
            &format!("{at}[0].value"),
            bad,
            &["no value", "RecordTypeId"],
        ),
        (
            &format!("{list}/-"),
            json!({ "field": "Name", "operator": "equals" }),
            &format!("{at}[1].value"),
            bad,
            &["no value"],
        ),
        (
            &format!("{list}/0/field"),
            json!("Record Type"),
            &format!("{at}[0].field"),
            bad,
            &["'Record Type'"],
        ),
        (&format!("{list}/-"), same, &format!("{at}[1]"), Code::ListedTwice, &["search_filters[0]"]),
    ]);
    let filter = |field: &str, operator: &str, value: &str| json!({ "field": field, "operator": operator, "value": value });
    let add = format!("{list}/-");
    let (operator, value, field) =
        (format!("{at}[1].operator"), format!("{at}[1].value"), format!("{at}[1].field"));
    let (case, case_value, case_operator) = (
        "/objects/1/search_filters/-",
        "objects[1].search_filters[2].value",
        "objects[1].search_filters[2].operator",
    );
    assert_rows_against_the_org(&[
        (&add, filter("Gone__c", "equals", "1"), &field, Code::ReferenceMissing, &["Gone__c"]),
        (&add, filter("Notes__c", "equals", "1"), &field, Code::FieldUnfit, &["cannot filter"]),
        (&add, filter("Photo__c", "equals", "1"), &field, Code::FieldUnfit, &["base64"]),
        (
            &add,
            filter("Vip__c", "contains", "true"),
            &operator,
            Code::OperatorUnfit,
            &["contains", "boolean", "equals, not_equals"],
        ),
        (&add, filter("Name", "less_than", "B"), &operator, Code::OperatorUnfit, &["starts_with"]),
        (&add, filter("Name", "includes", "B"), &operator, Code::OperatorUnfit, &["includes"]),
        (
            &add,
            filter("RecordTypeId", "starts_with", "012000000000001"),
            &operator,
            Code::OperatorUnfit,
            &["reference"],
        ),
        (case, filter("Priority", "contains", "Hi"), case_operator, Code::OperatorUnfit, &["picklist"]),
        (
            case,
            filter("Due__c", "starts_with", "2026-01-01"),
            case_operator,
            Code::OperatorUnfit,
            &["greater_or_equal"],
        ),
        (&add, filter("Vip__c", "equals", "yes"), &value, Code::ValueUnfit, &["'yes'", "true or false"]),
        (&add, filter("Employees__c", "equals", "1.5"), &value, Code::ValueUnfit, &["whole number"]),
        (&add, filter("Rate__c", "less_than", "1,5"), &value, Code::ValueUnfit, &["12.5"]),
        (&add, filter("Rate__c", "less_than", "NaN"), &value, Code::ValueUnfit, &["a number"]),
        (&add, filter("RecordTypeId", "equals", "Partner"), &value, Code::ValueUnfit, &["id of 15 or 18"]),
        (case, filter("Due__c", "equals", "2026-02-30"), case_value, Code::ValueUnfit, &["2026-03-01"]),
        (case, filter("Due__c", "equals", "20260201"), case_value, Code::ValueUnfit, &["a day"]),
        (case, filter("Opened__c", "equals", "2026-02-01"), case_value, Code::ValueUnfit, &["an instant"]),
        (
            "/objects/2/search_filters/0/operator",
            json!("contains"),
            "objects[2].search_filters[0].operator",
            Code::OperatorUnfit,
            &["excludes"],
        ),
    ]);
}
