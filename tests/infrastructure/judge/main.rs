//! The template with the real functions, deployed to ministack, an emulator of AWS that others wrote, which lets nobody do
//! what their role does not grant. `cargo xtask infrastructure` starts it and runs this.
//!
//! Two stacks of the same template run side by side and never meet; one is set up by its API and syncs from the simulated
//! LivePerson account to the simulated Salesforce org: HTTP API, `admin`, bus, `sync-plan`, queue, `sync-slice`.
//!
//! Where ministack 1.5.33 is not like AWS, and what is done about it (`deployed::judged` holds the first two):
//!
//! | gap | here |
//! | --- | --- |
//! | a parameter of type Number reaches its resource as text; as `MaximumConcurrency` it stops the queue's poller | the number is written in |
//! | calls of EventBridge Scheduler are authorised as if every group were `default` | the grants name that group |
//! | an HTTP API's `Body`, which SAM makes of its `HttpApi` events, is not read | the template writes its routes one by one |
//! | `Ref` of a secret is its name, not its ARN | the template asks for `Id`, which is the ARN on both |
//! | `ExcludePunctuation` of a generated secret is not read | nothing: a key with punctuation works too |
//! | `arm64` functions run as processes of this machine | the functions are this machine's debug build, stripped |
//! | nothing is counted for alarms on rules, schedules and throttles | that each alarm watches something that exists, the template's own tests check |
//! | an API answers at a host name of its own | requests go to loopback and say that name in `Host` |
//! | one bus, queue or table of a name per account, as on AWS, but stacks are not kept from taking another's | the tests read that no name is taken twice |

#![expect(clippy::unwrap_used, reason = "a test panics where it fails, its helpers too")]

mod counter;
mod deployed;

use aws::events::ConversationOpened;
use aws::{
    EventBridgeBus,
    scheduler::{EventBridgeScheduler, SchedulerSettings},
};
use counter::Counter;
use deployed::{Deployed, Simulators, config};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use std::{collections::BTreeSet, time::Duration};

/// One after the other: each step needs what those before it made.
#[tokio::test(flavor = "multi_thread")]
async fn two_stacks_run_side_by_side_and_never_meet() {
    let counter = Counter::start().await;
    let simulators = Simulators::start();
    let one = Deployed::new("judge-one", &simulators).await;
    let two = Deployed::new("judge-two", &simulators).await;
    let shared: BTreeSet<_> = one.resources().intersection(&two.resources()).cloned().collect();
    // Each API calls its one stage so.
    assert_eq!(shared, BTreeSet::from(["$default".to_owned()]), "no two stacks share anything");

    for (path, status) in [
        ("/api/admin/health", 200),
        ("/api/widget/health", 200),
        ("/ChatLink", 200),
        ("/admin", 200),
        // The button in Salesforce, of a record that cannot be one.
        ("/sync-chat?record=none", 422),
    ] {
        for stack in [&one, &two] {
            assert_eq!(stack.ask("GET", path, None, None).await.0, status, "{path}");
        }
    }
    assert_eq!(
        one.ask("GET", "/api/admin/runs", Some(&two.key), None).await.0,
        401,
        "a key opens its own stack alone"
    );
    assert_eq!(one.ask("GET", "/nothing", None, None).await.0, 404);

    set_up(&one, &simulators).await;
    syncs(&one, &simulators, &counter).await;
    one_record_by_its_button(&one, &simulators).await;
    a_conversation_that_opens_gets_its_record(&one, &simulators).await;
    schedules_stand_in_the_stacks_group(&one).await;

    one.upgrade();
    let runs = one.get("/api/admin/runs").await;
    assert_eq!(runs["runs"].as_array().unwrap().len(), 2, "an upgrade keeps the data");

    let runs = two.get("/api/admin/runs").await;
    assert_eq!(runs, json!({ "runs": [] }), "the other stack knows nothing of all that");
    assert_eq!(two.items().await, 0);
    assert_eq!(one.waiting(), 0, "every slice was worked on, and nothing is dead");

    two.revoke_admin();
    let (status, said) = two.ask("GET", "/api/admin/runs", Some(&two.key), None).await;
    assert_eq!(status, 503, "grants are enforced here: {said}");
    assert!(
        said["detail"].as_str().unwrap().contains("is not authorized to perform: dynamodb:Query"),
        "{said}"
    );

    two.destroy();
    assert_eq!(two.items().await, 0, "the table outlives its stack");
    assert!(!two.exists());
    assert_eq!(one.ask("GET", "/api/admin/health", None, None).await.0, 200);
}

/// As an administrator does in the console.
async fn set_up(stack: &Deployed, simulators: &Simulators) {
    let (liveperson, salesforce) = (&simulators.ready["liveperson"], &simulators.ready["salesforce"]);
    let keys = ["consumer_key", "consumer_secret", "access_token", "access_token_secret"];
    let strings: Value = keys.iter().map(|key| ((*key).to_owned(), liveperson[*key].clone())).collect();
    stack.done("PUT", "/api/admin/secrets/liveperson", strings).await;
    let secret = json!({ "client_secret": salesforce["client_secret"] });
    stack.done("PUT", "/api/admin/secrets/salesforce", secret).await;
    let configuration = json!({
        "account": liveperson["account"],
        "active": false,
        "salesforce": {
            "login_url": salesforce["url"],
            "api_version": "v67.0",
            "flow": { "client_credentials": { "client_id": salesforce["client_id"] } },
        },
        "field_mappings": [{ "field": "Visitor_Email__c", "value": "Visitor Email" }],
    });
    stack.done("PUT", "/api/admin/configuration", configuration).await;
    stack.done("POST", "/api/admin/terms", Value::Null).await;
    stack.done("POST", "/api/admin/activation", Value::Null).await;
}

/// Two manual syncs of the last 30 days; the second finds nothing changed. Leaves what was counted for `cargo xtask cost`.
async fn syncs(stack: &Deployed, simulators: &Simulators, counter: &Counter) {
    let now = Timestamp::now();
    let window =
        json!({ "from": (now - SignedDuration::from_hours(24 * 30)).to_string(), "to": now.to_string() });
    let mut counted = Vec::new();
    for written in [true, false] {
        counter.reset();
        let asked = stack.done("POST", "/api/admin/runs", window.clone()).await;
        let run = stack.finished(asked["address"].as_str().unwrap()).await;
        let fetched = run["fetched"].as_u64().unwrap();
        assert_eq!(run["status"], "succeeded", "{run}");
        assert!(fetched > 2_000, "{run}");
        let (all, none) = if written { ("written", "unchanged") } else { ("unchanged", "written") };
        assert_eq!((&run[all], &run[none]), (&fetched.into(), &0.into()), "{run}");
        let all_records = "SELECT COUNT() FROM LP_ChatTranscript__c";
        assert_eq!(simulators.query(all_records).await["totalSize"], fetched, "one record per conversation");
        let mut of_run = counter.counted();
        of_run["conversations"] = fetched.into();
        of_run["slices"] = run["slices"]["finished"].clone();
        counted.push(of_run);
    }
    let counted = json!({ "changed": counted[0], "unchanged": counted[1] });
    deployed::leave("counted.json", &counted);
    deployed::is_as_priced(&counted);
}

/// Of those that have ended; the others are refused, with a sentence.
async fn one_record_by_its_button(stack: &Deployed, simulators: &Simulators) {
    let ended = "SELECT Id FROM LP_ChatTranscript__c WHERE Status__c = 'closed' LIMIT 1";
    let record = simulators.query(ended).await["records"][0]["Id"].clone();
    let said = stack.done("POST", "/sync-chat", json!({ "record": record })).await;
    assert_eq!((&said["record"], &said["changed"]), (&record, &json!([])), "{said}");
    assert_eq!(stack.ask("POST", "/sync-chat", None, Some(json!({ "record": record }))).await.0, 401);
}

/// The event that the widget sends, by way of the bus.
async fn a_conversation_that_opens_gets_its_record(stack: &Deployed, simulators: &Simulators) {
    let account = simulators.ready["liveperson"]["account"].as_str().unwrap();
    let conversation = format!("{account}:opened-in-the-widget");
    let opened = ConversationOpened {
        conversation: conversation.clone(),
        channel: "messaging".to_owned(),
        context: json!({ "chatInfo": { "rtSessionId": "opened-in-the-widget" }, "visitorInfo": { "visitorName": "Ada" } }),
    };
    let of_it = format!("SELECT Id FROM LP_ChatTranscript__c WHERE Conversation_Id__c = '{conversation}'");
    assert_eq!(simulators.query(&of_it).await["totalSize"], 0);
    bus(stack).conversation_opened(&opened).await.unwrap();
    let since = Timestamp::now();
    while simulators.query(&of_it).await["totalSize"] != 1 {
        assert!(
            Timestamp::now().duration_since(since) < SignedDuration::from_secs(30),
            "no record of {conversation}"
        );
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
}

fn scheduler(stack: &Deployed) -> EventBridgeScheduler {
    let settings = SchedulerSettings {
        group: stack.name.clone(),
        bus_arn: format!("arn:aws:events:eu-central-1:000000000000:event-bus/{}", stack.name),
        role_arn: format!("arn:aws:iam::000000000000:role/{}-schedules", stack.name),
    };
    EventBridgeScheduler::new(&config(), settings)
}

fn bus(stack: &Deployed) -> EventBridgeBus {
    EventBridgeBus::new(&config(), &stack.name, scheduler(stack))
}

async fn schedules_stand_in_the_stacks_group(stack: &Deployed) {
    let both = json!({ "periodic": true, "daily": { "hour": 2, "zone": "Europe/Berlin" } });
    let none = json!({ "periodic": false, "daily": null });
    for (wanted, names) in
        [(&both, vec!["daily", "periodic"]), (&both, vec!["daily", "periodic"]), (&none, vec![])]
    {
        stack.done("PUT", "/api/admin/schedules", wanted.clone()).await;
        assert_eq!(scheduler(stack).list().await.unwrap(), names);
    }
}
