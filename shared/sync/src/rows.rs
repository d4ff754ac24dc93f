//! Rows without the fields that Salesforce does not take.

use serde_json::value::RawValue;
use std::collections::{BTreeMap, BTreeSet};

/// The members without these fields, or `None` when none of them is there.
pub(crate) fn without(members: &str, fields: &BTreeSet<String>) -> Option<String> {
    let object = format!("{{{members}}}");
    let mut kept: BTreeMap<&str, &RawValue> = serde_json::from_str(&object).ok()?;
    let before = kept.len();
    kept.retain(|name, _| !fields.iter().any(|field| field.eq_ignore_ascii_case(name)));
    if kept.len() == before {
        return None;
    }
    let json = serde_json::to_string(&kept).ok()?;
    Some(json[1..json.len() - 1].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_fields_named_go_and_values_stay_as_they_are() {
        let members = r#""Skill__c":"a,\"b\" }{","Color__c":null,"Size__c":1.50"#;
        let fields = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(
            without(members, &fields(&["color__C", "Other__c"])).as_deref(),
            Some(r#""Size__c":1.50,"Skill__c":"a,\"b\" }{""#)
        );
        assert_eq!(without(members, &fields(&["Other__c"])), None);
        assert_eq!(without(r#""Color__c":1"#, &fields(&["Color__c"])).as_deref(), Some(""));
    }
}
