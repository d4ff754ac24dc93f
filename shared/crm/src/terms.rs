//! What somebody searches for: which fields it is looked for in, and which field of a found record it matched.

use crate::soql::{literal, pattern};
use crate::view::Reason;
use domain::configuration::{FieldFacts, ObjectFacts, ObjectSettings};
use domain::crm::Record;
use serde_json::Value;

/// Longer texts find nothing in a field anyway.
const LONGEST: usize = 255;
/// A shorter text finds nearly everything.
const SHORTEST: usize = 2;
/// The last digits of a telephone number tell it apart, however it is written and whatever country stands before it.
const PHONE_DIGITS: usize = 7;
/// As many values are searched for at once.
const MOST: usize = 10;

/// One searched value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Term {
    text: String,
    digits: String,
}

/// How a field and a value compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comparison {
    Equal,
    Begins,
    Phone,
}

/// The values worth searching for, each once.
pub(crate) fn terms(values: &[String]) -> Vec<Term> {
    let mut terms: Vec<Term> = Vec::new();
    for value in values {
        let text: String = value.trim().chars().take(LONGEST).collect();
        let known = terms.iter().any(|term| same(&term.text, &text));
        if text.chars().count() >= SHORTEST && !known && terms.len() < MOST {
            let digits = text.chars().filter(char::is_ascii_digit).collect();
            terms.push(Term { text, digits });
        }
    }
    terms
}

/// The fields of an object that are searched: names, e-mail addresses, telephone numbers, what identifies a record, and
/// the texts the configuration maps. Only those the agent may see.
pub(crate) fn searched<'f>(facts: &'f ObjectFacts, settings: &ObjectSettings) -> Vec<&'f FieldFacts> {
    let name = facts.name_field().map_or("", |field| &field.name);
    let is_mapped = |field: &FieldFacts| {
        settings.field_mappings.iter().any(|one| one.field.eq_ignore_ascii_case(&field.name))
    };
    let is_searched = |field: &&FieldFacts| {
        let text = matches!(field.field_type.as_str(), "string" | "email" | "phone");
        let part_of_name = !name.is_empty() && field.compound == name && field.field_type == "string";
        let kind = matches!(field.field_type.as_str(), "email" | "phone");
        text && field.filterable
            && (kind || field.name_field || field.identifies || part_of_name || is_mapped(field))
    };
    facts.fields.iter().filter(is_searched).collect()
}

/// The conditions under which a record is found for any of the terms.
pub(crate) fn conditions(terms: &[Term], fields: &[&FieldFacts]) -> Vec<String> {
    let pairs = terms.iter().flat_map(|term| fields.iter().map(move |field| (term, field)));
    let condition = |(term, field): (&Term, &&FieldFacts)| {
        let name = &field.name;
        Some(match term.comparison(field)? {
            Comparison::Equal => format!("{name} = {}", literal(&term.text)),
            Comparison::Begins => format!("{name} LIKE {}", pattern("", &term.text, "%")),
            Comparison::Phone => {
                let digits: Vec<String> = term.last_digits().chars().map(String::from).collect();
                format!("{name} LIKE '%{}%'", digits.join("%"))
            }
        })
    };
    pairs.filter_map(condition).collect()
}

/// Which term matched which field of a record, exact matches first, one reason a field.
pub(crate) fn reasons(terms: &[Term], fields: &[&FieldFacts], record: &Record) -> Vec<Reason> {
    let reason = |field: &&FieldFacts| {
        let value = record.get(&field.name).and_then(Value::as_str).filter(|value| !value.is_empty())?;
        let matches: Vec<bool> = terms.iter().filter_map(|term| term.matches(field, value)).collect();
        let exact = *matches.iter().max()?;
        Some(Reason { field: field.name.clone(), label: field.label.clone(), value: value.to_owned(), exact })
    };
    let mut reasons: Vec<Reason> = fields.iter().filter_map(reason).collect();
    reasons.sort_by_key(|reason| !reason.exact);
    reasons
}

impl Term {
    fn comparison(&self, field: &FieldFacts) -> Option<Comparison> {
        let is_email = self.text.contains('@');
        match field.field_type.as_str() {
            "email" => is_email.then_some(Comparison::Equal),
            "phone" => self.is_phone().then_some(Comparison::Phone),
            _ if field.identifies && !field.name_field => Some(Comparison::Equal),
            // An address is no name, and no name begins with one.
            _ if is_email => None,
            _ => Some(Comparison::Begins),
        }
    }

    fn is_phone(&self) -> bool {
        let separator = |c: char| c.is_ascii_digit() || "+-() ./".contains(c);
        self.digits.len() >= PHONE_DIGITS && self.text.chars().all(separator)
    }

    fn last_digits(&self) -> &str {
        &self.digits[self.digits.len().saturating_sub(PHONE_DIGITS)..]
    }

    /// Whether the field's value matches, and whether exactly.
    fn matches(&self, field: &FieldFacts, value: &str) -> Option<bool> {
        match self.comparison(field)? {
            Comparison::Equal => same(value, &self.text).then_some(true),
            Comparison::Begins => {
                let begins = value.to_lowercase().starts_with(&self.text.to_lowercase());
                // A part of a name is no whole name.
                begins.then(|| same(value, &self.text) && field.compound.is_empty())
            }
            Comparison::Phone => {
                let digits: String = value.chars().filter(char::is_ascii_digit).collect();
                digits.ends_with(self.last_digits()).then_some(true)
            }
        }
    }
}

/// As Salesforce compares texts: case does not count.
fn same(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn field(name: &str, field_type: &str) -> FieldFacts {
        FieldFacts {
            name: name.to_owned(),
            label: name.to_owned(),
            field_type: field_type.to_owned(),
            filterable: true,
            ..FieldFacts::default()
        }
    }

    fn contact() -> ObjectFacts {
        let name = FieldFacts { name_field: true, ..field("Name", "string") };
        let last = FieldFacts { compound: "Name".to_owned(), ..field("LastName", "string") };
        let number = FieldFacts { identifies: true, ..field("Customer__c", "string") };
        let fields = vec![
            name,
            last,
            number,
            field("Email", "email"),
            field("Phone", "phone"),
            field("Title", "string"),
        ];
        ObjectFacts { name: "Contact".to_owned(), fields, ..ObjectFacts::default() }
    }

    fn asked(values: &[&str]) -> Vec<String> {
        let values: Vec<String> = values.iter().map(|value| (*value).to_owned()).collect();
        let (facts, settings) = (contact(), ObjectSettings::default());
        conditions(&terms(&values), &searched(&facts, &settings))
    }

    #[test]
    fn each_value_is_looked_for_where_it_can_be() {
        assert_eq!(
            asked(&["ada@mail.example"]),
            ["Customer__c = 'ada@mail.example'", "Email = 'ada@mail.example'"]
        );
        assert_eq!(
            asked(&["O'Neil"]),
            [r"Name LIKE 'O\'Neil%'", r"LastName LIKE 'O\'Neil%'", r"Customer__c = 'O\'Neil'"]
        );
        assert_eq!(asked(&["+49 (30) 123-4567"]).last().unwrap(), "Phone LIKE '%1%2%3%4%5%6%7%'");
        assert_eq!(asked(&["x", " ", ""]), [""; 0]);
    }

    #[test]
    fn a_mapped_text_is_searched_as_well() {
        let mapping =
            domain::configuration::RecordMapping { field: "title".to_owned(), ..Default::default() };
        let settings = ObjectSettings { field_mappings: vec![mapping], ..ObjectSettings::default() };
        let facts = contact();
        assert!(searched(&facts, &settings).iter().any(|field| field.name == "Title"));
        assert!(!searched(&facts, &ObjectSettings::default()).iter().any(|field| field.name == "Title"));
    }

    #[test]
    fn the_reason_says_what_matched_and_how_well() {
        let facts = contact();
        let fields = searched(&facts, &ObjectSettings::default());
        let record = json!({"Id": "003", "Name": "Ada Quill", "LastName": "Quill", "Email": "Ada@Mail.example",
            "Phone": "030 / 123 45 67"});
        let record = record.as_object().unwrap();
        for (value, want) in [
            ("ada@mail.EXAMPLE", vec![("Email", true)]),
            ("ada quill", vec![("Name", true)]),
            ("Ada", vec![("Name", false)]),
            ("quill", vec![("LastName", false)]),
            ("+49 30 1234567", vec![("Phone", true)]),
            ("1234568", vec![]),
            ("somebody else", vec![]),
        ] {
            let found = reasons(&terms(&[value.to_owned()]), &fields, record);
            let found: Vec<_> = found.iter().map(|one| (one.field.as_str(), one.exact)).collect();
            assert_eq!(found, want, "{value}");
        }
    }
}
