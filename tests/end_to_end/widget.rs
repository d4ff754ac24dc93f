//! What agents do in the widget, by its API, against the simulated org.

use crate::time::VirtualClock;
use local::stack::Stack;
use reqwest::{Method, StatusCode};
use serde_json::{Map, Value, json};
use std::path::Path;
use tests::{
    agent::{Frame, ILSE, TOMO, model},
    start,
};

const ACCOUNT: &str = "le70010001";
const TRANSCRIPT: &str = "LP_ChatTranscript__c";

async fn stack(data: &Path) -> Stack {
    start(data, |options| {
        options.conversations = 1_000;
        options.clock = VirtualClock::at("2026-03-01T12:07:03Z");
        options.schedules_fire = false;
    })
    .await
}

/// The one record that has this value.
fn record(stack: &Stack, object: &str, field: &str, value: &str) -> Map<String, Value> {
    let found =
        stack.salesforce.records(object).into_iter().find(|one| one.get(field) == Some(&json!(value)));
    found.unwrap_or_else(|| panic!("a {object} whose {field} is {value}"))
}

fn id(record: &Map<String, Value>) -> String {
    record["Id"].as_str().unwrap().to_owned()
}

async fn people(frame: &Frame, values: &[&str]) -> Value {
    frame.done("/search", json!({ "scope": "people", "values": values })).await
}

/// Names of the rows and, in brackets, of those below.
fn tree(found: &Value) -> Vec<String> {
    let name = |row: &Value| row["name"].as_str().unwrap().to_owned();
    let rows = found["rows"].as_array().unwrap().iter();
    let line = |row: &Value| match row["children"].as_array().unwrap().as_slice() {
        [] => name(row),
        children => format!("{} [{}]", name(row), children.iter().map(name).collect::<Vec<_>>().join(", ")),
    };
    rows.map(line).collect()
}

fn field<'f>(form: &'f Value, name: &str) -> &'f Value {
    let fields = form["fields"].as_array().unwrap();
    fields.iter().find(|one| one["field"] == name).unwrap_or_else(|| panic!("{name} in {form}"))
}

/// Waits, by asking the table the stack works on, until the conversation has its record.
async fn opened(frame: &Frame, conversation: &str) -> Value {
    loop {
        let stands = frame.get(&format!("/transcript?conversation={conversation}")).await;
        if stands["transcript"]["record"].is_string() {
            return stands;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_that_opens_gets_its_record_at_once_and_the_sync_has_the_last_word() {
    let data = tempfile::tempdir().unwrap();
    let stack = stack(data.path()).await;
    let frame = Frame::of(&stack, ILSE).await;
    let shown = frame.done("/context", json!({ "context": model(ACCOUNT, "4711", "Ada Abernathy") })).await;
    assert_eq!(shown["situation"], Value::Null, "{shown}");
    assert_eq!(shown["conversation"], json!({ "id": "le70010001:4711", "channel": "chat" }));
    assert_eq!(shown["skill"], json!({ "id": "101", "name": "Billing" }));
    assert_eq!(shown["search"]["values"][0]["value"], "ada.abernathy@visitors.example.com");
    let objects: Vec<_> = shown["objects"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["object"].as_str().unwrap(), one["may_create"] == true))
        .collect();
    let want = [("Account", true), ("Contact", true), ("Lead", false), ("Case", true), ("Policy__c", true)];
    assert_eq!(objects, want, "what she may not see is not offered");

    let stands = opened(&frame, "le70010001:4711").await;
    assert_eq!(stands["transcript"]["state"], "open");
    let made = record(&stack, TRANSCRIPT, "Conversation_Id__c", "le70010001:4711");
    for (name, value) in [
        ("Channel__c", "chat"),
        ("Status__c", "open"),
        ("Skill__c", "Billing"),
        ("Visitor__c", "Ada Abernathy"),
        ("Browser__c", "Lynx 3"),
        ("Visitor_Email__c", "ada.abernathy@visitors.example.com"),
        ("Started__c", "2026-03-01T10:00:00.000+0000"),
    ] {
        assert_eq!(made.get(name), Some(&json!(value)), "{name}");
    }

    // A conversation the sync has written already keeps what the sync wrote.
    let now = stack.workspace.clock.now();
    let window = domain::SyncWindow::new(now - jiff::SignedDuration::from_hours(48), now).unwrap();
    tests::manual_run(&stack, window).await;
    let synced = stack
        .salesforce
        .records(TRANSCRIPT)
        .into_iter()
        .find(|one| one["Channel__c"] == "chat" && one.contains_key("Last_Synced__c"));
    let synced = synced.unwrap();
    let conversation = synced["Conversation_Id__c"].as_str().unwrap();
    let chat = conversation.split_once(':').unwrap().1;
    let shown = frame.done("/context", json!({ "context": model(ACCOUNT, chat, "Somebody Else") })).await;
    assert_eq!(shown["transcript"]["state"], "synced", "{shown}");
    let event = json!({ "conversation": conversation, "channel": "chat", "context": model(ACCOUNT, chat, "Somebody Else") });
    let event = serde_json::from_value(
        json!({ "detail-type": "ConversationOpened", "source": "chatlink", "detail": event }),
    );
    transcript::handle(&stack.workspace, event.unwrap()).await.unwrap();
    assert_eq!(stack.salesforce.record(&id(&synced)).unwrap(), synced);

    // Linking leaves the rest as the sync wrote it.
    let contact = id(&record(&stack, "Contact", "Email", "ada.abernathy@visitors.example.com"));
    frame.done("/links", json!({ "conversation": conversation, "object": "Contact", "id": contact })).await;
    let linked = stack.salesforce.record(&id(&synced)).unwrap();
    for name in ["Status__c", "Channel__c", "Last_Synced__c"] {
        assert_eq!(linked[name], synced[name], "{name}");
    }
    assert_eq!(linked["Contact__c"], json!(contact));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_keeps_the_widget_from_working_is_said() {
    let data = tempfile::tempdir().unwrap();
    let stack = stack(data.path()).await;
    let (nobody, ilse) = (Frame::new(&stack), Frame::of(&stack, ILSE).await);
    let kind = async |frame: &Frame, context: Value| {
        let shown = frame.done("/context", json!({ "context": context })).await;
        shown["situation"]["kind"].as_str().unwrap_or("none").to_owned()
    };
    let with_skill = |skill: Value| {
        let mut model = model(ACCOUNT, "4711", "Ada Abernathy");
        model["chatInfo"]["chatSkill"] = skill;
        model
    };
    assert_eq!(kind(&nobody, with_skill(json!("Billing"))).await, "not_signed_in");
    assert_eq!(kind(&nobody, with_skill(json!("VIP Desk"))).await, "not_signed_in");
    assert_eq!(kind(&ilse, with_skill(json!("Billing"))).await, "none");
    assert_eq!(kind(&ilse, with_skill(json!(102))).await, "none", "a skill is known by its id, too");
    assert_eq!(kind(&ilse, with_skill(json!(""))).await, "skill_missing");
    assert_eq!(kind(&ilse, with_skill(json!("VIP Desk"))).await, "skill_not_enabled");
    assert_eq!(kind(&ilse, json!({})).await, "conversation_missing");
    assert_eq!(kind(&ilse, model("le9", "4711", "Ada Abernathy")).await, "wrong_account");

    let change = async |path: &str, value: Value| {
        let kept = stack.workspace.table.versioned_configuration().await.unwrap().unwrap();
        let mut document = serde_json::to_value(&kept.configuration).unwrap();
        *document.pointer_mut(path).unwrap() = value;
        let changed = serde_json::from_value(document).unwrap();
        let now = stack.workspace.clock.now();
        stack.workspace.table.save_configuration(&changed, kept.version, "a test", now).await.unwrap();
    };
    change("/skills/0/objects", json!(["Opportunity"])).await;
    // Functions read the configuration again when theirs is five seconds old; another instance reads it at once.
    let fresh = fresh_instance(&stack);
    let ask = async |context: Value| {
        let answer = fresh_call(&fresh, &ilse, context).await;
        answer["situation"]["kind"].as_str().unwrap_or("none").to_owned()
    };
    assert_eq!(ask(with_skill(json!("Billing"))).await, "no_permission");
    for (path, value, want) in
        [("/skills/0/objects", json!([]), "skill_without_objects"), ("/active", json!(false), "deactivated")]
    {
        change(path, value).await;
        let fresh = fresh_instance(&stack);
        let answer = fresh_call(&fresh, &ilse, with_skill(json!("Billing"))).await;
        assert_eq!(answer["situation"]["kind"], want, "{answer}");
        for member in ["title", "cause", "way_out"] {
            assert!(!answer["situation"][member].as_str().unwrap().is_empty(), "{member}: {answer}");
        }
    }
}

/// The function as another instance of it has it: nothing kept from before.
fn fresh_instance(stack: &Stack) -> axum::Router {
    let workspace = local::stack::workspace(stack.ports, None, std::sync::Arc::clone(&stack.workspace.clock));
    widget::router(std::sync::Arc::new(workspace))
}

async fn fresh_call(router: &axum::Router, frame: &Frame, context: Value) -> Value {
    use tower::ServiceExt;
    let host = frame.origin.strip_prefix("http://").unwrap();
    let request = axum::http::Request::post("/api/widget/context")
        .header("host", host)
        .header("origin", &frame.origin)
        .header("cookie", &frame.cookie)
        .body(axum::body::Body::from(json!({ "context": context }).to_string()))
        .unwrap();
    let response = router.clone().oneshot(request).await.unwrap();
    let body = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
    serde_json::from_slice(&body).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_found_as_a_tree_with_the_reason_for_each() {
    let data = tempfile::tempdir().unwrap();
    let stack = stack(data.path()).await;
    let frame = Frame::of(&stack, TOMO).await;
    let mail = |name: &str| format!("{name}@visitors.example.com");

    let one = people(&frame, &[&mail("ADA.abernathy"), "C-0"]).await;
    assert_eq!(tree(&one), ["Lantern Bay Hotel [Ada Abernathy]"]);
    let contact = &one["rows"][0]["children"][0];
    assert_eq!(
        contact["reasons"],
        json!([{ "field": "Email", "label": "Email", "value": mail("ada.abernathy") }])
    );
    assert_eq!(one["exact"], json!({ "object": "Contact", "id": contact["id"] }));
    assert_eq!(one["rows"][0]["reasons"], json!([]), "the account is there for its contact's sake");

    let two = people(&frame, &[&mail("ada.brightwater")]).await;
    let names = tree(&two);
    assert_eq!(names.len(), 2, "{names:?}");
    assert!(names[0] < names[1] && names.iter().all(|name| name.contains("Ada Brightwater")), "{names:?}");
    assert_eq!(two["exact"], Value::Null, "nothing is chosen by guess");

    let lead = people(&frame, &[&mail("ada.castellan")]).await;
    assert_eq!(
        (&lead["rows"][0]["object"], &lead["rows"][0]["name"]),
        (&json!("Lead"), &json!("Ada Castellan"))
    );

    let converted = people(&frame, &[&mail("ada.drumlin")]).await;
    assert_eq!(tree(&converted), ["Millbrook School [Ada Drumlin]"], "{converted}");
    assert_eq!(converted["rows"][0]["children"][0]["object"], "Contact");
    assert_eq!(converted["rows"][0]["children"][0]["converted_from"], "Ada Drumlin");

    let person = people(&frame, &[&mail("ada.eastwick")]).await;
    assert_eq!(
        tree(&person),
        ["Ada Eastwick"],
        "the contact behind a person account is not shown again: {person}"
    );
    assert_eq!(
        (&person["rows"][0]["object"], &person["rows"][0]["person_account"]),
        (&json!("Account"), &json!(true))
    );

    for nobody in [&mail("kofi.kestrel")[..], "%", "__", "' OR Name != '", "\\"] {
        assert_eq!(people(&frame, &[nobody]).await["rows"], json!([]), "{nobody}");
    }
    let phone = people(&frame, &["(555) 010-0101"]).await;
    assert_eq!(tree(&phone), ["Lantern Bay Hotel [Ada Abernathy]"], "however a number is written: {phone}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_costs_one_call_and_obeys_filters_rights_and_skills() {
    let data = tempfile::tempdir().unwrap();
    let stack = stack(data.path()).await;
    let (tomo, ilse) = (Frame::of(&stack, TOMO).await, Frame::of(&stack, ILSE).await);
    let search = |object: &str, value: &str| json!({ "scope": object, "values": [value] });
    people(&tomo, &["Abernathy"]).await;
    tomo.done("/search", search("Opportunity", "Ab")).await;
    let calls = || stack.salesforce.switchboard().total_calls();
    let before = calls();
    people(&tomo, &["Brightwater"]).await;
    tomo.done("/search", search("Opportunity", "Fr")).await;
    assert_eq!(calls() - before, 2, "one call each, once describes are known");

    let (status, said) = ilse.post("/search", search("Opportunity", "Fr")).await;
    assert_eq!((status, &said["code"]), (StatusCode::NOT_FOUND, &json!("WGT-001")), "{said}");
    let (status, _) = tomo.with_skill("105").post("/search", search("Case", "Printer")).await;
    assert_eq!(status, StatusCode::NOT_FOUND, "the skill does not work with cases");
    let (status, _) = tomo.with_skill("106").post("/search", search("Case", "Printer")).await;
    assert_eq!(status, StatusCode::CONFLICT, "the skill is not enabled");

    let private = tomo.done("/search", search("Account", "Frostfield")).await;
    assert_eq!(private["rows"], json!([]), "sharing holds");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_is_shown_with_its_lists_and_what_can_be_made_from_it() {
    let data = tempfile::tempdir().unwrap();
    let stack = stack(data.path()).await;
    let (tomo, ilse) = (Frame::of(&stack, TOMO).await, Frame::of(&stack, ILSE).await);
    let contact = record(&stack, "Contact", "Email", "ada.abernathy@visitors.example.com");
    let page = tomo.get(&format!("/records/Contact/{}?conversation=le70010001:4711", id(&contact))).await;
    assert_eq!(
        (&page["name"], &page["may_edit"], &page["linked"]),
        (&json!("Ada Abernathy"), &json!(true), &json!(false))
    );
    assert_eq!(field(&page, "AccountId")["reference"]["name"], "Lantern Bay Hotel");
    let made: Vec<_> =
        page["create"].as_array().unwrap().iter().map(|one| one["object"].as_str().unwrap()).collect();
    assert_eq!(made, ["Case", "Opportunity", "Policy__c"]);
    assert_eq!(
        page["create"][0]["parents"],
        json!({ "account": contact["AccountId"], "contact": contact["Id"] })
    );
    assert!(page["url"].as_str().unwrap().ends_with(&id(&contact)));

    let account = contact["AccountId"].as_str().unwrap();
    let page = ilse.get(&format!("/records/Account/{account}")).await;
    let lists: Vec<_> =
        page["related_lists"].as_array().unwrap().iter().map(|one| one["object"].as_str().unwrap()).collect();
    assert_eq!(lists, ["Contact", "Case"], "she may not see opportunities");
    assert_eq!(page["related_lists"][0]["columns"].as_array().unwrap().len(), 4);
    assert!(
        page["related_lists"][0]["rows"].as_array().unwrap().iter().any(|row| row["name"] == "Ada Abernathy"),
        "{page}"
    );
    assert!(
        page["fields"].as_array().unwrap().iter().all(|one| one["field"] != "AnnualRevenue"),
        "hidden from her"
    );

    let hidden = record(&stack, "Account", "Name", "Frostfield Holdings");
    for path in [
        format!("/records/Account/{}", id(&hidden)),
        "/records/Account/001000000000001".to_owned(),
        "/records/User/005000000000001AAA".to_owned(),
    ] {
        let (status, said) = tomo.call(Method::GET, &path, Value::Null).await;
        assert_eq!((status, &said["code"]), (StatusCode::NOT_FOUND, &json!("WGT-001")), "{path}: {said}");
    }
}

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
