//! A deterministic world of conversations: everything follows from a seed, a number and the present.
//!
//! Conversation `n` starts at a fixed distance after conversation `n - 1`, so any span of time can be looked up without
//! keeping anything. What is visible depends on the world's present: chats appear when they end, messaging conversations
//! are open until they close, attributes and surveys arrive late.

use super::outlines::{Block, Outline, Outlines};
use domain::Channel;
use fastrand::Rng;
use jiff::Timestamp;

/// Where the count of conversations starts: 2020-01-01T00:00:00Z in epoch milliseconds.
const ORIGIN_MS: i64 = 1_577_836_800_000;
pub(crate) const MINUTE_MS: i64 = 60_000;
pub(crate) const HOUR_MS: i64 = 60 * MINUTE_MS;
pub(crate) const DAY_MS: i64 = 24 * HOUR_MS;
/// As many of the newest conversations are looked at for those an agent is at work on.
const NEWEST: u64 = 4_000;
/// The longest messaging conversation.
const LONGEST_MS: i64 = 89 * DAY_MS;

/// What a world is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorldOptions {
    /// Account id.
    pub account: String,
    /// Two worlds of one seed are the same.
    pub seed: u64,
    /// How many conversations start within `days`.
    pub conversations: u64,
    /// The days over which `conversations` are spread.
    pub days: u32,
    /// The world's present. Nothing later has happened.
    pub now: Timestamp,
}

/// The world.
#[derive(Clone, Debug)]
pub struct World {
    pub(crate) options: WorldOptions,
    spacing_ms: f64,
    follows_clock: bool,
    reworded_ms: i64,
    outlines: Outlines,
}

/// The conversations of a channel that start in a span and are to be seen at LivePerson.
pub(crate) struct Started {
    blocks: Vec<Block>,
    channel: Channel,
    from_ms: i64,
    to_ms: i64,
    now_ms: i64,
}

impl Started {
    /// Them, oldest first.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &Outline> {
        let all = self.blocks.iter().flat_map(|block| block.iter());
        all.filter(|outline| {
            outline.channel == self.channel
                && (self.from_ms..=self.to_ms).contains(&outline.start_ms)
                && is_visible(outline, self.now_ms)
        })
    }
}

impl World {
    /// A world of these options; at least one conversation and one day. Its present stands still.
    #[must_use]
    pub fn new(options: WorldOptions) -> World {
        let span_ms = f64::from(options.days.max(1)) * DAY_MS as f64;
        let spacing_ms = span_ms / options.conversations.max(1) as f64;
        let outlines = Outlines::default();
        World { options, spacing_ms, follows_clock: false, reworded_ms: i64::MAX, outlines }
    }

    /// The same world with the simulator's clock for its present, so that time can go on in it.
    #[must_use]
    pub fn following_the_clock(self) -> World {
        World { follows_clock: true, ..self }
    }

    /// The same world, in which the question for satisfaction is put in other words from an instant on. Its id stays.
    #[must_use]
    pub fn with_question_reworded(self, from: Timestamp) -> World {
        World { reworded_ms: from.as_millisecond(), ..self }
    }

    /// The world as it is when a call comes in: nothing moves while the call is answered.
    pub(crate) fn at(&self, now: Timestamp) -> World {
        let mut world = self.clone();
        if self.follows_clock {
            world.options.now = now;
        }
        world
    }

    pub(crate) fn now_ms(&self) -> i64 {
        self.options.now.as_millisecond()
    }

    /// How the question for satisfaction is put in a survey of that time.
    pub(crate) fn satisfaction_question<'a>(&self, at_ms: i64, usual: &'a str) -> &'a str {
        if at_ms < self.reworded_ms { usual } else { "How did we do today?" }
    }

    /// The number of the conversation that starts at about that time.
    fn number(&self, ms: i64) -> u64 {
        ((ms - ORIGIN_MS) as f64 / self.spacing_ms).max(0.0) as u64
    }

    /// The conversations of a channel that start in the span, both ends included, and are to be seen at LivePerson.
    pub(crate) fn started(&self, channel: Channel, from_ms: i64, to_ms: i64) -> Started {
        let now_ms = self.now_ms();
        let (first, last) = (self.number(from_ms), self.number(to_ms.min(now_ms)));
        let blocks = self.outlines.blocks(first, last, |number| self.outline(number));
        Started { blocks, channel, from_ms, to_ms, now_ms }
    }

    pub(crate) fn is_open(&self, outline: &Outline) -> bool {
        outline.end_ms > self.now_ms()
    }

    /// At most `most` conversations of a channel that an agent may have in front of them: those that go on, the newest
    /// first, then those that ended last.
    pub(crate) fn at_work(&self, channel: Channel, most: usize) -> Vec<Outline> {
        let now_ms = self.now_ms();
        let last = self.number(now_ms);
        let first = last.saturating_sub(NEWEST);
        let blocks = self.outlines.blocks(first, last, |number| self.outline(number));
        let begun = blocks.iter().flat_map(|block| block.iter()).filter(|outline| {
            (first..=last).contains(&outline.number)
                && outline.channel == channel
                && outline.start_ms <= now_ms
        });
        let (mut live, mut ended): (Vec<Outline>, Vec<Outline>) =
            begun.partition(|outline| self.is_open(outline));
        live.sort_by_key(|outline| std::cmp::Reverse(outline.start_ms));
        ended.sort_by_key(|outline| std::cmp::Reverse(outline.end_ms));
        // Some that ended, however many go on.
        live.truncate(most - most / 3);
        live.extend(ended);
        live.truncate(most);
        live
    }

    /// The conversation of that number, if it is to be seen.
    pub(crate) fn find(&self, channel: Channel, number: u64) -> Option<Outline> {
        let outline = self.outline(number);
        (outline.channel == channel && is_visible(&outline, self.now_ms())).then_some(outline)
    }

    fn outline(&self, number: u64) -> Outline {
        let mut rng = self.rng(number, 0);
        let slot_ms = ORIGIN_MS + (number as f64 * self.spacing_ms) as i64;
        let start_ms = slot_ms + rng.i64(0..(self.spacing_ms as i64).max(1));
        let channel = if rng.u8(0..10) < 5 { Channel::Chat } else { Channel::Messaging };
        let length_ms = match channel {
            Channel::Chat => rng.i64(30_000..45 * MINUTE_MS),
            Channel::Messaging => messaging_length(&mut rng),
        };
        let end_ms = start_ms + length_ms;
        // 99.5 % of transcripts are there in five minutes; the rest of the record takes up to two hours.
        let late_ms = if rng.u8(0..5) == 0 { rng.i64(5 * MINUTE_MS..2 * HOUR_MS) } else { MINUTE_MS };
        let sequence = u8::from(channel == Channel::Chat && rng.u8(0..25) == 0);
        let huge = rng.u16(0..700) == 0;
        let survey_ms = match channel {
            Channel::Chat => None,
            Channel::Messaging => self.survey_ms(number, end_ms),
        };
        let enriched_ms = end_ms + late_ms;
        Outline { number, channel, start_ms, end_ms, enriched_ms, survey_ms, sequence, huge }
    }

    /// A third are asked afterwards how it was; the answer moves the end of the whole dialog.
    fn survey_ms(&self, number: u64, end_ms: i64) -> Option<i64> {
        let mut rng = self.rng(number, 5);
        (rng.u8(0..3) == 0).then(|| end_ms + rng.i64(MINUTE_MS..24 * HOUR_MS))
    }

    /// Random numbers for one purpose of one conversation, the same at every call.
    pub(crate) fn rng(&self, number: u64, purpose: u64) -> Rng {
        let mixed = self.options.seed
            ^ number.wrapping_mul(0x9E37_79B9_7F4A_7C15)
            ^ purpose.wrapping_mul(0xD1B5_4A32_D192_ED03);
        Rng::with_seed(mixed)
    }
}

/// Chats can be searched once they have ended; messaging conversations from their start.
fn is_visible(outline: &Outline, now_ms: i64) -> bool {
    match outline.channel {
        Channel::Chat => outline.end_ms <= now_ms,
        Channel::Messaging => outline.start_ms <= now_ms,
    }
}

/// Most messaging conversations take hours, some days, a few nearly three months.
fn messaging_length(rng: &mut Rng) -> i64 {
    match rng.u8(0..100) {
        0..60 => rng.i64(5 * MINUTE_MS..6 * HOUR_MS),
        60..90 => rng.i64(6 * HOUR_MS..3 * DAY_MS),
        90..98 => rng.i64(3 * DAY_MS..20 * DAY_MS),
        _ => rng.i64(20 * DAY_MS..LONGEST_MS),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn world(seed: u64) -> World {
        let now = "2026-03-01T12:00:00Z".parse().unwrap();
        World::new(WorldOptions { account: "le1".into(), seed, conversations: 3_500, days: 35, now })
    }

    fn span(world: &World, channel: Channel, days: i64) -> Vec<Outline> {
        let now = world.now_ms();
        world.started(channel, now - days * DAY_MS, now).iter().copied().collect()
    }

    #[test]
    fn a_seed_decides_the_world() {
        let messaging = |seed| span(&world(seed), Channel::Messaging, 2);
        assert_eq!(messaging(1), messaging(1));
        assert_ne!(messaging(1), messaging(2));
    }

    #[test]
    fn the_number_asked_for_is_spread_over_the_days() {
        let world = world(7);
        let begun = world.number(world.now_ms()) - world.number(world.now_ms() - 35 * DAY_MS);
        assert_eq!(begun, 3_500);
        let seen: usize = Channel::ALL.into_iter().map(|channel| span(&world, channel, 35).len()).sum();
        assert!((3_480..=3_502).contains(&seen), "{seen} seen; a few chats have not ended");
    }

    #[test]
    fn a_conversation_keeps_its_start_and_end_as_time_goes_on() {
        let (before, mut later) = (world(7), world(7));
        later.options.now = "2026-03-04T12:00:00Z".parse().unwrap();
        let mut open = span(&before, Channel::Messaging, 89);
        open.retain(|outline| before.is_open(outline));
        assert!(open.len() > 50, "{} open", open.len());
        for outline in &open {
            assert_eq!(&later.find(Channel::Messaging, outline.number).unwrap(), outline);
        }
        assert!(open.iter().any(|outline| !later.is_open(outline)), "some have closed since");
    }

    #[test]
    fn the_present_stands_still_unless_it_is_to_follow_the_clock() {
        let later = "2026-03-02T12:00:00Z".parse().unwrap();
        let still = world(7);
        assert_eq!(still.at(later).now_ms(), still.now_ms());
        let moving = world(7).following_the_clock();
        assert_eq!(moving.at(later).now_ms(), still.now_ms() + DAY_MS);
        assert_eq!(span(&moving.at(later), Channel::Chat, 2)[..5], span(&moving, Channel::Chat, 1)[..5]);
    }
}
