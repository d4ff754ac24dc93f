//! A deterministic world of conversations: everything follows from a seed, a number and the present.
//!
//! Conversation `n` starts at a fixed distance after conversation `n - 1`, so any span of time can be looked up without
//! keeping anything. What is visible depends on the world's present: chats appear when they end, messaging conversations
//! are open until they close, attributes and surveys arrive late.

use domain::Channel;
use fastrand::Rng;
use jiff::Timestamp;
use std::ops::Range;

/// Where the count of conversations starts: 2020-01-01T00:00:00Z in epoch milliseconds.
const ORIGIN_MS: i64 = 1_577_836_800_000;
pub(crate) const MINUTE_MS: i64 = 60_000;
pub(crate) const HOUR_MS: i64 = 60 * MINUTE_MS;
pub(crate) const DAY_MS: i64 = 24 * HOUR_MS;
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
}

/// One conversation in a few words; the record is made from it on demand.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Outline {
    pub(crate) number: u64,
    pub(crate) channel: Channel,
    pub(crate) start_ms: i64,
    /// When it ends, which may be after the world's present.
    pub(crate) end_ms: i64,
    /// When its attributes and surveys arrive, for a chat.
    pub(crate) enriched_ms: i64,
    /// 0 for most; 1 for the second part of a transferred chat.
    pub(crate) sequence: u8,
    /// Over 131,072 characters of transcript.
    pub(crate) huge: bool,
}

impl World {
    /// A world of these options; at least one conversation and one day.
    #[must_use]
    pub fn new(options: WorldOptions) -> World {
        let span_ms = f64::from(options.days.max(1)) * DAY_MS as f64;
        let spacing_ms = span_ms / options.conversations.max(1) as f64;
        World { options, spacing_ms }
    }

    pub(crate) fn now_ms(&self) -> i64 {
        self.options.now.as_millisecond()
    }

    /// The numbers of the conversations whose start may lie in the span, both ends included.
    fn numbers(&self, from_ms: i64, to_ms: i64) -> Range<u64> {
        let number = |ms: i64| ((ms - ORIGIN_MS) as f64 / self.spacing_ms).max(0.0) as u64;
        number(from_ms)..number(to_ms.min(self.now_ms())) + 1
    }

    /// The conversations of a channel that start in the span and are to be seen at LivePerson, oldest first.
    pub(crate) fn started(
        &self,
        channel: Channel,
        from_ms: i64,
        to_ms: i64,
    ) -> impl Iterator<Item = Outline> {
        let inside = move |outline: &Outline| (from_ms..=to_ms).contains(&outline.start_ms);
        self.numbers(from_ms, to_ms)
            .map(|number| self.outline(number))
            .filter(move |outline| outline.channel == channel && inside(outline) && self.is_visible(outline))
    }

    /// Chats can be searched once they have ended; messaging conversations from their start.
    fn is_visible(&self, outline: &Outline) -> bool {
        match outline.channel {
            Channel::Chat => outline.end_ms <= self.now_ms(),
            Channel::Messaging => outline.start_ms <= self.now_ms(),
        }
    }

    pub(crate) fn is_open(&self, outline: &Outline) -> bool {
        outline.end_ms > self.now_ms()
    }

    /// The conversation of that number, if it is to be seen.
    pub(crate) fn find(&self, channel: Channel, number: u64) -> Option<Outline> {
        let outline = self.outline(number);
        (outline.channel == channel && self.is_visible(&outline)).then_some(outline)
    }

    pub(crate) fn outline(&self, number: u64) -> Outline {
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
        Outline { number, channel, start_ms, end_ms, enriched_ms: end_ms + late_ms, sequence, huge }
    }

    /// Random numbers for one purpose of one conversation, the same at every call.
    pub(crate) fn rng(&self, number: u64, purpose: u64) -> Rng {
        let mixed = self.options.seed
            ^ number.wrapping_mul(0x9E37_79B9_7F4A_7C15)
            ^ purpose.wrapping_mul(0xD1B5_4A32_D192_ED03);
        Rng::with_seed(mixed)
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

    #[test]
    fn a_seed_decides_the_world() {
        let span = |world: &World| {
            world.started(Channel::Messaging, world.now_ms() - 2 * DAY_MS, world.now_ms()).collect::<Vec<_>>()
        };
        assert_eq!(span(&world(1)), span(&world(1)));
        assert_ne!(span(&world(1)), span(&world(2)));
    }

    #[test]
    fn the_number_asked_for_is_spread_over_the_days() {
        let world = world(7);
        let begun = world.numbers(world.now_ms() - 35 * DAY_MS, world.now_ms()).count();
        assert!((3_500..=3_502).contains(&begun), "{begun} conversations");
    }

    #[test]
    fn a_conversation_keeps_its_start_and_end_as_time_goes_on() {
        let (before, mut later) = (world(7), world(7));
        later.options.now = "2026-03-04T12:00:00Z".parse().unwrap();
        let open: Vec<_> = before
            .started(Channel::Messaging, before.now_ms() - LONGEST_MS, before.now_ms())
            .filter(|o| before.is_open(o))
            .collect();
        assert!(open.len() > 50, "{} open", open.len());
        for outline in &open {
            assert_eq!(&later.find(Channel::Messaging, outline.number).unwrap(), outline);
        }
        assert!(open.iter().any(|outline| !later.is_open(outline)), "some have closed since");
    }
}
