//! From pages to batches of rows that changed.

use crate::{Mappers, SyncError, Table, fields::Mapped, plan, watch::Watched};
use domain::{
    Channel, ConversationId, Counts, Fingerprint, Run, SyncWindow,
    ports::{Known, Page},
    run::Checkpoint,
};
use jiff::Timestamp;
use std::collections::{BTreeMap, HashSet};

/// The most conversations LivePerson gives a page.
pub const MAX_PAGE: u64 = 100;
/// After so many pages a batch is closed even if little changed, so that its checkpoint is kept.
const PAGES_PER_BATCH: usize = 20;

/// A conversation whose fields are not what was last written.
#[derive(Clone, Debug)]
pub(crate) struct Changed {
    pub(crate) conversation: ConversationId,
    pub(crate) fingerprint: Fingerprint,
    pub(crate) known: Known,
    pub(crate) fields: String,
    /// The whole transcript, when a File is to take it.
    pub(crate) transcript: Option<String>,
}

/// What some pages came to.
#[derive(Debug, Default)]
pub(crate) struct Compared {
    pub(crate) changed: Vec<Changed>,
    /// Fetched, unchanged, unreadable (as quarantined) and LivePerson's calls; what is written comes later.
    pub(crate) counts: Counts,
    /// Records that could not be read at all.
    pub(crate) unreadable: u64,
    /// Some of LivePerson's shards did not answer.
    pub(crate) partial: bool,
    pub(crate) problems: Problems,
    pub(crate) watched: Watched,
    /// Everything up to here is in this batch or an earlier one.
    pub(crate) checkpoint: Checkpoint,
    /// A page told of fewer results than one before it.
    pub(crate) shrunk: bool,
    pages: usize,
}

impl Compared {
    pub(crate) fn add(&mut self, page: Compared) {
        self.changed.extend(page.changed);
        self.counts += page.counts;
        self.unreadable += page.unreadable;
        self.partial |= page.partial;
        self.problems.add(page.problems);
        self.watched.add(page.watched);
        self.shrunk |= page.checkpoint.total < self.checkpoint.total;
        self.checkpoint = page.checkpoint;
        self.pages += 1;
    }

    /// Whether it holds no page at all.
    pub(crate) fn is_empty(&self) -> bool {
        self.pages == 0
    }

    /// Whether another page might not fit into one call to Salesforce.
    pub(crate) fn is_full(&self, max_rows: usize) -> bool {
        self.changed.len() + MAX_PAGE as usize > max_rows || self.pages >= PAGES_PER_BATCH
    }
}

/// Values left out, by field: how many, and the first one's reason.
#[derive(Clone, Debug, Default)]
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

/// Which of a page's conversations are this slice's.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    /// LivePerson widens a search to round ten minutes; the neighbouring slice has what lies outside.
    pub(crate) starts: SyncWindow,
    /// A chat that ended before the run's window is none of its business.
    pub(crate) since: Timestamp,
}

impl Bounds {
    fn exclude(&self, mapped: &Mapped) -> bool {
        mapped.start.is_some_and(|start| !self.starts.contains(start))
            || mapped.end.is_some_and(|end| end < self.since)
    }
}

/// What the comparison of one slice's pages goes by.
pub(crate) struct Comparison<'a, T> {
    table: &'a T,
    mappers: &'a Mappers,
    account: &'a str,
    channel: Channel,
    bounds: Option<Bounds>,
    /// The run for which conversations in the quarantine are tried again.
    retried_by: Option<&'a Run>,
    /// Pages shift while they are read, so a conversation can come twice.
    seen: HashSet<ConversationId>,
}

impl<'a, T: Table> Comparison<'a, T> {
    pub(crate) fn new(
        table: &'a T,
        mappers: &'a Mappers,
        account: &'a str,
        channel: Channel,
        bounds: Option<Bounds>,
    ) -> Self {
        Comparison { table, mappers, account, channel, bounds, retried_by: None, seen: HashSet::new() }
    }

    /// For conversations that are all in the quarantine: even one whose entry says that it is written, by someone else at
    /// the same time, is written again, which takes it out. Those that the run is sure to read anyway are left to that.
    pub(crate) fn of_quarantined(self, run: &'a Run) -> Self {
        Comparison { retried_by: Some(run), ..self }
    }

    /// Maps every conversation of a page and keeps those that changed since they were last written.
    pub(crate) async fn compare(&mut self, page: Page, offset: u64) -> Result<Compared, SyncError> {
        let (candidates, mut compared) = self.map(&page);
        let total = page.total;
        // It takes megabytes, and the table some time.
        drop(page);
        for mut one in self.with_known(candidates).await? {
            one.known.quarantined |= self.retried_by.is_some();
            if one.known.fingerprint == Some(one.fingerprint) && self.retried_by.is_none() {
                compared.counts.unchanged += 1;
            } else {
                compared.changed.push(one);
            }
        }
        compared.checkpoint = Checkpoint { offset: (offset + MAX_PAGE).min(total), total };
        Ok(compared)
    }

    /// Every conversation of a page with what is known of it, changed or not.
    pub(crate) async fn map_whole(&mut self, page: &Page) -> Result<Vec<Changed>, SyncError> {
        let (candidates, _) = self.map(page);
        self.with_known(candidates).await
    }

    async fn with_known(&self, mut candidates: Vec<Changed>) -> Result<Vec<Changed>, SyncError> {
        let ids: Vec<_> = candidates.iter().map(|one| one.conversation.clone()).collect();
        let known = self.table.known(&ids).await?;
        for one in &mut candidates {
            one.known = known.get(&one.conversation).copied().unwrap_or_default();
        }
        Ok(candidates)
    }

    fn is_of_another_slice(&self, mapped: &Mapped) -> bool {
        let read_anyway = self.retried_by.is_some_and(|run| {
            mapped.start.is_some_and(|start| {
                plan::surely_reads(run.kind, run.window, self.channel, start, mapped.end)
            })
        });
        read_anyway || self.bounds.is_some_and(|bounds| bounds.exclude(mapped))
    }

    fn map(&mut self, page: &Page) -> (Vec<Changed>, Compared) {
        let mut compared = Compared { partial: page.partial, ..Compared::default() };
        compared.counts.liveperson_calls = page.calls;
        let mut candidates = Vec::with_capacity(page.records.len());
        for record in page.records() {
            let Ok(mapped) = self.mappers.map(self.channel, self.account, record, &mut compared) else {
                compared.counts.fetched += 1;
                compared.counts.quarantined += 1;
                compared.unreadable += 1;
                continue;
            };
            if self.is_of_another_slice(&mapped) || !self.seen.insert(mapped.conversation.clone()) {
                continue;
            }
            compared.counts.fetched += 1;
            let Mapped { conversation, fields, fingerprint, transcript, .. } = mapped;
            let known = Known::default();
            candidates.push(Changed { conversation, fingerprint, known, fields, transcript });
        }
        (candidates, compared)
    }
}
