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

/// Appends `[2015-05-28 04:46:23] `, UTC.
pub(crate) fn push_line_time(instant: Timestamp, out: &mut String) {
    let at = utc(instant);
    let year = at.year().unsigned_abs();
    let [century, year] = [year / 100, year % 100].map(|part| part as u8);
    let [month, day, hour, minute, second] =
        [at.month(), at.day(), at.hour(), at.minute(), at.second()].map(i8::unsigned_abs);
    let parts =
        [("[", century), ("", year), ("-", month), ("-", day), (" ", hour), (":", minute), (":", second)];
    for (before, part) in parts {
        out.push_str(before);
        out.push(char::from(b'0' + part / 10));
        out.push(char::from(b'0' + part % 10));
    }
    out.push_str("] ");
}

fn utc(instant: Timestamp) -> DateTime {
    Offset::UTC.to_datetime(instant)
}
