//! One seed from its first event to its last.

use crate::{
    audit::Broken,
    belonging::belongs,
    bus::Event,
    executor::Task,
    plant::Plant,
    reference::difference,
    setup::Setup,
    stage::{Act, SLICE_TRIES, Stage},
    world::{DAY, MINUTE},
};
use domain::{RunId, RunStatus, SyncWindow};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};
use sync::SyncError;

/// So many invocations at once.
const TOGETHER: usize = 5;
/// A seed that takes more steps than this never ends.
const MOST_STEPS: u64 = 400_000;

pub(crate) struct Drive {
    pub(crate) stage: Arc<Stage>,
    agenda: BTreeMap<(i64, u64), Act>,
    entries: u64,
    tasks: Vec<Task<Act, Result<(), SyncError>>>,
    started: u64,
    settled: BTreeSet<RunId>,
    pub(crate) steps: u64,
    last_window: SyncWindow,
    has_file: bool,
}

impl Drive {
    pub(crate) fn new(setup: Setup) -> Drive {
        let mut drive = Drive {
            stage: Arc::new(setup.stage),
            agenda: BTreeMap::new(),
            entries: 0,
            tasks: Vec::new(),
            started: 0,
            settled: BTreeSet::new(),
            steps: 0,
            last_window: setup.last_window,
            has_file: setup.has_file,
        };
        for (at, act) in setup.agenda {
            drive.enter(at, act);
        }
        drive
    }

    fn enter(&mut self, at_ms: i64, act: Act) {
        self.entries += 1;
        self.agenda.insert((at_ms, self.entries), act);
    }

    pub(crate) fn play(&mut self) -> Result<(), Broken> {
        loop {
            self.start_what_is_due();
            if self.tasks.is_empty() {
                self.check_quiet();
                self.broken()?;
                let next = self.agenda.first_key_value().map(|((at, _), _)| *at);
                let Some(next) = next.into_iter().chain(self.stage.bus.next_at()).min() else { break };
                self.stage.scene.clock.advance_to(next);
                continue;
            }
            self.step();
            self.broken()?;
        }
        self.check_end();
        self.broken()
    }

    fn broken(&self) -> Result<(), Broken> {
        let mut broken = None;
        self.stage.scene.watch(|audit| broken = audit.broken.clone());
        broken.map_or(Ok(()), Err)
    }

    fn fail(&self, promise: &'static str, how: impl FnOnce() -> String) {
        self.stage.scene.watch(|audit| audit.fail(promise, how));
    }

    fn start_what_is_due(&mut self) {
        let now = self.stage.scene.clock.true_ms();
        while self.tasks.len() < TOGETHER {
            let act = if self.stage.bus.next_at().is_some_and(|at| at <= now) {
                self.stage.bus.take_next().map(Act::Event)
            } else {
                let due = self.agenda.first_entry().filter(|entry| entry.key().0 <= now);
                due.map(std::collections::btree_map::OccupiedEntry::remove)
            };
            let Some(act) = act else { break };
            self.started += 1;
            let number = self.started;
            self.stage.scene.enter(number, false);
            self.stage.scene.tell(|| act.name());
            self.stage.scene.watch(crate::audit::Audit::invocation_begins);
            self.stage.scene.enter(0, false);
            let future = Arc::clone(&self.stage).work(act.clone());
            self.tasks.push(Task { number, label: act, future });
        }
    }

    fn step(&mut self) {
        self.steps += 1;
        if self.steps > MOST_STEPS {
            self.fail("every run comes to an end", || "too many steps".to_owned());
        }
        let scene = Arc::clone(&self.stage.scene);
        let chosen = scene.below(self.tasks.len() as u64) as usize;
        let task = &mut self.tasks[chosen];
        let spared = task.label.is_last_try();
        scene.enter(task.number, spared);
        let (kills, pace) = scene.weather(|weather| (weather.kills, weather.pace_ms));
        let killed = !spared && kills > 0 && scene.below(1_000) < u64::from(kills);
        let answer = if killed { None } else { task.step() };
        if killed || answer.is_some() {
            let task = self.tasks.swap_remove(chosen);
            let act = task.label;
            drop(task.future);
            self.finish(&act, killed, answer);
        }
        scene.enter(0, false);
        let now = scene.clock.true_ms();
        scene.clock.advance_to(now + scene.below(pace.unsigned_abs()).cast_signed());
    }

    fn finish(&mut self, act: &Act, killed: bool, answer: Option<Result<(), SyncError>>) {
        let scene = Arc::clone(&self.stage.scene);
        scene.watch(crate::audit::Audit::invocation_is_over);
        let error = match answer {
            Some(Ok(())) => return,
            Some(Err(error)) => error.to_string(),
            None => "killed".to_owned(),
        };
        scene.tell(|| format!("ended early: {error}"));
        if killed && scene.lies(Plant::MessageLost) {
            return;
        }
        let later = scene.clock.true_ms() + MINUTE + scene.below(14 * MINUTE as u64).cast_signed();
        match act.again() {
            Some(Act::Event(Event::Slice { received, run, .. })) if received > SLICE_TRIES + 1 => {
                self.fail("every run comes to an end", || format!("a message of {run} is dead: {error}"));
            }
            Some(Act::Event(event)) => self.stage.bus.send(later, event),
            Some(act) => self.enter(later, act),
            None => {}
        }
    }

    /// When nothing is going on, every run has ended well, or said that it did not, or waits for something that will come.
    fn check_quiet(&mut self) {
        self.stage.scene.watch(crate::audit::Audit::check_ledger);
        let unsettled: Vec<_> = {
            let state = self.stage.table.state();
            let unsettled = state.runs.values().filter(|run| !self.settled.contains(&run.id));
            unsettled.map(|run| (run.id.clone(), run.verdict())).collect()
        };
        for (run, status) in unsettled {
            let awaited =
                || self.stage.bus.is_awaited(&run) || self.agenda.values().any(|act| act.run() == Some(&run));
            match status {
                RunStatus::Running | RunStatus::Paused if !awaited() => {
                    let coming = self.agenda.values().any(|act| matches!(act, Act::ResumeCancelled));
                    if status == RunStatus::Paused || !coming {
                        self.fail("every run comes to an end", || format!("{run} is {status} for ever"));
                    }
                }
                RunStatus::Partial | RunStatus::Failed if self.stage.bus.was_alarmed(&run) => {
                    self.settled.insert(run);
                }
                RunStatus::Partial | RunStatus::Failed if !awaited() => {
                    self.fail("a run that is not whole is announced", || format!("{run} is {status}"));
                }
                RunStatus::Succeeded => {
                    self.settled.insert(run);
                }
                _ => {}
            }
        }
    }

    /// After faults have stopped and more runs, Salesforce holds what LivePerson has.
    fn check_end(&self) {
        let now = self.stage.scene.clock.true_ms();
        let (org, table) = (self.stage.salesforce.state(), self.stage.table.state());
        let offers = self.stage.world.offers_updated_since;
        for one in &self.stage.world.conversations {
            let id = one.id();
            let is_refused = one.ailment.as_ref().is_some_and(|ailment| {
                now < ailment.until_ms
                    && ailment.refusal.fields.iter().all(|field| field != crate::salesforce::LOSABLE_FIELD)
            });
            let quarantined = table.quarantine.get(&id);
            if !belongs(one, self.last_window, now, offers) {
                if quarantined.is_some_and(|entry| !entry.dismissed) && !is_refused {
                    self.fail("the quarantine lets go of what can be written", || id.to_string());
                }
                continue;
            }
            if is_refused {
                if quarantined.is_none() {
                    self.fail("what is refused is in the quarantine", || id.to_string());
                }
                continue;
            }
            if quarantined.is_some() {
                self.fail("the quarantine lets go of what can be written", || id.to_string());
            }
            let Some(record) = org.records.get(&id) else {
                self.fail("the records become those of the world", || format!("{id} has no record"));
                continue;
            };
            let mut may_be_stale = false;
            self.stage.scene.watch(|audit| may_be_stale = audit.may_be_stale(&id));
            if let Some(how) = difference(one, now, record, self.has_file).filter(|_| !may_be_stale) {
                self.fail("the records become those of the world", || format!("{id}: {how}"));
            }
        }
    }

    /// Virtual time since then, in hours.
    pub(crate) fn hours_since(&self, ms: i64) -> i64 {
        (self.stage.scene.clock.true_ms() - ms) * 24 / DAY
    }
}
