//! Collections, composite, batch, graph and tree.

use super::*;

#[tokio::test]
async fn every_element_of_a_collection_has_its_own_result() {
    let client = Client::new().await;
    let bad = json!({"attributes": {"type": TRANSCRIPT}, "Conversation_Id__c": "bad", "CSAT__c": 4000});
    let body = json!({"allOrNone": false, "records": [row("a", "Ada"), bad, row("twice", "x"), row("twice", "y"), row("b", "Bo")]});
    let reply = client.call("PATCH", &upsert_path(), body).await;
    let results = reply.json();
    assert_eq!(reply.status, 200);
    assert_eq!((&results[0]["created"], &results[4]["success"]), (&json!(true), &json!(true)));
    assert_eq!(results[1]["errors"][0]["statusCode"], "NUMBER_OUTSIDE_VALID_RANGE");
    assert!(results[1].get("id").is_none() && results[1].get("created").is_none());
    for at in [2, 3] {
        assert_eq!(results[at]["errors"][0]["statusCode"], "DUPLICATE_VALUE");
        assert_eq!(results[at]["errors"][0]["message"], "Duplicate external id specified: twice");
    }
    let again = client.call("PATCH", &upsert_path(), json!({"records": [row("a", "Ada L.")]})).await.json();
    assert_eq!((&again[0]["created"], &again[0]["id"]), (&json!(false), &results[0]["id"]));
    assert_eq!(client.simulator.count(TRANSCRIPT), 2);
}

#[tokio::test]
async fn all_or_none_takes_everything_back() {
    let client = Client::new().await;
    let id = client.create(TRANSCRIPT, json!({"Conversation_Id__c": "old", "Visitor__c": "before"})).await;
    let body =
        json!({"allOrNone": true, "records": [row("old", "after"), row("new", "n"), row("", "no key")]});
    let results = client.call("PATCH", &upsert_path(), body).await.json();
    let codes: Vec<_> =
        (0..3).map(|at| results[at]["errors"][0]["statusCode"].as_str().unwrap().to_owned()).collect();
    assert_eq!(
        codes,
        ["ALL_OR_NONE_OPERATION_ROLLED_BACK", "ALL_OR_NONE_OPERATION_ROLLED_BACK", "MISSING_ARGUMENT"]
    );
    assert_eq!(client.simulator.count(TRANSCRIPT), 1);
    assert_eq!(client.simulator.record(&id).unwrap()["Visitor__c"], "before");
    let found = client.query(&format!("SELECT Id FROM {TRANSCRIPT} WHERE Conversation_Id__c = 'new'")).await;
    assert_eq!(found["totalSize"], 0);
    let again = client.call("PATCH", &upsert_path(), json!({"records": [row("new", "n")]})).await.json();
    assert_eq!(again[0]["created"], true, "the index is rolled back too");
}

#[tokio::test]
async fn collections_create_update_retrieve_and_delete() {
    let client = Client::new().await;
    let people = json!([{"attributes": {"type": "Contact"}, "LastName": "A"}, {"attributes": {"type": "Lead"}, "LastName": "B"}]);
    let created = client.call("POST", "/composite/sobjects", json!({"records": people})).await.json();
    assert_eq!(
        (&created[0]["success"], &created[1]["errors"][0]["fields"]),
        (&json!(true), &json!(["Company"]))
    );
    let id = created[0]["id"].as_str().unwrap();
    let changes = json!([{"attributes": {"type": "Contact"}, "id": id, "Title": "Clerk"}, {"attributes": {"type": "Contact"}, "Title": "x"}]);
    let updated = client.call("PATCH", "/composite/sobjects", json!({"records": changes})).await.json();
    assert_eq!(
        (&updated[0]["success"], &updated[1]["errors"][0]["statusCode"]),
        (&json!(true), &json!("MISSING_ARGUMENT"))
    );
    let wanted = json!({"ids": [id, id::make("003", 99)], "fields": ["Title"]});
    let read = client.call("POST", "/composite/sobjects/Contact", wanted).await.json();
    assert_eq!((&read[0]["Title"], &read[1]), (&json!("Clerk"), &json!(null)));
    let gone = client
        .call("DELETE", &format!("/composite/sobjects?ids={id},{id}&allOrNone=false"), Value::Null)
        .await
        .json();
    assert_eq!(
        (&gone[0]["success"], &gone[1]["errors"][0]["statusCode"]),
        (&json!(true), &json!("ENTITY_IS_DELETED"))
    );
    let many: Vec<_> = (0..201).map(|at| row(&at.to_string(), "x")).collect();
    assert_eq!(client.call("PATCH", &upsert_path(), json!({"records": many})).await.status, 400);
    assert_eq!(
        client.call("PATCH", &upsert_path(), json!({"records": []})).await.refusal(),
        (400, "REQUIRED_FIELD_MISSING".into())
    );
    let wrong_key = client
        .call(
            "PATCH",
            &format!("/composite/sobjects/{TRANSCRIPT}/Skill__c"),
            json!({"records": [row("a", "x")]}),
        )
        .await;
    assert_eq!(wrong_key.refusal(), (404, "NOT_FOUND".into()));
}

fn step(method: &str, path: &str, reference: &str, body: &Value) -> Value {
    json!({"method": method, "url": format!("{BASE}{path}"), "referenceId": reference, "body": body})
}

#[tokio::test]
async fn steps_refer_to_one_another() {
    let client = Client::new().await;
    let steps = json!([
        step("POST", "/sobjects/Contact", "person", &json!({"LastName": "Okafor"})),
        step(
            "PATCH",
            &format!("/sobjects/{TRANSCRIPT}/Conversation_Id__c/c1"),
            "chat",
            &json!({"Contact__c": "@{person.id}"})
        ),
        step("GET", "/sobjects/Contact/@{person.id}", "back", &Value::Null),
        step("GET", "/query?q=SELECT Id FROM Contact", "q", &Value::Null),
        step("DELETE", "/sobjects/Contact/@{q.records[0].Id}", "gone", &Value::Null),
        step("PATCH", "/sobjects/Lead/@{nobody.id}", "lost", &json!({})),
    ]);
    let reply =
        client.call("POST", "/composite", json!({"allOrNone": false, "compositeRequest": steps})).await;
    let results = reply.json()["compositeResponse"].clone();
    let statuses: Vec<_> =
        results.as_array().unwrap().iter().map(|step| step["httpStatusCode"].as_u64().unwrap()).collect();
    assert_eq!(statuses, [201, 201, 200, 200, 204, 400], "{}", reply.text());
    assert_eq!(results[4]["body"], Value::Null);
    assert_eq!(results[5]["body"][0]["errorCode"], "PROCESSING_HALTED");
    assert!(results[0]["httpHeaders"]["Location"].as_str().unwrap().contains("/sobjects/Contact/003"));
    assert_eq!(reply.header("sforce-limit-info"), "api-usage=1/100000");
    assert_eq!(
        client.simulator.records(TRANSCRIPT)[0].get("Contact__c"),
        None,
        "deleting the contact clears the lookup"
    );
}

#[tokio::test]
async fn one_failure_rolls_back_a_whole_composite() {
    let client = Client::new().await;
    let upsert = json!({"allOrNone": false, "records": [row("a", "Ada")]});
    let steps = json!([
        step("PATCH", &upsert_path(), "rows", &upsert),
        step("POST", "/sobjects/Lead", "lead", &json!({})),
        step("GET", "/sobjects", "all", &Value::Null)
    ]);
    let results =
        client.call("POST", "/composite", json!({"allOrNone": true, "compositeRequest": steps})).await.json();
    let codes: Vec<_> =
        (0..3).map(|at| results["compositeResponse"][at]["body"][0]["errorCode"].clone()).collect();
    assert_eq!(codes, ["PROCESSING_HALTED", "REQUIRED_FIELD_MISSING", "PROCESSING_HALTED"]);
    assert_eq!(client.simulator.count(TRANSCRIPT), 0);
}

#[tokio::test]
async fn a_composite_takes_five_collections_and_no_more() {
    let client = Client::new().await;
    let steps = |count: usize| {
        let one = |number: usize| {
            let rows: Vec<_> = (0..200).map(|at| row(&format!("{number}-{at}"), &"x".repeat(200))).collect();
            step("PATCH", &upsert_path(), &format!("rows{number}"), &json!({"records": rows}))
        };
        json!({"allOrNone": false, "compositeRequest": (0..count).map(one).collect::<Vec<_>>()})
    };
    assert_eq!(client.call("POST", "/composite", steps(6)).await.refusal(), (400, "LIMIT_EXCEEDED".into()));
    assert_eq!(client.call("POST", "/composite", steps(5)).await.status, 200);
    assert_eq!(client.simulator.count(TRANSCRIPT), 1000);
    let header = json!({"compositeRequest": [{"method": "GET", "url": format!("{BASE}/limits"), "referenceId": "a", "httpHeaders": {"Accept": "*/*"}}]});
    assert_eq!(client.call("POST", "/composite", header).await.status, 400);
}

#[tokio::test]
async fn batch_graph_and_tree() {
    let client = Client::new().await;
    let requests = json!([{"method": "GET", "url": "v67.0/sobjects/Nope"}, {"method": "POST", "url": "v67.0/sobjects/Account", "richInput": {"Name": "Q"}}]);
    let reply = client.call("POST", "/composite/batch", json!({"batchRequests": requests})).await;
    assert_eq!(reply.json()["results"][0]["statusCode"], 404);
    assert_eq!(
        (&reply.json()["hasErrors"], &reply.json()["results"][1]["statusCode"]),
        (&json!(true), &json!(201))
    );
    assert_eq!(reply.header("sforce-limit-info"), "api-usage=2/100000", "every step of a batch counts");
    let halted = client
        .call("POST", "/composite/batch", json!({"haltOnError": true, "batchRequests": requests}))
        .await;
    assert_eq!(halted.json()["results"][1]["statusCode"], 412);

    let good = json!({"graphId": "g1", "compositeRequest": [step("POST", "/sobjects/Account", "a", &json!({"Name": "G"}))]});
    let bad = json!({"graphId": "g2", "compositeRequest": [step("POST", "/sobjects/Account", "a", &json!({"Name": "G"})), step("POST", "/sobjects/Account", "b", &json!({}))]});
    let graphs = client.call("POST", "/composite/graph", json!({"graphs": [good, bad]})).await.json();
    assert_eq!(
        (&graphs["graphs"][0]["isSuccessful"], &graphs["graphs"][1]["isSuccessful"]),
        (&json!(true), &json!(false))
    );
    assert_eq!(client.simulator.count("Account"), 2, "the second graph left nothing");

    let leaf =
        |name: Value| json!({"attributes": {"type": "Contact", "referenceId": "leaf"}, "LastName": name});
    let tree = |name: Value| json!({"records": [{"attributes": {"type": "Account", "referenceId": "root"}, "Name": "T", "Contacts": {"records": [leaf(name)]}}]});
    let grown = client.call("POST", "/composite/tree/Account", tree(json!("Leaf"))).await;
    assert_eq!((grown.status, grown.json()["results"].as_array().unwrap().len()), (201, 2));
    let failed = client.call("POST", "/composite/tree/Account", tree(json!(null))).await;
    assert_eq!((failed.status, &failed.json()["results"][0]["referenceId"]), (400, &json!("leaf")));
    assert_eq!((client.simulator.count("Account"), client.simulator.count("Contact")), (3, 1));
}
