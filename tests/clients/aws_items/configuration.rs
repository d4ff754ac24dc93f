//! The configuration document and the kept descriptions.

use super::Aws;
use crate::harness::at;
use aws::{DynamoTable, SaveError, VersionedConfiguration};
use domain::{
    Code, Configuration, DailySchedule,
    configuration::{
        DocumentError, FieldMapping, LoginFlow, OtherAddresses, RedactionRule, SalesforceLogin, SaveMode,
        ScheduleSettings, SyncLimits, TranscriptSettings, ValueSource, WidgetSettings,
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
        terms: None,
        widget: WidgetSettings::default(),
        objects: Vec::new(),
        skills: Vec::new(),
    }
}

fn read(document: &Value) -> Result<Configuration, DocumentError> {
    Configuration::from_json(&document.to_string())
}

/// Saves on that version, as someone at some time.
async fn save(table: &DynamoTable, document: &Value, expected: u64) -> Result<u64, SaveError> {
    let at = at("2026-03-02T09:30:00Z");
    table.save_configuration(&read(document).unwrap(), expected, "admin@harbour.example.com", at).await
}

#[tokio::test]
async fn a_configuration_comes_back_as_it_was_kept() {
    let aws = Aws::new().await;
    assert_eq!(aws.table.configuration().await, Ok(None), "a new stack has none");
    save(&aws.table, &document(), 0).await.unwrap();
    assert_eq!(aws.table.configuration().await, Ok(Some(configuration())));
}

#[tokio::test]
async fn each_configuration_that_is_kept_is_a_version() {
    let aws = Aws::new().await;
    assert_eq!(save(&aws.table, &document(), 0).await, Ok(1));
    let mut shorter = document();
    shorter["salesforce"]["flow"] = json!({ "client_credentials": { "client_id": "key-2" } });
    for member in ["active", "transcript", "schedules", "limits", "field_mappings"] {
        shorter.as_object_mut().unwrap().remove(member);
    }
    assert_eq!(save(&aws.table, &shorter, 1).await, Ok(2));
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

#[tokio::test]
async fn who_comes_second_is_told_and_changes_nothing() {
    let aws = Aws::new().await;
    save(&aws.table, &document(), 0).await.unwrap();
    let (mut first, mut second) = (document(), document());
    first["limits"]["log_days"] = json!(31);
    second["limits"]["log_days"] = json!(32);
    assert_eq!(save(&aws.table, &first, 1).await, Ok(2));
    let stale = SaveError::Stale { expected: 1, current: 2 };
    assert_eq!(save(&aws.table, &second, 1).await, Err(stale.clone()));
    assert_eq!(save(&aws.table, &second, 0).await, Err(SaveError::Stale { expected: 0, current: 2 }));
    assert_eq!(save(&aws.table, &second, 3).await, Err(SaveError::Stale { expected: 3, current: 2 }));
    assert_eq!(stale.code(), Code::ConfigurationStale);
    let kept = aws.table.versioned_configuration().await.unwrap().unwrap();
    assert_eq!((kept.version, kept.configuration.limits.log_days), (2, 31), "the first one's work is kept");
}

#[tokio::test]
async fn of_many_at_once_exactly_one_saves() {
    let aws = Aws::new().await;
    save(&aws.table, &document(), 0).await.unwrap();
    let saves = (0..8).map(|n| {
        let (table, mut changed) = (&aws.table, document());
        changed["limits"]["log_days"] = json!(100 + n);
        async move { save(table, &changed, 1).await }
    });
    let ended = futures::future::join_all(saves).await;
    assert_eq!(ended.iter().filter(|one| **one == Ok(2)).count(), 1, "{ended:?}");
    let stale = |one: &&Result<u64, SaveError>| matches!(one, Err(SaveError::Stale { expected: 1, .. }));
    assert_eq!(ended.iter().filter(stale).count(), 7, "{ended:?}");
    assert_eq!(aws.table.audit_page(None, 10).await.unwrap().entries.len(), 2);
}

#[tokio::test]
async fn what_changes_nothing_is_no_version() {
    let aws = Aws::new().await;
    save(&aws.table, &document(), 0).await.unwrap();
    assert_eq!(save(&aws.table, &document(), 1).await, Ok(1));
    let kept = aws.table.versioned_configuration().await.unwrap();
    assert_eq!(kept, Some(VersionedConfiguration { version: 1, configuration: configuration() }));
    assert_eq!(aws.table.audit_page(None, 10).await.unwrap().entries.len(), 1);
}

#[tokio::test]
async fn limits_out_of_bounds_are_kept_as_they_are_and_used_within() {
    let aws = Aws::new().await;
    let mut wide = document();
    wide["limits"] = json!({ "api_share": 0, "log_days": 4_000 });
    save(&aws.table, &wide, 0).await.unwrap();
    let used = aws.table.configuration().await.unwrap().unwrap().limits;
    assert_eq!(used, SyncLimits { api_share: 1, log_days: 400 });
    let kept = aws.table.versioned_configuration().await.unwrap().unwrap().configuration.limits;
    assert_eq!(kept, SyncLimits { api_share: 0, log_days: 4_000 });
}

#[test]
fn a_document_is_written_as_it_is_read() {
    let parsed = read(&document()).unwrap();
    let json = serde_json::to_string(&parsed).unwrap();
    assert_eq!(Configuration::from_json(&json).unwrap(), parsed);
    assert_eq!(parsed, configuration());
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
    assert!(Configuration::from_json("{").is_err());
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
