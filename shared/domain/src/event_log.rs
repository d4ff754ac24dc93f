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
    /// A sign-in to LivePerson or Salesforce was refused.
    SignIn,
    /// How a run went.
    Run,
}

impl Category {
    /// Every category, in the order of the list views.
    pub const ALL: [Category; 5] =
        [Category::Callout, Category::Mapping, Category::Configuration, Category::SignIn, Category::Run];

    /// The category of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Category> {
        Self::ALL.into_iter().find(|category| category.as_str() == name)
    }

    /// The name as stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Category::Callout => "callout",
            Category::Mapping => "mapping",
            Category::Configuration => "configuration",
            Category::SignIn => "sign-in",
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
    /// The severity of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Severity> {
        [Severity::Warning, Severity::Error].into_iter().find(|severity| severity.as_str() == name)
    }

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

/// What is told on the event bus besides the log, so that an alarm can sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Announcement {
    /// A run ended partial or failed.
    RunNotWhole,
    /// A slice was given up: its message will not come again.
    SliceGivenUp,
    /// LivePerson or Salesforce refuses our sign-in.
    LoginExpired,
    /// Our share of the org's API allowance is spent; runs pause.
    ApiBudgetSpent,
    /// A mapping that used to find values finds none.
    MappingSilent,
}

impl Announcement {
    /// The event's `detail-type`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Announcement::RunNotWhole => "RunNotWhole",
            Announcement::SliceGivenUp => "SliceGivenUp",
            Announcement::LoginExpired => "LoginExpired",
            Announcement::ApiBudgetSpent => "ApiBudgetSpent",
            Announcement::MappingSilent => "MappingSilent",
        }
    }
}
