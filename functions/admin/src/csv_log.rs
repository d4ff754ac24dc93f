//! The event log as a table for spreadsheets.

use domain::{ConversationId, LogEntry, RunId};

/// As many entries at most.
pub(crate) const MOST_ROWS: usize = 10_000;
/// Lambda answers with 6 MB at most, and some characters take more room in an answer than here.
const MOST_BYTES: usize = 4_000_000;
const HEAD: [&str; 7] = ["at", "category", "severity", "code", "conversation", "run", "sentence"];

/// Writes entries as CSV. When there are more than are written, the last line says so.
pub(crate) fn to_csv(entries: &[LogEntry]) -> Result<Vec<u8>, csv::Error> {
    write(entries, MOST_ROWS, MOST_BYTES)
}

fn write(entries: &[LogEntry], most_rows: usize, most_bytes: usize) -> Result<Vec<u8>, csv::Error> {
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record(HEAD)?;
    let mut written = 0;
    for entry in entries.iter().take(most_rows) {
        out.write_record(row(entry).map(safe))?;
        written += 1;
        out.flush()?;
        if out.get_ref().len() >= most_bytes {
            break;
        }
    }
    if written < entries.len() {
        let sentence = format!(
            "There are more entries than the {written} above. Choose a category, a run or a conversation to get the others."
        );
        out.write_record(["", "", "", "", "", "", &sentence])?;
    }
    out.into_inner().map_err(|error| error.into_error().into())
}

fn row(entry: &LogEntry) -> [String; 7] {
    [
        entry.at.to_string(),
        entry.category.as_str().to_owned(),
        entry.severity.as_str().to_owned(),
        entry.code.as_str().to_owned(),
        entry.conversation.as_ref().map(ConversationId::to_string).unwrap_or_default(),
        entry.run.as_ref().map(RunId::to_string).unwrap_or_default(),
        entry.sentence.clone(),
    ]
}

/// Spreadsheets take what begins like this for a formula, and run it; an apostrophe makes it text.
fn safe(cell: String) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) { format!("'{cell}") } else { cell }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{
        Code,
        event_log::{Category, Severity},
    };

    fn entry(sentence: &str) -> LogEntry {
        LogEntry {
            at: "2026-03-01T09:00:00Z".parse().unwrap(),
            category: Category::Mapping,
            severity: Severity::Warning,
            code: Code::ValueRejected,
            conversation: ConversationId::new("le1", "7").ok(),
            run: RunId::new("r-1"),
            sentence: sentence.to_owned(),
        }
    }

    #[test]
    fn cells_are_quoted_and_none_is_a_formula() {
        let entries =
            ["=HYPERLINK(\"x\")", "+1", "-1", "@sum", "\t=1", "plain, \"quoted\"\nand broken"].map(entry);
        let csv = String::from_utf8(to_csv(&entries).unwrap()).unwrap();
        let mut reader = csv::Reader::from_reader(csv.as_bytes());
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        let sentences: Vec<&str> = rows.iter().map(|row| &row[6]).collect();
        assert_eq!(
            sentences,
            ["'=HYPERLINK(\"x\")", "'+1", "'-1", "'@sum", "'\t=1", "plain, \"quoted\"\nand broken"]
        );
        let first: Vec<&str> = rows[0].iter().take(6).collect();
        assert_eq!(first, ["2026-03-01T09:00:00Z", "mapping", "warning", "MAP-002", "le1:7", "r-1"]);
        assert_eq!(csv.lines().next().unwrap(), HEAD.join(","));
    }

    #[test]
    fn the_last_line_says_when_there_are_more() {
        let entries: Vec<LogEntry> = (0..5).map(|n| entry(&n.to_string())).collect();
        let last = |csv: Vec<u8>| String::from_utf8(csv).unwrap().lines().last().unwrap().to_owned();
        assert!(!last(write(&entries, 5, 1_000_000).unwrap()).contains("more"));
        assert!(last(write(&entries, 4, 1_000_000).unwrap()).contains("more entries than the 4"));
        assert!(last(write(&entries, 5, 100).unwrap()).contains("more entries than the 1 "));
    }
}
