//! Upserts: how rows go over the wire, and what becomes of each.

use super::{Org, TOGETHER, conversation, row, rows, written};
use ::salesforce::TRANSCRIPT_OBJECT;
use domain::{
    ports::{Refusal, Row, RowOutcome, Sink, SinkError},
    refusal::{Remedy, fields_named},
};
use local::salesforce::{Field, Kind};
use serde_json::json;

/// Salesforce's code of a row that was refused; empty for one that was written.
fn code(outcome: &RowOutcome) -> &str {
    match outcome {
        RowOutcome::Refused(refusal) => &refusal.status,
        RowOutcome::Written { .. } => "",
    }
}

fn writes(org: &Org) -> (u64, u64) {
    (org.calls("collections-upsert"), org.calls("composite"))
}

#[tokio::test]
async fn each_row_is_written_in_as_few_calls_as_salesforce_allows() {
    // Rows, collections calls, composite calls.
    for (count, collections, composites) in
        [(1, 1, 0), (200, 1, 0), (201, 0, 1), (1_000, 0, 1), (1_001, 1, 1)]
    {
        let org = Org::new(&[]).await;
        let rows = rows(count);
        let upserted = org.client.upsert(&rows, TOGETHER).await.unwrap();
        assert_eq!(upserted.outcomes.len(), count);
        assert_eq!(writes(&org), (collections, composites), "{count} rows");
        assert_eq!(upserted.calls, collections + composites, "{count} rows: signing in is not counted");
        assert_eq!(org.simulator.count(TRANSCRIPT_OBJECT), count);
        for (n, outcome) in upserted.outcomes.iter().enumerate() {
            let RowOutcome::Written { record, .. } = outcome else {
                panic!("row {n} of {count}: {outcome:?}")
            };
            let kept = org.simulator.record(record).unwrap();
            assert_eq!(kept["Conversation_Id__c"], conversation(n).as_str(), "outcomes are in order");
            assert_eq!(kept["Skill__c"], format!("Skill {n}"));
            assert_eq!(record.len(), 18);
        }
    }
}

#[tokio::test]
async fn no_rows_are_no_call() {
    let org = Org::new(&[]).await;
    let upserted = org.client.upsert(&[], TOGETHER).await.unwrap();
    assert_eq!(
        (upserted.outcomes.len(), upserted.calls, org.simulator.switchboard().total_calls()),
        (0, 0, 0)
    );
}

#[tokio::test]
async fn a_second_upsert_changes_the_record_and_nothing_else_in_it() {
    let org = Org::new(&[]).await;
    let first = row(1, r#""Skill__c":"Billing","Agent__c":"Pim","Truncated__c":true"#);
    let first = org.client.upsert(&[first], TOGETHER).await.unwrap();
    let second =
        org.client.upsert(&[row(1, r#""Skill__c":"Returns","Visitor__c":null"#)], TOGETHER).await.unwrap();
    let RowOutcome::Written { record, created: true } = &first.outcomes[0] else { panic!("{first:?}") };
    let same = RowOutcome::Written { record: record.clone(), created: false };
    assert_eq!(second.outcomes, [same], "one record");
    let record = org.record(&conversation(1)).unwrap();
    assert_eq!((&record["Skill__c"], &record["Agent__c"]), (&json!("Returns"), &json!("Pim")));
    org.client.upsert(&[row(1, r#""Agent__c":null"#)], TOGETHER).await.unwrap();
    assert_eq!(org.record(&conversation(1)).unwrap().get("Agent__c"), None, "null clears a field");
}

#[tokio::test]
async fn ids_that_differ_in_case_are_two_conversations() {
    let org = Org::new(&[]).await;
    let id = |text: &str| domain::ConversationId::new("le20020002", text).unwrap();
    let rows = ["aB", "Ab"].map(|text| Row { conversation: id(text), fields: String::new() });
    let upserted = org.client.upsert(&rows, TOGETHER).await.unwrap();
    assert!(upserted.outcomes.iter().all(written));
    assert_eq!(org.simulator.count(TRANSCRIPT_OBJECT), 2);
}

/// Rows that are refused, each for a reason of its own, among rows that are fine.
fn mixed() -> (Vec<Row>, Vec<&'static str>) {
    let long = format!(r#""Agent__c":"{}""#, "ä".repeat(256));
    let cases: [(&str, &str); 9] = [
        (r#""Agent__c":"Pim""#, ""),
        (&long, "STRING_TOO_LONG"),
        (r#""Nowhere__c":"x""#, "INVALID_FIELD"),
        (r#""Mood__c":"Calm""#, ""),
        (r#""Mood__c":"Jolly""#, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"),
        (r#""CSAT__c":1000"#, "NUMBER_OUTSIDE_VALID_RANGE"),
        (r#""CSAT__c":"five""#, "INVALID_TYPE_ON_FIELD_IN_RECORD"),
        (r#""Visitor_Email__c":"nobody""#, "INVALID_EMAIL_ADDRESS"),
        ("", ""),
    ];
    let rows = cases.iter().enumerate().map(|(n, (fields, _))| row(n, fields)).collect();
    (rows, cases.iter().map(|(_, code)| *code).collect())
}

async fn org_with_moods(faults: &[&str]) -> Org {
    let org = Org::new(faults).await;
    let moods = Kind::Picklist(vec!["Calm".to_owned(), "Cross".to_owned()], true);
    org.simulator.add_field(TRANSCRIPT_OBJECT, Field::new("Mood__c", "Mood", moods));
    org
}

#[tokio::test]
async fn a_bad_row_harms_only_itself() {
    let org = org_with_moods(&[]).await;
    let (rows, codes) = mixed();
    let upserted = org.client.upsert(&rows, TOGETHER).await.unwrap();
    assert_eq!(upserted.outcomes.iter().map(code).collect::<Vec<_>>(), codes);
    assert_eq!(upserted.calls, 1, "what is refused for good is not sent again");
    assert_eq!(org.simulator.count(TRANSCRIPT_OBJECT), 3);
    let RowOutcome::Refused(refusal) = &upserted.outcomes[1] else { panic!("{:?}", upserted.outcomes[1]) };
    assert_eq!(refusal.fields, ["Agent__c"]);
    assert!(refusal.message.contains("max length=255"), "{}", refusal.message);
}

#[tokio::test]
async fn a_bad_row_harms_only_itself_in_a_composite_call_too() {
    let org = org_with_moods(&[]).await;
    let (bad, codes) = mixed();
    let mut all = rows(1_000);
    // Some in the first collection, some in the third, one at the very end.
    let places = [0, 1, 2, 3, 199, 400, 401, 599, 999];
    for (&place, bad) in places.iter().zip(&bad) {
        all[place].fields.clone_from(&bad.fields);
    }
    let upserted = org.client.upsert(&all, TOGETHER).await.unwrap();
    assert_eq!((upserted.outcomes.len(), upserted.calls), (1_000, 1));
    for (n, outcome) in upserted.outcomes.iter().enumerate() {
        let want = places.iter().position(|&place| place == n).map_or("", |place| codes[place]);
        assert_eq!(code(outcome), want, "row {n}");
    }
    assert_eq!(
        org.simulator.count(TRANSCRIPT_OBJECT),
        1_000 - codes.iter().filter(|code| !code.is_empty()).count()
    );
}

#[tokio::test]
async fn a_conversation_given_twice_in_a_collection_is_refused_twice() {
    let org = Org::new(&[]).await;
    let rows = [row(1, r#""Skill__c":"First""#), row(2, ""), row(1, r#""Skill__c":"Second""#)];
    let upserted = org.client.upsert(&rows, TOGETHER).await.unwrap();
    let codes: Vec<_> = upserted.outcomes.iter().map(code).collect();
    assert_eq!(codes, ["DUPLICATE_VALUE", "", "DUPLICATE_VALUE"]);
    assert_eq!(
        (upserted.calls, org.record(&conversation(1))),
        (1, None),
        "sending them again would not help"
    );
}

#[tokio::test]
async fn a_conversation_given_twice_in_two_collections_is_one_record() {
    let org = Org::new(&[]).await;
    let mut all = rows(300);
    all[250] = row(3, r#""Skill__c":"Later""#);
    let upserted = org.client.upsert(&all, TOGETHER).await.unwrap();
    assert!(upserted.outcomes.iter().all(written));
    let RowOutcome::Written { record, created: true } = &upserted.outcomes[3] else { panic!("{upserted:?}") };
    assert_eq!(upserted.outcomes[250], RowOutcome::Written { record: record.clone(), created: false });
    assert_eq!(org.record(&conversation(3)).unwrap()["Skill__c"], "Later");
    assert_eq!(org.simulator.count(TRANSCRIPT_OBJECT), 299);
}

#[tokio::test]
async fn locked_rows_are_sent_again_alone() {
    // Every third row of the first two calls is locked, so that a second call of more than two rows would need a third.
    let org = Org::new(&["salesforce:collections-upsert:UNABLE_TO_LOCK_ROW=3:first=2"]).await;
    let upserted = org.client.upsert(&rows(7), TOGETHER).await.unwrap();
    assert!(upserted.outcomes.iter().all(written), "{:?}", upserted.outcomes);
    assert_eq!((upserted.calls, writes(&org)), (2, (2, 0)));
    // Records in the order they were created: rows 2 and 5 came later, and only once.
    let records = org.simulator.records(TRANSCRIPT_OBJECT);
    let order: Vec<_> = records.iter().map(|record| record["Conversation_Id__c"].as_str().unwrap()).collect();
    let want = [0, 1, 3, 4, 6, 2, 5].map(conversation);
    assert_eq!(order, want.each_ref().map(|id| id.as_str()));
    for (n, outcome) in upserted.outcomes.iter().enumerate() {
        let RowOutcome::Written { record, .. } = outcome else { panic!("{outcome:?}") };
        let kept = org.simulator.record(record).unwrap();
        assert_eq!(kept["Conversation_Id__c"], conversation(n).as_str(), "each outcome stays with its row");
    }
}

#[tokio::test]
async fn locked_rows_of_a_composite_call_are_sent_again_alone() {
    let org = Org::new(&["salesforce:composite:UNABLE_TO_LOCK_ROW=100:first=1"]).await;
    let upserted = org.client.upsert(&rows(1_000), TOGETHER).await.unwrap();
    assert!(upserted.outcomes.iter().all(written));
    assert_eq!(writes(&org), (1, 1), "ten rows fit one collection");
    assert_eq!(org.simulator.count(TRANSCRIPT_OBJECT), 1_000);
}

#[tokio::test]
async fn a_row_that_stays_locked_is_given_up_with_salesforces_words() {
    let org = Org::new(&["salesforce:collections-upsert:UNABLE_TO_LOCK_ROW"]).await;
    let upserted = org.client.upsert(&rows(3), TOGETHER).await.unwrap();
    assert!(upserted.outcomes.iter().all(|outcome| code(outcome) == "UNABLE_TO_LOCK_ROW"), "{upserted:?}");
    assert_eq!((upserted.calls, writes(&org)), (3, (3, 0)), "two pauses, three calls");
    assert_eq!(org.simulator.count(TRANSCRIPT_OBJECT), 0);
}

#[tokio::test]
async fn a_lost_answer_leaves_one_record() {
    for (count, operation) in [(5, "collections-upsert"), (450, "composite")] {
        let org = Org::new(&[&format!("salesforce:{operation}:lost-answer:nth=1")]).await;
        let upserted = org.client.upsert(&rows(count), TOGETHER).await.unwrap();
        assert!(upserted.outcomes.iter().all(written), "{operation}");
        assert_eq!((upserted.calls, org.calls(operation)), (2, 2), "{operation}");
        assert_eq!(
            org.simulator.count(TRANSCRIPT_OBJECT),
            count,
            "{operation}: what was written is not written anew"
        );
    }
}

#[tokio::test]
async fn an_org_down_for_maintenance_is_waited_for() {
    for (count, operation) in [(5, "collections-upsert"), (450, "composite")] {
        let passing = Org::new(&[&format!("salesforce:{operation}:503:first=2")]).await;
        let upserted = passing.client.upsert(&rows(count), TOGETHER).await.unwrap();
        assert!(upserted.outcomes.iter().all(written), "{operation}");
        assert_eq!((upserted.calls, passing.simulator.count(TRANSCRIPT_OBJECT)), (3, count), "{operation}");

        let lasting = Org::new(&[&format!("salesforce:{operation}:503")]).await;
        let error = lasting.client.upsert(&rows(count), TOGETHER).await.unwrap_err();
        let SinkError::Unavailable { reason } = &error else { panic!("{operation}: {error:?}") };
        assert!(reason.contains("503") && !reason.contains('<'), "{reason}");
        assert_eq!(lasting.calls(operation), 3, "{operation}");
    }
}

#[tokio::test]
async fn a_spent_allowance_between_two_calls_is_said() {
    let org = Org::with(&[], |options| options.daily_api_requests = 1, |_, _| ()).await;
    assert_eq!(org.client.upsert(&rows(1_200), TOGETHER).await, Err(SinkError::LimitSpent));
    assert_eq!(
        org.simulator.count(TRANSCRIPT_OBJECT),
        1_000,
        "what was written stays; a later run finds it so"
    );
    assert_eq!(writes(&org), (1, 1));
}

#[tokio::test]
async fn an_object_that_is_not_installed_refuses_the_whole_call() {
    let org = Org::new(&[]).await;
    assert!(org.simulator.remove_field(TRANSCRIPT_OBJECT, "Conversation_Id__c"));
    let error = org.client.upsert(&rows(2), TOGETHER).await.unwrap_err();
    assert!(matches!(&error, SinkError::Rejected { status, .. } if status == "NOT_FOUND"), "{error:?}");
    assert_eq!(writes(&org), (1, 0));
}

#[tokio::test]
async fn what_a_visitor_wrote_arrives_as_it_was_written() {
    let org = Org::new(&[]).await;
    let said = "\"Ça va?\" \\ <b>©</b> 👍🏽\n\t@{rows0.id} {{x}} \u{7f}";
    let fields = format!(r#""Transcript__c":{}"#, json!(said));
    let mut all = rows(450);
    all[7] = row(7, &fields);
    all[449] = row(449, &fields);
    let upserted = org.client.upsert(&all, TOGETHER).await.unwrap();
    assert!(upserted.outcomes.iter().all(written));
    for n in [7, 449] {
        assert_eq!(org.record(&conversation(n)).unwrap()["Transcript__c"], said);
    }
    assert_eq!(org.record(&conversation(8)).unwrap()["Skill__c"], "Skill 8");
}

#[tokio::test]
async fn collections_are_as_small_as_they_are_asked_to_be() {
    // A trigger that can only stand so many rows at once, and how often the rows have to be sent.
    for (together, calls) in [(50, 2), (10, 6), (1, 60)] {
        let fault = format!("salesforce:*ANY*:CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY=over-{together}");
        let faults = ["collections-upsert", "composite"].map(|operation| fault.replace("*ANY*", operation));
        let org = Org::new(&faults.each_ref().map(String::as_str)).await;
        let refused = org.client.upsert(&rows(300), together + 1).await.unwrap();
        let RowOutcome::Refused(refusal) = &refused.outcomes[0] else { panic!("{together}: {refused:?}") };
        assert_eq!(Remedy::of(refusal), Remedy::Fewer, "{refusal:?}");
        let org = Org::new(&faults.each_ref().map(String::as_str)).await;
        let upserted = org.client.upsert(&rows(300), together).await.unwrap();
        assert!(upserted.outcomes.iter().all(written), "{together} together");
        assert_eq!((upserted.outcomes.len(), upserted.calls), (300, calls), "{together} together");
    }
    let org = Org::new(&[]).await;
    assert_eq!(org.client.upsert(&rows(2_000), 9_999).await.unwrap().calls, 2, "200 at most");
    assert_eq!(org.client.upsert(&rows(2), 0).await.unwrap().calls, 1, "one at least");
}

#[tokio::test]
async fn what_the_org_allows_in_a_day_is_told_with_the_rows() {
    let org = Org::with(&[], |options| options.daily_api_requests = 4_321, |_, _| ()).await;
    assert_eq!(org.client.upsert(&[], TOGETHER).await.unwrap().allowed_calls, None, "nothing was heard yet");
    assert_eq!(org.client.upsert(&rows(1), TOGETHER).await.unwrap().allowed_calls, Some(4_321));
}

#[tokio::test]
async fn a_field_the_org_has_lost_is_named_whether_rows_or_the_call_are_refused() {
    let skill = |error: &str| {
        fields_named(&Refusal {
            status: "INVALID_FIELD".to_owned(),
            fields: Vec::new(),
            message: error.to_owned(),
        })
    };
    let org = Org::new(&[]).await;
    assert!(org.simulator.remove_field(TRANSCRIPT_OBJECT, "Skill__c"));
    let upserted = org.client.upsert(&rows(2), TOGETHER).await.unwrap();
    let RowOutcome::Refused(refusal) = &upserted.outcomes[1] else { panic!("{upserted:?}") };
    assert_eq!(fields_named(refusal), ["Skill__c"]);

    let org = Org::new(&["salesforce:collections-upsert:INVALID_FIELD=call-Skill__c"]).await;
    let error = org.client.upsert(&rows(2), TOGETHER).await.unwrap_err();
    let SinkError::Rejected { status, reason } = &error else { panic!("{error:?}") };
    assert_eq!((status.as_str(), skill(reason)), ("INVALID_FIELD", vec!["Skill__c".to_owned()]));
    assert_eq!(writes(&org), (1, 0), "asking again would not help");

    let org = Org::new(&["salesforce:composite:INVALID_FIELD=call-Skill__c"]).await;
    let upserted = org.client.upsert(&rows(201), TOGETHER).await.unwrap();
    let RowOutcome::Refused(refusal) = &upserted.outcomes[200] else { panic!("{upserted:?}") };
    assert_eq!(fields_named(refusal), ["Skill__c"], "a collection of a composite call");

    let org = Org::new(&[]).await;
    assert!(org.simulator.make_read_only(TRANSCRIPT_OBJECT, "Skill__c"));
    let upserted = org.client.upsert(&rows(1), TOGETHER).await.unwrap();
    let RowOutcome::Refused(refusal) = &upserted.outcomes[0] else { panic!("{upserted:?}") };
    assert_eq!(
        (refusal.status.as_str(), fields_named(refusal)),
        ("INVALID_FIELD_FOR_INSERT_UPDATE", vec!["Skill__c".to_owned()])
    );
}

#[tokio::test]
async fn a_bad_lookup_is_named_and_the_other_rows_are_written() {
    let org = Org::new(&["salesforce:collections-upsert:INVALID_CROSS_REFERENCE_KEY=Contact__c"]).await;
    let contact = row(1, r#""Contact__c":"003000000000001AAA""#);
    let upserted = org.client.upsert(&[row(0, ""), contact], TOGETHER).await.unwrap();
    assert!(written(&upserted.outcomes[0]));
    let RowOutcome::Refused(refusal) = &upserted.outcomes[1] else { panic!("{upserted:?}") };
    assert_eq!(
        (refusal.status.as_str(), &*fields_named(refusal)),
        ("INVALID_CROSS_REFERENCE_KEY", &["Contact__c".to_owned()][..])
    );
    let org = Org::new(&[]).await;
    let account = row(2, r#""Contact__c":"001000000000001AAA""#);
    let upserted = org.client.upsert(&[account], TOGETHER).await.unwrap();
    let RowOutcome::Refused(refusal) = &upserted.outcomes[0] else { panic!("{upserted:?}") };
    assert_eq!(
        (refusal.status.as_str(), &*fields_named(refusal)),
        ("MALFORMED_ID", &["Contact__c".to_owned()][..])
    );
}
