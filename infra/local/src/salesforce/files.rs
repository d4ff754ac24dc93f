//! Files and attachments: what the platform adds when a version or a link is created, and downloads.

use super::{
    error::{ApiError, ApiResult},
    org::{Caller, Org},
    records,
    schema::Object,
    store::Row,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use md5::{Digest, Md5};
use serde_json::{Value, json};

/// The bytes of a base64 field; empty when it holds nothing.
pub(crate) fn decoded(row: &Row, field: &str) -> Vec<u8> {
    row.get(field).and_then(Value::as_str).and_then(|text| STANDARD.decode(text).ok()).unwrap_or_default()
}

/// What only files ask of a new record.
pub(crate) fn check_insert(org: &Org, object: &Object, row: &Row) -> ApiResult<()> {
    match object.name.as_str() {
        "ContentVersion" if row.get("VersionData").is_none_or(Value::is_null) => {
            let message = "Required fields are missing: [VersionData]";
            Err(ApiError::row("REQUIRED_FIELD_MISSING", message, &["VersionData"]))
        }
        "ContentDocumentLink" if is_linked(org, row) => {
            let message = "duplicate value found: ContentDocumentId, LinkedEntityId duplicates value on record with the same link";
            Err(ApiError::row("DUPLICATE_VALUE", message, &[]))
        }
        _ => Ok(()),
    }
}

/// MD5 in hexadecimal, as the platform gives it.
fn checksum(data: &[u8]) -> String {
    Md5::digest(data).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The live records of an object whose lookup points to a record, through the lookup's index.
pub(crate) fn live<'a>(
    org: &'a Org,
    object: &str,
    lookup: &str,
    to: &str,
) -> impl Iterator<Item = (&'a str, &'a Row)> {
    let ids = org.store.find(object, lookup, to).unwrap_or_default().iter();
    // The index does not tell upper case from lower case.
    let points_there = |row: &Row| row.get(lookup).and_then(Value::as_str) == Some(to);
    ids.filter_map(|id| Some((id.as_str(), org.store.live(object, id)?.as_ref())))
        .filter(|(_, row)| points_there(row))
        .collect::<Vec<_>>()
        .into_iter()
}

fn is_linked(org: &Org, wanted: &Row) -> bool {
    let same = |row: &Row| {
        ["ContentDocumentId", "LinkedEntityId"].iter().all(|name| row.get(*name) == wanted.get(*name))
    };
    let to = wanted.get("LinkedEntityId").and_then(Value::as_str).unwrap_or_default();
    live(org, "ContentDocumentLink", "LinkedEntityId", to).any(|(_, row)| same(row))
}

/// After a version was created: its document, the number it has there, and the link it asked for.
pub(crate) fn inserted(org: &mut Org, caller: &Caller, object: &str, id: &str) -> ApiResult<()> {
    if object != "ContentVersion" {
        return Ok(());
    }
    let Some(row) = org.store.get(object, id) else { return Ok(()) };
    let mut version = Row::clone(row);
    let text = |name: &str| version.get(name).and_then(Value::as_str).map(str::to_owned);
    let path = text("PathOnClient").unwrap_or_default();
    let title = text("Title").unwrap_or_else(|| path.clone());
    let extension = path.rsplit_once('.').map(|(_, extension)| extension.to_owned());
    let data = decoded(&version, "VersionData");
    let (size, checksum) = (data.len(), checksum(&data));
    let kind = match extension.as_deref() {
        None => "UNKNOWN".to_owned(),
        Some("txt") => "TEXT".to_owned(),
        Some(other) => other.to_uppercase(),
    };
    let facts = json!({"Title": title, "ContentSize": size, "FileType": kind, "FileExtension": extension});
    let facts: Row = facts.as_object().cloned().unwrap_or_default();
    let (known, place) = (text("ContentDocumentId"), text("FirstPublishLocationId"));

    let document = known.clone().unwrap_or_else(|| org.store.next_id("ContentDocument", "069").0);
    let number = 1 + retire_versions(org, &document, id);
    let mut document_row = match org.store.get("ContentDocument", &document) {
        Some(row) => Row::clone(row),
        None => ["OwnerId", "CreatedById", "CreatedDate"]
            .iter()
            .filter_map(|&name| Some((name.to_owned(), version.get(name)?.clone())))
            .collect(),
    };
    document_row.extend(facts.clone());
    for (name, value) in [("Id", document.as_str()), ("LatestPublishedVersionId", id)] {
        document_row.insert(name.into(), value.into());
    }
    for name in ["LastModifiedDate", "LastModifiedById", "SystemModstamp", "IsDeleted"] {
        document_row.insert(name.into(), version.get(name).cloned().unwrap_or_default());
    }
    version.extend(facts);
    version.insert("Checksum".into(), checksum.into());
    version.insert("ContentDocumentId".into(), document.clone().into());
    version.insert("VersionNumber".into(), number.to_string().into());
    version.insert("IsLatest".into(), true.into());
    version.retain(|_, value| !value.is_null());
    document_row.retain(|_, value| !value.is_null());
    org.store.put("ContentVersion", id, version);
    org.store.put("ContentDocument", &document, document_row);
    if known.is_some() {
        return Ok(());
    }
    let owner = Caller::new(&caller.user, &caller.version);
    link(org, &owner, &document, &caller.user.clone(), "I")?;
    match place.filter(|place| *place != caller.user) {
        Some(place) => link(org, &owner, &document, &place, "V"),
        None => Ok(()),
    }
}

fn link(org: &mut Org, caller: &Caller, document: &str, to: &str, share: &str) -> ApiResult<()> {
    let body = json!({"ContentDocumentId": document, "LinkedEntityId": to, "ShareType": share});
    let body = body.as_object().cloned().unwrap_or_default();
    records::insert(org, caller, "ContentDocumentLink", body).map(|_| ())
}

/// Marks the versions a document had as old; how many there were.
fn retire_versions(org: &mut Org, document: &str, newest: &str) -> usize {
    let all = live(org, "ContentVersion", "ContentDocumentId", document);
    let old: Vec<(String, Row)> =
        all.filter(|(id, _)| *id != newest).map(|(id, row)| (id.to_owned(), Row::clone(row))).collect();
    let count = old.len();
    for (id, mut row) in old {
        row.insert("IsLatest".into(), false.into());
        org.store.put("ContentVersion", &id, row);
    }
    count
}
