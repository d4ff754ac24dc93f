//! Skills.

use super::{assert_rows, assert_rows_against_the_org, edit, problems, samples};
use crate::Code;
use serde_json::{Value, json};

#[test]
fn skills() {
    let bad = Code::ValueInvalid;
    let again = json!({ "skill": "1234", "objects": ["Case"] });
    assert_rows(&[
        ("/skills/0/skill", json!(""), "skills[0].skill", bad, &["number"]),
        ("/skills/0/skill", json!("Billing"), "skills[0].skill", bad, &["'Billing'", "1234"]),
        ("/skills/-", again, "skills[2].skill", Code::ListedTwice, &["skills[0]"]),
        (
            "/skills/1",
            json!({ "skill": "9", "objects": [] }),
            "skills[1].objects",
            bad,
            &["at least one object"],
        ),
        (
            "/skills/0/objects/-",
            json!("Lead"),
            "skills[0].objects[2]",
            Code::NotSelected,
            &["Lead", "select it"],
        ),
        ("/skills/0/objects/-", json!("case"), "skills[0].objects[2]", Code::ListedTwice, &["case"]),
        (
            "/skills/0/default_screen",
            json!({ "search": "Policy__c" }),
            "skills[0].default_screen.search",
            Code::NotSelected,
            &["Policy__c", "do not see"],
        ),
        (
            "/skills/0/default_screen",
            json!({ "create": "Lead" }),
            "skills[0].default_screen.create",
            Code::NotSelected,
            &["Lead"],
        ),
        (
            "/objects/0/allow_creation",
            json!(false),
            "skills[1].default_screen.create",
            Code::SettingUnfit,
            &["allow_creation on for Account"],
        ),
        (
            "/skills/0/search_values/-",
            json!("visitor email"),
            "skills[0].search_values[2]",
            Code::ListedTwice,
            &["search_values[0]"],
        ),
    ]);
    assert_rows_against_the_org(&[(
        "/skills/0/skill",
        json!("4321"),
        "skills[0].skill",
        Code::SkillMissing,
        &["4321", "(Billing)", "no longer"],
    )]);
}

#[test]
fn skills_are_not_compared_when_liveperson_was_not_asked() {
    let mut org = samples::facts();
    edit(&mut org, "/skills", &Value::Null);
    assert_eq!(problems(&samples::document(), Some(&org)), []);
}
