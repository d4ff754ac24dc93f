//! One slice, from LivePerson's first page to balanced counts.

use crate::{
    Mappers, Policy, Ports, SyncError, Table,
    compare::{Bounds, Compared, Comparison, MAX_PAGE, Problems},
    end,
    together::{ReadySlice, Turn},
    watch::Watched,
    write::{Writer, WrittenBatch},
};
use domain::{
    Channel, Counts, Run, Scope, Search, Slice, SliceStatus, Task,
    ports::{Bus, Page, QuarantineEntry, Sink, SinkError, SliceEnd, Source, SourceError},
    run::Checkpoint,
};
use futures::{
    SinkExt, Stream, StreamExt, TryStreamExt,
    channel::mpsc,
    future::{self, Either},
    lock::MutexGuard,
    poll,
    stream::{self, FuturesOrdered},
};
use jiff::{SignedDuration, Timestamp};
use std::{collections::BTreeSet, pin::pin, sync::Mutex, task::Poll};

/// The most conversations a slice works on; one that meets more cuts itself into pieces.
pub const MAX_CONVERSATIONS: u64 = 10_000;
/// About as many a piece has, cut by time: some have a third more before they must be cut again.
const CONVERSATIONS_A_PIECE: u64 = 7_500;
/// LivePerson widens searches to round ten minutes, so cutting finer than two of them gains nothing.
const SHORTEST_TO_CUT: SignedDuration = SignedDuration::from_mins(20);
/// Pages asked for: one more than LivePerson is asked for at once, so that the next call starts when one is answered, and not
/// when its page is read. More would only take memory.
const PAGES_AHEAD: usize = 5;
/// Pages that have come and wait to be looked at, so that a look that takes long does not keep others from coming.
const PAGES_WAITING: usize = 2;
const WRITES_IN_FLIGHT: usize = 2;
/// How often a search is read again from its beginning because results vanished while it was read.
const MOST_PASSES: usize = 3;
/// A run tries at most so many quarantined conversations of a channel again, each with a call of its own.
const MOST_RETRIES: usize = 200;

/// What came of working on a slice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SliceOutcome {
    /// It was finished before, or there is no such slice, or its run does not go on. Nothing to do.
    Nothing,
    /// Others carry its work.
    Cut,
    /// Its run was held at its border.
    Held,
    /// It is finished, and this is how its run stands.
    Ended(Box<Run>),
}

/// Works on a slice, reading when it is its turn.
pub(crate) async fn work<S: Source, K: Sink, T: Table, B: Bus>(
    ports: &Ports<'_, S, K, T, B>,
    mappers: &Mappers,
    policy: Policy<'_>,
    ready: &ReadySlice,
    turn: &Turn,
) -> Result<SliceOutcome, SyncError> {
    let ReadySlice { run, slice, last_try } = ready;
    let (Some(run), Some(slice)) = (ports.table.run(run).await?, ports.table.slice(run, slice).await?) else {
        return Ok(SliceOutcome::Nothing);
    };
    if !run.goes_on() {
        // The last attempt may have ended before it was said.
        end::say_if_not_whole(ports, &run, ports.clock.now()).await?;
        return Ok(SliceOutcome::Nothing);
    }
    match slice.status {
        SliceStatus::Open if policy.active => {}
        SliceStatus::Open => {
            end::stop_deactivated(ports, &run.id).await?;
            return Ok(SliceOutcome::Held);
        }
        SliceStatus::Split => {
            // The last attempt may have ended between the table and the bus.
            publish_pieces(ports, &slice).await?;
            return Ok(SliceOutcome::Cut);
        }
        SliceStatus::Done | SliceStatus::Partial | SliceStatus::Failed => {
            ports.bus.publish_slices(slice.next().as_slice()).await?;
            return Ok(SliceOutcome::Nothing);
        }
    }
    let lost_fields = Mutex::new(BTreeSet::new());
    let channel = slice.task.channel();
    let writer = Writer {
        ports: *ports,
        policy,
        run: &run.id,
        channel,
        dry_run: run.dry_run,
        lost_fields: &lost_fields,
    };
    let work = Work { ports, mappers, policy, slice: &slice, writer: &writer, turn };
    let worked = match slice.task {
        Task::Search(search, since) => work.search(search, since).await,
        Task::RetryQuarantine(channel) => work.retry_quarantine(channel, &run).await.map(Some),
    };
    match worked {
        Ok(None) => Ok(SliceOutcome::Cut),
        Ok(Some(done)) => end::end(ports, mappers, &run, &slice, done).await.map(ended),
        Err(error @ (SyncError::BudgetSpent | SyncError::Sink(SinkError::LimitSpent))) => {
            end::pause(ports, &run.id, &error).await?;
            Ok(SliceOutcome::Held)
        }
        Err(error) if error.may_pass() && !*last_try => Err(error),
        Err(error) => end::fail(ports, &slice, &error).await.map(ended),
    }
}

/// What a slice came to.
#[derive(Default)]
pub(crate) struct Done {
    pub(crate) counts: Counts,
    pub(crate) partial: bool,
    pub(crate) unreadable: u64,
    pub(crate) problems: Problems,
    pub(crate) dropped: Problems,
    pub(crate) watched: Watched,
}

impl Done {
    fn add(&mut self, batch: Compared, written: WrittenBatch) {
        self.counts += batch.counts;
        self.counts += written.counts;
        self.partial |= batch.partial;
        self.unreadable += batch.unreadable;
        self.problems.add(batch.problems);
        self.dropped.add(written.dropped);
        self.watched.add(batch.watched);
    }
}

/// Asks for the pieces of a slice that was cut to be worked on, as far as they are open.
async fn publish_pieces<S, K, T: Table, B: Bus>(
    ports: &Ports<'_, S, K, T, B>,
    slice: &Slice,
) -> Result<(), SyncError> {
    let prefix = format!("{}.", slice.id);
    let mut pieces = ports.table.unfinished_slices(&slice.run).await?;
    pieces.retain(|piece| piece.id.as_str().starts_with(&prefix));
    ports.bus.publish_slices(&pieces).await?;
    Ok(())
}

struct Work<'a, S, K, T, B> {
    ports: &'a Ports<'a, S, K, T, B>,
    mappers: &'a Mappers,
    policy: Policy<'a>,
    slice: &'a Slice,
    writer: &'a Writer<'a, S, K, T, B>,
    turn: &'a Turn,
}

impl<S: Source, K: Sink, T: Table, B: Bus> Work<'_, S, K, T, B> {
    /// `None` when others carry the work.
    async fn search(&self, search: Search, since: Timestamp) -> Result<Option<Done>, SyncError> {
        let mut done = Done { counts: self.slice.counts, ..Done::default() };
        let (mut offset, mut first) = match self.first_page(&search).await {
            Err(SyncError::Source(SourceError::Rejected { .. }))
                if matches!(search.scope, Scope::UpdatedSince(_)) =>
            {
                return self.search_otherwise(search, since).await;
            }
            other => other?,
        };
        let can_be_cut = search.starts.length() > SHORTEST_TO_CUT;
        if offset == 0 && first.total > MAX_CONVERSATIONS && can_be_cut {
            let pieces = self.slice.cut(first.total.div_ceil(CONVERSATIONS_A_PIECE));
            if !pieces.is_empty() {
                return self.hand_over(&pieces, first.calls).await;
            }
        }
        let since = if search.channel == Channel::Chat { since } else { Timestamp::MIN };
        let bounds = Some(Bounds { starts: search.starts, since });
        let mut comparison = self.comparison(search.channel, bounds);
        for _ in 0..MOST_PASSES {
            // LivePerson is read on while rows are compared and written.
            let (sender, read) = mpsc::channel(PAGES_WAITING);
            let reads_on = first.total > offset + MAX_PAGE;
            let turn = if reads_on { Some(self.turn.wait().await) } else { None };
            let reading = send_all(pages(self.ports.source, search, offset, first, turn), sender);
            let batches = batches(read, &mut comparison, K::MAX_ROWS);
            let ((), vanished) = future::try_join(reading, self.write_all(batches, &mut done)).await?;
            if !vanished {
                break;
            }
            (offset, first) = (0, self.ports.source.read_page(&search, 0, MAX_PAGE).await?);
        }
        Ok(Some(done))
    }

    fn comparison(&self, channel: Channel, bounds: Option<Bounds>) -> Comparison<'_, T> {
        Comparison::new(self.ports.table, self.mappers, self.policy.account, channel, bounds)
    }

    /// The page at the checkpoint. Results that have vanished since then have moved those that follow forward, so it steps
    /// back by as many.
    async fn first_page(&self, search: &Search) -> Result<(u64, Page), SyncError> {
        let Checkpoint { offset, total } = self.slice.checkpoint;
        let first = self.ports.source.read_page(search, offset, MAX_PAGE).await?;
        let vanished = total.saturating_sub(first.total);
        if vanished == 0 || offset == 0 {
            return Ok((offset, first));
        }
        let offset = offset.saturating_sub(vanished);
        Ok((offset, self.ports.source.read_page(search, offset, MAX_PAGE).await?))
    }

    /// For accounts that cannot be asked for what changed: those that are open, and in the [next](Slice::next) slice those
    /// that ended since.
    async fn search_otherwise(&self, search: Search, since: Timestamp) -> Result<Option<Done>, SyncError> {
        let open = Task::Search(Search { scope: Scope::Open, ..search }, since);
        self.hand_over(&self.slice.replaced_by([open].into_iter()), 1).await
    }

    async fn hand_over(&self, pieces: &[Slice], calls: u64) -> Result<Option<Done>, SyncError> {
        let mut counts = self.slice.counts;
        counts.liveperson_calls += calls;
        let end = SliceEnd { status: SliceStatus::Split, counts, at: self.ports.clock.now() };
        self.ports.table.end_slice(self.slice, &end, pieces).await?;
        publish_pieces(self.ports, self.slice).await?;
        Ok(None)
    }

    /// Writes batch after batch; each is kept as the slice's checkpoint once everything before it is. Answers whether
    /// results vanished while they were read.
    async fn write_all(
        &self,
        batches: impl Stream<Item = Result<Compared, SyncError>>,
        done: &mut Done,
    ) -> Result<bool, SyncError> {
        let written = batches
            .map_ok(async |mut batch| {
                let written = self.writer.write(std::mem::take(&mut batch.changed)).await?;
                Ok((batch, written))
            })
            .try_buffered(WRITES_IN_FLIGHT);
        let (mut written, mut most, mut shrunk) = (pin!(written), 0, false);
        while let Some((batch, written)) = written.try_next().await? {
            let checkpoint = batch.checkpoint;
            shrunk |= batch.shrunk || checkpoint.total < most;
            most = most.max(checkpoint.total);
            done.add(batch, written);
            // What LivePerson left out must be said at the end, and what was passed over is still to be read: if it does not
            // get there, the slice is to be read again.
            if !done.partial && !shrunk {
                self.ports.table.checkpoint(self.slice, checkpoint, done.counts).await?;
            }
        }
        Ok(shrunk)
    }

    /// Reads those in the quarantine that are due, each by its id, and tries to write those that the run does not read
    /// anyway.
    async fn retry_quarantine(&self, channel: Channel, run: &Run) -> Result<Done, SyncError> {
        let now = self.ports.clock.now();
        let mut due: Vec<QuarantineEntry> = self.ports.table.in_quarantine().await?;
        due.retain(|entry| entry.refused.channel == channel && entry.is_due(now));
        due.sort_by_key(|entry| entry.refused.at);
        due.truncate(MOST_RETRIES);
        let mut comparison = self.comparison(channel, None).of_quarantined(run);
        let mut done = Done::default();
        let pages = stream::iter(due)
            .map(async |entry: QuarantineEntry| {
                self.ports.source.read_one(channel, &entry.refused.conversation).await
            })
            .buffered(PAGES_AHEAD);
        let (mut pages, mut batch) = (pin!(pages), Compared::default());
        while let Some(page) = pages.try_next().await? {
            batch.add(comparison.compare(page, 0).await?);
        }
        let written = self.writer.write(std::mem::take(&mut batch.changed)).await?;
        done.add(batch, written);
        Ok(done)
    }
}

/// A search's pages in order with their offsets, a few of them read ahead. More conversations may appear while it reads;
/// it goes on until it has seen as many as LivePerson last said there are. The turn ends when all it knows of are asked for.
fn pages<'a, S: Source>(
    source: &'a S,
    search: Search,
    offset: u64,
    first: Page,
    turn: Option<MutexGuard<'a, ()>>,
) -> impl Stream<Item = Result<(Page, u64), SyncError>> + 'a {
    let (total, next_offset, reads) = (first.total, offset + MAX_PAGE, FuturesOrdered::new());
    let rest = stream::try_unfold(
        (total, next_offset, reads, turn),
        move |(mut total, mut next_offset, mut reads, mut turn)| async move {
            while next_offset < total && reads.len() < PAGES_AHEAD {
                let offset = next_offset;
                let read = async move {
                    let page = source.read_page(&search, offset, MAX_PAGE).await?;
                    Ok::<_, SyncError>((page, offset))
                };
                reads.push_back(begun(read).await);
                next_offset += MAX_PAGE;
            }
            turn = turn.filter(|_| next_offset < total);
            let Some((page, offset)) = reads.try_next().await? else { return Ok(None) };
            total = total.max(page.total);
            Ok(Some(((page, offset), (total, next_offset, reads, turn))))
        },
    );
    stream::iter([Ok((first, offset))]).chain(rest)
}

/// A future that has been polled once: the call it makes is under way, though nobody waits for it yet.
async fn begun<F: Future>(future: F) -> impl Future<Output = F::Output> {
    let mut future = Box::pin(future);
    match poll!(&mut future) {
        Poll::Ready(output) => Either::Left(future::ready(output)),
        Poll::Pending => Either::Right(future),
    }
}

/// Hands on what a stream brings, for as long as anybody takes it.
async fn send_all<V>(stream: impl Stream<Item = V>, mut sender: mpsc::Sender<V>) -> Result<(), SyncError> {
    let mut stream = pin!(stream);
    while let Some(value) = stream.next().await {
        if sender.send(value).await.is_err() {
            break;
        }
    }
    Ok(())
}

/// Compares page after page and gathers what changed until a call to Salesforce is full.
fn batches<'a, T: Table>(
    pages: impl Stream<Item = Result<(Page, u64), SyncError>> + 'a,
    comparison: &'a mut Comparison<'_, T>,
    max_rows: usize,
) -> impl Stream<Item = Result<Compared, SyncError>> {
    stream::try_unfold(Some((Box::pin(pages), comparison)), move |state| async move {
        let Some((mut pages, comparison)) = state else { return Ok(None) };
        let mut batch = Compared::default();
        while let Some((page, offset)) = pages.try_next().await? {
            batch.add(comparison.compare(page, offset).await?);
            if batch.is_full(max_rows) {
                return Ok(Some((batch, Some((pages, comparison)))));
            }
        }
        // One without a page would take the checkpoint back to the beginning.
        Ok((!batch.is_empty()).then_some((batch, None)))
    })
}

fn ended(run: Run) -> SliceOutcome {
    SliceOutcome::Ended(Box::new(run))
}
