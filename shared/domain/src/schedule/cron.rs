//! `cron(...)` as EventBridge Scheduler reads it: six fields, and the minutes they name in a zone.

use super::zone::first_occurrence;
use jiff::{
    Timestamp,
    civil::{Date, Weekday},
    tz::TimeZone,
};
use std::collections::BTreeSet;

/// The fields of one `cron(minutes hours day-of-month month day-of-week year)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cron {
    minutes: BTreeSet<i16>,
    hours: BTreeSet<i16>,
    days: Days,
    months: BTreeSet<i16>,
    years: BTreeSet<i16>,
}

/// One of the two day fields; the other is `?`.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Days {
    OfMonth(BTreeSet<i16>),
    LastOfMonth,
    /// The weekday closest to that day, within its month.
    WeekdayNear(i16),
    /// 1 is Sunday.
    OfWeek(BTreeSet<i16>),
    LastOfWeekday(i16),
    /// The day of the week, and which of the month's.
    NthOfWeekday(i16, i16),
}

/// What is wrong with a field: its name, and the problem with the way out.
pub(super) type Problem = (&'static str, String);

struct Field {
    name: &'static str,
    low: i16,
    high: i16,
    names: &'static [&'static str],
    steps: bool,
}

const MINUTES: Field = Field { name: "minutes", low: 0, high: 59, names: &[], steps: true };
const HOURS: Field = Field { name: "hours", low: 0, high: 23, names: &[], steps: true };
const DAY_OF_MONTH: Field = Field { name: "day of month", low: 1, high: 31, names: &[], steps: true };
const MONTH: Field = Field {
    name: "month",
    low: 1,
    high: 12,
    names: &["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"],
    steps: true,
};
const DAY_OF_WEEK: Field = Field {
    name: "day of week",
    low: 1,
    high: 7,
    names: &["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"],
    steps: false,
};
const YEAR: Field = Field { name: "year", low: 1970, high: 2199, names: &[], steps: true };

impl Field {
    fn problem(&self, value: &str, way_out: &str) -> Problem {
        (self.name, format!("'{value}' {way_out}"))
    }

    fn range_text(&self) -> String {
        match self.names {
            [] => format!("{} to {}", self.low, self.high),
            [first, .., last] => format!("{} to {} or {first} to {last}", self.low, self.high),
            [one] => (*one).to_owned(),
        }
    }

    fn number(&self, text: &str) -> Result<i16, Problem> {
        let named = self.names.iter().position(|name| *name == text);
        let named = named.and_then(|at| i16::try_from(at).ok()).map(|at| at + self.low);
        let digits = (1..=4).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        let number = named.or_else(|| text.parse().ok().filter(|_| digits));
        number.filter(|number| (self.low..=self.high).contains(number)).ok_or_else(|| {
            self.problem(text, &format!("is not a value of this field; write {}", self.range_text()))
        })
    }

    /// Values, ranges and steps, separated by commas.
    fn numbers(&self, text: &str) -> Result<BTreeSet<i16>, Problem> {
        let mut numbers = BTreeSet::new();
        let alone = !text.contains(',');
        for part in text.split(',') {
            let (span, step) = match part.split_once('/') {
                Some((span, step)) => (span, Some(self.step(part, step)?)),
                None => (part, None),
            };
            let (first, last) = match span.split_once('-') {
                _ if span == "*" && alone => (self.low, self.high),
                Some((first, last)) => (self.number(first)?, self.number(last)?),
                None => {
                    let first = self.number(span)?;
                    (first, if step.is_some() { self.high } else { first })
                }
            };
            if first > last {
                return Err(self.problem(span, "runs backwards; write two ranges with a comma between them"));
            }
            numbers.extend((first..=last).step_by(step.unwrap_or(1)));
        }
        Ok(numbers)
    }

    fn step(&self, part: &str, step: &str) -> Result<usize, Problem> {
        if !self.steps {
            return Err(self.problem(part, "has a step, which this field does not take; list the values"));
        }
        let digits = !step.is_empty() && step.bytes().all(|b| b.is_ascii_digit());
        let most = usize::from((self.high - self.low).unsigned_abs());
        let number = step.parse::<usize>().ok().filter(|number| digits && (1..=most).contains(number));
        number.ok_or_else(|| self.problem(part, &format!("has a step that is not 1 to {most}")))
    }
}

impl Cron {
    /// Reads what stands between the brackets.
    pub(super) fn parse(fields: &str) -> Result<Cron, Problem> {
        let parts: Vec<&str> = fields.split(' ').filter(|part| !part.is_empty()).collect();
        let [minutes, hours, day_of_month, month, day_of_week, year] = parts[..] else {
            let sentence = format!(
                "{} instead of 6; write minutes, hours, day of month, month, day of week and year",
                parts.len()
            );
            return Err(("number of fields", sentence));
        };
        Ok(Cron {
            minutes: MINUTES.numbers(minutes)?,
            hours: HOURS.numbers(hours)?,
            days: days(day_of_month, day_of_week)?,
            months: MONTH.numbers(month)?,
            years: YEAR.numbers(year)?,
        })
    }

    /// The first firing after an instant. A local time that clocks skip does not fire; one that comes twice fires the
    /// first time. `None` when the years are over.
    #[must_use]
    pub fn next_after(&self, instant: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let now = zone.to_datetime(instant);
        let mut date = now.date();
        let last_year = *self.years.last()?;
        while date.year() <= last_year {
            if !self.years.contains(&date.year()) || !self.months.contains(&i16::from(date.month())) {
                date = date.last_of_month().tomorrow().ok()?;
                continue;
            }
            if self.days.contain(date) {
                let times = self.hours.iter().flat_map(|hour| self.minutes.iter().map(move |m| (*hour, *m)));
                let locals = times.filter_map(|(hour, minute)| {
                    Some(date.at(i8::try_from(hour).ok()?, i8::try_from(minute).ok()?, 0, 0))
                });
                // A local time that is past has come for the first time before now.
                let mut firings =
                    locals.filter(|local| *local > now).filter_map(|local| first_occurrence(local, zone));
                if let Some(firing) = firings.find(|firing| *firing > instant) {
                    return Some(firing);
                }
            }
            date = date.tomorrow().ok()?;
        }
        None
    }
}

fn days(day_of_month: &str, day_of_week: &str) -> Result<Days, Problem> {
    match (day_of_month, day_of_week) {
        ("?", "?") => Err(("days", "both day fields are ?; write * in one of them".to_owned())),
        ("?", week) => days_of_week(week),
        (month, "?") => days_of_month(month),
        _ => Err(("days", "both day fields have a value; write ? in one of them".to_owned())),
    }
}

fn days_of_month(text: &str) -> Result<Days, Problem> {
    if text == "L" {
        return Ok(Days::LastOfMonth);
    }
    match text.strip_suffix('W') {
        Some(day) => Ok(Days::WeekdayNear(DAY_OF_MONTH.number(day)?)),
        None => Ok(Days::OfMonth(DAY_OF_MONTH.numbers(text)?)),
    }
}

fn days_of_week(text: &str) -> Result<Days, Problem> {
    if text == "L" {
        return Ok(Days::OfWeek([DAY_OF_WEEK.high].into()));
    }
    if let Some((day, nth)) = text.split_once('#') {
        let day = DAY_OF_WEEK.number(day)?;
        return match nth.as_bytes() {
            [digit @ b'1'..=b'5'] => Ok(Days::NthOfWeekday(day, i16::from(digit - b'0'))),
            _ => Err(DAY_OF_WEEK.problem(text, "names a week that is not 1 to 5; one day#week only")),
        };
    }
    match text.strip_suffix('L') {
        Some(day) => Ok(Days::LastOfWeekday(DAY_OF_WEEK.number(day)?)),
        None => Ok(Days::OfWeek(DAY_OF_WEEK.numbers(text)?)),
    }
}

impl Days {
    fn contain(&self, date: Date) -> bool {
        let day = i16::from(date.day());
        let day_of_week = i16::from(date.weekday().to_sunday_one_offset());
        match self {
            Days::OfMonth(days) => days.contains(&day),
            Days::LastOfMonth => date.day() == date.days_in_month(),
            Days::WeekdayNear(wanted) => weekday_near(date.first_of_month(), *wanted) == Some(date),
            Days::OfWeek(days) => days.contains(&day_of_week),
            Days::LastOfWeekday(wanted) => *wanted == day_of_week && date.day() + 7 > date.days_in_month(),
            Days::NthOfWeekday(wanted, nth) => *wanted == day_of_week && (day - 1) / 7 + 1 == *nth,
        }
    }
}

/// The weekday closest to a day, without leaving its month.
fn weekday_near(first_of_month: Date, day: i16) -> Option<Date> {
    let days_in_month = first_of_month.days_in_month();
    let day = i8::try_from(day).ok().filter(|day| *day <= days_in_month)?;
    let date = first_of_month.with().day(day).build().ok()?;
    let near = match date.weekday() {
        Weekday::Saturday if day == 1 => day + 2,
        Weekday::Saturday => day - 1,
        Weekday::Sunday if day == days_in_month => day - 2,
        Weekday::Sunday => day + 1,
        _ => day,
    };
    first_of_month.with().day(near).build().ok()
}
