//! Salesforce's error codes on their way to the sync: of a row, and of a whole call.

use super::{Org, TOGETHER, row, rows, settings};
use crate::harness::{Double, clock, says};
use ::salesforce::{Retries, Salesforce};
use axum::response::IntoResponse;
use domain::{
    ports::{RowOutcome, Sink, SinkError},
    refusal::{Remedy, fields_named},
};
use serde_json::json;
use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

/// What the sync can do about a row, and what the same code means for a whole call.
const CODES: &[(&str, Remedy, &str)] = &[
    ("UNABLE_TO_LOCK_ROW", Remedy::Again, "Unavailable"),
    ("UNKNOWN_EXCEPTION", Remedy::Again, "Unavailable"),
    ("INTERNAL_ERROR", Remedy::Again, "Unavailable"),
    ("TXN_SECURITY_METERING_ERROR", Remedy::Again, "Unavailable"),
    ("INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE", Remedy::Again, "Unavailable"),
    ("ALL_OR_NONE_OPERATION_ROLLED_BACK", Remedy::Again, "Unavailable"),
    ("PROCESSING_HALTED", Remedy::Again, "Unavailable"),
    ("DUPLICATE_VALUE", Remedy::Again, "Unavailable"),
    ("INVALID_FIELD", Remedy::WithoutFields, "Rejected"),
    ("INVALID_FIELD_FOR_INSERT_UPDATE", Remedy::WithoutFields, "Rejected"),
    ("INVALID_TYPE_ON_FIELD_IN_RECORD", Remedy::WithoutFields, "Rejected"),
    ("INVALID_CROSS_REFERENCE_KEY", Remedy::WithoutFields, "Rejected"),
    ("INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY", Remedy::WithoutFields, "Rejected"),
    ("MALFORMED_ID", Remedy::WithoutFields, "Rejected"),
    ("FIELD_FILTER_VALIDATION_EXCEPTION", Remedy::WithoutFields, "Rejected"),
    ("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", Remedy::Fewer, "Rejected"),
    ("REQUEST_RUNNING_TOO_LONG", Remedy::Fewer, "Rejected"),
    ("OPERATION_TOO_LARGE", Remedy::Fewer, "Rejected"),
    ("EXCEEDED_MAX_SIZE_REQUEST", Remedy::Fewer, "Rejected"),
    ("QUERY_TIMEOUT", Remedy::Fewer, "Rejected"),
    ("REQUIRED_FIELD_MISSING", Remedy::Person, "Rejected"),
    ("STRING_TOO_LONG", Remedy::Person, "Rejected"),
    ("NUMBER_OUTSIDE_VALID_RANGE", Remedy::Person, "Rejected"),
    ("INVALID_EMAIL_ADDRESS", Remedy::Person, "Rejected"),
    ("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", Remedy::Person, "Rejected"),
    ("FIELD_CUSTOM_VALIDATION_EXCEPTION", Remedy::Person, "Rejected"),
    ("FIELD_INTEGRITY_EXCEPTION", Remedy::Person, "Rejected"),
    ("DUPLICATE_EXTERNAL_ID", Remedy::Person, "Rejected"),
    ("DUPLICATES_DETECTED", Remedy::Person, "Rejected"),
    ("INSUFFICIENT_ACCESS_OR_READONLY", Remedy::Person, "Rejected"),
    ("INSUFFICIENT_ACCESS", Remedy::Person, "Rejected"),
    ("INVALID_TYPE", Remedy::Person, "Rejected"),
    ("ENTITY_IS_DELETED", Remedy::Person, "Rejected"),
    ("ENTITY_IS_LOCKED", Remedy::Person, "Rejected"),
    ("STORAGE_LIMIT_EXCEEDED", Remedy::Person, "Rejected"),
    ("TXN_SECURITY_NO_ACCESS", Remedy::Person, "Rejected"),
    ("API_DISABLED_FOR_ORG", Remedy::Person, "Unauthorized"),
];

#[tokio::test]
async fn every_code_of_a_row_reaches_the_sync_with_its_words() {
    let each: BTreeSet<_> = CODES.iter().map(|(code, ..)| code).collect();
    assert_eq!(each.len(), CODES.len());
    for (code, remedy, _) in CODES {
        // The second of three rows.
        let org = Org::new(&[&format!("salesforce:collections-upsert:{code}=Agent__c")]).await;
        let three = [row(1, ""), row(2, r#""Agent__c":"Pim""#), row(3, "")];
        let upserted = org.client.upsert(&three, TOGETHER).await.unwrap();
        let [RowOutcome::Written { .. }, RowOutcome::Refused(refusal), RowOutcome::Written { .. }] =
            &upserted.outcomes[..]
        else {
            panic!("{code}: {upserted:?}")
        };
        assert_eq!((refusal.status.as_str(), Remedy::of(refusal)), (*code, *remedy), "{refusal:?}");
        assert!(!refusal.message.is_empty(), "{code}");
        if *remedy == Remedy::WithoutFields {
            assert_eq!(fields_named(refusal), ["Agent__c"], "{code}: what is to go is known");
        }
        let calls = if *remedy == Remedy::Again { 3 } else { 1 };
        assert_eq!(upserted.calls, calls, "{code}: only what may pass is sent again");
    }
}

#[tokio::test]
async fn every_code_of_a_whole_call_reaches_the_sync_as_what_can_be_done() {
    for (code, _, want) in CODES {
        let org = Org::new(&[&format!("salesforce:collections-upsert:{code}=call")]).await;
        let error = org.client.upsert(&rows(3), TOGETHER).await.unwrap_err();
        assert!(format!("{error:?}").starts_with(want), "{code}: {error:?}");
        if let SinkError::Rejected { status, reason } = &error {
            assert_eq!(status, code);
            assert!(!reason.is_empty(), "{code}");
        }
        let calls = if *want == "Unavailable" { 3 } else { 1 };
        assert_eq!(org.calls("collections-upsert"), calls, "{code}: only what may pass is sent again");
    }
}

#[tokio::test]
async fn a_row_waits_as_long_as_it_takes_others_to_let_go() {
    let org = Org::new(&["salesforce:collections-upsert:UNABLE_TO_LOCK_ROW:first=2"]).await;
    let upserted = org.client.upsert(&rows(2), TOGETHER).await.unwrap();
    assert!(upserted.outcomes.iter().all(super::written));
    assert_eq!(upserted.calls, 3);
}

#[tokio::test]
async fn a_pause_that_salesforce_asks_for_is_made_within_bounds() {
    let asked = |asked: &crate::harness::Asked| asked.path.ends_with("/token");
    let org = Double::new(move |request| match asked(request) {
        true => {
            let url = format!("http://{}", request.host());
            says(200, json!({ "access_token": "t-1", "instance_url": url }).to_string())
        }
        false => (axum::http::StatusCode::SERVICE_UNAVAILABLE, [("retry-after", "3600")]).into_response(),
    })
    .await;
    let mut settings = settings(&org.served.url);
    settings.retries = Retries(vec![Duration::from_millis(10)]);
    let client = Salesforce::new(settings, clock()).unwrap();
    let started = Instant::now();
    let error = client.query("SELECT Id FROM LP_ChatTranscript__c").await.unwrap_err();
    assert!(matches!(error, SinkError::Unavailable { .. }), "{error:?}");
    assert_eq!(org.asked("/query").len(), 2);
    assert!(started.elapsed() >= Duration::from_millis(60), "six times the longest pause, not the hour");
}
