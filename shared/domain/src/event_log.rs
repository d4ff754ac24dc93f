//! The kept list of what went wrong and why.

use crate::{Code, ConversationId, RunId};
use jiff::Timestamp;

/// Where an entry belongs in the administrator's list views.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Category {
    /// A call to LivePerson or Salesforce failed.
    Callout,
    /// A value did not fit its field.
    Mapping,
    /// A setting is missing or wrong.
    Configuration,
    /// How a run went.
    Run,
}

impl Category {
    /// The name as stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Category::Callout => "callout",
            Category::Mapping => "mapping",
            Category::Configuration => "configuration",
            Category::Run => "run",
        }
    }
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Severity {
    /// Worked around; someone should look.
    Warning,
    /// Something was not done.
    Error,
}

impl Severity {
    /// The name as stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// One entry. The sentence is plain words with field names, codes and counts; never message text, names, e-mail
/// addresses or tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEntry {
    /// When it happened.
    pub at: Timestamp,
    /// List view.
    pub category: Category,
    /// How bad.
    pub severity: Severity,
    /// From the table of codes.
    pub code: Code,
    /// The conversation it is about, if one.
    pub conversation: Option<ConversationId>,
    /// The run it happened in, if one.
    pub run: Option<RunId>,
    /// What happened and the way out, in one or two sentences.
    pub sentence: String,
}
