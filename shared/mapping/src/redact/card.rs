//! Payment card numbers: 13 to 19 digits that pass the Luhn check.

use super::work;
use std::ops::Range;

/// The fewest and the most digits of a card number.
const DIGITS: std::ops::RangeInclusive<usize> = 13..=19;

/// Calls `found` with every card number: whole runs of digits, joined by single spaces or hyphens. Of those that begin
/// at one place, the longest.
pub(super) fn each(text: &str, found: &mut dyn FnMut(Range<usize>)) {
    let mut at = 0;
    while let Some(start) = text[at..].find(|c: char| c.is_ascii_digit()).map(|ahead| at + ahead) {
        if let Some(length) = longest_card(&text[start..]) {
            at = start + length;
            found(start..at);
        } else {
            at = start + text[start..].bytes().take_while(u8::is_ascii_digit).count();
        }
        work::add(at - start);
    }
}

/// The length in bytes of the longest card number a text begins with. The text begins with a run of digits.
fn longest_card(text: &str) -> Option<usize> {
    let (mut luhn, mut longest) = (Luhn::default(), None);
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        work::add(1);
        if let Some(digit) = c.to_digit(10) {
            luhn.push(digit);
            if luhn.digits > *DIGITS.end() {
                break;
            }
            let run_ends = !rest.as_str().starts_with(|next: char| next.is_ascii_digit());
            if run_ends && DIGITS.contains(&luhn.digits) && luhn.passes() {
                longest = Some(text.len() - rest.as_str().len());
            }
        } else if !is_gap(c) || !rest.as_str().starts_with(|next: char| next.is_ascii_digit()) {
            break;
        }
    }
    longest
}

/// A space or hyphen, also one that keeps words together or cannot be seen.
fn is_gap(c: char) -> bool {
    matches!(
        c,
        ' ' | '-'
            | '\u{a0}'
            | '\u{ad}'
            | '\u{2009}'..='\u{200d}'
            | '\u{2010}'..='\u{2013}'
            | '\u{202f}'
            | '\u{2060}'
            | '\u{feff}'
    )
}

/// The Luhn check of a number read from the left: every second digit counts twice, beginning with the last but one.
/// As the last is not known ahead, both sums are kept.
#[derive(Default)]
struct Luhn {
    digits: usize,
    /// The sum that doubles digits at odd places, and the one that doubles those at even places.
    sums: [u32; 2],
}

impl Luhn {
    fn push(&mut self, digit: u32) {
        // The digits of twice the digit, added up.
        let doubled = if digit > 4 { 2 * digit - 9 } else { 2 * digit };
        let place = self.digits % 2;
        self.sums[place] += digit;
        self.sums[1 - place] += doubled;
        self.digits += 1;
    }

    fn passes(&self) -> bool {
        self.digits > 0 && self.sums[(self.digits - 1) % 2].is_multiple_of(10)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cards(text: &str) -> Vec<&str> {
        let mut all = Vec::new();
        each(text, &mut |range| all.push(&text[range]));
        all
    }

    /// The check as it is usually told: from the right, every second digit twice.
    fn luhn(digits: &[u32]) -> bool {
        let weigh = |(n, d): (usize, &u32)| if n % 2 == 1 { (d * 2) / 10 + (d * 2) % 10 } else { *d };
        digits.iter().rev().enumerate().map(weigh).sum::<u32>() % 10 == 0
    }

    #[test]
    fn both_ways_to_check_a_number_agree() {
        for n in 0..20_000_u64 {
            let text = (n * 7_919_876_543_211 + n).to_string();
            let digits: Vec<u32> = text.chars().filter_map(|c| c.to_digit(10)).collect();
            let mut ours = Luhn::default();
            digits.iter().for_each(|digit| ours.push(*digit));
            assert_eq!(ours.passes(), luhn(&digits), "{text}");
        }
    }

    #[test]
    fn card_numbers_are_found_however_they_are_written() {
        for text in [
            "4539148803436467",
            "4539 1488 0343 6467",
            "4539-1488-0343-6467",
            "4539 1488-0343 6467",
            "4539\u{a0}1488\u{a0}0343\u{a0}6467",
            "4539\u{2011}1488\u{2013}0343\u{200b}6467",
            "453 914880343646 7",
            // 13, 14, 15, 18 and 19 digits.
            "4222000011110",
            "30569309025904",
            "3782 822463 10005",
            "676770983018340002",
            "6011000990139424009",
        ] {
            assert_eq!(cards(text), [text]);
            for around in
                [format!("pay (with {text}), please"), format!("{text}\n{text}!"), format!("é{text}é")]
            {
                let times = around.matches(text).count();
                assert_eq!(cards(&around), vec![text; times], "{around}");
            }
        }
        // What stands beside it in the same row of digits saves none of it.
        assert_eq!(cards("4539 1488 0343 6467 12/27"), ["4539 1488 0343 6467"]);
        assert_eq!(cards("1 4539 1488 0343 6467 027"), ["4539 1488 0343 6467"]);
        assert_eq!(cards("20 4539-1488-0343-6467"), ["4539-1488-0343-6467"]);
    }

    #[test]
    fn other_numbers_stay() {
        for text in [
            // Fails the check.
            "4539148803436468",
            "4539 1488 0343 6468",
            // Passes it with too few or too many digits.
            "453914880340",
            "45391488034364670216",
            // Passes it as part of a longer run of digits.
            "45391488034364671",
            "14539148803436467",
            // More than one space or hyphen, or something else between.
            "4539  1488 0343 6467",
            "4539--1488-0343-6467",
            "4539.1488.0343.6467",
            "4539\n1488\n0343\n6467",
            "no digits at all",
        ] {
            assert_eq!(cards(text), [""; 0], "{text}");
        }
    }
}
