//! Errors handed to Lambda: the type is one of our codes, so that an alarm can match on it.

use aws::scheduler::SchedulerError;
use domain::{
    Code,
    ports::{SinkError, SourceError, StoreError},
};
use lambda_runtime::Diagnostic;
use sync::SyncError;

/// Why a function did not do what its event asks. Lambda delivers the event again.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {sentence}")]
pub struct HandlerError {
    /// From the table of codes.
    pub code: Code,
    /// What happened and the way out.
    pub sentence: String,
}

impl HandlerError {
    /// An error of that code.
    #[must_use]
    pub fn new(code: Code, sentence: impl Into<String>) -> Self {
        HandlerError { code, sentence: sentence.into() }
    }
}

impl From<HandlerError> for Diagnostic {
    fn from(error: HandlerError) -> Self {
        Diagnostic { error_type: error.code.as_str().to_owned(), error_message: error.sentence }
    }
}

macro_rules! from_coded {
    ($($error:ty),+) => {
        $(impl From<$error> for HandlerError {
            fn from(error: $error) -> Self {
                HandlerError::new(error.code(), error.to_string())
            }
        })+
    };
}

from_coded!(StoreError, SourceError, SinkError, SyncError, SchedulerError);
