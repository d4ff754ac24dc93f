//! A configuration in which nothing is wrong, and the org and account it fits.

use serde_json::{Value, json};

pub(crate) fn document() -> Value {
    json!({
        "account": "le40040004",
        "terms": { "by": "admin@harbour.example.com", "at": "2026-03-01T09:00:00Z" },
        "salesforce": {
            "login_url": "https://harbour.my.salesforce.example.com",
            "api_version": "v67.0",
            "flow": { "jwt_bearer": {
                "client_id": "key-1", "username": "sync@harbour.example.com",
                "audience": "https://login.salesforce.com" } },
        },
        "transcript": { "save_mode": "both", "redaction": ["email"] },
        "schedules": { "periodic": true, "daily": { "hour": 3, "zone": "Europe/Lisbon" } },
        "limits": { "api_share": 30, "log_days": 60 },
        "field_mappings": [
            { "field": "Visitor_Email__c", "value": "Visitor Email" },
            { "field": "Order_Id__c", "value": { "chat_api": "info.order" } },
        ],
        "widget": { "disable_search_edits": true },
        "objects": [
            { "object": "Account", "allow_creation": true, "field_mappings": [
                { "field": "Name", "value": { "predefined": "Company" }, "required": true, "overview": true },
                { "field": "Employees__c", "default": "10" } ],
              "related_lists": [
                { "object": "Case", "field": "AccountId", "columns": ["CaseNumber", "Subject"],
                  "sort": { "field": "CreatedDate", "descending": true }, "rows": 20 } ],
              "search_filters": [{ "field": "RecordTypeId", "operator": "equals", "value": "012000000000001AAA" }] },
            { "object": "Case", "use_assignment_rules": true, "let_user_decide": true, "account_mandatory": true,
              "contact_mandatory": true, "field_mappings": [
                { "field": "CaseNumber", "editability": "read_only", "overview": true },
                { "field": "Subject", "value": { "other": { "chat_sdk": "chatInfo.subject" } } },
                { "field": "Priority", "editability": "on_create_only", "default": "High" },
                { "field": "Due__c", "value": "none" } ],
              "search_filters": [
                { "field": "Due__c", "operator": "greater_or_equal", "value": "2026-01-01" },
                { "field": "Due__c", "operator": "less_than", "value": "2027-01-01" } ] },
            { "object": "Policy__c", "account_mandatory": true, "account_field": "Holder__c",
              "contact_field": "Insured__c", "field_mappings": [{ "field": "Name" }],
              "search_filters": [{ "field": "Covers__c", "operator": "includes", "value": "Fire;Water" }] },
        ],
        "skills": [
            { "skill": "1234", "name": "Billing", "objects": ["Account", "Case"],
              "default_screen": { "search": "Case" }, "search_values": ["Visitor Email", "Customer ID"] },
            { "skill": "1300", "name": "Claims", "objects": ["Policy__c", "Account"],
              "default_screen": { "create": "Account" }, "service_console": true },
        ],
    })
}

/// A field that may do everything, changed by what differs.
fn field(name: &str, field_type: &str, differs: &Value) -> Value {
    let length = if ["string", "textarea", "email"].contains(&field_type) { 80 } else { 0 };
    let mut field = json!({ "name": name, "type": field_type, "length": length, "createable": true,
        "updateable": true, "nillable": true, "filterable": true, "sortable": true });
    let differs = differs.as_object().cloned().unwrap_or_default();
    field.as_object_mut().unwrap().extend(differs);
    field
}

pub(crate) fn facts() -> Value {
    let plain = |name, field_type| field(name, field_type, &Value::Null);
    let lookup = |name, to: &str| field(name, "reference", &json!({ "reference_to": [to] }));
    let read_only = json!({ "createable": false, "updateable": false });
    json!({
        "objects": [
            { "name": "LP_ChatTranscript__c", "createable": true, "fields": [
                plain("Visitor_Email__c", "email"), plain("Order_Id__c", "string"), plain("Name", "string"),
                lookup("Contact__c", "Contact"), field("Sum__c", "currency", &read_only) ] },
            { "name": "Account", "createable": true,
              "fields": [
                plain("Name", "string"), plain("Employees__c", "int"), lookup("RecordTypeId", "RecordType"),
                plain("Photo__c", "base64"), plain("Rate__c", "percent"), plain("Vip__c", "boolean"),
                field("Notes__c", "textarea", &json!({ "filterable": false, "sortable": false })) ],
              "child_relationships": [{ "object": "Case", "field": "AccountId" }] },
            { "name": "Case", "createable": true, "fields": [
                field("CaseNumber", "string", &read_only), plain("Subject", "string"),
                field("Priority", "picklist", &json!({ "picklist": ["High", "Low"] })),
                plain("Due__c", "date"), plain("Opened__c", "datetime"), field("CreatedDate", "datetime", &read_only),
                lookup("AccountId", "Account"), lookup("ContactId", "Contact"),
                field("Once__c", "string", &json!({ "updateable": false })),
                field("Notes__c", "textarea", &json!({ "filterable": false, "sortable": false })) ] },
            { "name": "Policy__c", "createable": true, "fields": [
                plain("Name", "string"), lookup("Holder__c", "Account"), lookup("Insured__c", "Contact"),
                field("Covers__c", "multipicklist", &json!({ "picklist": ["Fire", "Water", "Theft"] })) ] },
        ],
        "skills": [{ "skill": "1234", "name": "Billing" }, { "skill": "1300", "name": "Claims" }],
    })
}
