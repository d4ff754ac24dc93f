//! The sync over ports in memory: every conversation accounted for, whatever is repeated, refused or interrupted.

#![expect(clippy::unwrap_used, reason = "a test that unwraps fails")]

mod fakes;

use domain::{
    Channel, Configuration, ConversationId, Counts, Run, RunId, RunKind, RunStatus, SliceStatus, SyncWindow,
    configuration::{
        FieldMapping, LoginFlow, OtherAddresses, SalesforceLogin, TranscriptSettings, ValueSource,
    },
    ports::{SinkError, SourceError},
};
use fakes::{Conversation, FakeLivePerson, FakeSalesforce, MemoryBus, MemoryTable, StoppedClock, targets};
use futures::executor::block_on;
use jiff::{SignedDuration, Timestamp};
use std::collections::VecDeque;
use sync::{FieldProblem, MAX_CONVERSATIONS, Mappers, Ports, plan_run, work_slice};

const ACCOUNT: &str = "le1";

struct World {
    liveperson: FakeLivePerson,
    salesforce: FakeSalesforce,
    table: MemoryTable,
    bus: MemoryBus,
    clock: StoppedClock,
    mappers: Mappers,
    window: SyncWindow,
    runs: u32,
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn day() -> SyncWindow {
    SyncWindow::new(at("2026-03-01T00:00:00Z"), at("2026-03-02T00:00:00Z")).unwrap()
}

fn configuration(field_mappings: Vec<FieldMapping>) -> Configuration {
    let flow = LoginFlow::ClientCredentials { client_id: "id".to_owned() };
    let login = SalesforceLogin {
        login_url: "https://org.example".to_owned(),
        api_version: "v67.0".to_owned(),
        flow,
    };
    let transcript = TranscriptSettings { include_agent_only_lines: false };
    Configuration { account: ACCOUNT.to_owned(), salesforce: login, transcript, field_mappings }
}

/// Mapped from the skill, which is no e-mail address unless a conversation says so.
fn email_mapping() -> FieldMapping {
    let addresses = OtherAddresses {
        chat_api: Some("info.skillName".to_owned()),
        messaging_api: Some("info.latestSkillName".to_owned()),
        ..OtherAddresses::default()
    };
    FieldMapping { field: "Email__c".to_owned(), source: ValueSource::Other(addresses) }
}

fn id(channel: Channel, id: u32) -> ConversationId {
    let own = match channel {
        Channel::Chat => id.to_string(),
        Channel::Messaging => format!("m-{id}"),
    };
    ConversationId::new(ACCOUNT, &own).unwrap()
}

impl World {
    /// `count` conversations evenly over the day, every third of them a chat.
    fn of(count: u32) -> World {
        let conversations = (0..count).map(|n| Conversation {
            channel: if n % 3 == 0 { Channel::Chat } else { Channel::Messaging },
            id: n,
            start: day().from() + SignedDuration::from_millis(86_400_000 * i64::from(n) / i64::from(count)),
            skill: "Billing".to_owned(),
        });
        World {
            liveperson: FakeLivePerson {
                conversations: conversations.collect::<Vec<_>>().into(),
                ..Default::default()
            },
            salesforce: FakeSalesforce::default(),
            table: MemoryTable::default(),
            bus: MemoryBus::default(),
            clock: StoppedClock(at("2026-03-03T00:00:00Z")),
            mappers: Mappers::compile(&configuration(vec![]), &targets()).unwrap(),
            window: day(),
            runs: 0,
        }
    }

    /// Plans a run and delivers its slices until none is left. A slice handed back is delivered again, five times in all.
    fn sync(&mut self, deliveries: u32) -> Run {
        self.runs += 1;
        let run = RunId::new(&format!("run-{}", self.runs)).unwrap();
        let (table, bus, clock, none) = (&self.table, &self.bus, &self.clock, Counts::default());
        block_on(plan_run(table, bus, clock, run.clone(), RunKind::Manual, self.window, none)).unwrap();
        let ports = Ports {
            source: &self.liveperson,
            sink: &self.salesforce,
            table: &self.table,
            bus: &self.bus,
            clock: &self.clock,
        };
        let next = || self.bus.waiting.lock().unwrap().pop_front();
        while let Some((run, slice)) = next() {
            for _ in 0..deliveries {
                let attempt =
                    |n: u32| block_on(work_slice(&ports, &self.mappers, ACCOUNT, &run, &slice, n == 5));
                (1..=5).find_map(|n| attempt(n).ok()).expect("the last try ends the slice");
            }
        }
        self.table.state().runs[&run].clone()
    }

    fn log(&self) -> Vec<String> {
        self.table.state().log.iter().map(|entry| format!("{} {}", entry.code, entry.sentence)).collect()
    }
}

#[track_caller]
fn assert_counts(run: &Run, fetched: u64, written: u64, unchanged: u64, quarantined: u64) {
    let counts = run.counts;
    let got = (counts.fetched, counts.written, counts.unchanged, counts.quarantined);
    assert_eq!(got, (fetched, written, unchanged, quarantined), "{run:?}");
    assert!(counts.balance());
}

#[test]
fn every_conversation_is_written_once_and_then_left_alone() {
    let mut world = World::of(750);
    let first = world.sync(1);
    assert_counts(&first, 750, 750, 0, 0);
    assert_eq!(
        (first.status, first.counts.liveperson_calls, first.counts.salesforce_calls),
        (RunStatus::Succeeded, 8, 3)
    );
    assert_eq!(world.salesforce.records.lock().unwrap().len(), 750);

    let second = world.sync(1);
    assert_counts(&second, 750, 0, 750, 0);
    assert_eq!(second.counts.salesforce_calls, 0, "unchanged conversations cost Salesforce nothing");

    world.liveperson.conversations.lock().unwrap()[4].skill = "Sales".to_owned();
    assert_counts(&world.sync(1), 750, 1, 749, 0);
    assert!(world.salesforce.records.lock().unwrap()[&id(Channel::Messaging, 4)].contains("Sales"));
}

#[test]
fn an_empty_window_succeeds() {
    let run = World::of(0).sync(1);
    assert_counts(&run, 0, 0, 0, 0);
    assert_eq!(run.status, RunStatus::Succeeded);
}

#[test]
fn deliveries_repeated_count_once() {
    let mut world = World::of(300);
    let run = world.sync(3);
    assert_counts(&run, 300, 300, 0, 0);
    assert_eq!(run.status, RunStatus::Succeeded);
}

#[test]
fn a_slice_that_holds_too_much_halves_itself_and_nothing_is_lost() {
    let count = 2 * MAX_CONVERSATIONS as u32;
    let mut world = World::of(count);
    *world.bus.dies_before_halves.lock().unwrap() = true;
    let run = world.sync(2);
    assert_counts(&run, u64::from(count), u64::from(count), 0, 0);
    assert_eq!(run.status, RunStatus::Succeeded);
    let (chat, messaging) = (14, 14 + 14 + 1);
    assert_eq!(
        run.counts.liveperson_calls,
        chat + messaging,
        "pages of the slices, and the call that found too much"
    );
    let state = world.table.state();
    let split = state.slices.values().filter(|slice| slice.status == SliceStatus::Split).count();
    assert_eq!(
        (split, run.finished_slices, run.open_slices),
        (1, 3, 0),
        "messaging was halved, chat was not"
    );
}

#[test]
fn conversations_outside_the_window_are_left_to_its_neighbours() {
    let mut world = World::of(1_440);
    world.window = SyncWindow::new(at("2026-03-01T06:03:00Z"), at("2026-03-01T07:03:00Z")).unwrap();
    assert_counts(&world.sync(1), 60, 60, 0, 0);
}

#[test]
fn a_conversation_that_appears_while_pages_are_read_pushes_none_out() {
    let mut world = World::of(600);
    let early = Conversation {
        channel: Channel::Messaging,
        id: 9_999,
        start: day().from(),
        skill: "Billing".to_owned(),
    };
    // The second page of messaging: the 400 become 401, and the last moves to a page of its own.
    *world.liveperson.appears.lock().unwrap() = Some((4, early));
    assert_counts(&world.sync(1), 600, 600, 0, 0);
    assert_counts(&world.sync(1), 601, 1, 600, 0);
}

#[test]
fn a_refused_row_harms_only_itself_and_is_written_once_it_can_be() {
    let mut world = World::of(300);
    let bad = id(Channel::Messaging, 7);
    world.salesforce.refused.lock().unwrap().insert(bad.clone());
    let run = world.sync(1);
    assert_counts(&run, 300, 299, 0, 1);
    assert_eq!(run.status, RunStatus::Succeeded, "it balances");
    assert!(world.table.state().quarantine.contains_key(&bad));
    let log = world.log();
    assert!(log[0].contains("STRING_TOO_LONG at Skill__c") && !log[0].contains("private"), "{log:?}");

    assert_counts(&world.sync(1), 300, 0, 299, 1);
    world.salesforce.refused.lock().unwrap().clear();
    assert_counts(&world.sync(1), 300, 1, 299, 0);
    assert!(world.table.state().quarantine.is_empty());
}

#[test]
fn a_value_that_does_not_fit_is_left_out_and_said_once_per_field() {
    let mut world = World::of(9);
    world.mappers = Mappers::compile(&configuration(vec![email_mapping()]), &targets()).unwrap();
    world.liveperson.conversations.lock().unwrap()[3].skill = "help@example.com".to_owned();
    assert_counts(&world.sync(1), 9, 9, 0, 0);
    let records = world.salesforce.records.lock().unwrap();
    assert!(records[&id(Channel::Chat, 3)].contains(r#""Email__c":"help@example.com""#));
    assert!(!records[&id(Channel::Chat, 0)].contains("Email__c"));
    let log = world.log();
    assert_eq!(log.len(), 2, "one entry per slice and field: {log:?}");
    assert!(log[0].contains("MAP-002 Email__c was left out of 2") && !log[0].contains("Billing"), "{log:?}");
}

#[test]
fn what_passes_is_taken_up_again_where_it_stopped() {
    let mut world = World::of(300);
    *world.liveperson.trouble.lock().unwrap() = VecDeque::from([SourceError::Throttled]);
    *world.salesforce.trouble.lock().unwrap() =
        VecDeque::from([SinkError::Unavailable { reason: "busy".to_owned() }]);
    world.table.state().dies_before_end = true;
    let run = world.sync(1);
    assert_eq!((run.status, run.counts.fetched), (RunStatus::Succeeded, 300));
    assert!(run.counts.balance());
    assert_eq!(world.salesforce.records.lock().unwrap().len(), 300);
}

#[test]
fn what_does_not_pass_ends_the_run_with_its_reason() {
    let mut world = World::of(300);
    let refused = SourceError::Unauthorized { reason: "token_rejected".to_owned() };
    *world.liveperson.trouble.lock().unwrap() = VecDeque::from([refused]);
    let run = world.sync(1);
    assert_eq!((run.status, run.troubled_slices), (RunStatus::Partial, 1), "the other channel is done");
    let log = world.log();
    assert!(log[0].starts_with("LP-001") && log[0].contains("token_rejected"), "{log:?}");
    assert!(
        log.iter().any(|entry| entry.starts_with("RUN-002") && entry.contains("ended partial")),
        "{log:?}"
    );

    let mut world = World::of(300);
    let busy = || SinkError::Unavailable { reason: "busy".to_owned() };
    *world.salesforce.trouble.lock().unwrap() = (0..20).map(|_| busy()).collect();
    assert_eq!(world.sync(1).status, RunStatus::Failed, "an outage longer than all tries");
}

#[test]
fn a_partial_answer_is_never_called_success() {
    let mut world = World::of(300);
    world.liveperson.partial = true;
    let run = world.sync(1);
    assert_eq!((run.status, run.counts.written), (RunStatus::Partial, 300), "what came is written");
    assert!(world.log().iter().any(|entry| entry.starts_with("LP-006")));
}

#[test]
fn a_configuration_that_does_not_fit_the_org_is_refused_with_every_reason() {
    let to = |field: &str| FieldMapping { field: field.to_owned(), ..email_mapping() };
    let mappings =
        vec![to("Nowhere__c"), to("Contact__c"), to("Formula__c"), to("Status__c"), email_mapping()];
    let problems = Mappers::compile(&configuration(mappings), &targets()).unwrap_err();
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
    let without_metadata = Mappers::compile(&configuration(vec![]), &[]).unwrap_err();
    assert!(matches!(&without_metadata[0], FieldProblem::Missing { field } if field == "Conversation_Id__c"));
}
