//! What a benchmark measured, as it says it, as a table and as one line.

use crate::say;
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// The line a benchmark prints.
#[derive(Default, Deserialize)]
pub(crate) struct Report {
    pub(crate) bench: String,
    tables: Vec<Table>,
    /// What can be compared with another run.
    pub(crate) figures: Map<String, Value>,
    #[serde(default)]
    notes: Vec<String>,
}

#[derive(Deserialize)]
struct Table {
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Report {
    /// Adds what a benchmark printed.
    pub(crate) fn add(&mut self, output: &str) -> Result<(), String> {
        let line = output.lines().rev().find(|line| line.starts_with('{'));
        let line = line.ok_or_else(|| format!("a benchmark said nothing: {output}"))?;
        let more: Report = serde_json::from_str(line).map_err(|error| format!("{error}: {line}"))?;
        self.bench = more.bench;
        self.tables.extend(more.tables);
        self.figures.extend(more.figures);
        self.notes.extend(more.notes);
        Ok(())
    }

    /// A figure.
    pub(crate) fn figure(&self, name: &str) -> Option<f64> {
        self.figures.get(name)?.as_f64()
    }

    /// Prints the figures for programs.
    #[expect(clippy::print_stdout, reason = "programs read this")]
    pub(crate) fn print_line(&self) {
        let mut line = Map::from_iter([("bench".to_owned(), json!(self.bench))]);
        line.extend(self.figures.clone());
        println!("{}", Value::Object(line));
    }

    /// Prints the tables for people.
    pub(crate) fn print_tables(&self) {
        say(&format!("\n{}", self.bench));
        for table in &self.tables {
            say(&table.text());
        }
        for note in &self.notes {
            say(&format!("  {note}"));
        }
    }
}

impl Table {
    /// Aligned: the first column of words to the left, numbers to the right.
    fn text(&self) -> String {
        let lines: Vec<&Vec<String>> = [&self.columns].into_iter().chain(&self.rows).collect();
        let width = |n: usize| {
            lines.iter().filter_map(|line| line.get(n)).map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let is_word = |n: usize| {
            let cells = || self.rows.iter().filter_map(|row| row.get(n));
            cells().any(|cell| cell.starts_with(char::is_alphabetic))
        };
        let columns: Vec<(usize, bool)> = (0..self.columns.len()).map(|n| (width(n), is_word(n))).collect();
        let line = |cells: &Vec<String>| {
            let cell = |(cell, (width, left)): (&String, &(usize, bool))| {
                if *left { format!("{cell:<width$}") } else { format!("{cell:>width$}") }
            };
            format!("  {}", cells.iter().zip(&columns).map(cell).collect::<Vec<_>>().join("  "))
                .trim_end()
                .to_owned()
        };
        lines.into_iter().map(line).collect::<Vec<_>>().join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_benchmarks_print_comes_together_as_one_report() {
        let mut report = Report::default();
        let first = r#"{"bench":"mapping","tables":[{"columns":["what","µs"],"rows":[["ours","9.5"],["a tree","101.0"]]}],"figures":{"ratio":2.5}}"#;
        report.add(&format!("warming up\n{first}\n")).unwrap();
        report.add(r#"{"bench":"mapping","tables":[],"figures":{"allocations":11},"notes":["x"]}"#).unwrap();
        assert_eq!((report.figure("ratio"), report.figure("allocations")), (Some(2.5), Some(11.0)));
        assert_eq!(report.tables[0].text(), "  what       µs\n  ours      9.5\n  a tree  101.0");
        assert!(report.add("nothing").is_err());
    }
}
