//! Mappings that used to find values.

use crate::bench::{Bench, HOUR, day, mappers};
use domain::{Channel, SyncWindow, configuration::SaveMode, event_log::Announcement};
use jiff::SignedDuration;
use simulation::{
    reference::{CUSTOMER_FIELD, configuration, mapping},
    world::{ACCOUNT, Conversation, Moment},
};

/// A chat whose visitor answered a survey question of that text.
fn chat(number: u32, start_ms: i64, question: &str) -> Conversation {
    let end_ms = start_ms + HOUR / 6;
    let record = format!(
        r#"{{"info":{{"engagementId":"{ACCOUNT}{}","startTimeL":{start_ms},"endTimeL":{end_ms}}},"surveys":{{"preChat":[{{"displayName":"{question}","questionId":"14","value":"K-7"}}]}}}}"#,
        4_000_000_000_u64 + u64::from(number)
    );
    let moments = vec![Moment::of_record(end_ms, Some(end_ms), record)];
    Conversation { channel: Channel::Chat, number, start_ms, moments, hidden: Vec::new(), ailment: None }
}

#[test]
fn a_mapping_gone_silent_is_reported_once_with_the_id_to_switch_to() {
    let start = day().from().as_millisecond();
    let spread = |first: u32, days: i64, question: &str| -> Vec<Conversation> {
        (0..40)
            .map(|n| chat(first + n, start + days * 24 * HOUR + i64::from(n) * HOUR / 4, question))
            .collect()
    };
    let mut bench = Bench::of(spread(0, 0, "Your customer number?"));
    let mut settings = configuration(SaveMode::Field);
    let address = "surveys.preChat[displayName=Your customer number?].value";
    settings.field_mappings = vec![mapping(CUSTOMER_FIELD, address, "info.nothing")];
    bench.mappers = mappers(&settings);
    bench.sync();
    assert_eq!(bench.announced(Announcement::MappingSilent), 0);

    bench.wait_hours(24);
    let next = day().until();
    bench.window = SyncWindow::new(next, next + SignedDuration::from_hours(24)).unwrap();
    bench.becomes(spread(100, 1, "What is your customer number?"));
    bench.sync();
    assert_eq!(bench.announced(Announcement::MappingSilent), 1);
    let log = bench.log();
    let said: Vec<_> = log.iter().filter(|entry| entry.starts_with("MAP-009")).collect();
    assert_eq!(said.len(), 1, "{log:?}");
    assert!(
        said[0].contains("40 of 40 chat") && said[0].contains("surveys.preChat[questionId=14].value"),
        "{said:?}"
    );
    bench.sync();
    assert_eq!(bench.announced(Announcement::MappingSilent), 1, "once a day");
}
