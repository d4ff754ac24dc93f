//! SOQL: literals that can never change a query, and the one shape of query the widget asks.

use std::fmt::Write;

/// A text as a string literal, quotes included: what was typed is what is compared with.
#[must_use]
pub fn literal(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('\'');
    text.chars().for_each(|c| push_escaped(c, &mut out));
    out.push('\'');
    out
}

/// A pattern of LIKE that matches the text itself between `before` and `after`, which may hold wildcards.
#[must_use]
pub fn pattern(before: &str, text: &str, after: &str) -> String {
    let mut out = format!("'{before}");
    for c in text.chars() {
        if matches!(c, '%' | '_') {
            out.push('\\');
        }
        push_escaped(c, &mut out);
    }
    out.push_str(after);
    out.push('\'');
    out
}

/// The characters SOQL has an escape for; every other stands for itself.
fn push_escaped(c: char, out: &mut String) {
    let escape = match c {
        '\\' => "\\\\",
        '\'' => "\\'",
        '"' => "\\\"",
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        '\u{8}' => "\\b",
        '\u{c}' => "\\f",
        other => return out.push(other),
    };
    out.push_str(escape);
}

/// Whether a text can be a record id: 15 letters and digits, or 18 of which the last three are the right checksum.
#[must_use]
pub fn is_record_id(text: &str) -> bool {
    let bytes = text.as_bytes();
    let plain = bytes.iter().all(u8::is_ascii_alphanumeric);
    match bytes.len() {
        15 => plain,
        18 => plain && checksum(&bytes[..15]) == bytes[15..],
        _ => false,
    }
}

/// Whether two ids name one record: the first 15 characters, case and all, decide.
#[must_use]
pub fn is_same_record(one: &str, other: &str) -> bool {
    one.len() >= 15 && other.len() >= 15 && one.as_bytes()[..15] == other.as_bytes()[..15]
}

/// Which of each five characters are capitals, five bits a digit.
fn checksum(id: &[u8]) -> Vec<u8> {
    const DIGITS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
    let digit = |five: &[u8]| {
        let bits = five.iter().enumerate().map(|(n, byte)| usize::from(byte.is_ascii_uppercase()) << n);
        DIGITS[bits.sum::<usize>()]
    };
    id.chunks(5).map(digit).collect()
}

/// A query of one object. Everything in it is a name of describe's or was escaped.
#[derive(Clone, Debug, Default)]
pub(crate) struct Select {
    fields: Vec<String>,
    from: String,
    conditions: Vec<String>,
    order: String,
    limit: usize,
}

impl Select {
    pub(crate) fn from(object: &str) -> Select {
        Select { from: object.to_owned(), fields: vec!["Id".to_owned()], ..Select::default() }
    }

    /// Adds a field, path or subquery unless it is there.
    pub(crate) fn field(&mut self, field: impl Into<String>) -> &mut Select {
        let field = field.into();
        if !self.fields.iter().any(|known| known.eq_ignore_ascii_case(&field)) {
            self.fields.push(field);
        }
        self
    }

    pub(crate) fn fields(&mut self, fields: impl IntoIterator<Item = String>) -> &mut Select {
        fields.into_iter().for_each(|field| {
            self.field(field);
        });
        self
    }

    /// Everything added here must hold.
    pub(crate) fn condition(&mut self, condition: impl Into<String>) -> &mut Select {
        self.conditions.push(condition.into());
        self
    }

    pub(crate) fn order(&mut self, order: impl Into<String>) -> &mut Select {
        self.order = order.into();
        self
    }

    pub(crate) fn limit(&mut self, limit: usize) -> &mut Select {
        self.limit = limit;
        self
    }

    pub(crate) fn soql(&self) -> String {
        let mut soql = format!("SELECT {} FROM {}", self.fields.join(", "), self.from);
        for (n, condition) in self.conditions.iter().enumerate() {
            let word = if n == 0 { "WHERE" } else { "AND" };
            // Writing to a string does not fail.
            let _ = write!(soql, " {word} {condition}");
        }
        if !self.order.is_empty() {
            let _ = write!(soql, " ORDER BY {}", self.order);
        }
        if self.limit > 0 {
            let _ = write!(soql, " LIMIT {}", self.limit);
        }
        soql
    }
}

/// One of these must hold; `None` when there is none.
pub(crate) fn any_of(conditions: &[String]) -> Option<String> {
    match conditions {
        [] => None,
        [one] => Some(one.clone()),
        several => Some(format!("({})", several.join(" OR "))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_has_an_escape_is_escaped_and_nothing_else() {
        for (typed, wanted) in [
            ("Quill", "'Quill'"),
            ("O'Neil", r"'O\'Neil'"),
            (r"a\' OR Name != '", r"'a\\\' OR Name != \''"),
            ("a\n\r\t\u{8}\u{c}\"", r#"'a\n\r\t\b\f\"'"#),
            ("50%_é😀", "'50%_é😀'"),
        ] {
            assert_eq!(literal(typed), wanted);
        }
        assert_eq!(pattern("", "50%_'\\", "%"), r"'50\%\_\'\\%'");
    }

    proptest! {
        /// No text ends its literal early: the only bare quotes are the first and the last character.
        #[test]
        fn no_text_ends_its_literal(text in any::<String>()) {
            for quoted in [literal(&text), pattern("%", &text, "%")] {
                let mut escaped = false;
                let inner = &quoted[1..quoted.len() - 1];
                for c in inner.chars() {
                    prop_assert!(escaped || c != '\'', "{quoted}");
                    escaped = !escaped && c == '\\';
                }
                prop_assert!(!escaped, "{quoted}");
            }
        }
    }

    #[test]
    fn only_ids_are_ids() {
        for (text, want) in [
            ("001xx000003DGb2", true),
            ("001xx000003DGb2AAG", true),
            ("001xx000003DGb2AAX", false),
            ("001xx000003DGb", false),
            ("001xx000003DG' 2", false),
            ("", false),
        ] {
            assert_eq!(is_record_id(text), want, "{text}");
        }
        assert!(is_same_record("001xx000003DGb2", "001xx000003DGb2AAG"));
        assert!(!is_same_record("001xx000003DGb2", "001xx000003DGB2"));
    }

    #[test]
    fn a_query_has_each_field_once_and_all_its_conditions() {
        let mut select = Select::from("Contact");
        select.field("Name").field("name").condition("Email = 'a'").condition("(A = 1 OR B = 2)");
        select.order("Name ASC").limit(26);
        assert_eq!(
            select.soql(),
            "SELECT Id, Name FROM Contact WHERE Email = 'a' AND (A = 1 OR B = 2) ORDER BY Name ASC LIMIT 26"
        );
    }
}
