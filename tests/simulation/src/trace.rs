//! What happened, for people.

use crate::scene::instant;
use std::collections::VecDeque;

const KEPT: usize = 60;

/// The last events, and a sum over all of them.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    lines: VecDeque<String>,
    sum: u64,
}

impl Trace {
    pub(crate) fn add(&mut self, at_ms: i64, invocation: u64, what: &str) {
        let by = if invocation == 0 { String::new() } else { format!(" [{invocation}]") };
        let line = format!("{:.1}{by} {what}", instant(at_ms));
        for byte in line.bytes() {
            self.sum = (self.sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        if self.lines.len() == KEPT {
            self.lines.pop_front();
        }
        self.lines.push_back(line);
    }

    /// The last 60 events, oldest first.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        self.lines.iter().map(String::as_str)
    }

    /// Of all events, so that two traces can be compared.
    #[must_use]
    pub fn sum(&self) -> u64 {
        self.sum
    }
}
