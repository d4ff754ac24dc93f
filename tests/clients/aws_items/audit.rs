//! The audit: who changed the configuration, when and in what.

use super::Aws;
use crate::harness::at;
use aws::{AuditEntry, SaveError};
use domain::{
    Configuration,
    configuration::{Change, FieldMapping, LoginFlow, SalesforceLogin, ValueSource},
};
use serde_json::{Value, json};

fn first() -> Configuration {
    let flow = LoginFlow::ClientCredentials { client_id: "key-1".to_owned() };
    let (login_url, api_version) = ("https://quay.example.com".to_owned(), "v67.0".to_owned());
    Configuration::new("le30030003", SalesforceLogin { login_url, api_version, flow })
}

/// The same with other days of log.
fn with_days(log_days: u16) -> Configuration {
    let mut configuration = first();
    configuration.limits.log_days = log_days;
    configuration
}

#[tokio::test]
async fn a_change_says_who_when_and_what() {
    let aws = Aws::new().await;
    let (then, later) = (at("2026-03-02T09:30:00.001Z"), at("2026-03-02T10:30:00Z"));
    aws.table.save_configuration(&first(), 0, "ada@quay.example.com", then).await.unwrap();
    aws.table.save_configuration(&with_days(30), 1, "bo@quay.example.com", later).await.unwrap();
    let page = aws.table.audit_page(None, 10).await.unwrap();
    assert_eq!(page.next, None);
    let [second, beginning] = &page.entries[..] else { panic!("{page:?}") };
    let change = Change { path: "limits.log_days".to_owned(), before: json!(90), after: json!(30) };
    let by = "bo@quay.example.com".to_owned();
    assert_eq!(*second, AuditEntry { version: 2, at: later, by, changes: vec![change], left_out: 0 });
    assert_eq!((beginning.version, beginning.at, beginning.by.as_str()), (1, then, "ada@quay.example.com"));
    let account = Change { path: "account".to_owned(), before: Value::Null, after: json!("le30030003") };
    assert!(beginning.changes.contains(&account), "{beginning:?}");
}

#[tokio::test]
async fn a_change_that_loses_leaves_no_entry() {
    let aws = Aws::new().await;
    let now = at("2026-03-02T09:30:00Z");
    aws.table.save_configuration(&first(), 0, "ada", now).await.unwrap();
    let lost = aws.table.save_configuration(&with_days(30), 0, "bo", now).await;
    assert_eq!(lost, Err(SaveError::Stale { expected: 0, current: 1 }));
    assert_eq!(aws.table.audit_page(None, 10).await.unwrap().entries.len(), 1);
}

#[tokio::test]
async fn pages_go_back_from_the_newest() {
    let aws = Aws::new().await;
    let now = at("2026-03-02T09:30:00Z");
    for version in 0..12_u16 {
        let configuration = with_days(100 + version);
        aws.table.save_configuration(&configuration, u64::from(version), "ada", now).await.unwrap();
    }
    let (mut seen, mut before) = (Vec::new(), None);
    loop {
        let page = aws.table.audit_page(before, 5).await.unwrap();
        assert!(page.entries.len() <= 5 && !page.entries.is_empty(), "{page:?}");
        seen.extend(page.entries.iter().map(|entry| entry.version));
        before = page.next;
        if before.is_none() {
            break;
        }
    }
    assert_eq!(seen, (1..=12).rev().collect::<Vec<u64>>());
}

#[tokio::test]
async fn a_page_that_ends_with_the_first_version_is_the_last() {
    let aws = Aws::new().await;
    let now = at("2026-03-02T09:30:00Z");
    aws.table.save_configuration(&first(), 0, "ada", now).await.unwrap();
    assert_eq!(aws.table.audit_page(None, 1).await.unwrap().next, None);
    assert_eq!(aws.table.audit_page(Some(1), 5).await.unwrap(), aws::AuditPage::default());
}

#[tokio::test]
async fn more_changes_than_an_item_holds_are_counted() {
    let aws = Aws::new().await;
    let mut large = first();
    let mapping = |n: u32| FieldMapping {
        field: format!("Field_{n}__c"),
        source: ValueSource::Predefined("x".repeat(1_000)),
    };
    large.field_mappings = (0..320).map(mapping).collect();
    let now = at("2026-03-02T09:30:00Z");
    aws.table.save_configuration(&first(), 0, "ada", now).await.unwrap();
    aws.table.save_configuration(&large, 1, "ada", now).await.unwrap();
    let entry = aws.table.audit_page(None, 1).await.unwrap().entries.remove(0);
    assert_eq!(entry.changes.len() as u64 + entry.left_out, 320);
    assert!(entry.left_out > 0 && entry.changes.len() > 250, "{}", entry.left_out);
}
