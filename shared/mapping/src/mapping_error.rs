//! Why a configuration's mappings cannot be used.

use crate::address::AddressError;
use crate::redact::RedactionError;
use domain::Code;

/// Why a mapping, or what is applied to mapped values, cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MappingError {
    /// An address does not parse.
    #[error("{field}: the address is not readable {error}")]
    Address {
        /// API name of the Salesforce field.
        field: String,
        /// Where and why.
        error: AddressError,
    },
    /// No predefined parameter has that label.
    #[error("{field}: there is no predefined parameter \"{label}\"")]
    Parameter {
        /// API name of the Salesforce field.
        field: String,
        /// The label given.
        label: String,
    },
    /// Another value is mapped to the same field.
    #[error("{field}: another value is mapped to the same field")]
    MappedTwice {
        /// The name given.
        field: String,
    },
    /// The field name cannot be one of Salesforce's.
    #[error("{field}: the API name of a field is made of letters, digits and '_'")]
    Name {
        /// The name given.
        field: String,
    },
    /// A redaction rule is wrong.
    #[error(transparent)]
    Redaction(#[from] RedactionError),
}

impl MappingError {
    /// The Salesforce field of the mapping; of a redaction rule, its name.
    #[must_use]
    pub fn field(&self) -> &str {
        match self {
            MappingError::Address { field, .. }
            | MappingError::Parameter { field, .. }
            | MappingError::MappedTwice { field }
            | MappingError::Name { field } => field,
            MappingError::Redaction(error) => error.name(),
        }
    }

    /// The code for the event log.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            MappingError::Address { error, .. } => error.code(),
            MappingError::Parameter { .. } => Code::ParameterUnknown,
            MappingError::MappedTwice { .. } => Code::FieldMappedTwice,
            MappingError::Name { .. } => Code::FieldNameInvalid,
            MappingError::Redaction(error) => error.code(),
        }
    }
}

/// Why a value's source cannot be used, whatever field it fills.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// An address does not parse.
    #[error("the address is not readable {0}")]
    Address(AddressError),
    /// No predefined parameter has that label.
    #[error("there is no predefined parameter \"{label}\"")]
    Parameter {
        /// The label given.
        label: String,
    },
}

impl SourceError {
    /// The same of the source of a field.
    #[must_use]
    pub fn of(self, field: &str) -> MappingError {
        let field = field.to_owned();
        match self {
            SourceError::Address(error) => MappingError::Address { field, error },
            SourceError::Parameter { label } => MappingError::Parameter { field, label },
        }
    }

    /// The code for the event log.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            SourceError::Address(error) => error.code(),
            SourceError::Parameter { .. } => Code::ParameterUnknown,
        }
    }
}
