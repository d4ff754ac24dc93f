//! LivePerson's uneven spots: where else to look when an address finds nothing.

use crate::address::{Address, Locator, Segment};

/// Pairs of property names from the record's root, without locators. An address that begins like the left side is
/// also tried with the right side in its place, later rows on top of earlier ones. What the address itself says is
/// tried first, then the others in the order of this table.
const ALTERNATES: &[(&str, &str)] = &[
    // Chat samples hold these kinds once nested where later data nests them twice.
    ("sdes.events.customerInfo.customerInfo", "sdes.events.customerInfo"),
    ("sdes.events.personalInfo.personalInfo", "sdes.events.personalInfo"),
    ("sdes.events.marketingCampaignInfo.marketingCampaignInfo", "sdes.events.marketingCampaignInfo"),
    ("sdes.events.lead.lead", "sdes.events.lead"),
    ("sdes.events.serviceActivity.serviceActivity", "sdes.events.serviceActivity"),
    ("sdes.events.visitorError.visitorError", "sdes.events.visitorError"),
    // Other spellings of payloads and fields.
    ("sdes.events.visitorError.visitorError", "sdes.events.formFillingError.visitorError"),
    ("sdes.events.viewedProduct", "sdes.events.viewProduct"),
    ("sdes.events.customerInfo.customerInfo.currency", "sdes.events.customerInfo.customerInfo.Currency"),
    ("sdes.events.customerInfo.currency", "sdes.events.customerInfo.Currency"),
    // Messaging keeps the attributes of unauthenticated visitors apart.
    ("sdes.events", "unAuthSdes.events"),
    // Plural and singular keys.
    ("consumerParticipants", "consumerParticipant"),
    ("messageScores", "messageScore"),
    // Fields of `info` with two names, or with their only value elsewhere.
    ("info.agentFullName", "info.agentName"),
    ("info.csatRate", "info.csat"),
    ("info.csat", "info.csatRate"),
    ("info.isInteractive", "info.interactive"),
    ("info.chatDataEnriched", "info.isChatDataEnriched"),
    ("info.startTime", "info.startTimeL"),
    ("info.endTime", "info.endTimeL"),
    ("info.chatRequestedTime", "info.chatRequestedTimeL"),
    ("info.device", "monitoring.device"),
    ("info.browser", "monitoring.browser"),
    ("info.operatingSystem", "monitoring.operatingSystem"),
];

/// Ids of a chat's surveys and their questions, which the API's table spells one way and its responses the other.
const SURVEY_IDS: &[(&str, &str)] = &[("questionId", "questionID"), ("surveyId", "surveyID")];

/// Keys real responses have in the plural: an address with the singular is read as the plural, then as written.
const PLURALS: &[(&str, &str)] =
    &[("consumerParticipant", "consumerParticipants"), ("messageScore", "messageScores")];

/// The address and its alternates, in the order in which they are tried. Never empty, no doubles.
pub(crate) fn expand(address: &Address) -> Vec<Address> {
    let mut first = address.clone();
    if let Some(segment) = first.segments.first_mut()
        && let Some((_, plural)) = PLURALS.iter().find(|(singular, _)| *singular == segment.name)
    {
        segment.name = (*plural).to_owned();
    }
    let mut all = vec![first];
    for (from, to) in ALTERNATES {
        for n in 0..all.len() {
            if let Some(other) = rewrite(&all[n], from, to)
                && !all.contains(&other)
            {
                all.push(other);
            }
        }
    }
    if first_name(address) == Some("surveys") {
        let other = respelled(address);
        if !all.contains(&other) {
            all.push(other);
        }
    }
    all
}

fn first_name(address: &Address) -> Option<&str> {
    address.segments.first().map(|segment| segment.name.as_str())
}

/// The address with the other spelling of every survey id, also where a locator names one.
fn respelled(address: &Address) -> Address {
    let other = |name: &mut String| {
        let spelling = SURVEY_IDS.iter().find_map(|(a, b)| match name.as_str() {
            one if one == *a => Some(*b),
            one if one == *b => Some(*a),
            _ => None,
        });
        if let Some(spelling) = spelling {
            spelling.clone_into(name);
        }
    };
    let mut address = address.clone();
    for segment in &mut address.segments {
        other(&mut segment.name);
        for locator in &mut segment.locators {
            if let Locator::Filter { property, .. } = locator {
                other(property);
            }
        }
    }
    address
}

/// Replaces the leading names `from` by `to`. Locators stay where they are; a name that goes away may have none.
fn rewrite(address: &Address, from: &str, to: &str) -> Option<Address> {
    let names = from.split('.').count();
    let leading = address.segments.get(..names)?;
    if !leading.iter().map(|segment| segment.name.as_str()).eq(from.split('.')) {
        return None;
    }
    let kept = to.split('.').count();
    if leading.get(kept..).is_some_and(|gone| gone.iter().any(|segment| !segment.locators.is_empty())) {
        return None;
    }
    let renamed = to.split('.').enumerate().map(|(n, name)| Segment {
        name: name.to_owned(),
        locators: leading.get(n).map(|segment| segment.locators.clone()).unwrap_or_default(),
    });
    Some(Address { segments: renamed.chain(address.segments[names..].iter().cloned()).collect() })
}
