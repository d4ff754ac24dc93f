//! Whole transcripts as Salesforce Files: one per record, a new version when the text changed.

use super::{Org, TOGETHER, conversation, rows};
use ::salesforce::TRANSCRIPT_OBJECT;
use base64::{Engine, engine::general_purpose::STANDARD};
use domain::ports::{Attached, RowOutcome, Sink, SinkError, Transcript};
use serde_json::{Map, Value, json};

/// An org with that many records, and a transcript for each that is said to be new.
async fn with_records(
    count: usize,
    faults: &[&str],
    text: impl Fn(usize) -> String,
) -> (Org, Vec<Transcript>) {
    let org = Org::new(faults).await;
    let upserted = org.client.upsert(&rows(count), TOGETHER).await.unwrap();
    let transcript = |(n, outcome): (usize, RowOutcome)| {
        let RowOutcome::Written { record, created } = outcome else { panic!("{outcome:?}") };
        Transcript { conversation: conversation(n), record, new: created, text: text(n) }
    };
    let transcripts = upserted.outcomes.into_iter().enumerate().map(transcript).collect();
    (org, transcripts)
}

/// About 5 KB, with letters of two and four bytes.
fn usual(n: usize) -> String {
    format!("Visitor: Ça va n° {n} ? 👍🏽\n").repeat(160)
}

fn again(transcripts: &[Transcript]) -> Vec<Transcript> {
    transcripts.iter().map(|one| Transcript { new: false, ..one.clone() }).collect()
}

fn whole(attached: &Attached, count: usize) -> bool {
    attached.outcomes.len() == count && attached.outcomes.iter().all(Result::is_ok)
}

/// The versions of the Files linked to a record, oldest first.
fn versions(org: &Org, record: &str) -> Vec<Map<String, Value>> {
    let links = org.simulator.records("ContentDocumentLink");
    let documents: Vec<&Value> = links
        .iter()
        .filter(|link| link["LinkedEntityId"] == record)
        .map(|link| &link["ContentDocumentId"])
        .collect();
    let versions = org.simulator.records("ContentVersion");
    versions.into_iter().filter(|version| documents.contains(&&version["ContentDocumentId"])).collect()
}

fn text_of(version: &Map<String, Value>) -> String {
    String::from_utf8(STANDARD.decode(version["VersionData"].as_str().unwrap()).unwrap()).unwrap()
}

#[tokio::test]
async fn a_new_transcript_becomes_a_file_of_its_record() {
    let (org, transcripts) = with_records(3, &[], usual).await;
    let attached = org.client.attach(&transcripts).await.unwrap();
    assert!(whole(&attached, 3));
    assert_eq!((attached.calls, org.calls("collections-create"), org.calls("query")), (1, 1, 0));
    for (n, transcript) in transcripts.iter().enumerate() {
        let versions = versions(&org, &transcript.record);
        let [version] = versions.as_slice() else { panic!("{versions:?}") };
        assert_eq!(version["Title"], format!("Chat transcript {}", conversation(n)));
        assert_eq!(version["PathOnClient"], format!("le20020002-c-{n:04}.txt"));
        assert_eq!((&version["FileType"], text_of(version)), (&json!("TEXT"), transcript.text.clone()));
    }
}

#[tokio::test]
async fn a_thousand_transcripts_cost_few_calls() {
    let (org, transcripts) = with_records(1_000, &[], usual).await;
    let new = org.client.attach(&transcripts).await.unwrap();
    assert!(whole(&new, 1_000));
    assert_eq!(new.calls, 1);
    let same = org.client.attach(&again(&transcripts)).await.unwrap();
    assert!(whole(&same, 1_000));
    assert_eq!((same.calls, org.calls("query")), (5, 5), "nothing is stored anew");
    assert_eq!(org.simulator.count("ContentVersion"), 1_000);
    let mut changed = again(&transcripts);
    changed.iter_mut().for_each(|one| one.text.push_str("Agent: Bye.\n"));
    let changed_now = org.client.attach(&changed).await.unwrap();
    assert!(whole(&changed_now, 1_000));
    assert!(changed_now.calls <= 7, "{} calls", changed_now.calls);
    assert_eq!(org.simulator.count("ContentDocument"), 1_000, "versions, not copies");
    assert_eq!(org.simulator.count("ContentVersion"), 2_000);
    let newest = versions(&org, &changed[777].record).pop().unwrap();
    assert_eq!((&newest["VersionNumber"], text_of(&newest)), (&json!("2"), changed[777].text.clone()));
}

#[tokio::test]
async fn only_what_is_missing_or_changed_is_stored() {
    let (org, transcripts) = with_records(5, &[], usual).await;
    org.client.attach(&transcripts[..3]).await.unwrap();
    let mut later = again(&transcripts);
    later[1].text.push('!');
    let attached = org.client.attach(&later).await.unwrap();
    assert!(whole(&attached, 5));
    assert_eq!(attached.calls, 2);
    let counts: Vec<_> = later.iter().map(|one| versions(&org, &one.record).len()).collect();
    assert_eq!(counts, [1, 2, 1, 1, 1]);
}

#[tokio::test]
async fn a_persons_own_files_are_left_alone() {
    let (org, transcripts) = with_records(1, &[], usual).await;
    let own = json!({
        "Title": "Photo of the box", "PathOnClient": "box.txt", "VersionData": STANDARD.encode(&transcripts[0].text),
        "FirstPublishLocationId": transcripts[0].record,
    });
    let own = org.simulator.insert("ContentVersion", own.as_object().unwrap().clone()).unwrap();
    let before = org.simulator.record(&own);
    assert!(whole(&org.client.attach(&again(&transcripts)).await.unwrap(), 1));
    let mut changed = again(&transcripts);
    changed[0].text.push('!');
    assert!(whole(&org.client.attach(&changed).await.unwrap(), 1));
    assert_eq!(versions(&org, &transcripts[0].record).len(), 3, "theirs, and two of ours");
    assert_eq!(org.simulator.record(&own), before);
}

#[tokio::test]
async fn a_lost_answer_is_not_repeated_and_leaves_one_file() {
    for (count, operation) in [(3, "collections-create"), (201, "composite")] {
        // The upserts of 201 records are a composite call, too.
        let nth = if count > 200 { 2 } else { 1 };
        let fault = format!("salesforce:{operation}:lost-answer:nth={nth}");
        let (org, transcripts) = with_records(count, &[&fault], usual).await;
        let error = org.client.attach(&transcripts).await.unwrap_err();
        assert!(matches!(error, SinkError::Unavailable { .. }), "{operation}: {error:?}");
        assert_eq!(org.calls(operation), nth, "{operation}: sent once");
        assert_eq!(org.simulator.count("ContentDocument"), count, "{operation}: it was stored");
        // The sync upserts again, and learns that the records are not new.
        let attached = org.client.attach(&again(&transcripts)).await.unwrap();
        assert!(whole(&attached, count));
        assert_eq!(org.simulator.count("ContentVersion"), count, "{operation}: no second copy");
        assert_eq!(org.calls(operation), nth, "{operation}");
    }
}

#[tokio::test]
async fn a_call_that_fails_is_not_repeated_but_a_query_is() {
    let faults = ["salesforce:collections-create:503:nth=1", "salesforce:query:503:nth=1"];
    let (org, transcripts) = with_records(2, &faults, usual).await;
    let error = org.client.attach(&transcripts).await.unwrap_err();
    assert!(matches!(error, SinkError::Unavailable { .. }), "{error:?}");
    assert_eq!(org.calls("collections-create"), 1);
    let attached = org.client.attach(&again(&transcripts)).await.unwrap();
    assert!(whole(&attached, 2));
    assert_eq!(attached.calls, 3, "a query that failed, the query, the Files");
}

#[tokio::test]
async fn a_token_that_expires_between_is_renewed_and_nothing_is_stored_twice() {
    let (org, transcripts) = with_records(2, &["salesforce:collections-create:expire:nth=1"], usual).await;
    let attached = org.client.attach(&transcripts).await.unwrap();
    assert!(whole(&attached, 2));
    assert_eq!((attached.calls, org.simulator.count("ContentDocument")), (2, 2));
}

#[tokio::test]
async fn a_file_that_is_refused_harms_only_itself() {
    let (org, mut transcripts) = with_records(3, &[], usual).await;
    org.simulator.delete(TRANSCRIPT_OBJECT, &transcripts[1].record).unwrap();
    transcripts[2].record = "x' OR Id != 'abcd".to_owned();
    transcripts[2].new = false;
    let attached = org.client.attach(&transcripts).await.unwrap();
    let codes: Vec<_> = attached
        .outcomes
        .iter()
        .map(|one| one.as_ref().map_or_else(|no| no.status.as_str(), |()| ""))
        .collect();
    assert_eq!(codes, ["", "ENTITY_IS_DELETED", "MALFORMED_ID"]);
    assert_eq!(org.calls("query"), 0, "what cannot be an id does not get into a query");
}

#[tokio::test]
async fn an_org_without_room_says_so_for_each_file() {
    let fault = "salesforce:collections-create:STORAGE_LIMIT_EXCEEDED";
    let (org, transcripts) = with_records(2, &[fault], usual).await;
    let attached = org.client.attach(&transcripts).await.unwrap();
    assert!(
        attached
            .outcomes
            .iter()
            .all(|one| one.as_ref().is_err_and(|no| no.status == "STORAGE_LIMIT_EXCEEDED"))
    );
}

#[tokio::test]
async fn a_collection_that_is_refused_as_a_whole_is_said() {
    let (org, transcripts) =
        with_records(2, &["salesforce:collections-create:API_DISABLED_FOR_ORG=call"], usual).await;
    assert!(matches!(org.client.attach(&transcripts).await, Err(SinkError::Unauthorized { .. })));
    let (org, transcripts) =
        with_records(2, &["salesforce:collections-create:INVALID_TYPE=call"], usual).await;
    let error = org.client.attach(&transcripts).await.unwrap_err();
    assert!(matches!(&error, SinkError::Rejected { status, .. } if status == "INVALID_TYPE"), "{error:?}");
}

#[tokio::test]
async fn large_files_go_in_calls_of_their_own_and_the_largest_not_at_all() {
    let text = |n: usize| "x".repeat([2_000_000, 4_000_000, 5_000_000, 9_000_000, 10, 35_000_001][n]);
    let (org, transcripts) = with_records(6, &[], text).await;
    let attached = org.client.attach(&transcripts).await.unwrap();
    // In base64: 2.7 and 5.3 MB together; 6.7; 12 alone; ten bytes.
    assert_eq!((attached.calls, org.calls("collections-create")), (4, 4));
    assert!(attached.outcomes[..5].iter().all(Result::is_ok), "{:?}", attached.outcomes);
    let refused = attached.outcomes[5].as_ref().unwrap_err();
    assert_eq!(refused.status, "EXCEEDED_MAX_SIZE_REQUEST");
    assert!(refused.message.contains("35000001 bytes"), "{}", refused.message);
    let sizes: Vec<_> =
        org.simulator.records("ContentVersion").iter().map(|one| one["ContentSize"].clone()).collect();
    assert_eq!(sizes, [2_000_000, 4_000_000, 5_000_000, 9_000_000, 10].map(|size| json!(size)));
}

#[tokio::test]
async fn a_copy_with_the_same_text_is_enough() {
    let (org, transcripts) = with_records(1, &[], usual).await;
    // Two runs stored the first text at once; since then only the newer copy was brought up to date.
    org.client.attach(&transcripts).await.unwrap();
    let later = [Transcript { text: "later".to_owned(), ..transcripts[0].clone() }];
    org.client.attach(&later).await.unwrap();
    assert_eq!(org.simulator.count("ContentDocument"), 2);
    let attached = org.client.attach(&again(&later)).await.unwrap();
    assert!(whole(&attached, 1));
    assert_eq!((attached.calls, org.simulator.count("ContentVersion")), (1, 2), "one of them has the text");
    org.client
        .attach(&[Transcript { text: "last".to_owned(), new: false, ..later[0].clone() }])
        .await
        .unwrap();
    assert_eq!((org.simulator.count("ContentDocument"), org.simulator.count("ContentVersion")), (2, 3));
}

#[tokio::test]
async fn no_transcripts_are_no_call() {
    let org = Org::new(&[]).await;
    let attached = org.client.attach(&[]).await.unwrap();
    assert_eq!(
        (attached.outcomes.len(), attached.calls, org.simulator.switchboard().total_calls()),
        (0, 0, 0)
    );
}
