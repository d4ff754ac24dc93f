//! Who watches: promises checked at every step, each with a name.

use crate::{
    belonging::{belongs, is_of_slice, moved, revision_of},
    salesforce::Record,
    scene::instant,
    world::{DAY, World},
};
use domain::{
    Channel, ConversationId, Run, RunId, RunKind, RunStatus, Slice, SliceId, SliceStatus,
    ports::{ApiUsage, Quarantined, Row, SliceEnd, Written},
    run::Checkpoint,
};
use jiff::{civil::Date, tz::TimeZone};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// A slice has two writes in flight, of this many rows each.
const ROWS_IN_FLIGHT: usize = 2 * crate::stage::ROWS_PER_CALL;

/// A promise that was broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Broken {
    pub(crate) promise: &'static str,
    pub(crate) how: String,
}

/// What is seen of the ports' work.
pub(crate) struct Audit {
    pub(crate) invocation: u64,
    pub(crate) now_ms: i64,
    pub(crate) broken: Option<Broken>,
    pub(crate) written: u64,
    world: Arc<World>,
    skew_ms: i64,
    share: u8,
    invocations: BTreeMap<u64, Invocation>,
    runs: BTreeMap<RunId, SeenRun>,
    records: BTreeMap<ConversationId, SeenRecord>,
    usage: BTreeMap<Date, ApiUsage>,
}

/// What one invocation saw and did.
#[derive(Default)]
struct Invocation {
    pages: Vec<SeenPage>,
    quarantined: BTreeSet<ConversationId>,
    /// Rows it wrote and has not kept, with their revisions.
    unkept: BTreeMap<ConversationId, Option<usize>>,
    /// Calls answered to it beyond those it has added to the day's, before or after.
    untold: i64,
    /// The day on which the budget was spent before it began.
    spent_before: Option<Date>,
    /// The rows it began to send after the budget was spent.
    sent_since: BTreeSet<ConversationId>,
}

struct SeenPage {
    offset: u64,
    /// Conversations with their revisions.
    shown: Vec<(usize, usize)>,
    partial: bool,
}

struct SeenRun {
    begun_ms: i64,
    dry_run: bool,
    /// By slice, the conversations it claims to have dealt with.
    claimed: BTreeMap<SliceId, BTreeSet<usize>>,
    /// Slices that claim a page that was partial.
    partial: BTreeSet<SliceId>,
}

#[derive(Default)]
struct SeenRecord {
    newest_revision: Option<usize>,
    /// The look it was last written with.
    present: Option<usize>,
    /// The look the ledger takes it to have.
    kept: Option<usize>,
    /// Whoever wrote last ended before the ledger could know.
    uncertain: bool,
    /// An invocation that came late with an older look died before the ledger could know.
    stale: bool,
    contact: Option<String>,
}

impl Invocation {
    /// Pages that count: of one that took up work at a checkpoint, the first is put away when it stepped back.
    fn pages(&self) -> impl Iterator<Item = &SeenPage> {
        let put_away = matches!(&self.pages[..], [first, second, ..] if first.offset > 0 && second.offset <= first.offset);
        self.pages.iter().skip(usize::from(put_away))
    }
}

impl Invocation {
    /// How many conversations it read that are the slice's.
    fn read_for(&self, slice: &Slice, world: &World) -> usize {
        let shown = self.pages().flat_map(|page| &page.shown);
        let of_slice = shown.filter(|(n, revision)| is_of_slice(&world.conversations[*n], *revision, slice));
        of_slice.map(|(n, _)| *n).collect::<BTreeSet<_>>().len()
    }
}

impl Audit {
    pub(crate) fn new(world: Arc<World>, skew_ms: i64, share: u8) -> Audit {
        Audit {
            invocation: 0,
            now_ms: 0,
            broken: None,
            written: 0,
            world,
            skew_ms,
            share,
            invocations: BTreeMap::new(),
            runs: BTreeMap::new(),
            records: BTreeMap::new(),
            usage: BTreeMap::new(),
        }
    }

    pub(crate) fn fail(&mut self, promise: &'static str, how: impl FnOnce() -> String) {
        if self.broken.is_none() {
            self.broken = Some(Broken { promise, how: how() });
        }
    }

    fn today(&self) -> Date {
        instant(self.now_ms + self.skew_ms).to_zoned(TimeZone::UTC).date()
    }

    /// Whether one call more would be too much.
    fn is_spent(&self) -> bool {
        let one_more = |usage: &ApiUsage| ApiUsage { ours: usage.ours + 1, ..*usage };
        self.usage.get(&self.today()).is_some_and(|usage| one_more(usage).is_too_much(self.share))
    }

    fn here(&mut self) -> &mut Invocation {
        self.invocations.entry(self.invocation).or_default()
    }

    pub(crate) fn invocation_begins(&mut self) {
        let spent_before = self.is_spent().then(|| self.today());
        *self.here() = Invocation { spent_before, ..Invocation::default() };
    }

    pub(crate) fn invocation_is_over(&mut self) {
        let unkept = self.invocations.remove(&self.invocation).unwrap_or_default().unkept;
        for (id, revision) in unkept {
            let seen = self.records.entry(id).or_default();
            seen.uncertain = true;
            seen.stale |= seen.newest_revision > revision;
        }
    }

    /// Whether an older look may have replaced a newer one without a trace in the ledger. It takes two writers of one
    /// conversation at a time, of which the late one dies between its write and the ledger; the next change mends it.
    pub(crate) fn may_be_stale(&self, id: &ConversationId) -> bool {
        self.records.get(id).is_some_and(|seen| seen.stale)
    }

    pub(crate) fn page_read(&mut self, world: &World, offset: u64, shown: &[usize], partial: bool) {
        let now = self.now_ms;
        let shown = shown.iter().filter_map(|n| Some((*n, world.conversations[*n].revision(now)?))).collect();
        self.here().pages.push(SeenPage { offset, shown, partial });
    }

    pub(crate) fn upsert_begun(&mut self, rows: &[Row]) {
        let (today, is_spent) = (self.today(), self.is_spent());
        let here = self.here();
        let was_spent = here.spent_before == Some(today);
        if is_spent {
            here.sent_since.extend(rows.iter().map(|row| row.conversation.clone()));
        }
        let sent = here.sent_since.len();
        if was_spent && is_spent || sent > ROWS_IN_FLIGHT {
            self.fail("calls stay within the budget", || format!("{sent} rows sent after it was spent"));
        }
    }

    pub(crate) fn calls_answered(&mut self, calls: u64) {
        self.here().untold += calls.cast_signed();
    }

    pub(crate) fn calls_told(&mut self, day: Date, calls: u64, allowed: Option<u64>) {
        let here = self.here();
        here.untold -= calls.cast_signed();
        let usage = self.usage.entry(day).or_default();
        usage.ours += calls;
        usage.allowed = allowed.unwrap_or(usage.allowed);
    }

    pub(crate) fn linked(&mut self, conversation: &ConversationId, contact: &str) {
        self.records.entry(conversation.clone()).or_default().contact = Some(contact.to_owned());
    }

    pub(crate) fn applied(&mut self, row: &Row, record: &Record, again: bool) {
        let world = Arc::clone(&self.world);
        if again || world.by_id(&row.conversation).is_none() {
            self.fail("exactly one record per conversation", || row.conversation.to_string());
        }
        self.written += 1;
        self.here().unkept.insert(row.conversation.clone(), revision_of(record));
        let seen = self.records.entry(row.conversation.clone()).or_default();
        let touched = seen.contact != record.contact || row.fields.contains("Contact__c");
        seen.present = revision_of(record);
        seen.newest_revision = seen.newest_revision.max(revision_of(record));
        if touched {
            self.fail("what agents linked stays", || row.conversation.to_string());
        }
    }

    pub(crate) fn kept(&mut self, written: &[Written]) {
        for one in written {
            let wrote = self.here().unkept.remove(&one.conversation).flatten();
            if let Some(seen) = self.records.get_mut(&one.conversation) {
                seen.kept = wrote;
                seen.uncertain &= wrote != seen.present;
            }
            if !self.records.contains_key(&one.conversation) {
                self.fail("nothing counts as written before it is", || one.conversation.to_string());
            }
        }
    }

    pub(crate) fn quarantined(&mut self, one: &Quarantined) {
        self.here().quarantined.insert(one.conversation.clone());
    }

    /// The ledger no longer takes a conversation to be written.
    pub(crate) fn forgotten(&mut self, conversation: &ConversationId) {
        self.records.entry(conversation.clone()).or_default().kept = None;
    }

    /// When nothing is going on, the ledger knows what Salesforce holds, or that it does not know.
    pub(crate) fn check_ledger(&mut self) {
        let wrong = |seen: &SeenRecord| seen.kept.is_some() && seen.kept != seen.present;
        let mut records = self.records.iter();
        let found = records.find(|(_, seen)| wrong(seen) && !seen.uncertain && !seen.stale);
        if let Some(how) = found.map(|(id, seen)| format!("{id}: {:?}, not {:?}", seen.present, seen.kept)) {
            self.fail("the ledger knows what Salesforce holds", || how);
        }
    }

    pub(crate) fn begun(&mut self, run: &Run) {
        let (begun_ms, dry_run) = (self.now_ms, run.dry_run);
        let seen = SeenRun { begun_ms, dry_run, claimed: BTreeMap::new(), partial: BTreeSet::new() };
        self.runs.insert(run.id.clone(), seen);
    }

    pub(crate) fn checkpoint(&mut self, slice: &Slice, checkpoint: Checkpoint) {
        self.claim(slice, checkpoint.offset);
    }

    /// Takes a slice's word for everything up to an offset, and checks it.
    fn claim(&mut self, slice: &Slice, until: u64) {
        let (Some(here), Some(run)) = (self.invocations.get(&self.invocation), self.runs.get_mut(&slice.run))
        else {
            return;
        };
        let (mut unwritten, mut first_look) = (None, BTreeMap::new());
        let claimed = run.claimed.entry(slice.id.clone()).or_default();
        for page in here.pages() {
            let is_claimed = page.offset < until || page.offset == 0;
            if is_claimed && page.partial {
                run.partial.insert(slice.id.clone());
            }
            for (n, revision) in &page.shown {
                let one = &self.world.conversations[*n];
                if !is_of_slice(one, *revision, slice) {
                    continue;
                }
                // Read again in a later pass, on whatever page, it may have changed meanwhile; the next run has that.
                let revision = *first_look.entry(*n).or_insert(*revision);
                if !is_claimed {
                    continue;
                }
                claimed.insert(*n);
                let id = one.id();
                let written = self.records.get(&id).and_then(|seen| seen.newest_revision) >= Some(revision);
                if !written && !run.dry_run && !here.quarantined.contains(&id) {
                    unwritten = Some(format!("{id} revision {revision}, {} {}", slice.run, slice.id));
                }
            }
        }
        if let Some(which) = unwritten {
            self.fail("no checkpoint before the write", || which);
        }
    }

    pub(crate) fn ended<'a>(
        &mut self,
        slice: &Slice,
        end: &SliceEnd,
        run: &Run,
        of_run: impl Iterator<Item = &'a Slice>,
    ) {
        let name = || format!("{} {}: {:?}", slice.run, slice.id, end.counts);
        if end.status == SliceStatus::Done {
            self.claim(slice, u64::MAX);
            self.check_done(slice, end, &name);
        }
        self.check_sums(run, of_run);
        if run.status == RunStatus::Succeeded {
            if run.troubled_slices > 0 || !run.counts.balance() {
                self.fail("partial is never called success", || format!("{run:?}"));
            }
            self.check_nothing_lost(run);
        }
    }

    fn check_done(&mut self, slice: &Slice, end: &SliceEnd, name: &dyn Fn() -> String) {
        if !end.counts.balance() {
            self.fail("every slice balances", name);
        }
        let Some(seen) = self.runs.get(&slice.run) else { return };
        let partial = seen.partial.contains(&slice.id);
        let read =
            self.invocations.get(&self.invocation).map_or(0, |here| here.read_for(slice, &self.world)) as u64;
        if partial {
            self.fail("partial is never called success", name);
        }
        if end.counts.fetched < read {
            self.fail("every conversation read is counted", || format!("{read} were read; {}", name()));
        }
        if self.here().untold > 0 {
            self.fail("every call is counted", name);
        }
    }

    fn check_sums<'a>(&mut self, run: &Run, of_run: impl Iterator<Item = &'a Slice>) {
        let (mut open, mut finished, mut counts) = (0, 0, domain::Counts::default());
        for slice in of_run {
            match slice.status {
                SliceStatus::Open => open += 1,
                SliceStatus::Split => counts += slice.counts,
                _ => {
                    finished += 1;
                    counts += slice.counts;
                }
            }
        }
        if (open, finished) != (run.open_slices, run.finished_slices) || counts != run.counts {
            self.fail("each slice is counted once", || {
                format!("{open} open, {finished} finished, {counts:?}; the run says {run:?}")
            });
        }
    }

    /// Whether some vanished and others came meanwhile. When as many did, no count tells that pages shifted.
    fn is_shuffled(&self, channel: Channel, since_ms: i64) -> bool {
        let offers = self.world.offers_updated_since;
        let of_channel = self.world.conversations.iter().filter(|one| one.channel == channel);
        let moved = of_channel.map(|one| moved(one, since_ms, self.now_ms, offers));
        let (vanished, came) =
            moved.fold((0, 0), |(v, c), (vanishes, comes)| (v + u64::from(vanishes), c + u64::from(comes)));
        vanished > 0 && came > 0
    }

    /// Whatever was there and stayed as it was since the run began, and belongs in its window, was dealt with.
    fn check_nothing_lost(&mut self, run: &Run) {
        let Some(seen) = self.runs.get(&run.id) else { return };
        let offers = self.world.offers_updated_since;
        // A manual run reaches back as far as one search spans, a scheduled one over all that LivePerson keeps.
        let reach = if run.kind == RunKind::Manual { 89 * DAY } else { 396 * DAY };
        let first = run.window.until().as_millisecond() - reach;
        let shuffled = Channel::ALL.map(|channel| self.is_shuffled(channel, seen.begun_ms));
        let claims = |n: &usize| seen.claimed.values().any(|claimed| claimed.contains(n));
        let mut all = self.world.conversations.iter().enumerate();
        let lost = all.find(|(n, one)| {
            one.start_ms >= first
                && !shuffled[usize::from(one.channel == Channel::Messaging)]
                && one.is_steady(seen.begun_ms, self.now_ms)
                && belongs(one, run.window, self.now_ms, offers)
                && !claims(n)
        });
        let lost = lost.map(|(_, one)| one.id().to_string());
        if let Some(lost) = lost {
            self.fail("no silent loss", || format!("{lost} is not in the {} run {}", run.kind, run.id));
        }
    }
}
