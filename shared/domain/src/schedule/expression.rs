//! Expressions of EventBridge Scheduler. We check them ourselves: the SDK sends anything, and no emulator refuses any.

use super::{Cron, ScheduleError};
use jiff::{SignedDuration, Timestamp, civil::DateTime, tz::TimeZone};
use std::str::FromStr;

/// Expressions are at most this long, in characters.
const MOST_CHARACTERS: usize = 256;
/// `yyyy-mm-ddThh:mm:ss` has this many.
const AT_CHARACTERS: usize = 19;

/// When a schedule fires.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expression {
    /// `rate(5 minutes)`: at once, then again after every such span.
    Rate(SignedDuration),
    /// `cron(7 0/3 * * ? *)`.
    Cron(Cron),
    /// `at(2026-03-02T09:30:00)`: once, at a local time.
    At(DateTime),
}

/// Checks an expression as EventBridge Scheduler documents them: `rate(...)`, `cron(...)` or `at(...)`.
///
/// # Errors
/// [`ScheduleError::Expression`].
pub fn check_expression(text: &str) -> Result<(), ScheduleError> {
    text.parse::<Expression>().map(|_| ())
}

impl FromStr for Expression {
    type Err = ScheduleError;

    fn from_str(text: &str) -> Result<Expression, ScheduleError> {
        let refused = |(part, problem): (&'static str, String)| ScheduleError::Expression {
            expression: text.to_owned(),
            part,
            problem,
        };
        if text.len() > MOST_CHARACTERS {
            return Err(refused(("length", format!("more than {MOST_CHARACTERS} characters"))));
        }
        let inside = text.strip_suffix(')').and_then(|text| text.split_once('('));
        match inside {
            Some(("rate", inside)) => rate(inside).map(Expression::Rate),
            Some(("cron", inside)) => Cron::parse(inside).map(Expression::Cron),
            Some(("at", inside)) => at(inside).map(Expression::At),
            _ => Err(("form", "unknown; write rate(...), cron(...) or at(...)".to_owned())),
        }
        .map_err(refused)
    }
}

impl Expression {
    /// The first firing after an instant, of a schedule that was made at `start`; `None` when there is none any more.
    #[must_use]
    pub fn next_after(&self, instant: Timestamp, zone: &TimeZone, start: Timestamp) -> Option<Timestamp> {
        match self {
            Expression::Cron(cron) => cron.next_after(instant, zone),
            Expression::At(local) => {
                let at = zone.to_ambiguous_timestamp(*local).compatible().ok()?;
                (at > instant).then_some(at)
            }
            Expression::Rate(_) if instant < start => Some(start),
            Expression::Rate(every) => {
                let past = instant.duration_since(start).as_secs() / every.as_secs();
                start.checked_add(SignedDuration::from_secs((past + 1) * every.as_secs())).ok()
            }
        }
    }
}

/// `VALUE UNIT`. One of a unit is written `1 hour` or `1 hours`, more of them only `2 hours`.
fn rate(inside: &str) -> Result<SignedDuration, (&'static str, String)> {
    let Some((value, unit)) = inside.split_once(' ') else {
        return Err(("rate", "a value and a unit are needed, such as rate(5 minutes)".to_owned()));
    };
    let digits = (1..=6).contains(&value.len()) && value.bytes().all(|b| b.is_ascii_digit());
    let value = value.parse::<i64>().ok().filter(|value| digits && *value > 0);
    let value = value.ok_or_else(|| ("rate value", "it must be a positive number".to_owned()))?;
    let seconds = match (value, unit) {
        (_, "minutes") | (1, "minute") => 60,
        (_, "hours") | (1, "hour") => 3_600,
        (_, "days") | (1, "day") => 86_400,
        (_, "minute" | "hour" | "day") => {
            return Err(("rate unit", format!("{value} of them are written {unit}s")));
        }
        _ => return Err(("rate unit", "it must be minutes, hours or days".to_owned())),
    };
    Ok(SignedDuration::from_secs(value * seconds))
}

/// `yyyy-mm-ddThh:mm:ss`, nothing shorter or longer.
fn at(inside: &str) -> Result<DateTime, (&'static str, String)> {
    let parsed = inside
        .parse::<DateTime>()
        .ok()
        .filter(|local| inside.len() == AT_CHARACTERS && local.to_string() == inside);
    parsed.ok_or_else(|| ("at", "it must be a date and time such as at(2026-03-02T09:30:00)".to_owned()))
}
