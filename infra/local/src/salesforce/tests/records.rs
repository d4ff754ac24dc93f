//! Single records, describes and queries over HTTP.

use super::*;

#[tokio::test]
async fn a_record_lives_from_create_to_delete() {
    let client = Client::new().await;
    let contact = client.create("contact/", json!({"LastName": "Okafor", "FirstName": "Mira"})).await;
    let id = client.create(TRANSCRIPT, json!({"Conversation_Id__c": "acc:1", "contact__C": &contact[..15], "Started__c": "2026-11-21T23:00:00.5+02:00"})).await;
    assert!(id.starts_with("a0T") && id::normalize(&id[..15]).as_ref() == Some(&id), "{id}");
    let record = client.get(&format!("/sobjects/{TRANSCRIPT}/{}", &id[..15])).await.json();
    assert_eq!(record["Name"], "CT-0000001");
    assert_eq!(record["Started__c"], "2026-11-21T21:00:00.000+0000");
    assert_eq!(record["CreatedDate"], "2026-11-22T10:00:00.000+0000");
    assert_eq!(
        (&record["Contact__c"], &record["Skill__c"], &record["Truncated__c"]),
        (&json!(contact), &json!(null), &json!(false))
    );
    assert_eq!(record["attributes"]["url"], format!("{BASE}/sobjects/{TRANSCRIPT}/{id}"));

    let path = format!("/sobjects/{TRANSCRIPT}/{id}");
    assert_eq!(
        client.call("PATCH", &path, json!({"Skill__c": "Billing", "Contact__c": null})).await.status,
        204
    );
    assert_eq!(
        client.call("POST", &format!("{path}?_HttpMethod=PATCH"), json!({"Agent__c": "Ilse"})).await.status,
        204
    );
    let record = client.get(&format!("{path}?fields=Skill__c,agent__c,Contact__c")).await.json();
    assert_eq!(
        (&record["Skill__c"], &record["Agent__c"], &record["Contact__c"]),
        (&json!("Billing"), &json!("Ilse"), &json!(null))
    );
    assert!(record.get("Channel__c").is_none());

    assert_eq!(client.call("DELETE", &path, Value::Null).await.status, 204);
    assert_eq!(client.get(&path).await.refusal(), (404, "ENTITY_IS_DELETED".into()));
    assert_eq!(client.call("DELETE", &path, Value::Null).await.refusal(), (404, "ENTITY_IS_DELETED".into()));
    assert_eq!(client.query(&format!("SELECT COUNT() FROM {TRANSCRIPT}")).await["totalSize"], 0);
    assert_eq!(client.get(&format!("/queryAll?q=SELECT+Id+FROM+{TRANSCRIPT}")).await.json()["totalSize"], 1);
}

#[tokio::test]
async fn upserts_create_then_update_then_refuse_what_is_ambiguous() {
    let client = Client::new().await;
    let path = format!("/sobjects/{TRANSCRIPT}/Conversation_Id__c/acc%2F7");
    assert_eq!(
        client.call("PATCH", &format!("{path}?updateOnly=true"), json!({"Skill__c": "A"})).await.status,
        404
    );
    let created = client.call("PATCH", &path, json!({"Skill__c": "A"})).await;
    assert_eq!((created.status, &created.json()["created"]), (201, &json!(true)));
    let updated = client.call("PATCH", &path, json!({"Skill__c": "B"})).await;
    assert_eq!((updated.status, &updated.json()["created"]), (200, &json!(false)));
    assert_eq!(updated.json()["id"], created.json()["id"]);
    assert_eq!(client.get(&path).await.json()["Conversation_Id__c"], "acc/7");
    let other_case = path.replace("acc", "ACC");
    assert_eq!(client.call("PATCH", &other_case, json!({})).await.status, 201, "keys tell case apart");
    for body in [json!({"Conversation_Id__c": "acc/7"}), json!({"Id": created.json()["id"]})] {
        assert_eq!(client.call("PATCH", &path, body).await.refusal(), (400, "INVALID_FIELD".into()));
    }
    for name in ["Un", "Deux"] {
        client.create("Contact", json!({"LastName": name, "Email": "Shared@example.com"})).await;
    }
    let several =
        client.call("PATCH", "/sobjects/Contact/Email/shared@example.com", json!({"Title": "x"})).await;
    assert_eq!((several.status, several.json().as_array().unwrap().len()), (300, 2));
    let wrong = client.call("PATCH", "/sobjects/Contact/Title/x", json!({})).await;
    assert_eq!(wrong.refusal(), (404, "NOT_FOUND".into()));
    assert_eq!(
        wrong.json()[0]["message"],
        "Provided external ID field does not exist or is not accessible: Title"
    );
}

#[tokio::test]
async fn refusals_have_their_code_status_and_fields() {
    let client = Client::new().await;
    let account = client.create("Account", json!({"Name": "Quill & Co"})).await;
    let id = client.create(TRANSCRIPT, json!({"Conversation_Id__c": "one"})).await;
    let unknown_contact = id::make("003", 999);
    let cases = [
        ("POST", TRANSCRIPT, json!({}), 400, "REQUIRED_FIELD_MISSING", Some(json!(["Conversation_Id__c"]))),
        ("POST", TRANSCRIPT, json!({"Conversation_Id__c": "one"}), 400, "DUPLICATE_VALUE", Some(json!([]))),
        ("POST", TRANSCRIPT, json!({"Conversation_Id__c": "x", "Nope__c": 1}), 400, "INVALID_FIELD", None),
        (
            "POST",
            TRANSCRIPT,
            json!({"Conversation_Id__c": "x", "Name": "CT-9"}),
            400,
            "INVALID_FIELD_FOR_INSERT_UPDATE",
            Some(json!(["Name"])),
        ),
        (
            "POST",
            TRANSCRIPT,
            json!({"Conversation_Id__c": "x", "Device__c": "d".repeat(41)}),
            400,
            "STRING_TOO_LONG",
            Some(json!(["Device__c"])),
        ),
        (
            "POST",
            TRANSCRIPT,
            json!({"Conversation_Id__c": "x", "Contact__c": account}),
            400,
            "MALFORMED_ID",
            Some(json!(["Contact__c"])),
        ),
        (
            "POST",
            TRANSCRIPT,
            json!({"Conversation_Id__c": "x", "Contact__c": unknown_contact}),
            400,
            "INVALID_CROSS_REFERENCE_KEY",
            Some(json!(["Contact__c"])),
        ),
        (
            "POST",
            TRANSCRIPT,
            json!({"Conversation_Id__c": "x", "Contact__r": {"Email": "no@example.com"}}),
            400,
            "INVALID_FIELD",
            Some(json!([])),
        ),
        ("POST", TRANSCRIPT, json!([1]), 400, "JSON_PARSER_ERROR", None),
        ("POST", "Nope__c", json!({}), 404, "NOT_FOUND", None),
        ("POST", "User", json!({}), 400, "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", Some(json!([]))),
        ("PUT", TRANSCRIPT, json!({}), 405, "METHOD_NOT_ALLOWED", None),
        ("GET", "Contact/nobody", json!(null), 404, "NOT_FOUND", None),
        (
            "PATCH",
            &format!("Contact/{unknown_contact}"),
            json!({}),
            404,
            "INVALID_CROSS_REFERENCE_KEY",
            Some(json!([])),
        ),
    ];
    for (method, path, body, status, code, fields) in cases {
        let reply = client.call(method, &format!("/sobjects/{path}"), body.clone()).await;
        assert_eq!(reply.refusal(), (status, code.into()), "{method} {path} {body}");
        assert_eq!(reply.json()[0].get("fields"), fields.as_ref(), "{method} {path} {body}");
    }
    let duplicate =
        client.call("POST", &format!("/sobjects/{TRANSCRIPT}"), json!({"Conversation_Id__c": "one"})).await;
    let want = format!(
        "duplicate value found: Conversation_Id__c duplicates value on record with id: {}",
        &id[..15]
    );
    assert_eq!(duplicate.json()[0]["message"], want);
    assert_eq!(client.simulator.count(TRANSCRIPT), 1);
}

#[tokio::test]
async fn field_security_and_schema_changes_show_at_once() {
    let client = Client::new().await;
    let path = format!("/sobjects/{TRANSCRIPT}/describe");
    let first = client.get(&path).await;
    let known = [("if-modified-since", first.header("last-modified"))];
    assert_eq!(client.call_with("GET", &path, &known, &Value::Null).await.status, 304);
    client.clock.advance(5);
    assert!(client.simulator.hide_field(SYNC, TRANSCRIPT, "Visitor__c", true));
    assert!(client.simulator.make_read_only(TRANSCRIPT, "City__c"));
    assert!(client.simulator.remove_field(TRANSCRIPT, "Goal__c"));
    assert!(client.simulator.add_field(TRANSCRIPT, Field::new("Mood__c", "Mood", Kind::Text(3)).required()));
    let changed = client.call_with("GET", &path, &known, &Value::Null).await;
    assert_eq!(changed.status, 200);
    let names = changed.text();
    assert!(names.contains("Mood__c") && !names.contains("\"Visitor__c\"") && !names.contains("Goal__c"));
    for (field, code) in [
        ("Visitor__c", "INVALID_FIELD"),
        ("Goal__c", "INVALID_FIELD"),
        ("City__c", "INVALID_FIELD_FOR_INSERT_UPDATE"),
    ] {
        let mut body = json!({"Conversation_Id__c": "x", "Mood__c": "ok"});
        body[field] = "x".into();
        assert_eq!(
            client.call("POST", &format!("/sobjects/{TRANSCRIPT}"), body).await.refusal(),
            (400, code.into()),
            "{field}"
        );
    }
}

#[tokio::test]
async fn long_results_come_in_pages_and_dead_locators_are_refused() {
    let client = Client::new().await;
    for number in 0..450 {
        let fields = json!({"LastName": format!("Person {number:03}")});
        client.simulator.insert("Contact", fields.as_object().unwrap().clone()).unwrap();
    }
    let small = [("sforce-query-options", "batchSize=10")];
    let mut page = client
        .call_with("GET", "/query/?q=SELECT+LastName+FROM+Contact+ORDER+BY+LastName", &small, &Value::Null)
        .await
        .json();
    assert_eq!(
        (&page["totalSize"], &page["done"], page["records"].as_array().unwrap().len()),
        (&json!(450), &json!(false), 200)
    );
    let mut names = Vec::new();
    loop {
        names.extend(page["records"].as_array().unwrap().iter().map(|record| record["LastName"].to_string()));
        let Some(next) = page["nextRecordsUrl"].as_str().map(str::to_owned) else { break };
        assert!(next.contains("/query/01g"), "{next}");
        page = client.get(&next).await.json();
    }
    assert_eq!((names.len(), page["done"].as_bool()), (450, Some(true)));
    assert!(names.is_sorted());
    for locator in ["01gLk0000000009AAA-200", "nonsense", "01gLk0000000001AAA-9999"] {
        assert_eq!(
            client.get(&format!("/query/{locator}")).await.refusal(),
            (400, "INVALID_QUERY_LOCATOR".into()),
            "{locator}"
        );
    }
}

#[tokio::test]
async fn usage_counts_up_to_the_daily_limit() {
    let client = Client::with(|options| options.daily_api_requests = 3).await;
    assert_eq!(client.get("/services/data").await.header("sforce-limit-info"), "");
    assert_eq!(client.get("/limits").await.json()["DailyApiRequests"], json!({"Max": 3, "Remaining": 2}));
    assert_eq!(client.get("/sobjects/Nope").await.header("sforce-limit-info"), "api-usage=2/3");
    assert_eq!(client.get("/sobjects").await.header("sforce-limit-info"), "api-usage=3/3");
    let spent = client.get("/sobjects").await;
    assert_eq!(spent.refusal(), (403, "REQUEST_LIMIT_EXCEEDED".into()));
    assert_eq!(spent.header("sforce-limit-info"), "api-usage=3/3");
    client.clock.advance(23 * 3_600);
    assert_eq!(client.get("/sobjects").await.status, 403);
    client.clock.advance(3_600);
    assert_eq!(client.get("/sobjects").await.header("sforce-limit-info"), "api-usage=1/3", "24 hours later");
}

#[tokio::test]
async fn conditional_requests_on_rows() {
    let client = Client::new().await;
    let id = client.create("Account", json!({"Name": "Quill & Co"})).await;
    let path = format!("/sobjects/Account/{id}");
    let read = client.get(&path).await.header("last-modified").to_owned();
    assert_eq!(
        client.call_with("GET", &path, &[("if-modified-since", &read)], &Value::Null).await.status,
        304
    );
    client.clock.advance(60);
    assert_eq!(client.call("PATCH", &path, json!({"Phone": "1"})).await.status, 204);
    let stale =
        client.call_with("PATCH", &path, &[("if-unmodified-since", &read)], &json!({"Phone": "2"})).await;
    assert_eq!(stale.status, 412);
    assert_eq!(client.get(&path).await.json()["Phone"], "1");
}
