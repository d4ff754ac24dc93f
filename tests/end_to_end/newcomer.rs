//! What a newcomer does first.

use jiff::SignedDuration;
use local::salesforce::Simulator;
use serde_json::{Value, json};
use tests::{free_ports, org, run, start, transcript_ids, up_once};

#[test]
fn up_syncs_two_days_and_a_second_start_writes_nothing() {
    let data = tempfile::tempdir().unwrap();
    let ports = free_ports();
    let first = up_once(data.path(), ports, &[]);
    assert_eq!(first.code, Some(0), "{first:?}");
    let summary = first.summary();
    let count = |summary: &Value, name: &str| summary[name].as_u64().unwrap();
    let fetched = count(&summary, "fetched");
    assert!(fetched >= 2_000, "{summary}");
    assert_eq!(fetched, count(&summary, "written") + count(&summary, "quarantined"), "{summary}");
    assert_eq!(summary["status"], "succeeded");
    let org_after = org(data.path());
    let ids = transcript_ids(&org_after);
    assert_eq!(ids.len() as u64, fetched);
    assert_a_transcript_too_long_is_cut_visibly(&org_after);

    let second = up_once(data.path(), ports, &[]);
    assert_eq!((second.code, &second.summary()["written"]), (Some(0), &json!(0)), "{second:?}");
    assert_eq!(second.summary()["calls"]["salesforce"], 0, "unchanged conversations cost Salesforce nothing");
    assert_eq!(transcript_ids(&org(data.path())), ids);
}

#[test]
fn a_data_folder_goes_on_working_on_other_ports() {
    let data = tempfile::tempdir().unwrap();
    let few = ["--conversations", "1050"];
    let refused = ["--fault", "salesforce:collections-upsert:STRING_TOO_LONG"];
    let first = up_once(data.path(), free_ports(), &[few, refused].concat());
    assert!(first.summary()["quarantined"].as_u64().unwrap() > 20, "{first:?}");
    let second = up_once(data.path(), free_ports(), &few);
    assert_eq!((second.code, &second.summary()["status"]), (Some(0), &json!("succeeded")), "{second:?}");
    // One that began before the window is read by its id, and by a search if it changed since: it may be written by both.
    assert!(second.summary()["written"].as_u64() >= first.summary()["quarantined"].as_u64(), "{second:?}");
    assert_eq!(second.summary()["quarantined"], 0);
}

fn assert_a_transcript_too_long_is_cut_visibly(org: &Simulator) {
    let records = org.records("LP_ChatTranscript__c");
    let cut: Vec<_> = records.iter().filter(|record| record["Truncated__c"] == true).collect();
    assert!(!cut.is_empty(), "the world has transcripts over 131,072 characters");
    for record in cut {
        let text = record["Transcript__c"].as_str().unwrap();
        let length = text.encode_utf16().count();
        assert!((130_000..=131_072).contains(&length), "{length}");
        let last = text.lines().last().unwrap();
        assert!(last.contains("cut"), "the last line says that the rest is missing: {last}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_stack_takes_further_manual_syncs() {
    let data = tempfile::tempdir().unwrap();
    let stack = start(data.path(), |options| options.conversations = 7_000).await;
    let (base, now) = (stack.ports.pages().to_string(), stack.workspace.clock.now());
    let (from, to) = ((now - SignedDuration::from_hours(72)).to_string(), now.to_string());
    let sync = move || run(&["sync", "--from", &from, "--to", &to, "--json", "--port-base", &base], "");
    let first = tokio::task::spawn_blocking(sync).await.unwrap();
    assert_eq!(first.code, Some(0), "{first:?}");
    let summary = first.summary();
    assert_eq!((&summary["kind"], &summary["status"]), (&json!("manual"), &json!("succeeded")));
    assert_eq!(summary["written"], json!(transcript_ids(&stack.salesforce).len()));
    assert!(
        summary["written"].as_u64().unwrap() > 500 && summary["wall_ms"].as_u64().unwrap() > 0,
        "{summary}"
    );
}

#[test]
fn a_record_holds_what_the_conversation_held() {
    let data = tempfile::tempdir().unwrap();
    assert_eq!(up_once(data.path(), free_ports(), &["--conversations", "3500"]).code, Some(0));
    let records = org(data.path()).records("LP_ChatTranscript__c");
    let with = |field: &str| records.iter().filter(|record| record.contains_key(field)).count();
    for field in
        ["Transcript__c", "Channel__c", "Started__c", "Skill__c", "Agent__c", "Last_Synced__c", "Campaign__c"]
    {
        assert_eq!(with(field), records.len(), "{field}");
    }
    for field in [
        "Ended__c",
        "Duration_Seconds__c",
        "Visitor_Email__c",
        "Customer_Type__c",
        "Country__c",
        "Last_Payment__c",
    ] {
        assert!(with(field) * 2 > records.len(), "{field}: {} of {}", with(field), records.len());
    }
    let open = records.iter().filter(|record| record["Status__c"] == "open").collect::<Vec<_>>();
    assert!(
        !open.is_empty() && open.iter().all(|record| !record.contains_key("Ended__c")),
        "open ones have no end"
    );
    let html = records
        .iter()
        .filter_map(|record| record.get("Transcript__c")?.as_str())
        .find(|text| text.contains("<div"));
    assert_eq!(html, None, "HTML lines become text");
    let private = records
        .iter()
        .filter_map(|record| record.get("Transcript__c")?.as_str())
        .find(|text| text.contains("Note to self"));
    assert_eq!(private, None, "agent-only lines are left out");
}

#[test]
fn addresses_are_evaluated_on_a_conversation() {
    let conversation = r#"{"info":{"skillName":"Billing"},"surveys":{"preChat":[{"displayName":"Order no.?","value":"17"}]}}"#;
    let addresses = ["info.skillName", "surveys.preChat[displayName=Order no.?].value", "info.agentName"];
    let ran = run(&[&["address"], &addresses[..]].concat(), conversation);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let want = json!({ addresses[0]: "Billing", addresses[1]: "17", addresses[2]: null });
    assert_eq!(ran.summary(), want);
}
