//! Reading the document's JSON.

use super::{Configuration, Problem};
use crate::Code;

/// Why a text is not the document of a configuration.
#[derive(Debug, thiserror::Error)]
#[error("the configuration is not what it should be: {source}")]
pub struct DocumentError {
    path: String,
    source: serde_json::Error,
}

impl DocumentError {
    /// The place in the document, such as `objects[0].search_filters[1].operator`; empty for the whole.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The same as a check says it.
    #[must_use]
    pub fn problem(&self) -> Problem {
        let sentence =
            format!("this does not have the form of a configuration: {}; correct it there", self.source);
        Problem { path: self.path.clone(), code: Code::ConfigurationMalformed, sentence }
    }
}

impl Configuration {
    /// Reads a document's JSON.
    ///
    /// # Errors
    /// [`DocumentError`], with line, column and the member that is wrong.
    pub fn from_json(json: &str) -> Result<Configuration, DocumentError> {
        let mut reader = serde_json::Deserializer::from_str(json);
        let configuration: Configuration =
            serde_path_to_error::deserialize(&mut reader).map_err(|error| {
                let path = error.path().to_string();
                // What it shows for the document itself, and for a place it does not know.
                let path = if path == "." || path == "?" { String::new() } else { path };
                DocumentError { path, source: error.into_inner() }
            })?;
        reader.end().map_err(|source| DocumentError { path: String::new(), source })?;
        Ok(configuration)
    }

    /// The document as people read it: indented, with every member.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Nothing in it can fail to be written: no map, and no key that is not a text.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }
}
