//! The selected objects and their settings.

use super::{Found, Seen, lists, mappings, text};
use crate::{
    Code,
    configuration::{Facts, ObjectFacts, ObjectSettings, TRANSCRIPT_OBJECT},
};

/// What decides which settings an object takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Account,
    Contact,
    Lead,
    Case,
    Opportunity,
    Custom,
    Other,
}

impl Kind {
    fn of(object: &str) -> Kind {
        let standard = [
            ("Account", Kind::Account),
            ("Contact", Kind::Contact),
            ("Lead", Kind::Lead),
            ("Case", Kind::Case),
            ("Opportunity", Kind::Opportunity),
        ];
        let known = standard.into_iter().find(|(name, _)| name.eq_ignore_ascii_case(object));
        match known {
            Some((_, kind)) => kind,
            None if object.to_ascii_lowercase().ends_with("__c") => Kind::Custom,
            None => Kind::Other,
        }
    }
}

/// Whether agents may create such records only when the settings say so.
pub(super) fn creation_is_a_setting(object: &str) -> bool {
    matches!(Kind::of(object), Kind::Account | Kind::Contact)
}

pub(super) fn check(objects: &[ObjectSettings], facts: Option<&Facts>, found: &mut Found) {
    let mut seen = Seen::default();
    for (n, settings) in objects.iter().enumerate() {
        let path = format!("objects[{n}]");
        let object = &settings.object;
        let name_path = format!("{path}.object");
        let known = facts.map(|facts| facts.object(object));
        if !text::is_api_name(object) {
            found.add(name_path, Code::ValueInvalid, text::no_api_name(object, "object"));
        } else if let Some(first) = seen.before(object, n) {
            let sentence =
                format!("{object} is selected already, at objects[{first}]; take one of the two out");
            found.add(name_path, Code::ListedTwice, sentence);
        } else if object.eq_ignore_ascii_case(TRANSCRIPT_OBJECT) {
            let sentence =
                format!("{object} is what the sync writes; agents see it by itself, so take it out here");
            found.add(name_path, Code::SettingUnfit, sentence);
        } else if known == Some(None) {
            found.add(name_path, Code::ObjectMissing, object_missing(object));
        }
        let known = known.flatten();
        check_settings(&path, settings, known, found);
        check_lookup(
            &path,
            "account_field",
            "Account",
            settings.account_field.as_deref(),
            settings,
            known,
            found,
        );
        check_lookup(
            &path,
            "contact_field",
            "Contact",
            settings.contact_field.as_deref(),
            settings,
            known,
            found,
        );
        mappings::check(&path, settings, known, found);
        lists::check_related(&path, settings, facts, found);
        lists::check_filters(&path, settings, known, found);
    }
}

pub(super) fn object_missing(object: &str) -> String {
    format!(
        "the org no longer has an object {object}, or the sync user may not see it; grant it in the permission set, or take it out"
    )
}

/// Settings that do not belong to this kind of object, or that contradict each other.
fn check_settings(path: &str, settings: &ObjectSettings, known: Option<&ObjectFacts>, found: &mut Found) {
    let object = &settings.object;
    let kind = Kind::of(object);
    let assigned = matches!(kind, Kind::Lead | Kind::Case);
    let rows = [
        ("allow_creation", settings.allow_creation, creation_is_a_setting(object), "Account and Contact"),
        ("use_assignment_rules", settings.use_assignment_rules, assigned, "Lead and Case"),
        ("let_user_decide", settings.let_user_decide, assigned, "Lead and Case"),
        (
            "account_mandatory",
            settings.account_mandatory,
            matches!(kind, Kind::Case | Kind::Opportunity | Kind::Custom),
            "Case, Opportunity and custom objects",
        ),
        (
            "contact_mandatory",
            settings.contact_mandatory,
            matches!(kind, Kind::Case | Kind::Custom),
            "Case and custom objects",
        ),
        ("account_field", settings.account_field.is_some(), kind == Kind::Custom, "custom objects"),
        ("contact_field", settings.contact_field.is_some(), kind == Kind::Custom, "custom objects"),
    ];
    for (member, _, _, owners) in rows.iter().filter(|(_, given, belongs, _)| *given && !belongs) {
        let sentence = format!("{member} is a setting of {owners}, and this is {object}; take it out");
        found.add(format!("{path}.{member}"), Code::SettingUnfit, sentence);
    }
    if settings.let_user_decide && assigned && !settings.use_assignment_rules {
        let sentence = "there is nothing for agents to decide while use_assignment_rules is off; turn it on, or this off";
        found.add(format!("{path}.let_user_decide"), Code::SettingUnfit, sentence);
    }
    if settings.allow_creation
        && creation_is_a_setting(object)
        && known.is_some_and(|known| !known.createable)
    {
        let sentence = format!(
            "the org does not permit to create {object} records; turn allow_creation off, or grant it in the permission set"
        );
        found.add(format!("{path}.allow_creation"), Code::NotPermitted, sentence);
    }
}

/// The lookup of a custom object to an account or contact.
fn check_lookup(
    path: &str,
    member: &str,
    parent: &str,
    field: Option<&str>,
    settings: &ObjectSettings,
    known: Option<&ObjectFacts>,
    found: &mut Found,
) {
    if Kind::of(&settings.object) != Kind::Custom {
        return;
    }
    let (object, path) = (&settings.object, format!("{path}.{member}"));
    let mandatory = if parent == "Account" { settings.account_mandatory } else { settings.contact_mandatory };
    match field {
        None if mandatory => {
            let sentence = format!(
                "an {} is mandatory, and nothing says which lookup of {object} it is; give its API name, or turn {}_mandatory off",
                parent.to_ascii_lowercase(),
                parent.to_ascii_lowercase()
            );
            found.add(path, Code::SettingUnfit, sentence.replace("an contact", "a contact"));
        }
        None => {}
        Some(field) if !text::is_api_name(field) => {
            found.add(path, Code::ValueInvalid, text::no_api_name(field, "field"));
        }
        Some(field) => {
            let Some(known) = known else { return };
            match known.field(field) {
                None => found.add(path, Code::ReferenceMissing, lists::field_missing(object, field)),
                Some(lookup) if !lookup.reference_to.iter().any(|to| to.eq_ignore_ascii_case(parent)) => {
                    let sentence = format!("{object}.{field} is no lookup to {parent}; choose one that is");
                    found.add(path, Code::FieldUnfit, sentence);
                }
                Some(_) => {}
            }
        }
    }
}
