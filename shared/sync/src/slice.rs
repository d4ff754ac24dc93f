//! One slice, from LivePerson's first page to balanced counts.

use crate::{
    Mappers, Ports, SyncError, Table,
    compare::{Compared, Comparison, MAX_PAGE, Problems},
    report,
    write::write,
};
use domain::{
    Counts, LogEntry, Run, RunId, RunStatus, Slice, SliceId, SliceStatus,
    ports::{Bus, Page, Sink, SliceEnd, Source},
};
use futures::{
    Stream, StreamExt, TryStreamExt,
    stream::{self, FuturesOrdered},
};
use jiff::SignedDuration;
use std::collections::HashSet;

/// The most conversations a slice works on; one that meets more halves itself.
pub const MAX_CONVERSATIONS: u64 = 2_000;
/// LivePerson widens searches to round ten minutes, so cutting finer than two of them gains nothing.
const SHORTEST_TO_HALVE: SignedDuration = SignedDuration::from_mins(20);
/// LivePerson asks for smooth traffic.
const READS_IN_FLIGHT: usize = 4;
const WRITES_IN_FLIGHT: usize = 2;

/// What came of working on a slice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SliceOutcome {
    /// It was finished before, or there is no such slice. Nothing to do.
    Nothing,
    /// It held too much; its halves carry its work.
    Halved,
    /// It is finished, and this is how its run stands.
    Ended(Run),
}

/// Works on a slice. On the `last_try` an error that may pass ends the slice as failed instead of being handed back, so
/// that a run never waits for a message that will not come again.
///
/// # Errors
/// [`SyncError`] of what may pass; the same call, later, takes the work up again.
pub async fn work_slice<S: Source, K: Sink, T: Table, B: Bus>(
    ports: &Ports<'_, S, K, T, B>,
    mappers: &Mappers,
    account: &str,
    run: &RunId,
    slice: &SliceId,
    last_try: bool,
) -> Result<SliceOutcome, SyncError> {
    let Some(slice) = ports.table.slice(run, slice).await? else { return Ok(SliceOutcome::Nothing) };
    match slice.status {
        SliceStatus::Open => {}
        SliceStatus::Split => {
            // The last attempt may have ended between the table and the bus.
            publish_halves(ports, &slice).await?;
            return Ok(SliceOutcome::Halved);
        }
        SliceStatus::Done | SliceStatus::Partial | SliceStatus::Failed => return Ok(SliceOutcome::Nothing),
    }
    match sync_slice(ports, mappers, account, &slice).await {
        Ok(None) => Ok(SliceOutcome::Halved),
        Ok(Some(done)) => end(ports, &slice, done).await.map(SliceOutcome::Ended),
        Err(error) if error.may_pass() && !last_try => Err(error),
        Err(error) => fail(ports, &slice, &error).await.map(SliceOutcome::Ended),
    }
}

/// What a slice came to.
#[derive(Default)]
struct Done {
    counts: Counts,
    partial: bool,
    unreadable: u64,
    problems: Problems,
}

/// `None` when the slice was halved.
async fn sync_slice<S: Source, K: Sink, T: Table, B: Bus>(
    ports: &Ports<'_, S, K, T, B>,
    mappers: &Mappers,
    account: &str,
    slice: &Slice,
) -> Result<Option<Done>, SyncError> {
    let first = ports.source.read_page(slice.channel, slice.window, 0, MAX_PAGE).await?;
    if first.total > MAX_CONVERSATIONS
        && slice.window.length() > SHORTEST_TO_HALVE
        && let Some(mut halves) = slice.halves()
    {
        halves[0].counts = Counts { liveperson_calls: first.calls, ..slice.counts };
        ports.table.split(slice, &halves).await?;
        ports.bus.publish_slices(&halves).await?;
        return Ok(None);
    }
    let comparison =
        Comparison { table: ports.table, mappers, account, slice, read: 0, seen: HashSet::new() };
    let batches = batches(pages(ports.source, slice, first), comparison, K::MAX_ROWS);
    let start = Done { counts: slice.counts, ..Done::default() };
    let done = batches
        .map_ok(async |batch| {
            let mut counts = write(ports, &slice.run, batch.changed).await?;
            counts.fetched = batch.fetched;
            counts.unchanged = batch.unchanged;
            counts.quarantined += batch.unreadable;
            counts.liveperson_calls = batch.liveperson_calls;
            Ok(Done {
                counts,
                partial: batch.partial,
                unreadable: batch.unreadable,
                problems: batch.problems,
            })
        })
        .try_buffer_unordered(WRITES_IN_FLIGHT)
        .try_fold(start, async |mut done, batch| {
            done.counts += batch.counts;
            done.partial |= batch.partial;
            done.unreadable += batch.unreadable;
            done.problems.add(batch.problems);
            Ok(done)
        })
        .await?;
    Ok(Some(done))
}

/// The slice's pages in order, a few of them read ahead. More conversations may appear while it reads; it goes on until
/// it has seen as many as LivePerson last said there are.
fn pages<'a, S: Source>(
    source: &'a S,
    slice: &'a Slice,
    first: Page,
) -> impl Stream<Item = Result<Page, SyncError>> + 'a {
    let (total, next_offset, reads) = (first.total, MAX_PAGE, FuturesOrdered::new());
    let rest = stream::try_unfold(
        (total, next_offset, reads),
        move |(mut total, mut next_offset, mut reads)| async move {
            while next_offset < total && reads.len() < READS_IN_FLIGHT {
                reads.push_back(source.read_page(slice.channel, slice.window, next_offset, MAX_PAGE));
                next_offset += MAX_PAGE;
            }
            let Some(page) = reads.try_next().await? else { return Ok(None) };
            total = total.max(page.total);
            Ok(Some((page, (total, next_offset, reads))))
        },
    );
    stream::iter([Ok(first)]).chain(rest)
}

/// Compares page after page and gathers what changed until a call to Salesforce is full.
fn batches<'a, T: Table>(
    pages: impl Stream<Item = Result<Page, SyncError>> + 'a,
    comparison: Comparison<'a, T>,
    max_rows: usize,
) -> impl Stream<Item = Result<Compared, SyncError>> + 'a {
    let state = (Box::pin(pages), comparison, Some(Compared::default()));
    stream::try_unfold(state, move |(mut pages, mut comparison, pending)| async move {
        let Some(mut batch) = pending else { return Ok(None) };
        while let Some(page) = pages.try_next().await? {
            batch.add(comparison.compare(&page).await?);
            if batch.changed.len() >= max_rows {
                let later = Compared { changed: batch.changed.split_off(max_rows), ..Compared::default() };
                return Ok(Some((batch, (pages, comparison, Some(later)))));
            }
        }
        Ok(Some((batch, (pages, comparison, None))))
    })
}

impl Compared {
    fn add(&mut self, page: Compared) {
        self.changed.extend(page.changed);
        self.fetched += page.fetched;
        self.unchanged += page.unchanged;
        self.unreadable += page.unreadable;
        self.liveperson_calls += page.liveperson_calls;
        self.partial |= page.partial;
        self.problems.add(page.problems);
    }
}

async fn publish_halves<S, K, T, B: Bus>(
    ports: &Ports<'_, S, K, T, B>,
    slice: &Slice,
) -> Result<(), SyncError> {
    if let Some(halves) = slice.halves() {
        ports.bus.publish_slices(&halves).await?;
    }
    Ok(())
}

/// Ends a slice whose conversations are all accounted for, or says that they are not.
async fn end<S, K, T: Table, B>(
    ports: &Ports<'_, S, K, T, B>,
    slice: &Slice,
    done: Done,
) -> Result<Run, SyncError> {
    let whole = !done.partial && done.counts.balance();
    let status = if whole { SliceStatus::Done } else { SliceStatus::Partial };
    let mut entries = report::left_out(&slice.run, &done.problems, ports.clock.now());
    if done.partial {
        entries.push(report::partial_answer(slice, ports.clock.now()));
    }
    if done.unreadable > 0 {
        entries.push(report::unreadable(slice, done.unreadable, ports.clock.now()));
    }
    finish(ports, slice, status, done.counts, entries).await
}

/// Gives a slice up.
async fn fail<S, K, T: Table, B>(
    ports: &Ports<'_, S, K, T, B>,
    slice: &Slice,
    error: &SyncError,
) -> Result<Run, SyncError> {
    let entry = report::given_up(slice, error, ports.clock.now());
    finish(ports, slice, SliceStatus::Failed, slice.counts, vec![entry]).await
}

async fn finish<S, K, T: Table, B>(
    ports: &Ports<'_, S, K, T, B>,
    slice: &Slice,
    status: SliceStatus,
    counts: Counts,
    mut entries: Vec<LogEntry>,
) -> Result<Run, SyncError> {
    let at = ports.clock.now();
    let run = ports.table.end_slice(slice, &SliceEnd { status, counts, at }).await?;
    if matches!(run.status, RunStatus::Partial | RunStatus::Failed) {
        entries.push(report::run_not_whole(&run, at));
    }
    ports.table.append(&entries).await?;
    Ok(run)
}
