//! A run as the terminal and other programs see it.

use domain::Run;
use jiff::Timestamp;
use serde::Serialize;
use std::fmt::Write;

/// The form of `--json`.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct Summary {
    pub(crate) run: String,
    pub(crate) kind: &'static str,
    pub(crate) status: &'static str,
    pub(crate) window: Window,
    pub(crate) fetched: u64,
    pub(crate) written: u64,
    pub(crate) unchanged: u64,
    pub(crate) quarantined: u64,
    pub(crate) calls: Calls,
    pub(crate) wall_ms: i64,
}

#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct Window {
    pub(crate) from: Timestamp,
    pub(crate) to: Timestamp,
}

#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct Calls {
    pub(crate) liveperson: u64,
    pub(crate) salesforce: u64,
}

impl Summary {
    /// Of a run that has ended.
    pub(crate) fn of(run: &Run) -> Summary {
        let counts = run.counts;
        let wall = run.finished.map_or(0, |finished| finished.duration_since(run.started).as_millis());
        Summary {
            run: run.id.to_string(),
            kind: run.kind.as_str(),
            status: run.status.as_str(),
            window: Window { from: run.window.from(), to: run.window.until() },
            fetched: counts.fetched,
            written: counts.written,
            unchanged: counts.unchanged,
            quarantined: counts.quarantined,
            calls: Calls { liveperson: counts.liveperson_calls, salesforce: counts.salesforce_calls },
            wall_ms: i64::try_from(wall).unwrap_or(i64::MAX),
        }
    }

    pub(crate) fn json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// For people: one row per count, and whether they balance.
    pub(crate) fn table(&self) -> String {
        let mut text =
            format!("Run {} {} ({} to {})\n\n", self.run, self.status, self.window.from, self.window.to);
        let rows = [
            ("fetched from LivePerson", self.fetched),
            ("written to Salesforce", self.written),
            ("unchanged", self.unchanged),
            ("quarantined", self.quarantined),
        ];
        for (name, count) in rows {
            // Writing to a `String` cannot fail.
            let _ = writeln!(text, "  {name:<26}{:>9}", grouped(count));
        }
        let balanced = self.fetched == self.written + self.unchanged + self.quarantined;
        let verdict = if balanced { "balanced: every conversation is accounted for" } else { "NOT BALANCED" };
        let Calls { liveperson, salesforce } = self.calls;
        let _ = writeln!(
            text,
            "\n  {verdict}\n  {liveperson} LivePerson and {salesforce} Salesforce API calls, {:.1} s",
            self.wall_ms as f64 / 1_000.0
        );
        text
    }
}

/// `12,345`.
fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_reads_well() {
        let at = |text: &str| text.parse().unwrap();
        let summary = Summary {
            run: "manual-1".into(),
            kind: "manual",
            status: "succeeded",
            window: Window { from: at("2026-03-01T00:00:00Z"), to: at("2026-03-03T00:00:00Z") },
            fetched: 12_345,
            written: 12_340,
            unchanged: 5,
            quarantined: 0,
            calls: Calls { liveperson: 124, salesforce: 13 },
            wall_ms: 2_340,
        };
        let want = "Run manual-1 succeeded (2026-03-01T00:00:00Z to 2026-03-03T00:00:00Z)\n\
            \n\
            \x20 fetched from LivePerson      12,345\n\
            \x20 written to Salesforce        12,340\n\
            \x20 unchanged                         5\n\
            \x20 quarantined                       0\n\
            \n\
            \x20 balanced: every conversation is accounted for\n\
            \x20 124 LivePerson and 13 Salesforce API calls, 2.3 s\n";
        assert_eq!(summary.table(), want);
        assert_eq!(
            summary.json(),
            r#"{"run":"manual-1","kind":"manual","status":"succeeded","window":{"from":"2026-03-01T00:00:00Z","to":"2026-03-03T00:00:00Z"},"fetched":12345,"written":12340,"unchanged":5,"quarantined":0,"calls":{"liveperson":124,"salesforce":13},"wall_ms":2340}"#
        );
    }
}
