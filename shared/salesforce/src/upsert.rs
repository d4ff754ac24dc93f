//! Upserts of Chat Transcript records: 200 rows a collection, up to five collections a call, cut by bytes as well.

use crate::{
    client::{Salesforce, read_errors},
    wire,
};
use domain::{
    ports::{
        Attached, FoundRecord, RecordKey, Refusal, Row, RowOutcome, Sink, SinkError, Transcript, Upserted,
    },
    refusal::Remedy,
};
use reqwest::Method;
use std::{
    fmt::Write,
    sync::atomic::{AtomicU64, Ordering},
};

/// API name of our object.
pub const TRANSCRIPT_OBJECT: &str = "LP_ChatTranscript__c";
/// API name of its external id.
pub(crate) const EXTERNAL_ID: &str = "Conversation_Id__c";

const ROWS_PER_COLLECTION: usize = 200;
pub(crate) const COLLECTIONS_PER_CALL: usize = 5;
/// Salesforce takes 50 MB of JSON a call; half of that leaves room for what it adds.
const BYTES_PER_CALL: usize = 25_000_000;

impl Sink for Salesforce {
    const MAX_ROWS: usize = ROWS_PER_COLLECTION * COLLECTIONS_PER_CALL;
    const MAX_TOGETHER: usize = ROWS_PER_COLLECTION;

    async fn upsert(&self, rows: &[Row], together: usize) -> Result<Upserted, SinkError> {
        let calls = AtomicU64::new(0);
        let together = together.clamp(1, Self::MAX_TOGETHER);
        let mut outcomes = self.upsert_once(rows, together, &calls).await?;
        for pause in &self.retries().0 {
            let passing: Vec<usize> = (0..rows.len()).filter(|&row| may_pass(&outcomes[row])).collect();
            if passing.is_empty() {
                break;
            }
            tracing::warn!(rows = passing.len(), "retrying rows that Salesforce may take now");
            tokio::time::sleep(pause.mul_f64(1.0 + fastrand::f64() / 2.0)).await;
            let again: Vec<Row> = passing.iter().map(|&row| rows[row].clone()).collect();
            for (row, outcome) in passing.into_iter().zip(self.upsert_once(&again, together, &calls).await?) {
                outcomes[row] = outcome;
            }
        }
        let allowed_calls = Some(self.limits().allowed).filter(|allowed| *allowed > 0);
        Ok(Upserted { outcomes, calls: calls.load(Ordering::Relaxed), allowed_calls })
    }

    async fn attach(&self, transcripts: &[Transcript]) -> Result<Attached, SinkError> {
        self.attach_files(transcripts).await
    }

    async fn find_record(
        &self,
        record: &RecordKey,
        fields: &[&str],
    ) -> Result<Option<FoundRecord>, SinkError> {
        self.find_transcript(record, fields).await
    }
}

fn may_pass(outcome: &RowOutcome) -> bool {
    matches!(outcome, RowOutcome::Refused(refusal) if Remedy::of(refusal) == Remedy::Again)
}

impl Salesforce {
    async fn upsert_once(
        &self,
        rows: &[Row],
        together: usize,
        calls: &AtomicU64,
    ) -> Result<Vec<RowOutcome>, SinkError> {
        let mut outcomes = Vec::with_capacity(rows.len());
        let mut rest = rows;
        while !rest.is_empty() {
            let (call, later) = rest.split_at(rows_in_one_call(rest, together));
            outcomes.extend(self.upsert_call(call, together, calls).await?);
            rest = later;
        }
        Ok(outcomes)
    }

    /// The collections of one call. One with what a composite call would misread goes alone.
    async fn upsert_call(
        &self,
        rows: &[Row],
        together: usize,
        calls: &AtomicU64,
    ) -> Result<Vec<RowOutcome>, SinkError> {
        let target = self.data_path(&format!("/composite/sobjects/{TRANSCRIPT_OBJECT}/{EXTERNAL_ID}"));
        let collections: Vec<&[Row]> = rows.chunks(together).collect();
        let together: Vec<&[Row]> =
            collections.iter().copied().filter(|rows| !rows.iter().any(looks_like_a_reference)).collect();
        let mut composite = Vec::new().into_iter();
        if together.len() > 1 {
            let body = composite_body(&target, &together);
            let answer = self.send(Method::POST, &self.data_path("/composite"), Some(body), calls).await?;
            composite = read_composite(&answer, &together.iter().map(|rows| rows.len()).collect::<Vec<_>>())?
                .into_iter();
        }
        let mut outcomes = Vec::with_capacity(rows.len());
        for rows in collections {
            if together.len() > 1 && !rows.iter().any(looks_like_a_reference) {
                outcomes.extend(composite.by_ref().take(rows.len()));
            } else {
                let answer = self.send(Method::PATCH, &target, Some(collection(rows)), calls).await?;
                outcomes.extend(read_collection(&answer, rows.len())?);
            }
        }
        Ok(outcomes)
    }
}

/// A composite call takes `@{` for a reference to another subrequest, also in what a visitor wrote.
fn looks_like_a_reference(row: &Row) -> bool {
    row.fields.contains("@{")
}

fn rows_in_one_call(rows: &[Row], together: usize) -> usize {
    let mut bytes = 0;
    let fitting = rows.iter().take_while(|row| {
        bytes += row.fields.len() + 200;
        bytes <= BYTES_PER_CALL
    });
    fitting.take(together * COLLECTIONS_PER_CALL).count().max(1)
}

/// What a row takes in a body besides its fields.
const BYTES_BESIDE_FIELDS: usize = 140;

/// The body of one collections upsert.
fn collection(rows: &[Row]) -> String {
    let mut body = String::with_capacity(size(rows));
    push_collection(rows, &mut body);
    body
}

/// About how long their collection is.
fn size(rows: &[Row]) -> usize {
    rows.iter().map(|row| row.fields.len() + BYTES_BESIDE_FIELDS).sum()
}

fn push_collection(rows: &[Row], body: &mut String) {
    body.push_str(r#"{"allOrNone":false,"records":["#);
    for (n, row) in rows.iter().enumerate() {
        let comma = if n > 0 { "," } else { "" };
        let more = if row.fields.is_empty() { "" } else { "," };
        // A conversation id has no character JSON would escape. Writing to a `String` cannot fail.
        let _ = write!(
            body,
            r#"{comma}{{"attributes":{{"type":"{TRANSCRIPT_OBJECT}"}},"{EXTERNAL_ID}":"{}"{more}{}}}"#,
            row.conversation, row.fields
        );
    }
    body.push_str("]}");
}

/// The body of one composite call with a subrequest per collection. `allOrNone` false: each row stands alone. A transcript
/// is copied into it once.
fn composite_body(target: &str, collections: &[&[Row]]) -> String {
    let sizes: usize = collections.iter().map(|rows| size(rows) + target.len() + BYTES_BESIDE_FIELDS).sum();
    let mut body = String::with_capacity(sizes);
    body.push_str(r#"{"allOrNone":false,"compositeRequest":["#);
    for (n, rows) in collections.iter().enumerate() {
        let comma = if n > 0 { "," } else { "" };
        let _ = write!(body, r#"{comma}{{"method":"PATCH","url":"{target}","referenceId":"rows{n}","body":"#);
        push_collection(rows, &mut body);
        body.push('}');
    }
    body.push_str("]}");
    body
}

pub(crate) fn read_collection(answer: &str, rows: usize) -> Result<Vec<RowOutcome>, SinkError> {
    let results: Vec<wire::SaveResult> = serde_json::from_str(answer)
        .map_err(|e| SinkError::Malformed { reason: format!("a collection's results: {e}") })?;
    if results.len() != rows {
        let reason = format!("{} results for {rows} rows", results.len());
        return Err(SinkError::Malformed { reason });
    }
    results.into_iter().map(read_result).collect()
}

fn read_result(result: wire::SaveResult) -> Result<RowOutcome, SinkError> {
    if result.success {
        let record = result
            .id
            .ok_or_else(|| SinkError::Malformed { reason: "a written row without an id".to_owned() })?;
        return Ok(RowOutcome::Written { record, created: result.created });
    }
    let first = result.errors.into_iter().next();
    Ok(RowOutcome::Refused(first.map_or_else(
        || Refusal { status: "UNKNOWN_EXCEPTION".to_owned(), fields: Vec::new(), message: String::new() },
        |error| Refusal { status: error.code, fields: error.fields, message: error.message },
    )))
}

pub(crate) fn read_composite(answer: &str, sizes: &[usize]) -> Result<Vec<RowOutcome>, SinkError> {
    let answer: wire::CompositeAnswer<'_> = serde_json::from_str(answer)
        .map_err(|e| SinkError::Malformed { reason: format!("a composite answer: {e}") })?;
    if answer.composite_response.len() != sizes.len() {
        let reason = format!("{} answers for {} collections", answer.composite_response.len(), sizes.len());
        return Err(SinkError::Malformed { reason });
    }
    let mut outcomes = Vec::new();
    for (part, rows) in answer.composite_response.iter().zip(sizes) {
        if part.http_status_code == 200 {
            outcomes.extend(read_collection(part.body.get(), *rows)?);
        } else {
            let refusal = refused_collection(part);
            outcomes.extend((0..*rows).map(|_| RowOutcome::Refused(refusal.clone())));
        }
    }
    Ok(outcomes)
}

/// A collection refused as a whole: its words stand for each of its rows.
fn refused_collection(part: &wire::CompositePart<'_>) -> Refusal {
    read_errors(part.body.get()).into_iter().next().map_or_else(
        || Refusal {
            status: format!("HTTP_{}", part.http_status_code),
            fields: Vec::new(),
            message: String::new(),
        },
        |error| Refusal { status: error.code, fields: error.fields, message: error.message },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ConversationId;

    fn row(n: usize, bytes: usize) -> Row {
        let fields = format!(r#""Skill__c":"{}""#, "x".repeat(bytes));
        Row { conversation: ConversationId::new("le1", &format!("c{n}")).unwrap(), fields }
    }

    #[test]
    fn calls_are_cut_by_rows_and_by_bytes() {
        let small: Vec<Row> = (0..1_500).map(|n| row(n, 10)).collect();
        assert_eq!(rows_in_one_call(&small, 200), 1_000);
        assert_eq!(rows_in_one_call(&small, 10), 50);
        let large: Vec<Row> = (0..10).map(|n| row(n, 6_000_000)).collect();
        assert_eq!(rows_in_one_call(&large, 200), 4);
        assert_eq!(rows_in_one_call(&[row(1, 30_000_000)], 200), 1, "one row goes alone, however large");
    }

    #[test]
    fn bodies_are_json_with_the_external_id_in_each_record() {
        let rows = [row(1, 3), Row { fields: String::new(), ..row(2, 0) }];
        let body: serde_json::Value = serde_json::from_str(&composite_body("/t", &[&rows, &rows])).unwrap();
        let record = &body["compositeRequest"][1]["body"]["records"][0];
        assert_eq!((&record["Conversation_Id__c"], &record["Skill__c"]), (&"le1:c1".into(), &"xxx".into()));
        assert_eq!(body["allOrNone"], false);
    }

    #[test]
    fn every_row_gets_its_own_outcome() {
        let rows = [row(1, 1), row(2, 1)];
        let answer = r#"{"compositeResponse":[
            {"httpStatusCode":200,"referenceId":"rows0","httpHeaders":{},"body":[
                {"id":"a01000000000001AAA","success":true,"errors":[],"created":true},
                {"success":false,"errors":[{"statusCode":"STRING_TOO_LONG","message":"too long","fields":["Skill__c"]}]}]},
            {"httpStatusCode":400,"referenceId":"rows1","httpHeaders":{},"body":[{"errorCode":"UNABLE_TO_LOCK_ROW","message":"busy"}]}]}"#;
        let outcomes = read_composite(answer, &[rows.len(), rows.len()]).unwrap();
        assert_eq!(outcomes[0], RowOutcome::Written { record: "a01000000000001AAA".into(), created: true });
        assert!(
            matches!(&outcomes[1], RowOutcome::Refused(r) if r.status == "STRING_TOO_LONG" && r.fields == ["Skill__c"])
        );
        assert!(outcomes[2..].iter().all(may_pass) && outcomes.len() == 4);
    }

    #[test]
    fn an_answer_that_lost_rows_is_not_taken_for_whole() {
        let one = r#"[{"id":"a01000000000001AAA","success":true,"errors":[]}]"#;
        assert!(matches!(read_collection(one, 2), Err(SinkError::Malformed { .. })));
    }
}
