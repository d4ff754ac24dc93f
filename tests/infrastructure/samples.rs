//! Every function has sample events, and those of the widget and of `transcript` are answered as Lambda hands them over. The
//! end-to-end tests answer the others.

use crate::{
    routes::reached,
    template::{Template, root, said},
};
use aws::events::{CONVERSATION_OPENED, ConversationOpened, SOURCE};
use axum::body::Body;
use serde_json::Value;
use std::{collections::BTreeMap, fs, sync::Arc};
use tower::ServiceExt;

/// The samples of a function, by name.
fn samples(function: &str) -> BTreeMap<String, String> {
    let folder = root().join("events").join(function);
    let files = fs::read_dir(&folder).unwrap_or_else(|_| panic!("{function} has no sample events"));
    let files = files.map(|file| file.unwrap().path());
    files
        .map(|file| {
            (file.file_stem().unwrap().to_str().unwrap().to_owned(), fs::read_to_string(file).unwrap())
        })
        .collect()
}

#[test]
fn a_sample_comes_to_its_function_the_way_the_template_leads() {
    let template = Template::read();
    for (id, function) in template.functions() {
        let samples = samples(&said(&function["FunctionName"]).replace("${AWS::StackName}-", ""));
        assert!(!samples.is_empty(), "{id}");
        for (name, sample) in samples {
            let event: Value = serde_json::from_str(&sample).unwrap();
            if let Some(path) = event["rawPath"].as_str() {
                let method = event["requestContext"]["http"]["method"].as_str().unwrap();
                assert_eq!(reached(&template, method, path).as_deref(), Some(id), "{name}");
            } else if let Some(kind) = event["detail-type"].as_str() {
                let rules = function["Events"].as_object().unwrap().values();
                let mut kinds =
                    rules.flat_map(|rule| rule["Properties"]["Pattern"]["detail-type"].as_array().unwrap());
                assert!(kinds.any(|one| one == kind), "{id} gets no {kind}");
            } else {
                assert_eq!(event["Records"][0]["eventSource"], "aws:sqs", "{name}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_samples_of_the_widget_and_of_transcript_are_answered() {
    let data = tempfile::tempdir().unwrap();
    let stack = tests::start(data.path(), |options| options.conversations = 300).await;
    let want = BTreeMap::from([("page", 200), ("context", 200)]);
    let widget = samples("widget");
    assert_eq!(
        widget.keys().map(String::as_str).collect::<Vec<_>>(),
        want.keys().copied().collect::<Vec<_>>()
    );
    for (name, sample) in widget {
        let request = lambda_http::request::from_str(&sample).unwrap().map(|body| Body::from(body.to_vec()));
        let answer = widget::router(Arc::clone(&stack.workspace)).oneshot(request).await.unwrap();
        assert_eq!(answer.status().as_u16(), want[name.as_str()], "{name}");
    }
    for (name, sample) in samples("transcript") {
        let event: Value = serde_json::from_str(&sample).unwrap();
        assert_eq!(
            (&event["source"], &event["detail-type"]),
            (&SOURCE.into(), &CONVERSATION_OPENED.into()),
            "{name}"
        );
        let opened: ConversationOpened = serde_json::from_value(event["detail"].clone()).unwrap();
        for _ in 0..2 {
            let event = serde_json::from_str(&sample).unwrap();
            Box::pin(transcript::handle(&stack.workspace, event)).await.unwrap();
        }
        let records = stack.salesforce.records("LP_ChatTranscript__c").into_iter();
        let of_it = records.filter(|one| one["Conversation_Id__c"] == *opened.conversation);
        assert_eq!(of_it.count(), 1, "{name}: the same event twice is one record");
    }
}
