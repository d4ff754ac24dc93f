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
async fn a_field_brings_rows_or_whole_collections_down() {
    let rows = json!({"records": [row("a", "Ada"), {"attributes": {"type": TRANSCRIPT}, "Conversation_Id__c": "b"}]});
    let client = faulty("salesforce:collections-upsert:INVALID_FIELD_FOR_INSERT_UPDATE=visitor__c").await;
    let results = client.call("PATCH", &upsert_path(), rows.clone()).await.json();
    let error = &results[0]["errors"][0];
    assert_eq!(
        (&error["statusCode"], &error["fields"][0]),
        (&json!("INVALID_FIELD_FOR_INSERT_UPDATE"), &json!("visitor__c"))
    );
    assert!(error["message"].as_str().unwrap().starts_with("Unable to create/update fields: visitor__c. "));
    assert_eq!(results[1]["success"], true, "it does not set the field");

    let client = faulty("salesforce:collections-upsert:INVALID_FIELD=call-Visitor__c").await;
    let refused = client.call("PATCH", &upsert_path(), rows).await;
    assert_eq!(refused.refusal(), (400, "INVALID_FIELD".into()));
    assert!(refused.json()[0]["message"].as_str().unwrap().starts_with("No such column 'Visitor__c'"));
    let others = json!({"records": [{"attributes": {"type": TRANSCRIPT}, "Conversation_Id__c": "b"}]});
    assert_eq!(client.call("PATCH", &upsert_path(), others).await.json()[0]["success"], true);
}

#[tokio::test]
async fn a_trigger_can_stand_only_so_many_rows_together() {
    let client = faulty("salesforce:collections-upsert:CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY=over-50").await;
    let upsert = async |count: usize| {
        let rows: Vec<_> = (0..count).map(|at| row(&at.to_string(), "x")).collect();
        client.call("PATCH", &upsert_path(), json!({"records": rows})).await.json()
    };
    let results = upsert(51).await;
    let message = results[50]["errors"][0]["message"].as_str().unwrap();
    assert!(message.contains("Too many SOQL queries: 101"), "{message}");
    assert_eq!(client.simulator.count(TRANSCRIPT), 0);
    assert_eq!(upsert(50).await[49]["success"], true);
}

#[tokio::test]
async fn a_word_for_the_whole_call_changes_nothing() {
    let client = faulty("salesforce:record-create:API_DISABLED_FOR_ORG=call").await;
    let refused = client.call("POST", "/sobjects/Account", json!({"Name": "Q"})).await;
    assert_eq!(refused.refusal(), (403, "API_DISABLED_FOR_ORG".into()));
    assert!(refused.header("sforce-limit-info").starts_with("api-usage="));
    assert_eq!(client.simulator.count("Account"), 0);
}

#[tokio::test]
async fn duplicates_are_told_in_both_spellings_and_may_be_saved() {
    let contact = json!({"LastName": "Okafor"});
    for (word, member) in
        [("DUPLICATES_DETECTED", "duplicateResut"), ("DUPLICATES_DETECTED=spelt", "duplicateResult")]
    {
        let client = faulty(&format!("salesforce:record-create:{word}")).await;
        let refused = client.call("POST", "/sobjects/Contact", contact.clone()).await;
        assert_eq!(refused.refusal(), (400, "DUPLICATES_DETECTED".into()), "{word}");
        assert_eq!(refused.json()[0][member]["allowSave"], true, "{word}");
        let header = [("sforce-duplicate-rule-header", "allowSave=true")];
        assert_eq!(
            client.call_with("POST", "/sobjects/Contact", &header, &contact).await.status,
            201,
            "{word}"
        );
    }
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
