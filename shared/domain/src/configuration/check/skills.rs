//! What the agents of each skill see.

use super::{Found, Seen, objects};
use crate::{
    Code,
    configuration::{Configuration, Facts, ObjectSettings, Screen, SkillFacts, SkillSettings},
};

pub(super) fn check(configuration: &Configuration, facts: Option<&Facts>, found: &mut Found) {
    let known = facts.and_then(|facts| facts.skills.as_deref());
    let mut seen = Seen::default();
    for (n, skill) in configuration.skills.iter().enumerate() {
        let path = format!("skills[{n}]");
        check_id(&format!("{path}.skill"), n, skill, &mut seen, known, found);
        check_objects(&path, skill, configuration, found);
        check_screen(&path, skill, configuration, found);
        check_search_values(&path, skill, found);
    }
}

fn check_id(
    path: &str,
    place: usize,
    skill: &SkillSettings,
    seen: &mut Seen,
    known: Option<&[SkillFacts]>,
    found: &mut Found,
) {
    let id = &skill.skill;
    let digits = id.strip_prefix('-').unwrap_or(id);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        let sentence =
            format!("'{id}' is not the id of a LivePerson skill, which is a number; give one such as 1234");
        found.add(path, Code::ValueInvalid, sentence);
    } else if let Some(first) = seen.before(id, place) {
        let sentence = format!("skill {id} is there already, at skills[{first}]; take one of the two out");
        found.add(path, Code::ListedTwice, sentence);
    } else if known.is_some_and(|known| !known.iter().any(|one| one.skill == *id)) {
        let name = if skill.name.is_empty() { String::new() } else { format!(" ({})", skill.name) };
        let sentence = format!(
            "the LivePerson account no longer has a skill {id}{name}; take it out, or choose another"
        );
        found.add(path, Code::SkillMissing, sentence);
    }
}

fn check_objects(path: &str, skill: &SkillSettings, configuration: &Configuration, found: &mut Found) {
    if skill.objects.is_empty() {
        let sentence = "agents of this skill would see nothing; give at least one object";
        found.add(format!("{path}.objects"), Code::ValueInvalid, sentence);
    }
    let mut seen = Seen::default();
    for (n, object) in skill.objects.iter().enumerate() {
        let path = format!("{path}.objects[{n}]");
        if seen.before(object, n).is_some() {
            let sentence = format!("{object} is listed already; take one of the two out");
            found.add(path, Code::ListedTwice, sentence);
        } else if !configuration.objects.iter().any(|one| one.object.eq_ignore_ascii_case(object)) {
            let sentence =
                format!("{object} is not among the selected objects; select it, or take it out here");
            found.add(path, Code::NotSelected, sentence);
        }
    }
}

fn check_screen(path: &str, skill: &SkillSettings, configuration: &Configuration, found: &mut Found) {
    let Some((member, object)) = skill.default_screen.object() else { return };
    let path = format!("{path}.default_screen.{member}");
    if !skill.objects.iter().any(|one| one.eq_ignore_ascii_case(object)) {
        let sentence = format!(
            "the default screen is about {object}, which agents of this skill do not see; add it to the skill's objects, or choose another screen"
        );
        found.add(path, Code::NotSelected, sentence);
        return;
    }
    let selected = configuration.objects.iter().find(|one| one.object.eq_ignore_ascii_case(object));
    let forbidden = |one: &ObjectSettings| objects::creation_is_a_setting(object) && !one.allow_creation;
    if matches!(skill.default_screen, Screen::Create(_)) && selected.is_some_and(forbidden) {
        let sentence = format!(
            "agents may not create {object} records; turn allow_creation on for {object}, or choose another screen"
        );
        found.add(path, Code::SettingUnfit, sentence);
    }
}

fn check_search_values(path: &str, skill: &SkillSettings, found: &mut Found) {
    let mut seen = Seen::default();
    for (n, label) in skill.search_values.iter().enumerate() {
        if let Some(first) = seen.before(label, n) {
            let sentence =
                format!("'{label}' is there already, at search_values[{first}]; take one of the two out");
            found.add(format!("{path}.search_values[{n}]"), Code::ListedTwice, sentence);
        }
    }
}
