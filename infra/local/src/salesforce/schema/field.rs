//! One field of an object: its type, its length, and who may set it.

use serde_json::Value;

/// The type of a field, with what belongs to it.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// The record id itself.
    Id,
    /// Text up to this many UTF-16 units.
    Text(u32),
    /// Text area, 255 units.
    TextArea,
    /// Long text area; neither filterable nor sortable.
    LongText(u32),
    /// E-mail address, 80 units.
    Email,
    /// Phone number, 40 units.
    Phone,
    /// Web address, 255 units.
    Url,
    /// Checkbox, never null.
    Checkbox,
    /// Whole number with this many digits.
    Int(u32),
    /// Number with this many digits in total and behind the point.
    Number(u32, u32),
    /// Amount of money, 18 digits of which 2 behind the point.
    Currency,
    /// Percentage, 3 digits.
    Percent,
    /// Day.
    Date,
    /// Instant, to the second.
    DateTime,
    /// One of these values; the flag restricts writers to them.
    Picklist(Vec<String>, bool),
    /// Several of these values, written with semicolons between them.
    MultiPicklist(Vec<String>),
    /// Lookup to one of these objects.
    Lookup(Vec<String>),
    /// Bytes, written as base64 and read as a path.
    Blob,
    /// Composite of the fields that begin with this text, read-only.
    Address(String),
}

/// A field as the schema knows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// API name, such as `Channel__c`.
    pub name: String,
    /// Label people read.
    pub label: String,
    /// Type and size.
    pub kind: Kind,
    /// Null is refused.
    pub required: bool,
    /// No two records share a value.
    pub unique: bool,
    /// Usable as an upsert key.
    pub external_id: bool,
    /// Usable as an upsert key although it is no external id, such as a contact's e-mail address.
    pub id_lookup: bool,
    /// Values that differ only in case are different.
    pub case_sensitive: bool,
    /// May be set on create.
    pub createable: bool,
    /// May be set on update.
    pub updateable: bool,
    /// The field that names the record.
    pub name_field: bool,
    /// Prefix and number of digits of an auto-number.
    pub auto_number: Option<(String, usize)>,
    /// Value of a record created without one.
    pub default: Option<Value>,
    /// The parent's name in queries and bodies, such as `Contact__r`.
    pub relationship: Option<String>,
    /// The name of the children seen from the parent, such as `LP_ChatTranscripts__r`.
    pub children: Option<String>,
    /// The compound field this one is part of.
    pub compound: Option<String>,
    /// The formula that computes it.
    pub formula: Option<String>,
    /// Picklist values whose label is another text, with that label.
    pub labels: Vec<(String, String)>,
    /// Records are found by it without looking at all of them.
    pub(crate) index: bool,
}

impl Field {
    /// A field anyone may set and nobody must.
    #[must_use]
    pub fn new(name: &str, label: &str, kind: Kind) -> Self {
        let relationship = match &kind {
            Kind::Lookup(_) if name.ends_with("__c") => Some(name.replace("__c", "__r")),
            Kind::Lookup(_) => name.strip_suffix("Id").map(str::to_owned),
            _ => None,
        };
        let default = (kind == Kind::Checkbox).then_some(Value::Bool(false));
        let read_only = matches!(kind, Kind::Address(_));
        Field {
            name: name.to_owned(),
            label: label.to_owned(),
            kind,
            required: false,
            unique: false,
            external_id: false,
            id_lookup: false,
            case_sensitive: false,
            createable: !read_only,
            updateable: !read_only,
            name_field: false,
            auto_number: None,
            default,
            relationship,
            children: None,
            compound: None,
            formula: None,
            labels: Vec::new(),
            index: false,
        }
    }

    /// Null is refused.
    #[must_use]
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Only the system sets it.
    #[must_use]
    pub fn read_only(mut self) -> Self {
        (self.createable, self.updateable) = (false, false);
        self
    }

    /// Set on create, then fixed.
    #[must_use]
    pub fn create_only(mut self) -> Self {
        self.updateable = false;
        self
    }

    /// External id, unique; `case_sensitive` says whether case tells values apart.
    #[must_use]
    pub fn external_id(mut self, case_sensitive: bool) -> Self {
        (self.external_id, self.unique, self.case_sensitive) = (true, true, case_sensitive);
        self
    }

    /// Usable as an upsert key without being unique.
    #[must_use]
    pub fn id_lookup(mut self) -> Self {
        self.id_lookup = true;
        self
    }

    /// The field that names the record.
    #[must_use]
    pub fn name_field(mut self) -> Self {
        self.name_field = true;
        self
    }

    /// Numbered by the org: `prefix` and at least `digits` digits.
    #[must_use]
    pub fn auto_number(mut self, prefix: &str, digits: usize) -> Self {
        self.auto_number = Some((prefix.to_owned(), digits));
        self.read_only()
    }

    /// Value of a record created without one.
    #[must_use]
    pub fn default_value(mut self, value: impl Into<Value>) -> Self {
        self.default = Some(value.into());
        self
    }

    /// The name of the children seen from the parent.
    #[must_use]
    pub fn children(mut self, name: &str) -> Self {
        self.children = Some(name.to_owned());
        self
    }

    /// Part of a compound field.
    #[must_use]
    pub fn part_of(mut self, compound: &str) -> Self {
        self.compound = Some(compound.to_owned());
        self
    }

    /// Computed by a formula; nobody sets it.
    #[must_use]
    pub fn calculated(mut self, formula: &str) -> Self {
        self.formula = Some(formula.to_owned());
        self.read_only()
    }

    /// Labels of picklist values that differ from the values.
    #[must_use]
    pub fn labels(mut self, labels: &[(&str, &str)]) -> Self {
        let owned = |&(value, label): &(&str, &str)| (value.to_owned(), label.to_owned());
        self.labels = labels.iter().map(owned).collect();
        self
    }

    /// Records are found by it without looking at all of them.
    pub(super) fn found_by(mut self) -> Self {
        self.index = true;
        self
    }

    /// Whether it is one of the customer's own.
    #[must_use]
    pub fn custom(&self) -> bool {
        self.name.ends_with("__c")
    }

    /// The most UTF-16 units a value may have; `None` where length means nothing.
    #[must_use]
    pub fn max_length(&self) -> Option<u32> {
        match self.kind {
            Kind::Text(length) | Kind::LongText(length) => Some(length),
            Kind::TextArea | Kind::Url | Kind::Picklist(..) => Some(255),
            Kind::MultiPicklist(_) => Some(4_099),
            Kind::Email => Some(80),
            Kind::Phone => Some(40),
            _ => None,
        }
    }

    /// The values of a picklist, in order.
    pub(crate) fn picklist(&self) -> &[String] {
        match &self.kind {
            Kind::Picklist(values, _) | Kind::MultiPicklist(values) => values,
            _ => &[],
        }
    }

    /// What people read for a picklist value.
    pub(crate) fn label_of<'a>(&'a self, value: &'a str) -> &'a str {
        self.labels.iter().find(|(known, _)| known == value).map_or(value, |(_, label)| label)
    }

    pub(crate) fn lookup_targets(&self) -> &[String] {
        match &self.kind {
            Kind::Lookup(targets) => targets,
            _ => &[],
        }
    }

    pub(crate) fn indexed(&self) -> bool {
        self.index || self.unique || self.external_id || self.id_lookup
    }

    pub(crate) fn filterable(&self) -> bool {
        !matches!(self.kind, Kind::LongText(_) | Kind::Blob | Kind::Address(_))
    }
}
