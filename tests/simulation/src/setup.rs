//! What a seed decides before anything happens: the world, the weather, and what people and schedules do when.

use crate::{
    audit::Audit,
    bus::MemoryBus,
    inhabit,
    liveperson::LivePerson,
    plant::Plant,
    reference::{configuration, targets},
    salesforce::Salesforce,
    scene::{Scene, Spell, Trouble, Weather, instant},
    stage::{Act, Stage, run_at},
    table::MemoryTable,
    trace::Trace,
    world::{DAY, HOUR, MINUTE},
};
use domain::{Run, RunId, RunKind, SyncWindow, configuration::SaveMode, ports::Decision};
use fastrand::Rng;
use std::sync::{Arc, OnceLock, atomic::AtomicBool};
use sync::Mappers;

/// 2026-03-10T00:00:00Z.
const FIRST_DAY: i64 = 1_773_100_800_000;
/// When the runs begin that must put everything right.
const LAST_DAY: i64 = FIRST_DAY + 2 * DAY;
/// The minute of the hour at which schedules fire.
const OFFSET: i64 = 7 * MINUTE;

/// Times that a seed's events keep to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Times {
    /// The first run.
    pub(crate) begin: i64,
    /// From here on things go wrong.
    pub(crate) trouble: i64,
    /// From here on nothing changes and nothing goes wrong.
    pub(crate) calm: i64,
}

pub(crate) struct Setup {
    pub(crate) stage: Stage,
    pub(crate) agenda: Vec<(i64, Act)>,
    /// The window of the last daily run.
    pub(crate) last_window: SyncWindow,
    pub(crate) has_file: bool,
    pub(crate) begin: i64,
}

fn mappers(save_mode: SaveMode) -> &'static Mappers {
    static COMPILED: [OnceLock<Mappers>; 2] = [OnceLock::new(), OnceLock::new()];
    COMPILED[usize::from(save_mode.has_file())].get_or_init(|| {
        #[expect(clippy::expect_used, reason = "a configuration of ours that does not fit is a mistake here")]
        Mappers::compile(&configuration(save_mode), &targets()).expect("the configuration fits")
    })
}

impl Setup {
    pub(crate) fn of(seed: u64, plant: Option<Plant>, trace: Option<Trace>) -> Setup {
        let rng = &mut Rng::with_seed(seed ^ 0x5EED_0FAC);
        let begin = FIRST_DAY + rng.i64(4..34) * HOUR;
        let calm = FIRST_DAY + rng.i64(44 * 60..47 * 60) * MINUTE;
        let times = Times { begin, trouble: begin + HOUR, calm };
        let world = Arc::new(inhabit::world(rng, times));
        let skew = rng.i64(-3 * MINUTE..3 * MINUTE);
        let share = if rng.u8(0..4) == 0 { 20 } else { 100 };
        let audit = Audit::new(Arc::clone(&world), skew, share);
        let weather = weather(rng, times);
        let scene = Arc::new(Scene::watched(rng.u64(..), weather, plant, audit, trace));
        scene.clock.advance_to(begin - MINUTE);
        scene.clock.set_skew(skew);
        let save_mode = if rng.u8(0..6) == 0 { SaveMode::Both } else { SaveMode::Field };
        let stage = Stage {
            liveperson: LivePerson::new(Arc::clone(&scene), Arc::clone(&world)),
            salesforce: Salesforce::new(Arc::clone(&scene), Arc::clone(&world)),
            table: MemoryTable::new(Arc::clone(&scene)),
            bus: MemoryBus::new(Arc::clone(&scene)),
            mappers: mappers(save_mode),
            active: AtomicBool::new(true),
            share,
            scene,
            world,
        };
        stage.salesforce.state().allowed_calls = if share == 20 { rng.u64(40..400) } else { 100_000 };
        let mut agenda = Vec::new();
        let last_window = schedule(&mut agenda, times);
        people(&mut agenda, rng, times);
        Setup { stage, agenda, last_window, has_file: save_mode.has_file(), begin }
    }
}

fn weather(rng: &mut Rng, times: Times) -> Weather {
    let rough = rng.u8(0..5) > 0;
    let pace_ms = [50, 500, 3_000, 15_000][rng.usize(0..4)];
    Weather {
        most_yields: rng.u8(1..4),
        kills: if rough { rng.u16(0..12) } else { 0 },
        repeats: rng.u8(0..15),
        slowest_event_ms: rng.i64(1_000..5 * MINUTE),
        pace_ms,
        spells: if rough { spells(rng, times) } else { Vec::new() },
    }
}

fn spells(rng: &mut Rng, times: Times) -> Vec<Spell> {
    // How often of 100 seeds, how long at most in minutes, and how often of 100 times.
    let kinds = [
        (Trouble::LivePersonThrottled, 25, 120, 5..40),
        (Trouble::LivePersonDown, 25, 120, 5..60),
        (Trouble::LivePersonUnauthorized, 10, 120, 100..101),
        (Trouble::LivePersonPartial, 30, 240, 5..60),
        (Trouble::SalesforceDown, 30, 120, 5..100),
        (Trouble::AnswerLost, 40, 600, 3..40),
        (Trouble::SalesforceUnauthorized, 15, 120, 100..101),
        (Trouble::LimitSpent, 15, 180, 50..101),
        (Trouble::RowLocked, 25, 300, 2..20),
        (Trouble::FieldLost, 12, 300, 100..101),
        (Trouble::FieldReadOnly, 12, 300, 100..101),
        (Trouble::TooMuchTogether, 20, 600, 30..101),
        (Trouble::StoreDown, 25, 300, 1..6),
    ];
    let mut spells = Vec::new();
    for (trouble, odds_of_it, longest, odds) in kinds {
        if rng.u8(0..100) < odds_of_it {
            let from_ms = rng.i64(times.trouble..times.calm);
            let until_ms = (from_ms + rng.i64(5..longest) * MINUTE).min(times.calm);
            spells.push(Spell { trouble, from_ms, until_ms, odds: rng.u8(odds) });
        }
    }
    spells
}

fn plan(kind: RunKind, at: i64, hours: i64) -> Option<Act> {
    let window = SyncWindow::new(instant(at - hours * HOUR), instant(at)).ok()?;
    let id = RunId::new(&format!("{kind}-{:.0}", instant(at)).replace([':', 'Z'], ""))?;
    Some(Act::Plan(Box::new(run_at(Run::new(id, kind, window, 0, instant(at)), at))))
}

/// What schedules do. Answers the window of the last daily run.
fn schedule(agenda: &mut Vec<(i64, Act)>, times: Times) -> SyncWindow {
    let mut fire = |kind, at, hours| agenda.extend(plan(kind, at, hours).map(|act| (at, act)));
    let mut at = FIRST_DAY + OFFSET;
    while at < times.calm {
        if at >= times.begin {
            fire(RunKind::Periodic, at, 6);
        }
        at += 3 * HOUR;
    }
    let daily = FIRST_DAY + DAY + 4 * HOUR + OFFSET;
    if daily >= times.begin {
        fire(RunKind::Daily, daily, 48);
    }
    fire(RunKind::Periodic, LAST_DAY + OFFSET, 6);
    fire(RunKind::Periodic, LAST_DAY + 3 * HOUR + OFFSET, 6);
    let last = LAST_DAY + 4 * HOUR + OFFSET;
    fire(RunKind::Daily, last, 48);
    agenda.push((times.calm, Act::Settle));
    SyncWindow::new(instant(last - 2 * DAY), instant(last)).unwrap_or(SyncWindow::starting(instant(last)))
}

/// While a scheduled run works.
fn soon_after_one_is_due(rng: &mut Rng, at: i64) -> i64 {
    at - at.rem_euclid(3 * HOUR) + OFFSET + rng.i64(1_000..10 * MINUTE)
}

/// What people do.
fn people(agenda: &mut Vec<(i64, Act)>, rng: &mut Rng, times: Times) {
    let when = |rng: &mut Rng| rng.i64(times.begin..times.calm);
    for _ in 0..rng.usize(0..6) {
        agenda.push((when(rng), Act::Link(rng.u64(..))));
        agenda.push((when(rng), Act::SyncOne(rng.u64(..))));
    }
    for n in 0..rng.i64(0..3) {
        let at = when(rng);
        let at = if rng.bool() { soon_after_one_is_due(rng, at) } else { at };
        if let Some(Act::Plan(run)) = plan(RunKind::Manual, at + n, rng.i64(1..72)) {
            agenda.push((at, Act::Plan(Box::new(Run { dry_run: rng.u8(0..4) == 0, ..*run }))));
        }
    }
    if rng.u8(0..3) == 0 {
        let at = when(rng);
        agenda.push((soon_after_one_is_due(rng, at), Act::Cancel));
        agenda.push((when(rng), Act::ResumeCancelled));
    }
    if rng.u8(0..5) == 0 {
        let off = when(rng);
        let on = (off + rng.i64(MINUTE..8 * HOUR)).min(times.calm);
        agenda.extend([(off, Act::Activate(false)), (on, Act::Activate(true)), (on, Act::ResumeCancelled)]);
    }
    if rng.bool() {
        let decision = if rng.bool() { Decision::Retry } else { Decision::Dismiss };
        agenda.push((when(rng), Act::Decide(rng.u64(..), decision)));
    }
}
