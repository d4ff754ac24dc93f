//! Secrets Manager's stand-in: secrets by name, kept in one file.

use super::error;
use axum::{
    Json,
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value, json};
use std::{
    fs,
    path::PathBuf,
    sync::{Mutex, PoisonError},
};

/// The secrets that exist. Each holds JSON, or `null` as long as nothing was put there.
pub struct Secrets {
    values: Mutex<Map<String, Value>>,
    file: Option<PathBuf>,
}

impl Secrets {
    /// These secrets; changes are kept in the file, if there is one.
    #[must_use]
    pub fn new(values: Map<String, Value>, file: Option<PathBuf>) -> Secrets {
        Secrets { values: Mutex::new(values), file }
    }

    pub(super) fn get(&self, request: &Value) -> Response {
        let name = request["SecretId"].as_str().unwrap_or_default();
        match self.values.lock().unwrap_or_else(PoisonError::into_inner).get(name) {
            Some(Value::Null) => {
                let sentence =
                    "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT";
                error("ResourceNotFoundException", sentence)
            }
            Some(value) => {
                let mut answer = described(name);
                answer["SecretString"] = value.to_string().into();
                Json(answer).into_response()
            }
            None => missing(),
        }
    }

    pub(super) fn put(&self, request: &Value) -> Response {
        let name = request["SecretId"].as_str().unwrap_or_default();
        let text = request["SecretString"].as_str().unwrap_or_default();
        let Ok(value) = serde_json::from_str(text) else {
            return error("InvalidParameterException", "this machine keeps JSON only");
        };
        let mut values = self.values.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(kept) = values.get_mut(name) else { return missing() };
        *kept = value;
        if let Some(file) = &self.file
            && let Err(failed) = fs::write(file, serde_json::to_string_pretty(&*values).unwrap_or_default())
        {
            return error("InternalServiceError", &failed.to_string());
        }
        Json(described(name)).into_response()
    }
}

fn described(name: &str) -> Value {
    let arn = format!("arn:aws:secretsmanager:local:000000000000:secret:{name}");
    json!({ "ARN": arn, "Name": name, "VersionStages": ["AWSCURRENT"] })
}

fn missing() -> Response {
    error("ResourceNotFoundException", "Secrets Manager can't find the specified secret.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::StatusCode;

    #[test]
    fn a_secret_that_holds_nothing_is_not_found_until_something_is_put_there() {
        let kept = tempfile::NamedTempFile::new().unwrap();
        let empty = Map::from_iter([("liveperson".to_owned(), Value::Null)]);
        let secrets = Secrets::new(empty, Some(kept.path().to_owned()));
        let asked = json!({ "SecretId": "liveperson" });
        assert_eq!(secrets.get(&asked).status(), StatusCode::BAD_REQUEST);
        let put = |name: &str| json!({ "SecretId": name, "SecretString": r#"{"consumer_key":"k"}"# });
        assert_eq!(secrets.put(&put("liveperson")).status(), StatusCode::OK);
        assert_eq!(secrets.get(&asked).status(), StatusCode::OK);
        assert!(fs::read_to_string(kept.path()).unwrap().contains("consumer_key"));
        assert_eq!(
            secrets.put(&put("unknown")).status(),
            StatusCode::BAD_REQUEST,
            "only the template makes secrets"
        );
    }
}
