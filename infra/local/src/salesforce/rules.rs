//! Rules the customer set up in this org: validation rules, and duplicate rules by e-mail address.

use super::{
    error::{ApiError, ApiResult},
    org::{Caller, Org},
    read,
    schema::Object,
    store::Row,
};
use serde_json::{Value, json};

/// A condition no record may meet, what the user is told, and the fields it is shown at.
struct ValidationRule {
    object: &'static str,
    violated: fn(&Row) -> bool,
    message: &'static str,
    fields: &'static [&'static str],
}

const VALIDATION: [ValidationRule; 3] = [
    ValidationRule {
        object: "Opportunity",
        violated: |row| row.get("Amount").and_then(Value::as_f64).is_some_and(|amount| amount < 0.0),
        message: "An opportunity cannot be worth less than nothing.",
        fields: &["Amount"],
    },
    ValidationRule {
        object: "Case",
        violated: |row| text(row, "Subject").is_some_and(|subject| subject.trim().is_empty()),
        message: "Write a subject a colleague can recognise the case by.",
        fields: &["Subject"],
    },
    ValidationRule {
        object: "Case",
        violated: |row| text(row, "Status") == Some("Escalated") && text(row, "Priority") == Some("Low"),
        message: "A case of low priority cannot be escalated.",
        fields: &[],
    },
];

fn text<'a>(row: &'a Row, name: &str) -> Option<&'a str> {
    row.get(name).and_then(Value::as_str)
}

/// Refuses a row that meets the condition of a validation rule.
pub(crate) fn validate(object: &str, row: &Row) -> ApiResult<()> {
    match VALIDATION.iter().find(|rule| rule.object == object && (rule.violated)(row)) {
        Some(rule) => Err(ApiError::row("FIELD_CUSTOM_VALIDATION_EXCEPTION", rule.message, rule.fields)),
        None => Ok(()),
    }
}

/// Two records of an object with one e-mail address.
struct DuplicateRule {
    object: &'static str,
    name: &'static str,
    matching: &'static str,
    /// Whoever insists may save.
    allow_save: bool,
    message: &'static str,
}

const DUPLICATES: [DuplicateRule; 2] = [
    DuplicateRule {
        object: "Contact",
        name: "Contacts_By_Email",
        matching: "Contact_Email",
        allow_save: true,
        message: "There is a contact with this e-mail address already. Use it, or save this one all the same.",
    },
    DuplicateRule {
        object: "Lead",
        name: "Leads_By_Email",
        matching: "Lead_Email",
        allow_save: false,
        message: "There is a lead with this e-mail address already. Use that one.",
    },
];

/// Refuses a row whose e-mail address another live record of the object has. `own` is the record being changed.
pub(crate) fn check_duplicates(
    org: &Org,
    caller: &Caller,
    object: &Object,
    row: &Row,
    own: Option<&str>,
) -> ApiResult<()> {
    let spared = org.profile(&caller.user).is_some_and(|profile| profile.skips_duplicate_rules);
    let rule = DUPLICATES.iter().find(|rule| rule.object == object.name);
    let (Some(rule), Some(email)) = (rule, text(row, "Email")) else { return Ok(()) };
    let wishes = &caller.wishes;
    if spared || !wishes.duplicate_rules || (rule.allow_save && wishes.save_duplicates) {
        return Ok(());
    }
    let same = org.store.find(&object.name, "Email", email).unwrap_or_default();
    let same: Vec<&String> = same.iter().filter(|id| Some(id.as_str()) != own).collect();
    if same.is_empty() {
        return Ok(());
    }
    let details = ["Id", object.name_field(), "Email"].map(str::to_owned);
    let fields = if wishes.record_details { &details[..] } else { &details[..1] };
    let seen = same.into_iter().filter_map(|id| org.store.live(&object.name, id));
    let seen = seen.filter(|row| org.sees(&caller.user, &object.name, row));
    let records: Vec<Value> = seen
        .filter_map(|row| read::record(org, caller, object, row, Some(fields)).ok())
        .map(|record| {
            json!({"additionalInformation": [], "fieldDiffs": [], "matchConfidence": 100.0, "record": record})
        })
        .collect();
    let result = json!({
        "allowSave": rule.allow_save,
        "duplicateRule": rule.name,
        "duplicateRuleEntityType": rule.object,
        "errorMessage": rule.message,
        "matchResults": [{
            "entityType": rule.object, "errors": [], "matchEngine": "ExactMatchEngine", "rule": rule.matching,
            "size": records.len(), "success": true, "matchRecords": records,
        }],
    });
    let error = ApiError::bad("DUPLICATES_DETECTED", rule.message);
    Err(ApiError { duplicates: Some(Box::new(result)), ..error })
}
