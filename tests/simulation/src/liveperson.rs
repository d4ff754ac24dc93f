//! LivePerson in memory: searches with their limits, pages that shift, shards that do not answer.

use crate::{
    plant::Plant,
    scene::{Scene, Trouble, lock},
    world::{DAY, World},
};
use domain::{
    Channel, ConversationId, Scope, Search,
    ports::{Page, Source, SourceError},
};
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard},
};

/// The most records a page holds.
pub const MAX_LIMIT: u64 = 100;
const CHAT_SPAN_MS: i64 = 31 * DAY;
const MESSAGING_SPAN_MS: i64 = 93 * DAY;

/// LivePerson.
pub struct LivePerson {
    scene: Arc<Scene>,
    world: Mutex<Arc<World>>,
    state: Mutex<State>,
}

/// What a test may set and read.
#[derive(Default)]
pub struct State {
    /// Errors answered to the next calls, first first.
    pub errors: VecDeque<SourceError>,
    /// Every page says that a shard did not answer.
    pub partial: bool,
    /// The world is replaced by this one before the call of this number.
    pub changes: Option<(u64, Arc<World>)>,
    /// The offsets of the pages asked for.
    pub offsets: Vec<u64>,
    /// Calls so far.
    pub calls: u64,
}

impl LivePerson {
    /// An account with these conversations.
    #[must_use]
    pub fn new(scene: Arc<Scene>, world: Arc<World>) -> LivePerson {
        LivePerson { scene, world: Mutex::new(world), state: Mutex::default() }
    }

    /// What a test may set and read.
    pub fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// The conversations as they are now.
    #[must_use]
    pub fn world(&self) -> Arc<World> {
        Arc::clone(&lock(&self.world))
    }

    /// Replaces all conversations.
    pub fn set_world(&self, world: World) {
        *lock(&self.world) = Arc::new(world);
    }

    fn trouble(&self) -> Result<(), SourceError> {
        let mut state = self.state();
        state.calls += 1;
        let calls = state.calls;
        if let Some((_, world)) = state.changes.take_if(|(call, _)| *call <= calls) {
            *lock(&self.world) = world;
        }
        if let Some(error) = state.errors.pop_front() {
            return Err(error);
        }
        drop(state);
        let scene = &self.scene;
        if scene.strikes(Trouble::LivePersonUnauthorized) {
            return Err(SourceError::Unauthorized { reason: "token_rejected".to_owned() });
        }
        if scene.strikes(Trouble::LivePersonThrottled) {
            return Err(SourceError::Throttled);
        }
        if scene.strikes(Trouble::LivePersonDown) {
            return Err(SourceError::Unavailable { reason: "503".to_owned() });
        }
        Ok(())
    }

    fn page(&self, search: &Search, offset: u64, limit: u64) -> Result<Page, SourceError> {
        self.trouble()?;
        let world = self.world();
        let longest = if search.channel == Channel::Chat { CHAT_SPAN_MS } else { MESSAGING_SPAN_MS };
        if search.starts.length().as_millis() > i128::from(longest) || limit > MAX_LIMIT {
            return Err(SourceError::Rejected { reason: "start: time range is too long".to_owned() });
        }
        if matches!(search.scope, Scope::UpdatedSince(_)) && !world.offers_updated_since {
            return Err(SourceError::Rejected { reason: "latestUpdateTime: unknown".to_owned() });
        }
        let now = self.scene.clock.true_ms();
        let mut found = world.find(search, now);
        self.lie_about(&mut found, &world, search);
        let lacking = self.scene.strikes(Trouble::LivePersonPartial);
        let partial = lacking || self.state().partial;
        if lacking && self.scene.in_100(70) {
            let lost = self.scene.below(5);
            found.retain(|n| *n as u64 % 5 != lost);
        }
        let skipped = offset + u64::from(offset > 0 && self.scene.lies(Plant::OffsetTooFar));
        let shown = found.iter().skip(skipped as usize).take(limit as usize).copied().collect::<Vec<_>>();
        let mut page = self.page_of(&world, &shown);
        page.total = found.len() as u64;
        if self.scene.lies(Plant::FirstPageOnly) {
            page.total = page.total.min(limit);
        }
        page.partial = partial && !self.scene.lies(Plant::PartialHidden);
        self.scene.watch(|audit| audit.page_read(&world, offset, &shown, partial));
        let total = page.total;
        let count = shown.len();
        self.scene.tell(|| {
            format!(
                "LivePerson: {:?} {:?} from {offset}: {count} of {total}, partial {partial}",
                search.channel, search.scope
            )
        });
        Ok(page)
    }

    fn lie_about(&self, found: &mut Vec<usize>, world: &World, search: &Search) {
        if self.scene.lies(Plant::StartOnly)
            && matches!(search.scope, Scope::UpdatedSince(_) | Scope::Open | Scope::EndedSince(_))
        {
            found.clear();
        }
        if self.scene.lies(Plant::OpenHidden) {
            let now = self.scene.clock.true_ms();
            found.retain(|n| {
                let one = &world.conversations[*n];
                one.revision(now).is_some_and(|revision| one.moments[revision].end_ms.is_some())
            });
        }
        if self.scene.lies(Plant::NoReachBack) && search.channel == Channel::Chat {
            let from = search.starts.from().as_millisecond() + 4 * 3_600_000;
            found.retain(|n| search.scope == Scope::All && world.conversations[*n].start_ms >= from);
        }
    }

    fn page_of(&self, world: &World, shown: &[usize]) -> Page {
        let now = self.scene.clock.true_ms();
        let mut page = Page {
            total: shown.len() as u64,
            body: String::new(),
            records: Vec::new(),
            partial: false,
            calls: 1,
        };
        let twice = self.scene.lies(Plant::NoDeduplication) && self.scene.in_100(20);
        for n in shown {
            let one = &world.conversations[*n];
            let Some(revision) = one.revision(now) else { continue };
            let record = one.record(revision);
            let from = page.body.len();
            page.body.push_str(record);
            page.records.push(from..page.body.len());
            if twice && one.channel == Channel::Messaging {
                let from = page.body.len();
                page.body.push_str(&record.replace(r#"Id":"m-"#, r#"Id":"M-"#));
                page.records.push(from..page.body.len());
            }
        }
        page
    }
}

impl Source for LivePerson {
    async fn read_page(&self, search: &Search, offset: u64, limit: u64) -> Result<Page, SourceError> {
        self.scene.pause().await;
        self.state().offsets.push(offset);
        let page = self.page(search, offset, limit);
        self.scene.pause().await;
        page
    }

    async fn read_one(&self, channel: Channel, conversation: &ConversationId) -> Result<Page, SourceError> {
        self.scene.pause().await;
        let page = self.trouble().map(|()| {
            let world = self.world();
            let now = self.scene.clock.true_ms();
            let there = |n: &usize| world.conversations[*n].revision(now).is_some();
            let found = world.by_id(conversation).filter(|(_, one)| one.channel == channel);
            self.page_of(&world, found.map(|(n, _)| n).filter(there).as_slice())
        });
        self.scene.pause().await;
        page
    }
}
