//! Search: a plain subset of SOSL and of parameterised search. Every word must occur in a text field of the record that
//! the caller sees.

use super::{
    answer::Answer,
    api::Call,
    error::{ApiError, ApiResult},
    org::{Caller, Org},
    schema::{Field, Kind, Object},
    soql::{self, Found},
    store::{Row, is_deleted},
};
use serde_json::{Value, json};
use std::collections::HashSet;

/// Characters a search term may hold only behind a backslash.
const RESERVED: &str = "?&|!{}[]()^~:\"'+-";
/// Most records of one object, and of all together.
const MOST: usize = 2_000;

/// What is searched for in one object.
struct Wanted {
    object: String,
    fields: String,
    /// What follows the fields in RETURNING: WHERE, ORDER BY.
    clauses: String,
    limit: usize,
}

/// Answers `GET /search?q=FIND {…} IN … FIELDS RETURNING …`.
pub(crate) fn sosl(org: &Org, caller: &Caller, call: &Call) -> ApiResult<Answer> {
    let statement = call.parameter("q").unwrap_or_default();
    let start = statement.find('{').map(|at| at + 1);
    let parts = start.and_then(|start| Some((start, start + end_of_term(&statement[start..])?)));
    let Some((start, end)) = parts else {
        let message = "No search term found. The search term must be enclosed in braces.";
        return Err(ApiError::bad("MALFORMED_SEARCH", message));
    };
    let term = unescaped(&statement[start..end])?;
    let rest = &statement[end + 1..];
    let upper = rest.to_ascii_uppercase();
    let scope =
        upper.split_once("IN ").map_or("ALL", |(_, scope)| scope.split_whitespace().next().unwrap_or("ALL"));
    let mut found = Vec::new();
    for wanted in returning(rest, &upper) {
        found.extend(search(org, caller, &term, scope, &wanted)?);
    }
    found.truncate(MOST);
    Ok(Answer::ok(json!({"searchRecords": found})))
}

/// The first brace that no backslash protects.
fn end_of_term(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.char_indices().find_map(|(at, character)| {
        let ends = character == '}' && !escaped;
        escaped = character == '\\' && !escaped;
        ends.then_some(at)
    })
}

/// The term without its escapes; a reserved character that should have one is refused.
fn unescaped(term: &str) -> ApiResult<String> {
    let malformed = |what: &str| ApiError::bad("MALFORMED_SEARCH", format!("unexpected token: {what}"));
    let quoted = term.len() > 1 && term.starts_with('"') && term.ends_with('"');
    let mut plain = String::new();
    let mut characters = if quoted { &term[1..term.len() - 1] } else { term }.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => plain.push(characters.next().ok_or_else(|| malformed("\\"))?),
            reserved if RESERVED.contains(reserved) => return Err(malformed(&reserved.to_string())),
            other => plain.push(other),
        }
    }
    check_length(&plain)?;
    Ok(plain)
}

fn check_length(term: &str) -> ApiResult<()> {
    if term.chars().filter(|c| !matches!(c, '*' | ' ')).count() >= 2 {
        return Ok(());
    }
    Err(ApiError::bad("MALFORMED_SEARCH", "The search term must be at least 2 characters long."))
}

/// The objects after RETURNING, each with its fields, conditions and limit.
fn returning(rest: &str, upper: &str) -> Vec<Wanted> {
    let Some(at) = upper.find("RETURNING ") else {
        return ["Account", "Contact", "Lead", "Case", "Opportunity"]
            .map(|name| Wanted {
                object: name.into(),
                fields: String::new(),
                clauses: String::new(),
                limit: 200,
            })
            .into();
    };
    let mut list = rest[at + "RETURNING ".len()..].trim();
    let mut objects = Vec::new();
    while !list.is_empty() {
        let end = list.find([',', '(']).unwrap_or(list.len());
        let object = list[..end].trim().to_owned();
        let mut after = &list[end..];
        let mut inside = "";
        if after.starts_with('(') {
            let close = closing(after);
            inside = &after[1..close];
            after = after.get(close + 1..).unwrap_or_default();
        }
        objects.push(clauses(object, inside));
        list = after.trim_start_matches([',', ' ']);
    }
    objects
}

/// The parenthesis that closes the first one, those in quotes aside.
fn closing(text: &str) -> usize {
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for (at, character) in text.char_indices() {
        match character {
            '\'' if !escaped => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at;
                }
            }
            _ => {}
        }
        escaped = character == '\\' && !escaped;
    }
    text.len()
}

fn clauses(object: String, inside: &str) -> Wanted {
    let upper = inside.to_ascii_uppercase();
    let end = [" WHERE ", " ORDER BY ", " LIMIT "].iter().filter_map(|word| upper.find(word)).min();
    let end = end.unwrap_or(inside.len());
    let (clauses, limit) = match upper.rfind(" LIMIT ").filter(|at| *at >= end) {
        Some(at) => (&inside[end..at], inside[at + " LIMIT ".len()..].trim().parse().unwrap_or(200)),
        None => (&inside[end..], 200),
    };
    Wanted { object, fields: inside[..end].trim().to_owned(), clauses: clauses.to_owned(), limit }
}

/// Answers `parameterizedSearch`, by GET or POST.
pub(crate) fn parameterized(org: &Org, caller: &Caller, call: &mut Call) -> ApiResult<Answer> {
    let mut body = call.body.take();
    if !body.is_object() {
        body =
            json!({"q": call.parameter("q"), "in": call.parameter("in"), "sobjects": from_parameters(call)});
        for name in ["defaultLimit", "overallLimit"] {
            body[name] = json!(call.parameter(name).and_then(|limit| limit.parse::<u64>().ok()));
        }
    }
    let term = body["q"].as_str().unwrap_or_default().to_owned();
    check_length(&term)?;
    let scope = body["in"].as_str().unwrap_or("ALL").to_ascii_uppercase();
    let limit = |value: &Value| value.as_u64().and_then(|limit| usize::try_from(limit).ok());
    let default = limit(&body["defaultLimit"]).unwrap_or(200);
    let names = |value: &Value| -> Vec<String> {
        value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let mut found = Vec::new();
    for wanted in body["sobjects"].as_array().into_iter().flatten() {
        let mut fields = names(&wanted["fields"]);
        if fields.is_empty() {
            fields = names(&body["fields"]);
        }
        let clause = |word: &str, name: &str| {
            wanted[name].as_str().map(|text| format!(" {word} {text}")).unwrap_or_default()
        };
        let wanted = Wanted {
            object: wanted["name"].as_str().unwrap_or_default().to_owned(),
            fields: fields.join(","),
            clauses: clause("WHERE", "where") + &clause("ORDER BY", "orderBy"),
            limit: limit(&wanted["limit"]).unwrap_or(default),
        };
        found.extend(search(org, caller, &term, &scope, &wanted)?);
    }
    found.truncate(limit(&body["overallLimit"]).unwrap_or(MOST));
    Ok(Answer::ok(json!({"searchRecords": found})))
}

fn from_parameters(call: &Call) -> Vec<Value> {
    let objects = call.query.iter().filter(|(name, _)| name == "sobject");
    objects
        .map(|(_, object)| {
            let own = |what: &str| call.parameter(&format!("{object}.{what}")).or(call.parameter(what));
            let fields = own("fields").unwrap_or_default().split(',').filter(|name| !name.is_empty());
            json!({
                "name": object, "fields": fields.collect::<Vec<_>>(), "where": own("where"), "orderBy": own("orderBy"),
                "limit": own("limit").and_then(|limit| limit.parse::<u64>().ok()),
            })
        })
        .collect()
}

fn search(org: &Org, caller: &Caller, term: &str, scope: &str, wanted: &Wanted) -> ApiResult<Vec<Value>> {
    let Wanted { object, fields, clauses, limit } = wanted;
    let unknown = |_| ApiError::bad("INVALID_TYPE", format!("sObject type '{object}' is not supported."));
    let object = org.object(caller, object).map_err(unknown)?;
    let hits: Vec<&str> = hits(org, caller, object, scope, term)
        .into_iter()
        .filter_map(|row| row.get("Id").and_then(Value::as_str))
        .collect();
    let named = |name: &&str| !name.trim().eq_ignore_ascii_case("id");
    let fields: Vec<&str> =
        ["Id"].into_iter().chain(fields.split(',').filter(|f| !f.trim().is_empty()).filter(named)).collect();
    let statement = format!("SELECT {} FROM {}{clauses}", fields.join(","), object.name);
    let Found::Records(mut records, _) = soql::run(org, caller, &statement, false)? else {
        return Err(ApiError::bad("MALFORMED_SEARCH", "a search returns records"));
    };
    let wanted: HashSet<&str> = hits.iter().copied().collect();
    records.retain(|record| record["Id"].as_str().is_some_and(|id| wanted.contains(id)));
    if !clauses.to_ascii_uppercase().contains(" ORDER BY ") {
        records.reverse();
    }
    records.truncate(*limit);
    Ok(records)
}

/// The records the caller sees that have every word of the term, newest first. No word means all of them.
pub(crate) fn hits<'a>(
    org: &'a Org,
    caller: &Caller,
    object: &Object,
    scope: &str,
    term: &str,
) -> Vec<&'a Row> {
    let words = words(term);
    let searched: Vec<&Field> = object
        .fields()
        .iter()
        .filter(|field| is_searched(field, scope) && org.visible(&caller.user, &object.name, &field.name))
        .collect();
    let found = org.store.rows(&object.name).rev().map(|(_, row)| row.as_ref()).filter(|row| {
        !is_deleted(row) && org.sees(&caller.user, &object.name, row) && matches(&searched, row, &words)
    });
    found.collect()
}

fn is_searched(field: &Field, scope: &str) -> bool {
    match scope {
        "NAME" => field.name_field,
        "EMAIL" => field.kind == Kind::Email,
        "PHONE" => field.kind == Kind::Phone,
        _ => matches!(
            field.kind,
            Kind::Text(_) | Kind::TextArea | Kind::LongText(_) | Kind::Email | Kind::Phone | Kind::Url
        ),
    }
}

/// The words to find. A term that is a telephone number is one word of digits.
fn words(term: &str) -> Vec<String> {
    let number = term.chars().any(|c| c.is_ascii_digit())
        && term.chars().all(|c| c.is_ascii_digit() || " +()-./".contains(c));
    if number {
        return vec![digits(term)];
    }
    let words = term.trim_matches('"').to_lowercase();
    words.split_whitespace().map(|word| word.replace('*', "")).collect()
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

fn matches(fields: &[&Field], row: &Row, words: &[String]) -> bool {
    let mut texts = Vec::new();
    for field in fields {
        let Some(text) = row.get(&field.name).and_then(Value::as_str) else { continue };
        if field.kind == Kind::Phone {
            texts.push(digits(text));
        }
        texts.push(text.to_lowercase());
    }
    words.iter().all(|word| texts.iter().any(|text| text.contains(word.as_str())))
}
