//! The ledger: fingerprints of what was written, and the quarantine.

use super::Aws;
use crate::harness::{NOW, at};
use aws_sdk_dynamodb::types::AttributeValue;
use domain::{
    Channel, Code, ConversationId, Fingerprint,
    ports::{Decision, Known, Ledger, QuarantineEntry, Quarantined, Refusal, StoreError, Written},
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
    let known = Known::default();
    Written {
        conversation: conversation(number),
        fingerprint: fingerprint(number),
        record,
        at: at(NOW),
        known,
    }
}

fn refused(number: usize, status: &str) -> Quarantined {
    let fields = vec!["Agent__c".to_owned(), "Skill__c".to_owned()];
    let refusal =
        Refusal { status: status.to_owned(), fields, message: "Agent: data value too large".to_owned() };
    let channel = if number.is_multiple_of(2) { Channel::Messaging } else { Channel::Chat };
    Quarantined { conversation: conversation(number), channel, code: Code::RowRefused, refusal, at: at(NOW) }
}

/// Those of which a fingerprint is known.
async fn fingerprints(aws: &Aws, asked: &[ConversationId]) -> HashMap<ConversationId, Fingerprint> {
    let known = aws.table.known(asked).await.unwrap();
    known.into_iter().filter_map(|(id, known)| Some((id, known.fingerprint?))).collect()
}

/// What is written with the knowledge of now.
async fn knowing(aws: &Aws, written: Written) -> Written {
    let known = aws.table.known(std::slice::from_ref(&written.conversation)).await.unwrap();
    Written { known: known.get(&written.conversation).copied().unwrap_or_default(), ..written }
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
    let found = fingerprints(&aws, &asked).await;
    let want: HashMap<_, _> = (0..125).map(|n| (conversation(n * 2), fingerprint(n * 2))).collect();
    assert_eq!(found, want, "even ones were written, odd ones were not");
    assert_eq!(fingerprints(&aws, &[]).await, HashMap::new());
    assert_eq!(fingerprints(&aws, &asked[..1]).await.len(), 1);
}

#[tokio::test]
async fn ids_that_differ_in_case_are_two_conversations() {
    let aws = Aws::new().await;
    let [one, other] = ["aB", "Ab"].map(|text| ConversationId::new("le20020002", text).unwrap());
    aws.table.keep_written(&[Written { conversation: one.clone(), ..written(1) }]).await.unwrap();
    let found = fingerprints(&aws, &[one.clone(), other]).await;
    assert_eq!(found, HashMap::from([(one, fingerprint(1))]));
}

#[tokio::test]
async fn what_is_written_again_replaces_what_was_kept() {
    let aws = Aws::new().await;
    aws.table.keep_written(&[written(1)]).await.unwrap();
    let anew = knowing(&aws, Written { fingerprint: fingerprint(99), ..written(1) }).await;
    aws.table.keep_written(std::slice::from_ref(&anew)).await.unwrap();
    let found = fingerprints(&aws, &[conversation(1)]).await;
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
    let found = fingerprints(&aws, &asked).await;
    assert_eq!(found, HashMap::from([(conversation(2), fingerprint(2))]), "the next run writes 1 and 3");
    let item = state(&aws, 1).await;
    assert_eq!(text(&item, "record"), written(1).record, "the record is still known");

    let known = aws.table.known(&asked).await.unwrap();
    let quarantined: Vec<_> = asked.iter().map(|id| known[id].quarantined).collect();
    assert_eq!(quarantined, [true, false, true]);

    let again = [knowing(&aws, written(1)).await, knowing(&aws, written(3)).await];
    aws.table.keep_written(&again).await.unwrap();
    assert_eq!(fingerprints(&aws, &asked).await.len(), 3);
    assert_eq!(aws.table.in_quarantine().await, Ok(Vec::new()), "out of the quarantine");
    assert!(!aws.table.known(&asked).await.unwrap()[&asked[0]].quarantined);
}

#[tokio::test]
async fn a_conversation_two_have_written_differently_is_written_again() {
    let aws = Aws::new().await;
    let asked = [1, 2, 3, 4].map(conversation);
    let first: Vec<_> = (1..=3).map(written).collect();
    aws.table.keep_written(&first).await.unwrap();
    let known = aws.table.known(&asked).await.unwrap();
    assert!(known.values().all(|known| known.version == 1) && known.len() == 3, "{known:?}");
    // Both knew nothing of 1 to 3: the second wrote 1 differently, 2 alike; it knew of 3, and 4 is new.
    let different = Written { fingerprint: fingerprint(77), ..written(1) };
    let newer = knowing(&aws, Written { fingerprint: fingerprint(88), ..written(3) }).await;
    aws.table.keep_written(&[different, written(2), newer, written(4)]).await.unwrap();
    let found = fingerprints(&aws, &asked).await;
    let want = [(2, 2), (3, 88), (4, 4)].map(|(id, print)| (conversation(id), fingerprint(print)));
    assert_eq!(found, HashMap::from(want), "what Salesforce holds of 1 is uncertain");
    let known = aws.table.known(&asked).await.unwrap();
    let versions: Vec<_> = asked.iter().map(|id| known[id].version).collect();
    assert_eq!(versions, [2, 2, 2, 1], "each change is seen by whoever read before it");
    let settled = knowing(&aws, Written { fingerprint: fingerprint(77), ..written(1) }).await;
    aws.table.keep_written(&[settled]).await.unwrap();
    assert_eq!(fingerprints(&aws, &asked).await.len(), 4);
}

#[tokio::test]
async fn the_quarantine_keeps_salesforces_last_words_and_counts_refusals() {
    let aws = Aws::new().await;
    let later = at("2026-03-09T09:30:00Z");
    for status in ["STRING_TOO_LONG", "STRING_TOO_LONG"] {
        aws.table.quarantine(&[refused(1, status)]).await.unwrap();
    }
    let last = Quarantined { at: later, ..refused(1, "INVALID_FIELD") };
    aws.table.quarantine(std::slice::from_ref(&last)).await.unwrap();
    let entry = QuarantineEntry { refused: last, since: at(NOW), tries: 3, dismissed: false };
    assert_eq!(aws.table.in_quarantine().await, Ok(vec![entry]));
}

#[tokio::test]
async fn a_person_decides_about_what_is_in_the_quarantine() {
    let aws = Aws::new().await;
    aws.table.quarantine(&[refused(1, "INVALID_FIELD"), refused(2, "INVALID_FIELD")]).await.unwrap();
    let later = at("2026-03-20T09:30:00Z");
    let decide = async |number, decision| aws.table.decide(&conversation(number), decision, later).await;
    let entries = async || aws.table.in_quarantine().await.unwrap();
    assert_eq!(decide(1, Decision::Dismiss).await, Ok(true));
    let (one, two) = (entries().await.swap_remove(0), entries().await.swap_remove(1));
    assert_eq!((one.dismissed, two.dismissed), (true, false));
    assert!(!one.is_due(at(NOW)) && two.is_due(at(NOW)) && !two.is_due(later), "14 days at most");
    assert_eq!(decide(1, Decision::Retry).await, Ok(true));
    let one = entries().await.swap_remove(0);
    assert_eq!((one.dismissed, one.since, one.refused.at), (false, later, at(NOW)));
    assert!(one.is_due(later));
    assert_eq!(decide(3, Decision::Dismiss).await, Ok(false), "it is not there");
    assert_eq!(entries().await.len(), 2);
}

#[tokio::test]
async fn many_refusals_are_all_kept() {
    let aws = Aws::new().await;
    let mut all: Vec<_> = (0..60).map(|n| refused(n, "STRING_TOO_LONG")).collect();
    // Ours, not Salesforce's: no field, no status.
    let refusal = Refusal { status: String::new(), fields: Vec::new(), message: "not JSON".to_owned() };
    all[7] = Quarantined { code: Code::RecordMalformed, refusal, ..refused(7, "") };
    aws.table.quarantine(&all).await.unwrap();
    let mut entries = aws.table.in_quarantine().await.unwrap();
    entries.sort_by_key(|entry| all.iter().position(|one| *one == entry.refused));
    assert_eq!(entries.into_iter().map(|entry| entry.refused).collect::<Vec<_>>(), all);
}

#[tokio::test]
async fn a_conversation_that_cannot_be_read_is_said() {
    let aws = Aws::new().await;
    let key = format!("conversation#{}", conversation(1));
    aws.put(&[("key", &key), ("sort", "state"), ("conversation", "no id")]).await;
    let read = aws.table.known(&[conversation(1)]).await;
    assert!(matches!(&read, Err(StoreError::Unreadable { item: "conversation", .. })), "{read:?}");
    aws.put(&[
        ("key", &key),
        ("sort", "state"),
        ("conversation", conversation(1).as_str()),
        ("fingerprint", "v2:x"),
    ])
    .await;
    assert_eq!(fingerprints(&aws, &[conversation(1)]).await, HashMap::new(), "it is written again");
}
