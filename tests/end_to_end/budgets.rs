//! Budgets that no clock decides, and that waste planted on purpose breaks them: a call per row, a client per event.
//! (A tree per record is planted in the mapping's own test of its allocations.)

use bootstrap::Workspace;
use domain::{
    SyncWindow,
    ports::{Attached, FoundRecord, RecordKey, Row, RowOutcome, Sink, SinkError, Transcript, Upserted},
};
use jiff::SignedDuration;
use local::{
    aws::Message,
    functions::sqs_event,
    stack::{Stack, workspace},
};
use std::{slice::from_ref, sync::Arc};
use sync::{Policy, Ports, ReadySlice, work_slices};
use tests::{function::first_poll, manual_run, start};

/// Over 35 days; in 48 hours some two hundred of them begin or change.
const CONVERSATIONS: u64 = 2_000;

/// Work that need not be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Waste {
    None,
    /// Every row is written by a call of its own.
    CallPerRow,
    /// Every event finds the function as if it had just started.
    ClientPerEvent,
}

/// Syncs 48 hours and says which budgets it breaks.
async fn over_budget(waste: Waste) -> Vec<String> {
    let data = tempfile::tempdir().unwrap();
    let stack = start(data.path(), |options| {
        options.conversations = CONVERSATIONS;
        options.works_on_slices = false;
    })
    .await;
    let now = stack.workspace.clock.now();
    let window = SyncWindow::new(now - SignedDuration::from_hours(48), now).unwrap();
    let run = tokio::select! {
        run = manual_run(&stack, window) => run,
        () = work_on_slices(&stack, waste) => unreachable!("it works for ever"),
    };
    assert!((100..=1_000).contains(&run.counts.written), "{run:?}");
    let (liveperson, salesforce) =
        (stack.liveperson.switchboard().calls(), stack.salesforce.switchboard().calls());
    let of = |name: &str| salesforce.get(name).copied().unwrap_or(0);
    let budgets = [
        ("LivePerson searches", liveperson["chat-search"] + liveperson["messaging-search"], 12),
        ("Salesforce writes", of("composite") + of("collections-upsert"), 2),
        ("looks for LivePerson's hosts", liveperson["discovery"], 1),
        // The planner, which is another function, signs in as well.
        ("sign-ins", of("token"), 2),
    ];
    let broken = budgets.into_iter().filter(|(_, calls, most)| calls > most);
    broken.map(|(what, calls, most)| format!("{what}: {calls} instead of {most}")).collect()
}

/// Delivers slices as the queue does, to a function that is as wasteful as it is told to be.
async fn work_on_slices(stack: &Stack, waste: Waste) {
    let new = || workspace(stack.ports, None, Arc::clone(&stack.workspace.clock));
    let mut function = new();
    loop {
        let message = stack.slices.receive().await;
        match waste {
            Waste::CallPerRow => work_row_by_row(&function, &message).await,
            Waste::None | Waste::ClientPerEvent => {
                let answer = sync_slice::handle(&function, sqs_event(from_ref(&message))).await.unwrap();
                assert!(answer.batch_item_failures.is_empty());
            }
        }
        stack.slices.delete(&message);
        if waste == Waste::ClientPerEvent {
            function = new();
        }
    }
}

/// What `sync_slice::handle` does, with [`RowByRow`] before Salesforce.
async fn work_row_by_row(function: &Workspace, message: &Message) {
    let event: serde_json::Value = serde_json::from_str(&message.body).unwrap();
    let id = |name: &str| event["detail"][name].as_str().unwrap().to_owned();
    let (run, slice) = (domain::RunId::new(&id("run")).unwrap(), domain::SliceId::new(&id("slice")).unwrap());
    let configuration = function.configuration().await.unwrap();
    let mappers = function.mappers(&configuration).await.unwrap();
    let clients = function.clients(&configuration).await.unwrap();
    let Ports { source, sink, table, bus, clock } = function.ports(&clients);
    let ports = Ports { source, sink: &RowByRow(sink), table, bus, clock };
    let ready = [ReadySlice { run, slice, last_try: true }];
    let worked = work_slices(&ports, &mappers, Policy::of(&configuration), &ready).await;
    assert!(worked.iter().all(Result::is_ok), "{worked:?}");
}

/// Salesforce, asked for every row by itself.
struct RowByRow<'a, K>(&'a K);

impl<K: Sink> Sink for RowByRow<'_, K> {
    const MAX_ROWS: usize = K::MAX_ROWS;
    const MAX_TOGETHER: usize = K::MAX_TOGETHER;

    async fn upsert(&self, rows: &[Row], together: usize) -> Result<Upserted, SinkError> {
        let mut outcomes: Vec<RowOutcome> = Vec::new();
        let (mut calls, mut allowed_calls) = (0, None);
        for row in rows.chunks(1) {
            let one = self.0.upsert(row, together).await?;
            outcomes.extend(one.outcomes);
            calls += one.calls;
            allowed_calls = one.allowed_calls;
        }
        Ok(Upserted { outcomes, calls, allowed_calls })
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

#[tokio::test(flavor = "multi_thread")]
async fn the_budgets_hold_and_planted_waste_breaks_them() {
    assert_eq!(over_budget(Waste::None).await, Vec::<String>::new());
    for (waste, want) in
        [(Waste::CallPerRow, "Salesforce writes"), (Waste::ClientPerEvent, "looks for LivePerson's hosts")]
    {
        let broken = over_budget(waste).await;
        assert!(broken.iter().any(|said| said.starts_with(want)), "{waste:?} goes unnoticed: {broken:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_function_that_starts_fetches_nothing_before_its_first_event() {
    let data = tempfile::tempdir().unwrap();
    let stack = start(data.path(), |options| options.conversations = 100).await;
    let counted = || {
        let boards = [&stack.aws_calls, stack.liveperson.switchboard(), stack.salesforce.switchboard()];
        boards.map(|board| board.total_calls())
    };
    let before = counted();
    for name in ["admin", "widget", "transcript", "sync-chat", "sync-plan", "sync-slice"] {
        let started = tokio::task::block_in_place(|| first_poll(name, &stack));
        assert_eq!(counted(), before, "{name}: AWS, LivePerson and Salesforce calls");
        println!("{name}: {started:?}");
    }
}
