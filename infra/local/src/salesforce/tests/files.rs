//! Files, their links, and attachments.

use super::*;

#[tokio::test]
async fn a_version_brings_its_document_and_link() {
    let client = Client::new().await;
    let transcript = client.create(TRANSCRIPT, json!({"Conversation_Id__c": "a"})).await;
    let body = json!({"Title": "Whole", "PathOnClient": "whole.json", "VersionData": "eyJhIjoxfQ==", "FirstPublishLocationId": transcript});
    let version = client.create("ContentVersion", body).await;
    assert!(version.starts_with("068"));
    let read = client.get(&format!("/sobjects/ContentVersion/{version}")).await.json();
    assert_eq!(
        (&read["ContentSize"], &read["FileExtension"], &read["IsLatest"]),
        (&json!(7), &json!("json"), &json!(true))
    );
    assert_eq!(read["VersionData"], format!("{BASE}/sobjects/ContentVersion/{version}/VersionData"));
    assert_eq!(
        client.get(&format!("/sobjects/ContentVersion/{version}/VersionData")).await.text(),
        "{\"a\":1}"
    );
    let document = read["ContentDocumentId"].as_str().unwrap();
    let links = client
        .query(&format!(
            "SELECT ContentDocumentId FROM ContentDocumentLink WHERE LinkedEntityId = '{transcript}'"
        ))
        .await;
    assert_eq!(
        (&links["totalSize"], &links["records"][0]["ContentDocumentId"]),
        (&json!(1), &json!(document))
    );

    let second =
        json!({"PathOnClient": "whole.json", "VersionData": "eyJhIjoyfQ==", "ContentDocumentId": document});
    let second = client.create("ContentVersion", second).await;
    assert_eq!(client.simulator.record(&second).unwrap()["VersionNumber"], "2");
    assert_eq!(client.simulator.record(&version).unwrap()["IsLatest"], false);
    assert_eq!(client.simulator.record(document).unwrap()["LatestPublishedVersionId"], second);

    let link = json!({"ContentDocumentId": document, "LinkedEntityId": transcript, "ShareType": "V"});
    assert_eq!(
        client.call("POST", "/sobjects/ContentDocumentLink", link).await.refusal(),
        (400, "DUPLICATE_VALUE".into())
    );
    let all = client.get("/query?q=SELECT+Id+FROM+ContentDocumentLink").await;
    assert_eq!(all.refusal(), (400, "MALFORMED_QUERY".into()));
    let empty = client.call("POST", "/sobjects/ContentVersion", json!({"PathOnClient": "x"})).await;
    assert_eq!(empty.refusal(), (400, "REQUIRED_FIELD_MISSING".into()));
}

#[tokio::test]
async fn attachments_know_their_length() {
    let client = Client::new().await;
    let parent = client.create("Account", json!({"Name": "Quill & Co"})).await;
    let id = client
        .create("Attachment", json!({"ParentId": parent, "Name": "note.txt", "Body": "aGVsbG8="}))
        .await;
    assert_eq!(client.get(&format!("/sobjects/Attachment/{id}")).await.json()["BodyLength"], 5);
    assert_eq!(client.get(&format!("/sobjects/Attachment/{id}/Body")).await.text(), "hello");
}
