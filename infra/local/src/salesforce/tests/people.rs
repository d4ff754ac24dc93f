//! Record types, person accounts, converted leads, and the sample records.

use super::*;

async fn kind(client: &Client, object: &str, name: &str) -> String {
    client
        .id_of(&format!("SELECT Id FROM RecordType WHERE SobjectType = '{object}' AND Name = '{name}'"))
        .await
}

#[tokio::test]
async fn a_visitors_address_finds_what_the_sample_records_promise() {
    let client = Client::with_customers().await;
    let tomo = client.acting_as(TOMO);
    for (first, last, contacts, leads, people) in [
        ("ada", "abernathy", 1, 0, 0),
        ("bruno", "brightwater", 2, 0, 0),
        ("chidi", "castellan", 0, 1, 0),
        ("dalia", "drumlin", 1, 1, 0),
        ("ada", "eastwick", 1, 0, 1),
        ("ada", "fairweather", 0, 0, 0),
        ("kofi", "abernathy", 0, 0, 0),
    ] {
        let email = format!("{first}.{last}@visitors.example.com");
        let mut found = Vec::new();
        for (object, field) in [("Contact", "Email"), ("Lead", "Email"), ("Account", "PersonEmail")] {
            let statement = format!("SELECT COUNT() FROM {object} WHERE {field} = '{email}'");
            found.push(tomo.query(&statement).await["totalSize"].as_u64().unwrap());
        }
        assert_eq!(found, [contacts, leads, people], "{email}");
    }
    let accounts = "SELECT Account.Name FROM Contact WHERE Email = 'ada.brightwater@visitors.example.com'";
    let found = tomo.query(accounts).await;
    assert_ne!(found["records"][0]["Account"]["Name"], found["records"][1]["Account"]["Name"]);
    assert_eq!(
        client
            .simulator
            .record(&tomo.id_of("SELECT Id FROM Contact WHERE MobilePhone = '+1 555 010 0204'").await)
            .unwrap()["Name"],
        "Bruno Drumlin"
    );
    let before = client.simulator.count("Contact");
    client.simulator.seed_crm().unwrap();
    assert_eq!(client.simulator.count("Contact"), before, "only a fresh org is filled");
}

#[test]
fn the_journal_keeps_the_sample_records() {
    let folder = tempfile::tempdir().unwrap();
    let open = || {
        let clock = Arc::new(Hand(Mutex::new("2026-11-22T10:00:00Z".parse().unwrap())));
        Simulator::open(Options {
            listen_url: URL.into(),
            journal: Some(folder.path().join("org.journal")),
            behaviour: Behaviour::default(),
            clock,
            daily_api_requests: 100,
            credentials: credentials(),
            bare: false,
        })
        .unwrap()
    };
    let first = open();
    first.seed_crm().unwrap();
    let (contacts, leads) = (first.records("Contact"), first.records("Lead"));
    drop(first);
    let again = open();
    again.seed_crm().unwrap();
    assert_eq!((again.records("Contact"), again.records("Lead")), (contacts, leads));
}

#[tokio::test]
async fn record_types_are_described_chosen_and_checked() {
    let client = Client::with_customers().await;
    let tomo = client.acting_as(TOMO);
    let infos = tomo.get("/sobjects/Case/describe").await.json()["recordTypeInfos"].clone();
    let told: Vec<_> = infos
        .as_array()
        .unwrap()
        .iter()
        .map(|info| (info["developerName"].as_str().unwrap(), info["defaultRecordTypeMapping"] == true))
        .collect();
    assert_eq!(told, [("Support", true), ("Complaint", false), ("Master", false)]);
    assert_eq!(
        tomo.get("/sobjects/Contact/describe").await.json()["recordTypeInfos"][0]["defaultRecordTypeMapping"],
        true
    );
    let complaint = kind(&tomo, "Case", "Complaint").await;
    let chosen = tomo.create("Case", json!({"Subject": "a", "RecordTypeId": complaint})).await;
    let usual = tomo.create("Case", json!({})).await;
    assert_eq!(client.simulator.record(&chosen).unwrap()["RecordTypeId"], complaint);
    let usual = client.simulator.record(&usual).unwrap();
    assert_eq!(usual["RecordTypeId"], kind(&tomo, "Case", "Support").await);
    assert_eq!((&usual["Status"], &usual["Priority"]), (&json!("New"), &json!("Medium")));
    let foreign = kind(&tomo, "Account", "Person Account").await;
    let refused = tomo.call("POST", "/sobjects/Case", json!({"RecordTypeId": foreign})).await;
    assert_eq!(refused.refusal(), (400, "INVALID_CROSS_REFERENCE_KEY".into()));
    assert_eq!(refused.json()[0]["fields"], json!(["RecordTypeId"]));
    let named = tomo.query(&format!("SELECT RecordType.Name FROM Case WHERE Id = '{chosen}'")).await;
    assert_eq!(named["records"][0]["RecordType"]["Name"], "Complaint");
}

#[tokio::test]
async fn a_person_account_and_its_contact_stay_in_step() {
    let client = Client::with_customers().await;
    let tomo = client.acting_as(TOMO);
    let person = kind(&tomo, "Account", "Person Account").await;
    let body = json!({"FirstName": "Ines", "LastName": "Moor", "PersonEmail": "ines@example.com", "RecordTypeId": person});
    let id = tomo.create("Account", body).await;
    let account = client.simulator.record(&id).unwrap();
    assert_eq!((&account["Name"], &account["IsPersonAccount"]), (&json!("Ines Moor"), &json!(true)));
    let contact = account["PersonContactId"].as_str().unwrap().to_owned();
    let twin = client.simulator.record(&contact).unwrap();
    assert_eq!(
        (&twin["Email"], &twin["AccountId"], &twin["IsPersonAccount"]),
        (&json!("ines@example.com"), &json!(id), &json!(true))
    );
    let change = json!({"PersonEmail": "moor@example.com", "LastName": "Moore"});
    assert_eq!(tomo.call("PATCH", &format!("/sobjects/Account/{id}"), change).await.status, 204);
    let twin = client.simulator.record(&contact).unwrap();
    assert_eq!((&twin["Email"], &twin["Name"]), (&json!("moor@example.com"), &json!("Ines Moore")));
    let path = format!("/sobjects/Contact/{contact}");
    assert_eq!(tomo.call("PATCH", &path, json!({"MobilePhone": "+1 555 7"})).await.status, 204);
    assert_eq!(client.simulator.record(&id).unwrap()["PersonMobilePhone"], "+1 555 7");
    assert_eq!(
        tomo.call("DELETE", &path, json!(null)).await.refusal(),
        (403, "INSUFFICIENT_ACCESS_OR_READONLY".into())
    );
    for (body, wrong) in [
        (json!({"Name": "Moor Ltd", "LastName": "Moor", "RecordTypeId": person}), "Name"),
        (json!({"Name": "Moor Ltd", "PersonEmail": "m@example.com"}), "PersonEmail"),
    ] {
        let refused = tomo.call("POST", "/sobjects/Account", body).await;
        assert_eq!(refused.refusal(), (400, "INVALID_FIELD_FOR_INSERT_UPDATE".into()), "{wrong}");
        assert_eq!(refused.json()[0]["fields"], json!([wrong]));
    }
    let nameless = tomo.call("POST", "/sobjects/Account", json!({"RecordTypeId": person})).await;
    assert_eq!(nameless.json()[0]["fields"], json!(["LastName"]));
    assert_eq!(tomo.call("DELETE", &format!("/sobjects/Account/{id}"), json!(null)).await.status, 204);
    assert!(client.simulator.record(&contact).is_none());
}

#[tokio::test]
async fn a_converted_lead_is_read_and_no_more() {
    let client = Client::with_customers().await;
    let tomo = client.acting_as(TOMO);
    let found = tomo
        .query("SELECT Id, IsConverted, ConvertedDate, ConvertedAccount.Name, ConvertedContactId FROM Lead WHERE Email = 'ada.drumlin@visitors.example.com'")
        .await;
    let lead = &found["records"][0];
    assert_eq!(
        (&lead["IsConverted"], &lead["ConvertedAccount"]["Name"]),
        (&json!(true), &json!("Millbrook School"))
    );
    let contact = client.simulator.record(lead["ConvertedContactId"].as_str().unwrap()).unwrap();
    assert_eq!(contact["Email"], "ada.drumlin@visitors.example.com");
    let path = format!("/sobjects/Lead/{}", lead["Id"].as_str().unwrap());
    let refused = tomo.call("PATCH", &path, json!({"Title": "x"})).await;
    assert_eq!(refused.refusal(), (400, "CANNOT_UPDATE_CONVERTED_LEAD".into()));
}

#[tokio::test]
async fn describe_tells_what_a_form_must_know() {
    let client = Client::with_customers().await;
    let tomo = client.acting_as(TOMO);
    let policy = tomo.get("/sobjects/Policy__c/describe").await.json();
    assert_eq!((&policy["keyPrefix"], &policy["labelPlural"]), (&json!("a0P"), &json!("Policies")));
    let of = |described: &Value, name: &str| {
        described["fields"].as_array().unwrap().iter().find(|field| field["name"] == name).unwrap().clone()
    };
    assert_eq!(of(&policy, "Name")["nameField"], true);
    let monthly = of(&policy, "Monthly_Premium__c");
    assert_eq!((&monthly["calculated"], &monthly["updateable"]), (&json!(true), &json!(false)));
    let status = of(&policy, "Status__c");
    assert_eq!(status["picklistValues"][1]["label"], "In force");
    assert_eq!(
        (&status["restrictedPicklist"], &status["picklistValues"][0]["defaultValue"]),
        (&json!(true), &json!(true))
    );
    assert_eq!(of(&policy, "Covers__c")["type"], "multipicklist");
    let lookup = of(&policy, "Contact__c");
    assert_eq!(
        (&lookup["relationshipName"], &lookup["referenceTo"]),
        (&json!("Contact__r"), &json!(["Contact"]))
    );
    let contact = tomo.get("/sobjects/Contact/describe").await.json();
    assert!(contact["childRelationships"].to_string().contains("Policies__r"));
    assert_eq!(of(&contact, "FirstName")["compoundFieldName"], "Name");
    let required = |described: &Value| {
        let fields = described["fields"].as_array().unwrap().iter().filter(|field| {
            field["createable"] == true && field["nillable"] == false && field["defaultedOnCreate"] == false
        });
        fields.map(|field| field["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>().join(" ")
    };
    for (object, want) in [
        ("Account", "Name"),
        ("Contact", "LastName"),
        ("Lead", "LastName Company"),
        ("Opportunity", "Name StageName CloseDate"),
        ("Case", ""),
        ("Policy__c", "Name"),
    ] {
        let described = tomo.get(&format!("/sobjects/{object}/describe")).await.json();
        assert_eq!(required(&described), want, "{object}");
    }
    let transcript = tomo.get(&format!("/sobjects/{TRANSCRIPT}/describe")).await.json();
    assert_eq!(of(&transcript, "Policy__c")["referenceTo"], json!(["Policy__c"]));
}
