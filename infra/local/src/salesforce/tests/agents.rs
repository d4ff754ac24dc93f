//! What one user may and another may not: objects, fields, records.

use super::*;

fn names(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect()
}

async fn field(client: &Client, object: &str, name: &str) -> Option<Value> {
    let described = client.get(&format!("/sobjects/{object}/describe")).await.json();
    described["fields"].as_array()?.iter().find(|field| field["name"] == name).cloned()
}

#[tokio::test]
async fn an_object_without_rights_does_not_exist_for_the_user() {
    let client = Client::with_customers().await;
    let (ilse, tomo) = (client.acting_as(ILSE), client.acting_as(TOMO));
    let deal = tomo.query("SELECT Id FROM Opportunity LIMIT 1").await["records"][0]["Id"].clone();
    let deal = deal.as_str().unwrap();
    for path in
        ["/sobjects/Opportunity", "/sobjects/Opportunity/describe", &format!("/sobjects/Opportunity/{deal}")]
    {
        assert_eq!(ilse.get(path).await.refusal(), (404, "NOT_FOUND".into()), "{path}");
        assert_eq!(tomo.get(path).await.status, 200, "{path}");
    }
    let all = ilse.get("/sobjects").await.json();
    assert!(
        names(&all["sobjects"]).contains(&"Account") && !names(&all["sobjects"]).contains(&"Opportunity")
    );
    for (statement, code) in [
        ("SELECT Id FROM Opportunity", "INVALID_TYPE"),
        ("SELECT Id, (SELECT Id FROM Opportunities) FROM Account", "INVALID_TYPE"),
        ("SELECT Opportunity__r.Name FROM LP_ChatTranscript__c", "INVALID_FIELD"),
        ("SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Opportunity)", "INVALID_TYPE"),
    ] {
        assert_eq!(ilse.refused(statement).await, (400, code.into()), "{statement}");
        tomo.query(statement).await;
    }
    let account = ilse.get("/sobjects/Account/describe").await.json();
    let children = |described: &Value| described["childRelationships"].to_string();
    assert!(!children(&account).contains("\"Opportunity\""));
    assert!(children(&tomo.get("/sobjects/Account/describe").await.json()).contains("\"Opportunity\""));
    let path = "/search?q=FIND+%7BWinter%7D+RETURNING+Opportunity(Id)";
    assert_eq!(ilse.get(path).await.refusal(), (400, "INVALID_TYPE".into()));
    assert_eq!(tomo.get(path).await.json()["searchRecords"].as_array().unwrap().len(), 1);
    let written =
        ilse.call("PATCH", &format!("/sobjects/Opportunity/{deal}"), json!({"NextStep": "x"})).await;
    assert_eq!(written.refusal(), (404, "NOT_FOUND".into()));
}

#[tokio::test]
async fn an_object_to_read_is_neither_created_nor_changed() {
    let client = Client::with_customers().await;
    let ilse = client.acting_as(ILSE);
    let described = ilse.get("/sobjects/Lead/describe").await.json();
    for flag in ["createable", "updateable", "deletable"] {
        assert_eq!(described[flag], false, "{flag}");
    }
    let company = field(&ilse, "Lead", "Company").await.unwrap();
    assert_eq!((&company["createable"], &company["updateable"]), (&json!(false), &json!(false)));
    let lead = json!({"LastName": "Reed", "Company": "Reed & Co"});
    assert_eq!(
        ilse.call("POST", "/sobjects/Lead", lead.clone()).await.refusal(),
        (400, "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY".into())
    );
    let id = ilse.id_of("SELECT Id FROM Lead WHERE Email = 'ada.castellan@visitors.example.com'").await;
    let path = format!("/sobjects/Lead/{id}");
    assert_eq!(ilse.get(&path).await.json()["Company"], "Example Ltd");
    assert_eq!(
        ilse.call("PATCH", &path, json!({"Title": "x"})).await.refusal(),
        (400, "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY".into())
    );
    assert_eq!(
        ilse.call("DELETE", &path, json!(null)).await.refusal(),
        (403, "INSUFFICIENT_ACCESS_OR_READONLY".into())
    );
    client.acting_as(TOMO).create("Lead", lead).await;
}

#[tokio::test]
async fn field_security_holds_in_describe_reads_queries_and_writes() {
    let client = Client::with_customers().await;
    let (ilse, tomo) = (client.acting_as(ILSE), client.acting_as(TOMO));
    let account = ilse.id_of("SELECT Id FROM Account WHERE Name = 'Lantern Bay Hotel'").await;
    let path = format!("/sobjects/Account/{account}");
    assert!(field(&ilse, "Account", "AnnualRevenue").await.is_none());
    assert!(ilse.get(&path).await.json().get("AnnualRevenue").is_none());
    assert_eq!(tomo.get(&path).await.json()["AnnualRevenue"], 1_200_000.0);
    let asked = ilse.get(&format!("{path}?fields=AnnualRevenue")).await;
    assert_eq!(asked.refusal(), (400, "INVALID_FIELD".into()));
    for statement in [
        "SELECT AnnualRevenue FROM Account",
        "SELECT Id FROM Account WHERE AnnualRevenue > 1",
        "SELECT Id FROM Account ORDER BY AnnualRevenue",
        "SELECT Account.AnnualRevenue FROM Contact",
    ] {
        assert_eq!(ilse.refused(statement).await, (400, "INVALID_FIELD".into()), "{statement}");
        tomo.query(statement).await;
    }
    let written = ilse.call("PATCH", &path, json!({"AnnualRevenue": 1})).await;
    assert_eq!(written.refusal(), (400, "INVALID_FIELD".into()));

    let birthdate = field(&ilse, "Contact", "Birthdate").await.unwrap();
    assert_eq!((&birthdate["createable"], &birthdate["updateable"]), (&json!(false), &json!(false)));
    let body = json!({"LastName": "Reed", "Birthdate": "1990-01-01"});
    let refused = ilse.call("POST", "/sobjects/Contact", body.clone()).await;
    assert_eq!(refused.refusal(), (400, "INVALID_FIELD_FOR_INSERT_UPDATE".into()));
    assert_eq!(refused.json()[0]["fields"], json!(["Birthdate"]));
    assert_eq!(
        refused.json()[0]["message"],
        "Unable to create/update fields: Birthdate. Please check the security settings of this field and verify that it is read/write for your profile or permission set."
    );
    let id = tomo.create("Contact", body).await;
    assert_eq!(ilse.get(&format!("/sobjects/Contact/{id}")).await.json()["Birthdate"], "1990-01-01");
}

#[tokio::test]
async fn rights_change_at_once_for_the_user_they_are_taken_from() {
    let client = Client::with_customers().await;
    let (ilse, tomo) = (client.acting_as(ILSE), client.acting_as(TOMO));
    assert!(client.simulator.set_object_rights(TOMO, "Case", ObjectRights::NONE));
    assert!(client.simulator.set_field_rights(TOMO, "Contact", "Title", FieldRights::ReadOnly));
    assert!(!client.simulator.set_object_rights("nobody@example.com", "Case", ObjectRights::ALL));
    assert_eq!(tomo.refused("SELECT Id FROM Case").await, (400, "INVALID_TYPE".into()));
    ilse.query("SELECT Id FROM Case").await;
    assert_eq!(field(&tomo, "Contact", "Title").await.unwrap()["updateable"], false);
    assert_eq!(field(&ilse, "Contact", "Title").await.unwrap()["updateable"], true);
}

#[tokio::test]
async fn a_private_account_and_its_contact_are_not_there() {
    let client = Client::with_customers().await;
    let (noor, tomo) = (client.acting_as(NOOR), client.acting_as(TOMO));
    let account = noor.id_of("SELECT Id FROM Account WHERE Name = 'Frostfield Holdings'").await;
    let contact = noor.id_of("SELECT Id FROM Contact WHERE LastName = 'Vale'").await;
    for (path, unknown) in [
        (format!("/sobjects/Account/{account}"), format!("/sobjects/Account/{}", id::make("001", 9_999))),
        (format!("/sobjects/Contact/{contact}"), format!("/sobjects/Contact/{}", id::make("003", 9_999))),
    ] {
        let missing = tomo.get(&path).await;
        assert_eq!(missing.refusal(), (404, "NOT_FOUND".into()), "{path}");
        assert_eq!(tomo.get(&unknown).await.json(), missing.json(), "as one that never was");
        let (hidden, never) = (
            tomo.call("PATCH", &path, json!({"Description": "x"})).await,
            tomo.call("PATCH", &unknown, json!({"Description": "x"})).await,
        );
        assert_eq!((hidden.status, hidden.json()), (never.status, never.json()));
        assert_eq!(noor.get(&path).await.status, 200);
    }
    assert_eq!(tomo.query("SELECT Id FROM Account WHERE Name LIKE 'Frost%'").await["totalSize"], 0);
    assert_eq!(tomo.query("SELECT Id FROM Contact WHERE LastName = 'Vale'").await["totalSize"], 0);
    let search = "/parameterizedSearch?q=Frostfield&sobject=Account&Account.fields=Id,Name";
    assert_eq!(tomo.get(search).await.json()["searchRecords"], json!([]));
    assert_eq!(noor.get(search).await.json()["searchRecords"].as_array().unwrap().len(), 1);
    let retrieved = tomo.get(&format!("/composite/sobjects/Account?ids={account}&fields=Name")).await;
    assert_eq!(retrieved.json(), json!([null]));
    let linked =
        tomo.call("POST", "/sobjects/Contact", json!({"LastName": "New", "AccountId": account})).await;
    assert_eq!(linked.refusal(), (400, "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY".into()));
    assert_eq!(linked.json()[0]["fields"], json!(["AccountId"]));
    let case = noor.create("Case", json!({"Subject": "Cold", "AccountId": account})).await;
    let seen = tomo.query(&format!("SELECT Account.Name FROM Case WHERE Id = '{case}'")).await;
    assert_eq!(seen["records"][0]["Account"], json!(null), "the parent is hidden, the case is not");
}

#[tokio::test]
async fn record_access_tells_what_each_record_allows() {
    let client = Client::with_customers().await;
    let (noor, tomo, ilse) = (client.acting_as(NOOR), client.acting_as(TOMO), client.acting_as(ILSE));
    let account =
        async |name: &str| noor.id_of(&format!("SELECT Id FROM Account WHERE Name = '{name}'")).await;
    let (own, partner, private) = (
        account("Lantern Bay Hotel").await,
        account("Tidewater Rentals").await,
        account("Frostfield Holdings").await,
    );
    let levels = async |client: &Client, username: &str| {
        let user = client.id_of(&format!("SELECT Id FROM User WHERE Username = '{username}'")).await;
        let statement = format!(
            "SELECT RecordId, HasReadAccess, HasEditAccess, HasDeleteAccess, MaxAccessLevel FROM UserRecordAccess \
             WHERE UserId = '{user}' AND RecordId IN ('{own}','{partner}','{private}')"
        );
        let found = client.query(&statement).await;
        let levels = found["records"].as_array().unwrap().iter();
        levels.map(|one| one["MaxAccessLevel"].as_str().unwrap().to_owned()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(levels(&tomo, TOMO).await, "All Read None");
    assert_eq!(levels(&ilse, ILSE).await, "Edit Read None");
    assert_eq!(levels(&noor, NOOR).await, "All All All");
    for (path, code) in
        [("PATCH", "INSUFFICIENT_ACCESS_OR_READONLY"), ("DELETE", "INSUFFICIENT_ACCESS_OR_READONLY")]
    {
        let refused = tomo.call(path, &format!("/sobjects/Account/{partner}"), json!({"Phone": "1"})).await;
        assert_eq!(refused.refusal(), (403, code.into()), "{path}");
    }
    let deleted = ilse.call("DELETE", &format!("/sobjects/Account/{own}"), json!(null)).await;
    assert_eq!(deleted.refusal(), (403, "INSUFFICIENT_ACCESS_OR_READONLY".into()));
    let many = vec![format!("'{own}'"); 201].join(",");
    for (filter, code) in [
        (format!("UserId = '{own}'"), "MALFORMED_QUERY"),
        (format!("UserId = '{own}' AND RecordId IN ({many})"), "EXCEEDED_ID_LIMIT"),
        ("HasEditAccess = true".to_owned(), "MALFORMED_QUERY"),
    ] {
        let statement = format!("SELECT RecordId FROM UserRecordAccess WHERE {filter}");
        assert_eq!(tomo.refused(&statement).await.1, code, "{}", &filter[..20]);
    }
}

#[tokio::test]
async fn agents_read_and_change_transcripts_and_do_not_delete_them() {
    let client = Client::with_customers().await;
    let ilse = client.acting_as(ILSE);
    let id = client.create(TRANSCRIPT, json!({"Conversation_Id__c": "one"})).await;
    let path = format!("/sobjects/{TRANSCRIPT}/{id}");
    assert_eq!(ilse.call("PATCH", &path, json!({"Skill__c": "Billing"})).await.status, 204);
    assert_eq!(
        ilse.call("DELETE", &path, json!(null)).await.refusal(),
        (403, "INSUFFICIENT_ACCESS_OR_READONLY".into())
    );
    assert_eq!(ilse.get(&format!("/sobjects/{TRANSCRIPT}/describe")).await.json()["deletable"], false);
    assert_eq!(client.call("DELETE", &path, json!(null)).await.status, 204);
}
