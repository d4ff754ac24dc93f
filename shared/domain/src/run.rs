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
    /// Names a slice within its run: what it looks for, then a dot and a number for each time it was cut.
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
        /// The schedule, every three hours, for the last six.
        Periodic = "periodic",
        /// The schedule, once a day, for the last 48 hours.
        Daily = "daily",
    }
}

named! {
    /// How a run stands. Partial is never called success.
    RunStatus {
        /// Slices are still open.
        Running = "running",
        /// Slices are still open and wait, for instance for the API allowance.
        Paused = "paused",
        /// Stopped with slices open; it can be resumed.
        Cancelled = "cancelled",
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
        /// Replaced by further slices, which carry its work.
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
    /// Created or updated in Salesforce; in a dry run, those that would be.
    pub written: u64,
    /// Those of `written` that were created.
    pub created: u64,
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
        self.created += other.created;
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
    /// Whether it only says what it would write.
    pub dry_run: bool,
    /// How it stands.
    pub status: RunStatus,
    /// Why it does not go on although slices are open, if so.
    pub hold: Option<Hold>,
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

/// Why a run with open slices does not go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// Cancelled by a person or with the account; otherwise it waits and goes on by itself.
    pub cancelled: bool,
    /// One sentence.
    pub reason: String,
}

impl Run {
    /// A run that begins now, with this many slices open.
    #[must_use]
    pub fn new(id: RunId, kind: RunKind, window: SyncWindow, open_slices: u64, started: Timestamp) -> Run {
        Run {
            id,
            kind,
            window,
            dry_run: false,
            status: RunStatus::Running,
            hold: None,
            counts: Counts::default(),
            open_slices,
            troubled_slices: 0,
            finished_slices: 0,
            failure: None,
            started,
            finished: None,
        }
    }

    /// Whether its open slices are to be worked on.
    #[must_use]
    pub fn goes_on(&self) -> bool {
        self.verdict() == RunStatus::Running
    }

    /// The status its counts and slices allow. A run never says `succeeded` when it does not balance.
    #[must_use]
    pub fn verdict(&self) -> RunStatus {
        if self.failure.is_some() {
            RunStatus::Failed
        } else if self.open_slices > 0 {
            match &self.hold {
                None => RunStatus::Running,
                Some(Hold { cancelled: false, .. }) => RunStatus::Paused,
                Some(Hold { cancelled: true, .. }) => RunStatus::Cancelled,
            }
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

/// Which conversations one search asks LivePerson for: those of a channel that started in a span, narrowed by a scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Search {
    /// Chat or messaging.
    pub channel: Channel,
    /// When they started.
    pub starts: SyncWindow,
    /// Which of them.
    pub scope: Scope,
}

/// Which of the conversations that started in a span.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// All of them. Chats only appear once they have ended.
    All,
    /// Chats that lasted at least this many seconds.
    LastedAtLeast(u32),
    /// Messaging conversations that changed at or after this instant. Not every account offers this search.
    UpdatedSince(Timestamp),
    /// Messaging conversations that are open.
    Open,
    /// Messaging conversations that ended at or after this instant.
    EndedSince(Timestamp),
}

impl Scope {
    fn is_of_changes(self) -> bool {
        matches!(self, Scope::UpdatedSince(_) | Scope::Open | Scope::EndedSince(_))
    }
}

impl Search {
    /// Whether it is sure to find a conversation with this start and end; one that is open has no end.
    #[must_use]
    pub fn surely_finds(&self, start: Timestamp, end: Option<Timestamp>) -> bool {
        let in_scope = match self.scope {
            Scope::All => true,
            Scope::LastedAtLeast(seconds) => {
                end.is_some_and(|end| end.duration_since(start).as_secs() >= i64::from(seconds))
            }
            Scope::UpdatedSince(instant) => start >= instant || end.is_some_and(|end| end >= instant),
            Scope::EndedSince(instant) => end.is_some_and(|end| end >= instant),
            Scope::Open => end.is_none(),
        };
        in_scope && self.starts.contains(start)
    }
}

/// What a slice is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Task {
    /// Sync what a search finds, leaving out what ended before this instant.
    Search(Search, Timestamp),
    /// Try those of the channel again that are in the quarantine.
    RetryQuarantine(Channel),
}

impl Task {
    /// Chat or messaging.
    #[must_use]
    pub fn channel(&self) -> Channel {
        match self {
            Task::Search(search, _) => search.channel,
            Task::RetryQuarantine(channel) => *channel,
        }
    }
}

/// What one invocation works on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slice {
    /// Its run.
    pub run: RunId,
    /// Its name within the run.
    pub id: SliceId,
    /// What it is to do.
    pub task: Task,
    /// How it stands.
    pub status: SliceStatus,
    /// What it has done so far, up to its checkpoint.
    pub counts: Counts,
    /// How far it has come.
    pub checkpoint: Checkpoint,
}

/// How far a slice has come: everything before `offset` is accounted for, and what was to be written is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Checkpoint {
    /// Results of the search that are dealt with.
    pub offset: u64,
    /// Results LivePerson said there were.
    pub total: u64,
}

impl Slice {
    /// An open slice.
    #[must_use]
    pub fn open(run: RunId, id: SliceId, task: Task) -> Slice {
        let (status, counts, checkpoint) = (SliceStatus::Open, Counts::default(), Checkpoint::default());
        Slice { run, id, task, status, counts, checkpoint }
    }

    /// The slices that replace this one when it holds too much, about `pieces` of them; empty when it cannot be cut.
    #[must_use]
    pub fn cut(&self, pieces: u64) -> Vec<Slice> {
        let Task::Search(search, since) = self.task else { return Vec::new() };
        let windows = match search.starts.parted_at(since) {
            // Of what changed since an instant, much started since then, and the rest over months before.
            (Some(earlier), later) if search.scope.is_of_changes() => vec![earlier, later],
            _ => search.starts.pieces(pieces),
        };
        if windows.len() < 2 {
            return Vec::new();
        }
        let tasks = windows.into_iter().map(|starts| Task::Search(Search { starts, ..search }, since));
        self.replaced_by(tasks)
    }

    /// The slice that begins when this one is done: after those that are open, those that ended, so that one which ends
    /// in between is found.
    #[must_use]
    pub fn next(&self) -> Option<Slice> {
        let Task::Search(search @ Search { scope: Scope::Open, .. }, since) = self.task else { return None };
        let ended = Task::Search(Search { scope: Scope::EndedSince(since), ..search }, since);
        self.replaced_by([ended].into_iter()).pop()
    }

    /// Slices with these tasks in the place of this one; empty when the names would be too long.
    #[must_use]
    pub fn replaced_by(&self, tasks: impl Iterator<Item = Task>) -> Vec<Slice> {
        let named = tasks.enumerate().map(|(n, task)| {
            let id = SliceId::new(&format!("{}.{n}", self.id))?;
            Some(Slice::open(self.run.clone(), id, task))
        });
        named.collect::<Option<_>>().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn run(open: u64, troubled: u64, finished: u64, counts: Counts) -> Run {
        let window = SyncWindow::new(at("2026-01-01T00:00:00Z"), at("2026-01-02T00:00:00Z")).unwrap();
        let id = RunId::new("r1").unwrap();
        Run {
            counts,
            troubled_slices: troubled,
            finished_slices: finished,
            ..Run::new(id, RunKind::Manual, window, open, at("2026-01-02T00:00:00Z"))
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
    fn a_held_run_is_never_running_and_never_done() {
        let held = |cancelled| Run {
            hold: Some(Hold { cancelled, reason: "because".to_owned() }),
            ..run(1, 0, 1, Counts::default())
        };
        assert_eq!(held(false).verdict(), RunStatus::Paused);
        assert_eq!(held(true).verdict(), RunStatus::Cancelled);
        let ended = Run { open_slices: 0, ..held(true) };
        assert_eq!(ended.verdict(), RunStatus::Succeeded, "its slices ended before they could be held");
    }

    #[test]
    fn cutting_names_each_piece_and_stops_before_the_name_is_too_long() {
        let r = run(0, 0, 0, Counts::default());
        let search = Search { channel: Channel::Chat, starts: r.window, scope: Scope::All };
        let task = Task::Search(search, r.window.from());
        let mut slice = Slice::open(r.id, SliceId::new("chat").unwrap(), task);
        let pieces = slice.cut(3);
        assert_eq!(
            pieces.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(),
            ["chat.0", "chat.1", "chat.2"]
        );
        let mut cuts = 0;
        while let [first, ..] = &slice.cut(2)[..] {
            slice = first.clone();
            cuts += 1;
        }
        assert!((5..=27).contains(&cuts), "a day was cut {cuts} times");
    }
}
