//! Values as they stand in a record: JSON text that is decoded only when someone asks.

use crate::json;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// The JSON text of one value, borrowed from the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Raw<'r>(&'r str);

impl<'r> Raw<'r> {
    /// Wraps the text of one JSON value, which must be well-formed. Surrounding spaces are taken off.
    #[must_use]
    pub fn new(json: &'r str) -> Self {
        Raw(json.trim_matches([' ', '\t', '\n', '\r']))
    }

    /// The JSON text, quotes and escapes included.
    #[must_use]
    pub fn raw(&self) -> &'r str {
        self.0
    }

    /// What kind of value it is: `text`, `number`, `true or false`, `list`, `object` or `nothing`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self.0.as_bytes().first() {
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
            Some(inside) if inside.contains('\\') => {
                let mut text = String::with_capacity(inside.len());
                unescape(inside, &mut text);
                Some(Cow::Owned(text))
            }
            Some(inside) => Some(Cow::Borrowed(inside)),
            None => self.bare().map(Cow::Borrowed),
        }
    }

    /// The text of a scalar, if it stands in the record as it reads. Without escapes there are no quotes, backslashes or
    /// control characters in it.
    pub(crate) fn verbatim(&self) -> Option<&'r str> {
        match self.quoted() {
            Some(inside) => (!inside.contains('\\')).then_some(inside),
            None => self.bare(),
        }
    }

    /// [`Raw::as_str`] without an allocation of its own: `scratch` is cleared and used where escapes must go.
    pub(crate) fn text<'s>(&self, scratch: &'s mut String) -> Option<&'s str>
    where
        'r: 's,
    {
        match self.quoted() {
            Some(inside) if inside.contains('\\') => {
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
            _ if inside.contains('\\') => self.as_str().is_some_and(|text| text.trim() == wanted),
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
    pub(crate) fn members<const N: usize>(&self, names: [&'static str; N]) -> Option<[Option<Raw<'r>>; N]> {
        let mut json = serde_json::Deserializer::from_str(self.0);
        Members(&Names::new(names)).deserialize(&mut json).ok().flatten()
    }

    /// Calls `each` with every element of a list.
    pub(crate) fn each_element(&self, each: &mut dyn FnMut(Raw<'r>)) {
        struct Each<'f, 'r>(&'f mut dyn FnMut(Raw<'r>));
        impl<'r> Visitor<'r> for Each<'_, 'r> {
            type Value = ();
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }
            fn visit_seq<A: SeqAccess<'r>>(self, mut list: A) -> Result<(), A::Error> {
                while let Some(element) = list.next_element::<&'r RawValue>()? {
                    (self.0)(Raw(element.get()));
                }
                Ok(())
            }
        }
        let mut json = serde_json::Deserializer::from_str(self.0);
        // What is no list has no elements; the text itself was found well-formed when it was captured.
        let _no_list = json.deserialize_seq(Each(each));
    }

    /// The JSON text without the quotes of a string.
    pub(crate) fn unquoted(&self) -> &'r str {
        self.quoted().unwrap_or(self.0)
    }

    /// What stands between the quotes of a string.
    fn quoted(&self) -> Option<&'r str> {
        self.0.strip_prefix('"')?.strip_suffix('"')
    }

    fn bare(&self) -> Option<&'r str> {
        matches!(self.kind(), "number" | "true or false").then_some(self.0)
    }
}

impl<'r> From<&'r RawValue> for Raw<'r> {
    fn from(value: &'r RawValue) -> Self {
        Raw(value.get())
    }
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

/// Names of members, with the marks by which a key is looked up among them.
pub(crate) struct Names<const N: usize> {
    names: [&'static str; N],
    marks: [u32; N],
}

impl<const N: usize> Names<N> {
    pub(crate) const fn new(names: [&'static str; N]) -> Self {
        let (mut marks, mut n) = ([0; N], 0);
        while n < N {
            marks[n] = json::key_mark(names[n]);
            n += 1;
        }
        Names { names, marks }
    }

    fn position(&self, key: &str) -> Option<usize> {
        let mark = json::key_mark(key);
        (0..N).find(|n| self.marks[*n] == mark && self.names[*n] == key)
    }
}

/// Reads an object's members of these names, first ones first; anything but an object reads as `None`.
pub(crate) struct Members<'n, const N: usize>(pub(crate) &'n Names<N>);

impl<'r, const N: usize> DeserializeSeed<'r> for Members<'_, N> {
    type Value = Option<[Option<Raw<'r>>; N]>;

    fn deserialize<D: Deserializer<'r>>(self, json: D) -> Result<Self::Value, D::Error> {
        json.deserialize_any(self)
    }
}

impl<'r, const N: usize> Visitor<'r> for Members<'_, N> {
    type Value = Option<[Option<Raw<'r>>; N]>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_map<A: MapAccess<'r>>(self, mut object: A) -> Result<Self::Value, A::Error> {
        let mut found = [None; N];
        while let Some(name) = object.next_key_seed(NameIn(self.0))? {
            match name {
                Some(n) if found[n].is_none() => {
                    found[n] = Some(Raw::from(object.next_value::<&'r RawValue>()?));
                }
                _ => drop(object.next_value::<IgnoredAny>()?),
            }
        }
        Ok(Some(found))
    }

    fn visit_seq<A: SeqAccess<'r>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    ignore_scalars!(None);
}

/// Reads a key as its place in a list of names.
struct NameIn<'n, const N: usize>(&'n Names<N>);

impl<'r, const N: usize> DeserializeSeed<'r> for NameIn<'_, N> {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'r>>(self, json: D) -> Result<Option<usize>, D::Error> {
        json.deserialize_str(self)
    }
}

impl<const N: usize> Visitor<'_> for NameIn<'_, N> {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, key: &str) -> Result<Option<usize>, E> {
        Ok(self.0.position(key))
    }
}
