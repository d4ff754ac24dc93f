//! What agents do in the widget, by its API, against the simulated org: fill in, save, edit and link records.

use crate::{
    time::VirtualClock,
    widget::{ACCOUNT, TRANSCRIPT, field, id, opened, record, stack},
};
use reqwest::{Method, StatusCode};
use serde_json::{Map, Value, json};
use tests::{
    agent::{Frame, ILSE, TOMO, model},
    start,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_new_record_is_filled_in_saved_once_and_linked_with_its_parents() {
    let data = tempfile::tempdir().unwrap();
    let stack = stack(data.path()).await;
    let frame = Frame::of(&stack, TOMO).await;
    let visitor = model(ACCOUNT, "4711", "Kofi Kestrel");
    frame.done("/context", json!({ "context": visitor })).await;
    opened(&frame, "le70010001:4711").await;

    let form = frame.done("/forms", json!({ "object": "Contact", "context": visitor })).await;
    assert_eq!(field(&form, "LastName")["value"], "Kestrel");
    assert_eq!(field(&form, "LastName")["required"], true, "the org asks for it");
    assert_eq!(field(&form, "Email")["value"], "kofi.kestrel@visitors.example.com");
    let account = id(&record(&stack, "Account", "Name", "Lantern Bay Hotel"));
    let save = |form: &Value, values: Value, link: bool| {
        json!({ "object": form["object"], "key": form["key"], "values": values, "link": link,
            "conversation": "le70010001:4711" })
    };
    let values = json!({ "FirstName": "Kofi", "LastName": "Kestrel", "Email": "kofi.kestrel@visitors.example.com", "AccountId": account });
    let before = stack.salesforce.switchboard().calls().get("composite").copied().unwrap_or_default();
    let saved = frame.done("/records", save(&form, values.clone(), true)).await;
    let after = stack.salesforce.switchboard().calls().get("composite").copied().unwrap_or_default();
    assert_eq!(after - before, 1, "saved and linked in one call");
    assert_eq!(saved["name"], "Kofi Kestrel", "{saved}");
    let linked: Vec<_> = saved["links"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["object"].as_str().unwrap(), one["name"].as_str().unwrap()))
        .collect();
    assert_eq!(linked, [("Account", "Lantern Bay Hotel"), ("Contact", "Kofi Kestrel")]);
    let again = frame.done("/records", save(&form, values, true)).await;
    assert_eq!(again, saved, "the same form sent again is saved once");
    let kofis =
        stack.salesforce.records("Contact").into_iter().filter(|one| one["LastName"] == "Kestrel").count();
    assert_eq!(kofis, 1);

    // A case belongs to a contact, whom the row it was begun at has filled in.
    let contact = saved["id"].as_str().unwrap();
    let parents = json!({ "account": account, "contact": contact });
    let case =
        frame.done("/forms", json!({ "object": "Case", "parents": parents, "context": visitor })).await;
    assert_eq!(
        (&field(&case, "ContactId")["value"], &field(&case, "ContactId")["display"]),
        (&json!(contact), &json!("Kofi Kestrel"))
    );
    assert_eq!((&field(&case, "Origin")["value"], &case["mandatory"]), (&json!("Web"), &json!(["contact"])));
    let (status, said) =
        frame.post("/records", save(&case, json!({ "Subject": "A broken boot" }), true)).await;
    assert_eq!(
        (status, &said["problems"][0]["path"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("values.ContactId")),
        "{said}"
    );
    let case_values = json!({ "Subject": "A broken boot", "ContactId": contact });
    let saved = frame.done("/records", save(&case, case_values, true)).await;
    assert_eq!(saved["links"].as_array().unwrap().len(), 3, "{saved}");
    let case = stack.salesforce.record(saved["id"].as_str().unwrap()).unwrap();
    assert!(case["OwnerId"].as_str().unwrap().starts_with("00G"), "assignment rules chose a queue: {case:?}");
    // What somebody typed as a reference of Salesforce's stays what they typed.
    let form =
        frame.done("/forms", json!({ "object": "Case", "parents": parents, "context": visitor })).await;
    let typed = json!({ "Subject": "see @{newContact.id}", "ContactId": contact });
    let typed_again = typed.clone();
    let saved = frame.done("/records", save(&form, typed, true)).await;
    assert_eq!(
        stack.salesforce.record(saved["id"].as_str().unwrap()).unwrap()["Subject"],
        "see @{newContact.id}"
    );
    assert_eq!(saved["warning"], Value::Null);
    // Its parts are calls of their own, so linking can fail alone; then the agent is told, and nothing is saved twice.
    let rights = local::salesforce::FieldRights::ReadOnly;
    assert!(stack.salesforce.set_field_rights(TOMO, TRANSCRIPT, "Case__c", rights));
    let form =
        frame.done("/forms", json!({ "object": "Case", "parents": parents, "context": visitor })).await;
    let saved = frame.done("/records", save(&form, typed_again, true)).await;
    assert!(saved["warning"].as_str().unwrap().contains("was not linked"), "{saved}");
    assert!(stack.salesforce.record(saved["id"].as_str().unwrap()).is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn record_types_decide_what_can_be_chosen_and_what_is_required() {
    let data = tempfile::tempdir().unwrap();
    let stack = stack(data.path()).await;
    let frame = Frame::of(&stack, TOMO).await;
    let form = frame.done("/forms", json!({ "object": "Case" })).await;
    let types = form["record_types"].as_array().unwrap();
    let named = |name: &str| types.iter().find(|one| one["name"] == name).unwrap()["id"].clone();
    assert_eq!(form["record_type"], named("Support"));
    assert_eq!(field(&form, "Status")["value"], "New", "what the org fills in is shown before it is saved");
    let reasons = |form: &Value| {
        let choices = field(form, "Reason")["picklist"].as_array().unwrap();
        choices.iter().map(|one| one["value"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(reasons(&form), ["Installation", "Usability", "Other"]);
    let complaint =
        frame.done("/forms", json!({ "object": "Case", "record_type": named("Complaint") })).await;
    assert_eq!(reasons(&complaint), ["Billing", "Other"]);
    assert_eq!(complaint["record_type"], named("Complaint"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_salesforce_refuses_stands_at_its_field() {
    let data = tempfile::tempdir().unwrap();
    let stack = stack(data.path()).await;
    let (tomo, ilse) = (Frame::of(&stack, TOMO).await, Frame::of(&stack, ILSE).await);
    let account = id(&record(&stack, "Account", "Name", "Lantern Bay Hotel"));
    let contact = id(&record(&stack, "Contact", "Email", "ada.abernathy@visitors.example.com"));
    let opportunity = json!({ "Name": "Boots", "StageName": "Prospecting", "CloseDate": "2026-05-01", "AccountId": account });
    let with = |base: &Value, more: Value| {
        let mut all = base.clone();
        all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        all
    };
    let long = "x".repeat(256);
    for (object, values, path) in [
        ("Opportunity", with(&opportunity, json!({ "Amount": -1 })), "values.Amount"),
        ("Opportunity", with(&opportunity, json!({ "Amount": "much" })), "values.Amount"),
        ("Opportunity", with(&opportunity, json!({ "CloseDate": "soon" })), "values.CloseDate"),
        ("Opportunity", with(&opportunity, json!({ "AccountId": null })), "values.AccountId"),
        ("Opportunity", with(&opportunity, json!({ "AccountId": "' OR" })), "values.AccountId"),
        ("Opportunity", with(&opportunity, json!({ "Nothing__c": 1 })), "values.Nothing__c"),
        ("Case", json!({ "Subject": "   ", "ContactId": contact }), "values.Subject"),
        ("Case", json!({ "Subject": long, "ContactId": contact }), "values.Subject"),
        ("Contact", json!({ "FirstName": "Ada" }), "values.LastName"),
        ("Contact", json!({ "LastName": "Quill", "Email": "no address" }), "values.Email"),
        ("Contact", json!({ "LastName": "Quill", "AccountId": "001000000000001AAA" }), "values.AccountId"),
    ] {
        let form = tomo.done("/forms", json!({ "object": object })).await;
        let body = json!({ "object": object, "key": form["key"], "values": values });
        let (status, said) = tomo.post("/records", body).await;
        assert_eq!(
            (status, &said["code"]),
            (StatusCode::UNPROCESSABLE_ENTITY, &json!("WGT-003")),
            "{object} {values}: {said}"
        );
        assert_eq!(said["problems"][0]["path"], path, "{object} {values}: {said}");
        assert!(said["problems"][0]["sentence"].as_str().unwrap().len() > 10, "{said}");
    }
    let (status, said) = ilse.post("/forms", json!({ "object": "Lead" })).await;
    assert_eq!(status, StatusCode::NOT_FOUND, "{said}");
    let form = tomo.done("/forms", json!({ "object": "Lead" })).await;
    let body =
        json!({ "object": "Lead", "key": form["key"], "values": { "LastName": "Quill", "Company": "Acme" } });
    let (status, said) = ilse.post("/records", body).await;
    assert_eq!((status, &said["code"]), (StatusCode::FORBIDDEN, &json!("WGT-001")), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn duplicates_are_shown_and_saved_only_when_the_org_lets_people() {
    let data = tempfile::tempdir().unwrap();
    let stack = stack(data.path()).await;
    let frame = Frame::of(&stack, TOMO).await;
    let save = async |object: &str, values: Value, save_duplicate: bool| {
        let form = frame.done("/forms", json!({ "object": object })).await;
        let body = json!({ "object": object, "key": form["key"], "values": values, "save_duplicate": save_duplicate });
        frame.post("/records", body).await
    };
    let twin =
        json!({ "FirstName": "Ada", "LastName": "Abernathy", "Email": "ada.abernathy@visitors.example.com" });
    let (status, said) = save("Contact", twin.clone(), false).await;
    assert_eq!((status, &said["code"]), (StatusCode::CONFLICT, &json!("WGT-004")), "{said}");
    assert_eq!(said["duplicates"]["may_save"], true);
    assert_eq!(said["duplicates"]["rows"][0]["name"], "Ada Abernathy");
    let (status, saved) = save("Contact", twin, true).await;
    assert_eq!(status, StatusCode::OK, "{saved}");

    let lead =
        json!({ "LastName": "Castellan", "Company": "Acme", "Email": "ada.castellan@visitors.example.com" });
    for anyway in [false, true] {
        let (status, said) = save("Lead", lead.clone(), anyway).await;
        assert_eq!(
            (status, &said["duplicates"]["may_save"]),
            (StatusCode::CONFLICT, &json!(false)),
            "{said}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_warns_when_somebody_else_was_faster() {
    let data = tempfile::tempdir().unwrap();
    let clock = VirtualClock::at("2026-03-01T12:07:03Z");
    let stack = start(data.path(), |options| {
        options.conversations = 1_000;
        options.clock = clock.clone();
        options.schedules_fire = false;
    })
    .await;
    let frame = Frame::of(&stack, TOMO).await;
    let contact = id(&record(&stack, "Contact", "Email", "ada.abernathy@visitors.example.com"));
    let form = frame.done("/forms", json!({ "object": "Contact", "id": contact })).await;
    let save = |form: &Value| {
        json!({ "object": "Contact", "id": contact, "key": form["key"], "values": { "Title": "Head" },
            "last_modified": form["last_modified"] })
    };
    clock.move_to("2026-03-01T12:07:08Z".parse().unwrap());
    let theirs = Map::from_iter([("Department".to_owned(), json!("Kitchen"))]);
    stack.salesforce.update("Contact", &contact, theirs).unwrap();
    let (status, said) = frame.post("/records", save(&form)).await;
    assert_eq!((status, &said["code"]), (StatusCode::PRECONDITION_FAILED, &json!("WGT-006")), "{said}");
    assert_eq!(said["changed"]["by"], "Sync Chatlink", "{said}");
    assert_ne!(stack.salesforce.record(&contact).unwrap().get("Title"), Some(&json!("Head")));

    let form = frame.done("/forms", json!({ "object": "Contact", "id": contact })).await;
    frame.done("/records", save(&form)).await;
    let kept = stack.salesforce.record(&contact).unwrap();
    assert_eq!((&kept["Title"], &kept["Department"]), (&json!("Head"), &json!("Kitchen")));
}

#[tokio::test(flavor = "multi_thread")]
async fn links_go_to_the_conversations_record_and_leave_what_agents_chose() {
    let data = tempfile::tempdir().unwrap();
    let stack = stack(data.path()).await;
    let frame = Frame::of(&stack, TOMO).await;
    let contact = record(&stack, "Contact", "Email", "ada.abernathy@visitors.example.com");
    let link =
        |object: &str, id: &str| json!({ "conversation": "le70010001:4712", "object": object, "id": id });
    // The record is not there yet: linking makes it, whatever the event does later.
    let linked = frame.done("/links", link("Contact", &id(&contact))).await;
    let objects = |linked: &Value| {
        let links = linked["links"].as_array().unwrap();
        links.iter().map(|one| one["object"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(objects(&linked), ["Account", "Contact"], "its account as well");
    let kept = record(&stack, TRANSCRIPT, "Conversation_Id__c", "le70010001:4712");
    assert_eq!(kept["Contact__c"], contact["Id"]);
    assert!(!kept.contains_key("Status__c"), "the rest of the record is the sync's");

    let other = record(&stack, "Account", "Name", "Copper Kettle");
    frame.done("/links", link("Account", &id(&other))).await;
    let brightwater =
        stack.salesforce.records("Contact").into_iter().find(|one| one["LastName"] == "Brightwater").unwrap();
    let linked = frame.done("/links", link("Contact", &id(&brightwater))).await;
    let account =
        linked["links"].as_array().unwrap().iter().find(|one| one["object"] == "Account").unwrap().clone();
    assert_eq!(account["name"], "Copper Kettle", "what the agent chose stays");

    let path = "/links?conversation=le70010001:4712&object=Contact";
    let (status, unlinked) = frame.call(Method::DELETE, path, Value::Null).await;
    assert_eq!((status, objects(&unlinked)), (StatusCode::OK, vec!["Account".to_owned()]));
    for (object, id) in
        [("Contact", "' OR Id != '"), ("Contact", "003000000000001AAA"), ("User", "005000000000001AAA")]
    {
        let (status, said) = frame.post("/links", link(object, id)).await;
        assert_eq!(
            (status, &said["code"]),
            (StatusCode::UNPROCESSABLE_ENTITY, &json!("WGT-001")),
            "{object} {id}: {said}"
        );
    }
    // The sync writes its own fields and leaves the links.
    let model = model(ACCOUNT, "4712", "Ada Abernathy");
    let event = json!({ "conversation": "le70010001:4712", "channel": "messaging", "context": model });
    let event = serde_json::from_value(
        json!({ "detail-type": "ConversationOpened", "source": "chatlink", "detail": event }),
    );
    transcript::handle(&stack.workspace, event.unwrap()).await.unwrap();
    let kept = record(&stack, TRANSCRIPT, "Conversation_Id__c", "le70010001:4712");
    assert_eq!((&kept["Account__c"], &kept["Skill__c"]), (&other["Id"], &json!("Billing")));
}

#[tokio::test(flavor = "multi_thread")]
async fn lookups_and_recent_records_are_of_what_the_agent_may_see() {
    let data = tempfile::tempdir().unwrap();
    let stack = stack(data.path()).await;
    let frame = Frame::of(&stack, TOMO).await;
    let names = |found: &Value| {
        let records = found["records"].as_array().unwrap();
        records.iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(
        names(&frame.get("/lookups/Case/AccountId?q=bay").await),
        ["Lantern Bay Hotel"],
        "words in a name, too"
    );
    assert_eq!(names(&frame.get("/lookups/Case/AccountId?q=Frostfield").await), [""; 0], "sharing holds");
    assert_eq!(names(&frame.get("/lookups/Case/AccountId?q=%25").await), [""; 0]);
    let (status, _) = frame.call(Method::GET, "/lookups/Case/Subject?q=bay", Value::Null).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert_eq!(names(&frame.get("/recent").await), [""; 0]);
    let form = frame.done("/forms", json!({ "object": "Account" })).await;
    let body = json!({ "object": "Account", "key": form["key"], "values": { "Name": "Windmill Press" } });
    frame.done("/records", body).await;
    assert_eq!(names(&frame.get("/recent").await), ["Windmill Press"]);
}
