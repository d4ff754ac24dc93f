//! The ports in memory around the sync, and what tests ask of them.

use domain::{
    Channel, Configuration, ConversationId, Run, RunId, RunKind, SyncWindow, configuration::SaveMode,
    event_log::Announcement, ports::Clock,
};
use futures::executor::block_on;
use jiff::{SignedDuration, Timestamp};
use simulation::{
    bus::{Event, MemoryBus},
    liveperson::LivePerson,
    reference::{configuration, targets},
    salesforce::Salesforce,
    scene::Scene,
    table::MemoryTable,
    world::{ACCOUNT, Conversation, Moment, World, id},
};
use std::sync::Arc;
use sync::{Mappers, Policy, Ports, ReadySlice, SliceOutcome, SyncError, plan_run, work_slices};

pub(crate) type Org = Salesforce<1_000>;

/// Everything a test needs: by default a day of March, two days ago.
pub(crate) struct Bench {
    pub(crate) scene: Arc<Scene>,
    pub(crate) liveperson: LivePerson,
    pub(crate) salesforce: Org,
    pub(crate) table: MemoryTable,
    pub(crate) bus: MemoryBus,
    pub(crate) mappers: Mappers,
    pub(crate) window: SyncWindow,
    pub(crate) active: bool,
    pub(crate) share: u8,
    pub(crate) dry_run: bool,
    runs: u32,
}

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(crate) fn day() -> SyncWindow {
    SyncWindow::new(at("2026-03-01T00:00:00Z"), at("2026-03-02T00:00:00Z")).unwrap()
}

pub(crate) const HOUR: i64 = 3_600_000;

/// A chat that ended ten minutes after its start, or a messaging conversation that is open.
pub(crate) fn conversation(
    channel: Channel,
    number: u32,
    start: Timestamp,
    skill: &'static str,
) -> Conversation {
    let start_ms = start.as_millisecond();
    let end_ms = (channel == Channel::Chat).then_some(start_ms + HOUR / 6);
    let moments = vec![Moment::new(end_ms.unwrap_or(start_ms), end_ms, skill, None)];
    Conversation { channel, number, start_ms, moments, hidden: Vec::new(), ailment: None }
}

/// That many over the day, every third of them a chat.
pub(crate) fn conversations(count: u32) -> Vec<Conversation> {
    let one = |n: u32| {
        let channel = if n.is_multiple_of(3) { Channel::Chat } else { Channel::Messaging };
        let after = SignedDuration::from_millis(80_000_000 * i64::from(n) / i64::from(count));
        conversation(channel, n, day().from() + after, "Billing")
    };
    (0..count).map(one).collect()
}

/// That many messaging conversations over the day.
pub(crate) fn messaging(count: u32) -> Vec<Conversation> {
    let mut all = conversations(count);
    for one in &mut all {
        *one = conversation(Channel::Messaging, one.number, at_ms(one.start_ms), "Billing");
    }
    all
}

pub(crate) fn at_ms(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(ms).unwrap()
}

/// A conversation as it is after it changed on the next day.
pub(crate) fn changes(one: &mut Conversation, skill: &'static str) {
    let (after, end_ms) = (day().until().as_millisecond() + HOUR, one.moments[0].end_ms);
    one.moments.push(Moment::new(after, end_ms, skill, None));
}

pub(crate) fn messaging_id(number: u32) -> ConversationId {
    id(Channel::Messaging, number)
}

impl Bench {
    pub(crate) fn of(conversations: Vec<Conversation>) -> Bench {
        let scene = Arc::new(Scene::calm(at("2026-03-03T00:00:00Z")));
        let world = Arc::new(World::new(conversations, true));
        Bench {
            liveperson: LivePerson::new(Arc::clone(&scene), Arc::clone(&world)),
            salesforce: Salesforce::new(Arc::clone(&scene), world),
            table: MemoryTable::new(Arc::clone(&scene)),
            bus: MemoryBus::new(Arc::clone(&scene)),
            scene,
            mappers: mappers(&configuration(SaveMode::Field)),
            window: day(),
            active: true,
            share: 20,
            dry_run: false,
            runs: 0,
        }
    }

    /// A bench whose transcripts go there.
    pub(crate) fn saving(save_mode: SaveMode, conversations: Vec<Conversation>) -> Bench {
        Bench { mappers: mappers(&configuration(save_mode)), ..Bench::of(conversations) }
    }

    /// LivePerson's conversations from now on.
    pub(crate) fn becomes(&self, conversations: Vec<Conversation>) {
        self.liveperson.set_world(World::new(conversations, true));
    }

    pub(crate) fn ports(&self) -> Ports<'_, LivePerson, Org, MemoryTable, MemoryBus> {
        Ports {
            source: &self.liveperson,
            sink: &self.salesforce,
            table: &self.table,
            bus: &self.bus,
            clock: &self.scene.clock,
        }
    }

    pub(crate) fn policy(&self) -> Policy<'static> {
        Policy { account: ACCOUNT, active: self.active, api_share: self.share }
    }

    /// Plans a run of the window and does not begin with it.
    pub(crate) fn plan(&mut self) -> RunId {
        self.runs += 1;
        let id = RunId::new(&format!("run-{}", self.runs)).unwrap();
        let run = Run::new(id.clone(), RunKind::Manual, self.window, 0, self.scene.clock.now());
        let run = Run { dry_run: self.dry_run, ..run };
        block_on(plan_run(&self.table, &self.bus, &self.scene.clock, run)).unwrap();
        id
    }

    /// Works on the next slice whose event has arrived.
    pub(crate) fn work(&self, last_try: bool) -> Option<Result<SliceOutcome, SyncError>> {
        self.bus.next_at().filter(|next| *next <= self.scene.clock.true_ms())?;
        let Some(Event::Slice { run, slice, .. }) = self.bus.take_next() else { return self.work(last_try) };
        let ready = [ReadySlice { run: run.clone(), slice: slice.clone(), last_try }];
        let worked = block_on(work_slices(&self.ports(), &self.mappers, self.policy(), &ready)).pop();
        if worked.as_ref().is_some_and(Result::is_err) {
            self.bus.send(self.scene.clock.true_ms(), Event::Slice { run, slice, received: 1 });
        }
        worked
    }

    /// Works until nothing is left: a slice handed back comes again, and the fifth time is its last.
    pub(crate) fn deliver(&self) {
        let mut failures = 0;
        while let Some(worked) = self.work(failures >= 4) {
            failures = if worked.is_err() { failures + 1 } else { 0 };
            assert!(failures < 5, "the last try ends the slice: {worked:?}");
        }
    }

    /// A whole run.
    pub(crate) fn sync(&mut self) -> Run {
        let id = self.plan();
        self.deliver();
        self.run(&id)
    }

    pub(crate) fn run(&self, id: &RunId) -> Run {
        let run = self.table.state().runs[id].clone();
        Run { status: run.verdict(), ..run }
    }

    /// Lets time go by.
    pub(crate) fn wait_hours(&self, hours: i64) {
        self.scene.clock.advance_to(self.scene.clock.true_ms() + hours * HOUR);
    }

    /// The event log: codes and sentences.
    pub(crate) fn log(&self) -> Vec<String> {
        self.table.state().log.iter().map(|entry| format!("{} {}", entry.code, entry.sentence)).collect()
    }

    /// How often something was announced.
    pub(crate) fn announced(&self, what: Announcement) -> usize {
        self.bus.state().announced.iter().filter(|(announced, _)| *announced == what).count()
    }

    /// A field of a conversation's record.
    pub(crate) fn field(&self, conversation: &ConversationId, name: &str) -> String {
        let org = self.salesforce.state();
        org.records[conversation].fields.get(name).map(ToString::to_string).unwrap_or_default()
    }

    pub(crate) fn quarantined(&self) -> Vec<ConversationId> {
        self.table.state().quarantine.keys().cloned().collect()
    }
}

pub(crate) fn mappers(configuration: &Configuration) -> Mappers {
    Mappers::compile(configuration, &targets()).unwrap()
}

#[track_caller]
pub(crate) fn assert_counts(run: &Run, fetched: u64, written: u64, unchanged: u64, quarantined: u64) {
    let counts = run.counts;
    let got = (counts.fetched, counts.written, counts.unchanged, counts.quarantined);
    assert_eq!(got, (fetched, written, unchanged, quarantined), "{run:?}");
    assert!(counts.balance());
}
