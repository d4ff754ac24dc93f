//! What the agents of each LivePerson skill see.

use serde::{Deserialize, Serialize};

/// What the agents of one skill see.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SkillSettings {
    /// LivePerson's id of the skill, digits.
    pub skill: String,
    /// Its name at LivePerson, for people who read the document.
    #[serde(default)]
    pub name: String,
    /// API names of the objects, all selected in `objects`, in the order agents see them.
    pub objects: Vec<String>,
    /// What the widget opens with.
    #[serde(default)]
    pub default_screen: Screen,
    /// Labels of the predefined parameters whose values the first search looks for, in order.
    #[serde(default)]
    pub search_values: Vec<String>,
    /// Whether records open in the Salesforce service console.
    #[serde(default)]
    pub service_console: bool,
}

/// What the widget opens with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Screen {
    /// The search for people.
    #[default]
    PeopleSearch,
    /// The search for records of that object.
    Search(String),
    /// The form of a new record of that object.
    Create(String),
}

impl Screen {
    /// The object it is about, with the member that names it.
    #[must_use]
    pub fn object(&self) -> Option<(&'static str, &str)> {
        match self {
            Screen::PeopleSearch => None,
            Screen::Search(object) => Some(("search", object)),
            Screen::Create(object) => Some(("create", object)),
        }
    }
}
