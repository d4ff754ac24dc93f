//! The data of a messaging message, by type, and rich content of both channels.

use crate::absence::Absence;
use crate::json;
use crate::raw::{Raw, ignore_scalars};
use crate::reader::Reader;
use crate::transcript::html;
use crate::transcript::render::push_plain;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// Appends what a message says.
pub(crate) fn push(kind: Option<Raw<'_>>, data: Option<Raw<'_>>, out: &mut String, scratch: &mut String) {
    if let Some(text) = plain_text(kind, data) {
        return out.push_str(text.trim());
    }
    let parts = data.and_then(|data| data.members(["msg", "richContent", "quickReplies"]));
    let [msg, rich, replies] = parts.unwrap_or_default();
    let text = msg.and_then(|msg| msg.members(["text"])).and_then(|[text]| text);
    let is = |wanted: &str| kind.is_some_and(|kind| kind.is_constant(wanted));
    if is("TEXT_PLAIN") || (kind.is_none() && text.is_some()) {
        if let Some(text) = text {
            push_plain(text, out, scratch);
        }
    } else if is("TEXT_HTML") {
        if let Some(markup) = text.and_then(|text| text.text(scratch)) {
            html::push_text(markup, out);
        }
    } else if is("RICH_CONTENT") {
        push_rich(rich.and_then(content).as_deref().unwrap_or_default(), out);
    } else {
        push_other(kind, data, text, out, scratch);
    }
    if let Some(replies) = replies.and_then(content) {
        each_label(&replies, &mut |label| {
            out.push_str(if out.ends_with(' ') { "[" } else { " [" });
            out.push_str(label);
            out.push(']');
        });
    }
}

/// The text of a message that is nothing but a text without escapes, as most are: found without reading it again.
fn plain_text<'r>(kind: Option<Raw<'r>>, data: Option<Raw<'r>>) -> Option<&'r str> {
    let text = data?.raw().strip_prefix("{\"msg\":{\"text\":\"")?.strip_suffix("\"}}")?;
    let is_whole = json::find_special(text.as_bytes(), *b"\"\\") == text.len();
    (is_whole && kind?.is_constant("TEXT_PLAIN")).then_some(text)
}

/// Appends the words of structured content: every `text`, `title` and `label` outside of actions.
pub(crate) fn push_rich(structured: &str, out: &mut String) {
    out.push_str("[rich content]");
    let start = out.len();
    each_label(structured, &mut |label| {
        out.push_str(if out.len() == start { " " } else { " | " });
        out.push_str(label);
    });
}

/// The JSON inside the string `content`.
fn content(value: Raw<'_>) -> Option<std::borrow::Cow<'_, str>> {
    let [content] = value.members(["content"])?;
    content?.as_str()
}

/// Files, links, secure forms, and types nobody told us of: a word for the type, then what there is to show.
fn push_other(
    kind: Option<Raw<'_>>,
    data: Option<Raw<'_>>,
    text: Option<Raw<'_>>,
    out: &mut String,
    scratch: &mut String,
) {
    let kind = kind.and_then(|kind| kind.as_str()).unwrap_or_default();
    let word = match &*kind {
        "HOSTED_FILE" => "file",
        "IMG" => "image",
        "LINK" => "link",
        "SECURE_FORM_INVITATION" => "secure form invitation",
        "SECURE_FORM_SUBMIT" => "secure form submitted",
        "" => "message",
        other => other,
    };
    out.push('[');
    out.push_str(word);
    out.push(']');
    let details = data.and_then(details).unwrap_or_default();
    let [caption, file_type, link, form_name, own_text] =
        details.map(|detail| detail.filter(|value| !Absence::Common.covers(*value)));
    if let Some(value) = caption.or(form_name).or(text).or(own_text) {
        out.push(' ');
        push_plain(value, out, scratch);
    }
    for value in [file_type, link].into_iter().flatten() {
        out.push_str(" (");
        push_plain(value, out, scratch);
        out.push(')');
    }
}

/// What describes a file, link or form. LivePerson does not say which key encloses it, so the first object that holds
/// any of it is taken, else the data itself.
fn details<'r>(data: Raw<'r>) -> Option<[Option<Raw<'r>>; 5]> {
    const NAMES: [&str; 5] = ["caption", "fileType", "externalFileLink", "formName", "text"];
    let of = |value: Raw<'r>| value.members(NAMES).filter(|found| found.iter().any(Option::is_some));
    let mut inner = None;
    // The text was found well-formed when it was captured.
    let _well_formed = Reader::new(data.raw()).members(|reader, _| {
        let value = reader.value()?;
        inner = inner.or_else(|| of(value));
        Ok(())
    });
    inner.or_else(|| of(data))
}

/// Calls `each` with the words of structured content, in their order. Stops where it is malformed.
fn each_label(structured: &str, each: &mut dyn FnMut(&str)) {
    let mut json = serde_json::Deserializer::from_str(structured);
    // Whatever was readable has been read; the rest is not ours to complain about.
    let _as_far_as_it_goes = Labels { each, said: false }.deserialize(&mut json);
}

struct Labels<'f> {
    each: &'f mut dyn FnMut(&str),
    /// Whether the value at hand is a word itself.
    said: bool,
}

impl<'r> DeserializeSeed<'r> for Labels<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'r>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'r> Visitor<'r> for Labels<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_map<A: MapAccess<'r>>(self, mut object: A) -> Result<(), A::Error> {
        while let Some(key) = object.next_key::<std::borrow::Cow<'r, str>>()? {
            match &*key {
                "click" | "actions" | "metadata" | "style" => drop(object.next_value::<IgnoredAny>()?),
                "text" | "title" | "label" => {
                    object.next_value_seed(Labels { each: self.each, said: true })?;
                }
                _ => object.next_value_seed(Labels { each: self.each, said: false })?,
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'r>>(self, mut list: A) -> Result<(), A::Error> {
        while list.next_element_seed(Labels { each: self.each, said: false })?.is_some() {}
        Ok(())
    }

    fn visit_str<E>(self, word: &str) -> Result<(), E> {
        if self.said && !word.trim().is_empty() {
            (self.each)(word.trim());
        }
        Ok(())
    }

    ignore_scalars!((), but text);
}
