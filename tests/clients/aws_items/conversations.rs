//! The ledger: fingerprints of what was written, and the quarantine.

use super::Aws;
use crate::harness::{NOW, at};
use aws_sdk_dynamodb::types::AttributeValue;
use domain::{
    Code, ConversationId, Fingerprint,
    ports::{Ledger, Quarantined, Refusal, StoreError, Written},
};
use std::collections::HashMap;

fn conversation(number: usize) -> ConversationId {
    ConversationId::new("le20020002", &format!("c-{number}")).unwrap()
}

fn fingerprint(number: usize) -> Fingerprint {
    Fingerprint(std::array::from_fn(|at| (number * 7 + at) as u8))
}

fn written(number: usize) -> Written {
    let record = format!("a0T00000000{number:04}AAA");
    Written { conversation: conversation(number), fingerprint: fingerprint(number), record, at: at(NOW) }
}

fn refused(number: usize, status: &str) -> Quarantined {
    let fields = vec!["Agent__c".to_owned(), "Skill__c".to_owned()];
    let refusal =
        Refusal { status: status.to_owned(), fields, message: "Agent: data value too large".to_owned() };
    Quarantined { conversation: conversation(number), code: Code::RowRefused, refusal, at: at(NOW) }
}

async fn state(aws: &Aws, number: usize) -> HashMap<String, AttributeValue> {
    aws.item(&format!("conversation#{}", conversation(number)), "state").await.unwrap()
}

fn text<'a>(item: &'a HashMap<String, AttributeValue>, attribute: &str) -> &'a str {
    item.get(attribute).map_or("", |value| value.as_s().unwrap())
}

#[tokio::test]
async fn fingerprints_come_back_for_those_that_were_written() {
    let aws = Aws::new().await;
    let kept: Vec<Written> = (0..130).map(|n| written(n * 2)).collect();
    aws.table.keep_written(&kept).await.unwrap();
    let asked: Vec<_> = (0..250).map(conversation).collect();
    let found = aws.table.fingerprints(&asked).await.unwrap();
    let want: HashMap<_, _> = (0..125).map(|n| (conversation(n * 2), fingerprint(n * 2))).collect();
    assert_eq!(found, want, "even ones were written, odd ones were not");
    assert_eq!(aws.table.fingerprints(&[]).await, Ok(HashMap::new()));
    assert_eq!(aws.table.fingerprints(&asked[..1]).await.unwrap().len(), 1);
}

#[tokio::test]
async fn ids_that_differ_in_case_are_two_conversations() {
    let aws = Aws::new().await;
    let [one, other] = ["aB", "Ab"].map(|text| ConversationId::new("le20020002", text).unwrap());
    aws.table.keep_written(&[Written { conversation: one.clone(), ..written(1) }]).await.unwrap();
    let found = aws.table.fingerprints(&[one.clone(), other]).await.unwrap();
    assert_eq!(found, HashMap::from([(one, fingerprint(1))]));
}

#[tokio::test]
async fn what_is_written_again_replaces_what_was_kept() {
    let aws = Aws::new().await;
    aws.table.keep_written(&[written(1)]).await.unwrap();
    let anew = Written { fingerprint: fingerprint(99), ..written(1) };
    aws.table.keep_written(std::slice::from_ref(&anew)).await.unwrap();
    let found = aws.table.fingerprints(&[conversation(1)]).await.unwrap();
    assert_eq!(found[&conversation(1)], fingerprint(99));
    let item = state(&aws, 1).await;
    assert_eq!((text(&item, "record"), text(&item, "synced")), (anew.record.as_str(), NOW));
}

#[tokio::test]
async fn a_conversation_is_forgotten_after_livepersons_thirteen_months() {
    let aws = Aws::new().await;
    aws.table.keep_written(&[written(1)]).await.unwrap();
    aws.table.quarantine(&[refused(2, "STRING_TOO_LONG")]).await.unwrap();
    for number in [1, 2] {
        let expires: i64 = state(&aws, number).await["expires"].as_n().unwrap().parse().unwrap();
        assert_eq!(expires, at("2027-04-02T09:30:00Z").as_second(), "epoch seconds, 396 days on");
    }
}

#[tokio::test]
async fn a_refused_conversation_has_no_fingerprint_until_it_is_written() {
    let aws = Aws::new().await;
    aws.table.keep_written(&[written(1), written(2)]).await.unwrap();
    aws.table.quarantine(&[refused(1, "STRING_TOO_LONG"), refused(3, "INVALID_FIELD")]).await.unwrap();
    let asked = [1, 2, 3].map(conversation);
    let found = aws.table.fingerprints(&asked).await.unwrap();
    assert_eq!(found, HashMap::from([(conversation(2), fingerprint(2))]), "the next run writes 1 and 3");
    let item = state(&aws, 1).await;
    assert_eq!(text(&item, "record"), written(1).record, "the record is still known");

    aws.table.keep_written(&[written(1), written(3)]).await.unwrap();
    assert_eq!(aws.table.fingerprints(&asked).await.unwrap().len(), 3);
    for number in [1, 3] {
        let item = state(&aws, number).await;
        let left: Vec<_> = item.keys().filter(|name| name.starts_with("refus")).collect();
        assert!(left.is_empty(), "out of the quarantine: {left:?}");
    }
}

#[tokio::test]
async fn the_quarantine_keeps_salesforces_last_words_and_counts_refusals() {
    let aws = Aws::new().await;
    for status in ["STRING_TOO_LONG", "STRING_TOO_LONG", "INVALID_FIELD"] {
        aws.table.quarantine(&[refused(1, status)]).await.unwrap();
    }
    let item = state(&aws, 1).await;
    let kept =
        ["conversation", "refused", "refused_code", "refused_status", "refused_fields", "refused_message"]
            .map(|name| text(&item, name));
    let id = conversation(1);
    let want =
        [id.as_str(), NOW, "SF-005", "INVALID_FIELD", "Agent__c,Skill__c", "Agent: data value too large"];
    assert_eq!(kept, want);
    assert_eq!(item["refusals"].as_n().unwrap(), "3");
}

#[tokio::test]
async fn many_refusals_are_all_kept() {
    let aws = Aws::new().await;
    let mut all: Vec<_> = (0..60).map(|n| refused(n, "STRING_TOO_LONG")).collect();
    // Ours, not Salesforce's: no field, no status.
    let refusal = Refusal { status: String::new(), fields: Vec::new(), message: "not JSON".to_owned() };
    all[7] = Quarantined { code: Code::RecordMalformed, refusal, ..refused(7, "") };
    aws.table.quarantine(&all).await.unwrap();
    for number in 0..60 {
        let code = if number == 7 { "MAP-006" } else { "SF-005" };
        assert_eq!(text(&state(&aws, number).await, "refused_code"), code, "{number}");
    }
}

#[tokio::test]
async fn a_conversation_that_cannot_be_read_is_said() {
    let aws = Aws::new().await;
    let key = format!("conversation#{}", conversation(1));
    let hex = fingerprint(1).to_hex();
    aws.put(&[("key", &key), ("sort", "state"), ("fingerprint", &hex)]).await;
    let read = aws.table.fingerprints(&[conversation(1)]).await;
    assert!(matches!(&read, Err(StoreError::Unreadable { item: "conversation", .. })), "{read:?}");
    aws.put(&[
        ("key", &key),
        ("sort", "state"),
        ("conversation", conversation(1).as_str()),
        ("fingerprint", "v2:x"),
    ])
    .await;
    assert_eq!(aws.table.fingerprints(&[conversation(1)]).await, Ok(HashMap::new()), "it is written again");
}
