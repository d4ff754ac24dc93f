//! What the headers of a call ask of its writes: assignment rules and duplicates.

use super::{
    api::Call,
    error::{ApiError, ApiResult},
    id,
    org::{Org, QUEUES},
};

/// Which assignment rule runs.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Assign {
    #[default]
    Never,
    /// The active rule, and whether the client asked for it in so many words.
    Active { asked: bool },
    /// The rule with this id.
    Rule(String),
}

/// The wishes of one call. Those of a call from inside the org are the default: no rule applies.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wishes {
    pub(crate) assign: Assign,
    /// Duplicate rules apply.
    pub(crate) duplicate_rules: bool,
    /// A duplicate may be saved where the rule allows it.
    pub(crate) save_duplicates: bool,
    /// A refusal shows the records that match, not only their ids.
    pub(crate) record_details: bool,
}

impl Wishes {
    /// What a call from outside asks for. Without a header the active assignment rule runs.
    pub(crate) fn of(call: &Call) -> Self {
        let assign = match call.header("sforce-auto-assign").map(str::trim) {
            None => Assign::Active { asked: false },
            Some(word) if word.eq_ignore_ascii_case("true") => Assign::Active { asked: true },
            Some(word) if word.eq_ignore_ascii_case("false") => Assign::Never,
            Some(rule) => Assign::Rule(rule.to_owned()),
        };
        let options = call.header("sforce-duplicate-rule-header").unwrap_or_default();
        let asks = |name: &str| {
            options.split([';', ',']).filter_map(|option| option.split_once('=')).any(|(known, value)| {
                known.trim().eq_ignore_ascii_case(name) && value.trim().eq_ignore_ascii_case("true")
            })
        };
        Wishes {
            assign,
            duplicate_rules: true,
            save_duplicates: asks("allowSave"),
            record_details: asks("includeRecordDetails"),
        }
    }

    /// The queue a written record goes to, if a rule gives it away.
    pub(crate) fn queue(&self, org: &Org, object: &str, created: bool) -> ApiResult<Option<String>> {
        let Some(at) = QUEUES.iter().position(|(ruled, _)| *ruled == object) else { return Ok(None) };
        let number = u64::try_from(at).unwrap_or_default() + 1;
        let runs = match &self.assign {
            Assign::Never => false,
            Assign::Active { asked } => created || *asked,
            Assign::Rule(rule) => {
                let rule =
                    id::normalize(rule).filter(|rule| org.store.live("AssignmentRule", rule).is_some());
                let unknown = || ApiError::bad("INVALID_ASSIGNMENT_RULE", "assignment rule id is not valid");
                rule.ok_or_else(unknown)? == id::make("01Q", number)
            }
        };
        Ok(runs.then(|| id::make("00G", number)))
    }
}
