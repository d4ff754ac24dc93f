//! The figures kept in `infra/xtask/ratios.json`, lower is better: what was measured last, and what it may be at most.

use super::report::Report;
use crate::say;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fs, path::Path};

const FILE: &str = "infra/xtask/ratios.json";
/// So much worse than last time is worse; less is the machine.
const TOLERANCE: f64 = 1.15;

/// By benchmark, then by figure.
type Ratios = BTreeMap<String, BTreeMap<String, Ratio>>;

#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
struct Ratio {
    measured: f64,
    /// The goal, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    at_most: Option<f64>,
}

/// Says what got worse, and what misses its goal.
pub(crate) fn check(root: &Path, reports: &[Report]) -> Result<(), String> {
    let ratios = read(root)?;
    let worse: Vec<String> = reports.iter().flat_map(|report| problems(&ratios, report)).collect();
    if worse.is_empty() {
        say(&format!("\nNothing is worse than {FILE} says."));
        return Ok(());
    }
    Err(format!("worse than {FILE} says:\n  {}", worse.join("\n  ")))
}

/// Keeps what was measured of every figure the file names.
pub(crate) fn keep(root: &Path, reports: &[Report]) -> Result<(), String> {
    let mut ratios = read(root)?;
    for report in reports {
        for (name, ratio) in ratios.get_mut(&report.bench).into_iter().flatten() {
            if let Some(measured) = report.figure(name) {
                ratio.measured = (measured * 1_000.0).round() / 1_000.0;
            }
        }
    }
    let text = serde_json::to_string_pretty(&ratios).map_err(|error| format!("{FILE}: {error}"))?;
    fs::write(root.join(FILE), text + "\n").map_err(|error| format!("{FILE}: {error}"))
}

fn read(root: &Path) -> Result<Ratios, String> {
    let text = fs::read_to_string(root.join(FILE)).map_err(|error| format!("{FILE}: {error}"))?;
    serde_json::from_str(&text).map_err(|error| format!("{FILE}: {error}"))
}

fn problems(ratios: &Ratios, report: &Report) -> Vec<String> {
    let Some(kept) = ratios.get(&report.bench) else {
        return vec![format!("{}: nothing is kept of it", report.bench)];
    };
    let problem = |(name, ratio): (&String, &Ratio)| {
        let name = format!("{}, {name}", report.bench);
        let Some(now) = report.figure(name.rsplit(", ").next()?) else {
            return Some(format!("{name}: it was not measured"));
        };
        let Ratio { measured, at_most } = *ratio;
        // A goal that was missed when it was kept is known to be; only getting worse is news.
        if let Some(most) = at_most.filter(|most| measured <= *most && now > *most) {
            return Some(format!("{name}: {now:.2} is more than {most:.2}, its goal"));
        }
        let percent = (now / measured - 1.0) * 100.0;
        (now > measured * TOLERANCE)
            .then(|| format!("{name}: {now:.2} is {percent:.0} % more than {measured:.2}"))
    };
    kept.iter().filter_map(problem).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept() -> Ratios {
        serde_json::from_str(
            r#"{"mapping":{"ratio":{"measured":2.0,"at_most":2.5},"bytes":{"measured":10.0},"missed":{"measured":5.0,"at_most":1.0}}}"#,
        )
        .unwrap()
    }

    fn said(figures: &str) -> Vec<String> {
        let mut report = Report::default();
        report.add(&format!(r#"{{"bench":"mapping","tables":[],"figures":{figures}}}"#)).unwrap();
        problems(&kept(), &report)
    }

    #[test]
    fn what_is_worse_by_more_than_15_percent_or_misses_its_goal_is_said() {
        assert_eq!(said(r#"{"ratio":2.2,"bytes":11.4,"missed":5}"#), Vec::<String>::new());
        assert_eq!(
            said(r#"{"ratio":2.4,"bytes":9,"missed":5}"#),
            ["mapping, ratio: 2.40 is 20 % more than 2.00"]
        );
        assert_eq!(
            said(r#"{"ratio":2.6,"bytes":9,"missed":5}"#),
            ["mapping, ratio: 2.60 is more than 2.50, its goal"]
        );
        assert_eq!(said(r#"{"ratio":2,"missed":5}"#), ["mapping, bytes: it was not measured"]);
        assert_eq!(
            said(r#"{"ratio":2,"bytes":10,"missed":5.5}"#),
            Vec::<String>::new(),
            "known to be missed"
        );
    }

    #[test]
    fn the_file_can_be_read() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
        let ratios = read(root).unwrap();
        assert!(ratios["mapping"].contains_key("ratio_to_ignored_any"));
    }
}
