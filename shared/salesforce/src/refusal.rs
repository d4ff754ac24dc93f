//! What Salesforce's error codes mean for us, decided once.

use crate::client::read_errors;
use domain::{
    ports::{Refusal, SinkError},
    refusal::Remedy,
};

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
    let refusal =
        Refusal { status: first.code.clone(), fields: first.fields.clone(), message: first.message.clone() };
    match (status, first.code.as_str(), Remedy::of(&refusal)) {
        (_, "REQUEST_LIMIT_EXCEEDED", _) if first.message.contains("Concurrent") => {
            SinkError::Unavailable { reason }
        }
        (_, "REQUEST_LIMIT_EXCEEDED", _) => SinkError::LimitSpent,
        (_, "API_DISABLED_FOR_ORG", _) | (401, ..) => SinkError::Unauthorized { reason },
        // Too much at once comes as a 500 as well; the same again would take as long again.
        (_, _, Remedy::Fewer) => SinkError::Rejected { status: refusal.status, reason: refusal.message },
        (420 | 429 | 500.., ..) | (_, _, Remedy::Again) => SinkError::Unavailable { reason },
        _ => SinkError::Rejected { status: refusal.status, reason: refusal.message },
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
            (
                400,
                body("INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE", "read only for now"),
                "Unavailable",
            ),
            (403, body("TXN_SECURITY_METERING_ERROR", "policies took too long"), "Unavailable"),
            (500, body("REQUEST_RUNNING_TOO_LONG", "stopped after ten minutes"), "Rejected"),
            (413, body("EXCEEDED_MAX_SIZE_REQUEST", "50 MB"), "Rejected"),
            (420, String::new(), "Unavailable"),
            (414, String::new(), "Rejected"),
        ];
        for (status, body, want) in cases {
            let error = format!("{:?}", of_request(status, &body));
            assert!(error.starts_with(want), "{status} {body}: {error}");
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
