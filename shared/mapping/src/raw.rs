//! Values as they stand in a record: JSON text that is decoded only when someone asks.

use crate::json;
use crate::reader::{Malformed, Reader};
use serde_json::value::RawValue;
use std::borrow::Cow;

/// The JSON text of one value, borrowed from the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Raw<'r> {
    json: &'r str,
    /// Whether it is a string with escapes, so that nobody need look again.
    is_escaped: bool,
}

impl<'r> Raw<'r> {
    /// Wraps the text of one JSON value, which must be well-formed. Surrounding spaces are taken off.
    #[must_use]
    pub fn new(json: &'r str) -> Self {
        let json = json.trim_matches([' ', '\t', '\n', '\r']);
        Raw::known(json, json.starts_with('"') && json.contains('\\'))
    }

    /// The same where there are no spaces around it, and it is known whether it is a string with escapes.
    pub(crate) fn known(json: &'r str, is_escaped: bool) -> Self {
        Raw { json, is_escaped }
    }

    /// The JSON text, quotes and escapes included.
    #[must_use]
    pub fn raw(&self) -> &'r str {
        self.json
    }

    /// What kind of value it is: `text`, `number`, `true or false`, `list`, `object` or `nothing`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self.json.as_bytes().first() {
            Some(b'"') => "text",
            Some(b'{') => "object",
            Some(b'[') => "list",
            Some(b't' | b'f') => "true or false",
            Some(b'-' | b'0'..=b'9') => "number",
            _ => "nothing",
        }
    }

    /// A string without quotes and escapes; the text of a number or boolean. `None` for anything else.
    #[must_use]
    pub fn as_str(&self) -> Option<Cow<'r, str>> {
        match self.quoted() {
            Some(inside) if self.is_escaped => Some(Cow::Owned(unescaped(inside))),
            Some(inside) => Some(Cow::Borrowed(inside)),
            None => self.bare().map(Cow::Borrowed),
        }
    }

    /// The text of a scalar, if it stands in the record as it reads. Without escapes there are no quotes, backslashes or
    /// control characters in it.
    pub(crate) fn verbatim(&self) -> Option<&'r str> {
        match self.quoted() {
            Some(inside) => (!self.is_escaped).then_some(inside),
            None => self.bare(),
        }
    }

    /// [`Raw::as_str`] without an allocation of its own: `scratch` is cleared and used where escapes must go.
    pub(crate) fn text<'s>(&self, scratch: &'s mut String) -> Option<&'s str>
    where
        'r: 's,
    {
        match self.quoted() {
            Some(inside) if self.is_escaped => {
                scratch.clear();
                unescape(inside, scratch);
                Some(scratch.as_str())
            }
            Some(inside) => Some(inside),
            None => self.bare(),
        }
    }

    /// Whether the value, as text without surrounding spaces, is `wanted`.
    pub(crate) fn is_text(&self, wanted: &str) -> bool {
        let Some(inside) = self.quoted() else { return self.bare() == Some(wanted) };
        // Escapes and spaces only make a text longer than what it says.
        match inside.len() {
            length if length < wanted.len() => false,
            length if length == wanted.len() => inside == wanted,
            _ if self.is_escaped => self.as_str().is_some_and(|text| text.trim() == wanted),
            _ => inside.trim() == wanted,
        }
    }

    /// Whether the value is one of LivePerson's constants, which it writes without escapes or spaces.
    pub(crate) fn is_constant(&self, wanted: &str) -> bool {
        self.quoted() == Some(wanted)
    }

    /// A whole number, from a number or a string of digits.
    pub(crate) fn as_i64(&self) -> Option<i64> {
        let text = self.unquoted();
        text.parse().or_else(|_| text.trim().parse()).ok()
    }

    /// True or false, also as text.
    pub(crate) fn as_bool(&self) -> Option<bool> {
        self.unquoted().parse().ok()
    }

    /// The named members of an object, in the order of `names`; `None` when it is no object.
    pub(crate) fn members<const N: usize>(&self, names: [&'static str; N]) -> Option<Row<'r, N>> {
        let mut row = [None; N];
        let is_object = Names::new(names).read(&mut Reader::new(self.json), &mut row);
        is_object.is_ok_and(|is_object| is_object).then_some(row)
    }

    /// Calls `each` with every element of a list; what is no list has none.
    pub(crate) fn each_element(&self, each: &mut dyn FnMut(Raw<'r>)) {
        // The text was found well-formed when it was captured.
        let _well_formed = Reader::new(self.json).elements(|reader, _| {
            each(reader.value()?);
            Ok(())
        });
    }

    /// The JSON text without the quotes of a string.
    pub(crate) fn unquoted(&self) -> &'r str {
        self.quoted().unwrap_or(self.json)
    }

    /// What stands between the quotes of a string.
    fn quoted(&self) -> Option<&'r str> {
        self.json.strip_prefix('"')?.strip_suffix('"')
    }

    fn bare(&self) -> Option<&'r str> {
        matches!(self.kind(), "number" | "true or false").then_some(self.json)
    }
}

impl<'r> From<&'r RawValue> for Raw<'r> {
    fn from(value: &'r RawValue) -> Self {
        Raw::new(value.get())
    }
}

/// The text of a JSON string's inside.
pub(crate) fn unescaped(inside: &str) -> String {
    let mut text = String::with_capacity(inside.len());
    unescape(inside, &mut text);
    text
}

/// Appends the text of a JSON string's inside. Half of a surrogate pair becomes U+FFFD.
fn unescape(inside: &str, out: &mut String) {
    let mut rest = inside;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let Some(escape) = rest.chars().next() else { return };
        rest = &rest[escape.len_utf8()..];
        match escape {
            'n' => out.push('\n'),
            'r' => out.push('\r'),
            't' => out.push('\t'),
            'b' => out.push('\u{8}'),
            'f' => out.push('\u{c}'),
            'u' => out.push(unicode_escape(&mut rest)),
            other => out.push(other),
        }
    }
    out.push_str(rest);
}

/// Reads `XXXX`, and the second half where the first asks for one.
fn unicode_escape(rest: &mut &str) -> char {
    fn unit(text: &str) -> Option<u32> {
        text.get(..4).and_then(|digits| u32::from_str_radix(digits, 16).ok())
    }
    let Some(first) = unit(rest) else { return char::REPLACEMENT_CHARACTER };
    *rest = &rest[4..];
    if (0xD800..0xDC00).contains(&first)
        && let Some(second) = rest.strip_prefix("\\u").and_then(unit)
        && (0xDC00..0xE000).contains(&second)
    {
        *rest = &rest[6..];
        let joined = 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
        return char::from_u32(joined).unwrap_or(char::REPLACEMENT_CHARACTER);
    }
    char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// Visitor methods for values that hold nothing of interest.
macro_rules! ignore_scalars {
    ($value:expr) => {
        ignore_scalars!($value, but text);
        fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
            Ok($value)
        }
    };
    ($value:expr, but text) => {
        fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
            Ok($value)
        }
        fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
            Ok($value)
        }
        fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
            Ok($value)
        }
        fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
            Ok($value)
        }
        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok($value)
        }
    };
}
pub(crate) use ignore_scalars;

/// The members of an object, in the order of the names they were asked by.
pub(crate) type Row<'r, const N: usize> = [Option<Raw<'r>>; N];

/// Names of members, with the marks by which a key is looked up among them.
pub(crate) struct Names<const N: usize> {
    names: [&'static str; N],
    marks: [u32; N],
}

impl<const N: usize> Names<N> {
    pub(crate) const fn new(names: [&'static str; N]) -> Self {
        let (mut marks, mut n) = ([0; N], 0);
        while n < N {
            marks[n] = json::key_mark(names[n].as_bytes());
            n += 1;
        }
        Names { names, marks }
    }

    fn position(&self, key: &[u8]) -> Option<usize> {
        let mark = json::key_mark(key);
        (0..N).find(|n| self.marks[*n] == mark && self.names[*n].as_bytes() == key)
    }

    /// Reads an object's members of these names into an empty row, first ones first; answers whether it was an object.
    pub(crate) fn read<'r>(&self, reader: &mut Reader<'r>, row: &mut Row<'r, N>) -> Result<bool, Malformed> {
        reader.members(|reader, key| {
            match self.position(key) {
                Some(n) if row[n].is_none() => row[n] = Some(reader.value()?),
                _ => reader.skip()?,
            }
            Ok(())
        })
    }
}
