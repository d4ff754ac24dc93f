//! Evaluates a bound SELECT: rows, order, the records they become, and aggregates.

use super::super::{
    org::{Caller, Org},
    read,
    schema::{Children, Kind, Object},
    store::{Row, is_deleted},
};
use super::{
    Found, SoqlError, aggregate,
    ast::{Item, Order, Path, Query},
    bind::{Bound, Scope},
    filter::{self, Test},
    record_access,
};
use serde_json::{Map, Value, json};
use std::{
    cmp::Ordering,
    collections::{BTreeSet, HashSet},
};

pub(super) fn run(org: &Org, caller: &Caller, query: &Query, with_deleted: bool) -> Result<Found, SoqlError> {
    if record_access::is_meant(query) {
        return record_access::records(org, caller, query).map(|records| Found::Records(records, false));
    }
    let scope = scope(org, caller, query, with_deleted)?;
    check(query, scope.object)?;
    let rows = rows(&scope, query, None)?;
    if let [Item::Aggregate { function, path: None, .. }] = query.items.as_slice()
        && function == "count"
        && query.group.is_empty()
    {
        return Ok(Found::Count(rows.len()));
    }
    let aggregate = |item: &Item| matches!(item, Item::Aggregate { .. });
    if !query.group.is_empty() || query.items.iter().any(aggregate) {
        return aggregate::aggregates(&scope, query, rows).map(|records| Found::Records(records, false));
    }
    let columns = Columns::bind(&scope, query)?;
    let records = rows.into_iter().map(|row| columns.record(&scope, row)).collect::<Result<_, _>>()?;
    Ok(Found::Records(records, columns.long_texts >= 2))
}

fn scope<'a>(
    org: &'a Org,
    caller: &'a Caller,
    query: &'a Query,
    with_deleted: bool,
) -> Result<Scope<'a>, SoqlError> {
    let object = org.object(caller, &query.object).map_err(|_| {
        let message = format!(
            "sObject type '{}' is not supported. If you are attempting to use a custom object, be sure to append the '__c' after the entity name. Please reference your WSDL or the describe call for the appropriate names.",
            query.object
        );
        SoqlError::new("INVALID_TYPE", message, query.object_at)
    })?;
    Ok(Scope { org, caller, object, alias: query.alias.as_deref(), with_deleted })
}

/// Restrictions on whole statements.
fn check(query: &Query, object: &Object) -> Result<(), SoqlError> {
    if query.offset > 2000 {
        let message = "Maximum SOQL offset allowed is 2000";
        return Err(SoqlError::whole("NUMBER_OUTSIDE_VALID_RANGE", message));
    }
    let unbounded =
        |item: &Item| matches!(item, Item::Fields(group, _) if !group.eq_ignore_ascii_case("standard"));
    if query.items.iter().any(unbounded) && query.limit.is_none_or(|limit| limit > 200) {
        let message = "The SOQL FIELDS function must have a LIMIT of at most 200";
        return Err(SoqlError::whole("MALFORMED_QUERY", message));
    }
    if object.name == "ContentDocumentLink" && !query.filter.as_ref().is_some_and(names_a_file) {
        let message = "Implementation restriction: ContentDocumentLink requires a filter by a single Id on ContentDocumentId or LinkedEntityId using the equals operator or multiple Id's using the IN operator.";
        return Err(SoqlError::whole("MALFORMED_QUERY", message));
    }
    Ok(())
}

fn names_a_file(filter: &super::ast::Filter) -> bool {
    use super::ast::{Filter, Operator};
    let own = |path: &Path| {
        let name = path.names.last().map(|name| name.to_ascii_lowercase()).unwrap_or_default();
        matches!(name.as_str(), "id" | "contentdocumentid" | "linkedentityid")
    };
    match filter {
        Filter::And(filters) => filters.iter().any(names_a_file),
        Filter::Compare { path, operator: Operator::Equal, .. } | Filter::In { path, negated: false, .. } => {
            own(path)
        }
        _ => false,
    }
}

/// The rows of a statement in its order. `of` limits them to the children of a parent.
fn rows<'a>(scope: &Scope<'a>, query: &Query, of: Option<(&str, &str)>) -> Result<Vec<&'a Row>, SoqlError> {
    let sub = |query: &Query| keys_of(scope, query);
    let test = query.filter.as_ref().map(|filter| filter::bind(scope, filter, &sub)).transpose()?;
    let order = query
        .order
        .iter()
        .map(|order| Ok((sortable(scope, &order.path)?, order)))
        .collect::<Result<Vec<_>, _>>()?;
    let child = |row: &Row| of.is_none_or(|(field, id)| row.get(field).and_then(Value::as_str) == Some(id));
    let wanted = |row: &&Row| {
        (scope.with_deleted || !is_deleted(row))
            && child(row)
            && scope.org.sees(&scope.caller.user, &scope.object.name, row)
            && test.as_ref().is_none_or(|test| test.passes(scope, row))
    };
    let mut rows: Vec<&Row> = candidates(scope, test.as_ref()).into_iter().filter(wanted).collect();
    if !order.is_empty() && query.group.is_empty() {
        let mut keyed: Vec<_> = rows.into_iter().map(|row| (sort_keys(scope, row, &order), row)).collect();
        keyed.sort_by(|(left, _), (right, _)| compare_keys(left, right, &order));
        rows = keyed.into_iter().map(|(_, row)| row).collect();
    }
    if query.group.is_empty() {
        rows = rows.into_iter().skip(query.offset).take(query.limit.unwrap_or(usize::MAX)).collect();
    }
    Ok(rows)
}

/// Through an index where the filter allows it, else all rows; by id either way.
fn candidates<'a>(scope: &Scope<'a>, test: Option<&Test<'_>>) -> Vec<&'a Row> {
    let store = &scope.org.store;
    let object = scope.object.name.as_str();
    if let Some((field, keys)) = test.and_then(Test::index_keys)
        && !scope.with_deleted
    {
        let ids: BTreeSet<&str> = if field == "Id" {
            keys.into_iter().collect()
        } else {
            keys.iter()
                .flat_map(|key| store.find(object, field, key).unwrap_or_default())
                .map(String::as_str)
                .collect()
        };
        return ids.into_iter().filter_map(|id| store.get(object, id)).map(AsRef::as_ref).collect();
    }
    let rows = store.rows(object).map(|(_, row)| row.as_ref());
    // Everybody sees their own permissions only.
    let is_seen = |row: &&Row| {
        object != "UserPermissionAccess" || row.get("CreatedById").is_some_and(|id| *id == *scope.caller.user)
    };
    rows.filter(is_seen).collect()
}

/// The values a sub-select in an IN yields.
fn keys_of(outer: &Scope<'_>, query: &Query) -> Result<HashSet<String>, SoqlError> {
    let scope = scope(outer.org, outer.caller, query, outer.with_deleted)?;
    let [Item::Field(path)] = query.items.as_slice() else {
        return Err(SoqlError::malformed("a sub-select of IN selects one field".into(), query.object_at));
    };
    let bound = scope.bind(path)?;
    let rows = rows(&scope, query, None)?;
    Ok(rows.into_iter().filter_map(|row| filter::key(&bound, scope.value(row, &bound))).collect())
}

fn sortable<'a>(scope: &Scope<'a>, path: &Path) -> Result<Bound<'a>, SoqlError> {
    let bound = scope.bind(path)?;
    if bound.field.filterable() {
        return Ok(bound);
    }
    let message = format!("field '{}' can not be sorted in a query call", bound.field.name);
    Err(SoqlError::new("MALFORMED_QUERY", message, path.at))
}

#[derive(PartialEq, PartialOrd)]
enum SortKey {
    Number(f64),
    Text(String),
}

fn sort_keys(scope: &Scope<'_>, row: &Row, order: &[(Bound<'_>, &Order)]) -> Vec<Option<SortKey>> {
    order
        .iter()
        .map(|(bound, _)| {
            let value = scope.value(row, bound);
            match value.as_f64() {
                Some(number) => Some(SortKey::Number(number)),
                None => filter::key(bound, value).map(SortKey::Text),
            }
        })
        .collect()
}

fn compare_keys(
    left: &[Option<SortKey>],
    right: &[Option<SortKey>],
    order: &[(Bound<'_>, &Order)],
) -> Ordering {
    for ((left, right), (_, order)) in left.iter().zip(right).zip(order) {
        let ordering = match (left, right) {
            (None, None) => Ordering::Equal,
            (None, _) => {
                if order.nulls_last {
                    Ordering::Greater
                } else {
                    Ordering::Less
                }
            }
            (_, None) => {
                if order.nulls_last {
                    Ordering::Less
                } else {
                    Ordering::Greater
                }
            }
            (left, right) => {
                let ordering = left.partial_cmp(right).unwrap_or(Ordering::Equal);
                if order.descending { ordering.reverse() } else { ordering }
            }
        };
        if ordering != Ordering::Equal {
            return ordering;
        }
    }
    Ordering::Equal
}

/// The columns of a plain SELECT.
struct Columns<'a, 'q> {
    fields: Vec<(&'q [String], Bound<'a>)>,
    children: Vec<ChildColumn<'a, 'q>>,
    long_texts: usize,
}

struct ChildColumn<'a, 'q> {
    name: String,
    field: String,
    scope: Scope<'a>,
    query: &'q Query,
    columns: Columns<'a, 'q>,
}

impl<'a, 'q> Columns<'a, 'q> {
    fn bind(scope: &Scope<'a>, query: &'q Query) -> Result<Self, SoqlError> {
        let mut columns = Columns { fields: Vec::new(), children: Vec::new(), long_texts: 0 };
        for item in &query.items {
            match item {
                Item::Field(path) => {
                    let bound = scope.bind(path)?;
                    let skipped = path.names.len() - 1 - bound.parents.len();
                    columns.push(&path.names[skipped..], bound);
                }
                Item::Fields(group, at) => columns.push_group(scope, group, *at)?,
                Item::Children(query) => columns.children.push(ChildColumn::bind(scope, query)?),
                Item::Aggregate { .. } => {}
            }
        }
        Ok(columns)
    }

    fn push(&mut self, names: &'q [String], bound: Bound<'a>) {
        if matches!(bound.field.kind, Kind::LongText(_)) && bound.field.custom() {
            self.long_texts += 1;
        }
        self.fields.push((names, bound));
    }

    fn push_group(&mut self, scope: &Scope<'a>, group: &str, at: usize) -> Result<(), SoqlError> {
        let wanted: fn(bool) -> bool = match group.to_ascii_uppercase().as_str() {
            "ALL" => |_| true,
            "STANDARD" => |custom| !custom,
            "CUSTOM" => |custom| custom,
            _ => return Err(SoqlError::malformed(format!("unexpected token: '{group}'"), at)),
        };
        for field in scope.object.fields() {
            if wanted(field.custom())
                && scope.org.visible(&scope.caller.user, &scope.object.name, &field.name)
            {
                self.push(&[], Bound { parents: Vec::new(), field });
            }
        }
        Ok(())
    }

    fn record(&self, scope: &Scope<'a>, row: &'a Row) -> Result<Value, SoqlError> {
        let version = &scope.caller.version;
        let mut record = read::start(scope.object, row, version);
        for (_, bound) in &self.fields {
            put(scope, &mut record, scope.object, row, &bound.parents, bound);
        }
        for child in &self.children {
            record.insert(child.name.clone(), child.records(row)?);
        }
        Ok(Value::Object(record))
    }
}

/// Puts the value of a path into a record, inside its parents.
fn put<'a>(
    scope: &Scope<'a>,
    record: &mut Map<String, Value>,
    object: &Object,
    row: &'a Row,
    parents: &[&super::super::schema::Field],
    bound: &Bound<'_>,
) {
    let version = &scope.caller.version;
    let [lookup, rest @ ..] = parents else {
        record.insert(bound.field.name.clone(), read::value(object, bound.field, row, version));
        return;
    };
    let name = lookup.relationship.clone().unwrap_or_default();
    match scope.parent(row, lookup) {
        None => {
            record.insert(name, Value::Null);
        }
        Some((parent, parent_row)) => {
            let inner =
                record.entry(name).or_insert_with(|| Value::Object(read::start(parent, parent_row, version)));
            if let Value::Object(inner) = inner {
                put(scope, inner, parent, parent_row, rest, bound);
            }
        }
    }
}

impl<'a, 'q> ChildColumn<'a, 'q> {
    fn bind(scope: &Scope<'a>, query: &'q Query) -> Result<Self, SoqlError> {
        let named = |name: &Option<String>| {
            name.as_ref().is_some_and(|name| name.eq_ignore_ascii_case(&query.object))
        };
        let seen = |child: &Children<'_>| {
            let (user, object) = (&scope.caller.user, &child.object.name);
            scope.org.rights(user, object).read && scope.org.visible(user, object, &child.field.name)
        };
        let mut children = scope.org.schema.children_of(&scope.object.name);
        let child = children.find(|child| named(&child.field.children) && seen(child));
        let child = child.ok_or_else(|| {
            let message = format!(
                "Didn't understand relationship '{}' in FROM part of query call. If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship name. Please reference your WSDL or the describe call for the appropriate names.",
                query.object
            );
            SoqlError::new("INVALID_TYPE", message, query.object_at)
        })?;
        let inner = Scope { object: child.object, alias: None, ..*scope };
        Ok(ChildColumn {
            name: child.field.children.clone().unwrap_or_default(),
            field: child.field.name.clone(),
            scope: inner,
            query,
            columns: Columns::bind(&inner, query)?,
        })
    }

    fn records(&self, parent: &Row) -> Result<Value, SoqlError> {
        let id = parent.get("Id").and_then(Value::as_str).unwrap_or_default();
        let rows = rows(&self.scope, self.query, Some((&self.field, id)))?;
        if rows.is_empty() {
            return Ok(Value::Null);
        }
        let records: Vec<_> =
            rows.into_iter().map(|row| self.columns.record(&self.scope, row)).collect::<Result<_, _>>()?;
        Ok(json!({"totalSize": records.len(), "done": true, "records": records}))
    }
}
