//! A conversation opens: its record is there at once, and the sync has the last word.

use crate::bench::{Bench, conversations, messaging_id};
use domain::{
    Channel, ConversationId,
    ports::{Decision, Known, Ledger, QuarantineEntry, Quarantined, StoreError, Written},
};
use futures::executor::block_on;
use jiff::Timestamp;
use simulation::{salesforce::refusal, table::MemoryTable, world::id};
use std::{
    collections::HashMap,
    sync::atomic::{AtomicBool, Ordering},
};
use sync::{Opened, open_transcript};

const MODEL: &str = r#"{"chatInfo":{"chatSkill":"Sales"},"visitorInfo":{"visitorName":"Ada Quill"}}"#;

fn open<T: Ledger>(bench: &Bench, table: &T, conversation: &ConversationId, model: &str) -> Opened {
    let of = (conversation, Channel::Chat);
    let opened = open_transcript(&bench.salesforce, table, &bench.scene.clock, &bench.mappers, of, model);
    block_on(opened).unwrap()
}

#[test]
fn any_number_of_events_make_one_record_which_the_sync_completes() {
    let mut bench = Bench::of(conversations(1));
    let chat = id(Channel::Chat, 0);
    let first = open(&bench, &bench.table, &chat, MODEL);
    assert!(matches!(first, Opened::Written { created: true, .. }), "{first:?}");
    assert_eq!(bench.field(&chat, "Status__c"), r#""open""#);
    assert_eq!(bench.field(&chat, "Skill__c"), r#""Sales""#);
    let again = open(&bench, &bench.table, &chat, MODEL);
    assert!(matches!(again, Opened::Written { created: false, .. }), "{again:?}");

    assert_eq!(bench.sync().counts.written, 1, "what the widget knows is not what LivePerson has");
    assert_eq!(bench.field(&chat, "Skill__c"), r#""Billing""#);
    assert_eq!(bench.field(&chat, "Status__c"), r#""closed""#);
    assert_eq!(open(&bench, &bench.table, &chat, MODEL), Opened::Known);
    assert_eq!(bench.field(&chat, "Skill__c"), r#""Billing""#, "a late event changes nothing");
    assert_eq!(bench.salesforce.state().records.len(), 1);
}

#[test]
fn what_cannot_be_written_is_said_and_left_to_the_sync() {
    let mut bench = Bench::of(conversations(2));
    assert_eq!(open(&bench, &bench.table, &id(Channel::Chat, 0), "[1"), Opened::Unreadable);
    let words = refusal("FIELD_CUSTOM_VALIDATION_EXCEPTION", &[], "not on a Sunday");
    bench.salesforce.state().refused.insert(id(Channel::Chat, 0), words.clone());
    assert_eq!(open(&bench, &bench.table, &id(Channel::Chat, 0), MODEL), Opened::Refused(words));
    bench.sync();
    assert_eq!(bench.quarantined(), [id(Channel::Chat, 0)]);
    assert!(bench.salesforce.state().records.contains_key(&messaging_id(1)));
}

/// A ledger as it was before the sync wrote, the first time it is asked.
struct Late<'a> {
    table: &'a MemoryTable,
    asked: AtomicBool,
}

impl Ledger for Late<'_> {
    async fn known(
        &self,
        conversations: &[ConversationId],
    ) -> Result<HashMap<ConversationId, Known>, StoreError> {
        match self.asked.swap(true, Ordering::Relaxed) {
            false => Ok(HashMap::new()),
            true => self.table.known(conversations).await,
        }
    }

    async fn keep_written(&self, written: &[Written]) -> Result<(), StoreError> {
        self.table.keep_written(written).await
    }

    async fn quarantine(&self, refused: &[Quarantined]) -> Result<(), StoreError> {
        self.table.quarantine(refused).await
    }

    async fn in_quarantine(&self) -> Result<Vec<QuarantineEntry>, StoreError> {
        self.table.in_quarantine().await
    }

    async fn decide(
        &self,
        conversation: &ConversationId,
        decision: Decision,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        self.table.decide(conversation, decision, at).await
    }
}

#[test]
fn when_both_write_at_once_the_next_run_writes_what_liveperson_has() {
    let mut bench = Bench::of(conversations(1));
    let chat = id(Channel::Chat, 0);
    bench.sync();
    let late = Late { table: &bench.table, asked: AtomicBool::new(false) };
    open(&bench, &late, &chat, MODEL);
    assert_eq!(bench.field(&chat, "Skill__c"), r#""Sales""#, "the event came between");
    assert_eq!(bench.sync().counts.written, 1);
    assert_eq!(bench.field(&chat, "Skill__c"), r#""Billing""#);
}
