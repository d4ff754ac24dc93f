//! From a window to slices.

use crate::SyncError;
use domain::{
    Channel, Run, RunId, RunKind, Scope, Search, Slice, SliceId, SyncWindow, Task,
    ports::{Bus, Clock, Ledger, Runs},
    run::Hold,
};
use jiff::{SignedDuration, Timestamp};

/// LivePerson searches chats over one month at most; the shortest month has this many days.
const CHAT_SPAN: SignedDuration = SignedDuration::from_hours(24 * 28);
/// LivePerson searches messaging over three months at most; the shortest three have this many days.
const MESSAGING_SPAN: SignedDuration = SignedDuration::from_hours(24 * 89);
/// LivePerson keeps conversations for 13 months. Nothing older can have changed.
const RETENTION: SignedDuration = SignedDuration::from_hours(24 * 396);
/// All chats that started this long before the window are looked at, since a search cannot ask for their end.
const USUAL_CHAT: SignedDuration = SignedDuration::from_hours(4);
/// Earlier ones only if they lasted this long: half of it, since LivePerson does not say whether waiting counts.
const LONG_CHAT_SECONDS: u32 = 2 * 3600;

/// What each slice of a run is to do.
///
/// A conversation belongs to a window when any part of it lies inside: it started before the window's end, and it was
/// open or changed after the window's start. Slices share the conversations out by when they started, which never changes.
/// From the window's end, scheduled runs reach back over all that LivePerson keeps, manual ones as far as one search spans.
fn tasks(kind: RunKind, window: SyncWindow) -> Vec<(&'static str, Task)> {
    let (from, until) = (window.from(), window.until());
    let back = |by| from.checked_sub(by).unwrap_or(Timestamp::MIN);
    let span = |starts_from, starts_until| SyncWindow::new(starts_from, starts_until).ok();
    let reach = if kind == RunKind::Manual { MESSAGING_SPAN } else { RETENTION };
    let earliest = until.checked_sub(reach).unwrap_or(Timestamp::MIN);
    let parts = [
        ("chat", Channel::Chat, Scope::All, span(back(USUAL_CHAT), until), CHAT_SPAN),
        (
            "chat-long",
            Channel::Chat,
            Scope::LastedAtLeast(LONG_CHAT_SECONDS),
            span(back(CHAT_SPAN), back(USUAL_CHAT)),
            CHAT_SPAN,
        ),
        ("messaging", Channel::Messaging, Scope::UpdatedSince(from), span(earliest, until), MESSAGING_SPAN),
    ];
    let searches = parts.into_iter().flat_map(|(name, channel, scope, starts, longest)| {
        let starts = starts.map(|starts| starts.no_longer_than(longest)).unwrap_or_default();
        starts.into_iter().map(move |starts| (name, Task::Search(Search { channel, starts, scope }, from)))
    });
    searches.collect()
}

/// Whether the slices of a run are sure to read a conversation with this start and end; one that is open has no end.
pub(crate) fn surely_reads(
    kind: RunKind,
    window: SyncWindow,
    channel: Channel,
    start: Timestamp,
    end: Option<Timestamp>,
) -> bool {
    let in_window = end.is_none_or(|end| end >= window.from());
    let finds = |task| match task {
        Task::Search(search, _) => search.channel == channel && search.surely_finds(start, end),
        Task::RetryQuarantine(_) => false,
    };
    in_window && tasks(kind, window).into_iter().any(|(_, task)| finds(task))
}

/// The open slices of a run. Those of one name are numbered when there are several.
fn slices(run: &RunId, tasks: &[(&'static str, Task)]) -> Vec<Slice> {
    let named = tasks.iter().enumerate().filter_map(|(n, (name, task))| {
        let of_that_name = tasks.iter().filter(|(other, _)| other == name).count();
        let before = tasks[..n].iter().filter(|(other, _)| other == name).count();
        let id = if of_that_name == 1 { (*name).to_owned() } else { format!("{name}-{before}") };
        Some(Slice::open(run.clone(), SliceId::new(&id)?, *task))
    });
    named.collect()
}

/// Begins a run with all its slices and asks for them to be worked on. What `run` says of its slices is not heeded.
///
/// Asking twice for a run of one id is one run; its slices are published again, which does no harm.
///
/// # Errors
/// [`SyncError::Store`].
pub async fn plan_run<T: Runs + Ledger>(
    table: &T,
    bus: &impl Bus,
    clock: &dyn Clock,
    run: Run,
) -> Result<(), SyncError> {
    let mut tasks = tasks(run.kind, run.window);
    if !run.dry_run {
        let due = table.in_quarantine().await?;
        let is_due =
            |channel| due.iter().any(|entry| entry.refused.channel == channel && entry.is_due(clock.now()));
        let retries = [("chat-retry", Channel::Chat), ("messaging-retry", Channel::Messaging)];
        let retries = retries.into_iter().filter(|(_, channel)| is_due(*channel));
        tasks.extend(retries.map(|(name, channel)| (name, Task::RetryQuarantine(channel))));
    }
    let slices = slices(&run.id, &tasks);
    let run = Run { open_slices: slices.len() as u64, ..run };
    table.begin(&run, &slices).await?;
    bus.publish_slices(&slices).await?;
    Ok(())
}

/// Stops a run at the next border of a slice. It can be resumed.
///
/// # Errors
/// [`SyncError::Store`].
pub async fn cancel_run(runs: &impl Runs, run: &RunId, reason: &str) -> Result<Option<Run>, SyncError> {
    let hold = Hold { cancelled: true, reason: reason.to_owned() };
    Ok(runs.hold(run, Some(hold)).await?)
}

/// Lets a cancelled or paused run go on, from the checkpoints of its slices. One that has ended stays as it is.
///
/// # Errors
/// [`SyncError::Store`].
pub async fn resume_run(runs: &impl Runs, bus: &impl Bus, run: &RunId) -> Result<Option<Run>, SyncError> {
    let Some(resumed) = runs.hold(run, None).await? else { return Ok(None) };
    if resumed.goes_on() {
        bus.publish_slices(&runs.unfinished_slices(run).await?).await?;
    }
    Ok(Some(resumed))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn window(from: &str, until: &str) -> SyncWindow {
        SyncWindow::new(at(from), at(until)).unwrap()
    }

    fn searches(kind: RunKind, window: SyncWindow) -> Vec<(String, Search)> {
        let planned = slices(&RunId::new("r").unwrap(), &tasks(kind, window));
        let searches = planned.into_iter().filter_map(|slice| match slice.task {
            Task::Search(search, since) => {
                assert_eq!(since, window.from());
                Some((slice.id.to_string(), search))
            }
            Task::RetryQuarantine(_) => None,
        });
        searches.collect()
    }

    #[test]
    fn a_periodic_run_finds_whatever_changed_in_its_window_whenever_it_began() {
        let window = window("2026-03-10T06:07:00Z", "2026-03-10T12:07:00Z");
        let ended = at("2026-03-10T11:00:00Z");
        for hours in [1, 3, 5, 30, 24 * 27] {
            let start = ended - SignedDuration::from_hours(hours);
            let found = surely_reads(RunKind::Periodic, window, Channel::Chat, start, Some(ended));
            assert!(found, "a chat of {hours} hours");
        }
        for days in [0, 1, 89, 200, 390] {
            let start = ended - SignedDuration::from_hours(24 * days + 1);
            let found = surely_reads(RunKind::Periodic, window, Channel::Messaging, start, Some(ended));
            assert!(found, "messaging of {days} days");
        }
        let before = at("2026-03-09T01:00:00Z");
        let soon_after = Some(before + SignedDuration::from_hours(1));
        for channel in [Channel::Chat, Channel::Messaging] {
            assert!(!surely_reads(RunKind::Periodic, window, channel, before, soon_after));
        }
        let short = at("2026-03-10T05:00:00Z");
        let ended_before = Some(short + SignedDuration::from_mins(30));
        assert!(!surely_reads(RunKind::Periodic, window, Channel::Chat, short, ended_before));
    }

    #[test]
    fn no_search_spans_more_than_liveperson_takes_and_none_of_a_scope_overlaps() {
        for kind in [RunKind::Manual, RunKind::Periodic, RunKind::Daily] {
            let planned = searches(kind, window("2026-02-01T00:03:00Z", "2026-03-03T00:03:00Z"));
            for (id, search) in &planned {
                let longest = if search.channel == Channel::Chat { CHAT_SPAN } else { MESSAGING_SPAN };
                assert!(search.starts.length() <= longest, "{id}");
            }
            for (a, first) in &planned {
                for (b, second) in
                    planned.iter().filter(|(b, other)| a != b && other.channel == first.channel)
                {
                    let apart = first.starts.until() <= second.starts.from()
                        || second.starts.until() <= first.starts.from();
                    assert!(apart, "{kind}: {a} and {b} both read what started {}", second.starts.from());
                }
            }
        }
    }

    #[test]
    fn a_manual_run_asks_three_searches() {
        let ids = searches(RunKind::Manual, window("2026-03-10T00:00:00Z", "2026-03-11T00:00:00Z"));
        let ids: Vec<_> = ids.iter().map(|(id, _)| id.as_str()).collect();
        assert_eq!(ids, ["chat", "chat-long", "messaging"]);
    }
}
