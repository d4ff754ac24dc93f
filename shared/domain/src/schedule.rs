//! When the periodic and the daily run are due: what to create at EventBridge Scheduler, and which run a firing asks for.
//!
//! EventBridge Scheduler skips a local time that clocks skip, and fires once at one that comes twice. A daily run must
//! take place on every day of the customer's calendar, so its expression names the chosen hour and the hour after it,
//! and the run is named by its local date: the second firing asks for the same run, which exists already.

mod cron;
mod expression;
#[cfg(test)]
mod expression_tests;
#[cfg(test)]
mod tests;
mod zone;

pub use cron::Cron;
pub use expression::{Expression, check_expression};
pub use zone::check_zone;

use crate::{Code, RunId, RunKind, SyncWindow};
use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use serde::{Deserialize, Serialize};

/// The periodic run comes this often.
const PERIOD: SignedDuration = SignedDuration::from_hours(3);
/// The periodic run covers this long a span.
const PERIODIC_SPAN: SignedDuration = SignedDuration::from_hours(6);
/// The daily run covers this long a span.
const DAILY_SPAN: SignedDuration = SignedDuration::from_hours(48);

/// The schedules of one stack.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schedules {
    /// Whether the periodic run is on: every 3 hours, for the last 6.
    pub periodic: bool,
    /// The daily run, for the last 48 hours, if it is on.
    pub daily: Option<DailySchedule>,
    /// Minutes after the hour, 0 to 59, at which both start; [`offset_of`] spreads stacks over the hour.
    pub offset_minutes: u8,
}

/// When the daily run starts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DailySchedule {
    /// Local hour, 0 to 23.
    pub hour: u8,
    /// IANA name of the customer's time zone, such as `Europe/Berlin`.
    pub zone: String,
}

/// A schedule as it is to stand at EventBridge Scheduler.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedSchedule {
    /// `periodic` or `daily`; a stack has one of each at most.
    pub name: &'static str,
    /// Such as `cron(7 0/3 * * ? *)`.
    pub expression: String,
    /// IANA name of the zone in which the expression is read.
    pub zone: String,
    /// What it asks for.
    pub kind: RunKind,
}

/// The run a firing asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueRun {
    /// The same for every firing that means the same run: `periodic-20260301T0307Z`, `daily-2026-03-29`.
    pub id: RunId,
    /// Up to the instant at which the run was due, whenever it fires, so that a repeat covers the same span. What
    /// changed between the two is in the next run's window, which reaches back further than that.
    pub window: SyncWindow,
}

/// Why a schedule is refused. Each sentence names the field and the way out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleError {
    /// No such minute.
    #[error("offset_minutes is {minutes}, and an hour has the minutes 0 to 59; give one of them")]
    Offset {
        /// Minutes asked for.
        minutes: u8,
    },
    /// No such hour.
    #[error("daily.hour is {hour}, and a day has the hours 0 to 23; give one of them")]
    Hour {
        /// Hour asked for.
        hour: u8,
    },
    /// No zone is given.
    #[error("daily.zone is empty; give the IANA name of a time zone, such as Europe/Berlin")]
    ZoneMissing,
    /// An offset instead of a zone.
    #[error(
        "daily.zone is '{zone}', an offset that knows no clock changes; give the IANA name of a time zone, such as Europe/Berlin"
    )]
    ZoneIsOffset {
        /// Text given.
        zone: String,
    },
    /// Not in the time zone database.
    #[error(
        "daily.zone is '{zone}', which is not the IANA name of a time zone; {}",
        nearest.as_ref().map_or_else(|| "give one such as Europe/Berlin".to_owned(), |name| format!("do you mean {name}?"))
    )]
    ZoneUnknown {
        /// Text given.
        zone: String,
        /// The known name closest to it, if one is close.
        nearest: Option<String>,
    },
    /// Not an expression of EventBridge Scheduler.
    #[error("the schedule expression '{expression}' is wrong in its {part}: {problem}")]
    Expression {
        /// Text given.
        expression: String,
        /// The part that is wrong.
        part: &'static str,
        /// What is wrong with it, and what to write.
        problem: String,
    },
}

impl ScheduleError {
    /// The code for the event log.
    #[must_use]
    pub fn code(&self) -> Code {
        Code::ScheduleInvalid
    }

    /// The setting that is wrong.
    #[must_use]
    pub fn field(&self) -> &'static str {
        match self {
            ScheduleError::Offset { .. } => "offset_minutes",
            ScheduleError::Hour { .. } => "daily.hour",
            ScheduleError::ZoneMissing
            | ScheduleError::ZoneIsOffset { .. }
            | ScheduleError::ZoneUnknown { .. } => "daily.zone",
            ScheduleError::Expression { .. } => "expression",
        }
    }
}

/// The minute of the hour at which a stack's runs start: its name's 32-bit FNV-1a hash, modulo 60. A stack keeps its
/// minute for as long as it keeps its name.
#[must_use]
pub fn offset_of(stack_name: &str) -> u8 {
    let hash = stack_name
        .bytes()
        .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    u8::try_from(hash % 60).unwrap_or_default()
}

impl Schedules {
    /// Everything that is wrong with them; empty when nothing is.
    #[must_use]
    pub fn check(&self) -> Vec<ScheduleError> {
        let mut errors = Vec::new();
        if self.offset_minutes > 59 {
            errors.push(ScheduleError::Offset { minutes: self.offset_minutes });
        }
        if let Some(daily) = &self.daily {
            if daily.hour > 23 {
                errors.push(ScheduleError::Hour { hour: daily.hour });
            }
            errors.extend(check_zone(&daily.zone).err());
        }
        errors
    }

    /// What is to stand at EventBridge Scheduler; whatever else of ours stands there is to be removed.
    #[must_use]
    pub fn wanted(&self) -> Vec<WantedSchedule> {
        let minute = self.offset_minutes;
        let wanted = |kind: RunKind, zone: &str, hours: String| WantedSchedule {
            name: kind.as_str(),
            expression: format!("cron({minute} {hours} * * ? *)"),
            zone: zone.to_owned(),
            kind,
        };
        let periodic = self.periodic.then(|| wanted(RunKind::Periodic, "UTC", "0/3".to_owned()));
        let daily = self.daily.as_ref().map(|daily| wanted(RunKind::Daily, &daily.zone, daily.hours()));
        periodic.into_iter().chain(daily).collect()
    }

    /// The run that a firing at this instant asks for. Firings that mean the same run get the same answer. `None` when
    /// there is no such schedule (any more), or it does not pass [`Schedules::check`].
    #[must_use]
    pub fn due(&self, kind: RunKind, fired_at: Timestamp) -> Option<DueRun> {
        let (id, due, span) = match kind {
            RunKind::Periodic => {
                let slot = self.slot(fired_at)?;
                (format!("periodic-{}", slot.strftime("%Y%m%dT%H%MZ")), slot, PERIODIC_SPAN)
            }
            RunKind::Daily => {
                let (date, due) = self.last_day(fired_at, &self.daily_zone()?)?;
                (format!("daily-{date}"), due, DAILY_SPAN)
            }
            RunKind::Manual => return None,
        };
        let window = SyncWindow::new(due.checked_sub(span).ok()?, due).ok()?;
        Some(DueRun { id: RunId::new(&id)?, window })
    }

    /// When the next run of this kind starts after `now`; `None` as for [`Schedules::due`].
    #[must_use]
    pub fn next(&self, kind: RunKind, now: Timestamp) -> Option<Timestamp> {
        match kind {
            RunKind::Periodic => self.slot(now)?.checked_add(PERIOD).ok(),
            RunKind::Daily => self.next_day(now),
            RunKind::Manual => None,
        }
    }

    /// The start of the three hours, counted from midnight UTC and the offset, that hold the instant.
    fn slot(&self, instant: Timestamp) -> Option<Timestamp> {
        let on = self.periodic && self.offset_minutes <= 59;
        let since_offset = instant.as_second() - i64::from(self.offset_minutes) * 60;
        let into_slot = since_offset.rem_euclid(PERIOD.as_secs());
        Timestamp::from_second(instant.as_second() - into_slot).ok().filter(|_| on)
    }

    fn daily_zone(&self) -> Option<TimeZone> {
        let daily = self.daily.as_ref().filter(|daily| daily.hour <= 23 && self.offset_minutes <= 59)?;
        check_zone(&daily.zone).ok()
    }

    /// When the run of that local date is due: the first time its clocks show the hour and minute, or skip them.
    fn due_on(&self, date: Date, zone: &TimeZone) -> Option<Timestamp> {
        let hour = i8::try_from(self.daily.as_ref()?.hour).ok()?;
        let local = date.at(hour, i8::try_from(self.offset_minutes).ok()?, 0, 0);
        zone::reached(date, local, zone)
    }

    /// The latest local date whose run is due, and since when.
    fn last_day(&self, instant: Timestamp, zone: &TimeZone) -> Option<(Date, Timestamp)> {
        let today = zone.to_datetime(instant).date();
        // From tomorrow, since clocks can go back over midnight; to the day before yesterday, since they can skip one.
        let days = [1, 0, -1, -2].map(|days| today.checked_add(SignedDuration::from_hours(24 * days)));
        days.into_iter().flatten().find_map(|date| {
            let due = self.due_on(date, zone).filter(|due| *due <= instant)?;
            Some((date, due))
        })
    }

    /// The first firing after `now` that is the first one of its date.
    fn next_day(&self, now: Timestamp) -> Option<Timestamp> {
        let zone = self.daily_zone()?;
        let wanted = self.wanted().into_iter().find(|wanted| wanted.kind == RunKind::Daily)?;
        let Expression::Cron(cron) = wanted.expression.parse().ok()? else { return None };
        let mut firing = cron.next_after(now, &zone)?;
        loop {
            let (_, due) = self.last_day(firing, &zone)?;
            let just_before = due.checked_sub(SignedDuration::from_nanos(1)).ok()?;
            if cron.next_after(just_before, &zone)? == firing {
                return Some(firing);
            }
            firing = cron.next_after(firing, &zone)?;
        }
    }
}

impl DailySchedule {
    /// The chosen hour and as many after it as clocks may skip at once: one nearly everywhere.
    fn hours(&self) -> String {
        let after = check_zone(&self.zone).map_or(1, |zone| zone::longest_gap_hours(&zone));
        let mut hours: Vec<u8> = (0..=after).map(|more| (self.hour.saturating_add(more)) % 24).collect();
        hours.sort_unstable();
        hours.iter().map(u8::to_string).collect::<Vec<_>>().join(",")
    }
}
