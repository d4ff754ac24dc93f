//! Rows that Salesforce refuses, and the quarantine.

use crate::bench::{Bench, assert_counts, conversations, day, mappers, messaging, messaging_id};
use domain::{
    RunStatus,
    configuration::SaveMode,
    ports::{Clock, Decision, Ledger, SinkError},
};
use futures::executor::block_on;
use simulation::{
    reference::{configuration, mapping, targets},
    salesforce::{LOSABLE_FIELD, refusal},
};
use sync::{FieldProblem, Mappers, TargetField};

#[test]
fn a_refused_row_harms_only_itself_and_is_written_once_it_can_be() {
    let mut bench = Bench::of(conversations(300));
    let bad = messaging_id(7);
    let too_long = refusal("STRING_TOO_LONG", &["Skill__c"], "too long: private words");
    bench.salesforce.state().refused.insert(bad.clone(), too_long);
    let run = bench.sync();
    assert_counts(&run, 300, 299, 0, 1);
    assert_eq!(run.status, RunStatus::Succeeded, "it balances");
    assert_eq!(bench.quarantined(), [bad]);
    let log = bench.log();
    assert!(log[0].contains("STRING_TOO_LONG at Skill__c") && !log[0].contains("private"), "{log:?}");

    let again = bench.sync();
    assert_eq!((again.counts.unchanged, again.counts.written), (299, 0), "{again:?}");
    bench.salesforce.state().refused.clear();
    bench.sync();
    assert_eq!(bench.quarantined(), []);
    assert_eq!(bench.salesforce.state().records.len(), 300);
}

/// A conversation that was refused on a day that no later run covers.
fn refused_long_ago() -> Bench {
    let mut bench = Bench::of(messaging(3));
    bench.salesforce.state().refused.insert(messaging_id(1), refusal("STRING_TOO_LONG", &[], "too long"));
    bench.sync();
    let from = day().until();
    bench.window = domain::SyncWindow::new(from, from + jiff::SignedDuration::from_hours(1)).unwrap();
    bench
}

fn tries(bench: &Bench) -> u64 {
    bench.table.state().quarantine[&messaging_id(1)].tries
}

#[test]
fn every_run_tries_the_quarantine_again_for_14_days() {
    let mut bench = refused_long_ago();
    assert_counts(&bench.sync(), 1, 0, 0, 1);
    bench.wait_hours(24 * 13);
    assert_counts(&bench.sync(), 1, 0, 0, 1);
    assert_eq!(tries(&bench), 3);
    bench.wait_hours(25);
    assert_counts(&bench.sync(), 0, 0, 0, 0);
    assert_eq!((tries(&bench), bench.quarantined().len()), (3, 1), "it stays for people to see");

    let now = bench.scene.clock.now();
    assert!(block_on(bench.table.decide(&messaging_id(1), Decision::Retry, now)).unwrap());
    bench.salesforce.state().refused.clear();
    assert_counts(&bench.sync(), 1, 1, 0, 0);
    assert_eq!(bench.quarantined(), []);
}

#[test]
fn what_a_person_dismissed_is_not_tried_until_a_person_asks_again() {
    let mut bench = refused_long_ago();
    let now = bench.scene.clock.now();
    block_on(bench.table.decide(&messaging_id(1), Decision::Dismiss, now)).unwrap();
    assert_counts(&bench.sync(), 0, 0, 0, 0);
    assert_eq!((tries(&bench), bench.quarantined().len()), (1, 1));
    block_on(bench.table.decide(&messaging_id(1), Decision::Retry, now)).unwrap();
    assert_counts(&bench.sync(), 1, 0, 0, 1);
}

#[test]
fn a_quarantined_conversation_that_someone_else_wrote_leaves_the_quarantine() {
    let mut bench = refused_long_ago();
    bench.salesforce.state().refused.clear();
    // As when the run that wrote it had read its entry before it was refused.
    let mut whole = Bench::of(messaging(3));
    whole.sync();
    let written = whole.table.state().entries[&messaging_id(1)];
    bench.table.state().entries.insert(messaging_id(1), written);
    bench.sync();
    assert_eq!(bench.quarantined(), []);
}

#[test]
fn a_bad_value_is_dropped_and_the_rest_written_with_one_warning_per_field_and_run() {
    let mut bench = Bench::of(conversations(30));
    let bad = refusal("INVALID_CROSS_REFERENCE_KEY", &["Customer__c"], "invalid cross reference id");
    for n in [1, 4, 7] {
        bench.salesforce.state().refused_with.insert(messaging_id(n), bad.clone());
    }
    let run = bench.sync();
    assert_counts(&run, 30, 30, 0, 0);
    assert!(!bench.salesforce.state().records[&messaging_id(1)].fields.contains_key("Customer__c"));
    assert!(bench.salesforce.state().records[&messaging_id(2)].fields.contains_key("Customer__c"));
    let log = bench.log();
    assert_eq!(log.len(), 1, "{log:?}");
    assert!(log[0].starts_with("SF-007 Customer__c was left out of 3"), "{log:?}");
}

#[test]
fn a_field_the_object_has_lost_is_left_out_of_all_rows_and_said_once() {
    let mut bench = Bench::of(conversations(1_500));
    bench.salesforce.state().lost_fields.insert(LOSABLE_FIELD.to_owned());
    let run = bench.sync();
    assert_counts(&run, 1_500, 1_500, 0, 0);
    assert_eq!(run.status, RunStatus::Succeeded);
    assert_eq!(bench.field(&messaging_id(1), LOSABLE_FIELD), "");
    let warnings = bench.log().iter().filter(|entry| entry.starts_with("SF-007")).count();
    assert_eq!(warnings, 1, "both channels have it: {:?}", bench.log());
    assert!(run.counts.salesforce_calls <= 6, "{} calls", run.counts.salesforce_calls);
}

#[test]
fn rows_that_are_too_many_together_are_sent_in_ever_smaller_company() {
    for (most, want) in
        [(200, vec![200]), (60, vec![200, 50]), (20, vec![200, 50, 10]), (1, vec![200, 50, 10, 1])]
    {
        let mut bench = Bench::of(messaging(200));
        bench.salesforce.state().most_together = Some(most);
        let run = bench.sync();
        assert_counts(&run, 200, 200, 0, 0);
        let mut sizes = bench.salesforce.state().collections.clone();
        sizes.dedup();
        assert_eq!(sizes, want, "at most {most}");
    }
}

#[test]
fn a_row_that_is_too_much_even_alone_waits_for_a_person() {
    let mut bench = Bench::of(messaging(20));
    bench.salesforce.state().most_together = Some(0);
    assert_counts(&bench.sync(), 20, 0, 0, 20);
    assert!(bench.log()[0].contains("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"));
}

#[test]
fn a_call_refused_as_a_whole_for_what_nobody_can_mend_gives_the_slice_up() {
    let mut bench = Bench::of(messaging(20));
    let status = "API_DISABLED_FOR_ORG".to_owned();
    bench.salesforce.state().errors.push_back(SinkError::Rejected { status, reason: "no API".to_owned() });
    let run = bench.sync();
    assert_eq!((run.status, run.troubled_slices), (RunStatus::Partial, 1));
    assert!(bench.log()[0].starts_with("SF-004"), "{:?}", bench.log());
}

#[test]
fn a_value_that_does_not_fit_is_left_out_and_said_once_per_field_and_run() {
    let mut bench = Bench::of(conversations(9));
    let mut settings = configuration(SaveMode::Field);
    settings.field_mappings.push(mapping("Email__c", "info.skillName", "info.latestSkillName"));
    let mut fields = targets();
    let email = Some(mapping::FieldType::Email { length: 80 });
    fields.push(TargetField { name: "Email__c".to_owned(), field_type: email, writeable: true });
    bench.mappers = Mappers::compile(&settings, &fields).unwrap();
    let mut all = conversations(9);
    crate::bench::changes(&mut all[3], "help@example.com");
    bench.becomes(all);
    assert_counts(&bench.sync(), 9, 9, 0, 0);
    let chat = simulation::world::id(domain::Channel::Chat, 3);
    assert_eq!(bench.field(&chat, "Email__c"), r#""help@example.com""#);
    assert_eq!(bench.field(&messaging_id(1), "Email__c"), "");
    let log = bench.log();
    assert_eq!(log.len(), 1, "{log:?}");
    assert!(log[0].contains("MAP-002 Email__c was left out of") && !log[0].contains("Billing"), "{log:?}");
}

#[test]
fn a_configuration_that_does_not_fit_the_org_is_refused_with_every_reason() {
    let mut settings = configuration(SaveMode::Field);
    let named = ["Nowhere__c", "Contact__c", "Formula__c", "Status__c"];
    settings
        .field_mappings
        .extend(named.map(|field| mapping(field, "info.skillName", "info.latestSkillName")));
    let mut fields = targets();
    let text = Some(mapping::FieldType::Text { length: 80 });
    fields.push(TargetField { name: "Contact__c".to_owned(), field_type: None, writeable: true });
    fields.push(TargetField { name: "Formula__c".to_owned(), field_type: text, writeable: false });
    let problems = Mappers::compile(&settings, &fields).unwrap_err();
    let said: Vec<_> =
        problems.iter().map(|problem| (problem.code().as_str(), problem.to_string())).collect();
    let want = [
        ("MAP-003", "Nowhere__c"),
        ("MAP-004", "type cannot take"),
        ("MAP-004", "may not write"),
        ("MAP-004", "writes this field itself"),
    ];
    assert_eq!(said.len(), want.len(), "{said:?}");
    for ((code, sentence), (want_code, word)) in said.iter().zip(want) {
        assert!(*code == want_code && sentence.contains(word), "{said:?}");
    }
    let (_, lost) = Mappers::compile_without_lost(&settings, &fields).unwrap();
    assert_eq!(lost.len(), 4, "a run that nobody waits for goes on without them");
    let without_metadata = Mappers::compile(&configuration(SaveMode::Field), &[]).unwrap_err();
    assert!(matches!(&without_metadata[0], FieldProblem::Missing { field } if field == "Conversation_Id__c"));
    let _ = mappers(&configuration(SaveMode::Both));
}
