//! What describe said of an object, as the table keeps it: one item an object, for slices, checks and the console alike.

use domain::configuration::{ObjectFacts, SalesforceLogin};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// DynamoDB takes 400 KB an item; a larger description is asked for each time.
const LARGEST: usize = 380_000;

/// A description and when it was true.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Kept {
    /// Whose: another login may be another org's, or see other fields.
    pub(crate) login: SalesforceLogin,
    /// When Salesforce described it.
    pub(crate) described: Timestamp,
    /// When Salesforce last described it or said that nothing has changed.
    pub(crate) asked: Timestamp,
    /// What Salesforce is asked with whether it has changed.
    pub(crate) last_modified: Option<String>,
    pub(crate) object: ObjectFacts,
}

impl Kept {
    /// `None` when it is too large to be kept.
    pub(crate) fn to_json(&self) -> Option<String> {
        let mut value = serde_json::to_value(self).ok()?;
        strip(&mut value["object"]);
        Some(value.to_string()).filter(|json| json.len() <= LARGEST)
    }

    /// Reads back [`Kept::to_json`]; `None` for what an earlier version kept.
    pub(crate) fn from_json(json: &str) -> Option<Kept> {
        serde_json::from_str(json).ok()
    }
}

/// Takes out members that have the value they would have anyway: most of a description says no.
fn strip(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.values_mut().for_each(strip);
            members.retain(|_, member| !is_default(member));
        }
        Value::Array(elements) => elements.iter_mut().for_each(strip),
        _ => {}
    }
}

fn is_default(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Number(number) => number.as_u64() == Some(0),
        Value::String(text) => text.is_empty(),
        Value::Array(elements) => elements.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::configuration::{ChildRelationship, FieldFacts, LoginFlow};

    #[test]
    fn a_description_comes_back_as_it_was_and_takes_little_room() {
        let field = FieldFacts {
            name: "Mood__c".to_owned(),
            field_type: "picklist".to_owned(),
            createable: true,
            picklist: vec!["Calm".to_owned(), String::new()],
            ..FieldFacts::default()
        };
        let child = ChildRelationship {
            object: "Case".to_owned(),
            field: "AccountId".to_owned(),
            ..ChildRelationship::default()
        };
        let object = ObjectFacts {
            name: "Account".to_owned(),
            fields: vec![field],
            child_relationships: vec![child],
            ..ObjectFacts::default()
        };
        let at: Timestamp = "2026-03-01T09:00:00Z".parse().unwrap();
        let flow = LoginFlow::ClientCredentials { client_id: "app".to_owned() };
        let login_url = "https://acme.my.salesforce.com".to_owned();
        let login = SalesforceLogin { login_url, api_version: "v67.0".to_owned(), flow };
        let kept = Kept { login, described: at, asked: at, last_modified: None, object };
        let json = kept.to_json().unwrap();
        assert_eq!(Kept::from_json(&json), Some(kept.clone()));
        assert!(!json.contains("nillable") && json.contains(r#""picklist":["Calm",""]"#), "{json}");
        assert_eq!(Kept::from_json("[]"), None);

        let mut large = kept;
        large.object.fields[0].picklist = vec!["value".repeat(20); 4_000];
        assert_eq!(large.to_json(), None);
    }
}
