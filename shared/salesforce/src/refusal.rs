//! What Salesforce's error codes mean for us, decided once.

use crate::client::read_errors;
use domain::ports::{Refusal, SinkError};

/// What to do about one refused row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Send the row again, after a pause.
    Retry,
    /// The row will be refused again until someone changes something.
    Quarantine,
}

/// Codes of a row that may pass when it is sent again. A lock is another writer's; `DUPLICATE_VALUE` on our external id
/// is a race between two inserts that the loser wins as an update.
const PASSING: &[&str] = &[
    "UNABLE_TO_LOCK_ROW",
    "TXN_SECURITY_METERING_ERROR",
    "INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE",
    "SERVER_UNAVAILABLE",
    "UNKNOWN_EXCEPTION",
    "INTERNAL_ERROR",
];

/// What to do about a row refused with these words.
#[must_use]
pub fn next(refusal: &Refusal) -> Next {
    let passing = PASSING.contains(&refusal.status.as_str());
    let race = refusal.status == "DUPLICATE_VALUE" && refusal.message.contains(crate::upsert::EXTERNAL_ID);
    let lock_in_trigger = refusal.status == "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"
        && refusal.message.contains("UNABLE_TO_LOCK_ROW");
    if passing || race || lock_in_trigger { Next::Retry } else { Next::Quarantine }
}

/// Whether a 401's body says that the token has expired, which a new token cures; other 401s are final.
pub(crate) fn is_expired_session(body: &str) -> bool {
    read_errors(body)
        .iter()
        .any(|error| error.code == "INVALID_SESSION_ID" && error.message.contains("expired"))
}

/// The error of a whole request that was refused.
pub(crate) fn of_request(status: u16, body: &str) -> SinkError {
    let errors = read_errors(body);
    let Some(first) = errors.first() else {
        let reason = format!("status {status} without an error code");
        return match status {
            401 => SinkError::Unauthorized { reason },
            420 | 429 | 500.. => SinkError::Unavailable { reason },
            _ => SinkError::Rejected { status: status.to_string(), reason },
        };
    };
    let reason = format!("{}: {}", first.code, first.message);
    match (status, first.code.as_str()) {
        (_, "REQUEST_LIMIT_EXCEEDED") if first.message.contains("Concurrent") => {
            SinkError::Unavailable { reason }
        }
        (_, "REQUEST_LIMIT_EXCEEDED") => SinkError::LimitSpent,
        (_, "API_DISABLED_FOR_ORG") | (401, _) => SinkError::Unauthorized { reason },
        (420 | 429 | 500.., _) | (_, "SERVER_UNAVAILABLE") => SinkError::Unavailable { reason },
        _ => SinkError::Rejected { status: first.code.clone(), reason: first.message.clone() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_refused_by_what_can_be_done_next() {
        let body = |code: &str, message: &str| format!(r#"[{{"errorCode":"{code}","message":"{message}"}}]"#);
        let cases = [
            (403, body("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."), "LimitSpent"),
            (
                403,
                body(
                    "REQUEST_LIMIT_EXCEEDED",
                    "ConcurrentRequests (Concurrent API Requests) Limit exceeded.",
                ),
                "Unavailable",
            ),
            (403, body("API_DISABLED_FOR_ORG", ""), "Unauthorized"),
            (401, body("INVALID_AUTH_HEADER", "INVALID_HEADER_TYPE"), "Unauthorized"),
            (400, body("MALFORMED_QUERY", "unexpected token"), "Rejected"),
            (404, body("NOT_FOUND", "The requested resource does not exist"), "Rejected"),
            (503, "<html>".into(), "Unavailable"),
            (503, r#"{"errorCode":"SERVER_UNAVAILABLE","message":"busy"}"#.into(), "Unavailable"),
            (500, body("UNKNOWN_EXCEPTION", "ErrorId: 1"), "Unavailable"),
            (420, String::new(), "Unavailable"),
            (414, String::new(), "Rejected"),
        ];
        for (status, body, want) in cases {
            let error = format!("{:?}", of_request(status, &body));
            assert!(error.starts_with(want), "{status} {body}: {error}");
        }
    }

    #[test]
    fn rows_are_retried_only_when_that_can_help() {
        let refusal = |status: &str, message: &str| Refusal {
            status: status.into(),
            fields: vec![],
            message: message.into(),
        };
        let cases = [
            (refusal("UNABLE_TO_LOCK_ROW", ""), Next::Retry),
            (
                refusal("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "Case: UNABLE_TO_LOCK_ROW, unable to obtain"),
                Next::Retry,
            ),
            (refusal("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "a flow failed"), Next::Quarantine),
            (
                refusal(
                    "DUPLICATE_VALUE",
                    "duplicate value found: Conversation_Id__c duplicates value on record",
                ),
                Next::Retry,
            ),
            (
                refusal("DUPLICATE_VALUE", "duplicate value found: Email__c duplicates value on record"),
                Next::Quarantine,
            ),
            (refusal("STRING_TOO_LONG", ""), Next::Quarantine),
            (refusal("FIELD_CUSTOM_VALIDATION_EXCEPTION", ""), Next::Quarantine),
        ];
        for (refusal, want) in cases {
            assert_eq!(next(&refusal), want, "{refusal:?}");
        }
    }

    #[test]
    fn only_an_expired_session_is_worth_a_new_token() {
        assert!(is_expired_session(
            r#"[{"message":"Session expired or invalid","errorCode":"INVALID_SESSION_ID"}]"#
        ));
        assert!(!is_expired_session(
            r#"[{"message":"This session is not valid for use with the REST API","errorCode":"INVALID_SESSION_ID"}]"#
        ));
        assert!(!is_expired_session("Bad_OAuth_Token"));
    }
}
