//! Runs and slices.
//!
//! Key `run#<id>`; sort `run` for the run, `slice#<id>` for each slice. A slice's end and what it adds to its run are one
//! transaction, conditional on the slice being open, so a repeat adds nothing. Key `runs#<UTC month>`, sort
//! `<started>#<id>`: which runs there are, newest last.

use crate::{
    attributes::{self, Item, Reader, item, number, stamped, text},
    table::{DynamoTable, EXPIRES, KEY, SORT},
    unavailable,
};
use aws_sdk_dynamodb::types::{AttributeValue, Put, TransactWriteItem, Update};
use domain::{
    Counts, Run, RunId, RunKind, RunStatus, Slice, SliceId, SliceStatus,
    ports::{Progress, Runs, SliceEnd, StoreError},
    run::{Checkpoint, Hold},
};
use jiff::{SignedDuration, Timestamp, ToSpan, tz::TimeZone};

const RUN: &str = "run";
const LIFE: SignedDuration = SignedDuration::from_hours(24 * 400);

fn key(run: &RunId, sort: impl Into<String>) -> [(&'static str, AttributeValue); 2] {
    [(KEY, text(format!("run#{run}"))), (SORT, text(sort))]
}

fn slice_sort(slice: &SliceId) -> String {
    format!("slice#{slice}")
}

fn run_item(run: &Run) -> Item {
    let mut run_item = item(key(&run.id, RUN));
    run_item.extend(item(attributes::window(&run.window)));
    run_item.extend(item(attributes::counts(run.counts)));
    run_item.extend(item([
        ("run", text(run.id.as_str())),
        ("kind", text(run.kind.as_str())),
        ("open_slices", number(run.open_slices)),
        ("troubled_slices", number(run.troubled_slices)),
        ("finished_slices", number(run.finished_slices)),
        ("started", text(run.started.to_string())),
        (EXPIRES, number(run.started.as_second() + LIFE.as_secs())),
    ]));
    run_item.extend(run.dry_run.then(|| ("dry_run".to_owned(), AttributeValue::Bool(true))));
    run_item.extend(run.failure.iter().map(|failure| ("failure".to_owned(), text(failure))));
    run_item.extend(run.finished.iter().map(|at| ("last_end".to_owned(), text(at.to_string()))));
    run_item
}

fn read_run(item: &Item) -> Result<Run, StoreError> {
    let reader = Reader::of("run", item)?;
    let mut run = Run {
        id: reader.parsed("run", RunId::new)?,
        kind: reader.parsed("kind", RunKind::from_name)?,
        window: reader.window()?,
        dry_run: item.contains_key("dry_run"),
        status: RunStatus::Running,
        hold: reader
            .optional_text("hold_reason")
            .map(|reason| Hold { cancelled: item.contains_key("cancelled"), reason: reason.to_owned() }),
        counts: reader.counts()?,
        open_slices: reader.number("open_slices")?,
        troubled_slices: reader.number("troubled_slices")?,
        finished_slices: reader.number("finished_slices")?,
        failure: reader.optional_text("failure").map(str::to_owned),
        started: reader.instant("started")?,
        finished: None,
    };
    run.status = run.verdict();
    if run.open_slices == 0 {
        run.finished = reader.instant("last_end").ok();
    }
    Ok(run)
}

fn slice_item(slice: &Slice, run_expires: i64) -> Item {
    let mut slice_item = item(key(&slice.run, slice_sort(&slice.id)));
    slice_item.extend(item(attributes::task(&slice.task)));
    slice_item.extend(item(attributes::counts(slice.counts)));
    slice_item.extend(item([
        ("run", text(slice.run.as_str())),
        ("slice", text(slice.id.as_str())),
        ("status", text(slice.status.as_str())),
        ("offset", number(slice.checkpoint.offset)),
        ("total", number(slice.checkpoint.total)),
        (EXPIRES, number(run_expires)),
    ]));
    slice_item
}

fn read_slice(item: &Item) -> Result<Slice, StoreError> {
    let reader = Reader::of("slice", item)?;
    Ok(Slice {
        run: reader.parsed("run", RunId::new)?,
        id: reader.parsed("slice", SliceId::new)?,
        task: reader.task()?,
        status: reader.parsed("status", SliceStatus::from_name)?,
        counts: reader.counts()?,
        checkpoint: Checkpoint { offset: reader.number("offset")?, total: reader.number("total")? },
    })
}

/// Where the list of runs has this one.
fn listing(run: &Run) -> Item {
    let month = month(run.started);
    item([
        (KEY, text(format!("runs#{month}"))),
        (SORT, text(format!("{:.3}#{}", run.started, run.id))),
        ("run", text(run.id.as_str())),
        (EXPIRES, number(run.started.as_second() + LIFE.as_secs())),
    ])
}

fn month(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%Y-%m").to_string()
}

impl DynamoTable {
    fn put(&self, item: Item) -> Result<TransactWriteItem, StoreError> {
        let put = Put::builder().table_name(&self.name).set_item(Some(stamped(item)));
        let put =
            put.condition_expression("attribute_not_exists(#key)").expression_attribute_names("#key", KEY);
        Ok(TransactWriteItem::builder().put(put.build().map_err(unavailable)?).build())
    }

    /// Sets an open slice's status; the condition makes a repeat do nothing.
    fn close_slice(
        &self,
        slice: &Slice,
        status: SliceStatus,
    ) -> aws_sdk_dynamodb::types::builders::UpdateBuilder {
        Update::builder()
            .table_name(&self.name)
            .set_key(Some(item(key(&slice.run, slice_sort(&slice.id)))))
            .condition_expression("#status = :open")
            .expression_attribute_names("#status", "status")
            .expression_attribute_values(":open", text(SliceStatus::Open.as_str()))
            .expression_attribute_values(":status", text(status.as_str()))
    }

    async fn existing_run(&self, id: &RunId) -> Result<Run, StoreError> {
        let missing = || StoreError::Unreadable { item: "run", reason: format!("run {id} is missing") };
        self.run(id).await?.ok_or_else(missing)
    }

    async fn slice_items(&self, run: &RunId) -> Result<Vec<Item>, StoreError> {
        let [(_, run_key), _] = key(run, RUN);
        let pages = self
            .client
            .query()
            .table_name(&self.name)
            .consistent_read(true)
            .key_condition_expression("#key = :key AND begins_with(#sort, :slices)")
            .expression_attribute_names("#key", KEY)
            .expression_attribute_names("#sort", SORT)
            .expression_attribute_values(":key", run_key)
            .expression_attribute_values(":slices", text("slice#"))
            .into_paginator()
            .items()
            .send();
        pages.collect::<Result<Vec<Item>, _>>().await.map_err(unavailable)
    }

    /// The newest runs, newest first, `limit` at most, of this month and the two before it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn latest_runs(&self, now: Timestamp, limit: usize) -> Result<Vec<Run>, StoreError> {
        let mut runs = Vec::new();
        let first = now.to_zoned(TimeZone::UTC).date().first_of_month();
        for back in 0..3 {
            let date = first.saturating_sub(back.months());
            let answer = self
                .client
                .query()
                .table_name(&self.name)
                .key_condition_expression("#key = :key")
                .expression_attribute_names("#key", KEY)
                .expression_attribute_values(":key", text(format!("runs#{}", date.strftime("%Y-%m"))))
                .scan_index_forward(false)
                .limit(i32::try_from(limit - runs.len()).unwrap_or(i32::MAX))
                .send()
                .await
                .map_err(unavailable)?;
            for found in answer.items() {
                let id = Reader::of("list of runs", found)?.parsed("run", RunId::new)?;
                runs.extend(self.run(&id).await?);
            }
            if runs.len() >= limit {
                break;
            }
        }
        Ok(runs)
    }
}

impl Runs for DynamoTable {
    async fn begin(&self, run: &Run, slices: &[Slice]) -> Result<(), StoreError> {
        let expires = run.started.as_second() + LIFE.as_secs();
        let mut writes = vec![self.put(run_item(run))?, self.put(listing(run))?];
        for slice in slices {
            writes.push(self.put(slice_item(slice, expires))?);
        }
        self.transact(writes).await.map(|_| ())
    }

    async fn run(&self, run: &RunId) -> Result<Option<Run>, StoreError> {
        let [(_, AttributeValue::S(key)), _] = key(run, RUN) else { return Ok(None) };
        self.get(&key, RUN).await?.as_ref().map(read_run).transpose()
    }

    async fn slice(&self, run: &RunId, slice: &SliceId) -> Result<Option<Slice>, StoreError> {
        let [(_, AttributeValue::S(key)), (_, AttributeValue::S(sort))] = key(run, slice_sort(slice)) else {
            return Ok(None);
        };
        self.get(&key, &sort).await?.as_ref().map(read_slice).transpose()
    }

    async fn checkpoint(
        &self,
        slice: &Slice,
        checkpoint: Checkpoint,
        counts: Counts,
    ) -> Result<(), StoreError> {
        let mut set = vec!["#offset = :offset".to_owned(), "#total = :total".to_owned()];
        let mut request = self.client.update_item().table_name(&self.name);
        for (name, count) in attributes::counts(counts) {
            request = request.expression_attribute_values(format!(":{name}"), count);
            set.push(format!("{name} = :{name}"));
        }
        let request = request
            .set_key(Some(item(key(&slice.run, slice_sort(&slice.id)))))
            .update_expression(format!("SET {}", set.join(", ")))
            .condition_expression("#status = :open")
            .expression_attribute_names("#status", "status")
            .expression_attribute_names("#offset", "offset")
            .expression_attribute_names("#total", "total")
            .expression_attribute_values(":open", text(SliceStatus::Open.as_str()))
            .expression_attribute_values(":offset", number(checkpoint.offset))
            .expression_attribute_values(":total", number(checkpoint.total));
        // A slice that someone else has ended meanwhile needs no checkpoint.
        self.update(request).await.map(|_| ())
    }

    async fn progress(&self, run: &RunId) -> Result<Progress, StoreError> {
        let mut sum = Progress::default();
        for slice in &self.slice_items(run).await? {
            let reader = Reader::of("slice", slice)?;
            sum.read += reader.number("offset").unwrap_or_default();
            sum.expected += reader.number("total").unwrap_or_default();
        }
        Ok(sum)
    }

    async fn end_slice(&self, slice: &Slice, end: &SliceEnd, next: &[Slice]) -> Result<Run, StoreError> {
        let mut close = self.close_slice(slice, end.status);
        let mut add = Update::builder().table_name(&self.name).set_key(Some(item(key(&slice.run, RUN))));
        let (mut set, mut sums) = (vec!["#status = :status".to_owned()], Vec::new());
        for (name, count) in attributes::counts(end.counts) {
            close = close.expression_attribute_values(format!(":{name}"), count.clone());
            add = add.expression_attribute_values(format!(":{name}"), count);
            set.push(format!("{name} = :{name}"));
            sums.push(format!("{name} :{name}"));
        }
        let troubled = matches!(end.status, SliceStatus::Partial | SliceStatus::Failed);
        let close = close.update_expression(format!("SET {}", set.join(", ")));
        let add = add
            .update_expression(format!(
                "SET last_end = :at ADD {}, open_slices :more, troubled_slices :troubled, finished_slices :finished",
                sums.join(", ")
            ))
            .expression_attribute_values(":at", text(end.at.to_string()))
            .expression_attribute_values(":more", number(next.len() as i64 - 1))
            .expression_attribute_values(":troubled", number(u8::from(troubled)))
            .expression_attribute_values(":finished", number(u8::from(end.status != SliceStatus::Split)));
        let writes = [close, add].map(|builder| {
            builder
                .build()
                .map(|update| TransactWriteItem::builder().update(update).build())
                .map_err(unavailable)
        });
        let mut writes: Vec<_> = writes.into_iter().collect::<Result<_, _>>()?;
        if !next.is_empty() {
            let expires = self.existing_run(&slice.run).await?.started.as_second() + LIFE.as_secs();
            for slice in next {
                writes.push(self.put(slice_item(slice, expires))?);
            }
        }
        self.transact(writes).await?;
        self.existing_run(&slice.run).await
    }

    async fn hold(&self, run: &RunId, hold: Option<Hold>) -> Result<Option<Run>, StoreError> {
        let request = self
            .client
            .update_item()
            .table_name(&self.name)
            .set_key(Some(item(key(run, RUN))))
            .condition_expression("attribute_exists(#key)")
            .expression_attribute_names("#key", KEY);
        let request = match hold {
            None => request.update_expression("REMOVE hold_reason, cancelled"),
            Some(Hold { cancelled: true, reason }) => request
                .update_expression("SET hold_reason = :reason, cancelled = :yes")
                .expression_attribute_values(":reason", text(reason))
                .expression_attribute_values(":yes", AttributeValue::Bool(true)),
            // What a person cancelled stays cancelled.
            Some(Hold { cancelled: false, reason }) => request
                .condition_expression("attribute_exists(#key) AND attribute_not_exists(cancelled)")
                .update_expression("SET hold_reason = :reason")
                .expression_attribute_values(":reason", text(reason)),
        };
        self.update(request).await?;
        self.run(run).await
    }

    async fn unfinished_slices(&self, run: &RunId) -> Result<Vec<Slice>, StoreError> {
        let slices = self.slice_items(run).await?.iter().map(read_slice).collect::<Result<Vec<_>, _>>()?;
        let unfinished = |slice: &Slice| matches!(slice.status, SliceStatus::Open | SliceStatus::Split);
        Ok(slices.into_iter().filter(unfinished).collect())
    }
}
