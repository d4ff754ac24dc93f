//! The Sync Chat button: one record, now.

use crate::api::call;
use domain::SyncWindow;
use jiff::SignedDuration;
use local::stack::Stack;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tests::{manual_run, start};

async fn sync_chat(stack: &Stack, body: Value) -> (StatusCode, Value) {
    call(stack, Method::POST, "/sync-chat", body).await
}

async fn synced_stack(data: &std::path::Path) -> Stack {
    let stack = start(data, |options| options.conversations = 5_000).await;
    let now = stack.workspace.clock.now();
    manual_run(&stack, SyncWindow::new(now - SignedDuration::from_hours(48), now).unwrap()).await;
    stack
}

/// A record of the channel and status, as the simulated org has it.
fn record(stack: &Stack, channel: &str, status: &str) -> serde_json::Map<String, Value> {
    let records = stack.salesforce.records("LP_ChatTranscript__c");
    let found = records.into_iter().find(|one| one["Channel__c"] == channel && one["Status__c"] == status);
    found.unwrap_or_else(|| panic!("a {status} {channel}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ended_conversation_is_brought_up_to_date_and_the_answer_says_what_changed() {
    let data = tempfile::tempdir().unwrap();
    let stack = synced_stack(data.path()).await;
    for channel in ["chat", "messaging"] {
        let record = record(&stack, channel, "closed");
        let (id, conversation) = (record["Id"].clone(), record["Conversation_Id__c"].clone());
        let (status, same) = sync_chat(&stack, json!({ "record": id })).await;
        assert_eq!((status, &same["changed"]), (StatusCode::OK, &json!([])), "{channel}: {same}");

        // A person changed it in Salesforce; the button puts LivePerson's words back.
        let configuration = stack.workspace.configuration().await.unwrap();
        let salesforce = stack.workspace.salesforce(&configuration).await.unwrap();
        let row = domain::ports::Row {
            conversation: domain::ConversationId::parse(conversation.as_str().unwrap()).unwrap(),
            fields: r#""Agent__c":"someone else","Duration_Seconds__c":1"#.to_owned(),
        };
        domain::ports::Sink::upsert(&*salesforce, &[row], 200).await.unwrap();
        let (status, back) = sync_chat(&stack, json!({ "conversation": conversation })).await;
        assert_eq!(status, StatusCode::OK, "{back}");
        assert_eq!(back["changed"], json!(["Agent__c", "Duration_Seconds__c"]), "{channel}: {back}");
        assert_eq!((&back["record"], &back["created"]), (&id, &json!(false)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_that_has_not_ended_or_does_not_exist_is_refused_clearly() {
    let data = tempfile::tempdir().unwrap();
    let stack = synced_stack(data.path()).await;
    let open = record(&stack, "messaging", "open");
    let (status, said) = sync_chat(&stack, json!({ "record": open["Id"] })).await;
    assert_eq!((status, &said["code"]), (StatusCode::CONFLICT, &json!("RUN-006")), "{said}");
    assert!(said["detail"].as_str().unwrap().contains("has not ended; sync it once it has"), "{said}");

    let account = open["Conversation_Id__c"].as_str().unwrap().split_once(':').unwrap().0;
    for (body, status, code) in [
        (json!({ "conversation": format!("{account}:4294967295999") }), StatusCode::NOT_FOUND, "RUN-007"),
        (json!({ "conversation": "le99:1" }), StatusCode::NOT_FOUND, "RUN-007"),
        (json!({ "record": "a0T000000000001" }), StatusCode::NOT_FOUND, "RUN-007"),
        (json!({ "record": "' OR Id != '" }), StatusCode::UNPROCESSABLE_ENTITY, "RUN-008"),
        (json!({}), StatusCode::UNPROCESSABLE_ENTITY, "RUN-008"),
    ] {
        let (said_status, said) = sync_chat(&stack, body.clone()).await;
        assert_eq!((said_status, &said["code"]), (status, &json!(code)), "{body}: {said}");
    }
}
