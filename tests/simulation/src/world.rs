//! The conversations of an account and how each changes over time.

use domain::{Channel, ConversationId, Scope, Search, ports::Refusal};
use std::sync::OnceLock;

/// The LivePerson account of every simulation.
pub const ACCOUNT: &str = "le70020002";
pub(crate) const MINUTE: i64 = 60_000;
pub(crate) const HOUR: i64 = 60 * MINUTE;
pub(crate) const DAY: i64 = 24 * HOUR;
const TEN_MINUTES: i64 = 10 * MINUTE;

/// A conversation.
#[derive(Debug)]
pub struct Conversation {
    /// Chat or messaging.
    pub channel: Channel,
    /// Tells it from the others of the world.
    pub number: u32,
    /// When it began, epoch milliseconds.
    pub start_ms: i64,
    /// What it looks like from when on, oldest first. A chat's first is its end: before that it cannot be found.
    pub moments: Vec<Moment>,
    /// Spans in which no search finds it, since the shard that has it lags behind.
    pub hidden: Vec<(i64, i64)>,
    /// What Salesforce has against it, and until when.
    pub ailment: Option<Ailment>,
}

/// What a conversation looks like from some time on.
#[derive(Debug, Default)]
pub struct Moment {
    /// From when on, epoch milliseconds.
    pub at_ms: i64,
    /// When it ended, unless it is open.
    pub end_ms: Option<i64>,
    /// The latest skill.
    pub skill: &'static str,
    /// The customer's number, once it has arrived.
    pub customer: Option<u32>,
    record: OnceLock<String>,
}

impl Moment {
    /// A look of a conversation.
    #[must_use]
    pub fn new(at_ms: i64, end_ms: Option<i64>, skill: &'static str, customer: Option<u32>) -> Moment {
        Moment { at_ms, end_ms, skill, customer, record: OnceLock::new() }
    }
}

impl Moment {
    /// A look whose record at LivePerson is this one.
    #[must_use]
    pub fn of_record(at_ms: i64, end_ms: Option<i64>, record: String) -> Moment {
        Moment { record: OnceLock::from(record), ..Moment::new(at_ms, end_ms, "", None) }
    }
}

/// Why Salesforce refuses a conversation's row.
#[derive(Clone, Debug)]
pub struct Ailment {
    /// In Salesforce's words.
    pub refusal: Refusal,
    /// Until when, epoch milliseconds.
    pub until_ms: i64,
}

impl Conversation {
    /// External id.
    ///
    /// # Panics
    /// Never: the account and the numbers are acceptable.
    #[must_use]
    pub fn id(&self) -> ConversationId {
        id(self.channel, self.number)
    }

    /// LivePerson's id in the record.
    #[must_use]
    pub fn own_id(&self) -> String {
        match self.channel {
            Channel::Chat => format!("{ACCOUNT}{}", 4_000_000_000_u64 + u64::from(self.number)),
            Channel::Messaging => format!("m-{}", self.number),
        }
    }

    /// Which of its looks is the present one: its place in `moments`.
    #[must_use]
    pub fn revision(&self, now_ms: i64) -> Option<usize> {
        self.moments.iter().rposition(|moment| moment.at_ms <= now_ms)
    }

    /// Its record at LivePerson.
    #[must_use]
    pub fn record(&self, revision: usize) -> &str {
        let moment = &self.moments[revision];
        moment.record.get_or_init(|| match self.channel {
            Channel::Chat => chat_record(self, moment, revision),
            Channel::Messaging => messaging_record(self, moment, revision),
        })
    }

    /// Whether no search finds it now, although it is there.
    #[must_use]
    pub fn is_hidden(&self, now_ms: i64) -> bool {
        self.hidden.iter().any(|(from, until)| (*from..*until).contains(&now_ms))
    }

    /// Whether it stays as it is in that span, and every search finds it that asks for such.
    #[must_use]
    pub fn is_steady(&self, from_ms: i64, until_ms: i64) -> bool {
        self.moments.iter().all(|moment| moment.at_ms < from_ms || moment.at_ms > until_ms)
            && self.hidden.iter().all(|(from, until)| *until < from_ms || *from > until_ms)
    }

    fn matches(&self, search: &Search, now_ms: i64) -> bool {
        let Some(revision) = self.revision(now_ms).filter(|_| !self.is_hidden(now_ms)) else { return false };
        let Moment { at_ms, end_ms, .. } = self.moments[revision];
        match search.scope {
            Scope::All => true,
            Scope::LastedAtLeast(seconds) => {
                end_ms.is_some_and(|end| end - self.start_ms >= i64::from(seconds) * 1_000)
            }
            Scope::UpdatedSince(since) => at_ms >= round_down(since.as_millisecond()),
            Scope::Open => end_ms.is_none(),
            Scope::EndedSince(since) => end_ms.is_some_and(|end| end >= round_down(since.as_millisecond())),
        }
    }
}

/// The external id of a conversation of that channel and number.
///
/// # Panics
/// Never: the account and the numbers are acceptable.
#[must_use]
#[expect(clippy::unwrap_used, reason = "the account and the numbers are acceptable")]
pub fn id(channel: Channel, number: u32) -> ConversationId {
    let own = match channel {
        Channel::Chat => (4_000_000_000_u64 + u64::from(number)).to_string(),
        Channel::Messaging => format!("m-{number}"),
    };
    ConversationId::new(ACCOUNT, &own).unwrap()
}

fn round_down(ms: i64) -> i64 {
    ms.div_euclid(TEN_MINUTES) * TEN_MINUTES
}

fn events(customer: Option<u32>) -> String {
    let Some(customer) = customer else { return r#"{"events":[]}"#.to_owned() };
    format!(
        r#"{{"events":[{{"sdeType":"CUSTOMER_INFO","serverTimeStamp":"1","customerInfo":{{"serverTimeStamp":"1","customerInfo":{{"customerId":"C-{customer}"}}}}}}]}}"#
    )
}

fn chat_record(one: &Conversation, moment: &Moment, revision: usize) -> String {
    let (id, start, skill, sdes) = (one.own_id(), one.start_ms, moment.skill, events(moment.customer));
    let end = moment.end_ms.unwrap_or(start);
    let seconds = (end - start) / 1_000;
    format!(
        r#"{{"info":{{"engagementId":"{id}","startTimeL":{start},"endTimeL":{end},"duration":{seconds},"skillName":"{skill}","agentFullName":"Ida Holm","chatStartPage":"Help","ended":true}},"transcript":{{"lines":[{{"timeL":{start},"textType":"plain","text":"Revision {revision}.","by":"Ida","source":"agent","subType":"REGULAR","lineSeq":"0"}}]}},"sdes":{sdes}}}"#
    )
}

fn messaging_record(one: &Conversation, moment: &Moment, revision: usize) -> String {
    let (id, start, skill, sdes) = (one.own_id(), one.start_ms, moment.skill, events(moment.customer));
    let end = moment.end_ms.unwrap_or(-1);
    let status = if moment.end_ms.is_some() { "CLOSE" } else { "OPEN" };
    let lasted = moment.end_ms.unwrap_or(moment.at_ms) - start;
    format!(
        r#"{{"info":{{"conversationId":"{id}","startTimeL":{start},"conversationEndTimeL":{end},"endTimeL":{end},"duration":{lasted},"status":"{status}","latestSkillName":"{skill}","latestAgentFullName":"Ida Holm","language":"Help"}},"messageRecords":[{{"type":"TEXT_PLAIN","messageData":{{"msg":{{"text":"Revision {revision}."}}}},"timeL":{start},"audience":"ALL","sentBy":"Consumer"}}],"sdes":{sdes}}}"#
    )
}

/// The conversations of the account, by when they began.
#[derive(Debug, Default)]
pub struct World {
    /// All of them, oldest start first.
    pub conversations: Vec<Conversation>,
    /// Whether messaging can be searched by when it changed.
    pub offers_updated_since: bool,
}

impl World {
    /// A world of these conversations.
    #[must_use]
    pub fn new(mut conversations: Vec<Conversation>, offers_updated_since: bool) -> World {
        conversations.sort_by_key(|one| (one.start_ms, one.number));
        World { conversations, offers_updated_since }
    }

    /// What a search finds now, oldest start first: places in `conversations`. Widened to round ten minutes.
    #[must_use]
    pub fn find(&self, search: &Search, now_ms: i64) -> Vec<usize> {
        let from = round_down(search.starts.from().as_millisecond());
        // Both bounds are included, and the client asks for the millisecond before the end.
        let to = -round_down(-(search.starts.until().as_millisecond() - 1));
        let first = self.conversations.partition_point(|one| one.start_ms < from);
        let inside = self.conversations[first..].iter().take_while(|one| one.start_ms <= to);
        let found = inside.enumerate().filter(|(_, one)| one.channel == search.channel);
        found.filter(|(_, one)| one.matches(search, now_ms)).map(|(n, _)| first + n).collect()
    }

    /// The conversation of that id and its place.
    #[must_use]
    pub fn by_id(&self, id: &ConversationId) -> Option<(usize, &Conversation)> {
        let own = id.as_str().strip_prefix(ACCOUNT)?.strip_prefix(':')?;
        let (channel, number) = match own.strip_prefix("m-") {
            Some(number) => (Channel::Messaging, number.parse().ok()?),
            None => {
                let number = own.parse::<u64>().ok()?.checked_sub(4_000_000_000)?;
                (Channel::Chat, u32::try_from(number).ok()?)
            }
        };
        let is_it = |one: &Conversation| one.number == number && one.channel == channel;
        self.conversations.iter().enumerate().find(|(_, one)| is_it(one))
    }
}
