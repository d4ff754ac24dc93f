//! Least privilege, checked both ways: a call that a function can make and may not fails, and so does a grant of a call
//! that it cannot make. The calls come from the built functions (see `linked`); the tables below say, with a reason, what
//! each takes.

use crate::{
    linked::Linked,
    template::{Template, each, said},
};
use serde_json::Value;
use std::collections::BTreeSet;

/// An action on a resource, as the template names it.
type Grant = (String, String);

const TABLE: &[&str] = &["Table.Arn"];
const BUS: &[&str] = &["Bus.Arn"];

/// Operation, the actions it takes, the resources it takes them on, and why, where that does not say itself.
const CALLS: [(&str, &[&str], &[&str], &str); 10] = [
    ("dynamodb:get_item", &["dynamodb:GetItem"], TABLE, ""),
    ("dynamodb:put_item", &["dynamodb:PutItem"], TABLE, ""),
    ("dynamodb:update_item", &["dynamodb:UpdateItem"], TABLE, ""),
    ("dynamodb:delete_item", &["dynamodb:DeleteItem"], TABLE, ""),
    ("dynamodb:query", &["dynamodb:Query"], TABLE, ""),
    ("dynamodb:batch_get_item", &["dynamodb:BatchGetItem"], TABLE, ""),
    ("dynamodb:batch_write_item", &["dynamodb:BatchWriteItem"], TABLE, ""),
    (
        "dynamodb:transact_write_items",
        &["dynamodb:PutItem", "dynamodb:UpdateItem"],
        TABLE,
        "a transaction takes the actions of its members; ours put and update",
    ),
    ("eventbridge:put_events", &["events:PutEvents"], BUS, ""),
    (
        "secretsmanager:put_secret_value",
        &["secretsmanager:PutSecretValue"],
        &["LivePersonSecret.Id", "SalesforceSecret.Id"],
        "the other two are made by the template and by nobody else",
    ),
];

/// Which secret a method of `aws::Secrets` reads.
const SECRETS: [(&str, &str); 4] = [
    ("liveperson", "LivePersonSecret.Id"),
    ("salesforce", "SalesforceSecret.Id"),
    ("api_key", "ApiSecret.Id"),
    ("session_key", "SessionSecret.Id"),
];

/// Linked into every function and never called there.
const NEVER: [(&str, &str); 2] = [
    ("sts:assume_role", "a source of credentials for other places; on Lambda they come from the environment"),
    ("sts:assume_role_with_web_identity", "as above"),
];

/// What Lambda itself does in a function's name.
fn of_lambda(function: &str, template: &Template) -> Vec<(&'static str, String)> {
    let mut grants = vec![
        ("logs:CreateLogStream", format!("{function}Log.Arn")),
        ("logs:PutLogEvents", format!("{function}Log.Arn")),
        // Traces have no names: the one resource `*` of the template.
        ("xray:PutTraceSegments", "*".to_owned()),
        ("xray:PutTelemetryRecords", "*".to_owned()),
    ];
    let properties = template.properties(function);
    for (_, event) in properties["Events"].as_object().into_iter().flatten() {
        if event["Type"] == "SQS" {
            let queue = said(&event["Properties"]["Queue"]);
            for action in ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"] {
                grants.push((action, queue.clone()));
            }
        }
    }
    let failed = &properties["EventInvokeConfig"]["DestinationConfig"]["OnFailure"]["Destination"];
    if !failed.is_null() {
        grants.push(("sqs:SendMessage", said(failed)));
    }
    grants
}

/// Which schedules a function puts; the rest of the name is the code's.
fn schedules(function: &str) -> &'static [&'static str] {
    match function {
        "Admin" => &["periodic", "daily"],
        "SyncSlice" => &["resume-*"],
        _ => &[],
    }
}

/// What a function needs.
fn needed(function: &str, linked: &Linked, template: &Template) -> BTreeSet<Grant> {
    let mut needed: BTreeSet<Grant> =
        of_lambda(function, template).into_iter().map(|(action, on)| (action.to_owned(), on)).collect();
    for operation in &linked.operations {
        if let Some((_, actions, resources, _)) = CALLS.iter().find(|(call, ..)| call == operation) {
            for action in *actions {
                needed.extend(resources.iter().map(|on| ((*action).to_owned(), (*on).to_owned())));
            }
        } else if operation == "secretsmanager:get_secret_value" {
            let read = SECRETS.iter().filter(|(method, _)| linked.secrets.contains(*method));
            needed.extend(read.map(|(_, on)| ("secretsmanager:GetSecretValue".to_owned(), (*on).to_owned())));
        } else if let Some(call) = operation.strip_prefix("scheduler:") {
            let camel: String = call.split('_').map(|word| word[..1].to_uppercase() + &word[1..]).collect();
            for name in schedules(function) {
                let on = "arn:${AWS::Partition}:scheduler:${AWS::Region}:${AWS::AccountId}:schedule/${ScheduleGroup}";
                needed.insert((format!("scheduler:{camel}"), format!("{on}/${{AWS::StackName}}-{name}")));
            }
            // Whoever puts a schedule hands it its role.
            needed.insert(("iam:PassRole".to_owned(), "ScheduleRole.Arn".to_owned()));
        } else {
            let known = NEVER.iter().any(|(never, _)| never == operation);
            assert!(known, "{function} can call {operation}: say in this file what that takes");
        }
    }
    needed
}

/// What a role gives.
fn granted(role: &Value) -> BTreeSet<Grant> {
    let mut granted = BTreeSet::new();
    for policy in role["Policies"].as_array().unwrap() {
        for statement in policy["PolicyDocument"]["Statement"].as_array().unwrap() {
            assert_eq!(statement["Effect"], "Allow");
            for action in each(&statement["Action"]) {
                for resource in each(&statement["Resource"]) {
                    granted.insert((action.as_str().unwrap().to_owned(), said(resource)));
                }
            }
        }
    }
    granted
}

/// Both ways.
fn differences(needed: &BTreeSet<Grant>, granted: &BTreeSet<Grant>) -> Vec<String> {
    let missing =
        needed.difference(granted).map(|(action, on)| format!("can call {action} on {on} and may not"));
    let idle = granted.difference(needed).map(|(action, on)| format!("may {action} on {on} and never does"));
    missing.chain(idle).collect()
}

#[test]
fn every_function_may_do_what_it_does_and_nothing_else() {
    let template = Template::read();
    let mut problems = Vec::new();
    for (function, properties) in template.functions() {
        let role = said(&properties["Role"]);
        assert_eq!(role, format!("{function}Role.Arn"), "each function has a role of its own");
        let linked = Linked::of(&said(&properties["FunctionName"]).replace("${AWS::StackName}-", ""));
        let (needed, granted) = (
            needed(function, &linked, &template),
            granted(template.properties(role.trim_end_matches(".Arn"))),
        );
        let of_this = differences(&needed, &granted);
        problems.extend(of_this.into_iter().map(|problem| format!("{function} {problem}")));
    }
    assert!(problems.is_empty(), "{problems:#?}");
}

#[test]
fn a_missing_and_an_idle_grant_are_both_found() {
    let grant = |action: &str| BTreeSet::from([(action.to_owned(), "Table.Arn".to_owned())]);
    let found = differences(&grant("dynamodb:GetItem"), &grant("dynamodb:Scan"));
    let want = [
        "can call dynamodb:GetItem on Table.Arn and may not",
        "may dynamodb:Scan on Table.Arn and never does",
    ];
    assert_eq!(found, want);
    assert_eq!(differences(&grant("dynamodb:GetItem"), &grant("dynamodb:GetItem")), Vec::<String>::new());
}

#[test]
fn every_row_of_the_tables_is_used() {
    let template = Template::read();
    let names = template.functions().map(|(_, function)| said(&function["FunctionName"]));
    let linked: Vec<Linked> = names.map(|name| Linked::of(&name.replace("${AWS::StackName}-", ""))).collect();
    for call in CALLS.iter().map(|(call, ..)| *call).chain(NEVER.iter().map(|(call, _)| *call)) {
        assert!(linked.iter().any(|one| one.operations.contains(call)), "nobody calls {call} any more");
    }
    for (method, _) in SECRETS {
        assert!(linked.iter().any(|one| one.secrets.contains(method)), "nobody reads {method} any more");
    }
}

#[test]
fn statements_read_as_sentences_and_name_what_they_give() {
    let template = Template::read();
    for (id, resource) in template.resources() {
        let mut statements = Vec::new();
        find_statements(resource, &mut statements);
        let mut sids = BTreeSet::new();
        for statement in statements {
            let sid = statement["Sid"].as_str().unwrap_or_else(|| panic!("a statement of {id} has no Sid"));
            let words = sid.chars().filter(|letter| letter.is_uppercase()).count();
            assert!(words >= 3 && sid.chars().all(char::is_alphanumeric), "{id}: {sid} is no sentence");
            assert!(sids.insert(sid), "{id} says {sid} twice");
            for action in each(&statement["Action"]) {
                assert!(!action.as_str().unwrap().contains('*'), "{id}: {sid} gives {action}");
            }
            for on in each(&statement["Resource"]).into_iter().map(said) {
                assert!(on != "*" || sid == "SendsTracesWhichHaveNoNames", "{id}: {sid} gives everything");
            }
            let passes = each(&statement["Action"]).contains(&&Value::from("iam:PassRole"));
            let only = &statement["Condition"]["StringEquals"]["iam:PassedToService"];
            assert!(!passes || only == "scheduler.amazonaws.com", "{id}: {sid} passes a role to anybody");
        }
    }
}

fn find_statements<'a>(value: &'a Value, found: &mut Vec<&'a Value>) {
    match value {
        Value::Object(members) => {
            if let Some(Value::Array(statements)) = members.get("Statement") {
                found.extend(statements);
            }
            members.values().for_each(|member| find_statements(member, found));
        }
        Value::Array(values) => values.iter().for_each(|value| find_statements(value, found)),
        _ => {}
    }
}
