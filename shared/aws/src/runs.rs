//! Runs and slices.
//!
//! Key `run#<id>`; sort `run` for the run, `slice#<id>` for each slice. A slice's end and what it adds to its run are one
//! transaction, conditional on the slice being open, so a repeat adds nothing.

use crate::{
    attributes::{self, Item, Reader, item, number, text},
    table::{DynamoTable, EXPIRES, KEY, SORT},
    unavailable,
};
use aws_sdk_dynamodb::types::{AttributeValue, Put, TransactWriteItem, Update};
use domain::{
    Run, RunId, RunKind, RunStatus, Slice, SliceId, SliceStatus,
    ports::{Progress, Runs, SliceEnd, StoreError},
};
use jiff::SignedDuration;

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
    run_item.extend(run.failure.iter().map(|failure| ("failure".to_owned(), text(failure))));
    run_item.extend(run.finished.iter().map(|at| ("last_end".to_owned(), text(at.to_string()))));
    run_item
}

fn read_run(item: &Item) -> Result<Run, StoreError> {
    let reader = Reader { kind: "run", item };
    let mut run = Run {
        id: reader.parsed("run", RunId::new)?,
        kind: reader.parsed("kind", RunKind::from_name)?,
        window: reader.window()?,
        status: RunStatus::Running,
        counts: reader.counts()?,
        open_slices: reader.number("open_slices")?,
        troubled_slices: reader.number("troubled_slices")?,
        finished_slices: reader.number("finished_slices")?,
        failure: reader.optional_text("failure").map(str::to_owned),
        started: reader.instant("started")?,
        finished: None,
    };
    run.status = run.verdict();
    if run.status != RunStatus::Running {
        run.finished = reader.instant("last_end").ok();
    }
    Ok(run)
}

fn slice_item(slice: &Slice, run_expires: i64) -> Item {
    let mut slice_item = item(key(&slice.run, slice_sort(&slice.id)));
    slice_item.extend(item(attributes::window(&slice.window)));
    slice_item.extend(item(attributes::counts(slice.counts)));
    slice_item.extend(item([
        ("run", text(slice.run.as_str())),
        ("slice", text(slice.id.as_str())),
        ("channel", text(slice.channel.as_str())),
        ("status", text(slice.status.as_str())),
        (EXPIRES, number(run_expires)),
    ]));
    slice_item
}

fn read_slice(item: &Item) -> Result<Slice, StoreError> {
    let reader = Reader { kind: "slice", item };
    Ok(Slice {
        run: reader.parsed("run", RunId::new)?,
        id: reader.parsed("slice", SliceId::new)?,
        channel: reader.channel()?,
        window: reader.window()?,
        status: reader.parsed("status", SliceStatus::from_name)?,
        counts: reader.counts()?,
    })
}

impl DynamoTable {
    fn put(&self, item: Item) -> Result<TransactWriteItem, StoreError> {
        let put = Put::builder().table_name(&self.name).set_item(Some(item));
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
}

impl Runs for DynamoTable {
    async fn begin(&self, run: &Run, slices: &[Slice]) -> Result<(), StoreError> {
        let expires = run.started.as_second() + LIFE.as_secs();
        let mut writes = vec![self.put(run_item(run))?];
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

    async fn note_progress(&self, slice: &Slice, progress: Progress) -> Result<(), StoreError> {
        let request = self.client.update_item().table_name(&self.name);
        let noted = request
            .set_key(Some(item(key(&slice.run, slice_sort(&slice.id)))))
            .update_expression("SET progress_read = :read, progress_expected = :expected")
            .condition_expression("attribute_exists(#key)")
            .expression_attribute_names("#key", KEY)
            .expression_attribute_values(":read", number(progress.read))
            .expression_attribute_values(":expected", number(progress.expected))
            .send()
            .await;
        match noted {
            // A slice that is gone has no progress to show.
            Err(error)
                if error.as_service_error().is_some_and(|e| e.is_conditional_check_failed_exception()) =>
            {
                Ok(())
            }
            other => other.map(|_| ()).map_err(unavailable),
        }
    }

    async fn progress(&self, run: &RunId) -> Result<Progress, StoreError> {
        let [(_, run_key), _] = key(run, RUN);
        let pages = self
            .client
            .query()
            .table_name(&self.name)
            .key_condition_expression("#key = :key AND begins_with(#sort, :slices)")
            .expression_attribute_names("#key", KEY)
            .expression_attribute_names("#sort", SORT)
            .expression_attribute_values(":key", run_key)
            .expression_attribute_values(":slices", text("slice#"))
            .into_paginator()
            .items()
            .send();
        let slices = pages.collect::<Result<Vec<Item>, _>>().await.map_err(unavailable)?;
        let mut sum = Progress::default();
        for slice in &slices {
            let reader = Reader { kind: "slice", item: slice };
            sum.read += reader.number("progress_read").unwrap_or_default();
            sum.expected += reader.number("progress_expected").unwrap_or_default();
        }
        Ok(sum)
    }

    async fn split(&self, slice: &Slice, halves: &[Slice; 2]) -> Result<(), StoreError> {
        let expires = self.existing_run(&slice.run).await?.started.as_second() + LIFE.as_secs();
        let close = self.close_slice(slice, SliceStatus::Split).update_expression("SET #status = :status");
        let one_more = Update::builder()
            .table_name(&self.name)
            .set_key(Some(item(key(&slice.run, RUN))))
            .update_expression("ADD open_slices :one")
            .expression_attribute_values(":one", number(1));
        let update = |builder: aws_sdk_dynamodb::types::builders::UpdateBuilder| {
            builder
                .build()
                .map(|update| TransactWriteItem::builder().update(update).build())
                .map_err(unavailable)
        };
        let mut writes = vec![update(close)?, update(one_more)?];
        for half in halves {
            writes.push(self.put(slice_item(half, expires))?);
        }
        self.transact(writes).await.map(|_| ())
    }

    async fn end_slice(&self, slice: &Slice, end: &SliceEnd) -> Result<Run, StoreError> {
        let mut close = self.close_slice(slice, end.status);
        let mut add = Update::builder().table_name(&self.name).set_key(Some(item(key(&slice.run, RUN))));
        let (mut set, mut sums) = (vec!["#status = :status".to_owned()], Vec::new());
        for (name, count) in attributes::counts(end.counts) {
            close = close.expression_attribute_values(format!(":{name}"), count.clone());
            add = add.expression_attribute_values(format!(":{name}"), count);
            set.push(format!("{name} = :{name}"));
            sums.push(format!("{name} :{name}"));
        }
        let troubled = u8::from(end.status != SliceStatus::Done);
        let close = close.update_expression(format!("SET {}", set.join(", ")));
        let add = add
            .update_expression(format!(
                "SET last_end = :at ADD {}, open_slices :less, troubled_slices :troubled, finished_slices :one",
                sums.join(", ")
            ))
            .expression_attribute_values(":at", text(end.at.to_string()))
            .expression_attribute_values(":less", number(-1))
            .expression_attribute_values(":troubled", number(troubled))
            .expression_attribute_values(":one", number(1));
        let writes = [close, add].map(|builder| {
            builder
                .build()
                .map(|update| TransactWriteItem::builder().update(update).build())
                .map_err(unavailable)
        });
        self.transact(writes.into_iter().collect::<Result<_, _>>()?).await?;
        self.existing_run(&slice.run).await
    }
}
