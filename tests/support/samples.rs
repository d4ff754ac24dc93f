//! The sample events and the answers that their README documents.

use std::{collections::BTreeSet, fs, path::PathBuf};

/// An event of `events`.
#[derive(Clone, Debug)]
pub struct Sample {
    /// The function it is for.
    pub function: String,
    /// Function and case, such as `admin/dry-run`.
    pub name: String,
    /// Where it is.
    pub file: PathBuf,
    /// What it holds.
    pub event: String,
    /// An HTTP status, or the JSON of the answer.
    pub answer: String,
}

/// All of them, in the order of the README.
///
/// # Panics
/// When a file is not documented, or what is documented is not there.
#[must_use]
pub fn samples() -> Vec<Sample> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../events");
    let readme = fs::read_to_string(folder.join("README.md")).expect("events/README.md");
    let rows = readme.lines().filter_map(|line| {
        let mut cells =
            line.strip_prefix("| `")?.split('|').map(|cell| cell.trim().trim_matches('`').to_owned());
        Some((cells.next()?, cells.next()?))
    });
    let samples: Vec<Sample> = rows
        .map(|(name, answer)| {
            let file = folder.join(format!("{name}.json"));
            let event = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{name}: {error}"));
            let function = name.split('/').next().unwrap_or_default().to_owned();
            Sample { function, name, file, event, answer }
        })
        .collect();
    let documented: BTreeSet<&str> = samples.iter().map(|sample| sample.name.as_str()).collect();
    for function in fs::read_dir(&folder).expect("events").map(|entry| entry.expect("an entry").path()) {
        for file in fs::read_dir(&function).into_iter().flatten().map(|entry| entry.expect("an entry").path())
        {
            let name =
                file.with_extension("").strip_prefix(&folder).expect("below events").display().to_string();
            assert!(documented.contains(name.as_str()), "{name} is not in events/README.md");
        }
    }
    samples
}
