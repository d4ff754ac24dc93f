//! Dates as Salesforce writes and reads them.

use jiff::{
    Timestamp,
    civil::Date,
    fmt::{rfc2822::DateTimeParser, rfc2822::DateTimePrinter},
    tz::{Offset, TimeZone},
};

/// `2024-11-07T07:00:00.000+0000`: UTC, stored to the second, an offset without a colon. Such texts sort as the instants do.
pub(crate) fn datetime(instant: Timestamp) -> String {
    TimeZone::UTC.to_datetime(instant).strftime("%Y-%m-%dT%H:%M:%S.000+0000").to_string()
}

/// Reads ISO 8601 with `Z`, `±hh:mm` or `±hhmm`; `None` without an offset.
pub(crate) fn parse_datetime(text: &str) -> Option<Timestamp> {
    text.parse().ok()
}

/// Reads `2024-11-07`, nothing longer.
pub(crate) fn parse_date(text: &str) -> Option<Date> {
    if text.len() == 10 { text.parse().ok() } else { None }
}

/// Midnight UTC of a day.
pub(crate) fn midnight(day: Date) -> Option<Timestamp> {
    Offset::UTC.to_timestamp(day.at(0, 0, 0, 0)).ok()
}

/// The day of an instant in UTC, the time zone of every user here.
pub(crate) fn day(instant: Timestamp) -> Date {
    TimeZone::UTC.to_datetime(instant).date()
}

/// `Fri, 14 Aug 2020 20:53:02 GMT`, as headers carry it.
pub(crate) fn http_date(instant: Timestamp) -> String {
    DateTimePrinter::new().timestamp_to_rfc9110_string(&instant).unwrap_or_default()
}

/// Reads a header date.
pub(crate) fn parse_http_date(text: &str) -> Option<Timestamp> {
    DateTimeParser::new().parse_timestamp(text.trim()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn datetimes_come_back_in_utc_to_the_second() {
        for text in ["2026-03-29T01:30:00Z", "2026-03-29T03:30:00.999+02:00", "2026-03-29T01:30:00.000+0000"]
        {
            assert_eq!(
                parse_datetime(text).map(datetime).as_deref(),
                Some("2026-03-29T01:30:00.000+0000"),
                "{text}"
            );
        }
        assert_eq!(parse_datetime("2026-03-29T01:30:00"), None);
        let instant = parse_http_date("Fri, 14 Aug 2020 20:53:02 GMT").unwrap();
        assert_eq!(http_date(instant), "Fri, 14 Aug 2020 20:53:02 GMT");
    }
}
