//! Date literals such as `LAST_N_DAYS:30`, as spans of whole days in UTC.

use jiff::{ToSpan, civil::Date};

const NAMES: [&str; 14] = [
    "YESTERDAY",
    "TODAY",
    "TOMORROW",
    "LAST_WEEK",
    "THIS_WEEK",
    "NEXT_WEEK",
    "LAST_MONTH",
    "THIS_MONTH",
    "NEXT_MONTH",
    "LAST_YEAR",
    "THIS_YEAR",
    "LAST_N_DAYS",
    "NEXT_N_DAYS",
    "N_DAYS_AGO",
];

/// Whether a date literal of this name exists.
pub(super) fn known(name: &str) -> bool {
    NAMES.contains(&name)
}

/// The first day and the day after the last; `None` past the end of the calendar.
pub(super) fn days(name: &str, count: i64, today: Date) -> Option<(Date, Date)> {
    let day = |offset: i64| today.checked_add(offset.days()).ok();
    let week = today.checked_sub(i64::from(today.weekday().to_sunday_zero_offset()).days()).ok()?;
    let (month, year) = (today.first_of_month(), today.first_of_year());
    let weeks = |offset: i64| week.checked_add((7 * offset).days()).ok();
    let months = |offset: i64| month.checked_add(offset.months()).ok();
    let years = |offset: i64| year.checked_add(offset.years()).ok();
    let (from, until) = match name {
        "YESTERDAY" => (day(-1), day(0)),
        "TODAY" => (day(0), day(1)),
        "TOMORROW" => (day(1), day(2)),
        "LAST_WEEK" => (weeks(-1), weeks(0)),
        "THIS_WEEK" => (weeks(0), weeks(1)),
        "NEXT_WEEK" => (weeks(1), weeks(2)),
        "LAST_MONTH" => (months(-1), months(0)),
        "THIS_MONTH" => (months(0), months(1)),
        "NEXT_MONTH" => (months(1), months(2)),
        "LAST_YEAR" => (years(-1), years(0)),
        "THIS_YEAR" => (years(0), years(1)),
        "LAST_N_DAYS" => (day(-count), day(1)),
        "NEXT_N_DAYS" => (day(1), day(1 + count)),
        "N_DAYS_AGO" => (day(-count), day(1 - count)),
        _ => (None, None),
    };
    from.zip(until)
}
