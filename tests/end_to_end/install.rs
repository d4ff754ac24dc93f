//! From an org without Chatlink to its first sync, with the built command.

use serde_json::{Value, json};
use std::{path::Path, process::Command};
use tests::{Ran, chatlink, free_ports, org, run, start, transcript_ids, up_once};

const NOOR: &str = "noor.adair@chatlink.example";
const SYNC: &str = "sync@chatlink.example";
const STACK: &str = "https://stack.example.org";
const BARE: [&str; 3] = ["--bare-org", "--conversations", "1050"];

/// Runs the command with an access token in its environment.
fn with_token(token: &str, args: &[&str]) -> Ran {
    let mut command = Command::new(chatlink());
    let output = command.args(args).env("CHATLINK_SALESFORCE_ACCESS_TOKEN", token).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ran { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

/// Runs the command beside a stack over this data folder, as the org's administrator.
async fn beside_the_stack(data: &Path, args: &'static [&'static str]) -> Ran {
    let stack = start(data, |options| options.bare_org = true).await;
    let token = stack.salesforce.sign_in(NOOR).unwrap();
    let address = format!("http://127.0.0.1:{}", stack.ports.salesforce());
    let ran = tokio::task::spawn_blocking(move || with_token(&token, &[args, &["--org", &address]].concat()));
    ran.await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bare_org_is_installed_once_and_then_synced_in_whole() {
    let data = tempfile::tempdir().unwrap();
    let early = up_once(data.path(), free_ports(), &BARE);
    assert_eq!(early.code, Some(1), "{early:?}");
    assert!(early.err.contains("chatlink install --org http://127.0.0.1:"), "{early:?}");

    let checked = beside_the_stack(data.path(), &["install", "--check"]).await;
    assert_eq!(checked.code, Some(1), "there is something to do: {checked:?}");
    assert!(
        checked.out.contains("create object: LP_ChatTranscript__c")
            && checked.out.contains("nothing was changed")
    );

    let installed = beside_the_stack(data.path(), &["install", "--sync-user", SYNC, "--stack", STACK]).await;
    assert_eq!(installed.code, Some(0), "{installed:?}");
    for want in ["create fields: Account__c, Agent__c", "Left to do by hand:", "SalesforceClientId = \""] {
        assert!(installed.out.contains(want), "{want}: {installed:?}");
    }

    let again = beside_the_stack(data.path(), &["install", "--sync-user", SYNC, "--json"]).await;
    let summary = again.summary();
    assert_eq!((again.code, &summary["nothing_to_do"]), (Some(0), &json!(true)), "{again:?}");
    assert_eq!(summary["stack"], STACK, "found in the org");

    let first = up_once(data.path(), free_ports(), &[]);
    assert_eq!(first.code, Some(0), "{first:?}");
    let summary = first.summary();
    assert_eq!((&summary["status"], &summary["quarantined"]), (&json!("succeeded"), &json!(0)), "{summary}");
    assert_eq!(summary["written"], summary["fetched"]);
    let written = transcript_ids(&org(data.path()));
    assert!(written.len() > 50 && json!(written.len()) == summary["written"], "{summary}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_field_that_was_changed_stops_the_installation_and_is_named() {
    let data = tempfile::tempdir().unwrap();
    let stack = start(data.path(), |_| ()).await;
    stack.salesforce.change_field("LP_ChatTranscript__c", "Transcript__c", |field| {
        field.kind = local::salesforce::Kind::LongText(32_768);
    });
    let token = stack.salesforce.sign_in(NOOR).unwrap();
    let address = format!("http://127.0.0.1:{}", stack.ports.salesforce());
    let install = move |more: &[&str]| with_token(&token, &[&["install", "--org", &address], more].concat());
    let (plain, program) =
        tokio::task::spawn_blocking(move || (install(&[]), install(&["--json"]))).await.unwrap();
    assert_eq!((plain.code, program.code), (Some(1), Some(1)), "{plain:?}");
    let want = "LP_ChatTranscript__c.Transcript__c: its length is 32768 and should be 131072; edit the field in Setup";
    assert!(plain.out.contains(want) && plain.err.contains("nothing was deployed"), "{plain:?}");
    let conflict = json!({"field": "Transcript__c", "what": "length", "is": "32768", "should_be": "131072"});
    let summary: Value = serde_json::from_str(program.out.trim()).unwrap();
    assert_eq!(summary["conflicts"], json!([conflict]));
    assert!(!stack.salesforce.switchboard().calls().contains_key("metadata-deploy"));
}

#[tokio::test(flavor = "multi_thread")]
async fn uninstalling_is_refused_while_there_are_records() {
    let data = tempfile::tempdir().unwrap();
    let stack = start(data.path(), |_| ()).await;
    let row = json!({"Conversation_Id__c": "le1:1"});
    stack.salesforce.insert("LP_ChatTranscript__c", row.as_object().cloned().unwrap()).unwrap();
    let token = stack.salesforce.sign_in(NOOR).unwrap();
    let address = format!("http://127.0.0.1:{}", stack.ports.salesforce());
    let uninstall =
        move |more: &[&str]| with_token(&token, &[&["uninstall", "--org", &address], more].concat());
    let (kept, gone) =
        tokio::task::spawn_blocking(move || (uninstall(&[]), uninstall(&["--delete-records"])))
            .await
            .unwrap();
    assert!(kept.code == Some(1) && kept.err.contains("has records, 1 of them"), "{kept:?}");
    assert!(gone.code == Some(0) && gone.out.contains("records: 1"), "{gone:?}");
    assert!(!stack.salesforce.has_object("LP_ChatTranscript__c"));
}

#[test]
fn wrong_addresses_and_missing_ways_to_sign_in_are_named() {
    for (args, want) in [
        (
            &["install", "--org", "acme.my.salesforce.com"][..],
            "--org acme.my.salesforce.com: give an address with https://",
        ),
        (&["install", "--org", "https://acme.my.salesforce.com"], "CHATLINK_SALESFORCE_ACCESS_TOKEN"),
        (
            &["install", "--org", "https://acme.my.salesforce.com", "--certificate", "none.pem"],
            "--certificate none.pem",
        ),
        (&["package", "--stack", "http://x.example", "unused"], "--stack http://x.example"),
    ] {
        let ran = run(args, "");
        assert!(ran.code == Some(2) && ran.err.contains(want), "{ran:?}");
    }
}

#[test]
fn the_package_is_written_for_other_tools_into_an_empty_folder() {
    let folder = tempfile::tempdir().unwrap();
    let into = folder.path().join("mdapi");
    let args = ["package", "--stack", STACK, into.to_str().unwrap()];
    assert_eq!(run(&args, "").code, Some(0));
    let read = |path: &str| std::fs::read_to_string(into.join(path)).unwrap();
    assert!(read("package.xml").contains("<members>LP_ChatTranscript__c</members>"));
    assert!(read("objects/LP_ChatTranscript__c.object").contains(STACK));
    assert!(into.join("externalClientApps/Chatlink.eca").exists());
    assert!(!into.join("extlClntAppGlobalOauthSets").exists(), "those are of one org");
    let again = run(&args, "");
    assert!(again.code == Some(2) && again.err.contains("not empty"), "{again:?}");
}
