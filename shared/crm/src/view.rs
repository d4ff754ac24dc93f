//! What the page is told, as it goes over the wire.

use serde::Serialize;
use serde_json::Value;

/// A record in a list of found ones.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Row {
    /// API name.
    pub object: String,
    /// The object as people see it.
    pub label: String,
    /// 18-character record id.
    pub id: String,
    /// What people know it by.
    pub name: String,
    /// Where people see all of it.
    pub url: String,
    /// Which searched value matched which field; none for a record that is shown for the sake of another.
    pub reasons: Vec<Reason>,
    /// The first five fields marked for the overview.
    pub overview: Vec<Cell>,
    /// Whether it is an account that is a person.
    pub person_account: bool,
    /// The lead it was converted from, when it was found by that.
    pub converted_from: Option<String>,
    /// Whether the conversation is linked to it.
    pub linked: bool,
    /// An account's contacts.
    pub children: Vec<Row>,
}

/// Why a record was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// API name.
    pub field: String,
    /// The field as people see it.
    pub label: String,
    /// What the record has there.
    pub value: String,
    /// Whether that is the searched value, not only its beginning.
    #[serde(skip)]
    pub exact: bool,
}

/// One field of a record.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Cell {
    /// API name.
    pub field: String,
    /// As people see it.
    pub label: String,
    /// Describe's type, such as `string`.
    #[serde(rename = "type")]
    pub field_type: String,
    /// As Salesforce has it.
    pub value: Value,
    /// As people read it; dates and times are written in the agent's zone by the page.
    pub display: String,
    /// The record a lookup points to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<Named>,
}

/// A record by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Named {
    /// API name.
    pub object: String,
    /// The object as people see it.
    pub label: String,
    /// 18-character record id.
    pub id: String,
    /// What people know it by.
    pub name: String,
    /// Where people see all of it.
    pub url: String,
}

/// What a search found.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Found {
    /// Best match first; always in the same order.
    pub rows: Vec<Row>,
    /// There are more than these.
    pub more: bool,
    /// The only record that matches a value exactly, if there is just one.
    pub exact: Option<RecordRef>,
}

/// A record by object and id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RecordRef {
    /// API name.
    pub object: String,
    /// 18-character record id.
    pub id: String,
}

/// A record's page.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RecordPage {
    /// The record.
    #[serde(flatten)]
    pub record: Named,
    /// When anybody last changed it; an RFC 3339 instant.
    pub last_modified: Option<String>,
    /// Whether the agent may change it.
    pub may_edit: bool,
    /// Whether the conversation is linked to it.
    pub linked: bool,
    /// The configured fields, in order.
    pub fields: Vec<Cell>,
    /// The configured lists, in order.
    pub related_lists: Vec<RelatedRows>,
    /// What can be created with this record as a parent.
    pub create: Vec<CreateAction>,
}

/// A list below a record.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RelatedRows {
    /// API name of the listed object.
    pub object: String,
    /// As people see several of it.
    pub label: String,
    /// API name of its lookup to the record.
    pub field: String,
    /// The first four columns.
    pub columns: Vec<Column>,
    /// In the configured order.
    pub rows: Vec<RelatedRow>,
    /// There are more than these.
    pub more: bool,
}

/// A column of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Column {
    /// API name.
    pub field: String,
    /// As people see it.
    pub label: String,
    /// Describe's type.
    #[serde(rename = "type")]
    pub field_type: String,
}

/// A record of a list.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RelatedRow {
    /// 18-character record id.
    pub id: String,
    /// What people know it by.
    pub name: String,
    /// Where people see all of it.
    pub url: String,
    /// One per column.
    pub cells: Vec<Cell>,
}

/// What can be created, with whom as parents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CreateAction {
    /// API name.
    pub object: String,
    /// As people see it.
    pub label: String,
    /// Filled in.
    pub parents: Parents,
}

/// The account and contact a record belongs to, by id.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Parents {
    /// Account id.
    pub account: Option<String>,
    /// Contact id.
    pub contact: Option<String>,
}

/// A form for a new record or one that is there.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Form {
    /// API name.
    pub object: String,
    /// As people see it.
    pub label: String,
    /// The record, when it is there.
    pub id: Option<String>,
    /// The record types to choose from, when there are several.
    pub record_types: Vec<RecordType>,
    /// The one this form is for.
    pub record_type: Option<String>,
    /// In order.
    pub fields: Vec<FormField>,
    /// Whether assignment rules choose the owner.
    pub assignment_rule: Option<AssignmentRule>,
    /// When anybody last changed the record; an RFC 3339 instant.
    pub last_modified: Option<String>,
    /// Whether the conversation can be linked to it.
    pub may_link: bool,
    /// `account`, `contact`: those a new record must belong to.
    pub mandatory: Vec<&'static str>,
}

/// A record type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RecordType {
    /// 18-character id.
    pub id: String,
    /// As people see it.
    pub name: String,
}

/// Whether assignment rules choose the owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct AssignmentRule {
    /// What it begins with.
    #[serde(rename = "use")]
    pub uses: bool,
    /// Whether the agent decides.
    pub may_choose: bool,
}

/// One field of a form.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FormField {
    /// API name.
    pub field: String,
    /// As people see it.
    pub label: String,
    /// Describe's type.
    #[serde(rename = "type")]
    pub field_type: String,
    /// What it begins with, as Salesforce takes it.
    pub value: Value,
    /// The same as people read it.
    pub display: String,
    /// Whether it cannot stay empty.
    pub required: bool,
    /// Whether the agent may change it.
    pub editable: bool,
    /// The most characters, zero for types without.
    pub length: u32,
    /// Digits after the point.
    pub scale: u32,
    /// What can be chosen.
    pub picklist: Vec<Choice>,
    /// What a lookup can point to.
    pub reference_to: Vec<String>,
    /// What the org says of it.
    pub help: Option<String>,
}

/// A value of a picklist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// As Salesforce has it.
    pub value: String,
    /// As people see it.
    pub label: String,
}

/// A record a lookup can point to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Candidate {
    /// API name.
    pub object: String,
    /// 18-character record id.
    pub id: String,
    /// What people know it by.
    pub name: String,
    /// What tells it from others of that name.
    pub detail: String,
}

/// The conversation's Chat Transcript record.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct TranscriptState {
    /// 18-character record id, once there is one.
    pub record: Option<String>,
    /// Where people see it.
    pub url: Option<String>,
    /// `waiting`, `open` or `synced`.
    pub state: &'static str,
    /// When the sync last wrote it; an RFC 3339 instant.
    pub last_synced: Option<String>,
    /// Whether it may be synced now.
    pub may_sync: bool,
}

/// One object as the page offers it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OfferedObject {
    /// API name.
    pub object: String,
    /// As people see it.
    pub label: String,
    /// As people see several of it.
    pub label_plural: String,
    /// Whether it is one of the org's own.
    pub custom: bool,
    /// Whether the agent may create records.
    pub may_create: bool,
    /// Whether conversations can be linked to records.
    pub may_link: bool,
}

/// A value of the conversation to search for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SearchValue {
    /// The predefined parameter.
    pub label: String,
    /// What the conversation has there.
    pub value: String,
}
