//! SOQL: parse a statement, bind it to the schema and the caller's rights, and answer with records.

mod aggregate;
mod ast;
mod bind;
mod filter;
mod lexer;
mod parser;
mod record_access;
mod select;
mod spans;
#[cfg(test)]
mod tests;

use super::{
    error::{ApiError, ApiResult},
    org::{Caller, Org},
};
use serde_json::Value;

/// What a statement yields.
#[derive(Debug)]
pub(crate) enum Found {
    /// `SELECT COUNT()`.
    Count(usize),
    /// Records, and whether the platform pages them by 200 at most.
    Records(Vec<Value>, bool),
}

/// A refusal with the byte of the statement it is about.
#[derive(Debug)]
pub(crate) struct SoqlError {
    code: &'static str,
    message: String,
    at: Option<usize>,
}

impl SoqlError {
    fn new(code: &'static str, message: String, at: usize) -> Self {
        SoqlError { code, message, at: Some(at) }
    }

    fn malformed(message: String, at: usize) -> Self {
        SoqlError::new("MALFORMED_QUERY", message, at)
    }

    /// A refusal of the whole statement.
    fn whole(code: &'static str, message: &str) -> Self {
        SoqlError { code, message: message.to_owned(), at: None }
    }

    /// With the line, a caret under the place, and row and column.
    fn explain(self, statement: &str) -> ApiError {
        let Some(at) = self.at else { return ApiError::bad(self.code, self.message) };
        let before = &statement[..at.min(statement.len())];
        let row = before.matches('\n').count() + 1;
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let column = before[line_start..].chars().count() + 1;
        let line = statement[line_start..].lines().next().unwrap_or_default();
        let caret = " ".repeat(column - 1);
        ApiError::bad(
            self.code,
            format!("\n{line}\n{caret}^\nERROR at Row:{row}:Column:{column}\n{}", self.message),
        )
    }
}

/// Answers a statement with the rights of the caller.
pub(crate) fn run(org: &Org, caller: &Caller, statement: &str, with_deleted: bool) -> ApiResult<Found> {
    if statement.chars().count() > 100_000 {
        return Err(ApiError::bad("MALFORMED_QUERY", "SOQL statement is longer than 100,000 characters"));
    }
    let found = parser::parse(statement).and_then(|query| select::run(org, caller, &query, with_deleted));
    found.map_err(|error| error.explain(statement))
}
