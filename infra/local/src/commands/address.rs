//! `chatlink address`.

use super::{Failure, say};
use crate::cli::Address;
use serde_json::{Map, Value};
use std::io::Read;

/// Evaluates addresses on the conversation on standard input.
pub(crate) fn address(args: &Address) -> Result<(), Failure> {
    let mut parsed = Vec::new();
    for text in &args.addresses {
        let address = text.parse::<mapping::Address>();
        parsed.push(
            address
                .map_err(|error| Failure::Input(format!("the address '{text}' does not parse {error}")))?,
        );
    }
    let mut record = String::new();
    std::io::stdin()
        .read_to_string(&mut record)
        .map_err(|error| Failure::Input(format!("standard input cannot be read as text: {error}")))?;
    let values = mapping::evaluate(&parsed, &record).map_err(|error| {
        Failure::Input(format!("standard input is not one conversation in JSON: {error}"))
    })?;
    let values = values.into_iter().map(|value| value.unwrap_or(Value::Null));
    let answer: Map<String, Value> = args.addresses.iter().cloned().zip(values).collect();
    say(&Value::Object(answer).to_string());
    Ok(())
}
