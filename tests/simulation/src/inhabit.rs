//! Fills a world with conversations, as the seed says.

use crate::{
    salesforce::{LOSABLE_FIELD, refusal},
    setup::Times,
    world::{Ailment, Conversation, DAY, HOUR, MINUTE, Moment, World},
};
use domain::Channel;
use fastrand::Rng;

const SKILLS: [&str; 4] = ["Billing", "Sales", "Returns", "Repairs"];

/// What this world is like.
struct Kind {
    chats: u8,
    old: u8,
    /// Many begin within this span, so that a search has several pages.
    crowd: Option<(i64, i64)>,
    hidden: u8,
    ill: u8,
}

pub(crate) fn world(rng: &mut Rng, times: Times) -> World {
    let is_big = rng.u8(0..8) == 0;
    let count = if is_big { rng.u32(130..300) } else { rng.u32(20..50) };
    let crowd = is_big.then(|| {
        let from =
            if rng.bool() { rng.i64(times.begin..times.calm - 3 * HOUR) } else { times.begin - 9 * DAY };
        (from, from + rng.i64(HOUR..3 * HOUR))
    });
    let kind = Kind {
        chats: if is_big { [10, 90][rng.usize(0..2)] } else { rng.u8(10..80) },
        old: rng.u8(5..50),
        crowd,
        hidden: if rng.u8(0..3) == 0 { rng.u8(1..30) } else { 0 },
        ill: rng.u8(0..12),
    };
    let conversations = (0..count).filter_map(|number| conversation(rng, times, &kind, number)).collect();
    World::new(conversations, rng.u8(0..3) > 0)
}

fn conversation(rng: &mut Rng, times: Times, kind: &Kind, number: u32) -> Option<Conversation> {
    let channel = if rng.u8(0..100) < kind.chats { Channel::Chat } else { Channel::Messaging };
    let is_old = rng.u8(0..100) < kind.old;
    let start_ms = match (kind.crowd, channel) {
        (Some((from, until)), _) if rng.u8(0..10) > 0 => rng.i64(from..until),
        (_, Channel::Chat) if is_old => times.begin - rng.i64(HOUR..5 * DAY),
        (_, Channel::Messaging) if is_old => times.begin - rng.i64(HOUR..89 * DAY),
        _ => rng.i64(times.begin - 6 * HOUR..times.calm),
    };
    let mut moments = match channel {
        Channel::Chat => chat(rng, times, start_ms),
        Channel::Messaging => messaging(rng, times, start_ms),
    };
    moments.retain(|moment| moment.at_ms < times.calm);
    moments.sort_by_key(|moment| moment.at_ms);
    moments.dedup_by_key(|moment| moment.at_ms);
    if moments.is_empty() {
        return None;
    }
    let hidden = if rng.u8(0..100) < kind.hidden { vec![hiding(rng, times)] } else { Vec::new() };
    let ailment = (rng.u8(0..100) < kind.ill).then(|| ailment(rng, times));
    Some(Conversation { channel, number, start_ms, moments, hidden, ailment })
}

/// A time within the simulation, half of them while a scheduled run works.
fn busy_time(rng: &mut Rng, times: Times) -> i64 {
    let at = rng.i64(times.begin..times.calm);
    if rng.bool() { at } else { at - at.rem_euclid(3 * HOUR) + 7 * MINUTE + rng.i64(0..12 * MINUTE) }
}

fn hiding(rng: &mut Rng, times: Times) -> (i64, i64) {
    let from = busy_time(rng, times);
    (from, (from + rng.i64(5_000..10 * MINUTE)).min(times.calm))
}

fn skill(rng: &mut Rng) -> &'static str {
    SKILLS[rng.usize(0..SKILLS.len())]
}

/// A chat can be found when it has ended; its attributes come up to two hours later.
fn chat(rng: &mut Rng, times: Times, start_ms: i64) -> Vec<Moment> {
    let lasted = match rng.u8(0..20) {
        0..14 => rng.i64(MINUTE..HOUR),
        14..17 => rng.i64(HOUR..8 * HOUR),
        _ => rng.i64(8 * HOUR..6 * DAY),
    };
    let end =
        if rng.u8(0..3) == 0 { busy_time(rng, times).max(start_ms + MINUTE) } else { start_ms + lasted };
    let name = skill(rng);
    let customer = rng.bool().then(|| rng.u32(1_000..10_000));
    if rng.u8(0..3) > 0 {
        return vec![Moment::new(end, Some(end), name, customer)];
    }
    let late = end + rng.i64(1_000..2 * HOUR);
    vec![
        Moment::new(end, Some(end), name, None),
        Moment::new(late, Some(end), name, Some(rng.u32(1_000..10_000))),
    ]
}

fn messaging(rng: &mut Rng, times: Times, start_ms: i64) -> Vec<Moment> {
    let mut moments = vec![Moment::new(start_ms, None, skill(rng), None)];
    let customer = Some(rng.u32(1_000..10_000));
    let first = start_ms.max(times.begin - 2 * HOUR);
    for _ in 0..rng.usize(0..3) {
        moments.push(Moment::new(busy_time(rng, times).max(first + 1), None, skill(rng), customer));
    }
    moments.sort_by_key(|moment| moment.at_ms);
    let last = moments[moments.len() - 1].at_ms;
    if rng.u8(0..10) < 3 {
        return moments;
    }
    let end = match rng.u8(0..3) {
        0 => busy_time(rng, times).max(last + 1_000),
        1 => last + rng.i64(MINUTE..6 * HOUR),
        _ => last + rng.i64(MINUTE..3 * DAY),
    };
    moments.push(Moment::new(end, Some(end), skill(rng), customer));
    match rng.u8(0..6) {
        // A survey after it.
        0 => moments.push(Moment::new(end + rng.i64(1_000..2 * HOUR), Some(end), skill(rng), customer)),
        // The consumer writes once more.
        1 => {
            let again = end + rng.i64(MINUTE..12 * HOUR);
            moments.push(Moment::new(again, None, skill(rng), customer));
            let closed = again + rng.i64(MINUTE..12 * HOUR);
            moments.push(Moment::new(closed, Some(closed), skill(rng), customer));
        }
        _ => {}
    }
    moments
}

fn ailment(rng: &mut Rng, times: Times) -> Ailment {
    let until_ms = if rng.bool() { i64::MAX } else { rng.i64(times.trouble..times.calm) };
    let refusal = match rng.u8(0..4) {
        0 => refusal("STRING_TOO_LONG", &["Skill__c"], "Skill: data value too large"),
        1 => refusal("FIELD_CUSTOM_VALIDATION_EXCEPTION", &[], "The skill must be known"),
        2 => refusal("DUPLICATES_DETECTED", &[], "Use one of these records?"),
        _ => refusal("INVALID_CROSS_REFERENCE_KEY", &[LOSABLE_FIELD], "invalid cross reference id"),
    };
    Ailment { refusal, until_ms }
}
