//! What differs between two configurations, place by place.

use super::Configuration;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::HashSet;

/// The members by which the elements of a list are known, so that an element that moves is still the same.
const NAMES: [&str; 3] = ["object", "field", "skill"];

/// One place that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Change {
    /// The place, such as `objects[0].field_mappings[2].required`: after the change, or before it when what stood there
    /// is gone. A list whose order alone changed is one place, with the names of its elements.
    pub path: String,
    /// What stood there; `null` when nothing did.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schema(value_type = Value))]
    pub before: Value,
    /// What stands there now; `null` when nothing does.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schema(value_type = Value))]
    pub after: Value,
}

/// Everything that differs, in the order of the document. Empty when nothing does. Without `before`, the members of the
/// first configuration, each once.
#[must_use]
pub fn changes(before: Option<&Configuration>, after: &Configuration) -> Vec<Change> {
    let json = |configuration: &Configuration| serde_json::to_value(configuration).unwrap_or_default();
    let before = before.map_or_else(|| Value::Object(Map::new()), json);
    let mut found = Vec::new();
    if let (Value::Object(before), Value::Object(after)) = (&before, &json(after)) {
        for (name, after) in after {
            compare(name, before.get(name).unwrap_or(&Value::Null), after, &mut found);
        }
    }
    found
}

fn compare(path: &str, before: &Value, after: &Value, found: &mut Vec<Change>) {
    match (before, after) {
        _ if before == after => {}
        (Value::Object(before), Value::Object(after)) if before.keys().eq(after.keys()) => {
            for (name, after) in after {
                compare(&format!("{path}.{name}"), &before[name], after, found);
            }
        }
        (Value::Array(before), Value::Array(after)) => compare_lists(path, before, after, found),
        _ => found.push(change(path.to_owned(), before.clone(), after.clone())),
    }
}

fn change(path: String, before: Value, after: Value) -> Change {
    Change { path, before, after }
}

/// Lists of named elements element by element, other lists whole.
fn compare_lists(path: &str, before: &[Value], after: &[Value], found: &mut Vec<Change>) {
    let (Some(names_before), Some(names_after)) = (names(before), names(after)) else {
        found.push(change(path.to_owned(), before.into(), after.into()));
        return;
    };
    let was = |name: &String| names_before.iter().position(|other| other == name);
    for (n, _) in names_before.iter().enumerate().filter(|(_, name)| !names_after.contains(name)) {
        found.push(change(format!("{path}[{n}]"), before[n].clone(), Value::Null));
    }
    for (n, name) in names_after.iter().enumerate() {
        let place = format!("{path}[{n}]");
        match was(name) {
            Some(known) => compare(&place, &before[known], &after[n], found),
            None => found.push(change(place, Value::Null, after[n].clone())),
        }
    }
    let stayed = |names: &[String], others: &[String]| -> Vec<String> {
        names.iter().filter(|name| others.contains(name)).cloned().collect()
    };
    let orders = (stayed(&names_before, &names_after), stayed(&names_after, &names_before));
    if orders.0 != orders.1 {
        found.push(change(path.to_owned(), names_before.into(), names_after.into()));
    }
}

/// What each element is called, when each has a name of its own.
fn names(list: &[Value]) -> Option<Vec<String>> {
    let name = |element: &Value| {
        let parts: Vec<&str> = NAMES.iter().filter_map(|member| element.get(member)?.as_str()).collect();
        (!parts.is_empty()).then(|| parts.join("."))
    };
    let names: Vec<String> = list.iter().map(name).collect::<Option<_>>()?;
    let distinct: HashSet<&String> = names.iter().collect();
    (distinct.len() == names.len()).then_some(names)
}
