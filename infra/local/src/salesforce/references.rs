//! References between the steps of a composite call, such as `@{newContact.id}` or `@{q.records[0].Id}`.

use super::answer::{Answer, Content};
use serde_json::Value;
use std::collections::HashMap;

/// The bodies of the steps that succeeded, by reference.
#[derive(Debug, Default)]
pub(crate) struct Results(HashMap<String, Value>);

impl Results {
    /// Keeps what a step answered.
    pub(crate) fn remember(&mut self, reference: &str, answer: &Answer) {
        let body = if let Content::Json(body) = &answer.content { body.clone() } else { Value::Null };
        self.0.insert(reference.to_owned(), body);
    }

    /// Replaces the references in every text of a body. The error names the reference that has no value.
    pub(crate) fn resolve(&self, value: &mut Value) -> Result<(), String> {
        match value {
            Value::String(text) if text.contains("@{") => {
                let only = text
                    .strip_prefix("@{")
                    .and_then(|rest| rest.strip_suffix('}'))
                    .filter(|path| is_path(path));
                *value = match only {
                    Some(path) => self.look_up(path)?,
                    None => self.resolve_text(text)?.into(),
                };
                Ok(())
            }
            Value::Array(values) => values.iter_mut().try_for_each(|value| self.resolve(value)),
            Value::Object(members) => members.values_mut().try_for_each(|value| self.resolve(value)),
            _ => Ok(()),
        }
    }

    /// Replaces the references in one text. What only looks like the start of one is left alone.
    pub(crate) fn resolve_text(&self, text: &str) -> Result<String, String> {
        let mut done = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find("@{") {
            done.push_str(&rest[..at]);
            let inside = &rest[at + 2..];
            match inside.find('}').map(|end| &inside[..end]).filter(|path| is_path(path)) {
                Some(path) => {
                    let value = self.look_up(path)?;
                    done.push_str(value.as_str().unwrap_or(&value.to_string()));
                    rest = &inside[path.len() + 1..];
                }
                None => {
                    done.push_str("@{");
                    rest = inside;
                }
            }
        }
        done.push_str(rest);
        Ok(done)
    }

    fn look_up(&self, path: &str) -> Result<Value, String> {
        let mut steps = path.split(['.', '[']).map(|step| step.trim_end_matches(']'));
        let mut value =
            steps.next().and_then(|reference| self.0.get(reference)).ok_or_else(|| path.to_owned())?;
        for step in steps {
            let next = match value {
                Value::Array(values) => step.parse::<usize>().ok().and_then(|at| values.get(at)),
                other => other.get(step),
            };
            value = next.ok_or_else(|| path.to_owned())?;
        }
        Ok(value.clone())
    }
}

/// `newContact.id`, `rows[0].id`: a name, then members and positions.
fn is_path(text: &str) -> bool {
    let name_end = text.find(['.', '[']).unwrap_or(0);
    let sound = |c: char| c.is_ascii_alphanumeric() || "_.[]".contains(c);
    name_end > 0 && text.starts_with(|c: char| c.is_ascii_alphanumeric()) && text.chars().all(sound)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn references_are_replaced_and_lookalikes_left() {
        let mut results = Results::default();
        results.remember("made", &Answer::ok(json!({"id": "003A"})));
        results.remember("rows", &Answer::ok(json!([{"id": "a0T1"}, {"id": "a0T2"}])));
        results.remember("q", &Answer::ok(json!({"totalSize": 7, "records": [{"Id": "001A"}]})));
        for (text, want) in [
            ("@{made.id}", json!("003A")),
            ("to @{made.id}!", json!("to 003A!")),
            ("@{rows[1].id}", json!("a0T2")),
            ("@{q.records[0].Id}", json!("001A")),
            ("@{q.totalSize}", json!(7)),
            ("mail me @{home}", json!("mail me @{home}")),
            ("an @{unfinished.thing", json!("an @{unfinished.thing")),
            ("@{not a.path}", json!("@{not a.path}")),
        ] {
            let mut value = json!({"deep": [text]});
            results.resolve(&mut value).unwrap();
            assert_eq!(value["deep"][0], want, "{text}");
        }
        for text in ["@{nobody.id}", "@{made.Id}", "x @{rows[2].id} y"] {
            assert!(results.resolve(&mut json!(text)).is_err(), "{text}");
        }
    }
}
