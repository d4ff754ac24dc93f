//! Transcripts as Salesforce Files.

use crate::bench::{Bench, assert_counts, changes, messaging, messaging_id};
use domain::{RunStatus, configuration::SaveMode};

#[test]
fn a_file_is_written_once_per_text_and_gets_a_new_version_when_it_changed() {
    let mut bench = Bench::saving(SaveMode::Both, messaging(3));
    assert_counts(&bench.sync(), 3, 3, 0, 0);
    let file = |bench: &Bench| bench.salesforce.state().records[&messaging_id(1)].file.clone().unwrap();
    let (first, versions) = file(&bench);
    assert!(first.contains("Revision 0.") && versions == 1, "{first}");
    assert!(bench.field(&messaging_id(1), "Transcript__c").contains("Revision 0."));

    assert_counts(&bench.sync(), 3, 0, 3, 0);
    let mut all = messaging(3);
    changes(&mut all[1], "Sales");
    bench.becomes(all);
    assert_counts(&bench.sync(), 3, 1, 2, 0);
    let (second, versions) = file(&bench);
    assert!(second.contains("Revision 1.") && versions == 2, "{second}");
}

#[test]
fn the_field_is_left_alone_when_a_file_alone_takes_the_text() {
    let mut bench = Bench::saving(SaveMode::Attachment, messaging(3));
    assert_counts(&bench.sync(), 3, 3, 0, 0);
    assert_eq!(bench.field(&messaging_id(1), "Transcript__c"), "");
    assert!(bench.salesforce.state().records[&messaging_id(1)].file.is_some());
    let mut bench = Bench::saving(SaveMode::Field, messaging(3));
    bench.sync();
    assert!(bench.salesforce.state().records[&messaging_id(1)].file.is_none());
}

#[test]
fn a_conversation_whose_file_is_refused_is_not_written_until_the_file_is() {
    let mut bench = Bench::saving(SaveMode::Both, messaging(3));
    bench.salesforce.state().refused_files.insert("a01000000000000001".to_owned());
    let run = bench.sync();
    assert_counts(&run, 3, 2, 0, 1);
    assert_eq!(run.status, RunStatus::Succeeded);
    assert_eq!(bench.quarantined(), [messaging_id(1)]);
    assert!(bench.log()[0].starts_with("SF-008"), "{:?}", bench.log());
    bench.salesforce.state().refused_files.clear();
    bench.sync();
    assert_eq!(bench.quarantined(), []);
    assert!(bench.salesforce.state().records[&messaging_id(1)].file.is_some());
}
