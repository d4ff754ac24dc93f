//! From a page to the rows that changed.

use crate::{Mappers, SyncError, Table, fields::Mapped};
use domain::{
    ConversationId, Fingerprint, Slice,
    ports::{Page, Progress},
};
use jiff::Timestamp;
use std::collections::{BTreeMap, HashSet};

/// The most conversations LivePerson gives a page.
pub const MAX_PAGE: u64 = 100;

/// A conversation whose fields are not what was last written.
#[derive(Debug)]
pub(crate) struct Changed {
    pub(crate) conversation: ConversationId,
    pub(crate) fingerprint: Fingerprint,
    pub(crate) fields: String,
}

/// What a page came to.
#[derive(Debug, Default)]
pub(crate) struct Compared {
    pub(crate) changed: Vec<Changed>,
    pub(crate) fetched: u64,
    pub(crate) unchanged: u64,
    /// Records that could not be read at all.
    pub(crate) unreadable: u64,
    pub(crate) liveperson_calls: u64,
    pub(crate) partial: bool,
    pub(crate) problems: Problems,
}

/// Values left out, by field: how many, and the first one's reason.
#[derive(Debug, Default)]
pub(crate) struct Problems(pub(crate) BTreeMap<String, (u64, String)>);

impl Problems {
    pub(crate) fn note(&mut self, field: &str, reason: impl FnOnce() -> String) {
        match self.0.get_mut(field) {
            Some((count, _)) => *count += 1,
            None => {
                self.0.insert(field.to_owned(), (1, reason()));
            }
        }
    }

    pub(crate) fn add(&mut self, other: Problems) {
        for (field, (count, reason)) in other.0 {
            self.0.entry(field).or_insert((0, reason)).0 += count;
        }
    }
}

/// What the comparison of one slice's pages goes by.
pub(crate) struct Comparison<'a, T> {
    pub(crate) table: &'a T,
    pub(crate) mappers: &'a Mappers,
    pub(crate) account: &'a str,
    pub(crate) slice: &'a Slice,
    pub(crate) read: u64,
    /// Pages shift while they are read, so a conversation can come twice.
    pub(crate) seen: HashSet<ConversationId>,
}

impl<T: Table> Comparison<'_, T> {
    /// Maps every conversation of a page and keeps those that changed since they were last written.
    pub(crate) async fn compare(&mut self, page: &Page) -> Result<Compared, SyncError> {
        let (candidates, mut compared) = self.map(page);
        let ids: Vec<_> = candidates.iter().map(|changed| changed.conversation.clone()).collect();
        let known = self.table.fingerprints(&ids).await?;
        compared.changed = candidates;
        compared.changed.retain(|one| known.get(&one.conversation) != Some(&one.fingerprint));
        compared.unchanged = ids.len() as u64 - compared.changed.len() as u64;
        self.read += page.records.len() as u64;
        self.table.note_progress(self.slice, Progress { read: self.read, expected: page.total }).await?;
        Ok(compared)
    }

    fn map(&mut self, page: &Page) -> (Vec<Changed>, Compared) {
        let mut compared =
            Compared { liveperson_calls: page.calls, partial: page.partial, ..Compared::default() };
        let mut candidates = Vec::with_capacity(page.records.len());
        for record in page.records() {
            let Ok(mapped) =
                self.mappers.map(self.slice.channel, self.account, record, &mut compared.problems)
            else {
                compared.fetched += 1;
                compared.unreadable += 1;
                continue;
            };
            // LivePerson widens a search to round ten minutes; the neighbouring slice has what lies outside.
            if self.is_outside(mapped.start) || !self.seen.insert(mapped.conversation.clone()) {
                continue;
            }
            compared.fetched += 1;
            let Mapped { conversation, fields, fingerprint, .. } = mapped;
            candidates.push(Changed { conversation, fingerprint, fields });
        }
        (candidates, compared)
    }

    fn is_outside(&self, start: Option<Timestamp>) -> bool {
        start.is_some_and(|start| !self.slice.window.contains(start))
    }
}
