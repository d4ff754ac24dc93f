//! No tool checks schedule expressions and zones, so those that stand in the template go through our own validator. None
//! does today: the console puts the schedules. Whoever adds one is checked.

use crate::template::Template;
use domain::schedule::{check_expression, check_zone};

/// What is wrong with the template's schedules.
fn problems(template: &Template) -> Vec<String> {
    let mut problems = Vec::new();
    for name in ["ScheduleExpression", "Schedule"] {
        for expression in template.members(name).into_iter().filter_map(|one| one.as_str()) {
            problems.extend(check_expression(expression).err().map(|error| error.to_string()));
        }
    }
    for name in ["ScheduleExpressionTimezone", "Timezone"] {
        for zone in template.members(name).into_iter().filter_map(|one| one.as_str()) {
            problems.extend(check_zone(zone).err().map(|error| error.to_string()));
        }
    }
    problems
}

#[test]
fn the_templates_schedules_are_right() {
    assert_eq!(problems(&Template::read()), Vec::<String>::new());
}

#[test]
fn a_wrong_schedule_would_be_found() {
    let planted = |expression: &str, zone: &str| {
        Template::parse(&format!(
            "Resources:\n  A:\n    Properties:\n      ScheduleExpression: '{expression}'\n      ScheduleExpressionTimezone: {zone}\n"
        ))
    };
    assert_eq!(problems(&planted("cron(0 2 * * ? *)", "Europe/Berlin")), Vec::<String>::new());
    assert_eq!(problems(&planted("crn(0 2 * * ? *)", "Mars/Base")).len(), 2);
}
