//! The *Sync Chat* button of a record in Salesforce, as a browser goes.

use local::{
    salesforce::{ObjectRights, TRANSCRIPT},
    stack::Stack,
};
use reqwest::{Client, StatusCode, header, redirect::Policy};
use serde_json::{Map, Value, json};
use tests::{
    agent::{ILSE, TOMO, consent, location},
    manual_run, start,
};

struct Browser {
    client: Client,
    origin: String,
}

impl Browser {
    fn new(stack: &Stack) -> Browser {
        let client = Client::builder().redirect(Policy::none()).build().unwrap();
        Browser { client, origin: format!("http://127.0.0.1:{}", stack.ports.pages()) }
    }

    /// Presses the button, says yes at Salesforce, and answers where that leads: status, and address or page.
    async fn press(&self, record: &str, username: &str) -> (StatusCode, String) {
        let (back, handshake) = consent(&self.client, &self.button(record), username).await;
        self.get(&back, Some(&handshake)).await
    }

    async fn get(&self, path: &str, cookie: Option<&str>) -> (StatusCode, String) {
        let mut request = self.client.get(format!("{}{path}", self.origin));
        if let Some(cookie) = cookie {
            request = request.header(header::COOKIE, cookie);
        }
        let answer = request.send().await.unwrap();
        let status = answer.status();
        match answer.headers().contains_key(header::LOCATION) {
            true => (status, location(&answer).to_string()),
            false => (status, answer.text().await.unwrap()),
        }
    }

    fn button(&self, record: &str) -> String {
        format!("{}/sync-chat?record={record}", self.origin)
    }
}

fn record(stack: &Stack, status: &str) -> Map<String, Value> {
    let records = stack.salesforce.records(TRANSCRIPT);
    records.into_iter().find(|one| one["Status__c"] == status).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_sees_the_record_syncs_it_and_is_back_on_it() {
    let data = tempfile::tempdir().unwrap();
    let stack = start(data.path(), |options| options.conversations = 2_000).await;
    let now = stack.workspace.clock.now();
    let window = domain::SyncWindow::new(now - jiff::SignedDuration::from_hours(48), now).unwrap();
    manual_run(&stack, window).await;
    let browser = Browser::new(&stack);
    let closed = record(&stack, "closed");
    let id = closed["Id"].as_str().unwrap();
    let changed = Map::from_iter([("Agent__c".to_owned(), json!("someone else"))]);
    stack.salesforce.update(TRANSCRIPT, id, changed).unwrap();

    let page = reqwest::get(format!("http://127.0.0.1:{}/{id}", stack.ports.salesforce())).await.unwrap();
    let button = format!("href=\"{}\"", browser.button(id));
    assert!(page.text().await.unwrap().contains(&button), "the record has its button");
    let (status, address) = browser.press(id, TOMO).await;
    assert_eq!(status, StatusCode::SEE_OTHER, "{address}");
    assert_eq!(address, format!("http://127.0.0.1:{}/{id}", stack.ports.salesforce()));
    let synced = stack.salesforce.record(id).unwrap();
    assert_eq!(synced["Agent__c"], closed["Agent__c"]);

    let open = record(&stack, "open")["Id"].as_str().unwrap().to_owned();
    let (status, page) = browser.press(&open, TOMO).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert!(page.contains("has not ended; sync it once it has"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_syncs_a_record_they_do_not_see_or_with_a_sign_in_begun_elsewhere() {
    let data = tempfile::tempdir().unwrap();
    let stack = start(data.path(), |options| options.conversations = 1_000).await;
    let conversation = Map::from_iter([("Conversation_Id__c".to_owned(), json!("le70010001:unseen"))]);
    let id = stack.salesforce.insert(TRANSCRIPT, conversation).unwrap();
    let browser = Browser::new(&stack);
    stack.salesforce.set_object_rights(TOMO, TRANSCRIPT, ObjectRights::NONE);
    let (status, page) = browser.press(&id, TOMO).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert!(page.contains("There is no such Chat Transcript record, or you may not see it"), "{page}");
    let liveperson = stack.liveperson.switchboard().calls();
    assert!(liveperson.is_empty(), "LivePerson was asked for somebody who may not ask: {liveperson:?}");

    let (back, handshake) = consent(&browser.client, &browser.button(&id), ILSE).await;
    let (_, page) = browser.get(&back, None).await;
    assert!(page.contains("was not begun in this browser"), "{page}");
    let foreign = back.split('&').filter(|part| !part.starts_with("state=")).collect::<Vec<_>>().join("&");
    let (_, page) = browser.get(&format!("{foreign}&state=foreign"), Some(&handshake)).await;
    assert!(page.contains("was begun elsewhere"), "{page}");
    for nonsense in ["/sync-chat?record=%3Cscript%3E", "/sync-chat"] {
        let (status, page) = browser.get(nonsense, None).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.contains("a record id has 15 or 18 letters and digits"), "{page}");
    }
    let denied = "/sync-chat/sign-in/callback?error=access_denied&error_description=%3Cb%3Eno&state=";
    let state = handshake.split_once('=').unwrap().1.split('.').next().unwrap();
    let (_, page) = browser.get(&format!("{denied}{state}"), Some(&handshake)).await;
    assert!(page.contains("did not sign you in: &lt;b&gt;no"), "{page}");
}
