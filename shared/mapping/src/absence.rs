//! Which values mean "nothing".

use crate::raw::Raw;

/// How far the last property of an address widens what counts as nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Absence {
    /// `null`, `""`, `"undefined"`, `"null"`, `"NA"`, an empty list or object.
    Common,
    /// Also `-1`: ids and instants.
    MinusOne,
    /// Also `0`: telephone numbers.
    Zero,
}

impl Absence {
    /// The rule for an address that ends in this property.
    pub(crate) fn of(property: &str) -> Absence {
        if ["Id", "ID", "Time", "TimeL"].iter().any(|ending| property.ends_with(ending)) {
            Absence::MinusOne
        } else if property == "phone" {
            Absence::Zero
        } else {
            Absence::Common
        }
    }

    /// Whether the value means nothing here.
    pub(crate) fn covers(self, value: Raw<'_>) -> bool {
        let json = value.raw();
        // Most values are longer than any that means nothing, unless they are lists or objects.
        match json {
            "null" | "\"\"" | "\"undefined\"" | "\"null\"" | "\"NA\"" => true,
            "-1" | "\"-1\"" => self == Absence::MinusOne,
            "0" | "\"0\"" => self == Absence::Zero,
            _ => is_empty_container(json),
        }
    }
}

fn is_empty_container(json: &str) -> bool {
    let inside = json.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let inside = inside.or_else(|| json.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')));
    inside.is_some_and(|inside| inside.bytes().all(|b| b.is_ascii_whitespace()))
}
