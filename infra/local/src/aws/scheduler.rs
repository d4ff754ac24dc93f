//! EventBridge Scheduler: schedules in one file, and the clockwork that puts their events on our bus.
//!
//! Every firing happens at most once. Those missed while the stack was down are not made up for, except the newest one
//! of each schedule, as long as its retry policy would still deliver it.

mod requests;
mod routes;
#[cfg(test)]
mod tests;

use super::Events;
use axum::body::to_bytes;
use domain::{
    ports::Clock,
    schedule::{Expression, check_zone},
};
use jiff::{SignedDuration, Timestamp};
use requests::Definition;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt, fs, io,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// How often the clockwork looks; schedules fire on whole minutes.
const TICK: Duration = Duration::from_secs(1);
/// The shortest there is.
const MOMENT: SignedDuration = SignedDuration::from_nanos(1);

/// The schedules of the local stack.
pub struct Scheduler {
    file: PathBuf,
    events: Events,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

/// What the file holds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct State {
    groups: BTreeSet<String>,
    /// By group, then name.
    schedules: BTreeMap<String, BTreeMap<String, Schedule>>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Schedule {
    definition: Definition,
    client_token: Option<String>,
    created: Timestamp,
    modified: Timestamp,
    /// Since when its expression stands as it is.
    start: Timestamp,
    /// Firings up to here are dealt with.
    handled: Timestamp,
}

/// A firing whose event is on the bus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fired {
    /// Schedule group.
    pub group: String,
    /// Schedule name.
    pub name: String,
    /// The instant it was scheduled for.
    pub at: Timestamp,
}

impl fmt::Debug for Scheduler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scheduler").field("file", &self.file).finish_non_exhaustive()
    }
}

impl Schedule {
    fn new(definition: Definition, client_token: Option<String>, now: Timestamp) -> Schedule {
        let handled = already_handled(&definition, now);
        Schedule { definition, client_token, created: now, modified: now, start: now, handled }
    }

    /// Takes another definition. The firings to come stay what they are unless the new one changes them.
    fn update(&mut self, definition: Definition, now: Timestamp) {
        let timing = |of: &Definition| (of.expression.clone(), of.zone.clone(), of.state);
        if timing(&self.definition) != timing(&definition) {
            (self.start, self.handled) = (now, already_handled(&definition, now));
        }
        (self.definition, self.modified) = (definition, now);
    }

    fn next_after(&self, instant: Timestamp) -> Option<Timestamp> {
        // Both were checked before they were kept.
        let expression: Expression = self.definition.expression.parse().ok()?;
        expression.next_after(instant, &check_zone(&self.definition.zone).ok()?, self.start)
    }

    /// The newest firing that is due and not given up.
    fn due(&self, now: Timestamp) -> Option<Timestamp> {
        let age = SignedDuration::from_secs(self.definition.target.most_age_seconds());
        let oldest = now.checked_sub(age + MOMENT).unwrap_or(Timestamp::MIN).max(self.handled);
        let next = |instant: Timestamp| self.next_after(instant).filter(|firing| *firing <= now);
        let firings = std::iter::successors(next(oldest), |firing| next(*firing));
        firings.last().filter(|_| self.definition.state.is_enabled())
    }

    fn is_over(&self) -> bool {
        self.definition.action_after_completion.deletes() && self.next_after(self.handled).is_none()
    }
}

/// A rate fires at once, everything else at the instants to come.
fn already_handled(definition: &Definition, now: Timestamp) -> Timestamp {
    match definition.expression.parse() {
        Ok(Expression::Rate(_)) => now.checked_sub(MOMENT).unwrap_or(now),
        _ => now,
    }
}

impl Scheduler {
    /// The schedules kept in that file; none when there is no such file yet.
    ///
    /// # Errors
    /// Of the file system, and when the file is not one of ours.
    pub fn open(file: PathBuf, events: Events, clock: Arc<dyn Clock>) -> io::Result<Scheduler> {
        let state = match fs::read_to_string(&file) {
            Ok(json) => serde_json::from_str(&json)
                .map_err(|error| io::Error::other(format!("{}: {error}", file.display())))?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => State::default(),
            Err(error) => return Err(error),
        };
        Ok(Scheduler { file, events, clock, state: Mutex::new(state) })
    }

    /// Fires what is due, for as long as the task lives.
    pub async fn run(self: Arc<Self>) {
        let mut ticks = tokio::time::interval(TICK);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
        loop {
            ticks.tick().await;
            if let Err(error) = self.fire_due(self.clock.now()).await {
                tracing::warn!(%error, "schedules are not kept");
            }
        }
    }

    /// Puts the events of all schedules that are due at this instant on the bus, and says which. One that the bus does
    /// not take stays due.
    ///
    /// # Errors
    /// Of the file system; then nothing fires that could fire again.
    pub async fn fire_due(&self, now: Timestamp) -> io::Result<Vec<Fired>> {
        let mut fired = Vec::new();
        for (firing, event) in self.take_due(now)? {
            if self.put_event(event).await {
                fired.push(firing);
            } else {
                self.change(|state| {
                    if let Some(schedule) = state.find_mut(&firing.group, &firing.name) {
                        schedule.handled = firing.at.checked_sub(MOMENT).unwrap_or(firing.at);
                    }
                })?;
            }
        }
        if self.lock().any_over() {
            self.change(State::remove_over)?;
        }
        Ok(fired)
    }

    /// Marks what is due as dealt with, durably, before any of it happens.
    fn take_due(&self, now: Timestamp) -> io::Result<Vec<(Fired, Value)>> {
        let mut state = self.lock();
        let mut changed = state.clone();
        let mut due = Vec::new();
        for (group, schedules) in &mut changed.schedules {
            for (name, schedule) in schedules {
                let firing = schedule.due(now);
                schedule.handled = schedule.handled.max(now);
                if let Some(at) = firing {
                    let event = schedule.definition.target.event(&routes::arn(group, name), at);
                    due.push((Fired { group: group.clone(), name: name.clone(), at }, event));
                }
            }
        }
        if !due.is_empty() {
            self.keep(&changed)?;
        }
        // Kept in memory alone when nothing was due: after a restart there is then nothing to fire twice.
        *state = changed;
        due.sort_by_key(|(firing, _)| firing.at);
        Ok(due)
    }

    async fn put_event(&self, entry: Value) -> bool {
        let answer = self.events.put(&json!({ "Entries": [entry] }));
        let taken = answer.status().is_success();
        let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap_or_default();
        let answer: Value = serde_json::from_slice(&body).unwrap_or_default();
        taken && answer["FailedEntryCount"] == 0
    }

    /// Changes the state in the file and then in memory.
    fn change<R>(&self, change: impl FnOnce(&mut State) -> R) -> io::Result<R> {
        let mut state = self.lock();
        let mut changed = state.clone();
        let result = change(&mut changed);
        if *state != changed {
            self.keep(&changed)?;
            *state = changed;
        }
        Ok(result)
    }

    /// Written beside and renamed, so that a kill leaves the old file or the new one.
    fn keep(&self, state: &State) -> io::Result<()> {
        let new = self.file.with_extension("new");
        fs::write(&new, serde_json::to_string_pretty(state).map_err(io::Error::other)?)?;
        fs::rename(&new, &self.file)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn find_mut(&mut self, group: &str, name: &str) -> Option<&mut Schedule> {
        self.schedules.get_mut(group)?.get_mut(name)
    }

    fn any_over(&self) -> bool {
        self.schedules.values().flat_map(BTreeMap::values).any(Schedule::is_over)
    }

    fn remove_over(&mut self) {
        for schedules in self.schedules.values_mut() {
            schedules.retain(|_, schedule| !schedule.is_over());
        }
    }
}
