//! The Salesforce objects agents work with in the widget.

use super::value::RecordValue;
use serde::{Deserialize, Serialize};

/// One selected object.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ObjectSettings {
    /// API name, such as `Case` or `Policy__c`.
    pub object: String,
    /// Whether agents may create records. Account and Contact only: the others have a create form anyway.
    #[serde(default)]
    pub allow_creation: bool,
    /// Whether the org's assignment rules choose the owner of a new record. Lead and Case only.
    #[serde(default)]
    pub use_assignment_rules: bool,
    /// Whether the agent decides about that for each record. Needs `use_assignment_rules`.
    #[serde(default)]
    pub let_user_decide: bool,
    /// Whether a new record must belong to an account. Case, Opportunity and custom objects only.
    #[serde(default)]
    pub account_mandatory: bool,
    /// Whether a new record must belong to a contact. Case and custom objects only.
    #[serde(default)]
    pub contact_mandatory: bool,
    /// API name of the lookup that is the account. Custom objects only.
    #[serde(default)]
    pub account_field: Option<String>,
    /// API name of the lookup that is the contact. Custom objects only.
    #[serde(default)]
    pub contact_field: Option<String>,
    /// The fields agents see, in order, and what fills them.
    #[serde(default)]
    pub field_mappings: Vec<RecordMapping>,
    /// What is listed below a record.
    #[serde(default)]
    pub related_lists: Vec<RelatedList>,
    /// What a found record must fulfil to be shown, all of it.
    #[serde(default)]
    pub search_filters: Vec<SearchFilter>,
}

/// A field of a record, and what fills it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RecordMapping {
    /// API name, such as `LastName`.
    pub field: String,
    /// What fills it when a record is created.
    #[serde(default)]
    pub value: RecordValue,
    /// Whether agents may change it.
    #[serde(default)]
    pub editability: Editability,
    /// Whether it is shown where records are listed.
    #[serde(default)]
    pub overview: bool,
    /// Whether a record cannot be saved without it.
    #[serde(default)]
    pub required: bool,
    /// What fills it when its value is absent.
    #[serde(default)]
    pub default: Option<String>,
}

/// Whether agents may change a field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Editability {
    /// Whenever they like.
    #[default]
    Editable,
    /// Never.
    ReadOnly,
    /// While the record is being created.
    OnCreateOnly,
}

/// A list below a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RelatedList {
    /// API name of the listed object.
    pub object: String,
    /// API name of its lookup to the record.
    pub field: String,
    /// API names of the listed object's fields that are shown.
    pub columns: Vec<String>,
    /// The order of its rows; `null` for Salesforce's own.
    #[serde(default)]
    pub sort: Option<Sort>,
    /// The most rows, 1 to 200.
    #[serde(default = "five")]
    #[cfg_attr(feature = "schema", schema(minimum = 1, maximum = 200))]
    pub rows: u16,
}

fn five() -> u16 {
    5
}

/// The order of a list's rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Sort {
    /// API name.
    pub field: String,
    /// Whether the largest and latest come first.
    #[serde(default)]
    pub descending: bool,
}

/// What a found record must fulfil.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SearchFilter {
    /// API name.
    pub field: String,
    /// How the field and the value compare.
    pub operator: FilterOperator,
    /// What it is compared with: `true` or `false`, a number, a day such as `2026-03-01`, an instant such as
    /// `2026-03-01T09:00:00Z`, an id, a text. Of several picklist values, joined with `;`.
    #[serde(default)]
    pub value: String,
}

/// How a field and a filter's value compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FilterOperator {
    /// The same.
    Equals,
    /// Another.
    NotEquals,
    /// Below it.
    LessThan,
    /// Above it.
    GreaterThan,
    /// Below it or the same.
    LessOrEqual,
    /// Above it or the same.
    GreaterOrEqual,
    /// Has the text somewhere.
    Contains,
    /// Has the text nowhere.
    DoesNotContain,
    /// Begins with the text.
    StartsWith,
    /// Has one of the picklist values.
    Includes,
    /// Has none of the picklist values.
    Excludes,
}

impl FilterOperator {
    /// As it stands in the document.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            FilterOperator::Equals => "equals",
            FilterOperator::NotEquals => "not_equals",
            FilterOperator::LessThan => "less_than",
            FilterOperator::GreaterThan => "greater_than",
            FilterOperator::LessOrEqual => "less_or_equal",
            FilterOperator::GreaterOrEqual => "greater_or_equal",
            FilterOperator::Contains => "contains",
            FilterOperator::DoesNotContain => "does_not_contain",
            FilterOperator::StartsWith => "starts_with",
            FilterOperator::Includes => "includes",
            FilterOperator::Excludes => "excludes",
        }
    }
}
