//! Files, their links, and attachments.

use super::*;
use base64::{Engine, engine::general_purpose::STANDARD};

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

/// A version of a text, for a collection.
fn text_version(place: (&str, &str), text: &str) -> Value {
    let data = STANDARD.encode(text);
    json!({"attributes": {"type": "ContentVersion"}, "Title": "Chat transcript a", "PathOnClient": "a.txt", "VersionData": data, place.0: place.1})
}

#[tokio::test]
async fn files_come_by_collections_and_are_found_by_their_checksum() {
    let client = Client::new().await;
    let transcript = client.create(TRANSCRIPT, json!({"Conversation_Id__c": "a"})).await;
    let other = client.create(TRANSCRIPT, json!({"Conversation_Id__c": "b"})).await;
    let bad = json!({"attributes": {"type": "ContentVersion"}, "PathOnClient": "b.txt", "VersionData": "no base64!"});
    let records = json!({"records": [
        text_version(("FirstPublishLocationId", &transcript), "good day"), bad,
        text_version(("FirstPublishLocationId", &other), "good night"),
    ]});
    let results = client.call("POST", "/composite/sobjects", records).await.json();
    let done: Vec<_> = (0..3).map(|at| results[at]["success"].as_bool().unwrap()).collect();
    assert_eq!(done, [true, false, true], "{results}");
    let links = |ids: String| {
        format!(
            "SELECT LinkedEntityId, ContentDocumentId, ContentDocument.Title, ContentDocument.LatestPublishedVersion.Checksum, \
             ContentDocument.LatestPublishedVersion.VersionNumber FROM ContentDocumentLink WHERE LinkedEntityId IN ({ids})"
        )
    };
    let both = client.query(&links(format!("'{transcript}','{other}'"))).await;
    assert_eq!(both["totalSize"], 2);
    let first = &both["records"][0];
    let newest = &first["ContentDocument"]["LatestPublishedVersion"];
    assert_eq!(first["ContentDocument"]["Title"], "Chat transcript a");
    // `printf 'good day' | md5sum`.
    assert_eq!(newest["Checksum"], "ca9768bd08c373665fbcc88021f088b6");
    assert_eq!(newest["VersionNumber"], "1");

    let document = first["ContentDocumentId"].as_str().unwrap();
    let records = json!({"records": [text_version(("ContentDocumentId", document), "good evening")]});
    assert_eq!(client.call("POST", "/composite/sobjects", records).await.json()[0]["success"], true);
    let again = client.query(&links(format!("'{transcript}'"))).await;
    let newest = &again["records"][0]["ContentDocument"]["LatestPublishedVersion"];
    assert_eq!((&again["totalSize"], &newest["VersionNumber"]), (&json!(1), &json!("2")));

    let opened = async |id: &str| {
        client.send(Request::get(format!("/{id}")).body(Body::empty()).unwrap()).await.text()
    };
    let newest = client.simulator.record(document).unwrap()["LatestPublishedVersionId"].clone();
    let newest = newest.as_str().unwrap();
    let record = opened(&transcript).await;
    assert!(record.contains(&format!("<a href=\"/{newest}\">Chat transcript a</a>")), "{record}");
    assert!(opened(newest).await.contains("<pre>good evening</pre>"));
}

#[tokio::test]
async fn links_are_only_found_by_what_they_link() {
    let client = Client::new().await;
    for filter in [
        "LinkedEntityId != '001Lk0000000001AAA'",
        "ShareType = 'V'",
        "LinkedEntityId = null OR ShareType = 'V'",
    ] {
        let statement = format!("SELECT Id FROM ContentDocumentLink WHERE {filter}");
        let encoded: String = form_urlencoded::byte_serialize(statement.as_bytes()).collect();
        let refused = client.get(&format!("/query?q={encoded}")).await.refusal();
        assert_eq!(refused, (400, "MALFORMED_QUERY".into()), "{filter}");
    }
}
