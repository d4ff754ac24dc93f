//! What agents see in the widget, by its API, against the simulated org: conversations that open, people, records.

use crate::time::VirtualClock;
use local::stack::Stack;
use reqwest::{Method, StatusCode};
use serde_json::{Map, Value, json};
use std::path::Path;
use tests::{
    agent::{Frame, ILSE, TOMO, model},
    start,
};

pub(crate) const ACCOUNT: &str = "le70010001";
pub(crate) const TRANSCRIPT: &str = "LP_ChatTranscript__c";

pub(crate) async fn stack(data: &Path) -> Stack {
    start(data, |options| {
        options.conversations = 1_000;
        options.clock = VirtualClock::at("2026-03-01T12:07:03Z");
        options.schedules_fire = false;
    })
    .await
}

/// The one record that has this value.
pub(crate) fn record(stack: &Stack, object: &str, field: &str, value: &str) -> Map<String, Value> {
    let found =
        stack.salesforce.records(object).into_iter().find(|one| one.get(field) == Some(&json!(value)));
    found.unwrap_or_else(|| panic!("a {object} whose {field} is {value}"))
}

pub(crate) fn id(record: &Map<String, Value>) -> String {
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

pub(crate) fn field<'f>(form: &'f Value, name: &str) -> &'f Value {
    let fields = form["fields"].as_array().unwrap();
    fields.iter().find(|one| one["field"] == name).unwrap_or_else(|| panic!("{name} in {form}"))
}

/// Waits, by asking the table the stack works on, until the conversation has its record.
pub(crate) async fn opened(frame: &Frame, conversation: &str) -> Value {
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
