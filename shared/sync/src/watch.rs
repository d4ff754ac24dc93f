//! Watches whether mappings still find values: a survey question that was reworded finds none from one day to the next.

use crate::{Mappers, SyncError, Table, report};
use domain::{
    Channel, LogEntry, RunId,
    event_log::Announcement,
    ports::{Bus, HitRate},
};
use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use std::collections::BTreeMap;

/// A rate of fewer conversations says nothing.
const ENOUGH: u64 = 20;

/// How often each mapped field found a value.
#[derive(Clone, Debug, Default)]
pub(crate) struct Watched(BTreeMap<String, Hits>);

#[derive(Clone, Debug, Default)]
struct Hits {
    seen: u64,
    hits: u64,
    question_id: Option<String>,
}

impl Watched {
    /// Notes one conversation. `question_id` is asked for once per batch, when a value is first found.
    pub(crate) fn note(&mut self, field: &str, hit: bool, question_id: impl FnOnce() -> Option<String>) {
        let hits = match self.0.get_mut(field) {
            Some(hits) => hits,
            None => self.0.entry(field.to_owned()).or_default(),
        };
        hits.seen += 1;
        if hit {
            if hits.hits == 0 {
                hits.question_id = question_id();
            }
            hits.hits += 1;
        }
    }

    pub(crate) fn add(&mut self, other: Watched) {
        for (field, more) in other.0 {
            let hits = self.0.entry(field).or_default();
            hits.seen += more.seen;
            hits.hits += more.hits;
            hits.question_id = hits.question_id.take().or(more.question_id);
        }
    }

    fn into_rates(self, channel: Channel) -> Vec<HitRate> {
        let rates = self.0.into_iter().map(|(field, Hits { seen, hits, question_id })| HitRate {
            channel,
            field,
            seen,
            hits,
            question_id,
        });
        rates.collect()
    }
}

/// Adds a slice's hits to the day's, and says which mappings have gone silent.
pub(crate) async fn keep_hits<T: Table, B: Bus>(
    table: &T,
    bus: &B,
    mappers: &Mappers,
    run: &RunId,
    channel: Channel,
    watched: Watched,
    now: Timestamp,
) -> Result<Vec<LogEntry>, SyncError> {
    let rates = watched.into_rates(channel);
    if rates.is_empty() {
        return Ok(Vec::new());
    }
    let today = now.to_zoned(TimeZone::UTC).date();
    table.add_hits(today, &rates).await?;
    let mut earlier = Vec::new();
    for days in [1, 2] {
        earlier.push(table.hits(before(today, days)).await?);
    }
    let mut entries = Vec::new();
    for rate in silent(&table.hits(today).await?, &earlier, channel) {
        let entry = report::silent(mappers, run, rate, now);
        if table.note_first(&format!("silent#{channel}#{}", rate.field), now).await? {
            bus.announce(Announcement::MappingSilent, &entry).await?;
            entries.push(entry);
        }
    }
    Ok(entries)
}

fn before(day: Date, days: i64) -> Date {
    day.saturating_sub(days.days())
}

/// Those whose rate was at least 50 % on an earlier day and is under 5 % today. Answers the earlier rate.
fn silent<'a>(today: &[HitRate], earlier: &'a [Vec<HitRate>], channel: Channel) -> Vec<&'a HitRate> {
    let fell = |rate: &&HitRate| {
        let now = today.iter().find(|now| now.channel == channel && now.field == rate.field);
        now.is_some_and(|now| now.seen >= ENOUGH && now.hits * 100 < now.seen * 5)
    };
    let good =
        |rate: &&HitRate| rate.channel == channel && rate.seen >= ENOUGH && rate.hits * 100 >= rate.seen * 50;
    let mut found: Vec<&HitRate> = Vec::new();
    for rate in earlier.iter().flatten().filter(good).filter(fell) {
        if !found.iter().any(|other| other.field == rate.field) {
            found.push(rate);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(field: &str, seen: u64, hits: u64) -> HitRate {
        HitRate { channel: Channel::Chat, field: field.to_owned(), seen, hits, question_id: None }
    }

    #[test]
    fn a_rate_is_reported_when_it_falls_from_half_to_under_a_twentieth() {
        let cases = [
            ((100, 50), (100, 4), true),
            ((100, 49), (100, 4), false),
            ((100, 50), (100, 5), false),
            ((19, 19), (100, 0), false),
            ((100, 90), (19, 0), false),
        ];
        for ((seen, hits), (seen_now, hits_now), want) in cases {
            let earlier = [vec![], vec![rate("Account__c", seen, hits)]];
            let found = silent(&[rate("Account__c", seen_now, hits_now)], &earlier, Channel::Chat);
            assert_eq!(!found.is_empty(), want, "{hits} of {seen}, then {hits_now} of {seen_now}");
        }
    }

    #[test]
    fn the_other_channel_and_a_mapping_that_is_gone_are_not_compared() {
        let earlier = [vec![rate("Account__c", 100, 90), rate("Gone__c", 100, 90)]];
        assert!(silent(&[rate("Account__c", 100, 0)], &earlier, Channel::Messaging).is_empty());
        assert_eq!(silent(&[rate("Account__c", 100, 0)], &earlier, Channel::Chat).len(), 1);
    }
}
