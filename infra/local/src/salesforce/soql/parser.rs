//! Reads SELECT statements.

use super::super::time;
use super::{
    SoqlError,
    ast::{Filter, Item, Literal, Operator, Order, Path, Query, Set},
    lexer::{self, Token},
    spans,
};

type Parsed<T> = Result<T, SoqlError>;

/// Words that cannot be an alias.
const KEYWORDS: [&str; 14] = [
    "where", "with", "group", "having", "order", "limit", "offset", "for", "from", "using", "all", "and",
    "or", "update",
];

pub(super) fn parse(statement: &str) -> Parsed<Query> {
    let mut parser = Parser { tokens: lexer::tokens(statement)?, next: 0 };
    let query = parser.query()?;
    match parser.peek() {
        Token::End => Ok(query),
        _ => Err(parser.unexpected()),
    }
}

struct Parser {
    tokens: Vec<(Token, usize)>,
    next: usize,
}

impl Parser {
    fn peek(&self) -> &Token {
        self.peek_at(0)
    }

    fn peek_at(&self, ahead: usize) -> &Token {
        self.tokens.get(self.next + ahead).map_or(&Token::End, |(token, _)| token)
    }

    fn at(&self) -> usize {
        self.tokens.get(self.next).or(self.tokens.last()).map_or(0, |(_, at)| *at)
    }

    fn take(&mut self) -> Token {
        let token = self.peek().clone();
        self.next += 1;
        token
    }

    fn unexpected(&self) -> SoqlError {
        let message = match self.peek() {
            Token::End => "unexpected end of statement".to_owned(),
            token => format!("unexpected token: '{}'", token.shown()),
        };
        SoqlError::malformed(message, self.at())
    }

    fn is_word(&self, ahead: usize, word: &str) -> bool {
        matches!(self.peek_at(ahead), Token::Word(text) if text.eq_ignore_ascii_case(word))
    }

    fn is_sign(&self, sign: &str) -> bool {
        matches!(self.peek(), Token::Sign(found) if *found == sign)
    }

    fn try_word(&mut self, word: &str) -> bool {
        let found = self.is_word(0, word);
        self.next += usize::from(found);
        found
    }

    fn try_sign(&mut self, sign: &str) -> bool {
        let found = self.is_sign(sign);
        self.next += usize::from(found);
        found
    }

    fn expect_word(&mut self, word: &str) -> Parsed<()> {
        if self.try_word(word) { Ok(()) } else { Err(self.unexpected()) }
    }

    fn expect_sign(&mut self, sign: &str) -> Parsed<()> {
        if self.try_sign(sign) { Ok(()) } else { Err(self.unexpected()) }
    }

    fn word(&mut self) -> Parsed<String> {
        match self.peek() {
            Token::Word(text) => {
                let text = text.clone();
                self.next += 1;
                Ok(text)
            }
            _ => Err(self.unexpected()),
        }
    }

    fn list<T>(&mut self, mut one: impl FnMut(&mut Self) -> Parsed<T>) -> Parsed<Vec<T>> {
        let mut all = vec![one(self)?];
        while self.try_sign(",") {
            all.push(one(self)?);
        }
        Ok(all)
    }

    fn query(&mut self) -> Parsed<Query> {
        self.expect_word("select")?;
        let items = self.list(Self::item)?;
        self.expect_word("from")?;
        let object_at = self.at();
        let object = self.word()?;
        let alias = match self.peek() {
            Token::Word(text) if !KEYWORDS.contains(&text.to_ascii_lowercase().as_str()) => {
                Some(self.word()?)
            }
            _ => None,
        };
        if self.try_word("using") {
            self.expect_word("scope")?;
            self.word()?;
        }
        let filter = if self.try_word("where") { Some(self.any_of()?) } else { None };
        let mut group = Vec::new();
        if self.try_word("group") {
            self.expect_word("by")?;
            group = self.list(Self::path)?;
        }
        let mut order = Vec::new();
        if self.try_word("order") {
            self.expect_word("by")?;
            order = self.list(Self::order)?;
        }
        let limit = if self.try_word("limit") { Some(self.count()?) } else { None };
        let offset = if self.try_word("offset") { self.count()? } else { 0 };
        if self.try_word("for") {
            self.word()?;
        }
        if self.is_word(0, "all") && self.is_word(1, "rows") {
            self.next += 2;
        }
        Ok(Query { items, object, object_at, alias, filter, group, order, limit, offset })
    }

    fn item(&mut self) -> Parsed<Item> {
        if self.try_sign("(") {
            let query = self.query()?;
            self.expect_sign(")")?;
            return Ok(Item::Children(Box::new(query)));
        }
        let call = matches!((self.peek(), self.peek_at(1)), (Token::Word(_), Token::Sign("(")));
        if !call {
            return self.path().map(Item::Field);
        }
        let at = self.at();
        let function = self.word()?.to_ascii_lowercase();
        self.expect_sign("(")?;
        let path = if self.is_sign(")") { None } else { Some(self.path()?) };
        self.expect_sign(")")?;
        let alias = match self.peek() {
            Token::Word(text) if !KEYWORDS.contains(&text.to_ascii_lowercase().as_str()) => {
                Some(self.word()?)
            }
            _ => None,
        };
        match (function.as_str(), path) {
            ("fields", Some(path)) => Ok(Item::Fields(path.names.join("."), at)),
            ("count", path) => Ok(Item::Aggregate { function, path, alias }),
            ("count_distinct" | "sum" | "avg" | "min" | "max", Some(path)) => {
                Ok(Item::Aggregate { function, path: Some(path), alias })
            }
            _ => Err(SoqlError::malformed(format!("unexpected token: '{function}'"), at)),
        }
    }

    fn path(&mut self) -> Parsed<Path> {
        let at = self.at();
        let mut names = vec![self.word()?];
        while self.try_sign(".") {
            names.push(self.word()?);
        }
        Ok(Path { names, at })
    }

    fn order(&mut self) -> Parsed<Order> {
        let path = self.path()?;
        let descending = self.try_word("desc");
        if !descending {
            self.try_word("asc");
        }
        let mut nulls_last = false;
        if self.try_word("nulls") {
            nulls_last = self.try_word("last");
            if !nulls_last {
                self.expect_word("first")?;
            }
        }
        Ok(Order { path, descending, nulls_last })
    }

    fn count(&mut self) -> Parsed<usize> {
        match self.peek() {
            Token::Number(text) if text.bytes().all(|byte| byte.is_ascii_digit()) => {
                let count = text.parse().map_err(|_| self.unexpected())?;
                self.next += 1;
                Ok(count)
            }
            _ => Err(self.unexpected()),
        }
    }

    fn any_of(&mut self) -> Parsed<Filter> {
        let first = self.all_of()?;
        let mut all = vec![first];
        while self.try_word("or") {
            all.push(self.all_of()?);
        }
        Ok(if all.len() == 1 { all.remove(0) } else { Filter::Or(all) })
    }

    fn all_of(&mut self) -> Parsed<Filter> {
        let mut all = vec![self.condition()?];
        while self.try_word("and") {
            all.push(self.condition()?);
        }
        Ok(if all.len() == 1 { all.remove(0) } else { Filter::And(all) })
    }

    fn condition(&mut self) -> Parsed<Filter> {
        if self.try_word("not") {
            return self.condition().map(|inner| Filter::Not(Box::new(inner)));
        }
        if self.try_sign("(") {
            let inner = self.any_of()?;
            self.expect_sign(")")?;
            return Ok(inner);
        }
        let path = self.path()?;
        if self.is_word(0, "not") && self.is_word(1, "in") {
            self.next += 2;
            return self.set().map(|set| Filter::In { path, negated: true, set });
        }
        if self.try_word("in") {
            return self.set().map(|set| Filter::In { path, negated: false, set });
        }
        for (word, negated) in [("includes", false), ("excludes", true)] {
            if self.try_word(word) {
                return self.literals().map(|values| Filter::Includes { path, negated, values });
            }
        }
        let operator = self.operator()?;
        let value = self.literal()?;
        Ok(Filter::Compare { path, operator, value })
    }

    fn operator(&mut self) -> Parsed<Operator> {
        if self.try_word("like") {
            return Ok(Operator::Like);
        }
        let operator = match self.peek() {
            Token::Sign("=") => Operator::Equal,
            Token::Sign("!=") => Operator::NotEqual,
            Token::Sign("<") => Operator::Less,
            Token::Sign("<=") => Operator::LessOrEqual,
            Token::Sign(">") => Operator::Greater,
            Token::Sign(">=") => Operator::GreaterOrEqual,
            _ => return Err(self.unexpected()),
        };
        self.next += 1;
        Ok(operator)
    }

    fn set(&mut self) -> Parsed<Set> {
        if self.is_sign("(") && self.is_word(1, "select") {
            self.next += 1;
            let query = self.query()?;
            self.expect_sign(")")?;
            return Ok(Set::Query(Box::new(query)));
        }
        self.literals().map(Set::Values)
    }

    fn literals(&mut self) -> Parsed<Vec<Literal>> {
        self.expect_sign("(")?;
        let values = self.list(Self::literal)?;
        self.expect_sign(")")?;
        Ok(values)
    }

    fn literal(&mut self) -> Parsed<Literal> {
        let unexpected = self.unexpected();
        match self.take() {
            Token::Text(raw) => Ok(Literal::Text(raw)),
            Token::Number(text) => number(&text).ok_or(unexpected),
            Token::Word(word) => self.named(&word).ok_or(unexpected),
            _ => Err(unexpected),
        }
    }

    fn named(&mut self, word: &str) -> Option<Literal> {
        let word = word.to_ascii_uppercase();
        match word.as_str() {
            "TRUE" => return Some(Literal::Bool(true)),
            "FALSE" => return Some(Literal::Bool(false)),
            "NULL" => return Some(Literal::Null),
            _ => {}
        }
        let mut count = 1;
        if self.try_sign(":") {
            let Token::Number(text) = self.take() else { return None };
            count = text.parse().ok()?;
        }
        spans::known(&word).then_some(Literal::Span(word, count))
    }
}

fn number(text: &str) -> Option<Literal> {
    if let Some(day) = time::parse_date(text) {
        return Some(Literal::Date(day));
    }
    if text.contains('T') {
        return time::parse_datetime(text).map(Literal::DateTime);
    }
    text.parse().ok().map(Literal::Number)
}
