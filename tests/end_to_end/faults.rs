//! Outside systems that fail now and then: the run still ends whole, with one record per conversation.

use domain::{
    ConversationId, RunStatus, SyncWindow,
    ports::{Ledger, Row, RowOutcome, Sink},
};
use jiff::SignedDuration;
use std::collections::BTreeSet;
use tests::{manual_run, start, transcript_ids};

/// Runs a sync of the last 48 hours under faults; answers its status, and how many records there are.
async fn sync_under(faults: &[&str]) -> (RunStatus, u64) {
    let data = tempfile::tempdir().unwrap();
    let stack = start(data.path(), |options| {
        options.conversations = 7_000;
        options.faults = faults.iter().map(|fault| fault.parse().unwrap()).collect();
    })
    .await;
    let now = stack.workspace.clock.now();
    let window = SyncWindow::new(now - SignedDuration::from_hours(48), now).unwrap();
    let run = manual_run(&stack, window).await;
    let ids = transcript_ids(&stack.salesforce);
    assert_eq!(
        ids.iter().collect::<BTreeSet<_>>().len(),
        ids.len(),
        "{faults:?}: a conversation has two records"
    );
    assert!(run.counts.balance(), "{faults:?}: {run:?}");
    if run.status == RunStatus::Succeeded {
        assert_eq!(ids.len() as u64, run.counts.fetched - run.counts.quarantined, "{faults:?}: {run:?}");
    }
    (run.status, ids.len() as u64)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_passes_is_waited_out() {
    let whole = [
        vec!["liveperson:chat-search:302:first=2", "liveperson:messaging-search:429:first=2"],
        vec!["liveperson:*:503:every=3", "liveperson:*:lost-answer:every=4"],
        vec!["salesforce:collections-upsert:503:first=1", "salesforce:collections-upsert:lost-answer:nth=2"],
        vec!["salesforce:collections-upsert:expire:nth=1"],
        vec!["salesforce:collections-upsert:UNABLE_TO_LOCK_ROW:first=2"],
        vec!["aws:operation:500:every=10"],
    ];
    for faults in whole {
        let (status, records) = sync_under(&faults).await;
        assert_eq!(status, RunStatus::Succeeded, "{faults:?}");
        assert!(records > 300, "{faults:?}: {records}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn partial_is_never_called_success() {
    assert_eq!(sync_under(&["liveperson:chat-search:partial:nth=1"]).await.0, RunStatus::Partial);
    let refused = ["salesforce:collections-upsert:403", "salesforce:composite:403"];
    assert_eq!(sync_under(&refused).await, (RunStatus::Paused, 0), "the org's allowance is spent");
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_rows_are_quarantined_and_written_by_a_later_run() {
    let data = tempfile::tempdir().unwrap();
    let stack = start(data.path(), |options| {
        options.conversations = 7_000;
        let fault = "salesforce:composite:FIELD_CUSTOM_VALIDATION_EXCEPTION=10:first=1";
        options.faults = vec![fault.parse().unwrap()];
    })
    .await;
    let now = stack.workspace.clock.now();
    let window = SyncWindow::new(now - SignedDuration::from_hours(48), now).unwrap();
    let first = manual_run(&stack, window).await;
    assert!(first.counts.quarantined >= 20, "{first:?}");
    assert_eq!((first.status, first.counts.balance()), (RunStatus::Succeeded, true));
    let sentences = stack.workspace.table.sentences_of(&first).await.unwrap();
    assert_eq!(sentences.len() as u64, first.counts.quarantined);
    assert!(
        sentences
            .iter()
            .all(|one| one.contains("SF-005") && one.contains("FIELD_CUSTOM_VALIDATION_EXCEPTION"))
    );

    let second = manual_run(&stack, window).await;
    assert_eq!(
        (second.counts.written, second.counts.quarantined),
        (first.counts.quarantined, 0),
        "{second:?}"
    );
    assert!(
        stack.workspace.table.in_quarantine().await.unwrap().is_empty(),
        "whoever passes leaves the quarantine"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_visitor_wrote_is_never_taken_for_a_reference() {
    let data = tempfile::tempdir().unwrap();
    let stack = start(data.path(), |_| {}).await;
    let configuration = stack.workspace.configuration().await.unwrap();
    let salesforce = stack.workspace.salesforce(&configuration).await.unwrap();
    let row = |n: usize| Row {
        conversation: ConversationId::new("le1", &format!("c{n}")).unwrap(),
        fields: if n == 250 {
            r#""Transcript__c":"is it @{rows0.id}?""#
        } else {
            r#""Transcript__c":"hello""#
        }
        .to_owned(),
    };
    let rows: Vec<Row> = (0..700).map(row).collect();
    let upserted = salesforce.upsert(&rows, 200).await.unwrap();
    assert!(
        upserted.outcomes.iter().all(|outcome| matches!(outcome, RowOutcome::Written { .. })),
        "all are written"
    );
    assert_eq!(upserted.calls, 2, "three collections together, one alone");
    let texts = stack.salesforce.records("LP_ChatTranscript__c");
    let odd = texts.iter().find(|record| record["Conversation_Id__c"] == "le1:c250").unwrap();
    assert_eq!(odd["Transcript__c"], "is it @{rows0.id}?");
}
