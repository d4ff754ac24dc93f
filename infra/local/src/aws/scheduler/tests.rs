//! The operations as AWS documents them, and the clockwork at chosen instants.

use super::*;
use crate::aws::{Message, Queue, Rules};
use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use futures::FutureExt;
use tempfile::TempDir;
use tower::ServiceExt;

const BUS: &str = "chatlink-clockwork";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A clock set by hand.
struct Hand(Mutex<Timestamp>);

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

struct Stand {
    scheduler: Arc<Scheduler>,
    clock: Arc<Hand>,
    rules: Rules,
    folder: TempDir,
}

fn open(folder: &TempDir, clock: &Arc<Hand>, rules: &Rules) -> Arc<Scheduler> {
    let events = Events { bus: BUS.to_owned(), rules: rules.clone() };
    let clock: Arc<dyn Clock> = Arc::<Hand>::clone(clock);
    Arc::new(Scheduler::open(folder.path().join("schedules.json"), events, clock).unwrap())
}

impl Stand {
    fn new(now: &str) -> Stand {
        let folder = tempfile::tempdir().unwrap();
        let queue = |name: &str| Arc::new(Queue::open(folder.path().join(name)).unwrap());
        let rules =
            Rules { runs: queue("runs"), slices: queue("slices"), conversations: queue("conversations") };
        let clock = Arc::new(Hand(Mutex::new(at(now))));
        Stand { scheduler: open(&folder, &clock, &rules), clock, rules, folder }
    }

    fn restart(&mut self) {
        self.scheduler = open(&self.folder, &self.clock, &self.rules);
    }

    fn set_clock(&self, now: &str) {
        *self.clock.0.lock().unwrap() = at(now);
    }

    async fn ask(&self, method: &str, path: &str, body: &Value) -> (StatusCode, String, Value) {
        let request = Request::builder().method(method).uri(path).body(Body::from(body.to_string())).unwrap();
        let answer = self.scheduler.router().oneshot(request).await.unwrap();
        let kind =
            answer.headers().get("x-amzn-errortype").map_or("", |kind| kind.to_str().unwrap()).to_owned();
        let status = answer.status();
        let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        (status, kind, serde_json::from_slice(&body).unwrap())
    }

    async fn create(&self, name: &str, body: &Value) {
        let (status, _, answer) = self.ask("POST", &format!("/schedules/{name}"), body).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
    }

    /// The instants that fire when the clockwork looks at `now`.
    async fn fire(&self, now: &str) -> Vec<String> {
        self.set_clock(now);
        let fired = self.scheduler.fire_due(at(now)).await.unwrap();
        fired.into_iter().map(|firing| format!("{} {}", firing.name, firing.at)).collect()
    }

    /// The details of the events that reached the queue of runs, each once.
    fn details(&self) -> Vec<Value> {
        let messages = std::iter::from_fn(|| self.rules.runs.receive().now_or_never());
        let mut messages: Vec<Message> = messages.collect();
        messages.dedup_by(|one, other| one.id == other.id);
        let detail =
            |message: &Message| serde_json::from_str::<Value>(&message.body).unwrap()["detail"].take();
        messages.iter().map(detail).collect()
    }
}

fn schedule(expression: &str) -> Value {
    json!({
        "ScheduleExpression": expression,
        "ScheduleExpressionTimezone": "Europe/Berlin",
        "FlexibleTimeWindow": { "Mode": "OFF" },
        "Target": {
            "Arn": format!("arn:aws:events:local:000000000000:event-bus/{BUS}"),
            "RoleArn": "arn:aws:iam::000000000000:role/clockwork",
            "EventBridgeParameters": { "DetailType": "RunRequested", "Source": "chatlink" },
            "Input": r#"{"kind":"daily","at":"<aws.scheduler.scheduled-time>"}"#,
        },
    })
}

fn with(pointer: &str, value: Value) -> Value {
    let mut changed = schedule("rate(1 hour)");
    let (parent, member) = pointer.rsplit_once('/').unwrap();
    changed.pointer_mut(parent).unwrap()[member] = value;
    changed
}

#[tokio::test]
async fn what_aws_refuses_is_refused_and_nothing_is_kept() {
    let stand = Stand::new("2026-03-01T00:00:00Z");
    // What is wrong, and what the message speaks of.
    let cases = [
        (schedule("cron(0 2 * * *)"), "number of fields"),
        (schedule("crn(0 2 * * ? *)"), "Invalid Schedule Expression crn"),
        (schedule("rate(0 minutes)"), "rate value"),
        (schedule("cron(0 2 1 * MON *)"), "both day fields"),
        (schedule("cron(0 2 * 13 ? *)"), "month"),
        (
            with("/ScheduleExpressionTimezone", json!("Mars/Base")),
            "Invalid Schedule Expression Timezone Mars/Base",
        ),
        (schedule("at(2026-03-01T00:59:59)"), "in the past"),
        (with("/FlexibleTimeWindow/Mode", json!("FLEXIBLE")), "FlexibleTimeWindow"),
        (with("/FlexibleTimeWindow", Value::Null), "FlexibleTimeWindow"),
        (with("/Target/Arn", json!("arn:aws:sqs:local:000000000000:queue")), "Target.Arn"),
        (with("/Target/RoleArn", json!("arn:aws:iam::1:role/clockwork")), "Target.RoleArn"),
        (with("/Target/RoleArn", json!("clockwork")), "Target.RoleArn"),
        (with("/Target/Input", json!("{")), "Target.Input"),
        (with("/Target/EventBridgeParameters/Source", json!("aws.events")), "Source"),
        (with("/Target/EventBridgeParameters/DetailType", json!("")), "DetailType"),
        (with("/Target/RetryPolicy", json!({ "MaximumEventAgeInSeconds": 59 })), "MaximumEventAgeInSeconds"),
        (with("/Target/RetryPolicy", json!({ "MaximumRetryAttempts": 186 })), "MaximumRetryAttempts"),
        (with("/State", json!("PAUSED")), "PAUSED"),
        (with("/StartDate", json!(1)), "StartDate"),
        (with("/ClientToken", json!("")), "ClientToken"),
        (json!([]), "expected"),
    ];
    for (body, want) in cases {
        let (status, kind, answer) = stand.ask("POST", "/schedules/s1", &body).await;
        assert_eq!((status, kind.as_str()), (StatusCode::BAD_REQUEST, "ValidationException"), "{body}");
        assert!(answer["Message"].as_str().unwrap().contains(want), "{want}: {answer}");
    }
    let (status, ..) = stand.ask("POST", "/schedules/no%20name", &schedule("rate(1 hour)")).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    let (_, _, listed) = stand.ask("GET", "/schedules", &Value::Null).await;
    assert_eq!(listed, json!({ "Schedules": [] }));
    assert!(!stand.folder.path().join("schedules.json").exists());
}

#[tokio::test]
async fn groups_and_schedules_are_created_once_and_missed_when_missing() {
    let stand = Stand::new("2026-03-01T00:00:00Z");
    let body = with("/GroupName", json!("acme"));
    let kind = async |method: &str, path: &str| stand.ask(method, path, &body).await.1;
    assert_eq!(kind("POST", "/schedules/s1").await, "ResourceNotFoundException", "no such group");
    assert_eq!(kind("POST", "/schedule-groups/acme").await, "");
    assert_eq!(kind("POST", "/schedule-groups/acme").await, "ConflictException");
    assert_eq!(kind("PUT", "/schedules/s1").await, "ResourceNotFoundException");
    assert_eq!(kind("POST", "/schedules/s1").await, "");
    assert_eq!(kind("POST", "/schedules/s1").await, "ConflictException");
    assert_eq!(kind("PUT", "/schedules/s1").await, "");
    assert_eq!(kind("GET", "/schedules/s1").await, "ResourceNotFoundException", "it is in another group");
    assert_eq!(kind("GET", "/schedules/s1?groupName=acme").await, "");
    assert_eq!(kind("DELETE", "/schedules/s1?groupName=acme").await, "");
    assert_eq!(kind("DELETE", "/schedules/s1?groupName=acme").await, "ResourceNotFoundException");
}

#[tokio::test]
async fn a_create_tried_again_with_its_token_is_the_same_create() {
    let stand = Stand::new("2026-03-01T00:00:00Z");
    stand.create("s1", &with("/ClientToken", json!("t1"))).await;
    stand.create("s1", &with("/ClientToken", json!("t1"))).await;
    let (_, kind, _) = stand.ask("POST", "/schedules/s1", &with("/ClientToken", json!("t2"))).await;
    assert_eq!(kind, "ConflictException");
}

#[tokio::test]
async fn lists_come_in_pages_and_by_prefix() {
    let stand = Stand::new("2026-03-01T00:00:00Z");
    for name in ["a-1", "a-2", "a-3", "b-1"] {
        stand.create(name, &schedule("rate(1 hour)")).await;
    }
    let list = async |query: &str| stand.ask("GET", &format!("/schedules?{query}"), &Value::Null).await.2;
    let names = |listed: &Value| {
        let schedules = listed["Schedules"].as_array().unwrap().clone();
        schedules.iter().map(|one| one["Name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let first = list("NamePrefix=a-&MaxResults=2").await;
    assert_eq!((names(&first), &first["NextToken"]), (vec!["a-1".to_owned(), "a-2".to_owned()], &json!("2")));
    let second = list("NamePrefix=a-&MaxResults=2&NextToken=2").await;
    assert_eq!((names(&second), second.get("NextToken")), (vec!["a-3".to_owned()], None));
    assert_eq!(list("NamePrefix=a-&MaxResults=3").await.get("NextToken"), None, "nothing is left");
    assert_eq!(names(&list("ScheduleGroup=default").await).len(), 4);
    assert!(list("ScheduleGroup=acme").await["Message"].as_str().unwrap().contains("acme"));
    assert!(list("MaxResults=0").await["Message"].as_str().unwrap().contains("MaxResults"));
}

#[tokio::test]
async fn a_firing_puts_its_scheduled_time_on_the_bus_once() {
    let stand = Stand::new("2026-03-27T12:00:00Z");
    stand.create("daily", &schedule("cron(7 2,3 * * ? *)")).await;
    assert_eq!(stand.fire("2026-03-28T01:06:59Z").await, [""; 0]);
    assert_eq!(stand.fire("2026-03-28T01:07:13Z").await, ["daily 2026-03-28T01:07:00Z"]);
    assert_eq!(stand.details(), [json!({ "kind": "daily", "at": "2026-03-28T01:07:00Z" })]);
    for again in
        ["2026-03-28T01:07:13Z", "2026-03-28T01:07:14Z", "2026-03-28T01:07:00Z", "2026-03-28T01:06:00Z"]
    {
        assert_eq!(stand.fire(again).await, [""; 0], "{again}");
    }
    assert_eq!(
        stand.fire("2026-03-28T02:07:00Z").await,
        ["daily 2026-03-28T02:07:00Z"],
        "at the instant itself"
    );
    // Clocks skip 02:07 of the 29th.
    assert_eq!(stand.fire("2026-03-29T00:59:00Z").await, [""; 0]);
    assert_eq!(stand.fire("2026-03-29T01:07:00Z").await, ["daily 2026-03-29T01:07:00Z"]);
    assert_eq!(stand.details().len(), 2);
}

#[tokio::test]
async fn of_what_was_missed_only_the_newest_comes_and_only_within_its_age() {
    let mut stand = Stand::new("2026-03-01T00:00:00Z");
    stand.create("hourly", &schedule("cron(0 * * * ? *)")).await;
    let short = json!({ "MaximumEventAgeInSeconds": 1_800 });
    let mut impatient = with("/Target/RetryPolicy", short);
    impatient["ScheduleExpression"] = json!("cron(0 9 * * ? *)");
    stand.create("impatient", &impatient).await;
    stand.restart();
    assert_eq!(
        stand.fire("2026-03-01T08:30:00Z").await,
        ["hourly 2026-03-01T08:00:00Z", "impatient 2026-03-01T08:00:00Z"]
    );
    stand.restart();
    assert_eq!(stand.fire("2026-03-01T08:30:00Z").await, [""; 0], "what has fired is known after a restart");
    assert_eq!(
        stand.fire("2026-03-04T08:30:01Z").await,
        ["hourly 2026-03-04T08:00:00Z"],
        "the other is too old"
    );
    assert_eq!(stand.fire("2026-03-04T08:59:00Z").await, [""; 0]);
}

#[tokio::test]
async fn a_rate_fires_at_once_and_then_again_and_again() {
    let stand = Stand::new("2026-03-01T00:00:30Z");
    stand.create("rate", &schedule("rate(2 hours)")).await;
    assert_eq!(stand.fire("2026-03-01T00:00:30Z").await, ["rate 2026-03-01T00:00:30Z"]);
    assert_eq!(stand.fire("2026-03-01T02:00:29Z").await, [""; 0]);
    assert_eq!(stand.fire("2026-03-01T02:00:30Z").await, ["rate 2026-03-01T02:00:30Z"]);
}

#[tokio::test]
async fn a_schedule_for_once_removes_itself_even_if_nobody_was_there() {
    let stand = Stand::new("2026-03-01T00:00:00Z");
    let mut once = with("/ActionAfterCompletion", json!("DELETE"));
    once["ScheduleExpression"] = json!("at(2026-03-01T09:30:00)");
    stand.create("once", &once).await;
    stand.create("late", &once).await;
    let listed =
        async || stand.ask("GET", "/schedules", &Value::Null).await.2["Schedules"].as_array().unwrap().len();
    assert_eq!(stand.fire("2026-03-01T08:29:59Z").await, [""; 0]);
    assert_eq!(listed().await, 2);
    assert_eq!(
        stand.fire("2026-03-01T08:30:00Z").await,
        ["late 2026-03-01T08:30:00Z", "once 2026-03-01T08:30:00Z"]
    );
    assert_eq!(listed().await, 0);
    once["ScheduleExpression"] = json!("at(2026-03-02T09:30:00)");
    stand.create("once", &once).await;
    assert_eq!(stand.fire("2026-03-03T08:30:01Z").await, [""; 0], "its age is over");
    assert_eq!(listed().await, 0);
}

#[tokio::test]
async fn a_firing_the_bus_does_not_take_stays_due() {
    let stand = Stand::new("2026-03-01T00:00:00Z");
    stand.create("hourly", &schedule("cron(0 * * * ? *)")).await;
    let (queue, away) = (stand.folder.path().join("runs"), stand.folder.path().join("away"));
    fs::rename(&queue, &away).unwrap();
    assert_eq!(stand.fire("2026-03-01T01:00:00Z").await, [""; 0]);
    fs::rename(&away, &queue).unwrap();
    assert_eq!(stand.fire("2026-03-01T01:00:01Z").await, ["hourly 2026-03-01T01:00:00Z"]);
    assert_eq!(stand.fire("2026-03-01T01:00:02Z").await, [""; 0]);
}

#[tokio::test]
async fn an_update_without_another_timing_loses_no_firing_and_one_with_it_begins_anew() {
    let stand = Stand::new("2026-03-01T00:00:00Z");
    let hourly = schedule("cron(0 * * * ? *)");
    stand.create("hourly", &hourly).await;
    let update = async |body: &Value| stand.ask("PUT", "/schedules/hourly", body).await.0;
    stand.set_clock("2026-03-01T01:30:00Z");
    assert_eq!(update(&hourly).await, StatusCode::OK);
    assert_eq!(
        stand.fire("2026-03-01T01:30:00Z").await,
        ["hourly 2026-03-01T01:00:00Z"],
        "as after a restart"
    );
    stand.set_clock("2026-03-01T02:30:00Z");
    assert_eq!(update(&schedule("cron(15 * * * ? *)")).await, StatusCode::OK);
    assert_eq!(stand.fire("2026-03-01T02:30:00Z").await, [""; 0], "02:15 was before it stood");
    let mut disabled = schedule("cron(15 * * * ? *)");
    disabled["State"] = json!("DISABLED");
    assert_eq!(update(&disabled).await, StatusCode::OK);
    assert_eq!(stand.fire("2026-03-01T03:15:00Z").await, [""; 0]);
    assert_eq!(update(&schedule("cron(15 * * * ? *)")).await, StatusCode::OK);
    assert_eq!(stand.fire("2026-03-01T03:20:00Z").await, [""; 0], "what came while it was disabled is over");
    assert_eq!(stand.fire("2026-03-01T04:15:00Z").await, ["hourly 2026-03-01T04:15:00Z"]);
}

#[test]
fn a_file_that_is_not_ours_is_named() {
    let stand = Stand::new("2026-03-01T00:00:00Z");
    let file = stand.folder.path().join("schedules.json");
    fs::write(&file, "[1]").unwrap();
    let events = Events { bus: BUS.to_owned(), rules: stand.rules.clone() };
    let clock: Arc<dyn Clock> = Arc::<Hand>::clone(&stand.clock);
    let error = Scheduler::open(file, events, clock).unwrap_err().to_string();
    assert!(error.contains("schedules.json"), "{error}");
}
