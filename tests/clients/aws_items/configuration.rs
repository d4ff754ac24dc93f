//! The configuration document and the kept descriptions.

use super::Aws;
use crate::harness::at;
use aws::ConfigurationDocument;
use domain::{
    Configuration, DailySchedule,
    configuration::{
        FieldMapping, LoginFlow, OtherAddresses, RedactionRule, SalesforceLogin, SaveMode, ScheduleSettings,
        SyncLimits, TranscriptSettings, ValueSource,
    },
    ports::StoreError,
};
use serde_json::{Value, json};

fn document() -> Value {
    json!({
        "account": "le20020002",
        "salesforce": {
            "login_url": "https://harbour.example.com",
            "api_version": "v67.0",
            "flow": { "jwt_bearer": {
                "client_id": "key-1", "username": "sync@harbour.example.com", "audience": "https://login.example.com" } },
        },
        "active": false,
        "transcript": {
            "include_agent_only_lines": true, "save_mode": "both",
            "redaction": ["payment_card", { "pattern": { "name": "order", "regex": "ORD-[0-9]+" } }],
        },
        "schedules": { "periodic": true, "daily": { "hour": 3, "zone": "Europe/Lisbon" } },
        "limits": { "api_share": 35, "log_days": 30 },
        "field_mappings": [
            { "field": "Skill__c", "value": "Skill" },
            { "field": "Order_Id__c", "value": {
                "chat_api": "surveys.preChat[displayName=Order no.?].value", "messaging_sdk": "chatInfo.order" } },
        ],
    })
}

fn configuration() -> Configuration {
    let addresses = OtherAddresses {
        chat_sdk: None,
        chat_api: Some("surveys.preChat[displayName=Order no.?].value".to_owned()),
        messaging_sdk: Some("chatInfo.order".to_owned()),
        messaging_api: None,
    };
    let mapping = |field: &str, source| FieldMapping { field: field.to_owned(), source };
    Configuration {
        account: "le20020002".to_owned(),
        salesforce: SalesforceLogin {
            login_url: "https://harbour.example.com".to_owned(),
            api_version: "v67.0".to_owned(),
            flow: LoginFlow::JwtBearer {
                client_id: "key-1".to_owned(),
                username: "sync@harbour.example.com".to_owned(),
                audience: "https://login.example.com".to_owned(),
            },
        },
        active: false,
        transcript: TranscriptSettings {
            include_agent_only_lines: true,
            save_mode: SaveMode::Both,
            redaction: vec![
                RedactionRule::PaymentCard,
                RedactionRule::Pattern { name: "order".to_owned(), regex: "ORD-[0-9]+".to_owned() },
            ],
        },
        schedules: ScheduleSettings {
            periodic: true,
            daily: Some(DailySchedule { hour: 3, zone: "Europe/Lisbon".to_owned() }),
        },
        limits: SyncLimits { api_share: 35, log_days: 30 },
        field_mappings: vec![
            mapping("Skill__c", ValueSource::Predefined("Skill".to_owned())),
            mapping("Order_Id__c", ValueSource::Other(addresses)),
        ],
    }
}

fn read(document: &Value) -> Result<ConfigurationDocument, aws::DocumentError> {
    ConfigurationDocument::from_json(&document.to_string())
}

#[tokio::test]
async fn a_configuration_comes_back_as_it_was_kept() {
    let aws = Aws::new().await;
    assert_eq!(aws.table.configuration().await, Ok(None), "a new stack has none");
    aws.table.keep_configuration(&read(&document()).unwrap()).await.unwrap();
    assert_eq!(aws.table.configuration().await, Ok(Some(configuration())));
}

#[tokio::test]
async fn each_configuration_that_is_kept_is_a_version() {
    let aws = Aws::new().await;
    aws.table.keep_configuration(&read(&document()).unwrap()).await.unwrap();
    let mut shorter = document();
    shorter["salesforce"]["flow"] = json!({ "client_credentials": { "client_id": "key-2" } });
    for member in ["active", "transcript", "schedules", "limits", "field_mappings"] {
        shorter.as_object_mut().unwrap().remove(member);
    }
    aws.table.keep_configuration(&read(&shorter).unwrap()).await.unwrap();
    let now = aws.table.configuration().await.unwrap().unwrap();
    assert_eq!(now.salesforce.flow, LoginFlow::ClientCredentials { client_id: "key-2".to_owned() });
    assert_eq!(
        (now.active, now.transcript, now.schedules, now.limits, now.field_mappings.len()),
        (true, TranscriptSettings::default(), ScheduleSettings::default(), SyncLimits::default(), 0),
        "nothing stays behind"
    );
    let item = aws.item("configuration", "current").await.unwrap();
    assert_eq!(item["version"].as_n().unwrap(), "2");
}

#[test]
fn a_document_is_written_as_it_is_read() {
    let parsed = read(&document()).unwrap();
    let json = serde_json::to_string(&parsed).unwrap();
    assert_eq!(ConfigurationDocument::from_json(&json).unwrap(), parsed);
    assert_eq!(Configuration::from(parsed), configuration());
}

#[test]
fn an_unknown_member_is_refused_by_its_name() {
    // Where the member is added, as a JSON pointer.
    let places = [
        "",
        "/salesforce",
        "/salesforce/flow/jwt_bearer",
        "/transcript",
        "/schedules",
        "/schedules/daily",
        "/limits",
        "/field_mappings/0",
        "/field_mappings/1/value",
    ];
    for place in places {
        let mut changed = document();
        changed.pointer_mut(place).unwrap()["colour"] = json!("blue");
        let said = read(&changed).unwrap_err().to_string();
        assert!(said.contains("colour"), "at {place:?}: {said}");
        assert!(said.contains("line"), "at {place:?}, it says where: {said}");
    }
}

#[test]
fn a_member_that_is_missing_or_wrong_is_named() {
    let mut without = document();
    without["salesforce"].as_object_mut().unwrap().remove("api_version");
    assert!(read(&without).unwrap_err().to_string().contains("api_version"));
    let mut flow = document();
    flow["salesforce"]["flow"] = json!({ "password": {} });
    assert!(read(&flow).unwrap_err().to_string().contains("password"));
    assert!(ConfigurationDocument::from_json("{").is_err());
}

#[tokio::test]
async fn a_configuration_of_a_newer_version_is_not_guessed_at() {
    let aws = Aws::new().await;
    let mut newer = document();
    newer["colour"] = json!("blue");
    aws.put(&[("key", "configuration"), ("sort", "current"), ("document", &newer.to_string())]).await;
    let read = aws.table.configuration().await;
    assert!(
        matches!(&read, Err(StoreError::Unreadable { item: "configuration", reason }) if reason.contains("colour")),
        "{read:?}"
    );
}

#[tokio::test]
async fn what_describe_said_is_kept_by_object() {
    let aws = Aws::new().await;
    let (first, later) = (at("2026-03-02T09:30:00.001Z"), at("2026-03-02T10:30:00Z"));
    assert_eq!(aws.table.description("LP_ChatTranscript__c").await, Ok(None));
    aws.table.keep_description("LP_ChatTranscript__c", r#"[{"name":"Ünö__c"}]"#, first).await.unwrap();
    aws.table.keep_description("Contact", "[]", later).await.unwrap();
    let kept = aws.table.description("LP_ChatTranscript__c").await;
    assert_eq!(kept, Ok(Some((r#"[{"name":"Ünö__c"}]"#.to_owned(), first))));
    aws.table.keep_description("LP_ChatTranscript__c", "[]", later).await.unwrap();
    assert_eq!(aws.table.description("LP_ChatTranscript__c").await, Ok(Some(("[]".to_owned(), later))));
}
