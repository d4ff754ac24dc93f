//! The span of time one run covers.

use jiff::{SignedDuration, Timestamp};

const TEN_MINUTES_MS: i64 = 600_000;

/// A half-open span: from `from`, up to but not including `until`. UTC instants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SyncWindow {
    from: Timestamp,
    until: Timestamp,
}

/// Why a window is refused. Each sentence names the field and the way out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WindowError {
    /// `until` is not after `from`.
    #[error(
        "the sync window ends at {until}, which is not after its start {from}; give a --to later than --from"
    )]
    EndsBeforeStart {
        /// Start asked for.
        from: Timestamp,
        /// End asked for.
        until: Timestamp,
    },
    /// Longer than a manual sync may be.
    #[error(
        "the sync window is {days} days long, and a manual sync covers at most {} days; split it",
        SyncWindow::MAX_MANUAL_DAYS
    )]
    TooLong {
        /// Whole days asked for, rounded up.
        days: i64,
    },
    /// Reaches past now.
    #[error(
        "the sync window ends at {until}, which is in the future; a manual sync covers a past span, so end it at or before {now}"
    )]
    InTheFuture {
        /// End asked for.
        until: Timestamp,
        /// The present.
        now: Timestamp,
    },
}

impl SyncWindow {
    /// The longest span of a manual sync, in days.
    pub const MAX_MANUAL_DAYS: i64 = 30;

    /// A window of any length.
    ///
    /// # Errors
    /// [`WindowError::EndsBeforeStart`].
    pub fn new(from: Timestamp, until: Timestamp) -> Result<Self, WindowError> {
        if until <= from {
            return Err(WindowError::EndsBeforeStart { from, until });
        }
        Ok(SyncWindow { from, until })
    }

    /// A window a person may ask for: past, at most 30 days.
    ///
    /// # Errors
    /// Any [`WindowError`].
    pub fn manual(from: Timestamp, until: Timestamp, now: Timestamp) -> Result<Self, WindowError> {
        let window = Self::new(from, until)?;
        let length = window.length();
        if length > SignedDuration::from_hours(24 * Self::MAX_MANUAL_DAYS) {
            return Err(WindowError::TooLong { days: (length.as_secs() + 86_399) / 86_400 });
        }
        if until > now {
            return Err(WindowError::InTheFuture { until, now });
        }
        Ok(window)
    }

    /// The shortest window that begins there: a millisecond.
    #[must_use]
    pub fn starting(from: Timestamp) -> Self {
        let until = from.checked_add(SignedDuration::from_millis(1));
        match until {
            Ok(until) => SyncWindow { from, until },
            Err(_) => SyncWindow { from: Timestamp::MIN, until: Timestamp::MAX },
        }
    }

    /// First instant inside.
    #[must_use]
    pub fn from(&self) -> Timestamp {
        self.from
    }

    /// First instant after.
    #[must_use]
    pub fn until(&self) -> Timestamp {
        self.until
    }

    /// How long it is.
    #[must_use]
    pub fn length(&self) -> SignedDuration {
        self.until.duration_since(self.from)
    }

    /// Whether the instant is inside.
    #[must_use]
    pub fn contains(&self, instant: Timestamp) -> bool {
        self.from <= instant && instant < self.until
    }

    /// At most this many windows that together cover this one, of about the same length; this one alone when it is too
    /// short to be cut.
    ///
    /// They meet at round ten minutes: LivePerson widens every search to such, so that neighbours cut elsewhere would
    /// read the same conversations.
    #[must_use]
    pub fn pieces(&self, most: u64) -> Vec<SyncWindow> {
        let (from, until) = (self.from.as_millisecond(), self.until.as_millisecond());
        let most = i64::try_from(most.max(1)).unwrap_or(i64::MAX);
        let first = from - from.rem_euclid(TEN_MINUTES_MS);
        // Rounded up twice: to whole milliseconds, and to ten minutes.
        let step = ((until - first - 1) / most + 1).div_euclid(TEN_MINUTES_MS) * TEN_MINUTES_MS;
        let step = if step * most < until - first { step + TEN_MINUTES_MS } else { step };
        let first = first + step;
        let mut windows = Vec::new();
        let mut start = self.from;
        let mut meet = first;
        while meet < until
            && let Ok(end) = Timestamp::from_millisecond(meet)
        {
            windows.push(SyncWindow { from: start, until: end });
            start = end;
            meet += step;
        }
        windows.push(SyncWindow { from: start, until: self.until });
        windows
    }

    /// What lies before an instant, if anything does, and what lies after it; they meet at round ten minutes.
    #[must_use]
    pub fn parted_at(&self, instant: Timestamp) -> (Option<SyncWindow>, SyncWindow) {
        let milliseconds = instant.as_millisecond();
        let round = Timestamp::from_millisecond(milliseconds - milliseconds.rem_euclid(TEN_MINUTES_MS));
        match round {
            Ok(round) if self.from < round && round < self.until => (
                Some(SyncWindow { from: self.from, until: round }),
                SyncWindow { from: round, until: self.until },
            ),
            _ => (None, *self),
        }
    }

    /// Windows no longer than `longest` that together cover this one.
    #[must_use]
    pub fn no_longer_than(&self, longest: SignedDuration) -> Vec<SyncWindow> {
        let (whole, longest) = (self.length().as_secs(), longest.as_secs());
        // Pieces are rounded to ten minutes at both ends.
        let pieces = if whole <= longest { 1 } else { whole / (longest - 1_200).max(1) + 1 };
        self.pieces(pieces.unsigned_abs())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn manual_windows_are_past_and_at_most_30_days() {
        let now = at("2026-03-31T12:00:00Z");
        let cases = [
            ("2026-03-01T12:00:00Z", "2026-03-31T12:00:00Z", "ok"),
            ("2026-03-01T11:59:59Z", "2026-03-31T12:00:00Z", "31 days long"),
            ("2026-03-31T11:00:00Z", "2026-03-31T12:00:01Z", "in the future"),
            ("2026-03-31T11:00:00Z", "2026-03-31T11:00:00Z", "not after its start"),
            ("2026-03-31T11:00:00Z", "2026-03-31T10:00:00Z", "not after its start"),
        ];
        for (from, until, want) in cases {
            let said =
                SyncWindow::manual(at(from), at(until), now).map_or_else(|e| e.to_string(), |_| "ok".into());
            assert!(said.contains(want), "{from} to {until}: {said}");
        }
    }

    #[test]
    fn pieces_meet_at_round_ten_minutes_and_cover_the_whole() {
        let window = SyncWindow::new(at("2026-03-01T00:03:00Z"), at("2026-03-02T00:01:00Z")).unwrap();
        for most in [1, 2, 3, 7, 144, 10_000] {
            let pieces = window.pieces(most);
            assert!(pieces.len() as u64 <= most.min(145), "{most}: {}", pieces.len());
            assert_eq!((pieces[0].from(), pieces[pieces.len() - 1].until()), (window.from(), window.until()));
            for pair in pieces.windows(2) {
                assert_eq!(pair[0].until(), pair[1].from());
                assert_eq!(pair[1].from().as_second() % 600, 0, "{most}");
            }
        }
        let short = SyncWindow::new(at("2026-03-01T00:00:00Z"), at("2026-03-01T00:09:00Z")).unwrap();
        assert_eq!(short.pieces(5), [short]);
    }

    #[test]
    fn a_window_is_parted_at_ten_minutes_unless_nothing_lies_before() {
        let window = SyncWindow::new(at("2026-03-01T00:03:00Z"), at("2026-03-02T00:01:00Z")).unwrap();
        let meet = at("2026-03-01T12:10:00Z");
        let parted = (
            Some(SyncWindow { from: window.from, until: meet }),
            SyncWindow { from: meet, until: window.until },
        );
        assert_eq!(window.parted_at(at("2026-03-01T12:19:59Z")), parted);
        for outside in ["2026-02-01T00:00:00Z", "2026-03-01T00:09:00Z", "2026-03-02T00:11:00Z"] {
            assert_eq!(window.parted_at(at(outside)), (None, window), "{outside}");
        }
    }

    #[test]
    fn long_windows_are_cut_to_what_a_search_may_span() {
        let year = SyncWindow::new(at("2025-03-01T00:00:00Z"), at("2026-03-01T00:05:00Z")).unwrap();
        let longest = SignedDuration::from_hours(24 * 28);
        let pieces = year.no_longer_than(longest);
        assert!(
            pieces.iter().all(|piece| piece.length() <= longest) && pieces.len() == 14,
            "{}",
            pieces.len()
        );
    }
}
