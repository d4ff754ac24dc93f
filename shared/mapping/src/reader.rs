//! Reads JSON from front to back. Every byte is checked, none is copied, and what nobody asks for is passed over.

use crate::json;
use crate::raw::{Raw, unescaped};

/// The text is not JSON; [`Reader::position`] is near the place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Malformed;

/// What stands before the next value, or the next value itself. Callers read exactly one value where they are told to.
pub(crate) struct Reader<'r> {
    text: &'r str,
    /// What is not read yet.
    rest: &'r [u8],
    /// What must still close around the list or object that is passed over.
    outer: Vec<u8>,
}

impl<'r> Reader<'r> {
    pub(crate) fn new(text: &'r str) -> Self {
        Reader { text, rest: text.as_bytes(), outer: Vec::new() }
    }

    /// How many bytes have been read.
    pub(crate) fn position(&self) -> usize {
        self.text.len() - self.rest.len()
    }

    /// The first byte of what follows, behind spaces: it tells what kind of value is next. `None` at the end.
    #[inline]
    pub(crate) fn peek(&mut self) -> Option<u8> {
        match self.rest {
            [first, ..] if *first > b' ' => Some(*first),
            _ => self.peek_behind_spaces(),
        }
    }

    #[cold]
    fn peek_behind_spaces(&mut self) -> Option<u8> {
        while let [b' ' | b'\t' | b'\n' | b'\r', rest @ ..] = self.rest {
            self.rest = rest;
        }
        self.rest.first().copied()
    }

    /// Reads a value as it stands.
    pub(crate) fn value(&mut self) -> Result<Raw<'r>, Malformed> {
        let first = self.peek();
        let start = self.position();
        let is_escaped = if first == Some(b'"') { self.string()?.1 } else { self.skip().map(|()| false)? };
        Ok(Raw::known(&self.text[start..self.position()], is_escaped))
    }

    /// Reads an object, `each` its members' values; anything else is passed over. Answers whether it was an object.
    #[inline]
    pub(crate) fn members(
        &mut self,
        mut each: impl FnMut(&mut Self, &[u8]) -> Result<(), Malformed>,
    ) -> Result<bool, Malformed> {
        if self.peek() != Some(b'{') {
            return self.skip().map(|()| false);
        }
        let mut more = self.opens();
        while more {
            let (key, is_escaped) = self.key()?;
            if is_escaped {
                each(self, unescaped(str::from_utf8(key).unwrap_or_default()).as_bytes())?;
            } else {
                each(self, key)?;
            }
            more = self.goes_on(b'}')?;
        }
        Ok(true)
    }

    /// Reads a list, `each` its elements by their number; anything else is passed over.
    #[inline]
    pub(crate) fn elements(
        &mut self,
        mut each: impl FnMut(&mut Self, usize) -> Result<(), Malformed>,
    ) -> Result<(), Malformed> {
        if self.peek() != Some(b'[') {
            return self.skip();
        }
        let (mut more, mut index) = (self.opens(), 0);
        while more {
            each(self, index)?;
            index += 1;
            more = self.goes_on(b']')?;
        }
        Ok(())
    }

    /// Passes over a value, however deeply nested.
    #[inline(always)]
    pub(crate) fn skip(&mut self) -> Result<(), Malformed> {
        match self.peek() {
            Some(bracket @ (b'{' | b'[')) => self.skip_nested(bracket),
            _ => self.skip_scalar(),
        }
    }

    /// Passes over a list or object. `closing` ends the innermost one that is open, `outer` those around it.
    fn skip_nested(&mut self, bracket: u8) -> Result<(), Malformed> {
        self.outer.clear();
        let mut closing = closing_of(bracket);
        let mut more = self.opens();
        loop {
            if more {
                if closing == b'}' {
                    self.key()?;
                }
                if let Some(bracket @ (b'{' | b'[')) = self.peek() {
                    self.outer.push(closing);
                    closing = closing_of(bracket);
                    more = self.opens();
                } else {
                    self.skip_scalar()?;
                    more = self.goes_on(closing)?;
                }
            } else if let Some(around) = self.outer.pop() {
                closing = around;
                more = self.goes_on(closing)?;
            } else {
                return Ok(());
            }
        }
    }

    /// Reads an opening bracket; answers whether anything is inside. If not, the closing one is read too.
    #[inline]
    fn opens(&mut self) -> bool {
        let closing = closing_of(self.rest[0]);
        self.rest = &self.rest[1..];
        let is_empty = self.peek() == Some(closing);
        if is_empty {
            self.rest = &self.rest[1..];
        }
        !is_empty
    }

    /// Reads the comma or the closing bracket behind a value; answers whether it was a comma.
    #[inline]
    fn goes_on(&mut self, closing: u8) -> Result<bool, Malformed> {
        let next = self.peek().ok_or(Malformed)?;
        if next != b',' && next != closing {
            return Err(Malformed);
        }
        self.rest = &self.rest[1..];
        Ok(next == b',')
    }

    /// Reads a key and its colon; answers as [`Reader::string`] does.
    #[inline(always)]
    fn key(&mut self) -> Result<(&'r [u8], bool), Malformed> {
        let key = self.string()?;
        if self.peek() != Some(b':') {
            return Err(Malformed);
        }
        self.rest = &self.rest[1..];
        Ok(key)
    }

    /// Reads a text; answers what stands between the quotes, and whether there are escapes in it.
    #[inline(always)]
    fn string(&mut self) -> Result<(&'r [u8], bool), Malformed> {
        if self.peek() != Some(b'"') {
            return Err(Malformed);
        }
        let quoted = &self.rest[1..];
        let (rest, is_escaped) = after_string(quoted).ok_or(Malformed)?;
        self.rest = rest;
        Ok((&quoted[..quoted.len() - rest.len() - 1], is_escaped))
    }

    /// Passes over a text, number or word.
    #[inline]
    fn skip_scalar(&mut self) -> Result<(), Malformed> {
        let rest = match self.rest {
            [b'"', ..] => return self.string().map(|_| ()),
            [b'-' | b'0'..=b'9', ..] => after_number(self.rest),
            [b't', ..] => self.rest.strip_prefix(b"true"),
            [b'f', ..] => self.rest.strip_prefix(b"false"),
            _ => self.rest.strip_prefix(b"null"),
        };
        self.rest = rest.ok_or(Malformed)?;
        Ok(())
    }
}

/// The bracket that closes what this one opens: two places on in ASCII.
fn closing_of(bracket: u8) -> u8 {
    bracket + 2
}

/// What follows the closing quote of a text whose opening quote has been read, and whether there were escapes. Looks at
/// eight bytes at a time.
#[inline(always)]
fn after_string(json: &[u8]) -> Option<(&[u8], bool)> {
    let (mut rest, mut is_escaped) = (json, false);
    while let Some((chunk, after)) = rest.split_first_chunk::<8>() {
        let found = json::mark_special(u64::from_le_bytes(*chunk), *b"\"\\");
        if found == 0 {
            rest = after;
            continue;
        }
        rest = &rest[found.trailing_zeros() as usize / 8..];
        match rest {
            [b'"', after @ ..] => return Some((after, is_escaped)),
            _ => rest = after_escape(rest)?,
        }
        is_escaped = true;
    }
    after_last_string(rest, is_escaped)
}

/// The same of the last few bytes.
#[cold]
fn after_last_string(json: &[u8], mut is_escaped: bool) -> Option<(&[u8], bool)> {
    let mut rest = json;
    loop {
        match rest {
            [b'"', after @ ..] => return Some((after, is_escaped)),
            [b'\\', ..] => (rest, is_escaped) = (after_escape(rest)?, true),
            [byte, after @ ..] if *byte >= b' ' => rest = after,
            _ => return None,
        }
    }
}

fn after_escape(json: &[u8]) -> Option<&[u8]> {
    match json {
        [b'\\', b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't', rest @ ..] => Some(rest),
        [b'\\', b'u', digits @ ..] => {
            let (digits, rest) = digits.split_first_chunk::<4>()?;
            digits.iter().all(u8::is_ascii_hexdigit).then_some(rest)
        }
        _ => None,
    }
}

fn after_number(json: &[u8]) -> Option<&[u8]> {
    let rest = json.strip_prefix(b"-").unwrap_or(json);
    let mut rest = match rest {
        [b'0', rest @ ..] => rest,
        _ => after_digits(rest)?,
    };
    if let [b'.', fraction @ ..] = rest {
        rest = after_digits(fraction)?;
    }
    if let [b'e' | b'E', exponent @ ..] = rest {
        let digits = match exponent {
            [b'+' | b'-', digits @ ..] => digits,
            digits => digits,
        };
        rest = after_digits(digits)?;
    }
    Some(rest)
}

/// What follows one digit or more.
fn after_digits(json: &[u8]) -> Option<&[u8]> {
    let count = json.iter().take_while(|byte| byte.is_ascii_digit()).count();
    (count > 0).then(|| &json[count..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::value::RawValue;

    /// Everything JSON has, behind strings short and long.
    const SAMPLE: &str = r#" {"a":"","long é key €":[0,-1.5e+3,10E-2, 7.0],"b\u00e9\n":{"c\\":[true,false,null]},
        "text":"words 😀, more than eight \"quoted\" bytes\/\ud83d","empty":[{},[], [ ],{"x":[[{"y":[{}]}]]}]}	"#;

    fn value(text: &str) -> Option<&str> {
        let mut reader = Reader::new(text);
        let value = reader.value().ok()?;
        reader.peek().is_none().then_some(value.raw())
    }

    /// The same by an object's members and a list's elements, all the way down.
    fn walk(reader: &mut Reader<'_>) -> Result<(), Malformed> {
        match reader.peek() {
            Some(b'{') => reader.members(|reader, _| walk(reader)).map(drop),
            _ => reader.elements(|reader, _| walk(reader)),
        }
    }

    #[test]
    fn what_serde_json_takes_is_read_and_nothing_else() {
        let strange = "{}[]:,\"\\ \n\u{1}\u{7f}01-+.eEudtfnré😀";
        let (mut taken, mut refused) = (0, 0);
        for (at, c) in SAMPLE.char_indices() {
            let (before, after) = (&SAMPLE[..at], &SAMPLE[at + c.len_utf8()..]);
            let changed = strange
                .chars()
                .flat_map(|other| [format!("{before}{other}{after}"), format!("{before}{other}{c}{after}")]);
            for text in changed.chain([format!("{before}{after}"), before.to_owned()]) {
                let wanted = serde_json::from_str::<&RawValue>(&text).ok().map(RawValue::get);
                assert_eq!(value(&text), wanted, "{text}");
                let mut reader = Reader::new(&text);
                let walked = walk(&mut reader).is_ok() && reader.peek().is_none();
                assert_eq!(walked, wanted.is_some(), "{text}");
                *(if walked { &mut taken } else { &mut refused }) += 1;
            }
        }
        assert!(taken > 1_000 && refused > 1_000, "{taken} taken, {refused} refused");
    }

    #[test]
    fn what_nobody_asks_for_may_be_nested_however_deeply() {
        let deep = "[".repeat(100_000) + &"]".repeat(100_000);
        assert_eq!(value(&deep), Some(&*deep));
        assert_eq!(value(&deep[1..]), None);
        assert_eq!(value(&deep[..deep.len() - 1]), None);
    }

    #[test]
    fn keys_come_without_their_escapes() {
        let mut keys = Vec::new();
        let read = Reader::new(r#"{"a\u00e9\n":1,"":2,"b":3}"#).members(|reader, key| {
            keys.push(String::from_utf8_lossy(key).into_owned());
            reader.skip()
        });
        assert_eq!((read, keys), (Ok(true), vec!["aé\n".to_owned(), String::new(), "b".to_owned()]));
    }
}
