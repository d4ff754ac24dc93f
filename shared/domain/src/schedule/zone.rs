//! Time zones by their IANA name, and the instants of local times.

use super::ScheduleError;
use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    tz::{self, AmbiguousOffset, TimeZone},
};

/// The zone of an IANA name, spelled as IANA spells it.
///
/// # Errors
/// [`ScheduleError::ZoneMissing`], [`ScheduleError::ZoneIsOffset`], [`ScheduleError::ZoneUnknown`].
pub fn check_zone(name: &str) -> Result<TimeZone, ScheduleError> {
    if name.is_empty() {
        return Err(ScheduleError::ZoneMissing);
    }
    let bare = name.strip_prefix("UTC").or_else(|| name.strip_prefix("GMT")).unwrap_or(name);
    if bare.starts_with(['+', '-']) {
        return Err(ScheduleError::ZoneIsOffset { zone: name.to_owned() });
    }
    // The database finds names in any case, and has a placeholder for zones nobody knows.
    let found = tz::db().get(name).ok().filter(|zone| zone.iana_name() == Some(name) && !zone.is_unknown());
    found.ok_or_else(|| ScheduleError::ZoneUnknown { zone: name.to_owned(), nearest: nearest(name) })
}

/// The known name a misspelled one probably means.
fn nearest(name: &str) -> Option<String> {
    let wanted = name.trim().to_ascii_lowercase().replace(' ', "_");
    let most_slips = if wanted.len() < 6 { 1 } else { wanted.len() / 4 };
    let slips = |known: &str| {
        let known = known.to_ascii_lowercase();
        let place = known.rsplit('/').next().unwrap_or_default();
        distance(&wanted, &known).min(distance(&wanted, place))
    };
    let known: Vec<_> = tz::db().available().map(|known| known.to_string()).collect();
    let measured = known.into_iter().map(|known| (slips(&known), known.len(), known));
    measured.filter(|(slips, ..)| *slips <= most_slips).min().map(|(.., known)| known)
}

/// Letters to add, drop or change to turn one text into the other.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in other.iter().enumerate() {
            let changed = diagonal + usize::from(a != *b);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[other.len()]
}

/// When a local time comes for the first time; `None` when clocks skip it.
pub(super) fn first_occurrence(local: DateTime, zone: &TimeZone) -> Option<Timestamp> {
    match zone.to_ambiguous_timestamp(local).offset() {
        AmbiguousOffset::Gap { .. } => None,
        AmbiguousOffset::Unambiguous { offset } => offset.to_timestamp(local).ok(),
        AmbiguousOffset::Fold { before, .. } => before.to_timestamp(local).ok(),
    }
}

/// When a local time comes for the first time, or when clocks skip over it; `None` for a date that is skipped whole.
pub(super) fn reached(date: Date, local: DateTime, zone: &TimeZone) -> Option<Timestamp> {
    let instant = |local: DateTime| match zone.to_ambiguous_timestamp(local).offset() {
        AmbiguousOffset::Gap { after, .. } => {
            let before_the_change = after.to_timestamp(local).ok()?;
            zone.following(before_the_change).next().map(|change| change.timestamp())
        }
        _ => first_occurrence(local, zone),
    };
    let start_of_date = instant(date.at(0, 0, 0, 0))?;
    (zone.to_datetime(start_of_date).date() == date).then(|| instant(local))?
}

/// The longest step forward the zone's clocks make on a day that exists, in hours, rounded up; at least one.
pub(super) fn longest_gap_hours(zone: &TimeZone) -> u8 {
    // Rules now in force: a generation of them, since some years have none.
    let (from, until) = (Date::constant(2020, 1, 1), Date::constant(2040, 1, 1));
    let instant = |date: Date| TimeZone::UTC.to_timestamp(date.at(0, 0, 0, 0)).unwrap_or_default();
    let mut offset = zone.to_offset(instant(from));
    let mut longest = 1;
    for change in zone.following(instant(from)).take_while(|change| change.timestamp() < instant(until)) {
        let gap_seconds = change.offset().seconds() - offset.seconds();
        offset = change.offset();
        // A step over a whole day, to the other side of the date line, leaves no day to run on.
        if let Ok(hours @ 2..24) = u8::try_from((gap_seconds + 3_599).div_euclid(3_600)) {
            longest = longest.max(hours);
        }
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_are_iana_names_and_a_near_miss_is_told_the_nearest() {
        for name in ["Europe/Berlin", "America/Argentina/Buenos_Aires", "UTC", "Etc/UTC", "Asia/Kolkata"] {
            assert!(check_zone(name).is_ok(), "{name}");
        }
        let cases = [
            ("europe/berlin", Some("Europe/Berlin")),
            ("Europe/Belrin", Some("Europe/Berlin")),
            ("Berlin", Some("Europe/Berlin")),
            ("America/New York", Some("America/New_York")),
            ("utc", Some("UTC")),
            ("Mars/Base", None),
            (" ", None),
            ("Etc/Unknown", None),
            ("Zürich", Some("Europe/Zurich")),
        ];
        for (name, want) in cases {
            let Err(ScheduleError::ZoneUnknown { nearest, .. }) = check_zone(name) else {
                panic!("{name} is taken for a zone")
            };
            assert_eq!(nearest.as_deref(), want, "{name}");
        }
        for offset in ["+02:00", "-5", "UTC+2", "GMT-03:00"] {
            let refused = check_zone(offset);
            assert!(matches!(refused, Err(ScheduleError::ZoneIsOffset { .. })), "{offset}");
        }
        assert_eq!(check_zone("").unwrap_err(), ScheduleError::ZoneMissing);
    }

    #[test]
    fn only_a_zone_with_long_steps_has_more_than_an_hour() {
        let hours = |name: &str| longest_gap_hours(&check_zone(name).unwrap());
        assert_eq!(hours("Antarctica/Troll"), 2);
        for name in ["Europe/Berlin", "Australia/Lord_Howe", "Pacific/Apia", "UTC", "America/Nuuk"] {
            assert_eq!(hours(name), 1, "{name}");
        }
    }

    #[test]
    fn a_skipped_time_is_reached_when_clocks_change_and_a_skipped_date_never() {
        let reached = |date: &str, time: &str, zone: &str| {
            let date: Date = date.parse().unwrap();
            let local: DateTime = format!("{date}T{time}").parse().unwrap();
            reached(date, local, &check_zone(zone).unwrap()).map(|at| at.to_string())
        };
        let cases = [
            ("2026-03-29", "02:07:00", "Europe/Berlin", Some("2026-03-29T01:00:00Z")),
            ("2026-03-29", "03:07:00", "Europe/Berlin", Some("2026-03-29T01:07:00Z")),
            ("2026-10-25", "02:07:00", "Europe/Berlin", Some("2026-10-25T00:07:00Z")),
            ("2026-10-04", "02:10:00", "Australia/Lord_Howe", Some("2026-10-03T15:30:00Z")),
            ("2025-03-29", "23:30:00", "America/Nuuk", Some("2025-03-30T01:00:00Z")),
            ("2011-12-30", "12:00:00", "Pacific/Apia", None),
        ];
        for (date, time, zone, want) in cases {
            assert_eq!(reached(date, time, zone).as_deref(), want, "{date} {time} {zone}");
        }
    }
}
