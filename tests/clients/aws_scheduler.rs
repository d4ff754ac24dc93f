//! The stack's schedules: our client on the local EventBridge Scheduler, and what it sends.

use crate::{
    aws_items::judge,
    harness::{Bound, Double, NOW, Served, Still, at, says},
};
use aws::scheduler::{EventBridgeScheduler, SchedulerError, SchedulerSettings};
use aws_config::SdkConfig;
use domain::{
    Code, DailySchedule, RunKind, ScheduleError, Schedules, WantedSchedule,
    ports::{Clock, StoreError},
    schedule::offset_of,
};
use futures::FutureExt;
use local::{
    aws::{DynamoDb, Events, LocalAws, Queue, Rules, Scheduler},
    ports::Ports,
    simulator::{Behaviour, Switchboard},
    stack::sdk_config,
};
use serde_json::{Map, Value, json};
use std::sync::Arc;
use tempfile::TempDir;

const BUS: &str = "chatlink-harbour-bus";
const GROUP: &str = "chatlink-harbour";

fn settings() -> SchedulerSettings {
    SchedulerSettings {
        group: GROUP.to_owned(),
        bus_arn: format!("arn:aws:events:local:000000000000:event-bus/{BUS}"),
        role_arn: "arn:aws:iam::000000000000:role/chatlink-harbour-scheduler".to_owned(),
    }
}

fn client(port: u16) -> EventBridgeScheduler {
    EventBridgeScheduler::new(&config(port), settings())
}

fn config(port: u16) -> SdkConfig {
    sdk_config(Ports::new(port - (Ports::new(0).aws() - Ports::new(0).pages())))
}

/// Local EventBridge Scheduler on a bus of its own, and our client of it.
struct Stack {
    client: EventBridgeScheduler,
    scheduler: Arc<Scheduler>,
    rules: Rules,
    calls: Arc<Switchboard>,
    config: SdkConfig,
    _folder: TempDir,
    served: Served,
}

impl Stack {
    async fn new() -> Stack {
        let folder = tempfile::tempdir().unwrap();
        let queue = |name: &str| Arc::new(Queue::open(folder.path().join(name)).unwrap());
        let rules =
            Rules { runs: queue("runs"), slices: queue("slices"), conversations: queue("conversations") };
        let events = Events { bus: BUS.to_owned(), rules: rules.clone() };
        let clock: Arc<dyn Clock> = Arc::new(Still(at(NOW)));
        let file = folder.path().join("schedules.json");
        let scheduler = Arc::new(Scheduler::open(file, events.clone(), clock).unwrap());
        let secrets = local::aws::Secrets::new(Map::new(), None);
        let local = LocalAws { dynamodb: DynamoDb::in_memory().await.unwrap(), events, secrets };
        let (router, calls) = local.router_with(&scheduler, Behaviour::default());
        let bound = Bound::new().await;
        let (client, config) = (client(bound.port), config(bound.port));
        let served = bound.serve(router);
        client.create_group_if_missing().await.unwrap();
        Stack { client, scheduler, rules, calls, config, _folder: folder, served }
    }

    /// A schedule as the local EventBridge Scheduler has it.
    async fn schedule(&self, name: &str) -> Value {
        let url = format!("{}/schedules/{GROUP}-{name}?groupName={GROUP}", self.served.url);
        let text = reqwest::get(url).await.unwrap().text().await.unwrap();
        serde_json::from_str(&text).unwrap()
    }

    /// The events that reached the queue of runs, each once.
    fn events(&self) -> Vec<Value> {
        let messages = std::iter::from_fn(|| self.rules.runs.receive().now_or_never());
        let mut events: Vec<Value> =
            messages.map(|message| serde_json::from_str(&message.body).unwrap()).collect();
        events.dedup_by(|one, other| one["id"] == other["id"]);
        events
    }
}

fn schedules() -> Schedules {
    let daily = DailySchedule { hour: 2, zone: "Europe/Berlin".to_owned() };
    Schedules { periodic: true, daily: Some(daily), offset_minutes: offset_of(GROUP) }
}

#[tokio::test]
async fn schedules_are_put_and_put_again_as_they_change() {
    let stack = Stack::new().await;
    let raw = aws_sdk_scheduler::Client::new(&stack.config);
    put_change_and_remove(&stack.client, &raw).await;
    let Some(config) = judge::config(&Map::new()).await else { return };
    let client = EventBridgeScheduler::new(&config, settings());
    put_change_and_remove(&client, &aws_sdk_scheduler::Client::new(&config)).await;
}

/// The same on whatever answers.
async fn put_change_and_remove(client: &EventBridgeScheduler, raw: &aws_sdk_scheduler::Client) {
    let expression = async |name: &str| {
        let schedule =
            raw.get_schedule().group_name(GROUP).name(format!("{GROUP}-{name}")).send().await.unwrap();
        let zone = schedule.schedule_expression_timezone().unwrap_or("UTC").to_owned();
        (schedule.schedule_expression().unwrap().to_owned(), zone)
    };
    client.create_group_if_missing().await.unwrap();
    client.create_group_if_missing().await.unwrap();
    assert_eq!(client.list().await, Ok(vec![]));
    let mut schedules = schedules();
    for wanted in schedules.wanted() {
        client.put(&wanted).await.unwrap();
        client.put(&wanted).await.unwrap();
    }
    let mut listed = client.list().await.unwrap();
    listed.sort();
    assert_eq!(listed, ["daily", "periodic"]);
    let minute = schedules.offset_minutes;
    assert_eq!(
        expression("daily").await,
        (format!("cron({minute} 2,3 * * ? *)"), "Europe/Berlin".to_owned())
    );
    assert_eq!(expression("periodic").await, (format!("cron({minute} 0/3 * * ? *)"), "UTC".to_owned()));

    schedules.daily = Some(DailySchedule { hour: 23, zone: "Asia/Kolkata".to_owned() });
    client.put(&schedules.wanted()[1]).await.unwrap();
    let changed = (format!("cron({minute} 0,23 * * ? *)"), "Asia/Kolkata".to_owned());
    assert_eq!(expression("daily").await, changed);

    client.remove("daily").await.unwrap();
    client.remove("daily").await.unwrap();
    assert_eq!(client.list().await, Ok(vec!["periodic".to_owned()]));
}

#[tokio::test]
async fn a_day_of_firings_asks_for_each_run_by_one_name() {
    let stack = Stack::new().await;
    let schedules = schedules();
    for wanted in schedules.wanted() {
        stack.client.put(&wanted).await.unwrap();
    }
    let mut now = at(NOW);
    for _ in 0..24 * 60 {
        stack.scheduler.fire_due(now).await.unwrap();
        now = now.checked_add(jiff::SignedDuration::from_mins(1)).unwrap();
    }
    let mut runs = std::collections::BTreeMap::<String, u32>::new();
    for event in stack.events() {
        assert_eq!((&event["detail-type"], &event["source"]), (&json!("RunRequested"), &json!("chatlink")));
        let detail = &event["detail"];
        let kind = RunKind::from_name(detail["kind"].as_str().unwrap()).unwrap();
        let due = schedules.due(kind, at(detail["at"].as_str().unwrap())).unwrap();
        *runs.entry(due.id.to_string()).or_default() += 1;
    }
    let daily: Vec<_> = runs.iter().filter(|(id, _)| id.starts_with("daily-")).collect();
    assert_eq!(daily, [(&"daily-2026-03-03".to_owned(), &2)], "fired twice, and is one run");
    let periodic = runs.iter().filter(|(id, times)| id.starts_with("periodic-") && **times == 1);
    assert_eq!(periodic.count(), 8);
    assert_eq!(runs.len(), 9);
}

#[tokio::test]
async fn an_event_for_later_comes_once_and_its_schedule_goes() {
    let stack = Stack::new().await;
    let detail = json!({ "run": "r-7" });
    let later = at("2026-03-02T11:00:00.25Z");
    stack.client.put_once("resume-r-7", at("2026-03-02T10:00:00Z"), "RunRequested", &detail).await.unwrap();
    stack.client.put_once("resume-r-7", later, "RunRequested", &detail).await.unwrap();
    let kept = stack.schedule("resume-r-7").await;
    assert_eq!(kept["ScheduleExpression"], "at(2026-03-02T11:00:01)", "never before it was asked for");
    assert_eq!(kept["ActionAfterCompletion"], "DELETE");
    for (now, count) in
        [("2026-03-02T11:00:00Z", 0), ("2026-03-02T11:00:01Z", 1), ("2026-03-02T12:00:00Z", 0)]
    {
        assert_eq!(stack.scheduler.fire_due(at(now)).await.unwrap().len(), count, "{now}");
    }
    let events = stack.events();
    assert_eq!(events.iter().map(|event| &event["detail"]).collect::<Vec<_>>(), [&detail]);
    assert_eq!(stack.client.list().await, Ok(vec![]));

    let past = stack.client.put_once("resume-r-7", at("2026-03-02T09:00:00Z"), "RunRequested", &detail).await;
    let Err(SchedulerError::Refused { name, reason }) = past else { panic!("{past:?}") };
    assert_eq!(name, "chatlink-harbour-resume-r-7");
    assert!(reason.contains("ValidationException") && reason.contains("past"), "{reason}");
}

fn wanted(expression: &str, zone: &str) -> WantedSchedule {
    let (expression, zone) = (expression.to_owned(), zone.to_owned());
    WantedSchedule { name: "daily", expression, zone, kind: RunKind::Daily }
}

#[tokio::test]
async fn what_is_wrong_is_refused_without_a_call() {
    let stack = Stack::new().await;
    let before = stack.calls.total_calls();
    for expression in [
        "cron(0 2 * * *)",
        "crn(0 2 * * ? *)",
        "rate(0 minutes)",
        "cron(0 2 1 * MON *)",
        "cron(0 2 * 13 ? *)",
    ] {
        let refused = stack.client.put(&wanted(expression, "UTC")).await.unwrap_err();
        assert!(matches!(&refused, SchedulerError::Invalid(ScheduleError::Expression { .. })), "{refused}");
        assert_eq!(refused.code(), Code::ScheduleInvalid);
    }
    let refused = stack.client.put(&wanted("rate(1 hour)", "Mars/Base")).await.unwrap_err();
    assert!(matches!(&refused, SchedulerError::Invalid(ScheduleError::ZoneUnknown { .. })), "{refused}");
    let long = "a".repeat(64 - GROUP.len());
    for name in [long.as_str(), "a b", "a/b"] {
        let detail = json!({});
        let refused = stack.client.put_once(name, at("2026-03-02T11:00:00Z"), "RunRequested", &detail).await;
        assert!(matches!(&refused, Err(SchedulerError::Name { .. })), "{refused:?}");
        assert!(matches!(stack.client.remove(name).await, Err(SchedulerError::Name { .. })));
    }
    assert_eq!(stack.calls.total_calls(), before);
}

#[tokio::test]
async fn a_schedule_goes_over_the_wire_as_eventbridge_scheduler_wants_it() {
    let double = Double::new(|_| says(200, r#"{"ScheduleArn":"arn"}"#)).await;
    let port = double.served.url.rsplit_once(':').unwrap().1.parse().unwrap();
    client(port).put(&wanted("cron(7 2,3 * * ? *)", "Europe/Berlin")).await.unwrap();
    let asked = double.asked("/schedules/");
    assert_eq!(
        (asked[0].method.as_str(), asked[0].path.as_str()),
        ("POST", "/schedules/chatlink-harbour-daily")
    );
    let mut body: Value = serde_json::from_str(&asked[0].body).unwrap();
    assert!(
        body.as_object_mut().unwrap().remove("ClientToken").is_some(),
        "a create tried again is one create"
    );
    let want = json!({
        "GroupName": "chatlink-harbour",
        "ScheduleExpression": "cron(7 2,3 * * ? *)",
        "ScheduleExpressionTimezone": "Europe/Berlin",
        "FlexibleTimeWindow": { "Mode": "OFF" },
        "ActionAfterCompletion": "NONE",
        "Target": {
            "Arn": "arn:aws:events:local:000000000000:event-bus/chatlink-harbour-bus",
            "RoleArn": "arn:aws:iam::000000000000:role/chatlink-harbour-scheduler",
            "EventBridgeParameters": { "DetailType": "RunRequested", "Source": "chatlink" },
            "Input": r#"{"at":"<aws.scheduler.scheduled-time>","kind":"daily"}"#,
            "DeadLetterConfig": { "Arn": "arn:aws:sqs:local:000000000000:chatlink-harbour-bus-dead-events" },
            "RetryPolicy": { "MaximumEventAgeInSeconds": 86_400, "MaximumRetryAttempts": 185 },
        },
    });
    assert_eq!(body, want);
}

#[tokio::test]
async fn a_service_that_fails_is_unavailable_and_its_refusal_is_not() {
    let refusal = r#"{"Message":"Schedule group chatlink-harbour does not exist."}"#;
    for (status, kind, body) in
        [(404, "ResourceNotFoundException", refusal), (402, "ServiceQuotaExceededException", refusal)]
    {
        let double = Double::new(move |_| {
            let mut answer = says(status, body);
            answer.headers_mut().insert("x-amzn-errortype", kind.parse().unwrap());
            answer
        })
        .await;
        let port = double.served.url.rsplit_once(':').unwrap().1.parse().unwrap();
        let refused = client(port).put(&wanted("rate(1 hour)", "UTC")).await;
        let Err(SchedulerError::Refused { reason, .. }) = refused else { panic!("{refused:?}") };
        assert!(reason.contains(kind) && reason.contains("does not exist"), "{reason}");
    }
    let double = Double::new(|_| says(403, r#"{"Message":"no"}"#)).await;
    let port = double.served.url.rsplit_once(':').unwrap().1.parse().unwrap();
    let failed = client(port).list().await.unwrap_err();
    assert!(matches!(&failed, SchedulerError::Store(StoreError::Unavailable { .. })), "{failed}");
    assert_eq!(failed.code(), Code::StoreUnavailable);
}

#[tokio::test]
async fn a_schedule_that_goes_before_it_can_be_changed_is_created() {
    let tries = std::sync::atomic::AtomicU32::new(0);
    let refused = |status, kind: &str| {
        let mut answer = says(status, r#"{"Message":"so it is"}"#);
        answer.headers_mut().insert("x-amzn-errortype", kind.parse().unwrap());
        answer
    };
    let double = Double::new(move |_| match tries.fetch_add(1, std::sync::atomic::Ordering::Relaxed) {
        0 => refused(409, "ConflictException"),
        1 => refused(404, "ResourceNotFoundException"),
        _ => says(200, r#"{"ScheduleArn":"arn"}"#),
    })
    .await;
    let port = double.served.url.rsplit_once(':').unwrap().1.parse().unwrap();
    assert_eq!(client(port).put(&wanted("rate(1 hour)", "UTC")).await, Ok(()));
    let asked = double.asked("/schedules/");
    assert_eq!(asked.iter().map(|one| one.method.as_str()).collect::<Vec<_>>(), ["POST", "PUT", "POST"]);
}
