//! What goes wrong with the rows of a call, by the word of a fault.

use super::{
    error::{ApiError, ApiResult},
    store::Row,
};
use std::cell::Cell;

/// A Salesforce error code and what it hits.
///
/// `CODE` hits every row, `CODE=3` every third, `CODE=over-50` the rows of a collection of more than fifty, and
/// `CODE=Skill__c` the rows that set that field. `CODE=call` refuses the whole call, `CODE=call-Skill__c` a whole collection
/// with a row that sets that field. `DUPLICATES_DETECTED=spelt` spells the member right that Salesforce misspells.
#[derive(Debug, Default)]
pub(crate) struct RowFault {
    code: String,
    hits: Hits,
    rows: Cell<u64>,
    together: Cell<usize>,
}

#[derive(Debug, Default, PartialEq)]
enum Hits {
    #[default]
    Nothing,
    Every(u64),
    Over(usize),
    Field(String),
    Call,
    CallWith(String),
}

impl RowFault {
    pub(crate) fn of(word: &str) -> RowFault {
        let (code, what) = word.split_once('=').unwrap_or((word, "1"));
        let hits = match (what.parse(), what.split_once('-')) {
            (Ok(nth @ 1..), _) => Hits::Every(nth),
            (_, Some(("over", rows))) => rows.parse().map_or(Hits::Every(1), Hits::Over),
            (_, Some(("call", field))) => Hits::CallWith(field.to_owned()),
            _ if what == "call" => Hits::Call,
            _ if code == "DUPLICATES_DETECTED" && what == "spelt" => Hits::Every(1),
            _ if what.starts_with(|c: char| c.is_ascii_alphabetic()) => Hits::Field(what.to_owned()),
            _ => Hits::Every(1),
        };
        let code = if what == "spelt" { word } else { code };
        RowFault { code: code.to_owned(), hits, ..RowFault::default() }
    }

    /// For a whole call.
    pub(crate) fn check_call(&self) -> ApiResult<()> {
        if self.hits == Hits::Call { Err(ApiError::injected(&self.code, None)) } else { Ok(()) }
    }

    /// For a collection before its rows; remembers how many they are.
    pub(crate) fn check_collection<'r>(&self, rows: impl ExactSizeIterator<Item = &'r Row>) -> ApiResult<()> {
        self.together.set(rows.len());
        match &self.hits {
            Hits::CallWith(field) if { rows }.any(|row| sets(row, field)) => {
                Err(ApiError { fields: None, ..ApiError::injected(&self.code, Some(field)) })
            }
            _ => Ok(()),
        }
    }

    /// For one row more; a deleted one has no body.
    pub(crate) fn check_row(&self, body: Option<&Row>) -> ApiResult<()> {
        self.rows.set(self.rows.get() + 1);
        let refused = |field: Option<&str>| Err(ApiError::injected(&self.code, field));
        match &self.hits {
            Hits::Every(nth) if self.rows.get().is_multiple_of(*nth) => refused(None),
            Hits::Over(rows) if self.together.get() > *rows => refused(None),
            Hits::Field(field) if body.is_some_and(|row| sets(row, field)) => refused(Some(field)),
            _ => Ok(()),
        }
    }
}

fn sets(row: &Row, field: &str) -> bool {
    row.keys().any(|name| name.eq_ignore_ascii_case(field))
}

/// Code, HTTP status of a single call, and the words an org has for it; `{}` is the field.
pub(crate) const WORDS: &[(&str, u16, &str)] = &[
    ("ALL_OR_NONE_OPERATION_ROLLED_BACK", 400, "Record rolled back because not all records were valid"),
    ("API_DISABLED_FOR_ORG", 403, "API is not enabled for this organization"),
    (
        "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
        400,
        "OurTrigger: execution of AfterUpdate caused by: System.LimitException: Too many SOQL queries: 101",
    ),
    ("DUPLICATES_DETECTED", 400, "You're creating a duplicate record."),
    ("DUPLICATES_DETECTED=spelt", 400, "You're creating a duplicate record."),
    ("DUPLICATE_EXTERNAL_ID", 400, "more than one record found for external id field"),
    (
        "DUPLICATE_VALUE",
        400,
        "duplicate value found: Conversation_Id__c duplicates value on record with id: a0TLk0000000001",
    ),
    ("ENTITY_IS_DELETED", 404, "entity is deleted"),
    ("ENTITY_IS_LOCKED", 400, "the entity is locked for editing"),
    ("EXCEEDED_MAX_SIZE_REQUEST", 413, "The request exceeds the maximum size"),
    ("FIELD_CUSTOM_VALIDATION_EXCEPTION", 400, "A validation rule of this org refused the record"),
    (
        "FIELD_FILTER_VALIDATION_EXCEPTION",
        400,
        "Value does not exist or does not match filter criteria for {}.",
    ),
    ("FIELD_INTEGRITY_EXCEPTION", 400, "There is a problem with the values of {}"),
    (
        "INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE",
        503,
        "Inserts are not allowed during maintenance",
    ),
    ("INSUFFICIENT_ACCESS", 403, "insufficient access rights on object id"),
    (
        "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY",
        400,
        "insufficient access rights on cross-reference id",
    ),
    ("INSUFFICIENT_ACCESS_OR_READONLY", 403, "insufficient access rights on object id"),
    ("INTERNAL_ERROR", 500, "An internal error occurred. ErrorId: 1400000000-2 (3)"),
    ("INVALID_CROSS_REFERENCE_KEY", 400, "invalid cross reference id"),
    ("INVALID_EMAIL_ADDRESS", 400, "{}: invalid email address"),
    ("INVALID_FIELD", 400, "No such column '{}' on sobject of type LP_ChatTranscript__c"),
    (
        "INVALID_FIELD_FOR_INSERT_UPDATE",
        400,
        "Unable to create/update fields: {}. Please check the security settings of this field and verify that it is read/write for your profile or permission set.",
    ),
    ("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", 400, "{}: bad value for restricted picklist field"),
    ("INVALID_TYPE", 400, "sObject type 'LP_ChatTranscript__c' is not supported."),
    ("INVALID_TYPE_ON_FIELD_IN_RECORD", 400, "{}: value not of required type"),
    ("MALFORMED_ID", 400, "{}: id value of incorrect type"),
    ("NUMBER_OUTSIDE_VALID_RANGE", 400, "{}: value outside of valid range on numeric field"),
    ("OPERATION_TOO_LARGE", 400, "exceeded 100000 distinct ids"),
    ("PROCESSING_HALTED", 400, "The transaction was rolled back since another operation failed."),
    ("QUERY_TIMEOUT", 400, "Your query request was running for too long."),
    ("REQUEST_LIMIT_EXCEEDED", 403, "TotalRequests Limit exceeded."),
    ("REQUEST_RUNNING_TOO_LONG", 503, "Your request was running for too long, and has been stopped."),
    ("REQUIRED_FIELD_MISSING", 400, "Required fields are missing: [{}]"),
    ("SERVER_UNAVAILABLE", 503, "The server is temporarily unavailable"),
    ("STORAGE_LIMIT_EXCEEDED", 400, "storage limit exceeded"),
    ("STRING_TOO_LONG", 400, "{}: data value too large"),
    ("TXN_SECURITY_METERING_ERROR", 403, "The transaction security policies took too long"),
    ("TXN_SECURITY_NO_ACCESS", 403, "A transaction security policy forbids this"),
    ("UNABLE_TO_LOCK_ROW", 400, "unable to obtain exclusive access to this record"),
    ("UNKNOWN_EXCEPTION", 500, "An unexpected error occurred. ErrorId: 1400000000-1 (2)"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_say_what_they_hit() {
        for (word, code, hits) in [
            ("UNABLE_TO_LOCK_ROW", "UNABLE_TO_LOCK_ROW", Hits::Every(1)),
            ("UNABLE_TO_LOCK_ROW=3", "UNABLE_TO_LOCK_ROW", Hits::Every(3)),
            ("QUERY_TIMEOUT=over-50", "QUERY_TIMEOUT", Hits::Over(50)),
            ("INVALID_FIELD=Skill__c", "INVALID_FIELD", Hits::Field("Skill__c".into())),
            ("INVALID_FIELD=call-Skill__c", "INVALID_FIELD", Hits::CallWith("Skill__c".into())),
            ("API_DISABLED_FOR_ORG=call", "API_DISABLED_FOR_ORG", Hits::Call),
            ("DUPLICATES_DETECTED=spelt", "DUPLICATES_DETECTED=spelt", Hits::Every(1)),
        ] {
            let fault = RowFault::of(word);
            assert_eq!((fault.code.as_str(), fault.hits), (code, hits), "{word}");
        }
    }

    #[test]
    fn every_code_has_words_of_its_own() {
        assert!(WORDS.is_sorted_by(|one, next| one.0 < next.0), "in order, none twice");
        assert!(WORDS.len() >= 25, "{}", WORDS.len());
    }
}
