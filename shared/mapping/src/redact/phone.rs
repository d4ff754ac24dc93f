//! Telephone numbers, told from dates, order numbers and other digits by how they are written.

use super::search;
use regex::{Error, Regex};
use std::ops::Range;

/// What may stand between two digits.
const GAP: &str = r"(?:[ \u{a0}\u{202f}()/\u{2010}-\u{2013}-]{1,3}|\.)?";

/// What looks for telephone numbers.
#[derive(Debug)]
pub(super) struct Phone {
    number: Regex,
    date: Regex,
}

impl Phone {
    pub(super) fn compile() -> Result<Phone, Error> {
        let number = [
            // With a country code: +47 55 50 12 34, +44 (0)20 7946 0958.
            format!(r"\+(?:{GAP}[0-9]){{7,15}}"),
            // The same dialled: 0047 55 50 12 34.
            format!(r"\b00{GAP}[1-9](?:{GAP}[0-9]){{6,14}}"),
            // With an area code: 020 7946 0958, (0171) 2345678.
            format!(r"\(?\b0[1-9](?:{GAP}[0-9]){{7,10}}"),
            // North American: (555) 010-9999, 555-010-9999.
            r"(?:\b1[ .-]?)?(?:\([0-9]{3}\) ?|\b[0-9]{3}[ .-])[0-9]{3}[ .-][0-9]{4}".to_owned(),
        ];
        Ok(Phone {
            number: Regex::new(&number.join("|"))?,
            date: Regex::new(r"^[0-9]{1,2}[./-][0-9]{1,2}[./-][0-9]{4}")?,
        })
    }

    /// Calls `found` with every telephone number.
    pub(super) fn each(&self, text: &str, found: &mut dyn FnMut(Range<usize>)) {
        let mut at = 0;
        while let Some(number) = search::first(&self.number, text, at) {
            at = number.end;
            if let Some(date) = self.date.find(&text[number.clone()]) {
                at = number.start + date.end();
            } else if stands_alone(text, &number) {
                found(number);
            }
        }
    }
}

/// Whether a number is not part of a longer one, of an order number, a path or the like.
fn stands_alone(text: &str, number: &Range<usize>) -> bool {
    if text[number.end..].starts_with(char::is_alphanumeric) {
        return false;
    }
    let mut before = text[..number.start].chars().rev();
    let (last, last_but_one) = (before.next(), before.next());
    let follows = |kind: fn(char) -> bool| last_but_one.is_some_and(kind);
    match last {
        _ if text[number.start..].starts_with('+') => true,
        Some('-' | '/' | '_') => !follows(char::is_alphanumeric),
        Some('.') => !follows(char::is_numeric),
        Some('#') => false,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phones(text: &str) -> Vec<&str> {
        let mut all = Vec::new();
        Phone::compile().unwrap().each(text, &mut |range| all.push(&text[range]));
        all
    }

    #[test]
    fn telephone_numbers_are_found_however_they_are_written() {
        for text in [
            "+4755501234",
            "+47 55 50 12 34",
            "+47\u{a0}55\u{a0}50\u{a0}12\u{a0}34",
            "+44 (0)20 7946 0958",
            "+1 (555) 010-9999",
            "+49 171 / 234 56 78",
            "+33.1.23.45.67.89",
            "004755501234",
            "00 47 55 50 12 34",
            "020 7946 0958",
            "(020) 7946 0958",
            "0171-2345678",
            "0171/2345678",
            "01 23 45 67 89",
            "(555) 010-9999",
            "555-010-9999",
            "555.010.9999",
            "1-555-010-9999",
        ] {
            assert_eq!(phones(text), [text]);
            for around in
                [format!("Ring {text}, please."), format!("Tel.{text}"), format!("tel:{text}\nor {text}.")]
            {
                let times = around.matches(text).count();
                assert_eq!(phones(&around), vec![text; times], "{around}");
            }
        }
    }

    #[test]
    fn other_digits_stay() {
        for text in [
            "order 81726354",
            "order 8172635499",
            "4539 1488 0343 6468",
            "ORD-0171234567",
            "#0171234567",
            "/orders/0171234567/",
            "0171234567x",
            "2026-01-05 08:00:00",
            "2026-01-05 0815",
            "05.01.2026 08:15",
            "05/01/2026 to 06/01/2026",
            "05-01-2026 10 20 30",
            "192.0.2.17",
            "10.0.12.0345",
            "1,299.00 and 1 299 000,00",
            "0000000000",
            "12:30-14:45",
            "+1",
            "1 + 2 = 3",
            "012345",
        ] {
            assert_eq!(phones(text), [""; 0], "{text}");
        }
        assert_eq!(phones("on 05.01.2026 020 7946 0958"), ["020 7946 0958"]);
    }
}
