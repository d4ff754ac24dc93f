//! The table in memory: the ledger and the quarantine, with the conditions DynamoDB checks, and what is noted and tallied.

use crate::{
    plant::Plant,
    scene::{Scene, Trouble, lock},
};
use domain::{
    ConversationId, LogEntry, Run, RunId, Slice, SliceId,
    ports::{
        ApiUsage, Decision, EventLog, HitRate, Known, Ledger, QuarantineEntry, Quarantined, StoreError,
        Tally, Written,
    },
};
use jiff::{Timestamp, civil::Date};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Arc, Mutex, MutexGuard},
};

const WRITES_PER_TRANSACTION: usize = 100;
/// What is noted stays noted that long.
const NOTED_HOURS: i64 = 24;

/// The table.
pub struct MemoryTable {
    pub(crate) scene: Arc<Scene>,
    state: Mutex<State>,
}

/// What the table holds, and what a test may set and read.
#[derive(Default)]
pub struct State {
    /// What is known of each conversation.
    pub entries: BTreeMap<ConversationId, Known>,
    /// The quarantine.
    pub quarantine: BTreeMap<ConversationId, QuarantineEntry>,
    /// Runs.
    pub runs: BTreeMap<RunId, Run>,
    /// Slices.
    pub slices: BTreeMap<(RunId, SliceId), Slice>,
    /// The event log.
    pub log: Vec<LogEntry>,
    /// Our calls to Salesforce by day.
    pub usage: BTreeMap<Date, ApiUsage>,
    /// Hit rates by day.
    pub hits: BTreeMap<Date, Vec<HitRate>>,
    /// Checkpoints kept so far.
    pub checkpoints: u64,
    /// The next checkpoint after so many more, and every later call, fails, as when the process dies.
    pub dies_after_checkpoints: Option<u64>,
    /// The next end of a slice fails, as when the process dies before it.
    pub dies_before_end: bool,
    noted: BTreeMap<String, Timestamp>,
}

impl MemoryTable {
    /// An empty table.
    #[must_use]
    pub fn new(scene: Arc<Scene>) -> MemoryTable {
        MemoryTable { scene, state: Mutex::default() }
    }

    /// What the table holds, and what a test may set and read.
    pub fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// One call: others may go first before and after it, and it may find nobody.
    pub(crate) async fn call<T>(
        &self,
        work: impl FnOnce(&mut State) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.scene.pause().await;
        if self.scene.strikes(Trouble::StoreDown) || self.state().dies_after_checkpoints == Some(0) {
            return Err(unavailable());
        }
        let done = work(&mut self.state());
        self.scene.pause().await;
        done
    }

    async fn keep_some(&self, written: &[Written]) -> Result<(), StoreError> {
        let unconditional = self.scene.lies(Plant::KeepUnconditional);
        let kept = self
            .call(|state| {
                let current = |one: &Written| {
                    let entry = state.entries.get(&one.conversation);
                    entry.map_or(0, |entry| entry.version) == one.known.version
                };
                if !unconditional && !written.iter().all(current) {
                    return Ok(false);
                }
                for one in written {
                    let entry = state.entries.entry(one.conversation.clone()).or_default();
                    let fingerprint = Some(one.fingerprint);
                    *entry = Known { fingerprint, version: entry.version + 1, quarantined: false };
                }
                self.scene.watch(|audit| audit.kept(written));
                Ok(true)
            })
            .await?;
        if kept {
            return Ok(());
        }
        if let [one] = written {
            return self.forget(one).await;
        }
        for one in written {
            Box::pin(self.keep_some(std::slice::from_ref(one))).await?;
        }
        Ok(())
    }

    /// Someone else wrote at the same time: what Salesforce holds is uncertain.
    async fn forget(&self, one: &Written) -> Result<(), StoreError> {
        self.call(|state| {
            let entry = state.entries.entry(one.conversation.clone()).or_default();
            entry.fingerprint = None;
            entry.version += 1;
            self.scene.tell(|| format!("ledger: {} was written by two", one.conversation));
            self.scene.watch(|audit| audit.forgotten(&one.conversation));
            Ok(())
        })
        .await
    }

    async fn admit(&self, one: &Quarantined) -> Result<(), StoreError> {
        self.call(|state| {
            let entry = state.entries.entry(one.conversation.clone()).or_default();
            entry.quarantined = true;
            entry.version += 1;
            entry.fingerprint = None;
            self.scene.watch(|audit| audit.forgotten(&one.conversation));
            Ok(())
        })
        .await?;
        self.call(|state| {
            let new = || QuarantineEntry { refused: one.clone(), since: one.at, tries: 0, dismissed: false };
            let entry = state.quarantine.entry(one.conversation.clone()).or_insert_with(new);
            entry.refused = one.clone();
            entry.tries += 1;
            Ok(())
        })
        .await
    }
}

pub(crate) fn unavailable() -> StoreError {
    StoreError::Unavailable { reason: "the connection was reset".to_owned() }
}

impl Ledger for MemoryTable {
    async fn known(
        &self,
        conversations: &[ConversationId],
    ) -> Result<HashMap<ConversationId, Known>, StoreError> {
        let known = |state: &mut State| {
            let one = |id: &ConversationId| Some((id.clone(), *state.entries.get(id)?));
            Ok(conversations.iter().filter_map(one).collect())
        };
        self.call(known).await
    }

    async fn keep_written(&self, written: &[Written]) -> Result<(), StoreError> {
        for one in written.iter().filter(|one| one.known.quarantined) {
            self.call(|state| {
                state.quarantine.remove(&one.conversation);
                Ok(())
            })
            .await?;
        }
        for some in written.chunks(WRITES_PER_TRANSACTION) {
            self.keep_some(some).await?;
        }
        Ok(())
    }

    async fn quarantine(&self, refused: &[Quarantined]) -> Result<(), StoreError> {
        for one in refused {
            self.scene.tell(|| format!("quarantine: {} {}", one.conversation, one.refusal.status));
            self.scene.watch(|audit| audit.quarantined(one));
            if !self.scene.lies(Plant::QuarantineForgets) {
                self.admit(one).await?;
            }
        }
        Ok(())
    }

    async fn in_quarantine(&self) -> Result<Vec<QuarantineEntry>, StoreError> {
        self.call(|state| Ok(state.quarantine.values().cloned().collect())).await
    }

    async fn decide(
        &self,
        conversation: &ConversationId,
        decision: Decision,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let decide = |state: &mut State| {
            let Some(entry) = state.quarantine.get_mut(conversation) else { return Ok(false) };
            match decision {
                Decision::Retry => (entry.since, entry.dismissed) = (at, false),
                Decision::Dismiss => entry.dismissed = true,
            }
            Ok(true)
        };
        self.call(decide).await
    }
}

impl EventLog for MemoryTable {
    async fn append(&self, entries: &[LogEntry]) -> Result<(), StoreError> {
        self.call(|state| {
            for entry in entries {
                self.scene.tell(|| format!("event log: {} {}", entry.code, entry.sentence));
            }
            state.log.extend_from_slice(entries);
            Ok(())
        })
        .await
    }

    async fn note_first(&self, what: &str, at: Timestamp) -> Result<bool, StoreError> {
        let note = |state: &mut State| {
            let noted = state.noted.get(what);
            let first = noted.is_none_or(|noted| at.duration_since(*noted).as_hours() >= NOTED_HOURS);
            if first {
                state.noted.insert(what.to_owned(), at);
            }
            Ok(first)
        };
        self.call(note).await
    }
}

impl Tally for MemoryTable {
    async fn add_calls(&self, day: Date, calls: u64, allowed: Option<u64>) -> Result<ApiUsage, StoreError> {
        let add = |state: &mut State| {
            self.scene.watch(|audit| audit.calls_told(day, calls, allowed));
            let usage = state.usage.entry(day).or_default();
            if !self.scene.lies(Plant::BudgetNotCounted) {
                usage.ours += calls;
            }
            usage.allowed = allowed.unwrap_or(usage.allowed);
            Ok(*usage)
        };
        self.call(add).await
    }

    async fn add_hits(&self, day: Date, rates: &[HitRate]) -> Result<(), StoreError> {
        let add = |state: &mut State| {
            let of_day = state.hits.entry(day).or_default();
            for rate in rates {
                let same = |one: &&mut HitRate| one.channel == rate.channel && one.field == rate.field;
                match of_day.iter_mut().find(same) {
                    Some(kept) => {
                        kept.seen += rate.seen;
                        kept.hits += rate.hits;
                        kept.question_id = rate.question_id.clone().or(kept.question_id.take());
                    }
                    None => of_day.push(rate.clone()),
                }
            }
            Ok(())
        };
        self.call(add).await
    }

    async fn hits(&self, day: Date) -> Result<Vec<HitRate>, StoreError> {
        self.call(|state| Ok(state.hits.get(&day).cloned().unwrap_or_default())).await
    }
}

impl State {
    /// The codes of the event log, each once.
    #[must_use]
    pub fn codes(&self) -> BTreeSet<&'static str> {
        self.log.iter().map(|entry| entry.code.as_str()).collect()
    }
}
