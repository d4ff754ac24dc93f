//! Decides which rows a WHERE lets through.

use super::super::{id, schema::Kind, store::Row, time};
use super::{
    SoqlError,
    ast::{Filter, Literal, Operator, Path, Set},
    bind::{Bound, Scope},
    lexer::{self, Unit},
    spans,
};
use serde_json::Value;
use std::{cmp::Ordering, collections::HashSet};

/// A WHERE with its names bound and its literals in the form values are kept in.
pub(super) enum Test<'a> {
    All(Vec<Test<'a>>),
    Any(Vec<Test<'a>>),
    Not(Box<Test<'a>>),
    Compare(Bound<'a>, Operator, Wanted),
    In(Bound<'a>, HashSet<String>, bool),
    Includes(Bound<'a>, Vec<Vec<String>>),
}

/// What a value is compared with.
pub(super) enum Wanted {
    Null,
    /// Compared by the order of texts: texts, ids, dates, datetimes.
    Key(String),
    Number(f64),
    Pattern(Vec<Unit>),
    /// From the first to before the second.
    Span(String, String),
}

/// Binds a filter. Sub-selects are answered by `sub`.
pub(super) fn bind<'a>(
    scope: &Scope<'a>,
    filter: &Filter,
    sub: &dyn Fn(&super::ast::Query) -> Result<HashSet<String>, SoqlError>,
) -> Result<Test<'a>, SoqlError> {
    let each =
        |filters: &[Filter]| filters.iter().map(|filter| bind(scope, filter, sub)).collect::<Result<_, _>>();
    Ok(match filter {
        Filter::And(filters) => Test::All(each(filters)?),
        Filter::Or(filters) => Test::Any(each(filters)?),
        Filter::Not(inner) => Test::Not(Box::new(bind(scope, inner, sub)?)),
        Filter::Compare { path, operator, value } => {
            let bound = filterable(scope, path)?;
            let wanted = wanted(scope, &bound, *operator, value, path.at)?;
            Test::Compare(bound, *operator, wanted)
        }
        Filter::In { path, negated, set } => {
            let bound = filterable(scope, path)?;
            let keys = match set {
                Set::Query(query) => sub(query)?,
                Set::Values(values) => {
                    values.iter().map(|value| key_of(&bound, value, path.at)).collect::<Result<_, _>>()?
                }
            };
            Test::In(bound, keys, *negated)
        }
        Filter::Includes { path, negated, values } => {
            let bound = filterable(scope, path)?;
            let mut choices = Vec::new();
            for value in values {
                choices.push(key_of(&bound, value, path.at)?.split(';').map(str::to_owned).collect());
            }
            let test = Test::Includes(bound, choices);
            if *negated { Test::Not(Box::new(test)) } else { test }
        }
    })
}

fn filterable<'a>(scope: &Scope<'a>, path: &Path) -> Result<Bound<'a>, SoqlError> {
    let bound = scope.bind(path)?;
    if bound.field.filterable() {
        return Ok(bound);
    }
    let message = format!("field '{}' can not be filtered in a query call", bound.field.name);
    Err(SoqlError::new("INVALID_FIELD", message, path.at))
}

fn wanted(
    scope: &Scope<'_>,
    bound: &Bound<'_>,
    operator: Operator,
    literal: &Literal,
    at: usize,
) -> Result<Wanted, SoqlError> {
    Ok(match (literal, &bound.field.kind) {
        (Literal::Null, _) => Wanted::Null,
        (Literal::Text(raw), kind) if operator == Operator::Like => match kind {
            Kind::Date
            | Kind::DateTime
            | Kind::Checkbox
            | Kind::Int(_)
            | Kind::Number(..)
            | Kind::Id
            | Kind::Lookup(_) => {
                let message = format!("invalid operator on {} field", super::super::schema::api_type(kind));
                return Err(SoqlError::new("INVALID_QUERY_FILTER_OPERATOR", message, at));
            }
            _ => Wanted::Pattern(lexer::units(&raw.to_lowercase())),
        },
        (Literal::Span(name, count), kind @ (Kind::Date | Kind::DateTime)) => {
            let (from, until) = spans::days(name, *count, time::day(scope.org.now()))
                .ok_or_else(|| SoqlError::malformed(format!("{name} is out of range"), at))?;
            let text = |day| match kind {
                Kind::DateTime => time::midnight(day).map(time::datetime).unwrap_or_default(),
                _ => day.to_string(),
            };
            Wanted::Span(text(from), text(until))
        }
        (Literal::Number(number), Kind::Int(_) | Kind::Number(..) | Kind::Currency | Kind::Percent) => {
            Wanted::Number(*number)
        }
        _ => Wanted::Key(key_of(bound, literal, at)?),
    })
}

/// A literal in the form [`key`] gives values of this field; refused when its type is wrong.
fn key_of(bound: &Bound<'_>, literal: &Literal, at: usize) -> Result<String, SoqlError> {
    let field = bound.field;
    let wrong = |needed: &str| {
        let message = format!(
            "value of filter criterion for field '{}' must be of type {needed} and should not be enclosed in quotes",
            field.name
        );
        SoqlError::new("INVALID_FIELD", message, at)
    };
    match (&field.kind, literal) {
        (_, Literal::Null) => Ok(String::new()),
        (Kind::Date, Literal::Date(day)) => Ok(day.to_string()),
        (Kind::Date, _) => Err(wrong("date")),
        (Kind::DateTime, Literal::DateTime(instant)) => Ok(time::datetime(*instant)),
        (Kind::DateTime, _) => Err(wrong("dateTime")),
        (Kind::Checkbox, Literal::Bool(flag)) => Ok(flag.to_string()),
        (Kind::Checkbox, _) => Err(wrong("boolean")),
        (Kind::Int(_), Literal::Number(number)) => Ok(number.to_string()),
        (Kind::Int(_), _) => Err(wrong("int")),
        (Kind::Number(..) | Kind::Currency | Kind::Percent, Literal::Number(number)) => {
            Ok(number.to_string())
        }
        (Kind::Number(..) | Kind::Currency | Kind::Percent, _) => Err(wrong("double")),
        (Kind::Id | Kind::Lookup(_), Literal::Text(raw)) => {
            let text = lexer::plain(raw);
            let message = format!("invalid ID field: {text}");
            match id::normalize(&text) {
                Some(id) => Ok(id),
                None if text.is_empty() => Ok(text),
                None => Err(SoqlError::new("INVALID_QUERY_FILTER_OPERATOR", message, at)),
            }
        }
        (_, Literal::Text(raw)) if field.case_sensitive => Ok(lexer::plain(raw)),
        (_, Literal::Text(raw)) => Ok(lexer::plain(raw).to_lowercase()),
        _ => Err(SoqlError::new(
            "INVALID_FIELD",
            format!(
                "value of filter criterion for field '{}' must be of type string and should be enclosed in quotes",
                field.name
            ),
            at,
        )),
    }
}

/// A kept value as a key to compare with; `None` for null.
pub(super) fn key(bound: &Bound<'_>, value: &Value) -> Option<String> {
    match (&bound.field.kind, value) {
        (Kind::Checkbox, Value::Bool(flag)) => Some(flag.to_string()),
        (Kind::Checkbox, _) => Some("false".to_owned()),
        (_, Value::Null) => None,
        (_, Value::Number(number)) => number.as_f64().map(|number| number.to_string()),
        (Kind::Id | Kind::Lookup(_) | Kind::Date | Kind::DateTime, Value::String(text)) => Some(text.clone()),
        (_, Value::String(text)) if bound.field.case_sensitive => Some(text.clone()),
        (_, Value::String(text)) => Some(text.to_lowercase()),
        (_, other) => Some(other.to_string()),
    }
}

impl Test<'_> {
    /// Whether a row passes.
    pub(super) fn passes(&self, scope: &Scope<'_>, row: &Row) -> bool {
        match self {
            Test::All(tests) => tests.iter().all(|test| test.passes(scope, row)),
            Test::Any(tests) => tests.iter().any(|test| test.passes(scope, row)),
            Test::Not(test) => !test.passes(scope, row),
            Test::Compare(bound, operator, wanted) => {
                compare(bound, scope.value(row, bound), *operator, wanted)
            }
            Test::In(bound, keys, negated) => {
                let key = key(bound, scope.value(row, bound)).unwrap_or_default();
                keys.contains(&key) != *negated
            }
            Test::Includes(bound, choices) => {
                let key = key(bound, scope.value(row, bound)).unwrap_or_default();
                let has: HashSet<_> = key.split(';').collect();
                choices.iter().any(|choice| choice.iter().all(|value| has.contains(value.as_str())))
            }
        }
    }

    /// Keys one of which every passing row must have in an indexed field of its own.
    pub(super) fn index_keys(&self) -> Option<(&str, Vec<&str>)> {
        match self {
            Test::All(tests) => tests.iter().find_map(Test::index_keys),
            Test::Compare(bound, Operator::Equal, Wanted::Key(key)) if indexed(bound) => {
                Some((&bound.field.name, vec![key.as_str()]))
            }
            Test::In(bound, keys, false) if indexed(bound) && !keys.contains("") => {
                Some((&bound.field.name, keys.iter().map(String::as_str).collect()))
            }
            _ => None,
        }
    }
}

fn indexed(bound: &Bound<'_>) -> bool {
    bound.parents.is_empty() && (bound.field.indexed() || bound.field.kind == Kind::Id)
}

fn compare(bound: &Bound<'_>, value: &Value, operator: Operator, wanted: &Wanted) -> bool {
    let found = key(bound, value);
    let order = match (wanted, &found) {
        (Wanted::Null, found) => {
            return match operator {
                Operator::Equal => found.is_none(),
                Operator::NotEqual => found.is_some(),
                _ => false,
            };
        }
        (_, None) => return operator == Operator::NotEqual,
        (Wanted::Pattern(pattern), Some(found)) => {
            return like(pattern, &found.to_lowercase().chars().collect::<Vec<_>>());
        }
        (Wanted::Span(from, until), Some(found)) => {
            let (before, after) = (found < from, found >= until);
            return match operator {
                Operator::Equal => !before && !after,
                Operator::NotEqual => before || after,
                Operator::Less => before,
                Operator::LessOrEqual => !after,
                Operator::Greater => after,
                Operator::GreaterOrEqual => !before,
                Operator::Like => false,
            };
        }
        (Wanted::Number(wanted), Some(_)) => value.as_f64().and_then(|number| number.partial_cmp(wanted)),
        (Wanted::Key(wanted), Some(found)) => Some(found.cmp(wanted)),
    };
    let Some(order) = order else { return false };
    match operator {
        Operator::Equal => order == Ordering::Equal,
        Operator::NotEqual => order != Ordering::Equal,
        Operator::Less => order == Ordering::Less,
        Operator::LessOrEqual => order != Ordering::Greater,
        Operator::Greater => order == Ordering::Greater,
        Operator::GreaterOrEqual => order != Ordering::Less,
        Operator::Like => false,
    }
}

/// Matches without recursion: on a mismatch the last run takes one character more.
fn like(pattern: &[Unit], text: &[char]) -> bool {
    let (mut at, mut read) = (0, 0);
    let mut run: Option<(usize, usize)> = None;
    while read < text.len() {
        match pattern.get(at) {
            Some(Unit::AnyRun) => {
                run = Some((at, read));
                at += 1;
            }
            Some(Unit::AnyOne) => (at, read) = (at + 1, read + 1),
            Some(Unit::Exactly(character)) if *character == text[read] => (at, read) = (at + 1, read + 1),
            _ => match run {
                Some((start, taken)) => {
                    run = Some((start, taken + 1));
                    (at, read) = (start + 1, taken + 1);
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|unit| *unit == Unit::AnyRun)
}
