//! One record, now.

use crate::bench::{Bench, HOUR, changes, conversation, conversations, day, messaging_id};
use domain::{Channel, ConversationId, RunId, ports::RecordKey};
use futures::executor::block_on;
use simulation::{
    salesforce::refusal,
    world::{Moment, id},
};
use sync::{SyncedOne, sync_one};

fn ask(bench: &Bench, key: &RecordKey) -> SyncedOne {
    let run = RunId::new("sync-chat").unwrap();
    block_on(sync_one(&bench.ports(), &bench.mappers, bench.policy(), &run, key)).unwrap()
}

fn by_conversation(bench: &Bench, conversation: &ConversationId) -> SyncedOne {
    ask(bench, &RecordKey::Conversation(conversation.clone()))
}

#[test]
fn a_record_is_synced_by_its_id_and_what_changed_is_said() {
    let mut bench = Bench::of(conversations(4));
    bench.sync();
    let mut all = conversations(4);
    changes(&mut all[0], "Sales");
    bench.becomes(all);
    let chat = id(Channel::Chat, 0);
    let record = bench.salesforce.state().records[&chat].id.clone();
    let synced = ask(&bench, &RecordKey::Id(record.clone()));
    let SyncedOne::Synced { conversation, record: same, created, changed } = synced else {
        panic!("{synced:?}")
    };
    assert_eq!((conversation, same, created), (chat.clone(), record, false));
    assert_eq!(changed, ["Skill__c", "Transcript__c"]);
    let again = by_conversation(&bench, &chat);
    assert!(matches!(&again, SyncedOne::Synced { changed, .. } if changed.is_empty()), "{again:?}");
    assert_eq!(bench.sync().counts.written, 0, "a run finds it as it should be");
}

#[test]
fn a_conversation_without_a_record_gets_one() {
    let bench = Bench::of(conversations(4));
    let synced = by_conversation(&bench, &id(Channel::Chat, 3));
    assert!(matches!(&synced, SyncedOne::Synced { created: true, .. }), "{synced:?}");
    assert_eq!(bench.salesforce.state().records.len(), 1);
}

#[test]
fn only_a_conversation_that_has_ended_is_synced_by_itself() {
    let bench = Bench::of(conversations(4));
    assert_eq!(by_conversation(&bench, &messaging_id(1)), SyncedOne::Open(messaging_id(1)));
    assert_eq!(bench.salesforce.state().records.len(), 0);
    let mut closed = conversation(Channel::Messaging, 1, day().from(), "Billing");
    let end = closed.start_ms + HOUR;
    closed.moments.push(Moment::new(end, Some(end), "Billing", None));
    bench.becomes(vec![closed]);
    assert!(matches!(by_conversation(&bench, &messaging_id(1)), SyncedOne::Synced { .. }));
}

#[test]
fn what_neither_side_knows_is_said() {
    let bench = Bench::of(conversations(4));
    let key = RecordKey::Id("a01000000000000099".to_owned());
    assert_eq!(ask(&bench, &key), SyncedOne::NoSuchRecord);
    let unknown = messaging_id(77);
    assert_eq!(by_conversation(&bench, &unknown), SyncedOne::NoSuchConversation(unknown.clone()));
}

#[test]
fn a_refused_record_is_in_the_quarantine_and_said_in_salesforces_words() {
    let bench = Bench::of(conversations(4));
    let chat = id(Channel::Chat, 3);
    let no = refusal("FIELD_CUSTOM_VALIDATION_EXCEPTION", &[], "The skill must be known");
    bench.salesforce.state().refused.insert(chat.clone(), no.clone());
    assert_eq!(by_conversation(&bench, &chat), SyncedOne::Refused(chat.clone(), no));
    assert_eq!(bench.quarantined(), std::slice::from_ref(&chat));
    bench.salesforce.state().refused.clear();
    assert!(matches!(by_conversation(&bench, &chat), SyncedOne::Synced { .. }));
    assert_eq!(bench.quarantined(), []);
}
