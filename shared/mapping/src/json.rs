//! Writing JSON text into a `String`, and what must not be in it.

/// Control characters Salesforce refuses: all below U+0020 but tab, line feed and carriage return.
pub(crate) fn is_refused(c: char) -> bool {
    c < ' ' && !matches!(c, '\t' | '\n' | '\r')
}

/// Sets the top bit of every byte below U+0020 or equal to one of two others, all in ASCII; above the first such byte it
/// may err.
#[inline(always)]
pub(crate) fn mark_special(word: u64, others: [u8; 2]) -> u64 {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    const TOPS: u64 = u64::from_ne_bytes([0x80; 8]);
    let below = |word: u64, n: u8| word.wrapping_sub(ONES * u64::from(n)) & !word;
    let [first, second] = others.map(|other| below(word ^ (ONES * u64::from(other)), 1));
    (below(word, b' ') | first | second) & TOPS
}

/// The place of the first byte below U+0020 or equal to one of two others, or the length. Looks at eight at a time:
/// this is run over every word of a transcript.
#[inline]
pub(crate) fn find_special(text: &[u8], others: [u8; 2]) -> usize {
    let mut rest = text;
    while let Some((chunk, after)) = rest.split_first_chunk::<8>() {
        let found = mark_special(u64::from_le_bytes(*chunk), others);
        if found != 0 {
            return text.len() - rest.len() + found.trailing_zeros() as usize / 8;
        }
        rest = after;
    }
    let special = |byte: &u8| *byte < b' ' || others.contains(byte);
    rest.iter().position(special).map_or(text.len(), |at| text.len() - rest.len() + at)
}

/// Appends the text as a JSON string, without the control characters Salesforce refuses.
pub(crate) fn push_text(text: &str, out: &mut String) {
    out.push('"');
    let mut rest = text;
    loop {
        let at = find_special(rest.as_bytes(), *b"\"\\");
        out.push_str(&rest[..at]);
        match rest.as_bytes().get(at) {
            None => break,
            Some(b'"') => out.push_str("\\\""),
            Some(b'\\') => out.push_str("\\\\"),
            Some(b'\n') => out.push_str("\\n"),
            Some(b'\r') => out.push_str("\\r"),
            Some(b'\t') => out.push_str("\\t"),
            Some(_) => {}
        }
        rest = &rest[at + 1..];
    }
    out.push('"');
}

/// The length Salesforce counts: UTF-16 code units.
pub(crate) fn utf16_length(text: &str) -> usize {
    if text.is_ascii() {
        return text.len();
    }
    // One unit per character, and one more for those of four bytes.
    text.bytes().map(|byte| usize::from(byte & 0xC0 != 0x80) + usize::from(byte >= 0xF0)).sum()
}

/// The longest beginning of at most `limit` UTF-16 units that ends between two characters. Refused control
/// characters are not counted.
pub(crate) fn cut(text: &str, limit: usize) -> &str {
    if text.len() <= limit {
        return text;
    }
    let mut units = 0;
    for (at, c) in text.char_indices() {
        units += if is_refused(c) { 0 } else { c.len_utf16() };
        if units > limit {
            return &text[..at];
        }
    }
    text
}

/// Appends a text that holds nothing JSON or Salesforce objects to, as a JSON string.
pub(crate) fn push_verbatim(text: &str, out: &mut String) {
    out.push('"');
    out.push_str(text);
    out.push('"');
}

/// Length and three bytes of a key. Equal keys have equal marks, and nearly all others are told apart by it.
pub(crate) const fn key_mark(key: &[u8]) -> u32 {
    let length = key.len();
    if length == 0 {
        return 0;
    }
    u32::from_le_bytes([length as u8, key[0], key[length / 2], key[length - 1]])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn special_bytes_are_found_wherever_they_stand() {
        let plain = "aé\u{7f}~ €😀!#[]zZ09".repeat(3);
        for special in ['"', '\\', '\n', '\u{0}', '\u{1f}'] {
            for (at, _) in plain.char_indices() {
                let text = format!("{}{special}{}{special}", &plain[..at], &plain[at..]);
                assert_eq!(find_special(text.as_bytes(), *b"\"\\"), at, "{text:?}");
            }
        }
        assert_eq!(find_special(plain.as_bytes(), *b"\"\\"), plain.len());
    }

    #[test]
    fn text_is_cut_between_characters_and_counted_as_salesforce_does() {
        for (text, limit, kept) in [
            ("abc", 3, "abc"),
            ("abcd", 3, "abc"),
            ("a😀b", 2, "a"),
            ("a😀b", 3, "a😀"),
            ("éé", 1, "é"),
            ("\u{1}ab", 1, "\u{1}a"),
        ] {
            assert_eq!(cut(text, limit), kept, "{text:?} to {limit}");
        }
        assert_eq!(utf16_length("aé😀"), 4);
    }

    #[test]
    fn keys_have_marks_and_equal_keys_the_same() {
        assert_ne!(key_mark(b"time"), key_mark(b"type"));
        assert_ne!(key_mark(b"time"), key_mark(b"timeL"));
        assert_eq!(key_mark(b""), 0);
        assert_eq!(key_mark("é".repeat(200).as_bytes()), key_mark("é".repeat(200).as_bytes()));
    }
}
