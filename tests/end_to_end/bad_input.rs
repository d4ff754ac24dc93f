//! Bad input: one clear sentence, the right exit code, nothing half-written.

use serde_json::json;
use std::{fs, net::TcpListener};
use tests::{Ran, free_ports, org, run, transcript_ids, up_once};

/// Few conversations: these runs end before or soon after they begin.
const FEW: [&str; 2] = ["--conversations", "350"];

#[track_caller]
fn assert_refused(ran: &Ran, code: i32, words: &[&str]) {
    assert_eq!(ran.code, Some(code), "{ran:?}");
    for word in words {
        assert!(ran.err.contains(word), "{word:?} is missing: {}", ran.err);
    }
    assert!(!ran.err.contains("panicked"), "{}", ran.err);
}

#[test]
fn an_address_that_does_not_parse_is_pointed_at() {
    let ran = run(&["address", "info.skillName", "surveys.preChat[displayName=Email.value"], "{}");
    assert_refused(&ran, 2, &["surveys.preChat[displayName=Email.value", "character", "expected"]);
    assert_eq!(ran.out, "");
    assert_refused(&run(&["address", "info"], "no json"), 2, &["not one conversation in JSON"]);
}

#[test]
fn windows_that_cannot_be_are_refused_before_anything_is_asked() {
    let sync = |from: &str, to: &str| run(&["sync", "--from", from, "--to", to], "");
    assert_refused(&sync("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"), 2, &["31 days", "at most 30"]);
    assert_refused(
        &sync("2026-01-02T00:00:00Z", "2026-01-01T00:00:00Z"),
        2,
        &["not after its start", "--from"],
    );
    assert_refused(&sync("yesterday", "2026-01-01T00:00:00Z"), 2, &["--from", "yesterday"]);
    assert_refused(&sync("2999-01-01T00:00:00Z", "2999-01-02T00:00:00Z"), 2, &["in the future"]);
}

#[test]
fn a_sync_without_a_stack_says_how_to_start_one() {
    let base = free_ports().pages().to_string();
    let ran = run(
        &["sync", "--from", "2026-01-01T00:00:00Z", "--to", "2026-01-02T00:00:00Z", "--port-base", &base],
        "",
    );
    assert_refused(&ran, 2, &["no stack answers", "chatlink up"]);
}

#[test]
fn a_port_in_use_is_named() {
    let ports = free_ports();
    let _taken = TcpListener::bind(("127.0.0.1", ports.salesforce())).unwrap();
    let data = tempfile::tempdir().unwrap();
    let port = format!("port {}", ports.salesforce());
    assert_refused(&up_once(data.path(), ports, &[]), 2, &[&port, "in use", "--port-base"]);
}

#[test]
fn a_data_folder_of_a_newer_version_is_left_alone() {
    let data = tempfile::tempdir().unwrap();
    fs::write(data.path().join("format"), "99").unwrap();
    assert_refused(&up_once(data.path(), free_ports(), &[]), 2, &["format 99", "--data"]);
    assert_eq!(fs::read_dir(data.path()).unwrap().count(), 1);
}

#[test]
fn a_mapping_to_a_field_that_does_not_exist_writes_nothing() {
    let data = tempfile::tempdir().unwrap();
    let ports = free_ports();
    let file = data.path().join("configuration.json");
    let salesforce = format!("http://127.0.0.1:{}", ports.salesforce());
    let configuration = |mappings: serde_json::Value| {
        let flow = json!({ "jwt_bearer": {
            "client_id": "chatlink-local-consumer-key", "username": "sync@chatlink.example", "audience": salesforce } });
        let login = json!({ "login_url": salesforce, "api_version": "v67.0", "flow": flow });
        json!({ "account": "le70010001", "salesforce": login, "field_mappings": mappings }).to_string()
    };
    let folder = data.path().join("data");
    let refused = |mappings: serde_json::Value, words: &[&str]| {
        fs::write(&file, configuration(mappings)).unwrap();
        let more = [&FEW[..], &["--configuration", file.to_str().unwrap()]].concat();
        assert_refused(&up_once(&folder, ports, &more), 2, words);
    };
    refused(
        json!([{ "field": "Nowhere__c", "value": "Visitor Email" }, { "field": "Contact__c", "value": "Agent Name" }]),
        &["Nowhere__c", "no such field", "Contact__c", "choose another field"],
    );
    refused(json!([{ "field": "Goal__c", "value": "Goal Nam" }]), &["Goal__c", "Goal Nam"]);
    refused(
        json!([{ "field": "Goal__c", "value": { "chat_api": "campaign..goalName" } }]),
        &["Goal__c", "character 9"],
    );
    refused(json!([{ "field": "Goal__c", "valeu": 1 }]), &["configuration.json", "valeu"]);
    assert_eq!(transcript_ids(&org(&folder)).len(), 0, "nothing was written");
}

#[test]
fn wrong_credentials_are_said_and_not_shown() {
    for (secret, member, words) in [
        ("chatlink-local/liveperson", "consumer_secret", ["LP-001", "refused our API key"]),
        ("chatlink-local/salesforce", "private_key", ["SF-001", "PEM"]),
    ] {
        let (data, ports) = (tempfile::tempdir().unwrap(), free_ports());
        assert_eq!(up_once(data.path(), ports, &["--conversations", "1"]).code, Some(0));
        let file = data.path().join("secrets.json");
        let mut secrets: serde_json::Value =
            serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
        secrets[secret][member] = json!("hush-hush");
        fs::write(&file, secrets.to_string()).unwrap();
        fs::remove_file(data.path().join("table.sqlite")).unwrap();
        let ran = up_once(data.path(), ports, &FEW);
        assert_refused(&ran, 1, &words);
        assert!(!ran.err.contains("hush-hush") && !ran.out.contains("hush-hush"), "{ran:?}");
    }
}
