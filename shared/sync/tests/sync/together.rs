//! Slices that are worked on together: who reads when, and that each ends by itself.

use crate::bench::{Bench, Org, conversations};
use domain::{
    Channel, ConversationId, RunStatus, Scope, Search,
    ports::{
        Attached, FoundRecord, Page, RecordKey, Row, Sink, SinkError, Source, SourceError, Transcript,
        Upserted,
    },
};
use futures::{executor::block_on, future::poll_fn};
use simulation::{bus::Event, liveperson::LivePerson};
use std::{
    pin::pin,
    sync::Mutex,
    task::{Context, Poll, Waker},
};
use sync::{MAX_PAGE, Ports, ReadySlice, SliceOutcome, SyncError, work_slices};

/// So many others get on before a write is answered, and one before a page is.
const WRITE_TAKES: usize = 30;

/// What the outside systems were asked, and whom they have not answered yet.
#[derive(Default)]
struct Outside {
    noted: Mutex<Vec<String>>,
    waiting: Mutex<Vec<Waker>>,
}

impl Outside {
    fn note(&self, what: String) {
        self.noted.lock().unwrap().push(what);
    }

    /// Waits while everybody else gets on so many times.
    async fn others_first(&self, mut times: usize) {
        poll_fn(|context: &mut Context<'_>| {
            if times == 0 {
                return Poll::Ready(());
            }
            times -= 1;
            self.waiting.lock().unwrap().push(context.waker().clone());
            Poll::Pending
        })
        .await;
    }

    /// Lets time pass for those who wait, until the work is done.
    async fn during<R>(&self, work: impl Future<Output = R>) -> R {
        let mut work = pin!(work);
        poll_fn(|context: &mut Context<'_>| {
            let outcome = work.as_mut().poll(context);
            self.waiting.lock().unwrap().drain(..).for_each(Waker::wake);
            outcome
        })
        .await
    }
}

/// One of the outside systems, which takes its time and notes what it is asked.
struct Slow<'a, T>(&'a T, &'a Outside);

impl Source for Slow<'_, LivePerson> {
    async fn read_page(&self, search: &Search, offset: u64, limit: u64) -> Result<Page, SourceError> {
        let long = if matches!(search.scope, Scope::LastedAtLeast(_)) { "-long" } else { "" };
        self.1.note(format!("read {}{long} {}", search.channel, offset / MAX_PAGE));
        self.1.others_first(1).await;
        self.0.read_page(search, offset, limit).await
    }

    async fn read_one(&self, channel: Channel, conversation: &ConversationId) -> Result<Page, SourceError> {
        self.0.read_one(channel, conversation).await
    }
}

impl Sink for Slow<'_, Org> {
    const MAX_ROWS: usize = Org::MAX_ROWS;
    const MAX_TOGETHER: usize = Org::MAX_TOGETHER;

    async fn upsert(&self, rows: &[Row], together: usize) -> Result<Upserted, SinkError> {
        self.1.note(format!("write {}", rows.len()));
        self.1.others_first(WRITE_TAKES).await;
        self.1.note(format!("written {}", rows.len()));
        self.0.upsert(rows, together).await
    }

    async fn attach(&self, transcripts: &[Transcript]) -> Result<Attached, SinkError> {
        self.0.attach(transcripts).await
    }

    async fn find_record(
        &self,
        record: &RecordKey,
        fields: &[&str],
    ) -> Result<Option<FoundRecord>, SinkError> {
        self.0.find_record(record, fields).await
    }
}

/// Works on all slices of a run together. What came of each, and what was asked of the outside.
fn together(bench: &mut Bench) -> (Vec<Result<SliceOutcome, SyncError>>, Vec<String>) {
    bench.plan();
    let mut ready = Vec::new();
    while let Some(event) = bench.bus.take_next() {
        let Event::Slice { run, slice, .. } = event else { continue };
        ready.push(ReadySlice { run, slice, last_try: false });
    }
    let outside = Outside::default();
    let Ports { source, sink, table, bus, clock } = bench.ports();
    let ports = Ports { source: &Slow(source, &outside), sink: &Slow(sink, &outside), table, bus, clock };
    let work = work_slices(&ports, &bench.mappers, bench.policy(), &ready);
    let outcomes = block_on(outside.during(work));
    (outcomes, outside.noted.into_inner().unwrap())
}

#[track_caller]
fn place(noted: &[String], what: &str) -> usize {
    noted.iter().position(|one| one == what).unwrap_or_else(|| panic!("no {what:?} in {noted:#?}"))
}

#[test]
fn one_slice_is_read_after_the_other_while_the_first_ones_rows_are_written() {
    let mut bench = Bench::of(conversations(2_400));
    let (outcomes, noted) = together(&mut bench);
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    let (run, counts) = match outcomes.last() {
        Some(Ok(SliceOutcome::Ended(run))) => (run.verdict(), run.counts),
        other => panic!("{other:?}"),
    };
    assert_eq!((run, counts.written), (RunStatus::Succeeded, 2_400));

    let (chat, messaging) = (place(&noted, "read chat 7"), place(&noted, "read messaging 1"));
    assert!(chat < messaging, "messaging is read before all of chat is asked for: {noted:#?}");
    assert!(messaging < place(&noted, "written 800"), "nothing is read while rows are written: {noted:#?}");
    assert!(place(&noted, "read messaging 0") < place(&noted, "write 800"), "{noted:#?}");
}

#[test]
fn a_slice_of_one_page_does_not_wait_for_its_turn() {
    let mut bench = Bench::of(conversations(6_000));
    let (_, noted) = together(&mut bench);
    let (next, last) = (place(&noted, "read messaging 0"), place(&noted, "read chat 19"));
    assert!(next < last, "the slice of long chats waits until all chats are asked for: {noted:#?}");
}

#[test]
fn a_slice_that_fails_leaves_the_others_alone() {
    let mut bench = Bench::of(conversations(600));
    bench.liveperson.state().errors.push_back(SourceError::Throttled);
    let (outcomes, _) = together(&mut bench);
    let failed = outcomes.iter().filter(|outcome| outcome.is_err()).count();
    assert_eq!((failed, outcomes.len()), (1, 3), "{outcomes:?}");
}
