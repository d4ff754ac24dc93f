//! The event log: kept by day, read by run.

use super::{Aws, new_run};
use crate::harness::{at, window};
use aws::{LogCursor, LogView};
use domain::{
    Code, ConversationId, LogEntry, Run, RunId,
    event_log::{Category, Severity},
    ports::EventLog,
};

/// A run that starts before midnight and ends after it.
fn over_midnight(id: &str) -> Run {
    let (mut run, _) = new_run(id, window("2026-02-20T00:00:00Z", "2026-02-21T00:00:00Z"));
    (run.started, run.finished) = (at("2026-02-23T23:40:00Z"), Some(at("2026-02-24T00:20:00Z")));
    (run.open_slices, run.finished_slices) = (0, 2);
    run
}

fn entry(when: &str, run: Option<&RunId>, sentence: &str) -> LogEntry {
    LogEntry {
        at: at(when),
        category: Category::Run,
        severity: Severity::Warning,
        code: Code::RunNotWhole,
        conversation: None,
        run: run.cloned(),
        sentence: sentence.to_owned(),
    }
}

#[tokio::test]
async fn a_runs_sentences_come_in_order_across_midnight() {
    let aws = Aws::new().await;
    let (run, other) = (over_midnight("r-1"), over_midnight("r-10"));
    let entries = [
        entry("2026-02-24T00:10:00.5Z", Some(&run.id), "fourth"),
        entry("2026-02-23T23:59:59.999999999Z", Some(&run.id), "third"),
        entry("2026-02-23T23:50:00Z", Some(&other.id), "of another run"),
        entry("2026-02-23T23:41:00Z", None, "of no run"),
        entry("2026-02-23T23:41:00Z", Some(&run.id), "first"),
        entry("2026-02-23T23:41:00.25Z", Some(&run.id), "second"),
        entry("2026-02-24T00:20:00Z", Some(&run.id), "fifth"),
    ];
    aws.table.append(&entries).await.unwrap();
    let said = aws.table.sentences_of(&run).await.unwrap();
    let want = ["first", "second", "third", "fourth", "fifth"].map(|sentence| format!("RUN-002: {sentence}"));
    assert_eq!(said, want);
    assert_eq!(aws.table.sentences_of(&other).await.unwrap(), ["RUN-002: of another run"]);
    assert_eq!(aws.table.sentences_of(&over_midnight("r-2")).await, Ok(Vec::new()));
}

#[tokio::test]
async fn entries_of_one_instant_are_all_kept() {
    let aws = Aws::new().await;
    let run = over_midnight("r-1");
    let entries: Vec<_> =
        (0..70).map(|n| entry("2026-02-23T23:45:00Z", Some(&run.id), &format!("row {n}"))).collect();
    aws.table.append(&entries).await.unwrap();
    let mut said = aws.table.sentences_of(&run).await.unwrap();
    said.sort();
    let mut want: Vec<_> = (0..70).map(|n| format!("RUN-002: row {n}")).collect();
    want.sort();
    assert_eq!(said, want);
    aws.table.append(&[]).await.unwrap();
}

#[tokio::test]
async fn an_entry_keeps_what_the_list_views_need() {
    let aws = Aws::new().await;
    let conversation = ConversationId::new("le20020002", "c-1").unwrap();
    let refused = LogEntry {
        category: Category::Callout,
        severity: Severity::Error,
        code: Code::RowRefused,
        conversation: Some(conversation.clone()),
        ..entry("2026-02-23T23:45:00Z", None, "Salesforce refused Agent__c")
    };
    aws.table.append(&[refused]).await.unwrap();
    let items = aws.raw.scan().table_name(super::TABLE).send().await.unwrap().items.unwrap();
    let [item] = items.as_slice() else { panic!("{items:?}") };
    let wanted = [
        ("key", "log#2026-02-23"),
        ("category", "callout"),
        ("severity", "error"),
        ("code", "SF-005"),
        ("conversation", conversation.as_str()),
        ("sentence", "Salesforce refused Agent__c"),
    ];
    for (name, want) in wanted {
        assert_eq!(item[name].as_s().unwrap(), want, "{name}");
    }
    assert!(item["sort"].as_s().unwrap().starts_with("2026-02-23T23:45:00.000000000Z#"), "{item:?}");
    assert_eq!(
        item["expires"].as_n().unwrap(),
        &at("2026-05-24T23:45:00Z").as_second().to_string(),
        "90 days"
    );
    assert!(!item.contains_key("run"), "{item:?}");
}

#[tokio::test]
async fn a_page_of_the_log_comes_newest_first_and_says_where_the_next_begins() {
    let aws = Aws::new().await;
    let run = over_midnight("r-1");
    let conversation = ConversationId::new("le20020002", "c-1").unwrap();
    let mut entries: Vec<_> = (0..7)
        .map(|n| {
            entry(&format!("2026-02-2{}T10:00:00Z", n + 1), (n % 2 == 0).then_some(&run.id), &n.to_string())
        })
        .collect();
    entries[5].category = Category::Callout;
    entries[6].conversation = Some(conversation.clone());
    aws.table.append(&entries).await.unwrap();
    let now = at("2026-03-02T09:30:00Z");
    let view = |limit| LogView { limit, ..LogView::default() };
    let first = aws.table.log_page(&view(3), now).await.unwrap();
    let newest: Vec<_> = entries.iter().rev().cloned().collect();
    assert_eq!(first.entries, newest[..3]);
    let after = first.next.map(|cursor| LogCursor::parse(&cursor.to_string()).unwrap());
    let second = aws.table.log_page(&LogView { after, ..view(100) }, now).await.unwrap();
    assert_eq!((second.entries.as_slice(), second.next), (&newest[3..], None));
    for (view, want) in [
        (LogView { category: Some(Category::Callout), ..view(9) }, &["5"][..]),
        (LogView { run: Some(run.id.clone()), ..view(9) }, &["6", "4", "2", "0"]),
        (LogView { conversation: Some(conversation), ..view(9) }, &["6"]),
    ] {
        let page = aws.table.log_page(&view, now).await.unwrap();
        let said: Vec<_> = page.entries.iter().map(|entry| entry.sentence.as_str()).collect();
        assert_eq!(said, want, "{view:?}");
    }
}

#[tokio::test]
async fn what_is_said_once_a_day_is_said_again_the_next() {
    let aws = Aws::new().await;
    let note = async |what, when| aws.table.note_first(what, at(when)).await.unwrap();
    assert!(note("login-expired", "2026-03-02T09:30:00Z").await);
    assert!(!note("login-expired", "2026-03-03T09:29:00Z").await);
    assert!(note("mapping Skill__c", "2026-03-02T09:30:00Z").await, "something else");
    assert!(note("login-expired", "2026-03-03T09:30:01Z").await);
}
