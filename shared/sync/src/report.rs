//! What the event log says of a slice: plain sentences with codes, fields and counts, never a value.

use crate::{SyncError, compare::Problems};
use domain::{
    Code, LogEntry, Run, RunId, Slice,
    event_log::{Category, Severity},
    ports::{Quarantined, Refusal},
};
use jiff::Timestamp;

/// One row that Salesforce refused.
pub(crate) fn refused(refused: &Quarantined, run: &RunId, at: Timestamp) -> LogEntry {
    let Refusal { status, fields, .. } = &refused.refusal;
    let place = if fields.is_empty() { String::new() } else { format!(" at {}", fields.join(", ")) };
    let sentence = format!(
        "Salesforce refused the Chat Transcript record with {status}{place}. It is kept in the quarantine and written \
         by the next run that reads this conversation, once the cause is mended."
    );
    LogEntry {
        conversation: Some(refused.conversation.clone()),
        ..entry(run, at, Category::Callout, Severity::Error, refused.code, sentence)
    }
}

/// One entry per field whose values did not fit.
pub(crate) fn left_out(run: &RunId, problems: &Problems, at: Timestamp) -> Vec<LogEntry> {
    let entries = problems.0.iter().map(|(field, (count, reason))| {
        let sentence = format!(
            "{field} was left out of {count} Chat Transcript record(s); the first time because {reason}."
        );
        entry(run, at, Category::Mapping, Severity::Warning, Code::ValueRejected, sentence)
    });
    entries.collect()
}

/// LivePerson answered, but not with everything.
pub(crate) fn partial_answer(slice: &Slice, at: Timestamp) -> LogEntry {
    let sentence = format!(
        "LivePerson answered in part for the {} slice {}: conversations may be missing. Sync this window again.",
        slice.channel, slice.id
    );
    entry(&slice.run, at, Category::Callout, Severity::Error, Code::LivePersonPartial, sentence)
}

/// Records that could not be read.
pub(crate) fn unreadable(slice: &Slice, count: u64, at: Timestamp) -> LogEntry {
    let sentence = format!(
        "{count} record(s) of the {} slice {} are not conversations as LivePerson documents them; they were left alone.",
        slice.channel, slice.id
    );
    entry(&slice.run, at, Category::Callout, Severity::Error, Code::RecordMalformed, sentence)
}

/// A slice that was given up.
pub(crate) fn given_up(slice: &Slice, error: &SyncError, at: Timestamp) -> LogEntry {
    let sentence = format!("The {} slice {} was given up: {error}.", slice.channel, slice.id);
    entry(&slice.run, at, Category::Callout, Severity::Error, error.code(), sentence)
}

/// A run that did not end well.
pub(crate) fn run_not_whole(run: &Run, at: Timestamp) -> LogEntry {
    let sentence = format!(
        "The {} run {} ended {}: fetched {}, written {}, unchanged {}, quarantined {}; {} of {} slices in trouble.",
        run.kind,
        run.id,
        run.status,
        run.counts.fetched,
        run.counts.written,
        run.counts.unchanged,
        run.counts.quarantined,
        run.troubled_slices,
        run.finished_slices,
    );
    entry(&run.id, at, Category::Run, Severity::Error, Code::RunNotWhole, sentence)
}

fn entry(
    run: &RunId,
    at: Timestamp,
    category: Category,
    severity: Severity,
    code: Code,
    sentence: String,
) -> LogEntry {
    LogEntry { at, category, severity, code, conversation: None, run: Some(run.clone()), sentence }
}
