//! Looks for a pattern's matches in time linear in the text.
//!
//! The engine finds one match in linear time, but to find it may look far beyond where it ends, and to find all of
//! them may do so over and over. So it is shown a window at a time, which moves on with what was found.

use super::work;
use regex::Regex;
use std::ops::Range;

/// How much of a text the engine is shown at once, in bytes. Nearly every message is shorter.
const WINDOW: usize = 2 * OVERLAP;
/// Matches of up to this many bytes are found as if the engine were shown the whole text. A longer one is, when the
/// pattern goes on matching from its beginning on, as `\w+` does; one whose end decides, as in `begin.*end`, may be
/// passed over.
const OVERLAP: usize = 1_024;

/// The first match at or after `from`. The pattern must not match the empty text.
pub(super) fn first(pattern: &Regex, text: &str, mut from: usize) -> Option<Range<usize>> {
    let mut window = WINDOW;
    // A match that ended where its window did, so that more of the text may make it longer.
    let mut cut_short: Option<Range<usize>> = None;
    loop {
        let end = text.ceil_char_boundary(from.saturating_add(window));
        work::add(end - from);
        let found = pattern.find_at(&text[..end], from).map(|found| found.range());
        if let Some(known) = cut_short.take()
            && !found.as_ref().is_some_and(|found| found.start == known.start && found.end > known.end)
        {
            // So much was read for it that it is kept, rather than read again for something shorter.
            return Some(known);
        }
        match found {
            found if end == text.len() => return found,
            Some(found) if found.start + OVERLAP < end && found.end < end => return Some(found),
            Some(found) if found.start + OVERLAP < end => {
                (from, window) = (found.start, 2 * found.len());
                cut_short = Some(found);
            }
            // What begins so late may be cut short, and something that begins before it may not be seen at all.
            _ => (from, window) = (text.floor_char_boundary(end - OVERLAP), WINDOW),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(text: &str) -> Regex {
        Regex::new(text).unwrap()
    }

    fn all(pattern: &Regex, text: &str) -> Vec<Range<usize>> {
        let (mut at, mut ranges) = (0, Vec::new());
        while let Some(found) = first(pattern, text, at) {
            at = found.end;
            ranges.push(found);
        }
        ranges
    }

    /// What the engine finds when it is shown the whole text.
    fn plainly(pattern: &Regex, text: &str) -> Vec<Range<usize>> {
        pattern.find_iter(text).map(|found| found.range()).collect()
    }

    #[test]
    fn windows_find_what_the_whole_text_shows_wherever_it_stands() {
        let patterns = [
            r"ORD-\d+",
            r"\bORD-\d+\b",
            r"(?:é|ORD)-\d+-?",
            r"\d{3,5}",
            r"[^.]+",
            r"ORD(?s:.)*?7",
            r"\w+$",
            r"^\.+",
        ]
        .map(pattern);
        for at in (0..4).chain(1_010..1_030).chain(2_030..2_060).chain(3_060..3_080) {
            for (word, length) in [("ORD-1234567", 0), ("é-12-", 0), ("ORD-", 1_000), ("ORD-", 9_000)] {
                let text = format!("{}{word}{} ORD-55", ".".repeat(at), "4".repeat(length));
                for pattern in
                    patterns.iter().filter(|pattern| length < 9_000 || !pattern.as_str().ends_with('$'))
                {
                    let (found, wanted) = (all(pattern, &text), plainly(pattern, &text));
                    assert_eq!(found, wanted, "{pattern} with {word} and {length} digits at {at}");
                }
            }
        }
    }

    #[test]
    fn a_match_that_needs_the_next_window_is_not_overtaken_by_one_that_does_not() {
        let pattern = pattern("A.{200}B|C");
        for at in (0..3_000).step_by(7) {
            let dots = |count: usize| ".".repeat(count);
            let text = format!("{}A{}C{}B{}C", dots(at), dots(49), dots(150), dots(3_000));
            assert_eq!(all(&pattern, &text), plainly(&pattern, &text), "at {at}");
        }
    }

    #[test]
    fn what_was_long_to_read_is_kept_even_where_the_pattern_turns_out_to_ask_for_more() {
        // Shown the whole text, the pattern would match the last word alone.
        let text = format!("{} end", "4".repeat(9_000));
        let found = all(&pattern(r"\w+$"), &text);
        assert!(found.len() == 2 && found[0].len() > OVERLAP && found[1] == (9_001..9_004), "{found:?}");
    }

    #[test]
    fn what_begins_and_ends_far_apart_is_passed_over() {
        for (between, is_found) in [(OVERLAP - 10, true), (WINDOW, false)] {
            let text = format!("{}begin{}end", ".".repeat(WINDOW + 500), ".".repeat(between));
            assert_eq!(!all(&pattern("begin.*end"), &text).is_empty(), is_found, "{between} bytes between");
        }
    }
}
