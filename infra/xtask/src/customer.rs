//! A customer's file: which stack, where, with which parameters.

use serde::Deserialize;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// A schedule's name is the stack's, `-resume-` and 24 characters, and may have 64.
const LONGEST_STACK: usize = 32;

/// One customer's stack.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Customer {
    /// Begins every name.
    pub(crate) stack: String,
    /// AWS region.
    pub(crate) region: String,
    /// A profile of the operator's AWS configuration.
    pub(crate) profile: Option<String>,
    /// The template's parameters.
    #[serde(default)]
    parameters: BTreeMap<String, Parameter>,
    /// On everything the stack has.
    #[serde(default)]
    tags: BTreeMap<String, String>,
}

/// A parameter's value.
#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "a parameter is a text or a whole number")]
enum Parameter {
    Text(String),
    Number(i64),
}

impl Customer {
    /// Reads `infra/customers/<name>.toml`, or the file of that path.
    pub(crate) fn read(root: &Path, name: &str) -> Result<Customer, String> {
        let file = match name.ends_with(".toml") {
            true => PathBuf::from(name),
            false => root.join("infra/customers").join(format!("{name}.toml")),
        };
        let wrong = |why: &str| format!("{}: {why}", file.display());
        let text = fs::read_to_string(&file).map_err(|error| {
            wrong(&format!("{error}; copy infra/customers/example.toml to it and fill it in"))
        })?;
        let customer: Customer = toml::from_str(&text).map_err(|error| wrong(&error.to_string()))?;
        customer.check().map_err(|why| wrong(&why))?;
        Ok(customer)
    }

    fn check(&self) -> Result<(), String> {
        let letters = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        let fits = self.stack.len() <= LONGEST_STACK && self.stack.bytes().all(letters);
        if !fits || !self.stack.starts_with(|first: char| first.is_ascii_alphabetic()) {
            return Err(format!(
                "stack: '{}' is no name for a stack: give 1 to {LONGEST_STACK} letters, digits and hyphens, a letter first",
                self.stack
            ));
        }
        Ok(())
    }

    /// The parameters as SAM takes them.
    pub(crate) fn parameters(&self) -> Vec<String> {
        let parameters = self.parameters.iter().map(|(name, value)| match value {
            Parameter::Text(text) => pair(name, text),
            Parameter::Number(number) => pair(name, &number.to_string()),
        });
        parameters.collect()
    }

    /// The tags as SAM takes them.
    pub(crate) fn tags(&self) -> Vec<String> {
        self.tags.iter().map(|(name, value)| pair(name, value)).collect()
    }

    /// Whether table and secrets go when the stack does.
    pub(crate) fn deletes_data(&self) -> bool {
        matches!(self.parameters.get("DataPolicy"), Some(Parameter::Text(policy)) if policy == "Delete")
    }
}

/// Values may hold spaces.
fn pair(name: &str, value: &str) -> String {
    format!("{name}=\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
    }

    #[test]
    fn the_example_names_parameters_that_the_template_has() {
        let example = Customer::read(&root(), "example").unwrap();
        let template = fs::read_to_string(root().join("infra/template.yaml")).unwrap();
        let (_, parameters) = template.split_once("\nParameters:\n").unwrap();
        let (parameters, _) = parameters.split_once("\nConditions:\n").unwrap();
        let (mut name, mut required) = ("", BTreeMap::new());
        for line in parameters.lines() {
            match line.strip_prefix("  ").filter(|rest| !rest.starts_with(' ')) {
                Some(next) => name = next.trim_end_matches(':'),
                None if line.trim_start().starts_with("Default:") => drop(required.insert(name, false)),
                None => drop(required.entry(name).or_insert(true)),
            }
        }
        for name in example.parameters.keys() {
            assert!(required.contains_key(name.as_str()), "the template has no parameter {name}");
        }
        for (name, _) in required.iter().filter(|(_, required)| **required) {
            assert!(
                example.parameters.contains_key(*name),
                "{name} has no default and is not in the example"
            );
        }
    }

    #[test]
    fn a_name_that_would_not_fit_is_refused() {
        for (stack, fits) in [("acme", true), ("a-1", true), ("", false), ("1a", false), ("a_b", false)] {
            let customer: Customer = toml::from_str(&format!("stack = '{stack}'\nregion = 'x'")).unwrap();
            assert_eq!(customer.check().is_ok(), fits, "{stack}");
        }
        let long = format!("stack = '{}'\nregion = 'x'", "a".repeat(33));
        assert!(toml::from_str::<Customer>(&long).unwrap().check().is_err());
    }

    #[test]
    fn values_keep_their_spaces() {
        let text =
            "stack = 'a'\nregion = 'x'\n[parameters]\nFrameAncestors = 'https://a https://b'\nLogDays = 7";
        let customer: Customer = toml::from_str(text).unwrap();
        assert_eq!(customer.parameters(), ["FrameAncestors=\"https://a https://b\"", "LogDays=\"7\""]);
    }
}
