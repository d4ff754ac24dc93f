//! Faults on demand, and a process that dies.

use super::*;

async fn faulty(fault: &str) -> Client {
    let faults = vec![fault.parse().unwrap()];
    Client::with(|options| options.behaviour = Behaviour { faults, ..Behaviour::default() }).await
}

#[tokio::test]
async fn single_calls_fail_as_salesforce_fails() {
    for (fault, status, code) in [
        ("salesforce:query:401:first=1", 401, "INVALID_SESSION_ID"),
        ("salesforce:query:expire:first=1", 401, "INVALID_SESSION_ID"),
        ("salesforce:query:REQUEST_LIMIT_EXCEEDED:first=1", 403, "REQUEST_LIMIT_EXCEEDED"),
        ("salesforce:query:CONCURRENT_LIMIT:first=1", 403, "REQUEST_LIMIT_EXCEEDED"),
        ("salesforce:query:500:first=1", 500, "UNKNOWN_EXCEPTION"),
        ("salesforce:query:503:first=1", 503, ""),
    ] {
        let client = faulty(fault).await;
        let path = "/query?q=SELECT+Id+FROM+Account";
        assert_eq!(client.get(path).await.refusal(), (status, code.to_owned()), "{fault}");
        assert_eq!(client.get(path).await.status, 200, "{fault}: only once");
        assert_eq!(client.simulator.switchboard().calls()["query"], 2);
    }
    let client = faulty("salesforce:query:503").await;
    assert!(client.get("/query?q=x").await.header("content-type").starts_with("text/html"));
}

#[tokio::test]
async fn codes_hit_single_rows_and_elements() {
    let client = faulty("salesforce:record-create:UNABLE_TO_LOCK_ROW:first=1").await;
    let locked = client.call("POST", "/sobjects/Account", json!({"Name": "Q"})).await;
    assert_eq!(locked.refusal(), (400, "UNABLE_TO_LOCK_ROW".into()));
    assert_eq!(client.call("POST", "/sobjects/Account", json!({"Name": "Q"})).await.status, 201);

    let client = faulty("salesforce:collections-upsert:UNABLE_TO_LOCK_ROW=3:first=1").await;
    let rows: Vec<_> = (0..7).map(|at| row(&at.to_string(), "x")).collect();
    let results = client.call("PATCH", &upsert_path(), json!({"records": rows})).await.json();
    let failed: Vec<_> =
        (0..7).filter(|&at| results[at]["errors"][0]["statusCode"] == "UNABLE_TO_LOCK_ROW").collect();
    assert_eq!(failed, [2, 5]);
    assert_eq!(client.simulator.count(TRANSCRIPT), 5);
}

#[tokio::test]
async fn killed_at_any_byte_the_org_keeps_whole_requests() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("salesforce.jsonl");
    let open = |path: PathBuf| Client::with(move |options| options.journal = Some(path));
    let client = open(path.clone()).await;
    let account = client.create("Account", json!({"Name": "Quill & Co"})).await;
    let rows = json!({"records": [row("a", "Ada"), row("b", "Bo")]});
    client.call("PATCH", &upsert_path(), rows).await;
    client.call("DELETE", &format!("/sobjects/Account/{account}"), Value::Null).await;
    let whole = std::fs::read(&path).unwrap();
    assert_eq!(
        whole.iter().filter(|&&byte| byte == b'\n').count(),
        4,
        "token, create, upsert, delete: one line each"
    );

    for cut in (0..=whole.len()).rev().step_by(7) {
        let torn = folder.path().join(format!("cut-{cut}"));
        std::fs::write(&torn, &whole[..cut]).unwrap();
        let again = open(torn).await;
        let transcripts = again.simulator.count(TRANSCRIPT);
        assert!(
            transcripts == 0 || transcripts == 2,
            "cut at {cut}: a request is whole or absent, found {transcripts}"
        );
    }
    let token = client.token.clone();
    let mut again = open(path).await;
    again.token = token;
    assert_eq!(
        again.get(&format!("/sobjects/Account/{account}")).await.refusal(),
        (404, "ENTITY_IS_DELETED".into()),
        "the old token still works"
    );
    assert_eq!(
        again.call("PATCH", &upsert_path(), json!({"records": [row("a", "Ada L.")]})).await.json()[0]["created"],
        false
    );
    let next = again.create(TRANSCRIPT, json!({"Conversation_Id__c": "c"})).await;
    assert_eq!(again.simulator.record(&next).unwrap()["Name"], "CT-0000003");
}
