//! What Salesforce says when it refuses: an array of errors for REST, a list inside the element for collections.

use super::fault::WORDS;
use serde_json::{Value, json};

/// One refusal, with the HTTP status it has when it answers a whole call.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ApiError {
    pub(crate) status: u16,
    pub(crate) code: String,
    pub(crate) message: String,
    pub(crate) fields: Option<Vec<String>>,
    /// What a duplicate rule found.
    pub(crate) duplicates: Option<Box<Value>>,
}

pub(crate) type ApiResult<T> = Result<T, ApiError>;

impl ApiError {
    /// A refusal about the request.
    pub(crate) fn new(status: u16, code: &str, message: impl Into<String>) -> Self {
        ApiError { status, code: code.to_owned(), message: message.into(), fields: None, duplicates: None }
    }

    /// A refusal with 400.
    pub(crate) fn bad(code: &str, message: impl Into<String>) -> Self {
        ApiError::new(400, code, message)
    }

    /// A refusal about a row: `fields` is present, perhaps empty.
    pub(crate) fn row(code: &str, message: impl Into<String>, fields: &[&str]) -> Self {
        let fields = fields.iter().map(|&name| name.to_owned()).collect();
        ApiError { fields: Some(fields), ..ApiError::bad(code, message) }
    }

    pub(crate) fn not_found() -> Self {
        ApiError::new(404, "NOT_FOUND", "The requested resource does not exist")
    }

    pub(crate) fn method_not_allowed(method: &str, allowed: &str) -> Self {
        let message = format!("HTTP Method '{method}' not allowed. Allowed are {allowed}");
        ApiError::new(405, "METHOD_NOT_ALLOWED", message)
    }

    pub(crate) fn no_column(field: &str, object: &str) -> Self {
        ApiError::bad("INVALID_FIELD", format!("No such column '{field}' on sobject of type {object}"))
    }

    pub(crate) fn json(message: impl Into<String>) -> Self {
        ApiError::bad("JSON_PARSER_ERROR", message)
    }

    /// A code injected by a fault, with the words and status a real org would give it.
    pub(crate) fn injected(code: &str, field: Option<&str>) -> Self {
        if code == "CONCURRENT_LIMIT" {
            let message = "ConcurrentRequests (Concurrent API Requests) Limit exceeded.";
            return ApiError::new(403, "REQUEST_LIMIT_EXCEEDED", message);
        }
        let words = WORDS.iter().find(|(known, ..)| *known == code);
        let (_, status, message) = words.copied().unwrap_or((code, 400, "refused on demand"));
        let message = message.replace("{}", field.unwrap_or("a field"));
        let named = if code == "INVALID_FIELD" { &[] } else { field.as_slice() };
        ApiError { status, ..ApiError::row(code, message, named) }
    }

    /// What Salesforce adds to a single record that a duplicate rule stopped. It misspells the member's name.
    fn duplicate_result(&self) -> Option<(&'static str, Value)> {
        let member = match self.code.as_str() {
            "DUPLICATES_DETECTED" => "duplicateResut",
            "DUPLICATES_DETECTED=spelt" => "duplicateResult",
            _ => return None,
        };
        if let Some(found) = &self.duplicates {
            return Some((member, Value::clone(found)));
        }
        let result = json!({
            "allowSave": true, "duplicateRule": "Everyone_Once", "duplicateRuleEntityType": "Contact",
            "errorMessage": self.message,
            "matchResults": [{
                "entityType": "Contact", "errors": [], "matchEngine": "ExactMatchEngine", "matchRecords": [],
                "rule": "Same_Email", "size": 0, "success": true,
            }],
        });
        Some((member, result))
    }

    fn code(&self) -> &str {
        self.code.split_once('=').map_or(&self.code, |(code, _)| code)
    }

    /// As an element of the array that answers a REST call.
    pub(crate) fn to_rest(&self) -> Value {
        let mut body = json!({"message": self.message, "errorCode": self.code()});
        if let Some(fields) = &self.fields {
            body["fields"] = json!(fields);
        }
        if let Some((member, result)) = self.duplicate_result() {
            body[member] = result;
        }
        body
    }

    /// As an element of `errors` in a collections or tree answer.
    pub(crate) fn to_element(&self) -> Value {
        json!({
            "statusCode": self.code(),
            "message": self.message,
            "fields": self.fields.as_deref().unwrap_or_default(),
        })
    }
}
