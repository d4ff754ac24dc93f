//! The JSON Schema of a configuration.

use super::Configuration;
use serde_json::{Map, Value, json};
use utoipa::{PartialSchema, ToSchema};

const IN_OPENAPI: &str = "#/components/schemas/";

/// The JSON Schema (2020-12) of a configuration, with `$defs`.
#[must_use]
pub fn json_schema() -> Value {
    let mut named = Vec::new();
    Configuration::schemas(&mut named);
    let definitions: Map<String, Value> =
        named.iter().map(|(name, schema)| (name.clone(), closed(json!(schema)))).collect();
    let mut document = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Chatlink configuration",
    });
    if let (Value::Object(document), Value::Object(own)) =
        (&mut document, closed(json!(Configuration::schema())))
    {
        document.extend(own);
        document.insert("$defs".to_owned(), definitions.into());
    }
    document
}

/// The same with references into `$defs`, and with every object refusing members it does not know.
fn closed(schema: Value) -> Value {
    match schema {
        Value::Object(members) => {
            let mut members: Map<String, Value> =
                members.into_iter().map(|(name, value)| (name, closed(value))).collect();
            if members.get("properties").is_some_and(Value::is_object) {
                members.entry("additionalProperties").or_insert(Value::Bool(false));
            }
            Value::Object(members)
        }
        Value::Array(elements) => elements.into_iter().map(closed).collect(),
        Value::String(text) => match text.strip_prefix(IN_OPENAPI) {
            Some(name) => Value::String(format!("#/$defs/{name}")),
            None => Value::String(text),
        },
        other => other,
    }
}
