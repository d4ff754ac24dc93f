//! The forms LivePerson gives times in.

use jiff::{Timestamp, tz::TimeZone};

/// `2026-03-01 12:00:00.000+0000`.
pub(crate) fn time(ms: i64) -> String {
    let instant = Timestamp::from_millisecond(ms).unwrap_or_default();
    instant.to_zoned(TimeZone::UTC).strftime("%Y-%m-%d %H:%M:%S.%3f+0000").to_string()
}
