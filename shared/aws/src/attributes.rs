//! Reading and writing the attributes of an item.

use aws_sdk_dynamodb::types::AttributeValue;
use domain::{Channel, Counts, Scope, Search, SyncWindow, Task, ports::StoreError};
use jiff::Timestamp;
use std::collections::HashMap;

/// An item as the SDK gives it.
pub(crate) type Item = HashMap<String, AttributeValue>;

/// The version of every item's layout that this code writes.
pub(crate) const SCHEMA: u64 = 2;
/// The oldest it reads: the one before, or an older one for as long as items of it last. Items of the first version do not
/// say it.
const OLDEST: u64 = 1;
/// Attribute that holds it.
pub(crate) const SCHEMA_NAME: &str = "schema_version";

pub(crate) fn text(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

pub(crate) fn number(value: impl std::fmt::Display) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

/// Reads an item's attributes; each failure names the kind of item and the attribute.
pub(crate) struct Reader<'a> {
    kind: &'static str,
    item: &'a Item,
}

impl<'a> Reader<'a> {
    /// Reads an item, of this version or the one before.
    pub(crate) fn of(kind: &'static str, item: &'a Item) -> Result<Reader<'a>, StoreError> {
        let reader = Reader { kind, item };
        let schema = if item.contains_key(SCHEMA_NAME) { reader.number(SCHEMA_NAME)? } else { OLDEST };
        if (OLDEST..=SCHEMA).contains(&schema) {
            return Ok(reader);
        }
        let reason = format!(
            "it was written in schema version {schema}, and this version of Chatlink reads {OLDEST} to {SCHEMA}; deploy the version \
             that wrote it, or a newer one"
        );
        Err(StoreError::Unreadable { item: kind, reason })
    }

    fn unreadable(&self, attribute: &str) -> StoreError {
        StoreError::Unreadable {
            item: self.kind,
            reason: format!("attribute {attribute} is missing or malformed"),
        }
    }

    pub(crate) fn optional_text(&self, attribute: &str) -> Option<&str> {
        self.item.get(attribute)?.as_s().ok().map(String::as_str)
    }

    pub(crate) fn text(&self, attribute: &str) -> Result<&str, StoreError> {
        self.optional_text(attribute).ok_or_else(|| self.unreadable(attribute))
    }

    /// Parses an attribute's text.
    pub(crate) fn parsed<V>(
        &self,
        attribute: &str,
        parse: impl Fn(&str) -> Option<V>,
    ) -> Result<V, StoreError> {
        parse(self.text(attribute)?).ok_or_else(|| self.unreadable(attribute))
    }

    pub(crate) fn number(&self, attribute: &str) -> Result<u64, StoreError> {
        let digits = self.item.get(attribute).and_then(|value| value.as_n().ok());
        digits.and_then(|digits| digits.parse().ok()).ok_or_else(|| self.unreadable(attribute))
    }

    pub(crate) fn instant(&self, attribute: &str) -> Result<Timestamp, StoreError> {
        self.parsed(attribute, |text| text.parse().ok())
    }

    pub(crate) fn window(&self) -> Result<SyncWindow, StoreError> {
        SyncWindow::new(self.instant("from")?, self.instant("until")?).map_err(|_| self.unreadable("until"))
    }

    pub(crate) fn channel(&self) -> Result<Channel, StoreError> {
        self.parsed("channel", Channel::from_name)
    }

    pub(crate) fn task(&self) -> Result<Task, StoreError> {
        let channel = self.channel()?;
        let scope = match self.text("scope")? {
            "quarantine" => return Ok(Task::RetryQuarantine(channel)),
            "all" => Scope::All,
            "lasted" => {
                let seconds = self.number("scope_seconds")?;
                Scope::LastedAtLeast(u32::try_from(seconds).map_err(|_| self.unreadable("scope_seconds"))?)
            }
            "updated" => Scope::UpdatedSince(self.instant("scope_since")?),
            "open" => Scope::Open,
            "ended" => Scope::EndedSince(self.instant("scope_since")?),
            _ => return Err(self.unreadable("scope")),
        };
        Ok(Task::Search(Search { channel, starts: self.window()?, scope }, self.instant("since")?))
    }

    pub(crate) fn counts(&self) -> Result<Counts, StoreError> {
        let mut counts = Counts::default();
        for (name, count) in named(&mut counts) {
            // A count that an earlier version did not keep is none.
            *count = if self.item.contains_key(name) { self.number(name)? } else { 0 };
        }
        Ok(counts)
    }
}

/// The counts by attribute name.
fn named(counts: &mut Counts) -> [(&'static str, &mut u64); 7] {
    [
        ("fetched", &mut counts.fetched),
        ("written", &mut counts.written),
        ("created", &mut counts.created),
        ("unchanged", &mut counts.unchanged),
        ("quarantined", &mut counts.quarantined),
        ("liveperson_calls", &mut counts.liveperson_calls),
        ("salesforce_calls", &mut counts.salesforce_calls),
    ]
}

/// The counts as attributes.
pub(crate) fn counts(mut counts: Counts) -> impl Iterator<Item = (&'static str, AttributeValue)> {
    named(&mut counts).map(|(name, count)| (name, number(*count))).into_iter()
}

pub(crate) fn window(window: &SyncWindow) -> [(&'static str, AttributeValue); 2] {
    [("from", text(window.from().to_string())), ("until", text(window.until().to_string()))]
}

pub(crate) fn task(task: &Task) -> Vec<(&'static str, AttributeValue)> {
    let mut attributes = vec![("channel", text(task.channel().as_str()))];
    let Task::Search(search, since) = task else {
        attributes.push(("scope", text("quarantine")));
        return attributes;
    };
    attributes.extend(window(&search.starts));
    attributes.push(("since", text(since.to_string())));
    let (scope, detail) = match search.scope {
        Scope::All => ("all", None),
        Scope::LastedAtLeast(seconds) => ("lasted", Some(("scope_seconds", number(seconds)))),
        Scope::UpdatedSince(since) => ("updated", Some(("scope_since", text(since.to_string())))),
        Scope::Open => ("open", None),
        Scope::EndedSince(since) => ("ended", Some(("scope_since", text(since.to_string())))),
    };
    attributes.push(("scope", text(scope)));
    attributes.extend(detail);
    attributes
}

/// A whole item as it is to be written, with its schema version.
pub(crate) fn stamped(mut item: Item) -> Item {
    item.insert(SCHEMA_NAME.to_owned(), number(SCHEMA));
    item
}

/// These attributes, such as those of a key.
pub(crate) fn item<'a>(attributes: impl IntoIterator<Item = (&'a str, AttributeValue)>) -> Item {
    attributes.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
