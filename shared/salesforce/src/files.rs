//! Transcripts as Salesforce Files: one File per record, a new version when its text changed.
//!
//! Creating a File is not idempotent. Before anything is stored for a record that may have one, its Files are looked up, and
//! the checksum tells whether the text is there already: so an attempt whose answer was lost leaves no second copy.

use crate::{client::Salesforce, record::is_record_id, upsert};
use base64::{Engine, engine::general_purpose::STANDARD};
use domain::ports::{Attached, Refusal, RowOutcome, SinkError, Transcript};
use md5::{Digest, Md5};
use reqwest::Method;
use serde_json::{Map, Value, json};
use std::{
    collections::HashMap,
    sync::atomic::{AtomicU64, Ordering},
};

/// Records whose Files one query looks up.
const RECORDS_PER_QUERY: usize = 200;
const FILES_PER_COLLECTION: usize = 200;
/// Salesforce takes 50 MB of JSON a call, base64 included; less spares the memory of a function.
const BYTES_PER_CALL: usize = 10_000_000;
/// The largest text that fits into one call by itself, once it is base64.
const LARGEST_BYTES: usize = 35_000_000;

/// A File of ours on a record.
#[derive(Clone, Debug, PartialEq, Eq)]
struct LinkedFile {
    document: String,
    /// MD5 of its newest version, lower-case hexadecimal.
    checksum: String,
}

type FilesByTitle = HashMap<String, Vec<LinkedFile>>;

/// A version that is to be stored.
struct NewVersion<'a> {
    /// Which of the transcripts.
    index: usize,
    transcript: &'a Transcript,
    /// The File it is a version of, if there is one.
    document: Option<String>,
}

impl Salesforce {
    pub(crate) async fn attach_files(&self, transcripts: &[Transcript]) -> Result<Attached, SinkError> {
        let calls = AtomicU64::new(0);
        let linked = self.linked_files(transcripts, &calls).await?;
        let mut outcomes: Vec<Result<(), Refusal>> = transcripts.iter().map(|_| Ok(())).collect();
        let mut versions = Vec::new();
        for (index, transcript) in transcripts.iter().enumerate() {
            let files = linked.get(&transcript.record).and_then(|files| files.get(&title(transcript)));
            let files = files.map(Vec::as_slice).unwrap_or_default();
            let wanted = checksum(&transcript.text);
            if transcript.text.len() > LARGEST_BYTES {
                outcomes[index] = Err(too_large(transcript));
            } else if !files.iter().any(|file| file.checksum == wanted) {
                let document = files.first().map(|file| file.document.clone());
                versions.push(NewVersion { index, transcript, document });
            }
        }
        let mut rest = &versions[..];
        while !rest.is_empty() {
            let (now, later) = rest.split_at(versions_in_one_call(rest));
            let results = self.store(now, &calls).await?;
            for (version, result) in now.iter().zip(results) {
                outcomes[version.index] = result;
            }
            rest = later;
        }
        Ok(Attached { outcomes, calls: calls.load(Ordering::Relaxed) })
    }

    /// By record, the Files linked to it, by title, oldest first.
    async fn linked_files(
        &self,
        transcripts: &[Transcript],
        calls: &AtomicU64,
    ) -> Result<HashMap<String, FilesByTitle>, SinkError> {
        let records: Vec<&str> = transcripts
            .iter()
            .filter(|one| !one.new && is_record_id(&one.record))
            .map(|one| one.record.as_str())
            .collect();
        let mut found: HashMap<String, FilesByTitle> = HashMap::new();
        for records in records.chunks(RECORDS_PER_QUERY) {
            let soql = format!(
                "SELECT LinkedEntityId, ContentDocumentId, ContentDocument.Title, \
                 ContentDocument.LatestPublishedVersion.Checksum FROM ContentDocumentLink \
                 WHERE LinkedEntityId IN ('{}') ORDER BY ContentDocumentId",
                records.join("','")
            );
            for row in self.query_counted(&soql, calls).await? {
                let Some((record, title, file)) = read_link(&row) else { continue };
                found.entry(record).or_default().entry(title).or_default().push(file);
            }
        }
        Ok(found)
    }

    /// Stores versions. Not retried: the caller's next attempt looks first.
    async fn store(
        &self,
        versions: &[NewVersion<'_>],
        calls: &AtomicU64,
    ) -> Result<Vec<Result<(), Refusal>>, SinkError> {
        let sizes: Vec<usize> = versions.chunks(FILES_PER_COLLECTION).map(<[_]>::len).collect();
        let mut bodies: Vec<Value> = versions.chunks(FILES_PER_COLLECTION).map(collection).collect();
        let target = self.data_path("/composite/sobjects");
        let outcomes = if bodies.len() == 1 {
            let body = bodies.remove(0).to_string();
            let answer = self.send_once(Method::POST, &target, body, calls).await?;
            upsert::read_collection(&answer, versions.len())?
        } else {
            let requests: Vec<Value> = bodies
                .into_iter()
                .enumerate()
                .map(|(n, body)| {
                    json!({ "method": "POST", "url": target, "referenceId": format!("files{n}"), "body": body })
                })
                .collect();
            let body = json!({ "allOrNone": false, "compositeRequest": requests }).to_string();
            let answer = self.send_once(Method::POST, &self.data_path("/composite"), body, calls).await?;
            upsert::read_composite(&answer, &sizes)?
        };
        Ok(outcomes.into_iter().map(stored).collect())
    }
}

fn stored(outcome: RowOutcome) -> Result<(), Refusal> {
    match outcome {
        RowOutcome::Written { .. } => Ok(()),
        RowOutcome::Refused(refusal) => Err(refusal),
    }
}

/// Tells our File from a person's own on the same record.
fn title(transcript: &Transcript) -> String {
    format!("Chat transcript {}", transcript.conversation)
}

fn checksum(text: &str) -> String {
    Md5::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn too_large(transcript: &Transcript) -> Refusal {
    Refusal {
        status: "EXCEEDED_MAX_SIZE_REQUEST".to_owned(),
        fields: vec!["VersionData".to_owned()],
        message: format!(
            "the transcript has {} bytes and one call takes a File of at most {LARGEST_BYTES}",
            transcript.text.len()
        ),
    }
}

fn read_link(row: &Map<String, Value>) -> Option<(String, String, LinkedFile)> {
    let document = row.get("ContentDocument")?;
    let checksum =
        document.pointer("/LatestPublishedVersion/Checksum").and_then(Value::as_str).unwrap_or_default();
    let file = LinkedFile {
        document: row.get("ContentDocumentId")?.as_str()?.to_owned(),
        checksum: checksum.to_ascii_lowercase(),
    };
    Some((row.get("LinkedEntityId")?.as_str()?.to_owned(), document.get("Title")?.as_str()?.to_owned(), file))
}

fn collection(versions: &[NewVersion<'_>]) -> Value {
    let records = versions.iter().map(|NewVersion { transcript, document, .. }| {
        let mut record = json!({
            "attributes": { "type": "ContentVersion" },
            "Title": title(transcript),
            "PathOnClient": format!("{}.txt", transcript.conversation.as_str().replace(':', "-")),
            "VersionData": STANDARD.encode(&transcript.text),
        });
        match document {
            Some(document) => record["ContentDocumentId"] = json!(document),
            None => record["FirstPublishLocationId"] = json!(transcript.record),
        }
        record
    });
    json!({ "allOrNone": false, "records": records.collect::<Vec<_>>() })
}

fn versions_in_one_call(versions: &[NewVersion<'_>]) -> usize {
    let mut bytes = 0;
    let fitting = versions.iter().take_while(|version| {
        bytes += version.transcript.text.len() / 3 * 4 + 400;
        bytes <= BYTES_PER_CALL
    });
    fitting.take(FILES_PER_COLLECTION * upsert::COLLECTIONS_PER_CALL).count().max(1)
}
