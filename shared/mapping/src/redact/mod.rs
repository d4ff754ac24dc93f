//! What is taken out of text before anything is written.

mod card;
mod phone;
mod rule;
mod search;
mod work;

pub use rule::RedactionError;

use crate::json::is_refused;
use domain::configuration::RedactionRule;
use rule::Rule;
use std::borrow::Cow;
use std::ops::Range;

/// The rules of a configuration, ready to be applied to any number of texts.
///
/// ```
/// use domain::configuration::RedactionRule;
/// let redactor = mapping::Redactor::compile(&[RedactionRule::Email])?;
/// assert_eq!(redactor.apply("Write to ada@example.com."), "Write to [e-mail removed].");
/// # Ok::<(), Vec<mapping::RedactionError>>(())
/// ```
#[derive(Debug, Default)]
pub struct Redactor {
    rules: Vec<Rule>,
}

/// Part of a text that goes, and the rule that says so, by its place.
struct Match {
    range: Range<usize>,
    rule: usize,
}

impl Redactor {
    /// Compiles rules. Without any, nothing is taken out and nothing is looked at.
    ///
    /// # Errors
    /// Every [`RedactionError`], not the first.
    pub fn compile(rules: &[RedactionRule]) -> Result<Redactor, Vec<RedactionError>> {
        let mut errors = Vec::new();
        let compiled = rules.iter().filter_map(|rule| Rule::compile(rule).map_err(|e| errors.push(e)).ok());
        let redactor = Redactor { rules: compiled.collect() };
        if errors.is_empty() { Ok(redactor) } else { Err(errors) }
    }

    /// Whether there are no rules.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// The text with a mark, such as `[card removed]`, in the place of each match. All rules look at the text as it
    /// was; where matches overlap, one mark stands for all of them, that of the match that begins first, or of the
    /// first rule. Control characters that are not written anyway cannot hide a match.
    ///
    /// Takes time linear in the text: no byte is looked at more than a fixed number of times, whatever the text.
    #[must_use]
    pub fn apply<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.is_empty() {
            return Cow::Borrowed(text);
        }
        if !text.contains(is_refused) {
            return self.replaced(text).map_or(Cow::Borrowed(text), Cow::Owned);
        }
        let readable: String = text.chars().filter(|c| !is_refused(*c)).collect();
        self.replaced(&readable).map_or(Cow::Borrowed(text), Cow::Owned)
    }

    /// The text with its matches replaced, if it has any.
    fn replaced(&self, text: &str) -> Option<String> {
        let mut matches = Vec::new();
        for (rule, looked_for) in self.rules.iter().enumerate() {
            looked_for.each_match(text, &mut |range| matches.push(Match { range, rule }));
        }
        if matches.is_empty() {
            return None;
        }
        matches.sort_unstable_by_key(|found| (found.range.start, found.rule));
        let mut out = String::with_capacity(text.len());
        let mut done = 0;
        for found in matches {
            if found.range.start >= done {
                out.push_str(&text[done..found.range.start]);
                out.push_str(&self.rules[found.rule].mark);
            }
            // Where two overlap, the mark stands for both.
            done = done.max(found.range.end);
        }
        out.push_str(&text[done..]);
        Some(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(name: &str, regex: &str) -> RedactionRule {
        RedactionRule::Pattern { name: name.into(), regex: regex.into() }
    }

    fn applied(rules: &[RedactionRule], text: &str) -> String {
        Redactor::compile(rules).unwrap().apply(text).into_owned()
    }

    #[test]
    fn a_text_without_a_match_is_the_same_text() {
        let text = "My order is 1234 5678 9012 3456.";
        let all =
            [RedactionRule::PaymentCard, RedactionRule::Email, RedactionRule::Phone, pattern("x", "x+")];
        for rules in [&all[..], &[]] {
            let redactor = Redactor::compile(rules).unwrap();
            assert!(matches!(redactor.apply(text), Cow::Borrowed(same) if same == text));
        }
    }

    #[test]
    fn every_rule_leaves_its_own_mark() {
        let rules = [
            RedactionRule::PaymentCard,
            RedactionRule::Email,
            RedactionRule::Phone,
            pattern("member number", "MEM-[0-9]+"),
        ];
        let text = "Card 4539 1488 0343 6467, ada@example.com, +47 55 50 12 34, MEM-77.";
        let wanted = "Card [card removed], [e-mail removed], [phone removed], [member number removed].";
        assert_eq!(applied(&rules, text), wanted);
    }

    #[test]
    fn matches_that_overlap_are_one_mark_and_nothing_of_them_stays() {
        let rules = [pattern("a", "bcd"), pattern("b", "cdef"), pattern("c", "def?")];
        assert_eq!(applied(&rules, "abcdefg bcd def"), "a[a removed]g [a removed] [c removed]");
        // Of two that begin at one place, the first rule gives the mark and the longer one the end.
        assert_eq!(applied(&[pattern("a", "bc"), pattern("b", "bcde")], "abcdef"), "a[a removed]f");
        // One inside another changes nothing.
        assert_eq!(applied(&[pattern("a", "c"), pattern("b", "bcde")], "abcdef"), "a[b removed]f");
    }

    #[test]
    fn a_mark_is_not_looked_at_again() {
        let rules = [pattern("card", "[0-9]+"), pattern("word", "card|removed")];
        assert_eq!(applied(&rules, "12 card"), "[card removed] [word removed]");
    }

    #[test]
    fn control_characters_hide_nothing() {
        assert_eq!(
            applied(&[RedactionRule::PaymentCard], "a\u{1}b 4539\u{2}1488034\u{0}36467"),
            "ab [card removed]"
        );
    }

    /// A text of 1 MB, made of one piece over and over.
    fn megabyte(piece: &str) -> String {
        piece.repeat(1_000_000 / piece.len())
    }

    #[test]
    fn work_is_linear_in_a_hostile_text() {
        let cards = [RedactionRule::PaymentCard];
        let own = |regex: &str| [pattern("x", regex)];
        // The rules, what the text is made of, and how often a byte may be shown to a rule. The engine is shown up to
        // 2,048 bytes for each match, so texts that are nothing but matches are shown most often.
        let cases: &[(&[RedactionRule], &str, u64)] = &[
            (&cards, "1", 3),
            (&cards, "1 ", 30),
            (&cards, "4-", 30),
            (&cards, "4539148803436467 ", 5),
            (&cards, "4539 1488 0343 6468 ", 20),
            (&[RedactionRule::Email], "a", 3),
            (&[RedactionRule::Email], "a.", 3),
            (&[RedactionRule::Email], "a@", 3),
            (&[RedactionRule::Email], "a@a.a ", 2_048 / 6 + 1),
            (&[RedactionRule::Phone], "0", 3),
            (&[RedactionRule::Phone], "01 ", 2_048 / 12 + 1),
            (&[RedactionRule::Phone], "+", 3),
            (&own("a+b"), "a", 3),
            (&own("a+"), "a", 5),
            (&own("(?s).+"), "a\n", 5),
            (&own("[a-z]+$|[a-z]"), "a", 5),
        ];
        for (rules, piece, times) in cases {
            let text = megabyte(piece) + "!";
            let redactor = Redactor::compile(rules).unwrap();
            work::start();
            let _read = redactor.apply(&text);
            let (done, most) = (work::done(), text.len() as u64 * times);
            assert!(done <= most, "{rules:?} on {piece:?}: {done} steps are more than {most}");
            assert!(done >= text.len() as u64 / 2, "{rules:?} on {piece:?}: only {done} steps were counted");
        }
    }

    #[test]
    fn a_pattern_that_looks_far_for_little_does_twice_the_work_on_twice_the_text() {
        // Each match is one letter, found after looking as far as the search goes.
        let redactor = Redactor::compile(&[pattern("x", "[a-z]*[0-9]|[a-z]")]).unwrap();
        let work = |length: usize| {
            work::start();
            assert_eq!(redactor.apply(&"a".repeat(length)).len(), length * "[x removed]".len());
            work::done()
        };
        let (once, twice) = (work(10_000), work(20_000));
        assert!(twice > 19_000_000 && twice * 10 < once * 22, "{once} steps became {twice}");
    }
}
