//! Query results that wait to be fetched page by page.

use super::id;
use serde_json::Value;
use std::collections::BTreeMap;

/// How many results wait; a new one drops the oldest.
const KEPT: usize = 200;

#[derive(Debug)]
struct Cursor {
    records: Vec<Value>,
    page: usize,
}

/// All waiting results.
#[derive(Debug, Default)]
pub(crate) struct Cursors {
    open: BTreeMap<u64, Cursor>,
    last: u64,
}

/// A page of a result.
#[derive(Debug)]
pub(crate) struct CursorPage {
    pub(crate) total: usize,
    pub(crate) records: Vec<Value>,
    /// Locator of the next page.
    pub(crate) next: Option<String>,
}

impl Cursors {
    /// The first page of a result; the rest waits.
    pub(crate) fn open(&mut self, mut records: Vec<Value>, page: usize) -> CursorPage {
        let total = records.len();
        if total <= page {
            return CursorPage { total, records, next: None };
        }
        let first = records[..page].iter_mut().map(Value::take).collect();
        self.last += 1;
        self.open.insert(self.last, Cursor { records, page });
        if self.open.len() > KEPT {
            self.open.pop_first();
        }
        CursorPage { total, records: first, next: Some(locator(self.last, page)) }
    }

    /// The page a locator names; `None` when it is unknown or too old.
    pub(crate) fn fetch(&mut self, locator_text: &str) -> Option<CursorPage> {
        let (key, offset) = locator_text.split_once('-')?;
        let number = id::number(&id::normalize(key).filter(|key| key.starts_with("01g"))?)?;
        let offset: usize = offset.parse().ok()?;
        let cursor = self.open.get(&number)?;
        let total = cursor.records.len();
        if offset >= total {
            return None;
        }
        let end = (offset + cursor.page).min(total);
        let records = cursor.records[offset..end].to_vec();
        Some(CursorPage { total, records, next: (end < total).then(|| locator(number, end)) })
    }
}

fn locator(number: u64, offset: usize) -> String {
    format!("{}-{offset}", id::make("01g", number))
}
