//! Runs, the slices they are cut into, and counts that must balance.

use crate::{Channel, SyncWindow};
use jiff::Timestamp;
use std::fmt;

macro_rules! text_id {
    ($(#[doc = $doc:literal])+ $name:ident) => {
        $(#[doc = $doc])+
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(String);

        impl $name {
            /// Takes 1 to 64 letters, digits, `-` and `.`; `None` for anything else.
            #[must_use]
            pub fn new(text: &str) -> Option<Self> {
                let fits = (1..=64).contains(&text.len())
                    && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.');
                fits.then(|| Self(text.to_owned()))
            }

            /// The id's text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

text_id! {
    /// Names a run. Whoever asks for a run chooses its id, so asking twice is one run.
    RunId
}
text_id! {
    /// Names a slice within its run: the channel, then `.0` or `.1` for each time it was halved.
    SliceId
}

macro_rules! named {
    ($(#[doc = $doc:literal])+ $name:ident { $($(#[doc = $vdoc:literal])+ $variant:ident = $text:literal,)+ }) => {
        $(#[doc = $doc])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[doc = $vdoc])+ $variant,)+ }

        impl $name {
            /// The name as stored and shown.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $($name::$variant => $text,)+ }
            }

            /// Reads back [`Self::as_str`].
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                match name { $($text => Some($name::$variant),)+ _ => None }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

named! {
    /// What asked for a run.
    RunKind {
        /// A person, for a past span.
        Manual = "manual",
    }
}

named! {
    /// How a run stands. Partial is never called success.
    RunStatus {
        /// Slices are still open.
        Running = "running",
        /// Every slice is done and every conversation accounted for.
        Succeeded = "succeeded",
        /// Some of it is done: a slice failed, or the counts do not balance, or LivePerson answered in part.
        Partial = "partial",
        /// Nothing of it is done.
        Failed = "failed",
    }
}

named! {
    /// How a slice stands.
    SliceStatus {
        /// Not finished.
        Open = "open",
        /// Cut into two further slices, which carry its work.
        Split = "split",
        /// Every conversation accounted for.
        Done = "done",
        /// Finished, but LivePerson answered in part or the counts do not balance.
        Partial = "partial",
        /// Given up; the event log says why.
        Failed = "failed",
    }
}

/// What became of the conversations of a slice or run. Each conversation is counted once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Read from LivePerson.
    pub fetched: u64,
    /// Created or updated in Salesforce.
    pub written: u64,
    /// Already as it should be.
    pub unchanged: u64,
    /// Refused by Salesforce, or unreadable; kept in the quarantine.
    pub quarantined: u64,
    /// Calls made to LivePerson's APIs, retries included.
    pub liveperson_calls: u64,
    /// Calls made to Salesforce's APIs, retries included.
    pub salesforce_calls: u64,
}

impl Counts {
    /// `fetched = written + unchanged + quarantined`.
    #[must_use]
    pub fn balance(&self) -> bool {
        self.fetched == self.written + self.unchanged + self.quarantined
    }
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, other: Counts) {
        self.fetched += other.fetched;
        self.written += other.written;
        self.unchanged += other.unchanged;
        self.quarantined += other.quarantined;
        self.liveperson_calls += other.liveperson_calls;
        self.salesforce_calls += other.salesforce_calls;
    }
}

/// One sync over one window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Its name.
    pub id: RunId,
    /// What asked for it.
    pub kind: RunKind,
    /// What it covers.
    pub window: SyncWindow,
    /// How it stands.
    pub status: RunStatus,
    /// The sum over its finished slices.
    pub counts: Counts,
    /// Slices not finished yet.
    pub open_slices: u64,
    /// Slices that ended `partial` or `failed`.
    pub troubled_slices: u64,
    /// Slices that ended in any way but `split`.
    pub finished_slices: u64,
    /// Why it could not be planned, if it could not: one sentence for the person who asked.
    pub failure: Option<String>,
    /// When it was planned.
    pub started: Timestamp,
    /// When its last slice finished.
    pub finished: Option<Timestamp>,
}

impl Run {
    /// The status its counts and slices allow. A run never says `succeeded` when it does not balance.
    #[must_use]
    pub fn verdict(&self) -> RunStatus {
        if self.failure.is_some() {
            RunStatus::Failed
        } else if self.open_slices > 0 {
            RunStatus::Running
        } else if self.troubled_slices == 0 && self.counts.balance() {
            RunStatus::Succeeded
        } else if self.counts.written + self.counts.unchanged == 0
            && self.troubled_slices == self.finished_slices
        {
            RunStatus::Failed
        } else {
            RunStatus::Partial
        }
    }
}

/// One channel over one window: what one invocation works on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slice {
    /// Its run.
    pub run: RunId,
    /// Its name within the run.
    pub id: SliceId,
    /// Chat or messaging.
    pub channel: Channel,
    /// What it covers.
    pub window: SyncWindow,
    /// How it stands.
    pub status: SliceStatus,
    /// What it has done so far.
    pub counts: Counts,
}

impl Slice {
    /// An open slice for a whole channel of a run.
    #[must_use]
    pub fn whole(run: RunId, channel: Channel, window: SyncWindow) -> Slice {
        let id = SliceId(channel.as_str().to_owned());
        Slice { run, id, channel, window, status: SliceStatus::Open, counts: Counts::default() }
    }

    /// The two slices that replace this one when it holds too much; `None` when it cannot be cut further.
    #[must_use]
    pub fn halves(&self) -> Option<[Slice; 2]> {
        let windows = self.window.halves()?;
        let [first, second] = [0, 1].map(|n| SliceId::new(&format!("{}.{n}", self.id)));
        let (first, second) = (first?, second?);
        let half = |id, window| Slice { id, window, counts: Counts::default(), ..self.clone() };
        Some([half(first, windows[0]), half(second, windows[1])])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(open: u64, troubled: u64, finished: u64, counts: Counts) -> Run {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        Run {
            id: RunId::new("r1").unwrap(),
            kind: RunKind::Manual,
            window: SyncWindow::new(at("2026-01-01T00:00:00Z"), at("2026-01-02T00:00:00Z")).unwrap(),
            status: RunStatus::Running,
            counts,
            open_slices: open,
            troubled_slices: troubled,
            finished_slices: finished,
            failure: None,
            started: at("2026-01-02T00:00:00Z"),
            finished: None,
        }
    }

    #[test]
    fn a_run_succeeds_only_when_it_is_whole_and_balances() {
        let whole = Counts { fetched: 5, written: 3, unchanged: 1, quarantined: 1, ..Counts::default() };
        let lost_one = Counts { fetched: 6, ..whole };
        let cases = [
            (run(1, 0, 1, whole), RunStatus::Running),
            (run(0, 0, 2, whole), RunStatus::Succeeded),
            (run(0, 1, 2, whole), RunStatus::Partial),
            (run(0, 0, 2, lost_one), RunStatus::Partial),
            (run(0, 2, 2, Counts::default()), RunStatus::Failed),
            (run(0, 0, 2, Counts::default()), RunStatus::Succeeded),
        ];
        for (run, want) in cases {
            assert_eq!(run.verdict(), want, "{run:?}");
        }
    }

    #[test]
    fn halving_names_each_half_and_stops_before_the_name_is_too_long() {
        let r = run(0, 0, 0, Counts::default());
        let mut slice = Slice::whole(r.id, Channel::Chat, r.window);
        assert_eq!(slice.halves().unwrap()[1].id.as_str(), "chat.1");
        let mut cuts = 0;
        while let Some([first, _]) = slice.halves() {
            slice = first;
            cuts += 1;
        }
        assert!((20..=27).contains(&cuts), "a day was halved {cuts} times");
    }
}
