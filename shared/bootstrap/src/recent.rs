//! Recent conversations, to try a configuration on.

use crate::{HandlerError, Workspace};
use domain::{
    Channel, Configuration, Scope, Search, SyncWindow,
    ports::{Page, Source},
};
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;

/// How far back they may have begun.
const SPAN: SignedDuration = SignedDuration::from_hours(48);
/// As many of a channel as people look at.
const MOST: u64 = 10;
/// Whoever types an address asks every second; LivePerson is asked once in so long.
const FRESH: SignedDuration = SignedDuration::from_mins(2);

/// The newest conversations of one account and channel. Kept in memory alone.
pub(crate) struct Recent {
    account: String,
    channel: Channel,
    read: Timestamp,
    records: Arc<Vec<String>>,
}

impl Workspace {
    /// Up to ten records of the last 48 hours as LivePerson gives them, newest start first.
    ///
    /// # Errors
    /// Of the secrets and LivePerson.
    pub async fn recent_conversations(
        &self,
        configuration: &Configuration,
        channel: Channel,
    ) -> Result<Arc<Vec<String>>, HandlerError> {
        let (mut recent, now) = (self.recent.lock().await, self.clock.now());
        recent.retain(|one| now.duration_since(one.read) < FRESH);
        let account = &configuration.account;
        if let Some(one) = recent.iter().find(|one| one.channel == channel && one.account == *account) {
            return Ok(Arc::clone(&one.records));
        }
        let records = Arc::new(self.newest(configuration, channel, now).await?);
        let one = Recent { account: account.clone(), channel, read: now, records: Arc::clone(&records) };
        recent.push(one);
        Ok(records)
    }

    /// LivePerson gives the oldest first, so the first page says where the last begins.
    async fn newest(
        &self,
        configuration: &Configuration,
        channel: Channel,
        now: Timestamp,
    ) -> Result<Vec<String>, HandlerError> {
        let Ok(starts) = SyncWindow::new(now.checked_sub(SPAN).unwrap_or(Timestamp::MIN), now) else {
            return Ok(Vec::new());
        };
        let liveperson = self.liveperson(configuration).await?;
        let search = Search { channel, starts, scope: Scope::All };
        let first = liveperson.read_page(&search, 0, MOST).await?;
        let page = match first.total.saturating_sub(MOST) {
            0 => first,
            offset => liveperson.read_page(&search, offset, MOST).await?,
        };
        Ok(newest_first(&page))
    }
}

fn newest_first(page: &Page) -> Vec<String> {
    let mut records: Vec<String> = page.records().map(str::to_owned).collect();
    records.reverse();
    records
}
