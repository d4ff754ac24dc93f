//! What README says of the stack and of the tests.

use crate::template::{Template, root};
use std::fs;

fn readme() -> String {
    fs::read_to_string(root().join("README.md")).unwrap()
}

/// The rows of the section with that heading, as cells.
fn rows(heading: &str) -> Vec<Vec<String>> {
    let text = readme();
    let section = text.split(&format!("\n{heading}")).nth(1).unwrap_or_else(|| panic!("no {heading}"));
    let table = section.lines().skip_while(|line| !line.starts_with("| ---")).skip(1);
    table
        .take_while(|line| line.starts_with('|'))
        .map(|line| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect())
        .collect()
}

#[test]
fn what_a_stack_has_is_what_the_readme_counts() {
    let template = Template::read();
    for (words, kind) in [
        ("event bus", "AWS::Events::EventBus"),
        ("IAM roles", "AWS::IAM::Role"),
        ("alarms", "AWS::CloudWatch::Alarm"),
        ("schedule group", "AWS::Scheduler::ScheduleGroup"),
        ("HTTP API", "AWS::ApiGatewayV2::Api"),
    ] {
        let rows = rows("**Many customers.**");
        let row =
            rows.iter().find(|row| row[0].ends_with(words)).unwrap_or_else(|| panic!("no row of {words}"));
        let (count, _) = row[0].split_once(' ').unwrap();
        assert_eq!(count.parse(), Ok(template.of_type(kind).count()), "{words}");
    }
}

#[test]
fn the_tests_that_the_threat_model_names_exist() {
    let mut sources = String::new();
    let mut folders = ["shared", "functions", "infra", "tests"].map(|folder| root().join(folder)).to_vec();
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            let skipped = ["node_modules", "build"].iter().any(|name| path.ends_with(name));
            if path.is_dir() && !skipped {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                sources.push_str(&fs::read_to_string(path).unwrap());
            }
        }
    }
    let rows = rows("## Security");
    assert!(rows.len() > 8, "{rows:?}");
    for row in rows {
        let named: Vec<&str> = row[2].split('`').skip(1).step_by(2).collect();
        assert!(!named.is_empty(), "no test protects against {}", row[0]);
        for name in named.iter().filter(|name| !name.contains(' ')) {
            assert!(sources.contains(&format!("fn {name}(")), "no test {name}");
        }
    }
}
