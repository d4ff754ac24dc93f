//! Instants and days in the forms LivePerson writes them.

use jiff::civil::{Date, DateTime};
use jiff::fmt::temporal::{DateTimeParser, DateTimePrinter};
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, Unit};

static PARSER: DateTimeParser = DateTimeParser::new();
static TO_THE_MILLISECOND: DateTimePrinter = DateTimePrinter::new().precision(Some(3));

/// Years Salesforce keeps dates of.
const YEARS: std::ops::RangeInclusive<i16> = 1700..=4000;

/// Epoch milliseconds as digits, an instant with `Z` or an offset, or a date and time without one, taken as UTC.
pub(crate) fn parse_instant(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let instant = match text.parse::<i64>() {
        Ok(ms) => Timestamp::from_millisecond(ms).ok()?,
        Err(_) => match PARSER.parse_timestamp(text) {
            Ok(instant) => instant,
            Err(_) => PARSER.parse_datetime(text).ok()?.to_zoned(TimeZone::UTC).ok()?.timestamp(),
        },
    };
    YEARS.contains(&utc(instant).year()).then_some(instant)
}

/// A day: `yyyy-MM-dd`, or the UTC day of anything [`parse_instant`] takes.
pub(crate) fn parse_day(text: &str) -> Option<Date> {
    let day = match text.trim() {
        day if day.len() == 10 && day.as_bytes()[4] == b'-' => PARSER.parse_date(day).ok()?,
        other => utc(parse_instant(other)?).date(),
    };
    YEARS.contains(&day.year()).then_some(day)
}

/// The day of a `{year, month, day}` object.
pub(crate) fn day_of(year: i64, month: i64, day: i64) -> Option<Date> {
    let day = Date::new(year.try_into().ok()?, month.try_into().ok()?, day.try_into().ok()?).ok()?;
    YEARS.contains(&day.year()).then_some(day)
}

/// Appends `2015-05-28T04:46:23.209Z`.
pub(crate) fn push_instant(instant: Timestamp, out: &mut String) {
    let instant = instant.round(Unit::Millisecond).unwrap_or(instant);
    // Writing to a String does not fail.
    let _never_fails = TO_THE_MILLISECOND.print_timestamp(&instant, &mut *out);
}

/// Writes `[2015-05-28 04:46:23] `, UTC, for one line after another.
pub(crate) struct LineTime {
    text: [u8; 22],
    /// The day that stands in `text`, counted from 1970; it seldom changes from line to line.
    day: Option<i64>,
}

impl LineTime {
    pub(crate) fn new() -> Self {
        LineTime { text: *b"[0000-00-00 00:00:00] ", day: None }
    }

    pub(crate) fn push(&mut self, instant: Timestamp, out: &mut String) {
        // Whole seconds, rounded down also before 1970.
        let seconds = instant.as_second() - i64::from(instant.subsec_nanosecond() < 0);
        let (day, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
        if self.day != Some(day) {
            self.day = Some(day);
            self.set_date(utc(instant).date());
        }
        self.set(12, second / 3_600);
        self.set(15, second / 60 % 60);
        self.set(18, second % 60);
        // It is all ASCII.
        out.push_str(std::str::from_utf8(&self.text).unwrap_or_default());
    }

    fn set_date(&mut self, date: Date) {
        self.set(1, i64::from(date.year() / 100));
        self.set(3, i64::from(date.year() % 100));
        self.set(6, i64::from(date.month()));
        self.set(9, i64::from(date.day()));
    }

    /// Sets the two digits at a place; the number is below 100.
    fn set(&mut self, place: usize, number: i64) {
        self.text[place] = b'0' + (number / 10) as u8;
        self.text[place + 1] = b'0' + (number % 10) as u8;
    }
}

fn utc(instant: Timestamp) -> DateTime {
    Offset::UTC.to_datetime(instant)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_have_their_time_in_whole_seconds_whatever_came_before() {
        let mut clock = LineTime::new();
        for (ms, wanted) in [
            (1_432_788_383_209, "[2015-05-28 04:46:23] "),
            (1_432_788_384_000, "[2015-05-28 04:46:24] "),
            (-1, "[1969-12-31 23:59:59] "),
            (0, "[1970-01-01 00:00:00] "),
            (1_709_164_799_999, "[2024-02-28 23:59:59] "),
            (1_709_164_800_000, "[2024-02-29 00:00:00] "),
            (253_402_207_200_000, "[9999-12-30 22:00:00] "),
        ] {
            let mut out = String::new();
            clock.push(Timestamp::from_millisecond(ms).unwrap(), &mut out);
            assert_eq!(out, wanted, "{ms}");
        }
    }
}
