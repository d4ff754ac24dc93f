//! Reads the template: YAML with CloudFormation's short forms, as the JSON they stand for.

use serde_json::{Map, Value, json};
use serde_yaml_ng::Value as Yaml;
use std::path::{Path, PathBuf};

/// The workspace's folder.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The template.
pub(crate) struct Template(Value);

impl Template {
    pub(crate) fn read() -> Template {
        Template::parse(&std::fs::read_to_string(root().join("infra/template.yaml")).unwrap())
    }

    pub(crate) fn parse(text: &str) -> Template {
        Template(json_of(serde_yaml_ng::from_str(text).unwrap()))
    }

    /// A place, such as `/Globals/Function`.
    pub(crate) fn at(&self, place: &str) -> &Value {
        self.0.pointer(place).unwrap_or_else(|| panic!("the template has no {place}"))
    }

    /// Logical id and whole definition of every resource.
    pub(crate) fn resources(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.at("/Resources").as_object().unwrap().iter().map(|(id, resource)| (id.as_str(), resource))
    }

    /// Logical id and properties of every resource of that type.
    pub(crate) fn of_type<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = (&'a str, &'a Value)> {
        self.resources()
            .filter(move |(_, resource)| resource["Type"] == kind)
            .map(|(id, resource)| (id, &resource["Properties"]))
    }

    /// The properties of one resource.
    pub(crate) fn properties(&self, id: &str) -> &Value {
        self.at(&format!("/Resources/{id}/Properties"))
    }

    /// Logical id and properties of the six functions.
    pub(crate) fn functions(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.of_type("AWS::Serverless::Function")
    }

    /// Every member of that name, wherever it stands.
    pub(crate) fn members<'a>(&'a self, name: &str) -> Vec<&'a Value> {
        let mut found = Vec::new();
        collect(&self.0, name, &mut found);
        found
    }
}

fn collect<'a>(value: &'a Value, name: &str, found: &mut Vec<&'a Value>) {
    match value {
        Value::Object(members) => {
            found.extend(members.get(name));
            members.values().for_each(|member| collect(member, name, found));
        }
        Value::Array(values) => values.iter().for_each(|value| collect(value, name, found)),
        _ => {}
    }
}

fn json_of(yaml: Yaml) -> Value {
    match yaml {
        Yaml::Tagged(tagged) => {
            let tag = tagged.tag.to_string();
            let value = json_of(tagged.value);
            match (tag.trim_start_matches('!'), value) {
                (plain @ ("Ref" | "Condition"), value) => {
                    Value::Object(Map::from_iter([(plain.to_owned(), value)]))
                }
                ("GetAtt", Value::String(path)) => {
                    let (resource, attribute) = path.split_once('.').unwrap();
                    json!({ "Fn::GetAtt": [resource, attribute] })
                }
                (function, value) => Value::Object(Map::from_iter([(format!("Fn::{function}"), value)])),
            }
        }
        Yaml::Mapping(members) => members
            .into_iter()
            .map(|(key, value)| (key.as_str().unwrap().to_owned(), json_of(value)))
            .collect::<Map<_, _>>()
            .into(),
        Yaml::Sequence(values) => values.into_iter().map(json_of).collect(),
        Yaml::String(text) => text.into(),
        Yaml::Bool(flag) => flag.into(),
        Yaml::Number(number) => serde_json::from_str(&number.to_string()).unwrap(),
        Yaml::Null => Value::Null,
    }
}

/// What a value names, in the template's own short words: `Ref Table`, `Table.Arn`, `arn:…/${AWS::StackName}-daily`.
pub(crate) fn said(value: &Value) -> String {
    let (Some(reference), _) = (value.get("Ref"), ()) else {
        return match (value.get("Fn::GetAtt"), value.get("Fn::Sub"), value) {
            (Some(path), _, _) => format!("{}.{}", path[0].as_str().unwrap(), path[1].as_str().unwrap()),
            (_, Some(text), _) => text.as_str().unwrap().to_owned(),
            (_, _, Value::String(text)) => text.clone(),
            _ => value.to_string(),
        };
    };
    format!("Ref {}", reference.as_str().unwrap())
}

/// One value, or every value of a list.
pub(crate) fn each(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(values) => values.iter().collect(),
        Value::Null => Vec::new(),
        one => vec![one],
    }
}

#[test]
fn short_forms_are_read_as_what_they_stand_for() {
    let text =
        "Resources:\n  A:\n    B: !GetAtt Queue.Arn\n    C: !Sub '${D}-e'\n    F: !If [G, !Ref H, 7]\n";
    let template = Template::parse(text);
    let want = json!({
        "B": { "Fn::GetAtt": ["Queue", "Arn"] }, "C": { "Fn::Sub": "${D}-e" }, "F": { "Fn::If": ["G", { "Ref": "H" }, 7] },
    });
    assert_eq!(template.at("/Resources/A"), &want);
    assert_eq!(said(&want["B"]), "Queue.Arn");
    assert_eq!(template.members("Ref"), [&json!("H")]);
}
