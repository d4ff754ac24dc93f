//! What an org answers to whoever sets it up.

use serde::Deserialize;
use serde_json::{Map, Value};

/// The user whose token it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Installer {
    /// 15 or 18-character user id.
    pub user: String,
    /// User name, such as `ada@acme.example`.
    pub username: String,
    /// E-mail address; empty when the org keeps it to itself.
    pub email: String,
}

/// A field as describe gives it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FieldInOrg {
    /// API name.
    pub name: String,
    /// Such as `string`, `textarea` or `reference`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Most characters; zero for types without a length.
    pub length: u32,
    /// Digits in total; zero for types without.
    pub precision: u32,
    /// Digits behind the point.
    pub scale: u32,
    /// Usable as the key of an upsert.
    pub external_id: bool,
    /// No two records share a value.
    pub unique: bool,
    /// Values that differ only in case are different. What is not unique says nothing.
    pub case_sensitive: bool,
    /// May be empty.
    pub nillable: bool,
    /// The objects a lookup may point at.
    pub reference_to: Vec<String>,
}

/// A deployment as far as it has come.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Deployment {
    /// 18-character id.
    pub id: String,
    /// Such as `InProgress` or `Succeeded`.
    pub status: String,
    /// It has ended.
    pub done: bool,
    /// It has ended well.
    pub success: bool,
    /// What is wrong with the whole of it.
    pub error_message: Option<String>,
    /// Component by component, when it was asked for.
    #[serde(deserialize_with = "details")]
    pub details: Details,
}

/// What became of the components of a deployment.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Details {
    /// Those that were refused, or would be.
    pub component_failures: Vec<Failure>,
    /// The others.
    pub component_successes: Vec<Component>,
}

/// A component that was accepted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Component {
    /// Such as `CustomField`; empty for the package itself.
    #[serde(deserialize_with = "text")]
    pub component_type: String,
    /// Such as `Case.Mood__c`.
    pub full_name: String,
    /// It was not there before.
    pub created: bool,
    /// It is not what it was.
    pub changed: bool,
    /// It is not there any more.
    pub deleted: bool,
}

/// A component that was refused.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Failure {
    /// Such as `CustomField`; empty for the package itself.
    #[serde(deserialize_with = "text")]
    pub component_type: String,
    /// Such as `Case.Mood__c`.
    pub full_name: String,
    /// Path in the package.
    #[serde(deserialize_with = "text")]
    pub file_name: String,
    /// Salesforce's words.
    #[serde(deserialize_with = "text")]
    pub problem: String,
    /// `Error`, or `Warning` for what is no reason to refuse.
    #[serde(deserialize_with = "text")]
    pub problem_type: String,
}

fn text<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(Option::<String>::deserialize(deserializer)?.unwrap_or_default())
}

fn details<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Details, D::Error> {
    Ok(Option::<Details>::deserialize(deserializer)?.unwrap_or_default())
}

impl Deployment {
    /// What was refused, or would be, warnings aside.
    pub fn failures(&self) -> impl Iterator<Item = &Failure> {
        self.details.component_failures.iter().filter(|failure| failure.problem_type != "Warning")
    }

    /// What was or would be created, changed or deleted. The manifest itself is no component.
    pub fn effects(&self) -> impl Iterator<Item = &Component> {
        let touched = |one: &&Component| one.created || one.changed || one.deleted;
        let own = |one: &&Component| {
            !one.component_type.is_empty()
                && !["package.xml", "destructiveChanges.xml"].contains(&one.full_name.as_str())
        };
        self.details.component_successes.iter().filter(own).filter(touched)
    }
}

/// The answer to a request for a deployment, and to a look at it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DeployAnswer {
    pub(super) id: String,
    #[serde(default)]
    pub(super) deploy_result: Option<Deployment>,
}

/// What the API offers, of which only the caller's identity URL matters here.
#[derive(Deserialize)]
pub(super) struct Root {
    pub(super) identity: String,
}

#[derive(Deserialize)]
pub(super) struct Describe {
    pub(super) fields: Vec<FieldInOrg>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Page {
    pub(super) total_size: u64,
    pub(super) records: Vec<Map<String, Value>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_effect_is_no_effect_and_a_warning_is_no_failure() {
        let body = r#"{"id":"0Af1","status":"Succeeded","done":true,"success":true,"details":{
            "componentSuccesses":[
              {"componentType":"","fullName":"package.xml","changed":true,"created":false,"deleted":false},
              {"componentType":null,"fullName":"destructiveChanges.xml","changed":true},
              {"componentType":"CustomField","fullName":"X__c.A__c","changed":true,"created":true,"deleted":false},
              {"componentType":"CustomField","fullName":"X__c.B__c","changed":false,"created":false,"deleted":false}],
            "componentFailures":[
              {"componentType":"Layout","fullName":"L","problem":"No Layout named: L found","problemType":"Warning","fileName":null},
              {"componentType":"Report","fullName":"R","problem":"no such column","problemType":"Error"}]}}"#;
        let deployment: Deployment = serde_json::from_str(body).unwrap();
        let names: Vec<_> = deployment.effects().map(|one| one.full_name.as_str()).collect();
        assert_eq!(names, ["X__c.A__c"]);
        assert_eq!(deployment.failures().map(|one| one.full_name.as_str()).collect::<Vec<_>>(), ["R"]);
        let early: Deployment =
            serde_json::from_str(r#"{"id":"0Af1","status":"Pending","details":null}"#).unwrap();
        assert!(!early.done && early.effects().next().is_none());
    }
}
