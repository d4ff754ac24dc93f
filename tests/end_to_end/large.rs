//! A month of conversations through the slice function's own binary: memory, calls, faults, and what its logs tell.
//!
//! 10,000 conversations, or as many as `CHATLINK_MONTH` says; the bounds are meant for 100,000.

use domain::{
    Channel, Run, RunStatus, Scope, Search, SyncWindow,
    ports::{Runs, Source},
};
use jiff::SignedDuration;
use local::stack::{API_KEY, Stack, StackOptions};
use mapping::{Address, evaluate};
use serde_json::Value;
use std::{collections::BTreeSet, fs, path::Path};
use tests::{function::Function, manual_run, start, transcript_ids};

const DAYS: u32 = 30;
const MOST_MEMORY_KB: u64 = 128 * 1_024;
const PLANTED: usize = 50;

fn conversations() -> u64 {
    std::env::var("CHATLINK_MONTH").map_or(10_000, |number| number.parse().unwrap())
}

async fn month(data: &Path, change: impl FnOnce(&mut StackOptions)) -> (Stack, SyncWindow) {
    let stack = start(data, |options| {
        (options.conversations, options.days) = (conversations(), DAYS);
        options.works_on_slices = false;
        change(options);
    })
    .await;
    let now = stack.workspace.clock.now();
    let window = SyncWindow::manual(now - SignedDuration::from_hours(24 * 30), now, now).unwrap();
    (stack, window)
}

/// Texts of people and secrets that no log may hold.
async fn planted(stack: &Stack, window: SyncWindow) -> Vec<String> {
    let configuration = stack.workspace.configuration().await.unwrap();
    let liveperson = stack.workspace.liveperson(&configuration).await.unwrap();
    let sides: [(Channel, &[&str]); 2] = [
        (
            Channel::Chat,
            &[
                "transcript.lines[2].text",
                "info.visitorName",
                "surveys.preChat[displayName=Email].value",
                "sdes.events[sdeType=PERSONAL_INFO].personalInfo.personalInfo.contacts.personalContact.email",
                "sdes.events[sdeType=PERSONAL_INFO].personalInfo.personalInfo.contacts.personalContact.phone",
            ],
        ),
        (
            Channel::Messaging,
            &[
                "messageRecords[1].messageData.msg.text",
                "consumerParticipants.consumerName",
                "consumerParticipants.email",
                "consumerParticipants.phone",
            ],
        ),
    ];
    let mut texts: BTreeSet<String> = [
        API_KEY,
        "local-consumer-secret",
        "local-token-secret",
        "a1b2c3d4e5f60718293a4b5c6d7e8f90",
        "BEGIN PRIVATE KEY",
        "Bearer 00D",
    ]
    .map(str::to_owned)
    .into();
    for (channel, addresses) in sides {
        let addresses: Vec<Address> = addresses.iter().map(|address| address.parse().unwrap()).collect();
        let search = Search { channel, starts: window, scope: Scope::All };
        let starts =
            SyncWindow::new(window.until() - SignedDuration::from_hours(24), window.until()).unwrap();
        let page = liveperson.read_page(&Search { starts, ..search }, 0, 20).await.unwrap();
        for record in page.records() {
            let values = evaluate(&addresses, record).unwrap().into_iter().flatten();
            let long =
                values.filter_map(|value| value.as_str().map(str::to_owned)).filter(|text| text.len() > 8);
            texts.extend(long);
        }
    }
    texts.into_iter().collect()
}

async fn everything_logged(stack: &Stack, run: &Run, log: &Path) -> String {
    let sentences = stack.workspace.table.sentences_of(run).await.unwrap();
    format!("{}\n{}", fs::read_to_string(log).unwrap(), sentences.join("\n"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_month_is_balanced_in_little_memory_and_its_logs_say_nothing_private() {
    let data = tempfile::tempdir().unwrap();
    let (stack, window) = month(data.path(), |_| {}).await;
    let log = data.path().join("sync-slice.log");
    let function = Function::sync_slice(&stack, &log).await;
    let run = manual_run(&stack, window).await;
    assert_eq!((run.status, run.counts.balance()), (RunStatus::Succeeded, true), "{run:?}");
    assert!(run.counts.fetched >= conversations() * 9 / 10, "{run:?}");
    let memory = function.peak_memory_kb();
    println!(
        "peak memory of sync-slice over {} conversations: {memory} kB; {:?}",
        run.counts.fetched, run.counts
    );
    assert!(memory < MOST_MEMORY_KB, "{memory} kB");
    assert!(run.counts.liveperson_calls * 1_000 <= 12 * run.counts.fetched, "{run:?}");
    assert!(run.counts.salesforce_calls * 1_000 <= 2 * run.counts.fetched, "{run:?}");

    let before = stack.salesforce.switchboard().total_calls();
    let again = manual_run(&stack, window).await;
    assert_eq!((again.counts.written, again.counts.unchanged), (0, run.counts.fetched), "{again:?}");
    assert_eq!(
        stack.salesforce.switchboard().total_calls(),
        before,
        "unchanged ones cost Salesforce nothing"
    );

    let logged = everything_logged(&stack, &run, &log).await;
    assert!(logged.contains("worked on a slice"), "the log is there: {logged}");
    let planted = planted(&stack, window).await;
    assert!(planted.len() >= PLANTED, "{}", planted.len());
    for text in planted {
        assert!(!logged.contains(&text), "the log holds {text:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn with_five_percent_faults_of_every_kind_a_sync_ends_with_the_same_records() {
    let faults = [
        "liveperson:*:429:every=20",
        "liveperson:*:503:every=21",
        "liveperson:*:lost-answer:every=22",
        "salesforce:collections-upsert:503:every=20",
        "salesforce:composite:503:every=20",
        "salesforce:composite:lost-answer:every=21",
        "salesforce:composite:UNABLE_TO_LOCK_ROW=20:every=5",
        "salesforce:collections-upsert:lost-answer:every=21",
        "salesforce:*:expire:every=23",
        "aws:operation:500:every=20",
    ];
    let mut records = Vec::new();
    let first_data = tempfile::tempdir().unwrap();
    let (first, window) = month(first_data.path(), |_| {}).await;
    drop(first);
    for faults in [&[][..], &faults[..]] {
        let data = tempfile::tempdir().unwrap();
        // The same world, to the moment.
        fs::copy(first_data.path().join("world.json"), data.path().join("world.json")).unwrap();
        let (stack, _) = month(data.path(), |options| {
            options.faults = faults.iter().map(|fault| fault.parse().unwrap()).collect();
        })
        .await;
        let log = data.path().join("sync-slice.log");
        let _function = Function::sync_slice(&stack, &log).await;
        let mut run = manual_run(&stack, window).await;
        if run.status != RunStatus::Succeeded {
            run = manual_run(&stack, window).await;
        }
        assert!(
            run.counts.balance() && run.status == RunStatus::Succeeded,
            "{run:?}\n{}",
            fs::read_to_string(&log).unwrap()
        );
        assert!(stack.workspace.table.run(&run.id).await.unwrap().is_some());
        records.push(contents(&stack));
        assert_eq!(transcript_ids(&stack.salesforce).len(), records[0].len());
    }
    assert!(records[0] == records[1], "the same records, field by field");
}

/// Every record's fields, without its id and the time of the sync.
fn contents(stack: &Stack) -> Vec<String> {
    let mut all: Vec<String> = stack
        .salesforce
        .records("LP_ChatTranscript__c")
        .into_iter()
        .map(|mut record| {
            for name in ["Id", "Name", "Last_Synced__c", "CreatedDate", "LastModifiedDate", "SystemModstamp"]
            {
                record.remove(name);
            }
            Value::Object(record).to_string()
        })
        .collect();
    all.sort();
    all
}
