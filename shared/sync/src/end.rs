//! How slices end and runs are held, and who is told.

use crate::{Mappers, Ports, SyncError, Table, report, slice::Done, watch};
use domain::{
    Counts, LogEntry, Run, RunId, RunStatus, Slice, SliceStatus,
    event_log::Announcement,
    ports::{Bus, SinkError, SliceEnd},
    run::Hold,
};
use jiff::{SignedDuration, Timestamp, ToSpan, tz::TimeZone};

/// The org's window of 24 hours moves on all the time, so a while later some of its allowance may be there again.
const ORG_RECOVERS: SignedDuration = SignedDuration::from_hours(1);
/// Clocks differ, and a run must have been held before it is resumed: one that spends the budget at midnight waits so long.
const AFTER_MIDNIGHT: SignedDuration = SignedDuration::from_mins(10);

/// Ends a slice whose conversations are all accounted for, or says that they are not.
pub(crate) async fn end<S, K, T: Table, B: Bus>(
    ports: &Ports<'_, S, K, T, B>,
    mappers: &Mappers,
    run: &Run,
    slice: &Slice,
    done: Done,
) -> Result<Run, SyncError> {
    let now = ports.clock.now();
    let whole = !done.partial && done.counts.balance();
    let status = if whole { SliceStatus::Done } else { SliceStatus::Partial };
    let mut entries = Vec::new();
    for (field, entry) in report::left_out(&run.id, &done.problems, &done.dropped, now) {
        if ports.table.note_first(&format!("field#{}#{field}", run.id), now).await? {
            entries.push(entry);
        }
    }
    if done.partial {
        entries.push(report::partial_answer(slice, now));
    }
    if done.unreadable > 0 {
        entries.push(report::unreadable(slice, done.unreadable, now));
    }
    if run.dry_run && done.counts.quarantined > done.unreadable {
        entries.push(report::would_be_refused(&run.id, &ports.table.in_quarantine().await?, now));
    }
    if !run.dry_run {
        let channel = slice.task.channel();
        let silent =
            watch::keep_hits(ports.table, ports.bus, mappers, &run.id, channel, done.watched, now).await?;
        entries.extend(silent);
    }
    finish(ports, slice, status, done.counts, entries).await
}

/// Gives a slice up. What it did up to its checkpoint counts.
pub(crate) async fn fail<S, K, T: Table, B: Bus>(
    ports: &Ports<'_, S, K, T, B>,
    slice: &Slice,
    error: &SyncError,
) -> Result<Run, SyncError> {
    let now = ports.clock.now();
    let entry = report::given_up(slice, error, now);
    let counts = ports.table.slice(&slice.run, &slice.id).await?.map_or(slice.counts, |kept| kept.counts);
    if report::is_sign_in(error) && ports.table.note_first(&format!("login#{}", error.code()), now).await? {
        ports.bus.announce(Announcement::LoginExpired, &entry).await?;
    }
    ports.bus.announce(Announcement::SliceGivenUp, &entry).await?;
    finish(ports, slice, SliceStatus::Failed, counts, vec![entry]).await
}

async fn finish<S, K, T: Table, B: Bus>(
    ports: &Ports<'_, S, K, T, B>,
    slice: &Slice,
    status: SliceStatus,
    counts: Counts,
    entries: Vec<LogEntry>,
) -> Result<Run, SyncError> {
    let at = ports.clock.now();
    // Before the slice ends: a repeat of an ended slice says nothing, so what is said later might never be.
    ports.table.append(&entries).await?;
    let next: Vec<Slice> = slice.next().into_iter().collect();
    let run = ports.table.end_slice(slice, &SliceEnd { status, counts, at }, &next).await?;
    ports.bus.publish_slices(&next).await?;
    say_if_not_whole(ports, &run, at).await?;
    Ok(run)
}

/// Says once that a run did not end well.
pub(crate) async fn say_if_not_whole<S, K, T: Table, B: Bus>(
    ports: &Ports<'_, S, K, T, B>,
    run: &Run,
    at: Timestamp,
) -> Result<(), SyncError> {
    let ended_badly = matches!(run.status, RunStatus::Partial | RunStatus::Failed);
    if ended_badly {
        let entry = report::run_not_whole(run, at);
        ports.bus.announce(Announcement::RunNotWhole, &entry).await?;
        if ports.table.note_first(&format!("not-whole#{}", run.id), at).await? {
            ports.table.append(&[entry]).await?;
        }
    }
    Ok(())
}

/// Pauses a run because there are no calls left, and asks for it to be resumed when there may be.
pub(crate) async fn pause<S, K, T: Table, B: Bus>(
    ports: &Ports<'_, S, K, T, B>,
    run: &RunId,
    error: &SyncError,
) -> Result<(), SyncError> {
    let now = ports.clock.now();
    let resume = match error {
        SyncError::Sink(SinkError::LimitSpent) => now + ORG_RECOVERS,
        _ => next_utc_day(now),
    };
    let entry = report::paused(run, error, resume, now);
    let hold = Hold { cancelled: false, reason: entry.sentence.clone() };
    ports.bus.resume_at(run, resume).await?;
    ports.table.hold(run, Some(hold)).await?;
    if ports.table.note_first(&format!("paused#{run}#{resume}"), now).await? {
        ports.table.append(std::slice::from_ref(&entry)).await?;
        ports.bus.announce(Announcement::ApiBudgetSpent, &entry).await?;
    }
    Ok(())
}

/// Our count of calls begins anew with the UTC day.
fn next_utc_day(now: Timestamp) -> Timestamp {
    let day = now.to_zoned(TimeZone::UTC).date().saturating_add(1.day());
    day.to_zoned(TimeZone::UTC).map_or(now + ORG_RECOVERS, |midnight| midnight.timestamp()) + AFTER_MIDNIGHT
}

/// Stops a run because its account was deactivated.
pub(crate) async fn stop_deactivated<S, K, T: Table, B>(
    ports: &Ports<'_, S, K, T, B>,
    run: &RunId,
) -> Result<(), SyncError> {
    let now = ports.clock.now();
    let entry = report::deactivated(run, now);
    let hold = Hold { cancelled: true, reason: entry.sentence.clone() };
    ports.table.hold(run, Some(hold)).await?;
    if ports.table.note_first(&format!("deactivated#{run}"), now).await? {
        ports.table.append(&[entry]).await?;
    }
    Ok(())
}
