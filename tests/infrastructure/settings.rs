//! The environment variables of the template are those that the functions read.

use crate::template::{Template, root, said};
use std::collections::BTreeSet;

/// Read by the code and not set by the template.
const NOT_SET: [(&str, &str); 1] = [(
    "CHATLINK_RETRY_PAUSES_MS",
    "the ordinary pauses are right against the real services; only tests hurry",
)];

fn read_by_the_code() -> BTreeSet<String> {
    let source = std::fs::read_to_string(root().join("shared/bootstrap/src/settings.rs")).unwrap();
    let (source, _) = source.split_once("#[cfg(test)]").unwrap();
    let names = source.split("\"CHATLINK_").skip(1).filter_map(|rest| rest.split_once('"'));
    names.map(|(name, _)| format!("CHATLINK_{name}")).collect()
}

#[test]
fn the_template_sets_what_the_code_reads() {
    let template = Template::read();
    let set = template.at("/Globals/Function/Environment/Variables").as_object().unwrap();
    let mut set: BTreeSet<String> = set.keys().cloned().collect();
    for (name, _) in NOT_SET {
        assert!(set.insert(name.to_owned()), "{name} is set; take it out of the exceptions");
    }
    assert_eq!(set, read_by_the_code());
    for (id, function) in template.functions() {
        assert!(
            function.get("Environment").is_none(),
            "{id} has an environment of its own; all read the same"
        );
    }
}

#[test]
fn the_secrets_named_are_those_the_template_makes() {
    let template = Template::read();
    for (variable, secret) in [
        ("CHATLINK_API_SECRET", "ApiSecret"),
        ("CHATLINK_LIVEPERSON_SECRET", "LivePersonSecret"),
        ("CHATLINK_SALESFORCE_SECRET", "SalesforceSecret"),
        ("CHATLINK_SESSION_SECRET", "SessionSecret"),
    ] {
        let named = template.at(&format!("/Globals/Function/Environment/Variables/{variable}"));
        assert_eq!(said(named), said(&template.properties(secret)["Name"]));
    }
}
