//! The same record by usual means: a tree of every conversation, looked up 55 times.
//!
//! They do less than we do: no absent values, no other spellings, no newest event, no markup taken out of messages.

use domain::Channel;
use serde_json::{Map, Value, json};
use serde_json_path::JsonPath;
use std::{fs, process::Command};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/peers/peer.mjs");

/// One step into a record.
enum Step {
    Member(String),
    /// The first element that has this member with this text.
    Filter(String, String),
    /// The first element.
    First,
}

/// Where everything lies, in each peer's own terms.
pub(crate) struct Plan {
    paths: Vec<Vec<Step>>,
    queries: Vec<JsonPath>,
    lines: &'static [&'static str],
    /// Of a line: when, who, what.
    parts: [&'static [&'static str]; 3],
}

impl Plan {
    /// The addresses, for records like the sample.
    pub(crate) fn new<'a>(channel: Channel, addresses: impl Iterator<Item = &'a str>, sample: &str) -> Plan {
        let sample: Value = serde_json::from_str(sample).unwrap();
        let paths: Vec<_> = addresses.map(|address| steps(address, &sample)).collect();
        let queries = paths.iter().map(|steps| JsonPath::parse(&query_of(steps)).unwrap()).collect();
        let (lines, parts): (&[&str], [&[&str]; 3]) = match channel {
            Channel::Chat => (&["transcript", "lines"], [&["time"], &["by"], &["text"]]),
            Channel::Messaging => {
                (&["messageRecords"], [&["time"], &["sentBy"], &["messageData", "msg", "text"]])
            }
        };
        Plan { paths, queries, lines, parts }
    }

    /// A plain walk over a tree.
    pub(crate) fn walk(&self, record: &str) -> String {
        let tree: Value = serde_json::from_str(record).unwrap();
        self.record(&tree, self.paths.iter().map(|steps| walk(&tree, steps)))
    }

    /// JSONPath over a tree.
    pub(crate) fn query(&self, record: &str) -> String {
        let tree: Value = serde_json::from_str(record).unwrap();
        self.record(&tree, self.queries.iter().map(|query| query.query(&tree).first()))
    }

    /// `JSON.parse` and plain JavaScript: nanoseconds a conversation.
    pub(crate) fn node(&self, records: &[String]) -> Result<f64, String> {
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let file = folder.path().join("work.json");
        let steps = |steps: &Vec<Step>| steps.iter().map(Step::to_json).collect::<Vec<_>>();
        let paths: Vec<_> = self.paths.iter().map(steps).collect();
        let work = json!({ "paths": paths, "lines": self.lines, "parts": self.parts, "records": records });
        fs::write(&file, work.to_string()).map_err(|error| error.to_string())?;
        let output =
            Command::new("node").arg(SCRIPT).arg(&file).output().map_err(|error| error.to_string())?;
        let said = String::from_utf8_lossy(&output.stdout);
        said.trim().parse().map_err(|_| String::from_utf8_lossy(&output.stderr).into_owned())
    }

    fn record<'v>(&self, tree: &'v Value, found: impl Iterator<Item = Option<&'v Value>>) -> String {
        let mut fields = Map::new();
        for (n, value) in found.enumerate() {
            fields.insert(format!("Field_{n}__c"), value.map_or(Value::Null, |value| text(value).into()));
        }
        fields.insert("Transcript__c".to_owned(), self.transcript(tree).into());
        Value::Object(fields).to_string()
    }

    fn transcript(&self, tree: &Value) -> String {
        let mut out = String::new();
        for line in member(tree, self.lines).and_then(Value::as_array).into_iter().flatten() {
            let [time, by, said] = self.parts.map(|path| member(line, path).map(text).unwrap_or_default());
            out.push_str(&format!("{time} {by}: {said}\n"));
        }
        out
    }
}

impl Step {
    fn to_json(&self) -> Value {
        match self {
            Step::Member(name) => json!(name),
            Step::Filter(name, wanted) => json!([name, wanted]),
            Step::First => json!(0),
        }
    }
}

/// `a.b[c=d].e` as steps. Where the sample has a list and the address says nothing, the first element.
fn steps(address: &str, sample: &Value) -> Vec<Step> {
    let (mut steps, mut rest) = (Vec::new(), address);
    while !rest.is_empty() {
        let end = rest.find(['.', '[']).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        if walk(sample, &steps).is_some_and(Value::is_array) {
            steps.push(Step::First);
        }
        steps.push(Step::Member(name.to_owned()));
        rest = after;
        if let Some((inside, after)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            let (name, wanted) = inside.split_once('=').expect("these addresses have no [n]");
            steps.push(Step::Filter(name.to_owned(), wanted.to_owned()));
            rest = after;
        }
        rest = rest.strip_prefix('.').unwrap_or(rest);
    }
    steps
}

fn query_of(steps: &[Step]) -> String {
    let quoted = |text: &str| format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"));
    let mut query = String::from("$");
    for step in steps {
        query += &match step {
            Step::Member(name) => format!("[{}]", quoted(name)),
            Step::Filter(name, wanted) => format!("[?@[{}] == {}]", quoted(name), quoted(wanted)),
            Step::First => "[0]".to_owned(),
        };
    }
    query
}

fn walk<'v>(value: &'v Value, steps: &[Step]) -> Option<&'v Value> {
    let Some((step, rest)) = steps.split_first() else { return Some(value) };
    match step {
        Step::Member(name) => walk(value.get(name)?, rest),
        Step::First => walk(value.get(0)?, rest),
        Step::Filter(name, wanted) => {
            let fitting = |one: &&Value| one.get(name).and_then(Value::as_str) == Some(wanted);
            value.as_array()?.iter().filter(fitting).find_map(|one| walk(one, rest))
        }
    }
}

fn member<'v>(value: &'v Value, path: &[&str]) -> Option<&'v Value> {
    path.iter().try_fold(value, |value, name| value.get(name))
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
