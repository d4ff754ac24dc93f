//! Search: a plain subset of SOSL and of parameterised search. Every word must occur in a text field of the record.

use super::{
    answer::Answer,
    api::Call,
    error::{ApiError, ApiResult},
    org::{Caller, Org},
    read,
    schema::{Field, Kind, Object},
    store::{Row, is_deleted},
};
use serde_json::{Value, json};

/// Answers `GET /search?q=FIND {…} IN … FIELDS RETURNING …`.
pub(crate) fn sosl(org: &Org, caller: &Caller, call: &Call) -> ApiResult<Answer> {
    let statement = call.parameter("q").unwrap_or_default();
    let term = statement.split_once('{').and_then(|(_, rest)| rest.rsplit_once('}'));
    let Some((term, rest)) = term else {
        let message = "No search term found. The search term must be enclosed in braces.";
        return Err(ApiError::bad("MALFORMED_SEARCH", message));
    };
    let upper = rest.to_ascii_uppercase();
    let scope =
        upper.split_once(" IN ").map_or("ALL", |(_, scope)| scope.split_whitespace().next().unwrap_or("ALL"));
    let term = term.replace('\\', "");
    let mut found = Vec::new();
    for (object, fields, limit) in returning(rest, &upper) {
        found.extend(search(org, caller, &term, scope, object, &fields, limit)?);
    }
    Ok(Answer::ok(json!({"searchRecords": found})))
}

/// The objects after RETURNING, each with its fields and limit.
fn returning<'a>(rest: &'a str, upper: &str) -> Vec<(&'a str, Vec<String>, usize)> {
    let Some(at) = upper.find("RETURNING ") else {
        return ["Account", "Contact", "Lead", "Case", "Opportunity"]
            .map(|name| (name, Vec::new(), 200))
            .to_vec();
    };
    let mut list = rest[at + "RETURNING ".len()..].trim();
    let mut objects = Vec::new();
    while !list.is_empty() {
        let end = list.find([',', '(']).unwrap_or(list.len());
        let name = list[..end].trim();
        let mut after = &list[end..];
        let (mut fields, mut limit) = (Vec::new(), 200);
        if let Some(inside) = after.strip_prefix('(') {
            let close = inside.find(')').unwrap_or(inside.len());
            let (names, bound) = split_limit(&inside[..close]);
            fields =
                names.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect();
            limit = bound;
            after = inside.get(close + 1..).unwrap_or_default();
        }
        objects.push((name, fields, limit));
        list = after.trim_start_matches([',', ' ']);
    }
    objects
}

fn split_limit(inside: &str) -> (&str, usize) {
    match inside.to_ascii_uppercase().find(" LIMIT ") {
        Some(at) => (&inside[..at], inside[at + " LIMIT ".len()..].trim().parse().unwrap_or(200)),
        None => (inside, 200),
    }
}

/// Answers `parameterizedSearch`, by GET or POST.
pub(crate) fn parameterized(org: &Org, caller: &Caller, call: &mut Call) -> ApiResult<Answer> {
    let mut body = call.body.take();
    if !body.is_object() {
        body =
            json!({"q": call.parameter("q"), "in": call.parameter("in"), "sobjects": from_parameters(call)});
    }
    let term = body["q"].as_str().unwrap_or_default().to_owned();
    if term.chars().count() < 2 {
        return Err(ApiError::bad("MALFORMED_SEARCH", "The search term must be at least 2 characters long."));
    }
    let scope = body["in"].as_str().unwrap_or("ALL").to_ascii_uppercase();
    let limit = |value: &Value| value.as_u64().and_then(|limit| usize::try_from(limit).ok());
    let default = limit(&body["defaultLimit"]).unwrap_or(200);
    let names = |value: &Value| -> Vec<String> {
        value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let mut found = Vec::new();
    for wanted in body["sobjects"].as_array().into_iter().flatten() {
        let object = wanted["name"].as_str().unwrap_or_default();
        let mut fields = names(&wanted["fields"]);
        if fields.is_empty() {
            fields = names(&body["fields"]);
        }
        let bound = limit(&wanted["limit"]).unwrap_or(default);
        found.extend(search(org, caller, &term, &scope, object, &fields, bound)?);
    }
    found.truncate(limit(&body["overallLimit"]).unwrap_or(2000));
    Ok(Answer::ok(json!({"searchRecords": found})))
}

fn from_parameters(call: &Call) -> Vec<Value> {
    let objects = call.query.iter().filter(|(name, _)| name == "sobject");
    objects
        .map(|(_, object)| {
            let own = |what: &str| call.parameter(&format!("{object}.{what}")).or(call.parameter(what));
            let fields: Vec<_> = own("fields").unwrap_or_default().split(',').filter(|name| !name.is_empty()).collect();
            json!({"name": object, "fields": fields, "limit": own("limit").and_then(|limit| limit.parse::<u64>().ok())})
        })
        .collect()
}

fn search(
    org: &Org,
    caller: &Caller,
    term: &str,
    scope: &str,
    object: &str,
    fields: &[String],
    limit: usize,
) -> ApiResult<Vec<Value>> {
    let object = org
        .schema
        .object(object)
        .ok_or_else(|| ApiError::bad("INVALID_TYPE", format!("sObject type '{object}' is not supported.")))?;
    let words: Vec<_> = term
        .trim_matches('"')
        .to_lowercase()
        .split_whitespace()
        .map(|word| word.trim_end_matches('*').to_owned())
        .collect();
    let hits = org
        .store
        .rows(&object.name)
        .rev()
        .filter(|(_, row)| !is_deleted(row) && matches(object, row, scope, &words));
    hits.take(limit).map(|(_, row)| read::record(org, caller, object, row, Some(fields))).collect()
}

fn matches(object: &Object, row: &Row, scope: &str, words: &[String]) -> bool {
    let searched = |field: &&Field| match scope {
        "NAME" => field.name_field,
        "EMAIL" => field.kind == Kind::Email,
        "PHONE" => field.kind == Kind::Phone,
        _ => matches!(
            field.kind,
            Kind::Text(_) | Kind::TextArea | Kind::LongText(_) | Kind::Email | Kind::Phone | Kind::Url
        ),
    };
    let texts = object.fields().iter().filter(searched).filter_map(|field| row.get(&field.name)?.as_str());
    let texts: Vec<_> = texts.map(str::to_lowercase).collect();
    !words.is_empty() && words.iter().all(|word| texts.iter().any(|text| text.contains(word.as_str())))
}
