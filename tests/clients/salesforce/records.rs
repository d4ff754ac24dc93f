//! One Chat Transcript record, found by its id or its external id.

use super::{Org, USERNAME, conversation};
use ::salesforce::TRANSCRIPT_OBJECT;
use domain::ports::{RecordKey, Sink, SinkError};
use serde_json::{Value, json};

/// An org with a record, and the record's id.
async fn with_record() -> (Org, String) {
    let org = Org::new(&[]).await;
    let fields =
        json!({ "Conversation_Id__c": conversation(1).as_str(), "Skill__c": "O'Hara", "CSAT__c": 4 });
    let id = org.simulator.insert(TRANSCRIPT_OBJECT, fields.as_object().unwrap().clone()).unwrap();
    (org, id)
}

#[tokio::test]
async fn a_record_is_found_by_either_of_its_names() {
    let (org, id) = with_record().await;
    for key in [
        RecordKey::Id(id.clone()),
        RecordKey::Id(id[..15].to_owned()),
        RecordKey::Conversation(conversation(1)),
    ] {
        let found =
            org.client.find_record(&key, &["Skill__c", "CSAT__c", "Agent__c"]).await.unwrap().unwrap();
        assert_eq!((found.record.as_str(), &found.conversation), (id.as_str(), &conversation(1)), "{key:?}");
        let fields: Value = serde_json::from_str(&found.fields).unwrap();
        assert_eq!(fields, json!({ "Skill__c": "O'Hara", "CSAT__c": 4.0, "Agent__c": null }), "{key:?}");
    }
    assert_eq!(org.calls("query"), 3);
}

#[tokio::test]
async fn asking_for_its_names_as_well_is_no_mistake() {
    let (org, id) = with_record().await;
    let found = org.client.find_record(&RecordKey::Id(id.clone()), &["Id", "Conversation_Id__c"]).await;
    let found = found.unwrap().unwrap();
    assert_eq!((found.record, found.fields.as_str()), (id, "{}"));
}

#[tokio::test]
async fn what_is_no_record_is_none() {
    let (org, id) = with_record().await;
    let account = json!({ "Name": "Quill & Co" });
    let account = org.simulator.insert("Account", account.as_object().unwrap().clone()).unwrap();
    let mut missing = id.clone();
    missing.replace_range(10..15, "99999");
    for key in [
        RecordKey::Id(missing[..15].to_owned()),
        RecordKey::Id(account),
        // Fifteen letters that are no id.
        RecordKey::Id("aaaaaaaaaaaaaaaaab".to_owned()),
        RecordKey::Conversation(conversation(2)),
    ] {
        assert_eq!(org.client.find_record(&key, &[]).await, Ok(None), "{key:?}");
    }
    org.simulator.delete(TRANSCRIPT_OBJECT, &id).unwrap();
    assert_eq!(org.client.find_record(&RecordKey::Id(id), &[]).await, Ok(None), "in the recycle bin");
}

#[tokio::test]
async fn what_cannot_be_an_id_does_not_get_into_a_query() {
    let (org, _) = with_record().await;
    for id in ["", "a0T", "x' OR Id != 'abcdef", "a0TLk0000000001' ", "a0TLk000000000é"] {
        assert_eq!(org.client.find_record(&RecordKey::Id(id.to_owned()), &[]).await, Ok(None), "{id:?}");
    }
    assert_eq!(org.simulator.switchboard().total_calls(), 0);
}

#[tokio::test]
async fn a_field_the_sync_user_may_not_see_is_said() {
    let (org, id) = with_record().await;
    assert!(org.simulator.hide_field(USERNAME, TRANSCRIPT_OBJECT, "Skill__c", true));
    let error = org.client.find_record(&RecordKey::Id(id), &["Skill__c"]).await.unwrap_err();
    assert!(
        matches!(&error, SinkError::Rejected { status, reason } if status == "INVALID_FIELD" && reason.contains("Skill__c")),
        "{error:?}"
    );
}
