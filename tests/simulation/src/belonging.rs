//! What a conversation's place is, said plainly: in a window, in a slice, in a search that is being read.

use crate::{salesforce::Record, scene::instant, world::Conversation};
use domain::{Channel, Slice, SyncWindow, Task};

/// Whether a conversation vanished from searches and whether one came into them, in a span.
pub(crate) fn moved(one: &Conversation, from_ms: i64, until_ms: i64, offers: bool) -> (bool, bool) {
    let within = |at: i64| (from_ms..=until_ms).contains(&at);
    let hides = one.hidden.iter().any(|(from, _)| within(*from));
    let shows = one.hidden.iter().any(|(_, until)| within(*until));
    let mut changes = one.moments.iter().filter(|moment| within(moment.at_ms));
    let closes = !offers && one.moments.iter().any(|moment| within(moment.at_ms) && moment.end_ms.is_some());
    (hides || closes && one.channel == Channel::Messaging, shows || changes.next().is_some())
}

/// Whether a conversation belongs in a window, said plainly: it began before the window's end, and after the window's start
/// it changed or was open. An account that cannot say when messaging changed can only say what is open and what ended.
pub(crate) fn belongs(one: &Conversation, window: SyncWindow, now_ms: i64, offers: bool) -> bool {
    let Some(revision) = one.revision(now_ms) else { return false };
    let moment = &one.moments[revision];
    let (from, until) = (window.from().as_millisecond(), window.until().as_millisecond());
    let last = match one.channel {
        Channel::Chat => moment.end_ms.unwrap_or(i64::MIN),
        Channel::Messaging if offers => moment.at_ms,
        Channel::Messaging => moment.end_ms.unwrap_or(i64::MAX),
    };
    one.start_ms < until && (last >= from || one.channel == Channel::Messaging && one.start_ms >= from)
}

/// Whether a slice has to deal with a conversation that its search found.
pub(crate) fn is_of_slice(one: &Conversation, revision: usize, slice: &Slice) -> bool {
    let Task::Search(search, since) = slice.task else { return false };
    let ended_before = one.moments[revision].end_ms.is_some_and(|end| end < since.as_millisecond());
    search.starts.contains(instant(one.start_ms)) && !(one.channel == Channel::Chat && ended_before)
}

/// Which look of the conversation a record shows.
pub(crate) fn revision_of(record: &Record) -> Option<usize> {
    let text = record.fields.get(sync::TRANSCRIPT_FIELD)?.as_str()?;
    let (_, after) = text.split_once("Revision ")?;
    after.split_once('.')?.0.parse().ok()
}
