//! What an agent writes: one record by itself, or several steps in one composite call, all of them or none.

use super::{AgentSession, Answer, Asked, Lost, TokenKeeper, asking};
use crate::{client::read_errors, refusal, wire};
use domain::{
    crm::{CrmError, Target, Write, WriteError, Written},
    ports::{Refusal, SinkError},
};
use jiff::fmt::rfc2822::DateTimePrinter;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// What a composite call takes for a reference to another of its steps, wherever it stands.
const REFERENCE: &str = "@{";
/// How our own references begin.
const OURS: &str = "@{w";
/// The fate of steps that were all right themselves.
const INNOCENT: &str = "PROCESSING_HALTED";

#[derive(Deserialize)]
struct Created {
    id: String,
}

/// `DUPLICATES_DETECTED` comes with what was found; older versions misspell the member.
#[derive(Deserialize)]
struct DuplicatesFound {
    #[serde(alias = "duplicateResut", rename = "duplicateResult")]
    result: DuplicateResult,
    #[serde(default)]
    message: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DuplicateResult {
    #[serde(default)]
    allow_save: bool,
    #[serde(default)]
    match_results: Vec<MatchResult>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MatchResult {
    #[serde(default)]
    match_records: Vec<MatchRecord>,
}

#[derive(Deserialize)]
struct MatchRecord {
    record: Map<String, Value>,
}

impl<K: TokenKeeper> AgentSession<'_, K> {
    pub(super) async fn written(&self, writes: &[Write], read: &[String]) -> Result<Written, WriteError> {
        match writes {
            // A composite call would misread what somebody typed; so each step goes by itself.
            writes if writes.iter().any(has_a_reference_of_theirs) => self.one_by_one(writes, read).await,
            [only] if read.is_empty() => {
                let id = self.write_alone(0, only).await?;
                Ok(Written { ids: vec![id], read: Vec::new() })
            }
            writes => self.together(writes, read).await,
        }
    }

    async fn one_by_one(&self, writes: &[Write], read: &[String]) -> Result<Written, WriteError> {
        let mut ids = Vec::new();
        for (n, write) in writes.iter().enumerate() {
            match self.write_alone(n, &with_ids(write, &ids)).await {
                Ok(id) => ids.push(id),
                Err(error) if ids.is_empty() => return Err(error),
                Err(error) => return Err(WriteError::Partly { ids, error: Box::new(error) }),
            }
        }
        let read: Vec<String> = read.iter().map(|query| put_ids(query, &ids)).collect();
        let read = if read.is_empty() { Vec::new() } else { self.found(&read).await? };
        Ok(Written { ids, read })
    }

    async fn write_alone(&self, n: usize, write: &Write) -> Result<String, WriteError> {
        let (method, path) = self.target(write);
        let headers = headers(write);
        let asked =
            Asked { method, path, body: Some(Value::Object(write.fields.clone()).to_string()), headers };
        let Answer { status, text } = self.send(&asked).await.map_err(|lost| of_lost(lost, &[write]))?;
        match status {
            200..300 => Ok(id_of(write, &text)),
            status => Err(refused(n, status, &text)),
        }
    }

    async fn together(&self, writes: &[Write], read: &[String]) -> Result<Written, WriteError> {
        let steps = writes.iter().enumerate().map(|(n, write)| self.step(n, write));
        let reads = read.iter().enumerate().map(|(n, query)| self.query_request(n, query));
        let requests: Vec<Value> = steps.chain(reads).collect();
        let body = json!({ "allOrNone": true, "collateSubrequests": false, "compositeRequest": requests });
        let asked = Asked {
            method: Method::POST,
            path: self.path("/composite"),
            body: Some(body.to_string()),
            ..Asked::default()
        };
        let all: Vec<&Write> = writes.iter().collect();
        let Answer { status, text } = self.send(&asked).await.map_err(|lost| of_lost(lost, &all))?;
        if status != 200 {
            return Err(of_whole(status, &text, &all));
        }
        let answer: wire::CompositeAnswer<'_> =
            serde_json::from_str(&text).map_err(|e| asking::malformed("a composite answer", &e))?;
        read_steps(&answer.composite_response, writes).inspect_err(|error| {
            if let WriteError::Crm(error) = error {
                self.forget_if_outdated(error);
            }
        })
    }

    fn step(&self, n: usize, write: &Write) -> Value {
        let (method, url) = self.target(write);
        let headers: Map<String, Value> =
            headers(write).into_iter().map(|(name, value)| (name.to_owned(), json!(value))).collect();
        json!({
            "method": method.as_str(), "url": url, "referenceId": format!("w{n}"), "httpHeaders": headers,
            "body": write.fields,
        })
    }

    fn target(&self, write: &Write) -> (Method, String) {
        match &write.target {
            Target::New { object } => (Method::POST, self.path(&format!("/sobjects/{object}"))),
            Target::Existing { object, id, .. } => {
                (Method::PATCH, self.path(&format!("/sobjects/{object}/{id}")))
            }
            Target::External { object, field, value } => {
                let value = utf8_percent_encode(value, NON_ALPHANUMERIC);
                (Method::PATCH, self.path(&format!("/sobjects/{object}/{field}/{value}")))
            }
        }
    }
}

fn headers(write: &Write) -> Vec<(&'static str, String)> {
    let mut headers = Vec::new();
    if let Some(rules) = write.assignment_rules {
        headers.push(("Sforce-Auto-Assign", if rules { "TRUE" } else { "FALSE" }.to_owned()));
    }
    if write.save_duplicate {
        headers.push(("Sforce-Duplicate-Rule-Header", "allowSave=true".to_owned()));
    }
    if let Target::Existing { unchanged_since: Some(since), .. } = &write.target
        && let Ok(date) = DateTimePrinter::new().timestamp_to_rfc9110_string(since)
    {
        headers.push(("If-Unmodified-Since", date));
    }
    headers
}

/// Whether a value reads as a reference that is none of ours.
fn has_a_reference_of_theirs(write: &Write) -> bool {
    let text = |value: &Value| value.as_str().is_some_and(|text| text.contains(REFERENCE) && !is_ours(text));
    write.fields.values().any(text)
}

fn is_ours(text: &str) -> bool {
    let digits = text.strip_prefix(OURS).and_then(|rest| rest.strip_suffix(".id}"));
    digits.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Ids in the place of references to earlier steps.
fn with_ids(write: &Write, ids: &[String]) -> Write {
    let put = |value: &Value| match value.as_str().filter(|text| is_ours(text)) {
        Some(text) => json!(put_ids(text, ids)),
        None => value.clone(),
    };
    let fields = write.fields.iter().map(|(name, value)| (name.clone(), put(value))).collect();
    Write { fields, ..write.clone() }
}

fn put_ids(text: &str, ids: &[String]) -> String {
    let ids = ids.iter().enumerate();
    ids.fold(text.to_owned(), |text, (n, id)| text.replace(&domain::crm::reference(n), id))
}

fn id_of(write: &Write, body: &str) -> String {
    match &write.target {
        Target::Existing { id, .. } => id.clone(),
        _ => serde_json::from_str::<Created>(body).map(|created| created.id).unwrap_or_default(),
    }
}

/// A new record may be there although no answer came. A change may be made again.
fn of_lost(lost: Lost, writes: &[&Write]) -> WriteError {
    let creates = writes.iter().any(|write| matches!(write.target, Target::New { .. }));
    match lost {
        Lost::Unanswered(error) if creates => WriteError::Unknown { reason: error.to_string() },
        lost => WriteError::Crm(lost.into()),
    }
}

fn of_whole(status: u16, text: &str, writes: &[&Write]) -> WriteError {
    match refusal::of_request(status, text) {
        error @ SinkError::Unavailable { .. } if status >= 500 => of_lost(Lost::Unanswered(error), writes),
        error => WriteError::Crm(error.into()),
    }
}

fn read_steps(parts: &[wire::CompositePart<'_>], writes: &[Write]) -> Result<Written, WriteError> {
    let failed = |part: &&wire::CompositePart<'_>| !(200..300).contains(&part.http_status_code);
    let is_innocent = |part: &wire::CompositePart<'_>| {
        read_errors(part.body.get()).iter().all(|error| error.code == INNOCENT)
    };
    let culprit = parts.iter().enumerate().find(|(_, part)| failed(part) && !is_innocent(part));
    let culprit = culprit.or_else(|| parts.iter().enumerate().find(|(_, part)| failed(part)));
    if let Some((n, part)) = culprit {
        return Err(refused(n, part.http_status_code, part.body.get()));
    }
    if parts.len() < writes.len() {
        return Err(asking::malformed("a composite answer", &"steps are missing").into());
    }
    let (steps, reads) = parts.split_at(writes.len());
    Ok(Written {
        ids: writes.iter().zip(steps).map(|(write, part)| id_of(write, part.body.get())).collect(),
        read: reads.iter().map(asking::read_part).collect::<Result<_, CrmError>>()?,
    })
}

/// Why the step at that place failed.
fn refused(write: usize, status: u16, body: &str) -> WriteError {
    if status == 412 {
        return WriteError::Changed { write };
    }
    if let Some(found) = duplicates(body) {
        let records = found.result.match_results.into_iter().flat_map(|result| result.match_records);
        let record = |found: MatchRecord| {
            let object = found.record.get("attributes")?.get("type")?.as_str()?.to_owned();
            Some((object, found.record.get("Id")?.as_str()?.to_owned()))
        };
        let may_save = found.result.allow_save;
        return WriteError::Duplicates {
            write,
            may_save,
            records: records.filter_map(record).collect(),
            message: found.message,
        };
    }
    let errors = read_errors(body);
    match refusal::of_request(status, body) {
        SinkError::Rejected { .. } if !errors.is_empty() => {
            let refusal = |error: wire::ApiError| Refusal {
                status: error.code,
                fields: error.fields,
                message: error.message,
            };
            WriteError::Refused { write, refusals: errors.into_iter().map(refusal).collect() }
        }
        SinkError::Unavailable { reason } if status < 500 => {
            // Passes by itself, such as a row that was locked: the agent tries again.
            let refusal = Refusal { status: status.to_string(), fields: Vec::new(), message: reason };
            WriteError::Refused { write, refusals: vec![refusal] }
        }
        error => WriteError::Crm(error.into()),
    }
}

fn duplicates(body: &str) -> Option<DuplicatesFound> {
    let errors: Vec<Value> = serde_json::from_str(body).ok()?;
    let found = errors.into_iter().find(|error| error["errorCode"] == "DUPLICATES_DETECTED")?;
    serde_json::from_value(found).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(fields: &Value) -> Write {
        Write::new(Target::New { object: "Contact".to_owned() }, fields.as_object().cloned().unwrap())
    }

    #[test]
    fn what_somebody_typed_is_no_reference_of_ours() {
        for (text, theirs) in [
            ("@{w0.id}", false),
            ("see @{w0.id}", true),
            ("@{newContact.id}", true),
            ("@{w0.id} and more", true),
            ("ada@mail.example", false),
        ] {
            assert_eq!(has_a_reference_of_theirs(&write(&json!({ "LastName": text }))), theirs, "{text}");
        }
        let with = with_ids(&write(&json!({ "A": "@{w0.id}", "B": "see @{w0.id}" })), &["003x".to_owned()]);
        assert_eq!(with.fields["A"], "003x");
        assert_eq!(with.fields["B"], "see @{w0.id}");
    }

    #[test]
    fn duplicates_come_with_what_was_found_however_the_member_is_spelt() {
        for member in ["duplicateResut", "duplicateResult"] {
            let body = json!([{ "errorCode": "DUPLICATES_DETECTED", "message": "much the same",
                member: { "allowSave": true, "matchResults": [{ "matchRecords": [
                    { "record": { "attributes": { "type": "Contact" }, "Id": "003x" } }] }] } }]);
            let WriteError::Duplicates { may_save, records, message, .. } =
                refused(0, 400, &body.to_string())
            else {
                panic!("{member}")
            };
            assert_eq!((may_save, message.as_str()), (true, "much the same"));
            assert_eq!(records, [("Contact".to_owned(), "003x".to_owned())]);
        }
    }
}
