//! A statement as the parser understands it. `at` is the byte a part begins at, for errors.

use jiff::{Timestamp, civil::Date};

#[derive(Debug)]
pub(super) struct Query {
    pub(super) items: Vec<Item>,
    pub(super) object: String,
    pub(super) object_at: usize,
    pub(super) alias: Option<String>,
    pub(super) filter: Option<Filter>,
    pub(super) group: Vec<Path>,
    pub(super) order: Vec<Order>,
    pub(super) limit: Option<usize>,
    pub(super) offset: usize,
}

#[derive(Debug)]
pub(super) enum Item {
    Field(Path),
    Aggregate {
        function: String,
        path: Option<Path>,
        alias: Option<String>,
    },
    Children(Box<Query>),
    /// `FIELDS(ALL)` and its like.
    Fields(String, usize),
}

/// `Account.Owner.Name`.
#[derive(Clone, Debug)]
pub(super) struct Path {
    pub(super) names: Vec<String>,
    pub(super) at: usize,
}

#[derive(Debug)]
pub(super) struct Order {
    pub(super) path: Path,
    pub(super) descending: bool,
    pub(super) nulls_last: bool,
}

#[derive(Debug)]
pub(super) enum Filter {
    And(Vec<Filter>),
    Or(Vec<Filter>),
    Not(Box<Filter>),
    Compare { path: Path, operator: Operator, value: Literal },
    In { path: Path, negated: bool, set: Set },
    Includes { path: Path, negated: bool, values: Vec<Literal> },
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Like,
}

#[derive(Debug)]
pub(super) enum Set {
    Values(Vec<Literal>),
    Query(Box<Query>),
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Literal {
    /// Escapes still in it.
    Text(String),
    Number(f64),
    Bool(bool),
    Null,
    Date(Date),
    DateTime(Timestamp),
    /// `LAST_N_DAYS:30`, `TODAY`.
    Span(String, i64),
}
