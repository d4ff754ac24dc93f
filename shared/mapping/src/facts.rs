//! What the sync's own fields need of a conversation, read in the same pass as the mapped fields.

use crate::address::Address;
use crate::program::Reading;
use crate::raw::Raw;
use crate::time;
use domain::Channel;
use std::borrow::Cow;

/// Whether a conversation goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Messaging that is not closed.
    Open,
    /// Closed messaging, and every chat: the Engagement History API returns ended chats only.
    Closed,
}

/// What every record tells of its conversation. Text is borrowed from the record where it needs no decoding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts<'r> {
    /// The account, as LivePerson gives it.
    pub account: Option<Cow<'r, str>>,
    /// The conversation's id, as LivePerson gives it.
    pub id: Option<Cow<'r, str>>,
    /// When it began, in epoch milliseconds.
    pub start_ms: Option<i64>,
    /// When it ended, in epoch milliseconds; absent while it is open. Of messaging, the conversation's end rather
    /// than that of the survey after it.
    pub end_ms: Option<i64>,
    /// Open or closed.
    pub status: Status,
    /// How long it lasted, in seconds; absent while it is open.
    pub duration_s: Option<i64>,
    /// The skill; of messaging, the latest.
    pub skill_name: Option<Cow<'r, str>>,
    /// The agent; of messaging, the latest.
    pub agent_name: Option<Cow<'r, str>>,
    /// The visitor, or messaging's consumer.
    pub visitor_name: Option<Cow<'r, str>>,
    /// Whether LivePerson cut the record.
    pub is_partial: bool,
    /// A chat's place among the transfers of a visit.
    pub engagement_sequence: Option<i64>,
    /// Whether attributes and surveys have been merged into a chat's record.
    pub chat_data_enriched: Option<bool>,
}

const CHAT: [&str; 14] = [
    "info.accountId",
    "info.engagementId",
    "info.startTimeL",
    "info.startTime",
    "info.endTimeL",
    "info.endTime",
    "info.ended",
    "info.duration",
    "info.skillName",
    "info.agentFullName",
    "info.visitorName",
    "info.isPartial",
    "info.engagementSequence",
    "info.chatDataEnriched",
];

const MESSAGING: [&str; 14] = [
    "info.brandId",
    "info.conversationId",
    "info.startTimeL",
    "info.startTime",
    "info.conversationEndTimeL",
    "info.conversationEndTime",
    "info.status",
    "info.duration",
    "info.latestSkillName",
    "info.latestAgentFullName",
    "consumerParticipants.consumerName",
    "info.isPartial",
    // In place of what only chats have: the end that includes the survey.
    "info.endTimeL",
    "info.endTime",
];

/// How many addresses facts take.
pub(crate) const COUNT: usize = CHAT.len();

/// The addresses facts are read from, in the order [`read`] expects.
pub(crate) fn addresses(channel: Channel) -> impl Iterator<Item = Address> {
    let texts = match channel {
        Channel::Chat => CHAT,
        Channel::Messaging => MESSAGING,
    };
    // They are ours, and a test parses them all.
    texts.into_iter().filter_map(|text| text.parse().ok())
}

/// Reads the facts, whose addresses were compiled from `first` on.
pub(crate) fn read<'r>(reading: &Reading<'_, 'r>, first: usize, channel: Channel) -> Facts<'r> {
    let values: [Option<Raw<'r>>; COUNT] = std::array::from_fn(|n| reading.value(first + n));
    let [account, id, start_ms, start, end_ms, end, status, duration, skill, agent, visitor, partial, a, b] =
        values;
    let is_open = channel == Channel::Messaging && status.is_some_and(|status| status.is_text("OPEN"));
    let (end_ms, sequence, enriched, unit) = match channel {
        Channel::Chat => (instant(end_ms, end), a.and_then(|a| a.as_i64()), b.and_then(|b| b.as_bool()), 1),
        Channel::Messaging => (instant(end_ms, end).or_else(|| instant(a, b)), None, None, 1_000),
    };
    let text = |value: Option<Raw<'r>>| value.and_then(|value| value.as_str());
    Facts {
        account: text(account),
        id: text(id),
        start_ms: instant(start_ms, start),
        end_ms: end_ms.filter(|_| !is_open),
        status: if is_open { Status::Open } else { Status::Closed },
        duration_s: duration.and_then(|value| value.as_i64()).filter(|_| !is_open).map(|value| value / unit),
        skill_name: text(skill),
        agent_name: text(agent),
        visitor_name: text(visitor),
        is_partial: partial.and_then(|value| value.as_bool()).unwrap_or(false),
        engagement_sequence: sequence,
        chat_data_enriched: enriched,
    }
}

fn instant(ms: Option<Raw<'_>>, text: Option<Raw<'_>>) -> Option<i64> {
    ms.and_then(|ms| ms.as_i64())
        .or_else(|| Some(time::parse_instant(&text?.as_str()?)?.as_millisecond()))
        .filter(|ms| *ms > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_of_a_fact_parses() {
        for channel in Channel::ALL {
            assert_eq!(addresses(channel).count(), COUNT, "{channel}");
        }
    }
}
