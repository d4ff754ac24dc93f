//! How a widget finds records: search, queries with parents and children, and what was worked on last.

use super::*;

async fn searched(client: &Client, path: &str) -> Vec<String> {
    let found = client.get(path).await.json();
    let records = found["searchRecords"].as_array().unwrap_or_else(|| panic!("{found}")).clone();
    records
        .iter()
        .map(|one| {
            format!("{}:{}", one["attributes"]["type"].as_str().unwrap(), one["Name"].as_str().unwrap_or("-"))
        })
        .collect()
}

#[tokio::test]
async fn one_search_looks_into_several_objects_with_conditions() {
    let client = Client::with_customers().await;
    let tomo = client.acting_as(TOMO);
    let sosl = |statement: &str| {
        let encoded: String = form_urlencoded::byte_serialize(statement.as_bytes()).collect();
        format!("/search?q={encoded}")
    };
    for (statement, want) in [
        (
            "FIND {ada.brightwater@visitors.example.com} IN EMAIL FIELDS RETURNING Contact(Id,Name LIMIT 1),Lead(Id,Name)",
            "Contact:Ada Brightwater",
        ),
        (
            "FIND {Drumlin} RETURNING Lead(Name WHERE IsConverted = true AND FirstName = 'Ada'),Contact(Name WHERE FirstName = 'Ada')",
            "Lead:Ada Drumlin Contact:Ada Drumlin",
        ),
        (
            "FIND {Castell*} IN NAME FIELDS RETURNING Lead(Name ORDER BY Name DESC LIMIT 2)",
            "Lead:Dalia Castellan Lead:Chidi Castellan",
        ),
        ("FIND {\"Copper Kettle\"} RETURNING Account(Name)", "Account:Copper Kettle"),
        ("FIND {nobody at all} RETURNING Account(Name)", ""),
    ] {
        assert_eq!(searched(&tomo, &sosl(statement)).await.join(" "), want, "{statement}");
    }
    for statement in ["FIND {a} RETURNING Contact(Id)", "FIND {ada-b} RETURNING Contact(Id)", "FIND ada"] {
        assert_eq!(
            tomo.get(&sosl(statement)).await.refusal(),
            (400, "MALFORMED_SEARCH".into()),
            "{statement}"
        );
    }
    assert_eq!(
        searched(&tomo, &sosl("FIND {ada\\.eastwick\\@visitors} RETURNING Account(Name)")).await,
        ["Account:Ada Eastwick"]
    );
    let buyers = sosl("FIND {Buyer} RETURNING Contact(Name LIMIT 1)");
    assert_eq!(searched(&tomo, &buyers).await.len(), 1);
    client.simulator.set_field_rights(TOMO, "Contact", "Title", FieldRights::Hidden);
    assert!(searched(&tomo, &buyers).await.is_empty(), "what is hidden is not searched");
    let hidden = client.acting_as(ILSE).get(&sosl("FIND {Lantern} RETURNING Account(AnnualRevenue)")).await;
    assert_eq!(hidden.refusal(), (400, "INVALID_FIELD".into()));
}

#[tokio::test]
async fn parameters_search_without_a_statement() {
    let client = Client::with_customers().await;
    let tomo = client.acting_as(TOMO);
    let path = "/parameterizedSearch/?q=Abernathy&sobject=Contact&Contact.fields=Id,Name&sobject=Lead&Lead.fields=Id,Name&overallLimit=3";
    assert_eq!(searched(&tomo, path).await.len(), 3);
    let body = json!({"q": "(555) 010 0201", "in": "PHONE", "sobjects": [{"name": "Contact", "fields": ["Id", "Account.Name"], "where": "LastName LIKE 'Aber%'", "limit": 5}]});
    let found = tomo.call("POST", "/parameterizedSearch", body).await.json();
    assert_eq!(found["searchRecords"].as_array().unwrap().len(), 1, "{found}");
    assert_eq!(found["searchRecords"][0]["Account"]["Name"], "Lantern Bay Hotel");
    assert_eq!(
        tomo.get("/parameterizedSearch?q=x&sobject=Contact").await.refusal(),
        (400, "MALFORMED_SEARCH".into())
    );
}

#[tokio::test]
async fn statements_reach_parents_and_children_and_tell_nulls_apart() {
    let client = Client::with_customers().await;
    let tomo = client.acting_as(TOMO);
    let found = tomo
        .query("SELECT Name, (SELECT CaseNumber, Subject FROM Cases WHERE Status != 'Closed' ORDER BY Subject LIMIT 1), (SELECT Name FROM Policies__r) FROM Contact WHERE Email = 'ada.abernathy@visitors.example.com'")
        .await;
    let contact = &found["records"][0];
    assert_eq!(contact["Cases"]["records"][0]["Subject"], "Parcel has not arrived");
    assert_eq!(contact["Policies__r"]["totalSize"], 1);
    let policies = tomo
        .query("SELECT Account__r.Name, Contact__r.Account.Name FROM Policy__c WHERE Name = 'P-1001'")
        .await;
    assert_eq!(policies["records"][0]["Contact__r"]["Account"]["Name"], "Lantern Bay Hotel");
    for (statement, want) in [
        ("SELECT COUNT() FROM Policy__c WHERE Covers__c INCLUDES ('Fire;Theft','Water')", 4),
        ("SELECT COUNT() FROM Policy__c WHERE Covers__c EXCLUDES ('Theft')", 0),
        (
            "SELECT COUNT() FROM Policy__c WHERE Valid_Until__c > 2027-01-01 AND (Status__c = 'in_force' OR (NOT Premium__c >= 400))",
            3,
        ),
        ("SELECT COUNT() FROM Contact WHERE CreatedDate = TODAY AND Account.Name = null", 0),
        ("SELECT COUNT() FROM Account WHERE Name LIKE '%\\_%' OR Name LIKE '100\\%'", 0),
    ] {
        assert_eq!(tomo.query(statement).await["totalSize"], want, "{statement}");
    }
    let ordered =
        tomo.query("SELECT Name, AnnualRevenue FROM Account ORDER BY AnnualRevenue DESC NULLS LAST").await;
    let records = ordered["records"].as_array().unwrap();
    assert_eq!(records[0]["Name"], "Lantern Bay Hotel");
    assert_eq!(records.last().unwrap()["AnnualRevenue"], json!(null));
}

#[tokio::test]
async fn recent_records_are_the_callers_own_newest_first() {
    let client = Client::with_customers().await;
    let (tomo, ilse) = (client.acting_as(TOMO), client.acting_as(ILSE));
    assert_eq!(tomo.get("/recent?limit=10").await.json(), json!([]));
    let contact = tomo.create("Contact", json!({"LastName": "Reed"})).await;
    client.clock.advance(5);
    let case = tomo.create("Case", json!({"Subject": "later"})).await;
    let recent = tomo.get("/recent?limit=10").await.json();
    let ids: Vec<_> = recent.as_array().unwrap().iter().map(|one| one["Id"].as_str().unwrap()).collect();
    assert_eq!(ids, [case.as_str(), contact.as_str()]);
    assert_eq!((&recent[1]["Name"], &recent[0]["attributes"]["type"]), (&json!("Reed"), &json!("Case")));
    assert_eq!(tomo.get("/recent?limit=1").await.json().as_array().unwrap().len(), 1);
    assert_eq!(ilse.get("/recent").await.json(), json!([]));
}
