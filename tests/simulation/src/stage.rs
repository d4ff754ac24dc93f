//! Everything of one simulation, and what each event makes our functions do: the same as on AWS, without AWS.

use crate::{
    bus::{Event, MemoryBus},
    liveperson::LivePerson,
    salesforce::Salesforce,
    scene::{Scene, instant},
    table::MemoryTable,
    world::{ACCOUNT, World},
};
use domain::{
    Run, RunId, RunStatus,
    ports::{Bus, Clock, Decision, Ledger, RecordKey, Runs},
};
use futures::future::LocalBoxFuture;
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering::Relaxed},
};
use sync::{
    Mappers, Policy, Ports, ReadySlice, SyncError, cancel_run, plan_run, resume_run, sync_one, work_slices,
};

/// Few, so that slices have several batches.
pub(crate) const ROWS_PER_CALL: usize = 100;
/// How often a slice's message may come before it is given up.
pub(crate) const SLICE_TRIES: u32 = 5;
/// How often Lambda delivers another event.
pub(crate) const EVENT_TRIES: u32 = 3;

/// Everything of one simulation.
pub(crate) struct Stage {
    pub(crate) scene: Arc<Scene>,
    pub(crate) world: Arc<World>,
    pub(crate) liveperson: LivePerson,
    pub(crate) salesforce: Salesforce<ROWS_PER_CALL>,
    pub(crate) table: MemoryTable,
    pub(crate) bus: MemoryBus,
    pub(crate) mappers: &'static Mappers,
    pub(crate) active: AtomicBool,
    pub(crate) share: u8,
}

/// Something that happens.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    /// An event of the bus arrives.
    Event(Event),
    /// A run is due, or asked for.
    Plan(Box<Run>),
    /// A person cancels the newest run.
    Cancel,
    /// A person resumes every run that is cancelled.
    ResumeCancelled,
    /// An administrator switches the account on or off.
    Activate(bool),
    /// An agent links a record.
    Link(u64),
    /// A person asks for one record.
    SyncOne(u64),
    /// A person decides about a conversation of the quarantine.
    Decide(u64, Decision),
    /// All faults stop.
    Settle,
}

impl Stage {
    fn ports(&self) -> Ports<'_, LivePerson, Salesforce<ROWS_PER_CALL>, MemoryTable, MemoryBus> {
        Ports {
            source: &self.liveperson,
            sink: &self.salesforce,
            table: &self.table,
            bus: &self.bus,
            clock: &self.scene.clock,
        }
    }

    fn policy(&self) -> Policy<'static> {
        Policy { account: ACCOUNT, active: self.active.load(Relaxed), api_share: self.share }
    }

    /// The work an act makes. What fails is delivered again.
    pub(crate) fn work(self: Arc<Self>, act: Act) -> LocalBoxFuture<'static, Result<(), SyncError>> {
        Box::pin(async move {
            match act {
                Act::Event(Event::Slice { run, slice, received }) => {
                    let ready = [ReadySlice { run, slice, last_try: received >= SLICE_TRIES }];
                    let worked = work_slices(&self.ports(), self.mappers, self.policy(), &ready).await;
                    worked.into_iter().try_for_each(|outcome| outcome.map(drop))
                }
                Act::Event(Event::Resume { run, .. }) => self.resume(&run).await,
                Act::Plan(run) => self.plan(*run).await,
                Act::Cancel => {
                    let newest = self.table.state().runs.values().max_by_key(|run| run.started).cloned();
                    if let Some(run) = newest {
                        cancel_run(&self.table, &run.id, "a person stopped it").await?;
                    }
                    Ok(())
                }
                Act::ResumeCancelled => self.resume_cancelled().await,
                Act::Activate(active) => {
                    self.active.store(active, Relaxed);
                    Ok(())
                }
                Act::Link(n) => {
                    self.link(n);
                    Ok(())
                }
                Act::SyncOne(n) => self.sync_one(n).await,
                Act::Decide(n, decision) => self.decide(n, decision).await,
                Act::Settle => {
                    self.settle();
                    Ok(())
                }
            }
        })
    }

    async fn plan(&self, run: Run) -> Result<(), SyncError> {
        if !self.active.load(Relaxed) {
            return Ok(());
        }
        if let Some(found) = self.table.run(&run.id).await? {
            if found.goes_on() {
                self.bus.publish_slices(&self.table.unfinished_slices(&run.id).await?).await?;
            }
            return Ok(());
        }
        plan_run(&self.table, &self.bus, &self.scene.clock, run).await
    }

    /// One that is running already may have been let go on by an event whose handling ended before it was published.
    async fn resume(&self, run: &RunId) -> Result<(), SyncError> {
        let status = self.table.run(run).await?.map(|run| run.status);
        if matches!(status, Some(RunStatus::Paused | RunStatus::Running)) {
            resume_run(&self.table, &self.bus, run).await?;
        }
        Ok(())
    }

    async fn resume_cancelled(&self) -> Result<(), SyncError> {
        let cancelled = |run: &&Run| matches!(run.verdict(), RunStatus::Cancelled | RunStatus::Running);
        let runs: Vec<RunId> =
            self.table.state().runs.values().filter(cancelled).map(|run| run.id.clone()).collect();
        for run in runs {
            resume_run(&self.table, &self.bus, &run).await?;
        }
        Ok(())
    }

    fn link(&self, n: u64) {
        let records = &self.world.conversations;
        let one = &records[n as usize % records.len()];
        if self.salesforce.link(&one.id(), &format!("003{n:015}")) {
            self.scene.tell(|| format!("an agent links {}", one.id()));
        }
    }

    async fn sync_one(&self, n: u64) -> Result<(), SyncError> {
        let one = &self.world.conversations[n as usize % self.world.conversations.len()];
        let Some(run) = RunId::new("one") else { return Ok(()) };
        let key = RecordKey::Conversation(one.id());
        let outcome = sync_one(&self.ports(), self.mappers, self.policy(), &run, &key).await;
        self.scene.tell(|| format!("one record: {outcome:?}"));
        // A person sees what failed and does not ask again.
        Ok(())
    }

    async fn decide(&self, n: u64, decision: Decision) -> Result<(), SyncError> {
        let quarantine: Vec<_> = self.table.state().quarantine.keys().cloned().collect();
        if !quarantine.is_empty() {
            let chosen = &quarantine[n as usize % quarantine.len()];
            self.scene.tell(|| format!("a person decides: {chosen} {decision:?}"));
            self.table.decide(chosen, decision, self.scene.clock.now()).await?;
        }
        Ok(())
    }

    fn settle(&self) {
        self.scene.tell(|| "all faults stop".to_owned());
        self.active.store(true, Relaxed);
        self.scene.weather(|weather| {
            weather.kills = 0;
            weather.spells.clear();
        });
        self.salesforce.state().allowed_calls = 1_000_000;
    }
}

impl Act {
    /// The same act as it comes again, if it does.
    pub(crate) fn again(&self) -> Option<Act> {
        match self {
            Act::Event(Event::Slice { run, slice, received }) => {
                let (run, slice, received) = (run.clone(), slice.clone(), received + 1);
                Some(Act::Event(Event::Slice { run, slice, received }))
            }
            Act::Event(Event::Resume { run, received }) => {
                Some(Act::Event(Event::Resume { run: run.clone(), received: received + 1 }))
            }
            Act::Plan(_) | Act::ResumeCancelled | Act::Cancel => Some(self.clone()),
            Act::Activate(_) | Act::Link(_) | Act::SyncOne(_) | Act::Decide(..) | Act::Settle => None,
        }
    }

    /// Whether it may neither be killed nor meet a table that fails: there would be no further try.
    pub(crate) fn is_last_try(&self) -> bool {
        match self {
            Act::Event(Event::Slice { received, .. }) => *received >= SLICE_TRIES,
            Act::Event(Event::Resume { received, .. }) => *received >= EVENT_TRIES,
            _ => false,
        }
    }

    /// The run it is for.
    pub(crate) fn run(&self) -> Option<&RunId> {
        match self {
            Act::Event(Event::Slice { run, .. } | Event::Resume { run, .. }) => Some(run),
            Act::Plan(run) => Some(&run.id),
            _ => None,
        }
    }

    pub(crate) fn name(&self) -> String {
        match self {
            Act::Event(Event::Slice { run, slice, received }) => {
                format!("slice {run} {slice}, try {received}")
            }
            Act::Event(Event::Resume { run, received }) => format!("resume {run}, try {received}"),
            Act::Plan(run) => {
                let (from, until) = (run.window.from(), run.window.until());
                format!("plan {} {from} to {until}", run.id)
            }
            other => format!("{other:?}"),
        }
    }
}

/// A run of the seed's, which begins at a time.
pub(crate) fn run_at(mut run: Run, at_ms: i64) -> Run {
    run.started = instant(at_ms);
    run
}
