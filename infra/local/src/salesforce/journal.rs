//! The journal: every committed request is one line, written with one call before the request is answered.

use super::{metadata::Change, oauth::Grant, store::Row};
use serde::{Deserialize, Serialize};
use std::{
    fs::{File, OpenOptions},
    io::{self, BufRead, BufReader, Write},
    path::Path,
};

/// What one line says.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Entry {
    /// Object, id and the whole row.
    #[serde(default)]
    pub(crate) rows: Vec<(String, String, Row)>,
    /// A token given out.
    #[serde(default)]
    pub(crate) grant: Option<Grant>,
    /// A token taken back.
    #[serde(default)]
    pub(crate) revoked: Option<String>,
    /// Components that were deployed: kind, full name, and what they are now.
    #[serde(default)]
    pub(crate) metadata: Vec<Change>,
    /// The org began without Chatlink. Only the first entry says so.
    #[serde(default)]
    pub(crate) bare: bool,
}

/// [`Entry`] as it is written, borrowing.
#[derive(Debug, Default, Serialize)]
pub(crate) struct NewEntry<'a> {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) rows: Vec<(&'a str, &'a str, &'a Row)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) grant: Option<&'a Grant>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) revoked: Option<&'a str>,
    #[serde(skip_serializing_if = "<[Change]>::is_empty")]
    pub(crate) metadata: &'a [Change],
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) bare: bool,
}

/// An open journal.
#[derive(Debug)]
pub(crate) struct Journal(File);

impl Journal {
    /// Whether the journal's org began without Chatlink; `None` when nothing is written down yet.
    ///
    /// # Errors
    /// When the file is there and cannot be read.
    pub(crate) fn begins_bare(path: &Path) -> io::Result<Option<bool>> {
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let mut line = String::new();
        BufReader::new(file).read_line(&mut line)?;
        // A torn first line is no entry; opening the journal cuts it off.
        Ok(serde_json::from_str(&line).ok().map(|entry: Entry| entry.bare))
    }

    /// Opens the journal, gives every whole entry to `replay` and cuts off a torn last line.
    ///
    /// # Errors
    /// When the file cannot be read or written, or a line before the last is not an entry.
    pub(crate) fn open(path: &Path, mut replay: impl FnMut(Entry)) -> io::Result<Self> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let file = OpenOptions::new().create(true).append(true).read(true).open(path)?;
        let bytes = std::fs::read(path)?;
        let mut whole = 0;
        for line in bytes.split_inclusive(|&byte| byte == b'\n') {
            let torn = !line.ends_with(b"\n");
            match serde_json::from_slice(line) {
                Ok(entry) if !torn => replay(entry),
                Err(error) if !torn => {
                    let message = format!("{}: entry at byte {whole}: {error}", path.display());
                    return Err(io::Error::new(io::ErrorKind::InvalidData, message));
                }
                _ => break,
            }
            whole += line.len();
        }
        if whole < bytes.len() {
            file.set_len(u64::try_from(whole).unwrap_or(u64::MAX))?;
        }
        Ok(Journal(file))
    }

    /// Appends one entry as one line. After this the entry survives the process being killed.
    ///
    /// # Errors
    /// When the disk refuses; the file is then cut back to what it was.
    pub(crate) fn append(&mut self, entry: &NewEntry<'_>) -> io::Result<()> {
        let before = self.0.metadata()?.len();
        let mut line = serde_json::to_vec(entry)?;
        line.push(b'\n');
        self.0.write_all(&line).inspect_err(|_| {
            // What was torn now would be taken for an entry once the next one follows it.
            let _ = self.0.set_len(before);
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn replayed(path: &Path) -> Vec<String> {
        let mut ids = Vec::new();
        Journal::open(path, |entry| ids.extend(entry.rows.into_iter().map(|(_, id, _)| id))).unwrap();
        ids
    }

    #[test]
    fn a_torn_last_line_is_cut_off_and_the_rest_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/journal.jsonl");
        let row = json!({"Name": "Quill & Co"}).as_object().unwrap().clone();
        let mut journal = Journal::open(&path, |_| ()).unwrap();
        for id in ["one", "two"] {
            journal.append(&NewEntry { rows: vec![("Account", id, &row)], ..NewEntry::default() }).unwrap();
        }
        let whole = std::fs::read(&path).unwrap();
        let end_of_first = whole.iter().position(|&byte| byte == b'\n').unwrap() + 1;
        for cut in 0..whole.len() {
            std::fs::write(&path, &whole[..cut]).unwrap();
            let want: &[&str] = if cut < end_of_first { &[] } else { &["one"] };
            assert_eq!(replayed(&path), want, "cut at {cut}");
            assert_eq!(
                std::fs::read(&path).unwrap().len(),
                if cut < end_of_first { 0 } else { end_of_first }
            );
        }
        let mut journal = Journal::open(&path, |_| ()).unwrap();
        journal.append(&NewEntry { rows: vec![("Account", "three", &row)], ..NewEntry::default() }).unwrap();
        assert_eq!(replayed(&path), ["one", "three"]);
    }

    #[test]
    fn a_broken_line_in_the_middle_is_not_skipped() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.jsonl");
        std::fs::write(&path, "{\"rows\":[\n{\"rows\":[]}\n").unwrap();
        let said = Journal::open(&path, |_| ()).unwrap_err().to_string();
        assert!(said.contains("entry at byte 0"), "{said}");
    }
}
