//! Pages for people: the Chat Transcript records, and one record in full at the address Salesforce itself would use.

use super::{
    answer::Answer,
    files, id, metadata,
    org::Org,
    schema::{Field, Kind, Object, TRANSCRIPT},
    store::{Row, is_deleted},
};
use serde_json::Value;
use std::fmt::Write;

/// Records of one list page.
const PAGE: usize = 100;
/// Records of one related list.
const RELATED: usize = 25;

const STYLE: &str = "\
*{box-sizing:border-box}body{margin:0;font:15px/1.5 system-ui,sans-serif;color:#181818;background:#f3f3f3}\
main{max-width:76rem;margin:0 auto;padding:1rem}h1{font-size:1.3rem;margin:.5rem 0}a{color:#0b5cab}\
.card{background:#fff;border:1px solid #ddd;border-radius:.4rem;overflow-x:auto}\
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.45rem .7rem;border-top:1px solid #eee;\
vertical-align:top;overflow-wrap:anywhere}thead th{border:0;background:#fafafa;font-weight:600}\
td.c{min-width:6.3rem}td:nth-child(2){font:13px/1.6 ui-monospace,monospace;min-width:12rem}p.n{color:#555}pre{white-space:pre-wrap;overflow-wrap:anywhere;margin:0;padding:.8rem;\
font:14px/1.5 ui-monospace,monospace}dl{margin:0;display:grid;grid-template-columns:12rem 1fr}\
dt,dd{margin:0;padding:.4rem .8rem;border-top:1px solid #eee;overflow-wrap:anywhere}dt{color:#555}\
a.b{display:inline-block;padding:.3rem .9rem;border:1px solid #0b5cab;border-radius:.3rem;background:#fff;text-decoration:none}\
h2{font-size:1.05rem;margin:1.2rem 0 .4rem}.e{color:#777}\
@media(max-width:640px){dl{grid-template-columns:1fr}dt{padding-bottom:0}dd{border:0;padding-top:0}\
thead{display:none}tr{display:block;border-top:1px solid #ddd;padding:.4rem 0}td{display:block;border:0;padding:.1rem .8rem}\
td::before{content:attr(data-l) \": \";color:#555}td:empty{display:none}}";

/// Escapes a text for HTML content and attributes.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

fn page(title: &str, body: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>{}</title><style>{STYLE}</style></head>\
         <body><main>{body}</main></body></html>",
        escape(title)
    )
}

/// The columns of the list.
const COLUMNS: [&str; 8] = [
    "Name",
    "Conversation_Id__c",
    "Channel__c",
    "Status__c",
    "Started__c",
    "Skill__c",
    "Agent__c",
    "Visitor__c",
];

/// The newest Chat Transcripts, `number` pages back.
pub(crate) fn list(org: &Org, number: usize) -> Answer {
    let Some(object) = org.schema.object(TRANSCRIPT) else {
        return Answer::html(404, page("Salesforce", ""));
    };
    let live = || org.store.rows(TRANSCRIPT).filter(|(_, row)| !is_deleted(row));
    let total = live().count();
    let first = number.saturating_mul(PAGE);
    let columns: Vec<&Field> = COLUMNS.iter().filter_map(|name| object.field(name)).collect();
    let mut body = format!("<h1>{}</h1>", escape(&object.plural));
    if total == 0 {
        body.push_str("<p class=\"n\">No records yet.</p>");
        return Answer::html(200, page(&object.plural, &body));
    }
    let last = (first + PAGE).min(total);
    let _ = write!(
        body,
        "<p class=\"n\">{total} in total, newest first, {} to {last}.{}</p>",
        first + 1,
        links(number, last < total)
    );
    body.push_str("<div class=\"card\"><table><thead><tr>");
    for field in &columns {
        let _ = write!(body, "<th scope=\"col\">{}</th>", escape(&field.label));
    }
    body.push_str("</tr></thead><tbody>");
    for (id, row) in live().rev().skip(first).take(PAGE) {
        body.push_str("<tr>");
        for field in &columns {
            let text = escape(&shown(row.get(&field.name)));
            let label = escape(&field.label);
            let cell = if field.name_field { format!("<a href=\"/{id}\">{text}</a>") } else { text };
            let _ = write!(body, "<td class=\"c\" data-l=\"{label}\">{cell}</td>");
        }
        body.push_str("</tr>");
    }
    body.push_str("</tbody></table></div>");
    Answer::html(200, page(&object.plural, &body))
}

fn links(number: usize, more: bool) -> String {
    let mut links = String::new();
    if number > 0 {
        let _ = write!(links, " <a href=\"/?page={}\">Newer</a>", number - 1);
    }
    if more {
        let _ = write!(links, " <a href=\"/?page={}\">Older</a>", number + 1);
    }
    links
}

/// One record with every field.
pub(crate) fn record(org: &Org, text: &str) -> Answer {
    let found = id::normalize(text).and_then(|id| {
        let object = org.schema.object_of_id(&id)?;
        Some((object, org.store.get(&object.name, &id)?))
    });
    let Some((object, row)) = found else {
        let body = "<h1>Data not available</h1><p>The record was deleted, or never existed.</p><p><a href=\"/\">All Chat Transcripts</a></p>";
        return Answer::html(404, page("Data not available", body));
    };
    let name = shown(row.get(object.name_field()));
    let mut body = format!(
        "<p class=\"n\"><a href=\"/\">Chat Transcripts</a></p><h1>{} {}</h1>",
        escape(&object.label),
        escape(&name)
    );
    for (label, address) in metadata::buttons(&org.metadata.registry, &object.name, &shown(row.get("Id"))) {
        let _ = write!(body, "<p><a class=\"b\" href=\"{}\">{}</a></p>", escape(&address), escape(&label));
    }
    if is_deleted(row) {
        body.push_str("<p class=\"n\">This record is in the recycle bin.</p>");
    }
    body.push_str("<div class=\"card\"><dl>");
    for field in object.fields().iter().filter(|field| is_line(field)) {
        let cell = cell(org, object, field, row);
        if !cell.is_empty() || object.name == TRANSCRIPT {
            let _ = write!(body, "<dt>{}</dt><dd>{cell}</dd>", escape(label(field)));
        }
    }
    body.push_str("</dl></div>");
    for field in object.fields().iter().filter(|field| is_block(field)) {
        let text = shown(row.get(&field.name));
        if text.is_empty() && object.name != TRANSCRIPT {
            continue;
        }
        let text = if text.is_empty() { "<span class=\"e\">empty</span>".to_owned() } else { escape(&text) };
        let _ = write!(body, "<h2>{}</h2><div class=\"card\"><pre>{text}</pre></div>", escape(&field.label));
    }
    body.push_str(&related(org, object, row));
    body.push_str(&files(org, row));
    Answer::html(200, page(&format!("{} {name}", object.label), &body))
}

/// Links to the newest records that point here, list by list.
fn related(org: &Org, object: &Object, row: &Row) -> String {
    let id = row.get("Id").and_then(Value::as_str).unwrap_or_default();
    let mut body = String::new();
    for child in org.schema.children_of(&object.name).filter(|child| child.field.children.is_some()) {
        // Files are listed by their title.
        if matches!(child.object.name.as_str(), "ContentDocumentLink" | "ContentVersion") {
            continue;
        }
        let points_here = |row: &Row| row.get(&child.field.name).and_then(Value::as_str) == Some(id);
        let rows = org.store.rows(&child.object.name).rev();
        let rows = rows.filter(|(_, row)| !is_deleted(row) && points_here(row)).take(RELATED);
        let mut list = String::new();
        for (id, row) in rows {
            let name = escape(&shown(row.get(child.object.name_field())));
            let more = ["Subject", "Email", "StageName"].iter().find_map(|name| row.get(*name));
            let more = escape(&shown(more.or_else(|| row.get("Status__c"))));
            let _ = write!(list, "<dt><a href=\"/{id}\">{name}</a></dt><dd>{more}</dd>");
        }
        if !list.is_empty() {
            let title = escape(&child.object.plural);
            let _ = write!(body, "<h2>{title}</h2><div class=\"card\"><dl>{list}</dl></div>");
        }
    }
    body
}

/// The Files linked to a record, or the text of one that is text.
fn files(org: &Org, row: &Row) -> String {
    let id = row.get("Id").and_then(Value::as_str).unwrap_or_default();
    let mut body = String::new();
    for (_, link) in files::live(org, "ContentDocumentLink", "LinkedEntityId", id) {
        let document = link.get("ContentDocumentId").and_then(Value::as_str).unwrap_or_default();
        let Some(document) = org.store.live("ContentDocument", document) else { continue };
        let text = |name: &str| escape(&shown(document.get(name)));
        let (version, title, size) = (text("LatestPublishedVersionId"), text("Title"), text("ContentSize"));
        let _ = write!(body, "<dt>File, {size} bytes</dt><dd><a href=\"/{version}\">{title}</a></dd>");
    }
    if !body.is_empty() {
        return format!("<h2>Files</h2><div class=\"card\"><dl>{body}</dl></div>");
    }
    if shown(row.get("FileType")) == "TEXT" && row.contains_key("VersionData") {
        let data = files::decoded(row, "VersionData");
        return format!("<div class=\"card\"><pre>{}</pre></div>", escape(&String::from_utf8_lossy(&data)));
    }
    body
}

fn is_block(field: &Field) -> bool {
    matches!(field.kind, Kind::LongText(_))
}

/// Whether a field is a line of its own: an address is shown whole, and the bin is told of above.
fn is_line(field: &Field) -> bool {
    let part = field.compound.as_ref().is_some_and(|compound| compound.ends_with("Address"));
    !is_block(field) && !part && field.name != "IsDeleted"
}

/// A lookup is shown as the record it leads to, not as an id.
fn label(field: &Field) -> &str {
    let lookup = matches!(field.kind, Kind::Lookup(_));
    field.label.strip_suffix(" ID").filter(|_| lookup).unwrap_or(&field.label)
}

fn cell(org: &Org, object: &Object, field: &Field, row: &Row) -> String {
    let text = shown(row.get(&field.name));
    match &field.kind {
        Kind::Lookup(_) if !text.is_empty() => {
            let parent = org.schema.object_of_id(&text);
            let named =
                parent.and_then(|parent| org.store.get(&parent.name, &text)?.get(parent.name_field()));
            let label = named.map_or_else(|| text.clone(), |name| shown(Some(name)));
            format!("<a href=\"/{}\">{}</a>", escape(&text), escape(&label))
        }
        Kind::Checkbox => {
            if text == "true" {
                "Yes".into()
            } else {
                "No".into()
            }
        }
        Kind::Address(prefix) => {
            let parts = ["Street", "PostalCode", "City", "State", "Country"];
            let parts = parts.iter().map(|part| shown(row.get(&format!("{prefix}{part}"))));
            escape(&parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", "))
        }
        Kind::Picklist(..) => escape(field.label_of(&text)),
        Kind::Blob => {
            let value = super::read::value(object, field, row, "v67.0");
            escape(&shown(Some(&value).filter(|value| !value.is_null())))
        }
        _ => escape(&text),
    }
}

/// A value as people read it.
fn shown(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => match text.strip_suffix(".000+0000") {
            Some(datetime) => format!("{} UTC", datetime.replace('T', " ")),
            None => text.clone(),
        },
        Some(Value::Number(number)) => match number.as_f64() {
            Some(float) => float.to_string(),
            None => number.to_string(),
        },
        Some(other) => other.to_string(),
    }
}
