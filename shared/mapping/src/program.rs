//! All addresses of a configuration as one program that reads a record in one pass.

use crate::absence::Absence;
use crate::address::Address;
use crate::alternates;
use crate::raw::Raw;
use crate::read::{self, Run};
use crate::reader::Reader;
use crate::states::{self, Path, Sink, State};
use crate::transcript::collect::{Collected, Collector};
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

/// Compiled addresses. Compile once, read many records.
#[derive(Debug)]
pub struct Program {
    paths: Vec<Path>,
    passes: Vec<Vec<State>>,
    /// For each address, the paths it stands for in the order they are tried.
    addresses: Vec<Vec<usize>>,
}

/// Why a record cannot be read. Says where, never what.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// Not JSON, or nested too deeply.
    #[error("the record is not well-formed JSON at line {line}, column {column}")]
    Malformed {
        /// Counted from 1.
        line: usize,
        /// In bytes, counted from 1; 0 before the first byte of a line.
        column: usize,
    },
    /// JSON, but not an object.
    #[error("the record is not a JSON object")]
    NotAnObject,
}

impl RecordError {
    /// The code for the event log.
    #[must_use]
    pub fn code(&self) -> domain::Code {
        domain::Code::RecordMalformed
    }
}

impl From<serde_json::Error> for RecordError {
    fn from(error: serde_json::Error) -> Self {
        RecordError::Malformed { line: error.line(), column: error.column() }
    }
}

impl Program {
    /// Compiles addresses and their alternates.
    #[must_use]
    pub fn compile(addresses: &[Address]) -> Program {
        Program::build(addresses, &[])
    }

    /// The same, and reads the transcript's lines too.
    pub(crate) fn with_transcript(addresses: &[Address]) -> Program {
        Program::build(addresses, Collector::PLACES)
    }

    fn build(addresses: &[Address], collectors: &[(&[&str], Collector)]) -> Program {
        let mut paths: Vec<Path> = Vec::new();
        let mut place = |path: Path| {
            paths.iter().position(|known| *known == path).unwrap_or_else(|| {
                paths.push(path);
                paths.len() - 1
            })
        };
        let addresses = addresses
            .iter()
            .map(|address| alternates::expand(address).iter().map(|one| place(Path::of(one))).collect())
            .collect();
        for (properties, collector) in collectors {
            place(Path::to_collector(properties, *collector));
        }
        Program { passes: states::build(&paths), paths, addresses }
    }

    /// Reads one record.
    ///
    /// # Errors
    /// [`RecordError`] when the record is not a JSON object, or something on the way to a wanted value is malformed.
    pub fn read<'r>(&self, record: &'r str) -> Result<Reading<'_, 'r>, RecordError> {
        let mut run = Run::new(&self.paths, record.len());
        if !record.trim_start_matches([' ', '\t', '\n', '\r']).starts_with('{') {
            serde_json::from_str::<IgnoredAny>(record)?;
            return Err(RecordError::NotAnObject);
        }
        for states in &self.passes {
            let mut reader = Reader::new(record);
            let read = read::root(states, &mut run).read(&mut reader);
            if read.is_err() || reader.peek().is_some() {
                return Err(malformed(record, reader.position()));
            }
        }
        Ok(Reading { program: self, values: run.values, collected: run.collected })
    }
}

/// Why a record that was read up to this byte is not readable: what serde_json says of it, or that it is nested too deeply.
fn malformed(record: &str, position: usize) -> RecordError {
    serde_json::from_str::<IgnoredAny>(record).map_or_else(RecordError::from, |_| {
        let before = &record.as_bytes()[..position];
        let line = before.split(|byte| *byte == b'\n').next_back().unwrap_or_default();
        let lines = before.iter().filter(|byte| **byte == b'\n').count();
        RecordError::Malformed { line: lines + 1, column: line.len() }
    })
}

/// What one record held.
#[derive(Clone, Debug)]
pub struct Reading<'p, 'r> {
    program: &'p Program,
    values: Vec<read::Slot<'r>>,
    pub(crate) collected: Collected<'r>,
}

impl<'r> Reading<'_, 'r> {
    /// The value of the address compiled at this place; `None` when it is absent.
    #[must_use]
    pub fn value(&self, address: usize) -> Option<Raw<'r>> {
        self.program.addresses.get(address)?.iter().find_map(|path| self.values[*path].value())
    }
}

/// The value a kept one stands for: `{"string": x}` is LivePerson's other way to write x.
pub(crate) fn unwrap_string(value: Raw<'_>) -> Raw<'_> {
    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Wrapper<'r> {
        #[serde(borrow)]
        string: &'r RawValue,
    }
    if !value.raw().starts_with('{') || !value.raw().contains("\"string\"") {
        return value;
    }
    serde_json::from_str::<Wrapper<'_>>(value.raw()).map_or(value, |wrapper| Raw::from(wrapper.string))
}

/// How a kept value is judged.
pub(crate) fn absence_of(path: &Path) -> Absence {
    match path.sink {
        Sink::Value(absence) => absence,
        Sink::Transcript(_) => Absence::Common,
    }
}

/// Values of addresses in a record of either channel or of the widget SDK, for display. Absent ones are `None`.
///
/// # Errors
/// As [`Program::read`].
pub fn evaluate(addresses: &[Address], record: &str) -> Result<Vec<Option<serde_json::Value>>, RecordError> {
    let program = Program::compile(addresses);
    let reading = program.read(record)?;
    (0..addresses.len())
        .map(|n| reading.value(n).map(|value| serde_json::from_str(value.raw())).transpose())
        .collect::<Result<_, _>>()
        .map_err(RecordError::from)
}
