//! The pages people open.

use super::*;

async fn open(client: &Client, path: &str) -> Reply {
    client.send(Request::get(path).body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn the_newest_records_are_listed_and_opened_and_nothing_is_counted() {
    let client = Client::new().await;
    assert!(open(&client, "/").await.text().contains("No records yet"));
    let calls = client.simulator.switchboard().total_calls();
    for number in 1..=101 {
        let body = json!({"Conversation_Id__c": format!("conv-{number:03}"), "Visitor__c": "<b>Bo</b>", "Transcript__c": "Bo: 1 < 2\nIlse: yes"});
        client.simulator.insert(TRANSCRIPT, body.as_object().unwrap().clone()).unwrap();
    }
    let first = open(&client, "/").await.text();
    assert!(first.contains("101 in total") && first.contains("conv-101") && !first.contains("conv-001"));
    assert!(first.contains("&lt;b&gt;Bo") && !first.contains("<b>Bo"));
    let second = open(&client, "/?page=1").await.text();
    assert!(second.contains("conv-001") && !second.contains("conv-002"));
    let id = client.simulator.records(TRANSCRIPT)[0]["Id"].as_str().unwrap().to_owned();
    let record = open(&client, &format!("/{id}")).await;
    assert!(
        record.text().contains("<pre>Bo: 1 &lt; 2\nIlse: yes</pre>")
            && record.text().contains("Conversation Id")
    );
    assert_eq!(open(&client, "/a0TLk0000009999").await.status, 404);
    assert_eq!(client.simulator.switchboard().total_calls(), calls);
}
