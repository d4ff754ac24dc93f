//! What Salesforce's describe and LivePerson say, as far as a configuration depends on it.

use serde::{Deserialize, Serialize};

/// What the org and the account have. A caller asks for all of [`super::Configuration::named_objects`]: an object that is
/// not here is one the org does not have, or does not show to the sync user.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Facts {
    /// Objects by describe.
    pub objects: Vec<ObjectFacts>,
    /// The account's skills; `None` when LivePerson was not asked, and then skills are not compared.
    pub skills: Option<Vec<SkillFacts>>,
}

impl Facts {
    /// The object of that API name, in any case.
    #[must_use]
    pub fn object(&self, name: &str) -> Option<&ObjectFacts> {
        self.objects.iter().find(|object| object.name.eq_ignore_ascii_case(name))
    }
}

/// An object.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ObjectFacts {
    /// API name.
    pub name: String,
    /// As people see it.
    pub label: String,
    /// As people see several of it.
    pub label_plural: String,
    /// The first three characters of its records' ids.
    pub key_prefix: String,
    /// Whether it is one of the org's own.
    pub custom: bool,
    /// Whether the user may create records.
    pub createable: bool,
    /// Whether the user may change records.
    pub updateable: bool,
    /// Its fields.
    pub fields: Vec<FieldFacts>,
    /// The record types the user may choose from, the master aside.
    pub record_types: Vec<RecordTypeFacts>,
    /// The lookups of other objects to it.
    pub child_relationships: Vec<ChildRelationship>,
}

impl ObjectFacts {
    /// The field of that API name, in any case.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&FieldFacts> {
        self.fields.iter().find(|field| field.name.eq_ignore_ascii_case(name))
    }

    /// The field people know its records by.
    #[must_use]
    pub fn name_field(&self) -> Option<&FieldFacts> {
        self.fields.iter().find(|field| field.name_field)
    }
}

/// A field.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FieldFacts {
    /// API name.
    pub name: String,
    /// As people see it.
    pub label: String,
    /// Describe's `type`, such as `string`, `picklist`, `reference`.
    #[serde(rename = "type")]
    pub field_type: String,
    /// The most characters of a text; zero for other types.
    pub length: u32,
    /// Digits in all of a number; zero for other types, and for `int`.
    pub precision: u32,
    /// Digits of a number after the point.
    pub scale: u32,
    /// May be set on create.
    pub createable: bool,
    /// May be set on update.
    pub updateable: bool,
    /// May be empty.
    pub nillable: bool,
    /// May stand in a query's condition.
    pub filterable: bool,
    /// May decide a query's order.
    pub sortable: bool,
    /// The objects a lookup points to.
    pub reference_to: Vec<String>,
    /// What the looked-up record is called in a query, such as `Account` for `AccountId`.
    pub relationship: String,
    /// The active values of a picklist.
    pub picklist: Vec<String>,
    /// Those values as people see them, in the same order; empty when no value reads otherwise.
    pub picklist_labels: Vec<String>,
    /// The picklist's value that a new record gets when nobody chooses; empty when there is none.
    pub picklist_default: String,
    /// Whether Salesforce refuses any other value.
    pub restricted: bool,
    /// Whether people know records by it.
    pub name_field: bool,
    /// Whether it tells a record from all others: an external id, or what Salesforce looks records up by.
    pub identifies: bool,
    /// Whether Salesforce fills it when a new record says nothing.
    pub defaulted_on_create: bool,
    /// The field it is a part of, such as `Name` for `LastName`.
    pub compound: String,
    /// What the org tells people about it.
    pub help: String,
}

impl FieldFacts {
    /// Whether no record can be without it.
    #[must_use]
    pub fn is_mandatory(&self) -> bool {
        self.createable && !self.nillable && !self.defaulted_on_create && self.field_type != "boolean"
    }
}

/// A record type.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RecordTypeFacts {
    /// 18-character id.
    pub id: String,
    /// As people see it.
    pub name: String,
    /// Whether a new record gets it when nobody chooses.
    pub default: bool,
}

/// A lookup of another object.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ChildRelationship {
    /// API name of the object that has the lookup.
    pub object: String,
    /// API name of the lookup.
    pub field: String,
    /// What the records are called in a query of the one they point to, such as `Contacts`; empty when they have no name.
    pub relationship: String,
}

/// A skill of the LivePerson account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SkillFacts {
    /// LivePerson's id.
    pub skill: String,
    /// As people see it.
    pub name: String,
}
