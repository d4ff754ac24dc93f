//! A table that an earlier version of Chatlink filled, and one that a later version did.
//!
//! Items of the first version say no version. What they lacked besides, the version that brought it still does without.

use super::{Aws, TABLE, new_run};
use crate::harness::{at, window};
use aws::{KEY, LogView, SORT, Session};
use aws_sdk_dynamodb::types::AttributeValue;
use domain::{
    Channel, Code, Configuration, ConversationId, Counts, Fingerprint, LogEntry, SliceStatus,
    configuration::{LoginFlow, SalesforceLogin},
    event_log::{Category, Severity},
    ports::{
        EventLog, HitRate, Known, Ledger, Quarantined, Refusal, Runs, SliceEnd, StoreError, Tally, Written,
    },
};
use std::collections::HashMap;

const VERSION: &str = "schema_version";
const NOW: &str = "2026-03-02T09:30:00Z";

fn configuration() -> Configuration {
    let flow = LoginFlow::ClientCredentials { client_id: "key-1".to_owned() };
    let (login_url, api_version) = ("https://quay.example.com".to_owned(), "v67.0".to_owned());
    Configuration::new("le30030003", SalesforceLogin { login_url, api_version, flow })
}

fn conversation(name: &str) -> ConversationId {
    ConversationId::new("le30030003", name).unwrap()
}

fn written(known: Known) -> Written {
    let (conversation, fingerprint) = (conversation("kept"), Fingerprint([7; 32]));
    Written { conversation, fingerprint, record: "a0T000000000001AAA".to_owned(), at: at(NOW), known }
}

fn session() -> Session {
    let text = str::to_owned;
    Session { username: text("ada"), name: text("Ada"), organization: text("00D1"), administers: true }
}

/// A table with an item of every kind that outlives a deployment.
async fn filled() -> Aws {
    let (aws, now) = (Aws::new().await, at(NOW));
    let table = &aws.table;
    table.save_configuration(&configuration(), 0, "ada", now).await.unwrap();
    let (run, slices) = new_run("r-1", window("2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z"));
    table.begin(&run, &slices).await.unwrap();
    table.keep_written(&[written(Known::default())]).await.unwrap();
    let refusal =
        Refusal { status: "FIELD_INTEGRITY_EXCEPTION".to_owned(), fields: vec![], message: "no".to_owned() };
    let refused = Quarantined {
        conversation: conversation("refused"),
        channel: Channel::Chat,
        code: Code::RowRefused,
        refusal,
        at: now,
    };
    table.quarantine(&[refused]).await.unwrap();
    let entry = LogEntry {
        at: now,
        category: Category::Callout,
        severity: Severity::Warning,
        code: Code::RowRefused,
        conversation: None,
        run: None,
        sentence: "it was refused".to_owned(),
    };
    table.append(&[entry]).await.unwrap();
    table.keep_description("Case", "[]", now).await.unwrap();
    table.begin_session("digest", &session(), now).await.unwrap();
    let day = now.to_zoned(jiff::tz::TimeZone::UTC).date();
    table.add_calls(day, 4, None).await.unwrap();
    let rate =
        HitRate { channel: Channel::Chat, field: "CSAT__c".to_owned(), seen: 10, hits: 9, question_id: None };
    table.add_hits(day, &[rate]).await.unwrap();
    aws
}

/// Every item, changed as it lies in the table; answers how many there are.
async fn change(aws: &Aws, change: impl Fn(&mut HashMap<String, AttributeValue>)) -> usize {
    let items = aws.raw.scan().table_name(TABLE).send().await.unwrap().items.unwrap_or_default();
    let count = items.len();
    for mut item in items {
        assert_eq!(
            item.get(VERSION),
            Some(&AttributeValue::N("2".to_owned())),
            "{:?} {:?}",
            item[KEY],
            item[SORT]
        );
        change(&mut item);
        aws.raw.put_item().table_name(TABLE).set_item(Some(item)).send().await.unwrap();
    }
    count
}

#[tokio::test]
async fn what_the_version_before_left_is_read_and_worked_on() {
    let aws = filled().await;
    let items = change(&aws, |item| {
        item.remove(VERSION);
        // Runs did not count what they created, and entries of conversations had no version of their own.
        item.remove("created");
        if item[SORT] == AttributeValue::S("state".to_owned()) {
            item.remove("version");
        }
    })
    .await;
    assert_eq!(items, 14, "an item of every kind");
    let (table, now) = (&aws.table, at(NOW));
    let day = now.to_zoned(jiff::tz::TimeZone::UTC).date();

    assert_eq!(table.configuration().await.unwrap(), Some(configuration()));
    let mut later = configuration();
    later.limits.log_days = 30;
    assert_eq!(table.save_configuration(&later, 1, "bo", now).await, Ok(2));
    assert_eq!(table.audit_page(None, 10).await.unwrap().entries.len(), 2);

    let kept = conversation("kept");
    let known = table.known(std::slice::from_ref(&kept)).await.unwrap()[&kept];
    assert_eq!(known.fingerprint, Some(Fingerprint([7; 32])), "nothing is written to Salesforce again");
    table.keep_written(&[written(known)]).await.unwrap();
    assert_eq!(table.in_quarantine().await.unwrap().len(), 1);

    let run = aws.stored_run(&super::run_id("r-1")).await;
    let slice = table.slice(&run.id, &domain::SliceId::new("chat").unwrap()).await.unwrap().unwrap();
    let counts = Counts { fetched: 3, written: 3, created: 2, ..Counts::default() };
    let end = SliceEnd { status: SliceStatus::Done, counts, at: now };
    let run = table.end_slice(&slice, &end, &[]).await.unwrap();
    assert_eq!((run.counts.written, run.counts.created, run.open_slices), (3, 2, 1));

    let view = LogView { limit: 10, ..LogView::default() };
    assert_eq!(table.log_page(&view, now).await.unwrap().entries.len(), 1);
    assert_eq!(table.description("Case").await.unwrap().unwrap().0, "[]");
    assert_eq!(table.session("digest", now).await.unwrap(), Some(session()));
    assert_eq!(table.add_calls(day, 1, None).await.unwrap().ours, 5);
    assert_eq!(table.hits(day).await.unwrap().len(), 1);
}

#[tokio::test]
async fn what_a_later_version_left_is_refused_and_not_misread() {
    let aws = filled().await;
    change(&aws, |item| {
        item.insert(VERSION.to_owned(), AttributeValue::N("3".to_owned()));
    })
    .await;
    let (table, now) = (&aws.table, at(NOW));
    let run = super::run_id("r-1");
    let answers = [
        table.configuration().await.map(|_| ()),
        table.audit_page(None, 10).await.map(|_| ()),
        table.known(&[conversation("kept")]).await.map(|_| ()),
        table.in_quarantine().await.map(|_| ()),
        table.run(&run).await.map(|_| ()),
        table.slice(&run, &domain::SliceId::new("chat").unwrap()).await.map(|_| ()),
        table.latest_runs(now, 10).await.map(|_| ()),
        table.log_page(&LogView { limit: 10, ..LogView::default() }, now).await.map(|_| ()),
        table.description("Case").await.map(|_| ()),
        table.session("digest", now).await.map(|_| ()),
        table.hits(now.to_zoned(jiff::tz::TimeZone::UTC).date()).await.map(|_| ()),
    ];
    for (at, answer) in answers.iter().enumerate() {
        let Err(StoreError::Unreadable { reason, .. }) = answer else { panic!("{at}: {answer:?}") };
        assert!(reason.contains("schema version 3") && reason.contains("deploy"), "{reason}");
    }
}
