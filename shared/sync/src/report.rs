//! What the event log is told. Field names, codes and counts; never a value.

use crate::{FieldProblem, Mappers, SyncError, compare::Problems};
use domain::{
    Code, LogEntry, Run, RunId, Slice,
    event_log::{Category, Severity},
    ports::{HitRate, QuarantineEntry, Quarantined, Refusal},
};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// One row that Salesforce refused.
pub(crate) fn refused(refused: &Quarantined, run: &RunId, at: Timestamp) -> LogEntry {
    let Refusal { status, fields, .. } = &refused.refusal;
    let place = if fields.is_empty() { String::new() } else { format!(" at {}", fields.join(", ")) };
    let what =
        if refused.code == Code::FileRefused { "File of the transcript" } else { "Chat Transcript record" };
    let sentence = format!(
        "Salesforce refused the {what} with {status}{place}. The conversation is kept in the quarantine and every run tries \
         it again for {} days.",
        QuarantineEntry::RETRY_DAYS
    );
    LogEntry {
        conversation: Some(refused.conversation.clone()),
        ..entry(run, at, Category::Callout, Severity::Error, refused.code, sentence)
    }
}

/// One entry per field whose values did not fit, or that Salesforce did not take, with the field's name.
pub(crate) fn left_out(
    run: &RunId,
    problems: &Problems,
    dropped: &Problems,
    at: Timestamp,
) -> Vec<(String, LogEntry)> {
    let misfits = problems.0.iter().map(|(field, (count, reason))| {
        let sentence = format!(
            "{field} was left out of {count} Chat Transcript record(s); the first time because {reason}."
        );
        (field, Code::ValueRejected, sentence)
    });
    let refused = dropped.0.iter().map(|(field, (count, status))| {
        let sentence = format!(
            "{field} was left out of {count} Chat Transcript record(s), since Salesforce refused it with {status}; the other \
             fields were written. Grant or restore the field, or take its mapping out."
        );
        (field, Code::FieldDropped, sentence)
    });
    let entries = misfits.chain(refused).map(|(field, code, sentence)| {
        (field.clone(), entry(run, at, Category::Mapping, Severity::Warning, code, sentence))
    });
    entries.collect()
}

/// A mapped field that the org no longer has; the run goes on without it.
#[must_use]
pub fn lost_field(run: &RunId, problem: &FieldProblem, at: Timestamp) -> LogEntry {
    let sentence = format!("{problem}. Until then the field is left out.");
    entry(run, at, Category::Mapping, Severity::Warning, problem.code(), sentence)
}

/// A mapping that used to find values and finds none any more.
pub(crate) fn silent(mappers: &Mappers, run: &RunId, was: &HitRate, at: Timestamp) -> LogEntry {
    let switch = was.question_id.as_deref().and_then(|id| mappers.address_by_id(was.channel, &was.field, id));
    let advice = match switch {
        Some(address) => format!("If its question was reworded, address it by its id instead: {address}"),
        None => "Check its address against a recent conversation".to_owned(),
    };
    let sentence = format!(
        "{} found a value in {} of {} {} conversations a day before and in almost none now. {advice}.",
        was.field, was.hits, was.seen, was.channel
    );
    entry(run, at, Category::Mapping, Severity::Error, Code::MappingSilent, sentence)
}

/// What a dry run knows would be refused, by Salesforce's code.
pub(crate) fn would_be_refused(run: &RunId, quarantine: &[QuarantineEntry], at: Timestamp) -> LogEntry {
    let mut reasons: BTreeMap<&str, u64> = BTreeMap::new();
    for one in quarantine {
        *reasons.entry(&one.refused.refusal.status).or_default() += 1;
    }
    let reasons: Vec<_> = reasons.iter().map(|(status, count)| format!("{status} ({count})")).collect();
    let sentence = format!(
        "Conversations of this window are in the quarantine and would be tried and perhaps refused again; the quarantine \
         holds: {}.",
        reasons.join(", ")
    );
    entry(run, at, Category::Run, Severity::Warning, Code::RowRefused, sentence)
}

/// LivePerson answered, but not with everything.
pub(crate) fn partial_answer(slice: &Slice, at: Timestamp) -> LogEntry {
    let sentence = format!(
        "LivePerson answered in part for the {} slice {}: conversations may be missing. Sync this window again.",
        slice.task.channel(),
        slice.id
    );
    entry(&slice.run, at, Category::Callout, Severity::Error, Code::LivePersonPartial, sentence)
}

/// Records that could not be read.
pub(crate) fn unreadable(slice: &Slice, count: u64, at: Timestamp) -> LogEntry {
    let sentence = format!(
        "{count} record(s) of the {} slice {} are not conversations as LivePerson documents them; they were left alone.",
        slice.task.channel(),
        slice.id
    );
    entry(&slice.run, at, Category::Callout, Severity::Error, Code::RecordMalformed, sentence)
}

/// Whether an error is a sign-in that was refused.
pub(crate) fn is_sign_in(error: &SyncError) -> bool {
    matches!(error.code(), Code::LivePersonUnauthorized | Code::SalesforceUnauthorized)
}

/// A slice that was given up.
pub(crate) fn given_up(slice: &Slice, error: &SyncError, at: Timestamp) -> LogEntry {
    let category = if is_sign_in(error) { Category::SignIn } else { Category::Callout };
    let sentence = format!("The {} slice {} was given up: {error}.", slice.task.channel(), slice.id);
    entry(&slice.run, at, category, Severity::Error, error.code(), sentence)
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

/// A run that waits for calls to Salesforce.
pub(crate) fn paused(run: &RunId, error: &SyncError, resume: Timestamp, at: Timestamp) -> LogEntry {
    let sentence = format!("The run {run} pauses until {resume}: {error}.");
    entry(run, at, Category::Run, Severity::Warning, Code::RunPaused, sentence)
}

/// A run that was stopped because its account was deactivated.
pub(crate) fn deactivated(run: &RunId, at: Timestamp) -> LogEntry {
    let sentence = format!(
        "The run {run} was stopped at the border of a slice because the account is deactivated. Activate it and resume the \
         run."
    );
    entry(run, at, Category::Configuration, Severity::Warning, Code::AccountDeactivated, sentence)
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
