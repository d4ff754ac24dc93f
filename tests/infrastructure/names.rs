//! Every name carries the stack's, so that any number of stacks live in one account.

use crate::template::{Template, said};

/// Types whose names are unique within an account and region, and the property that gives the name.
const NAMED: [(&str, &str); 15] = [
    ("AWS::ApiGatewayV2::Api", "Name"),
    ("AWS::CloudWatch::Alarm", "AlarmName"),
    ("AWS::CloudWatch::Dashboard", "DashboardName"),
    ("AWS::DynamoDB::Table", "TableName"),
    ("AWS::Events::EventBus", "Name"),
    ("AWS::Events::Rule", "Name"),
    ("AWS::Logs::LogGroup", "LogGroupName"),
    ("AWS::SNS::Topic", "TopicName"),
    ("AWS::SQS::Queue", "QueueName"),
    ("AWS::Scheduler::ScheduleGroup", "Name"),
    ("AWS::SecretsManager::Secret", "Name"),
    ("AWS::Serverless::Function", "FunctionName"),
    // Without a name of ours, CloudFormation makes one that begins with the stack's: a role's is unique in all regions,
    // and naming it would ask the operator for a capability more.
    ("AWS::IAM::Role", ""),
    ("AWS::IAM::ManagedPolicy", ""),
    // Part of the API, which is named.
    ("AWS::ApiGatewayV2::Stage", ""),
];

/// Types that belong to another resource and have no name of their own.
const UNNAMED: [&str; 7] = [
    "AWS::ApiGatewayV2::Integration",
    "AWS::ApiGatewayV2::Route",
    "AWS::Lambda::Permission",
    "AWS::SNS::Subscription",
    "AWS::SNS::TopicPolicy",
    "AWS::SQS::QueuePolicy",
    "AWS::Lambda::EventSourceMapping",
];

#[test]
fn every_name_carries_the_stacks_name() {
    let template = Template::read();
    for (id, resource) in template.resources() {
        let kind = resource["Type"].as_str().unwrap();
        let Some((_, property)) = NAMED.iter().find(|(named, _)| *named == kind) else {
            assert!(UNNAMED.contains(&kind), "{id}: say in this file how a {kind} gets its name");
            continue;
        };
        if property.is_empty() {
            continue;
        }
        let name = said(&resource["Properties"][*property]);
        assert!(name == "Ref AWS::StackName" || name.contains("${AWS::StackName}"), "{id} is called {name}");
    }
    for (id, function) in template.functions() {
        for event in
            function["Events"].as_object().into_iter().flatten().map(|(_, event)| &event["Properties"])
        {
            let name = said(&event["RuleName"]);
            let carries = event.get("RuleName").is_none() || name.starts_with("${AWS::StackName}-");
            assert!(carries, "a rule of {id} is called {name}");
        }
    }
}

#[test]
fn functions_are_called_as_their_crates_are() {
    let template = Template::read();
    let names = template.functions().map(|(id, function)| {
        let name = said(&function["FunctionName"]).replace("${AWS::StackName}-", "");
        let camel: String = name.split('-').map(|word| word[..1].to_uppercase() + &word[1..]).collect();
        assert_eq!(id, camel);
        assert_eq!(function["CodeUri"], format!("../target/lambda/{name}/bootstrap.zip"));
        name
    });
    let mut names: Vec<String> = names.collect();
    let mut crates: Vec<String> = std::fs::read_dir(crate::template::root().join("functions"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    crates.sort();
    assert_eq!(names, crates);
}

#[test]
fn data_outlives_its_stack_unless_told_otherwise() {
    let template = Template::read();
    assert_eq!(template.at("/Parameters/DataPolicy/Default"), "Retain");
    let kept = ["AWS::DynamoDB::Table", "AWS::SecretsManager::Secret"];
    for (id, resource) in
        template.resources().filter(|(_, one)| kept.iter().any(|kind| one["Type"] == **kind))
    {
        for policy in ["DeletionPolicy", "UpdateReplacePolicy"] {
            assert_eq!(said(&resource[policy]), "Ref DataPolicy", "{policy} of {id}");
        }
    }
}

#[test]
fn the_table_is_as_the_code_reads_it() {
    let template = Template::read();
    let table = template.properties("Table");
    let keys: Vec<_> =
        table["KeySchema"].as_array().unwrap().iter().map(|key| &key["AttributeName"]).collect();
    assert_eq!(keys, [aws::KEY, aws::SORT]);
    assert!(table["AttributeDefinitions"].as_array().unwrap().iter().all(|one| one["AttributeType"] == "S"));
    assert_eq!(table["TimeToLiveSpecification"]["AttributeName"], "expires");
    assert_eq!(table["BillingMode"], "PAY_PER_REQUEST");
    assert_eq!(table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"], true);
    for (secret, member) in [("ApiSecret", "api_key"), ("SessionSecret", "session_key")] {
        assert_eq!(template.properties(secret)["GenerateSecretString"]["GenerateStringKey"], member);
    }
    for empty in ["LivePersonSecret", "SalesforceSecret"] {
        let secret = template.properties(empty);
        assert!(secret.get("GenerateSecretString").is_none() && secret.get("SecretString").is_none());
    }
}
