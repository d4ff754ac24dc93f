//! The ports in memory, with the behaviour of the real ones: pages, refusals, conditions that make repeats do nothing.

use domain::{
    Channel, ConversationId, Fingerprint, LogEntry, Run, RunId, Slice, SliceId, SliceStatus, SyncWindow,
    ports::{
        Bus, Clock, EventLog, Ledger, Page, Progress, Quarantined, Refusal, Row, RowOutcome, Runs, Sink,
        SinkError, SliceEnd, Source, SourceError, StoreError, Upserted, Written,
    },
};
use jiff::Timestamp;
use mapping::FieldType;
use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::{Mutex, MutexGuard},
};
use sync::{OWN_FIELDS, TRANSCRIPT_FIELD, TargetField};

/// A clock that stands still.
pub(crate) struct StoppedClock(pub(crate) Timestamp);

impl Clock for StoppedClock {
    fn now(&self) -> Timestamp {
        self.0
    }
}

/// A conversation at LivePerson.
#[derive(Clone)]
pub(crate) struct Conversation {
    pub(crate) channel: Channel,
    pub(crate) id: u32,
    pub(crate) start: Timestamp,
    /// What changes when it changes.
    pub(crate) skill: String,
}

/// LivePerson: searches with limits and paging, and trouble when told.
#[derive(Default)]
pub(crate) struct FakeLivePerson {
    pub(crate) conversations: Mutex<Vec<Conversation>>,
    /// Errors answered to the next calls, first first.
    pub(crate) trouble: Mutex<VecDeque<SourceError>>,
    /// Every page says that a shard did not answer.
    pub(crate) partial: bool,
    /// Appears while the pages are read: before the call of this number.
    pub(crate) appears: Mutex<Option<(u32, Conversation)>>,
    pub(crate) calls: Mutex<u32>,
}

impl Source for FakeLivePerson {
    async fn read_page(
        &self,
        channel: Channel,
        window: SyncWindow,
        offset: u64,
        limit: u64,
    ) -> Result<Page, SourceError> {
        assert!(limit <= 100, "LivePerson gives at most 100");
        let mut calls = self.calls.lock().unwrap();
        *calls += 1;
        if let Some(trouble) = self.trouble.lock().unwrap().pop_front() {
            return Err(trouble);
        }
        let mut conversations = self.conversations.lock().unwrap();
        if let Some((_, newcomer)) = self.appears.lock().unwrap().take_if(|(call, _)| call == &*calls) {
            conversations.push(newcomer);
        }
        conversations.sort_by_key(|one| one.start);
        // Widened to round ten minutes, as LivePerson does.
        let (from, to) =
            (window.from().as_second() / 600 * 600, (window.until().as_second() + 599) / 600 * 600);
        let inside =
            |one: &&Conversation| one.channel == channel && (from..=to).contains(&one.start.as_second());
        let matches: Vec<_> = conversations.iter().filter(inside).collect();
        let mut page = Page {
            total: matches.len() as u64,
            body: String::new(),
            records: vec![],
            partial: self.partial,
            calls: 1,
        };
        for one in matches.iter().skip(offset as usize).take(limit as usize) {
            let start = page.body.len();
            page.body.push_str(&record(one));
            page.records.push(start..page.body.len());
        }
        Ok(page)
    }
}

fn record(one: &Conversation) -> String {
    let Conversation { id, start, skill, .. } = one;
    let ms = start.as_millisecond();
    match one.channel {
        Channel::Chat => {
            format!(r#"{{"info":{{"engagementId":"le1{id}","startTimeL":{ms},"skillName":"{skill}"}}}}"#)
        }
        Channel::Messaging => {
            format!(
                r#"{{"info":{{"conversationId":"m-{id}","startTimeL":{ms},"latestSkillName":"{skill}","status":"OPEN"}}}}"#
            )
        }
    }
}

/// Salesforce: upserts by external id, refuses what it is told to.
#[derive(Default)]
pub(crate) struct FakeSalesforce {
    pub(crate) records: Mutex<HashMap<ConversationId, String>>,
    pub(crate) refused: Mutex<HashSet<ConversationId>>,
    pub(crate) trouble: Mutex<VecDeque<SinkError>>,
    pub(crate) calls: Mutex<u64>,
}

impl Sink for FakeSalesforce {
    const MAX_ROWS: usize = 250;

    async fn upsert(&self, rows: &[Row]) -> Result<Upserted, SinkError> {
        *self.calls.lock().unwrap() += 1;
        assert!(rows.len() <= Self::MAX_ROWS, "{} rows", rows.len());
        let unique: HashSet<_> = rows.iter().map(|row| &row.conversation).collect();
        assert_eq!(unique.len(), rows.len(), "one external id twice in a call: Salesforce refuses both");
        if let Some(trouble) = self.trouble.lock().unwrap().pop_front() {
            return Err(trouble);
        }
        let refused = self.refused.lock().unwrap();
        let outcomes = rows.iter().map(|row| {
            if refused.contains(&row.conversation) {
                let (status, message) = ("STRING_TOO_LONG".to_owned(), "too long: private words".to_owned());
                return RowOutcome::Refused(Refusal { status, fields: vec!["Skill__c".to_owned()], message });
            }
            self.records.lock().unwrap().insert(row.conversation.clone(), row.fields.clone());
            RowOutcome::Written { record: format!("a01{}", row.conversation) }
        });
        Ok(Upserted { outcomes: outcomes.collect(), calls: 1 })
    }
}

/// The table.
#[derive(Default)]
pub(crate) struct MemoryTable {
    state: Mutex<State>,
}

#[derive(Default)]
pub(crate) struct State {
    pub(crate) fingerprints: HashMap<ConversationId, Fingerprint>,
    pub(crate) quarantine: HashMap<ConversationId, Quarantined>,
    pub(crate) runs: HashMap<RunId, Run>,
    pub(crate) slices: HashMap<(RunId, SliceId), Slice>,
    pub(crate) log: Vec<LogEntry>,
    /// The next write of a slice's end is lost, as when the process dies before it.
    pub(crate) dies_before_end: bool,
}

impl MemoryTable {
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }
}

impl Ledger for MemoryTable {
    async fn fingerprints(
        &self,
        ids: &[ConversationId],
    ) -> Result<HashMap<ConversationId, Fingerprint>, StoreError> {
        let state = self.state();
        Ok(ids.iter().filter_map(|id| Some((id.clone(), *state.fingerprints.get(id)?))).collect())
    }

    async fn keep_written(&self, written: &[Written]) -> Result<(), StoreError> {
        let mut state = self.state();
        for one in written {
            state.fingerprints.insert(one.conversation.clone(), one.fingerprint);
            state.quarantine.remove(&one.conversation);
        }
        Ok(())
    }

    async fn quarantine(&self, refused: &[Quarantined]) -> Result<(), StoreError> {
        let mut state = self.state();
        for one in refused {
            state.fingerprints.remove(&one.conversation);
            state.quarantine.insert(one.conversation.clone(), one.clone());
        }
        Ok(())
    }
}

impl Runs for MemoryTable {
    async fn begin(&self, run: &Run, slices: &[Slice]) -> Result<(), StoreError> {
        let mut state = self.state();
        if state.runs.contains_key(&run.id) {
            return Ok(());
        }
        state.runs.insert(run.id.clone(), run.clone());
        state.slices.extend(slices.iter().map(|slice| ((run.id.clone(), slice.id.clone()), slice.clone())));
        Ok(())
    }

    async fn run(&self, run: &RunId) -> Result<Option<Run>, StoreError> {
        Ok(self.state().runs.get(run).cloned())
    }

    async fn slice(&self, run: &RunId, slice: &SliceId) -> Result<Option<Slice>, StoreError> {
        Ok(self.state().slices.get(&(run.clone(), slice.clone())).cloned())
    }

    async fn note_progress(&self, _: &Slice, progress: Progress) -> Result<(), StoreError> {
        assert!(progress.read <= progress.expected + 100, "{progress:?}");
        Ok(())
    }

    async fn progress(&self, _: &RunId) -> Result<Progress, StoreError> {
        Ok(Progress::default())
    }

    async fn split(&self, slice: &Slice, halves: &[Slice; 2]) -> Result<(), StoreError> {
        let mut state = self.state();
        let kept = state.slices.get_mut(&(slice.run.clone(), slice.id.clone())).unwrap();
        if kept.status != SliceStatus::Open {
            return Ok(());
        }
        kept.status = SliceStatus::Split;
        state.slices.extend(halves.iter().map(|half| ((half.run.clone(), half.id.clone()), half.clone())));
        state.runs.get_mut(&slice.run).unwrap().open_slices += 1;
        Ok(())
    }

    async fn end_slice(&self, slice: &Slice, end: &SliceEnd) -> Result<Run, StoreError> {
        let mut state = self.state();
        if std::mem::take(&mut state.dies_before_end) {
            return Err(StoreError::Unavailable { reason: "the process died".to_owned() });
        }
        let kept = state.slices.get_mut(&(slice.run.clone(), slice.id.clone())).unwrap();
        let first = kept.status == SliceStatus::Open;
        if first {
            kept.status = end.status;
            kept.counts = end.counts;
        }
        let run = state.runs.get_mut(&slice.run).unwrap();
        if first {
            run.counts += end.counts;
            run.open_slices -= 1;
            run.finished_slices += 1;
            run.troubled_slices += u64::from(end.status != SliceStatus::Done);
            run.finished = Some(end.at);
            run.status = run.verdict();
        }
        Ok(run.clone())
    }
}

impl EventLog for MemoryTable {
    async fn append(&self, entries: &[LogEntry]) -> Result<(), StoreError> {
        self.state().log.extend_from_slice(entries);
        Ok(())
    }
}

/// The bus: what was published and not yet delivered.
#[derive(Default)]
pub(crate) struct MemoryBus {
    pub(crate) waiting: Mutex<VecDeque<(RunId, SliceId)>>,
    /// The next events of halves are lost, as when the process dies between the table and the bus.
    pub(crate) dies_before_halves: Mutex<bool>,
}

impl Bus for MemoryBus {
    async fn publish_slices(&self, slices: &[Slice]) -> Result<(), StoreError> {
        let halves = slices.iter().any(|slice| slice.id.as_str().contains('.'));
        if halves && std::mem::take(&mut *self.dies_before_halves.lock().unwrap()) {
            return Err(StoreError::Unavailable { reason: "the process died".to_owned() });
        }
        self.waiting.lock().unwrap().extend(slices.iter().map(|slice| (slice.run.clone(), slice.id.clone())));
        Ok(())
    }
}

/// The Chat Transcript object's fields, as describe gives them.
pub(crate) fn targets() -> Vec<TargetField> {
    let field = |name: &str, field_type| TargetField { name: name.to_owned(), field_type, writeable: true };
    let own = OWN_FIELDS.iter().map(|name| {
        let length = if *name == TRANSCRIPT_FIELD { 131_072 } else { 255 };
        field(name, Some(FieldType::Text { length }))
    });
    let more = [
        field("Email__c", Some(FieldType::Email { length: 80 })),
        field("Contact__c", None),
        TargetField { writeable: false, ..field("Formula__c", Some(FieldType::Text { length: 80 })) },
    ];
    own.chain(more).collect()
}
