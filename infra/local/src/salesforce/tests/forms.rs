//! The part of the User Interface API a form is built from.

use super::*;

async fn kind(client: &Client, name: &str) -> String {
    client.id_of(&format!("SELECT Id FROM RecordType WHERE Name = '{name}'")).await
}

fn values(picklist: &Value) -> Vec<&str> {
    picklist["values"].as_array().unwrap().iter().map(|one| one["value"].as_str().unwrap()).collect()
}

/// Every item of a layout by the names of its fields.
fn items(layout: &Value) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    for section in layout["sections"].as_array().unwrap() {
        for row in section["layoutRows"].as_array().unwrap() {
            for item in row["layoutItems"].as_array().unwrap() {
                let components = item["layoutComponents"].as_array().unwrap().iter();
                let names: Vec<_> = components.map(|one| one["apiName"].as_str().unwrap()).collect();
                found.push((names.join("+"), item.clone()));
            }
        }
    }
    found
}

#[tokio::test]
async fn object_info_obeys_field_security() {
    let client = Client::with_customers().await;
    let (tomo, ilse) = (client.acting_as(TOMO), client.acting_as(ILSE));
    let info = tomo.get("/ui-api/object-info/account").await.json();
    assert_eq!(
        (&info["apiName"], &info["keyPrefix"], &info["nameFields"]),
        (&json!("Account"), &json!("001"), &json!(["Name"]))
    );
    assert_eq!(info["fields"]["AnnualRevenue"]["dataType"], "Currency");
    assert_eq!(info["fields"]["Name"]["required"], true);
    assert_eq!(
        info["recordTypeInfos"][info["defaultRecordTypeId"].as_str().unwrap()]["name"],
        "Business Account"
    );
    let limited = ilse.get("/ui-api/object-info/Account").await.json();
    assert!(limited["fields"].get("AnnualRevenue").is_none());
    assert!(!limited["childRelationships"].to_string().contains("Opportunit"));
    let contact = ilse.get("/ui-api/object-info/Contact").await.json();
    assert_eq!(contact["fields"]["Birthdate"]["updateable"], false);
    assert_eq!(contact["fields"]["AccountId"]["referenceToInfos"][0]["apiName"], "Account");
    assert_eq!(ilse.get("/ui-api/object-info/Opportunity").await.refusal(), (404, "INVALID_TYPE".into()));
    let batch = ilse.get("/ui-api/object-info/batch/Lead,Opportunity").await.json();
    assert_eq!((&batch["hasErrors"], &batch["results"][0]["statusCode"]), (&json!(true), &json!(200)));
    assert_eq!(batch["results"][0]["result"]["createable"], false);
}

#[tokio::test]
async fn picklists_differ_by_record_type() {
    let client = Client::with_customers().await;
    let tomo = client.acting_as(TOMO);
    let (support, complaint) = (kind(&tomo, "Support").await, kind(&tomo, "Complaint").await);
    let path = |kind: &str, field: &str| format!("/ui-api/object-info/Case/picklist-values/{kind}{field}");
    let reasons = async |kind: &str| tomo.get(&path(kind, "/Reason")).await.json();
    assert_eq!(values(&reasons(&support).await), ["Installation", "Usability", "Other"]);
    assert_eq!(values(&reasons(&complaint).await), ["Billing", "Other"]);
    assert_eq!(values(&reasons("012000000000000AAA").await).len(), 4);
    let all = tomo.get(&path(&complaint, "")).await.json();
    assert_eq!(values(&all["picklistFieldValues"]["Type"]), ["Problem"]);
    assert_eq!(all["picklistFieldValues"]["Status"]["defaultValue"]["value"], "New");
    let foreign = kind(&tomo, "Person Account").await;
    assert_eq!(tomo.get(&path(&foreign, "/Reason")).await.status, 400);
    assert_eq!(tomo.get(&path(&support, "/Subject")).await.refusal(), (400, "INVALID_FIELD".into()));
    let policy =
        tomo.get("/ui-api/object-info/Policy__c/picklist-values/012000000000000AAA/Status__c").await.json();
    assert_eq!(
        (&policy["values"][1]["label"], &policy["defaultValue"]["value"]),
        (&json!("In force"), &json!("draft"))
    );
}

#[tokio::test]
async fn layouts_demand_what_the_database_does_not() {
    let client = Client::with_customers().await;
    let (tomo, ilse) = (client.acting_as(TOMO), client.acting_as(ILSE));
    let (support, complaint) = (kind(&tomo, "Support").await, kind(&tomo, "Complaint").await);
    let layout = async |client: &Client, object: &str, kind: &str| {
        let path = format!("/ui-api/layout/{object}?layoutType=Full&mode=Create&recordTypeId={kind}");
        items(&client.get(&path).await.json())
    };
    let item = |items: &[(String, Value)], name: &str| {
        items.iter().find(|(known, _)| known == name).map(|(_, item)| item.clone())
    };
    for (kind, want) in [(&support, false), (&complaint, true)] {
        let items = layout(&tomo, "Case", kind).await;
        assert_eq!(item(&items, "Subject").unwrap()["required"], want);
        assert_eq!(item(&items, "CaseNumber").unwrap()["editableForNew"], false);
        assert_eq!(item(&items, "ContactId").unwrap()["lookupIdApiName"], "ContactId");
    }
    let contact = layout(&ilse, "Contact", "").await;
    let name = item(&contact, "LastName+FirstName+Salutation").unwrap();
    assert_eq!((&name["required"], &name["label"]), (&json!(true), &json!("Full Name")));
    assert_eq!(item(&contact, "Birthdate").unwrap()["editableForNew"], false);
    assert!(
        item(&contact, "MailingStreet+MailingCity+MailingState+MailingPostalCode+MailingCountry").is_some()
    );
    let business = layout(&ilse, "Account", "").await;
    assert!(item(&business, "AnnualRevenue").is_none() && item(&business, "PersonEmail").is_none());
    assert!(item(&business, "Name").unwrap()["required"] == true);
    let person = kind(&tomo, "Person Account").await;
    let person = layout(&tomo, "Account", &person).await;
    assert!(item(&person, "Name").is_none() && item(&person, "PersonEmail").unwrap()["required"] == true);
}

#[tokio::test]
async fn a_new_record_begins_with_its_defaults() {
    let client = Client::with_customers().await;
    let (tomo, ilse) = (client.acting_as(TOMO), client.acting_as(ILSE));
    let complaint = kind(&tomo, "Complaint").await;
    let begun =
        tomo.get(&format!("/ui-api/record-defaults/create/Case?recordTypeId={complaint}")).await.json();
    assert_eq!(begun["record"]["fields"]["Status"]["value"], "New");
    assert_eq!(
        (&begun["record"]["recordTypeId"], &begun["record"]["recordTypeInfo"]["name"]),
        (&json!(complaint), &json!("Complaint"))
    );
    assert_eq!(begun["objectInfos"]["Case"]["label"], "Case");
    assert!(begun["record"]["fields"].get("CaseNumber").is_none());
    let policy = tomo.get("/ui-api/record-defaults/create/Policy__c").await.json();
    assert_eq!(policy["record"]["fields"]["Status__c"], json!({"displayValue": "Draft", "value": "draft"}));
    let refused = ilse.get("/ui-api/record-defaults/create/Lead").await;
    assert_eq!(refused.refusal(), (403, "INSUFFICIENT_ACCESS".into()));
}

#[tokio::test]
async fn lookups_suggest_what_the_caller_sees() {
    let client = Client::with_customers().await;
    let (tomo, noor) = (client.acting_as(TOMO), client.acting_as(NOOR));
    let suggested = async |client: &Client, path: &str| {
        let body = json!({"sourceRecord": {"fields": {"Id": null}}});
        let found = client.call("POST", path, body).await.json();
        let records = found["records"].as_array().unwrap_or_else(|| panic!("{found}")).clone();
        records
            .iter()
            .map(|one| one["fields"]["Name"]["value"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let path = "/ui-api/lookups/Contact/AccountId?q=frost&searchType=Search";
    assert!(suggested(&tomo, path).await.is_empty());
    assert_eq!(suggested(&noor, path).await, ["Frostfield Holdings"]);
    let some =
        suggested(&tomo, "/ui-api/lookups/Case/ContactId?q=brightwater&searchType=Search&pageSize=3").await;
    assert_eq!(some.len(), 3);
    assert_eq!(
        suggested(&tomo, "/ui-api/lookups/Case/OwnerId?q=customer&targetApiName=Group").await,
        ["Customer Care"]
    );
    assert_eq!(tomo.get(path).await.refusal(), (405, "METHOD_NOT_ALLOWED".into()));
    let short = tomo.call("POST", "/ui-api/lookups/Contact/AccountId?q=f", json!({})).await;
    assert_eq!(short.refusal(), (400, "MALFORMED_SEARCH".into()));
    let hidden = client
        .acting_as(ILSE)
        .call("POST", &format!("/ui-api/lookups/{TRANSCRIPT}/Opportunity__c?q=winter"), json!({}))
        .await;
    assert_eq!(hidden.refusal(), (404, "NOT_FOUND".into()));
}
