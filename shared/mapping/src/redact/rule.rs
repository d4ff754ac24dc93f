//! One rule, compiled, or why it cannot be.

use super::{card, phone::Phone, search};
use domain::Code;
use domain::configuration::RedactionRule;
use regex::{Regex, RegexBuilder};
use std::ops::Range;

/// The longest regular expression, in characters.
const MAX_CHARACTERS: usize = 1_000;
/// The largest compiled one, in bytes: a function's memory holds a few. `\w{1,64}` passes.
const MAX_COMPILED: usize = 4 << 20;
/// The longest name of a rule, in characters.
const MAX_NAME: usize = 40;

/// Words of an e-mail address, the `@` also as it is written in a link.
const EMAIL: &str = r"\w[\w.+'%-]*(?:@|%40)[\w-]+(?:\.[\w-]+)+";

/// Why a redaction rule cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RedactionError {
    /// The regular expression does not parse.
    #[error(
        "redaction rule \"{name}\": the regular expression is wrong at character {position}: {problem}; correct it there (`\\` before a sign makes it an ordinary one)"
    )]
    Unreadable {
        /// The rule's name.
        name: String,
        /// Where, counting characters from 0.
        position: usize,
        /// What is wrong there.
        problem: String,
    },
    /// The regular expression is too long or compiles to too much.
    #[error(
        "redaction rule \"{name}\": the regular expression is too big; make it shorter, write `+` instead of a large count or `[a-z]` instead of `\\w`, or make two rules of it"
    )]
    TooBig {
        /// The rule's name.
        name: String,
    },
    /// The regular expression matches the empty text, so it would match everywhere.
    #[error(
        "redaction rule \"{name}\": the regular expression matches the empty text; let it ask for at least one character, such as with `+` instead of `*`"
    )]
    MatchesNothing {
        /// The rule's name.
        name: String,
    },
    /// The name cannot stand in a mark.
    #[error(
        "redaction rule \"{name}\": its name is shown in the text, so it takes 1 to 40 letters, digits, spaces and hyphens; choose another name"
    )]
    Name {
        /// The name given.
        name: String,
    },
}

impl RedactionError {
    /// The rule's name.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            RedactionError::Unreadable { name, .. }
            | RedactionError::TooBig { name }
            | RedactionError::MatchesNothing { name }
            | RedactionError::Name { name } => name,
        }
    }

    /// The code for the event log.
    #[must_use]
    pub fn code(&self) -> Code {
        Code::RedactionInvalid
    }
}

/// A rule ready to be applied.
#[derive(Debug)]
pub(super) struct Rule {
    /// What is written in the place of a match.
    pub(super) mark: String,
    looked_for: LookedFor,
}

#[derive(Debug)]
enum LookedFor {
    Card,
    Phone(Box<Phone>),
    Pattern(Regex),
}

impl Rule {
    pub(super) fn compile(rule: &RedactionRule) -> Result<Rule, RedactionError> {
        let (name, looked_for) = match rule {
            RedactionRule::PaymentCard => ("card", LookedFor::Card),
            RedactionRule::Email => ("e-mail", LookedFor::Pattern(compile_pattern("e-mail", EMAIL)?)),
            RedactionRule::Phone => {
                let phone =
                    Phone::compile().map_err(|_| RedactionError::TooBig { name: "phone".to_owned() })?;
                ("phone", LookedFor::Phone(Box::new(phone)))
            }
            RedactionRule::Pattern { name, regex } => {
                let name = name.trim();
                if !is_name(name) {
                    return Err(RedactionError::Name { name: name.to_owned() });
                }
                (name, LookedFor::Pattern(compile_pattern(name, regex)?))
            }
        };
        Ok(Rule { mark: format!("[{name} removed]"), looked_for })
    }

    /// Calls `found` with every match, from left to right.
    pub(super) fn each_match(&self, text: &str, found: &mut dyn FnMut(Range<usize>)) {
        match &self.looked_for {
            LookedFor::Card => card::each(text, found),
            LookedFor::Phone(phone) => phone.each(text, found),
            LookedFor::Pattern(pattern) => {
                let mut at = 0;
                while let Some(range) = search::first(pattern, text, at) {
                    at = range.end;
                    found(range);
                }
            }
        }
    }
}

fn is_name(name: &str) -> bool {
    let fits = (1..=MAX_NAME).contains(&name.chars().count());
    fits && name.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
}

fn compile_pattern(name: &str, pattern: &str) -> Result<Regex, RedactionError> {
    let too_big = || RedactionError::TooBig { name: name.to_owned() };
    if pattern.chars().nth(MAX_CHARACTERS).is_some() {
        return Err(too_big());
    }
    let parsed = regex_syntax::parse(pattern).map_err(|error| unreadable(name, pattern, &error))?;
    if parsed.properties().minimum_len() == Some(0) {
        return Err(RedactionError::MatchesNothing { name: name.to_owned() });
    }
    // It parses, so what is left to go wrong is its size.
    RegexBuilder::new(pattern).size_limit(MAX_COMPILED).build().map_err(|_| too_big())
}

fn unreadable(name: &str, pattern: &str, error: &regex_syntax::Error) -> RedactionError {
    let (offset, problem) = match error {
        regex_syntax::Error::Parse(error) => (error.span().start.offset, error.kind().to_string()),
        regex_syntax::Error::Translate(error) => (error.span().start.offset, error.kind().to_string()),
        other => (0, other.to_string()),
    };
    let position = pattern.get(..offset).map_or(0, |before| before.chars().count());
    RedactionError::Unreadable { name: name.to_owned(), position, problem }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Redactor;

    fn says(name: &str, regex: &str) -> Vec<String> {
        let rule = RedactionRule::Pattern { name: name.into(), regex: regex.into() };
        let errors = Redactor::compile(&[rule]).err().unwrap_or_default();
        assert!(errors.iter().all(|error| error.name() == name && error.code() == Code::RedactionInvalid));
        errors.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_is_wrong_with_a_rule_is_said_with_the_way_out() {
        for (regex, wanted) in [
            ("é(a", "is wrong at character 1: unclosed group; correct it there"),
            ("a{2,1}", "is wrong at character 1: invalid repetition count range"),
            (
                "(?=a)b",
                "is wrong at character 0: look-around, including look-ahead and look-behind, is not supported",
            ),
            (r"\p{Nonsense}x", "is wrong at character 0: Unicode property not found"),
            (r"\w{100}", "is too big; make it shorter"),
            (&"a".repeat(1_001), "is too big; make it shorter"),
            ("a*", "matches the empty text; let it ask for at least one character"),
            (r"\b", "matches the empty text"),
            ("(?m)^|a", "matches the empty text"),
            ("", "matches the empty text"),
        ] {
            let said = says("member", regex);
            assert_eq!(said.len(), 1, "{regex}");
            assert!(said[0].starts_with("redaction rule \"member\": the regular expression "), "{}", said[0]);
            assert!(said[0].contains(wanted), "{}", said[0]);
        }
        for name in ["", "a\nb", "a]b", &"a".repeat(41)] {
            assert!(says(name, "a")[0].contains("its name is shown in the text"), "{name}");
        }
        for regex in [r"ORD-\d+", r"\bM[0-9]{4,30}\b", r"(?i)straße \p{Lu}+", r"\w{1,64}", &"a".repeat(1_000)]
        {
            assert_eq!(says("Mitglied Nr-2", regex), [""; 0], "{regex}");
        }
    }

    #[test]
    fn all_rules_are_checked_not_the_first() {
        let rule = |regex: &str| RedactionRule::Pattern { name: "x".into(), regex: regex.into() };
        let errors = Redactor::compile(&[rule("("), RedactionRule::Email, rule("a?")]).unwrap_err();
        assert_eq!(errors.len(), 2, "{errors:?}");
    }

    #[test]
    fn e_mail_addresses_are_found_and_no_more() {
        let redactor = Redactor::compile(&[RedactionRule::Email]).unwrap();
        for (text, wanted) in [
            ("ada@example.com", "[e-mail removed]"),
            ("<ada.quill+shop@mail.example.com>.", "<[e-mail removed]>."),
            ("'ada_q-2@example.co.uk', o'neil@example.com", "'[e-mail removed]', [e-mail removed]"),
            ("mailto:ada@example.com?subject=x", "mailto:[e-mail removed]?subject=x"),
            ("?mail=ada%40example.com&x=1", "?mail=[e-mail removed]&x=1"),
            ("jürgen@bücher.example", "[e-mail removed]"),
            ("ada@example, @example.com, a @ b.c, 5@ 3.50", "ada@example, @example.com, a @ b.c, 5@ 3.50"),
        ] {
            assert_eq!(redactor.apply(text), wanted);
        }
    }
}
