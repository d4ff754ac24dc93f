//! From changed rows to Salesforce, the ledger and the quarantine.

use crate::{
    Policy, Ports, SyncError, Table,
    compare::{Changed, Problems},
    fields::LAST_SYNCED_FIELD,
    report, rows,
};
use domain::{
    Channel, Code, Counts, RunId,
    ports::{Quarantined, Refusal, Row, RowOutcome, Sink, SinkError, Transcript, Upserted, Written},
    refusal::{Remedy, fields_named},
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use std::{
    collections::{BTreeSet, VecDeque},
    fmt::Write,
    sync::{Mutex, PoisonError},
};

/// How many rows go together after Salesforce found them too many.
const TOGETHER: [usize; 3] = [50, 10, 1];

/// Writes the batches of one slice.
pub(crate) struct Writer<'a, S, K, T, B> {
    pub(crate) ports: Ports<'a, S, K, T, B>,
    pub(crate) policy: Policy<'a>,
    pub(crate) run: &'a RunId,
    pub(crate) channel: Channel,
    pub(crate) dry_run: bool,
    /// Fields the object turned out not to have, or not to let us write: left out from then on.
    pub(crate) lost_fields: &'a Mutex<BTreeSet<String>>,
}

/// What a batch came to.
#[derive(Debug, Default)]
pub(crate) struct WrittenBatch {
    /// Written, created, quarantined and Salesforce's calls.
    pub(crate) counts: Counts,
    /// Fields left out because Salesforce did not take them.
    pub(crate) dropped: Problems,
}

/// Rows on their way, and what each of them is of. Their fields have moved from the ones to the others.
struct Pending {
    changed: Vec<Changed>,
    rows: Vec<Row>,
    /// As many go together.
    together: usize,
}

/// What became of the rows of a batch.
#[derive(Default)]
struct Settled {
    written: Vec<(Changed, String, bool)>,
    refused: Vec<(Changed, Code, Refusal)>,
}

impl<S, K: Sink, T: Table, B> Writer<'_, S, K, T, B> {
    /// Upserts the rows and their Files, then keeps what Salesforce said of each.
    pub(crate) async fn write(&self, changed: Vec<Changed>) -> Result<WrittenBatch, SyncError> {
        if self.dry_run {
            return Ok(would_write(&changed));
        }
        let mut batch = WrittenBatch::default();
        if changed.is_empty() {
            return Ok(batch);
        }
        let now = self.ports.clock.now();
        let mut settled = self.upsert(changed, now, &mut batch).await?;
        self.attach(&mut settled, &mut batch).await?;
        self.keep(settled, now, &mut batch).await?;
        Ok(batch)
    }

    /// Writes one row and answers its record and whether that is new, or why it was refused.
    pub(crate) async fn write_one(
        &self,
        changed: Changed,
    ) -> Result<Result<(String, bool), Refusal>, SyncError> {
        let now = self.ports.clock.now();
        let mut batch = WrittenBatch::default();
        let mut settled = self.upsert(vec![changed], now, &mut batch).await?;
        self.attach(&mut settled, &mut batch).await?;
        let written = settled.written.first().map(|(_, record, created)| (record.clone(), *created));
        let refusal = settled.refused.first().map(|(.., refusal)| refusal.clone());
        self.keep(settled, now, &mut batch).await?;
        let nothing =
            || Refusal { status: "UNKNOWN_EXCEPTION".to_owned(), fields: vec![], message: String::new() };
        Ok(written.ok_or_else(|| refusal.unwrap_or_else(nothing)))
    }

    /// Rows that Salesforce would take without some field, or in smaller company, are sent again that way.
    async fn upsert(
        &self,
        changed: Vec<Changed>,
        now: Timestamp,
        batch: &mut WrittenBatch,
    ) -> Result<Settled, SyncError> {
        let mut settled = Settled::default();
        let mut rounds = VecDeque::from([self.pending(changed, now)]);
        while let Some(Pending { changed, rows, together }) = rounds.pop_front() {
            let upserted = self.upsert_rows(&rows, together).await?;
            batch.counts.salesforce_calls += upserted.calls;
            let smaller = TOGETHER.into_iter().find(|size| *size < together).unwrap_or(1);
            let (mut reduced, mut fewer) = (Pending::none(together), Pending::none(smaller));
            for ((one, row), outcome) in changed.into_iter().zip(rows).zip(upserted.outcomes) {
                let refusal = match outcome {
                    RowOutcome::Written { record, created } => {
                        settled.written.push((one, record, created));
                        continue;
                    }
                    RowOutcome::Refused(refusal) => refusal,
                };
                let remedy = Remedy::of(&refusal);
                match self.without_fields(&row, &refusal, remedy, &mut batch.dropped) {
                    Some(fields) => reduced.push(one, Row { fields, ..row }),
                    None if remedy == Remedy::Fewer && together > 1 => fewer.push(one, row),
                    None => settled.refused.push((one, Code::RowRefused, refusal)),
                }
            }
            rounds.extend([reduced, fewer].into_iter().filter(|pending| !pending.rows.is_empty()));
        }
        Ok(settled)
    }

    fn pending(&self, changed: Vec<Changed>, now: Timestamp) -> Pending {
        let lost = self.lost_fields.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut pending = Pending::none(K::MAX_TOGETHER);
        for mut one in changed {
            let mut fields = std::mem::take(&mut one.fields);
            // Writing to a `String` cannot fail.
            let _ = write!(fields, r#","{LAST_SYNCED_FIELD}":"{now:.3}""#);
            let reduced = if lost.is_empty() { None } else { rows::without(&fields, &lost) };
            let row = Row { conversation: one.conversation.clone(), fields: reduced.unwrap_or(fields) };
            pending.push(one, row);
        }
        pending
    }

    /// A call that is refused as a whole for what a row can be mended of is taken as refused row by row.
    async fn upsert_rows(&self, rows: &[Row], together: usize) -> Result<Upserted, SyncError> {
        self.reserve_call().await?;
        let upserted = match self.ports.sink.upsert(rows, together).await {
            Err(SinkError::Rejected { status, reason }) => {
                let refusal = Refusal { status, fields: Vec::new(), message: reason };
                let mendable = match Remedy::of(&refusal) {
                    Remedy::WithoutFields => !fields_named(&refusal).is_empty(),
                    Remedy::Fewer => together > 1,
                    Remedy::Again | Remedy::Person => false,
                };
                if !mendable {
                    let Refusal { status, message, .. } = refusal;
                    return Err(SinkError::Rejected { status, reason: message }.into());
                }
                let outcomes = rows.iter().map(|_| RowOutcome::Refused(refusal.clone())).collect();
                Upserted { outcomes, calls: 1, allowed_calls: None }
            }
            other => other?,
        };
        self.count(upserted.calls, upserted.allowed_calls).await?;
        Ok(upserted)
    }

    /// The row's fields without those that are to blame, if that is the remedy and there are such.
    fn without_fields(
        &self,
        row: &Row,
        refusal: &Refusal,
        remedy: Remedy,
        dropped: &mut Problems,
    ) -> Option<String> {
        if remedy != Remedy::WithoutFields {
            return None;
        }
        let named: BTreeSet<String> = fields_named(refusal).into_iter().collect();
        let fields = rows::without(&row.fields, &named)?;
        for field in &named {
            dropped.note(field, || refusal.status.clone());
        }
        if matches!(refusal.status.as_str(), "INVALID_FIELD" | "INVALID_FIELD_FOR_INSERT_UPDATE") {
            self.lost_fields.lock().unwrap_or_else(PoisonError::into_inner).extend(named);
        }
        Some(fields)
    }

    /// Stores the whole transcripts of what was written. A conversation whose File is refused is not accounted written.
    async fn attach(&self, settled: &mut Settled, batch: &mut WrittenBatch) -> Result<(), SyncError> {
        let (mut with_file, mut whole): (Vec<_>, Vec<_>) =
            settled.written.drain(..).partition(|(changed, ..)| changed.transcript.is_some());
        if !with_file.is_empty() {
            let transcripts: Vec<Transcript> = with_file
                .iter_mut()
                .map(|(changed, record, created)| Transcript {
                    conversation: changed.conversation.clone(),
                    record: record.clone(),
                    new: *created,
                    text: changed.transcript.take().unwrap_or_default(),
                })
                .collect();
            self.reserve_call().await?;
            let attached = self.ports.sink.attach(&transcripts).await?;
            batch.counts.salesforce_calls += attached.calls;
            self.count(attached.calls, None).await?;
            for (one, outcome) in with_file.into_iter().zip(attached.outcomes) {
                match outcome {
                    Ok(()) => whole.push(one),
                    Err(refusal) => settled.refused.push((one.0, Code::FileRefused, refusal)),
                }
            }
        }
        settled.written = whole;
        Ok(())
    }

    async fn keep(
        &self,
        settled: Settled,
        now: Timestamp,
        batch: &mut WrittenBatch,
    ) -> Result<(), SyncError> {
        batch.counts.created = settled.written.iter().filter(|(.., created)| *created).count() as u64;
        let written: Vec<Written> = settled
            .written
            .into_iter()
            .map(|(Changed { conversation, fingerprint, known, .. }, record, _)| Written {
                conversation,
                fingerprint,
                record,
                at: now,
                known,
            })
            .collect();
        self.ports.table.keep_written(&written).await?;
        batch.counts.written = written.len() as u64;
        let refused: Vec<Quarantined> = settled
            .refused
            .into_iter()
            .map(|(changed, code, refusal)| Quarantined {
                conversation: changed.conversation,
                channel: self.channel,
                code,
                refusal,
                at: now,
            })
            .collect();
        if !refused.is_empty() {
            self.ports.table.quarantine(&refused).await?;
            let entries: Vec<_> = refused.iter().map(|one| report::refused(one, self.run, now)).collect();
            self.ports.table.append(&entries).await?;
        }
        batch.counts.quarantined = refused.len() as u64;
        Ok(())
    }

    /// Takes one call off our share of the day's before it is made; the first one too many is not made.
    async fn reserve_call(&self) -> Result<(), SyncError> {
        let usage = self.ports.table.add_calls(self.today(), 1, None).await?;
        if usage.is_too_much(self.policy.api_share) { Err(SyncError::BudgetSpent) } else { Ok(()) }
    }

    /// Adds the calls that were made beyond the one that was reserved.
    async fn count(&self, calls: u64, allowed: Option<u64>) -> Result<(), SyncError> {
        self.ports.table.add_calls(self.today(), calls.saturating_sub(1), allowed).await?;
        Ok(())
    }

    fn today(&self) -> Date {
        self.ports.clock.now().to_zoned(TimeZone::UTC).date()
    }
}

impl Pending {
    fn none(together: usize) -> Pending {
        Pending { changed: Vec::new(), rows: Vec::new(), together }
    }

    fn push(&mut self, changed: Changed, row: Row) {
        self.changed.push(changed);
        self.rows.push(row);
    }
}

/// What a dry run says of rows it does not write.
fn would_write(changed: &[Changed]) -> WrittenBatch {
    let quarantined = changed.iter().filter(|one| one.known.quarantined).count() as u64;
    let created = changed.iter().filter(|one| one.known.version == 0).count() as u64;
    let counts =
        Counts { written: changed.len() as u64 - quarantined, created, quarantined, ..Counts::default() };
    WrittenBatch { counts, ..WrittenBatch::default() }
}
