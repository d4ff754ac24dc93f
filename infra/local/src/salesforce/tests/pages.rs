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

#[tokio::test]
async fn every_record_has_a_page_with_links_to_its_parents_and_children() {
    let client = Client::with_customers().await;
    let contact =
        client.id_of("SELECT Id FROM Contact WHERE Email = 'ada.abernathy@visitors.example.com'").await;
    let account = client.id_of("SELECT Id FROM Account WHERE Name = 'Lantern Bay Hotel'").await;
    let page = open(&client, &format!("/{contact}")).await.text();
    for part in [
        "Contact Ada Abernathy".to_owned(),
        format!("<dt>Account</dt><dd><a href=\"/{account}\">Lantern Bay Hotel</a>"),
        "<dt>Mobile Phone</dt><dd>+1 555 010 0101</dd>".to_owned(),
        "<h2>Cases</h2>".to_owned(),
        "Parcel has not arrived".to_owned(),
        "<h2>Policies</h2>".to_owned(),
    ] {
        assert!(page.contains(&part), "{part}: {page}");
    }
    let account = open(&client, &format!("/lightning/r/Account/{account}/view")).await.text();
    assert!(account.contains("<dd>Lisbon, Portugal</dd>") && !account.contains("Billing City"), "{account}");
    let policy = client.id_of("SELECT Id FROM Policy__c WHERE Name = 'P-1001'").await;
    assert!(open(&client, &format!("/{policy}")).await.text().contains("<dt>Status</dt><dd>In force</dd>"));
}
