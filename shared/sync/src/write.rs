//! From changed rows to Salesforce, the ledger and the quarantine.

use crate::{Ports, SyncError, Table, compare::Changed, report};
use domain::{
    Code, Counts, RunId,
    ports::{Quarantined, Row, RowOutcome, Sink, Written},
};

/// Upserts the rows, then keeps what Salesforce said of each. Answers the counts it adds.
pub(crate) async fn write<S, K: Sink, T: Table, B>(
    ports: &Ports<'_, S, K, T, B>,
    run: &RunId,
    changed: Vec<Changed>,
) -> Result<Counts, SyncError> {
    if changed.is_empty() {
        return Ok(Counts::default());
    }
    let now = ports.clock.now();
    let mut fingerprints = Vec::with_capacity(changed.len());
    let rows: Vec<Row> = changed
        .into_iter()
        .map(|one| {
            fingerprints.push(one.fingerprint);
            let fields = format!(r#"{},"Last_Synced__c":"{now:.3}""#, one.fields);
            Row { conversation: one.conversation, fields }
        })
        .collect();
    let upserted = ports.sink.upsert(&rows).await?;
    let (mut written, mut refused) = (Vec::new(), Vec::new());
    for ((row, fingerprint), outcome) in rows.into_iter().zip(fingerprints).zip(upserted.outcomes) {
        let conversation = row.conversation;
        match outcome {
            RowOutcome::Written { record } => {
                written.push(Written { conversation, fingerprint, record, at: now });
            }
            RowOutcome::Refused(refusal) => {
                refused.push(Quarantined { conversation, code: Code::RowRefused, refusal, at: now });
            }
        }
    }
    ports.table.keep_written(&written).await?;
    if !refused.is_empty() {
        ports.table.quarantine(&refused).await?;
        let entries: Vec<_> = refused.iter().map(|one| report::refused(one, run, now)).collect();
        ports.table.append(&entries).await?;
    }
    Ok(Counts {
        written: written.len() as u64,
        quarantined: refused.len() as u64,
        salesforce_calls: upserted.calls,
        ..Counts::default()
    })
}
