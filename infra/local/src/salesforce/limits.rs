//! Resources without record data: versions, the version root, limits and counts.

use super::{
    answer::Answer,
    api::Call,
    org::{Caller, Org, organization_id},
    store::is_deleted,
};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The oldest version answered.
pub(crate) const OLDEST: u32 = 50;
/// The newest version answered.
pub(crate) const NEWEST: u32 = 68;

/// API calls of the last 24 hours, by the hour they were made in.
#[derive(Debug, Default)]
pub(crate) struct Usage(BTreeMap<i64, u64>);

impl Usage {
    pub(crate) fn add(&mut self, now: Timestamp, calls: u64) {
        *self.0.entry(hour(now)).or_default() += calls;
    }

    /// What counts now; older calls are forgotten.
    pub(crate) fn of_24_hours(&mut self, now: Timestamp) -> u64 {
        self.0.retain(|made, _| hour(now) - made < 24);
        self.0.values().sum()
    }
}

fn hour(instant: Timestamp) -> i64 {
    instant.as_second().div_euclid(3_600)
}

/// Answers `GET /services/data`, which needs no token and counts for nothing.
pub(crate) fn versions() -> Answer {
    let version = |number: u32| {
        let season = ["Spring", "Summer", "Winter"][usize::try_from(number % 3).unwrap_or(0)];
        // Three releases a year: version 66 is Spring '26, 67 Summer '26, 68 Winter '27.
        let year = (number + 13) / 3;
        json!({"label": format!("{season} '{year}"), "url": format!("/services/data/v{number}.0"), "version": format!("{number}.0")})
    };
    Answer::ok(Value::Array((OLDEST..=NEWEST).map(version).collect()))
}

/// Answers `GET /services/data/vXX.X`.
pub(crate) fn version_root(org: &Org, caller: &Caller) -> Answer {
    let base = format!("/services/data/{}", caller.version);
    let names = [
        "composite",
        "limits",
        "metadata",
        "parameterizedSearch",
        "query",
        "queryAll",
        "recent",
        "search",
        "sobjects",
        "tooling",
        "jobs",
        "ui-api",
    ];
    let mut body: serde_json::Map<String, Value> =
        names.iter().map(|name| ((*name).to_owned(), format!("{base}/{name}").into())).collect();
    body.insert("identity".into(), format!("{}/id/{}/{}", org.url, organization_id(), caller.user).into());
    Answer::ok(Value::Object(body))
}

/// Answers `GET /limits`.
pub(crate) fn limits(org: &mut Org) -> Answer {
    let now = org.now();
    let left = org.daily.saturating_sub(org.usage.of_24_hours(now));
    let full = |max: u64| json!({"Max": max, "Remaining": max});
    Answer::ok(json!({
        "ConcurrentAsyncGetReportInstances": full(200),
        "ConcurrentSyncReportRuns": full(20),
        "DailyApiRequests": {"Max": org.daily, "Remaining": left},
        "DailyAsyncApexExecutions": full(250_000),
        "DailyBulkApiBatches": full(15_000),
        "DailyBulkV2QueryJobs": full(10_000),
        "DataStorageMB": full(5),
        "FileStorageMB": full(20),
        "HourlyTimeBasedWorkflow": full(1_000),
        "MassEmail": full(5_000),
        "SingleEmail": full(5_000),
        "StreamingApiConcurrentClients": full(2_000),
    }))
}

/// Answers `GET /limits/recordCount`.
pub(crate) fn record_count(org: &Org, caller: &Caller, call: &Call) -> Answer {
    let wanted = call.parameter("sObjects").unwrap_or_default();
    let objects = wanted.split(',').filter_map(|name| org.object(caller, name.trim()).ok());
    let count = |object: &super::schema::Object| {
        let count = org.store.rows(&object.name).filter(|(_, row)| !is_deleted(row)).count();
        json!({"count": count, "name": object.name})
    };
    Answer::ok(json!({"sObjects": objects.map(count).collect::<Vec<_>>()}))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_have_their_names() {
        let versions = versions().into_value();
        for (version, want) in
            [("50.0", "Winter '21"), ("66.0", "Spring '26"), ("67.0", "Summer '26"), ("68.0", "Winter '27")]
        {
            let found =
                versions.as_array().unwrap().iter().find(|entry| entry["version"] == version).unwrap();
            assert_eq!(found["label"], want);
        }
    }
}
