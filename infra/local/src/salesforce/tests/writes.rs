//! What an agent's save meets: stale records, assignment, duplicates, the customer's rules, and steps that belong together.

use super::*;

fn step(method: &str, path: &str, reference: &str, body: Value) -> Value {
    let mut step = json!({"method": method, "url": format!("{BASE}{path}"), "referenceId": reference});
    step["body"] = body;
    step
}

fn with_header(mut step: Value, name: &str, value: &str) -> Value {
    step["httpHeaders"][name] = value.into();
    step
}

async fn composite(client: &Client, steps: Vec<Value>) -> Vec<(u64, Value)> {
    let body = json!({"allOrNone": true, "compositeRequest": steps});
    let reply = client.call("POST", "/composite", body).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let results = reply.json()["compositeResponse"].as_array().unwrap().clone();
    results.into_iter().map(|one| (one["httpStatusCode"].as_u64().unwrap(), one["body"].clone())).collect()
}

#[tokio::test]
async fn a_contact_is_made_and_linked_in_one_go_or_not_at_all() {
    let client = Client::with_customers().await;
    let tomo = client.acting_as(TOMO);
    let link = format!("/sobjects/{TRANSCRIPT}/Conversation_Id__c/acc%2F9");
    let find = "/query?q=SELECT+Id+FROM+Account+WHERE+Name='Copper+Kettle'";
    let steps = |last_name: Value| {
        vec![
            step("GET", find, "home", json!(null)),
            step(
                "POST",
                "/sobjects/Contact",
                "made",
                json!({"LastName": last_name, "AccountId": "@{home.records[0].Id}"}),
            ),
            step(
                "PATCH",
                &link,
                "link",
                json!({"Contact__c": "@{made.id}", "Account__c": "@{home.records[0].Id}"}),
            ),
        ]
    };
    let before = client.simulator.count("Contact");
    let failed = composite(&tomo, steps(json!(null))).await;
    assert_eq!(failed[1].1[0]["fields"], json!(["LastName"]));
    assert_eq!(failed[2].1[0]["errorCode"], "PROCESSING_HALTED");
    assert_eq!((client.simulator.count("Contact"), client.simulator.count(TRANSCRIPT)), (before, 0));
    let done = composite(&tomo, steps(json!("Reed"))).await;
    assert_eq!(done.iter().map(|(status, _)| *status).collect::<Vec<_>>(), [200, 201, 201]);
    let transcript = &client.simulator.records(TRANSCRIPT)[0];
    assert_eq!(transcript["Contact__c"], done[1].1["id"]);
    assert_eq!(transcript["Conversation_Id__c"], "acc/9");
    let again = composite(&tomo, vec![step("PATCH", &link, "link", json!({"Contact__c": null}))]).await;
    assert_eq!((again[0].0, &again[0].1["created"]), (200, &json!(false)));
}

#[tokio::test]
async fn a_stale_edit_is_refused_to_the_second_in_a_step_too() {
    let client = Client::with_customers().await;
    let tomo = client.acting_as(TOMO);
    let id = tomo.id_of("SELECT Id FROM Account WHERE Name = 'Copper Kettle'").await;
    let path = format!("/sobjects/Account/{id}");
    let edit = |since: &str| {
        let step = step("PATCH", &path, "edit", json!({"Phone": "2"}));
        vec![with_header(step, "If-Unmodified-Since", since)]
    };
    assert_eq!(composite(&tomo, edit("Sun, 22 Nov 2026 09:59:59 GMT")).await[0].0, 412);
    assert_eq!(composite(&tomo, edit("Sun, 22 Nov 2026 10:00:00 GMT")).await[0].0, 204);
    client.clock.advance(1);
    client.acting_as(ILSE).call("PATCH", &path, json!({"Phone": "3"})).await;
    let stale = composite(&tomo, edit("Sun, 22 Nov 2026 10:00:00 GMT")).await;
    assert_eq!(stale[0].0, 412);
    assert_eq!(client.simulator.record(&id).unwrap()["Phone"], "3");
    let old = [("if-unmodified-since", "Sun, 22 Nov 2026 10:00:00 GMT")];
    assert_eq!(tomo.call_with("DELETE", &path, &old, &json!(null)).await.status, 412);
    let link = format!("/sobjects/{TRANSCRIPT}/Conversation_Id__c/one");
    assert_eq!(tomo.call("PATCH", &link, json!({})).await.status, 201);
    assert_eq!(tomo.call_with("PATCH", &link, &old, &json!({"Skill__c": "x"})).await.status, 412);
}

#[tokio::test]
async fn cases_and_leads_go_to_a_queue_unless_the_agent_keeps_them() {
    let client = Client::with_customers().await;
    let tomo = client.acting_as(TOMO);
    let me = tomo.id_of(&format!("SELECT Id FROM User WHERE Username = '{TOMO}'")).await;
    let rule = tomo.id_of("SELECT Id FROM AssignmentRule WHERE SobjectType = 'Case' AND Active = true").await;
    let owner = async |headers: &[(&str, &str)], object: &str| {
        let body = json!({"Subject": "x"});
        let lead = json!({"LastName": "x", "Company": "y"});
        let body = if object == "Lead" { lead } else { body };
        let reply = tomo.call_with("POST", &format!("/sobjects/{object}"), headers, &body).await;
        assert_eq!(reply.status, 201, "{}", reply.text());
        client.simulator.record(reply.json()["id"].as_str().unwrap()).unwrap()["OwnerId"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let queue = owner(&[], "Case").await;
    assert!(queue.starts_with("00G"), "{queue}");
    assert_eq!(owner(&[("sforce-auto-assign", "true")], "Case").await, queue);
    assert_eq!(owner(&[("sforce-auto-assign", &rule)], "Case").await, queue);
    assert_eq!(owner(&[("sforce-auto-assign", "FALSE")], "Case").await, me);
    assert!(owner(&[], "Lead").await.starts_with("00G"));
    assert_ne!(owner(&[], "Lead").await, queue);
    let body = json!({"Subject": "x"});
    let unknown = [("sforce-auto-assign", "01QLk0000000009")];
    let refused = tomo.call_with("POST", "/sobjects/Case", &unknown, &body).await;
    assert_eq!(refused.refusal(), (400, "INVALID_ASSIGNMENT_RULE".into()));
    let kept =
        with_header(step("POST", "/sobjects/Case", "kept", body.clone()), "Sforce-Auto-Assign", "FALSE");
    let made = composite(&tomo, vec![kept, step("POST", "/sobjects/Case", "given", body)]).await;
    let owner =
        |at: usize| client.simulator.record(made[at].1["id"].as_str().unwrap()).unwrap()["OwnerId"].clone();
    assert_eq!((owner(0), owner(1)), (json!(me), json!(queue)));
    let named = tomo.query("SELECT Owner.Name FROM Case WHERE Owner.Name = 'Customer Care' LIMIT 1").await;
    assert_eq!(named["records"][0]["Owner"]["Name"], "Customer Care");
}

#[tokio::test]
async fn a_second_contact_is_warned_of_and_a_second_lead_is_blocked() {
    let client = Client::with_customers().await;
    let tomo = client.acting_as(TOMO);
    let twin = json!({"LastName": "Abernathy", "Email": "ADA.abernathy@visitors.example.com"});
    let warned = tomo.call("POST", "/sobjects/Contact", twin.clone()).await;
    assert_eq!(warned.refusal(), (400, "DUPLICATES_DETECTED".into()));
    let found = &warned.json()[0]["duplicateResut"];
    let known = tomo.id_of("SELECT Id FROM Contact WHERE Email = 'ada.abernathy@visitors.example.com'").await;
    assert_eq!((&found["allowSave"], &found["duplicateRuleEntityType"]), (&json!(true), &json!("Contact")));
    let matched = &found["matchResults"][0];
    assert_eq!((&matched["size"], &matched["matchRecords"][0]["record"]["Id"]), (&json!(1), &json!(known)));
    assert!(matched["matchRecords"][0]["record"].get("Email").is_none());
    let details = [("sforce-duplicate-rule-header", "includeRecordDetails=true")];
    let shown = tomo.call_with("POST", "/sobjects/Contact", &details, &twin).await.json();
    let shown = &shown[0]["duplicateResut"]["matchResults"][0]["matchRecords"][0]["record"];
    assert_eq!(shown["Name"], "Ada Abernathy");
    let insists = [("sforce-duplicate-rule-header", "allowSave=true")];
    assert_eq!(tomo.call_with("POST", "/sobjects/Contact", &insists, &twin).await.status, 201);

    let lead = json!({"LastName": "C", "Company": "D", "Email": "ada.castellan@visitors.example.com"});
    for headers in [&[][..], &insists] {
        let blocked = tomo.call_with("POST", "/sobjects/Lead", headers, &lead).await;
        assert_eq!(blocked.json()[0]["duplicateResut"]["allowSave"], false);
    }
    let in_step = with_header(
        step("POST", "/sobjects/Contact", "again", twin.clone()),
        "Sforce-Duplicate-Rule-Header",
        "allowSave=true",
    );
    assert_eq!(composite(&tomo, vec![in_step]).await[0].0, 201);
    let collection = json!({"records": [{"attributes": {"type": "Lead"}, "LastName": "C", "Company": "D", "Email": lead["Email"]}]});
    let element = tomo.call("POST", "/composite/sobjects", collection).await.json();
    assert_eq!(element[0]["errors"][0]["statusCode"], "DUPLICATES_DETECTED");
    assert_eq!(
        client.call("POST", "/sobjects/Lead", lead.clone()).await.status,
        201,
        "an integration is not held up"
    );
    client.simulator.insert("Contact", twin.as_object().unwrap().clone()).unwrap();
    let other = tomo.create("Contact", json!({"LastName": "Z", "Email": "z@example.com"})).await;
    let changed = tomo.call("PATCH", &format!("/sobjects/Contact/{other}"), twin).await;
    assert_eq!(changed.refusal(), (400, "DUPLICATES_DETECTED".into()));
}

#[tokio::test]
async fn refusals_of_a_form_name_its_fields() {
    let client = Client::with_customers().await;
    let tomo = client.acting_as(TOMO);
    let deal = |amount: i32| json!({"Name": "x", "StageName": "Proposal", "CloseDate": "2026-12-01", "Amount": amount});
    for (object, body, code, fields) in [
        ("Opportunity", deal(-1), "FIELD_CUSTOM_VALIDATION_EXCEPTION", json!(["Amount"])),
        ("Case", json!({"Subject": "   "}), "FIELD_CUSTOM_VALIDATION_EXCEPTION", json!(["Subject"])),
        (
            "Case",
            json!({"Status": "Escalated", "Priority": "Low"}),
            "FIELD_CUSTOM_VALIDATION_EXCEPTION",
            json!([]),
        ),
        ("Opportunity", json!({"Name": "x"}), "REQUIRED_FIELD_MISSING", json!(["StageName", "CloseDate"])),
        ("Contact", json!({"LastName": "x".repeat(81)}), "STRING_TOO_LONG", json!(["LastName"])),
        ("Contact", json!({"LastName": "x", "Email": "nope"}), "INVALID_EMAIL_ADDRESS", json!(["Email"])),
        (
            "Policy__c",
            json!({"Name": "x", "Status__c": "gone"}),
            "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
            json!(["Status__c"]),
        ),
        (
            "Policy__c",
            json!({"Name": "x", "Covers__c": "Fire;Hail"}),
            "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
            json!(["Covers__c"]),
        ),
        (
            "Contact",
            json!({"LastName": "x", "AccountId": id::make("001", 9_999)}),
            "INVALID_CROSS_REFERENCE_KEY",
            json!(["AccountId"]),
        ),
        ("Contact", json!({"LastName": "x", "AccountId": "nope"}), "MALFORMED_ID", json!(["AccountId"])),
    ] {
        let refused = tomo.call("POST", &format!("/sobjects/{object}"), body).await;
        assert_eq!(refused.refusal(), (400, code.into()), "{object} {fields}");
        assert_eq!(refused.json()[0]["fields"], fields, "{object} {code}");
    }
    let fine = tomo.create("Opportunity", deal(5)).await;
    let changed = tomo.call("PATCH", &format!("/sobjects/Opportunity/{fine}"), json!({"Amount": -5})).await;
    assert_eq!(changed.refusal(), (400, "FIELD_CUSTOM_VALIDATION_EXCEPTION".into()));
    let policy =
        tomo.create("Policy__c", json!({"Name": "P-1", "Premium__c": 100, "Covers__c": "Fire;Water"})).await;
    let policy = client.simulator.record(&policy).unwrap();
    assert_eq!((&policy["Monthly_Premium__c"], &policy["Status__c"]), (&json!(8.33), &json!("draft")));
}
