//! Sessions of agents that were looked up a moment ago: an agent who types asks several times a second, and the table is
//! asked once in five.

use crate::agents::AgentAtWork;
use jiff::{SignedDuration, Timestamp};
use salesforce::AgentTokens;
use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// So long a session is taken for what it was. One that is ended elsewhere ends here after this long.
const FRESH: SignedDuration = SignedDuration::from_secs(5);
/// A process serves few agents at a time.
const MOST: usize = 1_000;

struct Seen {
    read: Timestamp,
    at_work: AgentAtWork,
    /// Requests since then, which the table has not counted yet.
    since: u64,
}

/// By the digest of the cookie's token.
#[derive(Default)]
pub(crate) struct SeenAgents(Mutex<HashMap<String, Seen>>);

/// What is known of a session without asking the table.
pub(crate) enum Look {
    /// It goes on, with this request counted.
    Known(Box<AgentAtWork>),
    /// The table is to be asked, and told of so many requests that it has not counted.
    Ask(u64),
}

impl SeenAgents {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Seen>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn look(&self, digest: &str, now: Timestamp) -> Look {
        let mut seen = self.lock();
        let Some(known) = seen.get_mut(digest) else { return Look::Ask(1) };
        known.since += 1;
        if now.duration_since(known.read) >= FRESH {
            let uncounted = known.since;
            seen.remove(digest);
            return Look::Ask(uncounted);
        }
        let requests = known.at_work.requests + known.since;
        let mut at_work = known.at_work.clone();
        at_work.requests = requests;
        Look::Known(Box::new(at_work))
    }

    pub(crate) fn keep(&self, at_work: &AgentAtWork, now: Timestamp) {
        let mut seen = self.lock();
        if seen.len() >= MOST {
            seen.retain(|_, known| now.duration_since(known.read) < FRESH);
        }
        let mut at_work = at_work.clone();
        // Requests at the same time each ask the table, and what came after the first answer is not counted there yet.
        let (counted, since) =
            seen.get(at_work.digest()).map_or((0, 0), |known| (known.at_work.requests, known.since));
        at_work.requests = at_work.requests.max(counted);
        seen.insert(at_work.digest().to_owned(), Seen { read: now, at_work, since });
    }

    /// The session has renewed its tokens.
    pub(crate) fn renew(&self, digest: &str, tokens: &AgentTokens) {
        if let Some(known) = self.lock().get_mut(digest) {
            known.at_work.set_tokens(tokens.clone());
        }
    }

    pub(crate) fn forget(&self, digest: &str) {
        self.lock().remove(digest);
    }
}
