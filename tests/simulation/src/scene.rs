//! What all ports share: the present, chance, the weather, the plant, and who watches.

use crate::{audit::Audit, plant::Plant, trace::Trace};
use domain::ports::Clock;
use fastrand::Rng;
use jiff::Timestamp;
use std::{
    future::poll_fn,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering::Relaxed},
    },
    task::Poll,
};

/// Locks what only one thread ever uses.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// An instant of that many milliseconds since the epoch.
pub(crate) fn instant(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(ms).unwrap_or(Timestamp::MAX)
}

/// What can go wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// LivePerson asks for fewer calls.
    LivePersonThrottled,
    /// LivePerson answers 5xx.
    LivePersonDown,
    /// LivePerson refuses our key.
    LivePersonUnauthorized,
    /// Some of LivePerson's shards do not answer.
    LivePersonPartial,
    /// Salesforce answers 5xx before it does anything.
    SalesforceDown,
    /// Salesforce does what it is asked and the answer is lost.
    AnswerLost,
    /// Salesforce refuses our sign-in.
    SalesforceUnauthorized,
    /// The org's allowance is spent.
    LimitSpent,
    /// A row is locked by someone else.
    RowLocked,
    /// The object has lost a field: the whole call is refused.
    FieldLost,
    /// A field may not be written: each row is refused.
    FieldReadOnly,
    /// A trigger of the org runs into a limit when more than ten rows come together.
    TooMuchTogether,
    /// The table or the bus does not answer.
    StoreDown,
}

/// A span of time in which something goes wrong now and then.
#[derive(Clone, Copy, Debug)]
pub struct Spell {
    /// What.
    pub trouble: Trouble,
    /// From when, true time in epoch milliseconds.
    pub from_ms: i64,
    /// Until when.
    pub until_ms: i64,
    /// How often, of 100 times.
    pub odds: u8,
}

/// The conditions under which the ports work.
#[derive(Clone, Debug, Default)]
pub struct Weather {
    /// Up to so many times a call lets others go first, before and after it does its work.
    pub most_yields: u8,
    /// How often of 1,000 polls an invocation is killed.
    pub kills: u16,
    /// How often of 100 times an event comes twice.
    pub repeats: u8,
    /// How long an event is on its way at most, in milliseconds.
    pub slowest_event_ms: i64,
    /// How far the clock goes on with each step at most, in milliseconds.
    pub pace_ms: i64,
    /// What goes wrong when.
    pub spells: Vec<Spell>,
}

/// A clock that goes on only when it is told to. `now` is our clock, which may go wrong by a fixed time.
#[derive(Debug, Default)]
pub struct VirtualClock {
    true_ms: AtomicI64,
    skew_ms: AtomicI64,
}

impl VirtualClock {
    /// The true time, by which LivePerson and schedules go, in epoch milliseconds.
    #[must_use]
    pub fn true_ms(&self) -> i64 {
        self.true_ms.load(Relaxed)
    }

    /// Goes on to a time, never back.
    pub fn advance_to(&self, ms: i64) {
        self.true_ms.fetch_max(ms, Relaxed);
    }

    /// Makes our clock wrong by that much.
    pub fn set_skew(&self, ms: i64) {
        self.skew_ms.store(ms, Relaxed);
    }
}

impl Clock for VirtualClock {
    fn now(&self) -> Timestamp {
        instant(self.true_ms() + self.skew_ms.load(Relaxed))
    }
}

/// What all ports share.
pub struct Scene {
    /// The present.
    pub clock: VirtualClock,
    chance: Mutex<Rng>,
    weather: Mutex<Weather>,
    plant: Option<Plant>,
    trace: Option<Mutex<Trace>>,
    audit: Option<Mutex<Audit>>,
    /// The invocation that is being polled; zero outside of the simulation.
    current: AtomicU64,
    /// Whether its store may not fail: it would have no further try.
    spared: AtomicBool,
}

impl Scene {
    /// A scene without faults, without anyone who watches, for tests that say what goes wrong themselves.
    #[must_use]
    pub fn calm(now: Timestamp) -> Scene {
        let scene = Scene {
            clock: VirtualClock::default(),
            chance: Mutex::new(Rng::with_seed(0)),
            weather: Mutex::default(),
            plant: None,
            trace: None,
            audit: None,
            current: AtomicU64::new(0),
            spared: AtomicBool::new(false),
        };
        scene.clock.advance_to(now.as_millisecond());
        scene
    }

    pub(crate) fn watched(
        seed: u64,
        weather: Weather,
        plant: Option<Plant>,
        audit: Audit,
        trace: Option<Trace>,
    ) -> Scene {
        Scene {
            chance: Mutex::new(Rng::with_seed(seed)),
            weather: Mutex::new(weather),
            plant,
            trace: trace.map(Mutex::new),
            audit: Some(Mutex::new(audit)),
            ..Scene::calm(Timestamp::UNIX_EPOCH)
        }
    }

    /// Lets events come twice that often of 100 times.
    pub fn set_repeats(&self, odds: u8) {
        self.weather(|weather| weather.repeats = odds);
    }

    /// A number of the seed's, from 0 up to but not including `below`.
    pub(crate) fn below(&self, below: u64) -> u64 {
        if below < 2 { 0 } else { lock(&self.chance).u64(0..below) }
    }

    /// True that often of 100 times.
    pub(crate) fn in_100(&self, odds: u8) -> bool {
        odds > 0 && self.below(100) < u64::from(odds)
    }

    pub(crate) fn weather<T>(&self, read: impl FnOnce(&mut Weather) -> T) -> T {
        read(&mut lock(&self.weather))
    }

    /// Whether something goes wrong now.
    pub(crate) fn strikes(&self, trouble: Trouble) -> bool {
        let now = self.clock.true_ms();
        let odds = self.weather(|weather| {
            let spells = weather.spells.iter();
            let current =
                |spell: &&Spell| spell.trouble == trouble && (spell.from_ms..spell.until_ms).contains(&now);
            spells.filter(current).map(|spell| spell.odds).max().unwrap_or(0)
        });
        let spared = trouble == Trouble::StoreDown && self.spared.load(Relaxed);
        !spared && self.in_100(odds)
    }

    /// Whether this lie is told.
    pub(crate) fn lies(&self, plant: Plant) -> bool {
        self.plant == Some(plant)
    }

    /// Lets others go first, some times. An invocation can be killed here.
    pub(crate) async fn pause(&self) {
        let most = self.weather(|weather| weather.most_yields);
        for _ in 0..self.below(u64::from(most) + 1) {
            let mut yielded = false;
            poll_fn(|context| {
                if std::mem::replace(&mut yielded, true) {
                    return Poll::Ready(());
                }
                context.waker().wake_by_ref();
                Poll::Pending
            })
            .await;
        }
    }

    pub(crate) fn tell(&self, what: impl FnOnce() -> String) {
        if let Some(trace) = &self.trace {
            lock(trace).add(self.clock.true_ms(), self.current(), &what());
        }
    }

    pub(crate) fn watch(&self, observe: impl FnOnce(&mut Audit)) {
        if let Some(audit) = &self.audit {
            let mut audit = lock(audit);
            audit.invocation = self.current();
            audit.now_ms = self.clock.true_ms();
            observe(&mut audit);
        }
    }

    pub(crate) fn take_trace(&self) -> Trace {
        self.trace.as_ref().map(|trace| std::mem::take(&mut *lock(trace))).unwrap_or_default()
    }

    pub(crate) fn current(&self) -> u64 {
        self.current.load(Relaxed)
    }

    pub(crate) fn enter(&self, invocation: u64, spared: bool) {
        self.current.store(invocation, Relaxed);
        self.spared.store(spared, Relaxed);
    }
}
