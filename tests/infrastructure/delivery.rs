//! Nothing that is sent gets lost quietly: every rule, queue, schedule and invocation has a dead letter, and every dead
//! letter an alarm.

use crate::template::{Template, said};
use aws::events::{CONVERSATION_OPENED, RESUME_REQUESTED, RUN_REQUESTED, SLICE_READY, SOURCE};
use domain::event_log::Announcement;
use local::functions::BATCH_SIZE;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Every rule: who it is for, and what it says.
fn rules(template: &Template) -> Vec<(String, Value)> {
    let mut rules = Vec::new();
    for (id, rule) in template.of_type("AWS::Events::Rule") {
        for target in rule["Targets"].as_array().unwrap() {
            let said = serde_json::json!({
                "pattern": rule["EventPattern"], "bus": rule["EventBusName"], "to": target["Arn"],
                "DeadLetterConfig": target["DeadLetterConfig"], "RetryPolicy": target["RetryPolicy"],
            });
            rules.push((id.to_owned(), said));
        }
    }
    for (id, function) in template.functions() {
        for (name, event) in function["Events"].as_object().into_iter().flatten() {
            if event["Type"] == "EventBridgeRule" {
                let rule = &event["Properties"];
                let said = serde_json::json!({
                    "pattern": rule["Pattern"], "bus": rule["EventBusName"], "to": { "Fn::GetAtt": [id, "Arn"] },
                    "DeadLetterConfig": rule["DeadLetterConfig"], "RetryPolicy": rule["RetryPolicy"],
                });
                rules.push((name.clone(), said));
            }
        }
    }
    rules
}

#[test]
fn every_rule_has_a_dead_letter() {
    for (id, rule) in rules(&Template::read()) {
        assert_eq!(said(&rule["DeadLetterConfig"]["Arn"]), "DeadEvents.Arn", "{id}");
        assert!(rule["RetryPolicy"]["MaximumEventAgeInSeconds"].is_u64(), "{id}");
        assert_eq!(said(&rule["bus"]), "Ref Bus", "{id}");
    }
}

#[test]
fn every_event_of_ours_goes_where_it_is_to() {
    let mut goes = BTreeMap::<String, BTreeSet<String>>::new();
    for (_, rule) in rules(&Template::read()) {
        assert_eq!(rule["pattern"]["source"], serde_json::json!([SOURCE]));
        for kind in rule["pattern"]["detail-type"].as_array().unwrap() {
            goes.entry(kind.as_str().unwrap().to_owned()).or_default().insert(said(&rule["to"]));
        }
    }
    let mut want: BTreeMap<String, BTreeSet<String>> = [
        (RUN_REQUESTED, "SyncPlan.Arn"),
        (RESUME_REQUESTED, "SyncPlan.Arn"),
        (CONVERSATION_OPENED, "Transcript.Arn"),
        (SLICE_READY, "Slices.Arn"),
    ]
    .map(|(kind, to)| (kind.to_owned(), BTreeSet::from([to.to_owned()])))
    .into();
    for announcement in announcements() {
        want.insert(announcement.as_str().to_owned(), BTreeSet::from(["Ref Alarms".to_owned()]));
    }
    assert_eq!(goes, want);
}

/// All of them; a new one does not compile before it is here.
fn announcements() -> Vec<Announcement> {
    use Announcement::{ApiBudgetSpent, LoginExpired, MappingSilent, RunNotWhole, SliceGivenUp};
    let all = vec![RunNotWhole, SliceGivenUp, LoginExpired, ApiBudgetSpent, MappingSilent];
    for one in &all {
        match one {
            RunNotWhole | SliceGivenUp | LoginExpired | ApiBudgetSpent | MappingSilent => {}
        }
    }
    all
}

#[test]
fn every_asynchronous_invocation_that_fails_for_good_is_kept() {
    let template = Template::read();
    for (id, function) in template.functions() {
        let events = function["Events"].as_object().into_iter().flatten();
        if events.into_iter().any(|(_, event)| event["Type"] == "EventBridgeRule") {
            let kept = &function["EventInvokeConfig"]["DestinationConfig"]["OnFailure"];
            assert_eq!(
                (said(&kept["Destination"]).as_str(), &kept["Type"]),
                ("DeadEvents.Arn", &"SQS".into()),
                "{id}"
            );
        }
    }
}

#[test]
fn every_queue_has_a_dead_letter_queue_and_that_an_alarm() {
    let template = Template::read();
    for (id, queue) in template.of_type("AWS::SQS::Queue") {
        if queue.get("RedrivePolicy").is_some() {
            let dead = said(&queue["RedrivePolicy"]["deadLetterTargetArn"]);
            assert!(dead.starts_with("Dead"), "{id}: {dead}");
            continue;
        }
        assert!(id.starts_with("Dead"), "{id} has no dead-letter queue");
        assert_eq!(
            queue["MessageRetentionPeriod"], 1_209_600,
            "{id} keeps what it gets for as long as SQS does"
        );
        let alarm = template.of_type("AWS::CloudWatch::Alarm").find(|(_, alarm)| {
            alarm["Dimensions"]
                .as_array()
                .unwrap()
                .iter()
                .any(|one| said(&one["Value"]) == format!("{id}.QueueName"))
        });
        assert!(alarm.is_some(), "{id} has no alarm");
    }
    assert!(template.properties("SchedulesDroppedAlarm")["Dimensions"].is_array());
}

/// The code puts the schedules; it derives the queue's name from the bus's.
#[test]
fn every_schedule_has_a_dead_letter() {
    let template = Template::read();
    assert_eq!(said(&template.properties("Bus")["Name"]), "Ref AWS::StackName");
    assert_eq!(said(&template.properties("DeadEvents")["QueueName"]), "${AWS::StackName}-dead-events");
    let policy = &template.properties("ScheduleRole")["Policies"][0]["PolicyDocument"]["Statement"];
    let keeps = policy
        .as_array()
        .unwrap()
        .iter()
        .any(|one| one["Action"] == "sqs:SendMessage" && said(&one["Resource"]) == "DeadEvents.Arn");
    assert!(keeps, "schedules may not keep what was not taken");
}

#[test]
fn a_slice_is_given_up_by_the_code_before_it_is_by_the_queue() {
    let template = Template::read();
    let (queue, function) = (template.properties("Slices"), template.properties("SyncSlice"));
    assert_eq!(queue["RedrivePolicy"]["maxReceiveCount"], sync_slice::TRIES + 1);
    let visible = queue["VisibilityTimeout"].as_u64().unwrap();
    assert!(visible >= 6 * function["Timeout"].as_u64().unwrap());
    let events = function["Events"]["Slices"]["Properties"].clone();
    assert_eq!((&events["BatchSize"], said(&events["Queue"]).as_str()), (&BATCH_SIZE.into(), "Slices.Arn"));
    assert_eq!(events["FunctionResponseTypes"], serde_json::json!(["ReportBatchItemFailures"]));
    assert_eq!(said(&events["ScalingConfig"]["MaximumConcurrency"]), "Ref SlicesAtOnce");
}

#[test]
fn every_alarm_sounds() {
    let template = Template::read();
    for (id, alarm) in template.of_type("AWS::CloudWatch::Alarm") {
        assert_eq!(said(&alarm["AlarmActions"][0]), "Ref Alarms", "{id}");
        assert_eq!(alarm["TreatMissingData"], "notBreaching", "{id}");
    }
    let watched = |metric: &str| {
        let alarms =
            template.of_type("AWS::CloudWatch::Alarm").filter(move |(_, one)| one["MetricName"] == metric);
        alarms.map(|(_, one)| said(&one["Dimensions"][0]["Value"])).collect::<BTreeSet<_>>()
    };
    let functions: BTreeSet<_> = template.functions().map(|(id, _)| format!("Ref {id}")).collect();
    assert_eq!(watched("Errors"), functions);
    assert_eq!(watched("Throttles"), functions);
    let of_rules =
        template.of_type("AWS::CloudWatch::Alarm").filter(|(_, one)| one["MetricName"] == "MatchedEvents");
    let of_rules: BTreeSet<_> = of_rules.map(|(_, one)| said(&one["Dimensions"][1]["Value"])).collect();
    let rules = template.of_type("AWS::Events::Rule").filter(|(id, _)| *id != "SliceReadyRule");
    assert_eq!(of_rules, rules.map(|(_, rule)| said(&rule["Name"])).collect());
    for (id, function) in template.functions() {
        let group = said(&function["LoggingConfig"]["LogGroup"]);
        let group = template.properties(group.strip_prefix("Ref ").unwrap());
        assert_eq!(said(&group["RetentionInDays"]), "Ref LogDays", "{id}");
    }
}
