//! Everything wrong with a configuration, each thing with its place, a code and a sentence.
//!
//! Two questions are asked at once: is the document right in itself, and, where facts are given, does it fit what the
//! org and the account have now. Addresses, labels of predefined parameters and regular expressions are `mapping`'s
//! knowledge; `sync::check_configuration` asks for those, too.

mod account;
mod fits;
mod lists;
mod mappings;
mod objects;
mod skills;
#[cfg(test)]
mod tests;
mod text;
mod transcript;

pub use fits::operators_for;
pub use transcript::transcript_field_reason;

use super::{Configuration, Facts};
use crate::Code;
use serde::Serialize;
use std::{collections::HashMap, fmt};

/// One thing that is wrong with a configuration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Problem {
    /// The place in the document, such as `objects[0].field_mappings[2].field`; empty for the whole.
    pub path: String,
    /// What kind of problem.
    #[cfg_attr(feature = "schema", schema(value_type = String))]
    pub code: Code,
    /// What is wrong with the value, and the way out.
    pub sentence: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Problem { path, code, sentence } = self;
        if path.is_empty() {
            write!(f, "{code}: {sentence}")
        } else {
            write!(f, "{path}: {code}: {sentence}")
        }
    }
}

impl Configuration {
    /// Everything that is wrong, in the order of the document; empty when nothing is. Without facts, everything that can
    /// be known from the document alone.
    #[must_use]
    pub fn check(&self, facts: Option<&Facts>) -> Vec<Problem> {
        let mut found = Found::default();
        account::check(self, &mut found);
        transcript::check(self, facts, &mut found);
        objects::check(&self.objects, facts, &mut found);
        skills::check(self, facts, &mut found);
        found.problems
    }

    /// What a new version changes that is not changed by saving a configuration: whether the account is active, and who
    /// accepted the terms.
    #[must_use]
    pub fn check_change(&self, before: &Configuration) -> Vec<Problem> {
        let mut found = Found::default();
        if self.active != before.active {
            found.add(
                "active",
                Code::SettingUnfit,
                match before.active {
                    true => "the account is active; deactivate it by its own request, and leave true here",
                    false => {
                        "the account is not active; activate it by its own request, and leave false here"
                    }
                },
            );
        }
        if self.terms != before.terms {
            let sentence =
                "the terms are accepted by their own request; leave here what the kept configuration has";
            found.add("terms", Code::SettingUnfit, sentence);
        }
        found.problems
    }
}

/// What was found so far.
#[derive(Default)]
struct Found {
    problems: Vec<Problem>,
}

impl Found {
    fn add(&mut self, path: impl Into<String>, code: Code, sentence: impl Into<String>) {
        self.problems.push(Problem { path: path.into(), code, sentence: sentence.into() });
    }
}

/// Names met so far, which Salesforce does not tell apart by case.
#[derive(Default)]
struct Seen {
    /// By name in lower case, where it was met first.
    places: HashMap<String, usize>,
}

impl Seen {
    /// Where the name was met before; otherwise remembers it.
    fn before(&mut self, name: &str, place: usize) -> Option<usize> {
        let name = name.to_ascii_lowercase();
        if let Some(first) = self.places.get(&name) {
            return Some(*first);
        }
        self.places.insert(name, place);
        None
    }
}
