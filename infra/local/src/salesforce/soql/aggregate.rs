//! Counts, sums and groups.

use super::{
    super::store::Row,
    SoqlError,
    ast::{Item, Query},
    bind::{Bound, Scope},
    filter,
};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// One record per group; without GROUP BY all rows are one group.
pub(super) fn aggregates(scope: &Scope<'_>, query: &Query, rows: Vec<&Row>) -> Result<Vec<Value>, SoqlError> {
    let by = query.group.iter().map(|path| scope.bind(path)).collect::<Result<Vec<_>, _>>()?;
    let mut groups: BTreeMap<Vec<Option<String>>, Vec<&Row>> = BTreeMap::new();
    if by.is_empty() {
        groups.insert(Vec::new(), Vec::new());
    }
    for row in rows {
        let key = by.iter().map(|bound| filter::key(bound, scope.value(row, bound))).collect();
        groups.entry(key).or_default().push(row);
    }
    let groups = groups.into_values().skip(query.offset).take(query.limit.unwrap_or(usize::MAX));
    groups.map(|rows| aggregate(scope, query, &rows)).collect()
}

fn aggregate(scope: &Scope<'_>, query: &Query, rows: &[&Row]) -> Result<Value, SoqlError> {
    let mut record = Map::new();
    record.insert("attributes".into(), json!({"type": "AggregateResult"}));
    let mut unnamed = 0;
    for item in &query.items {
        match item {
            Item::Field(path) => {
                if !query
                    .group
                    .iter()
                    .any(|by| by.names.join(".").eq_ignore_ascii_case(&path.names.join(".")))
                {
                    let message = format!("Field must be grouped or aggregated: {}", path.names.join("."));
                    return Err(SoqlError::malformed(message, path.at));
                }
                let bound = scope.bind(path)?;
                let value = rows.first().map(|row| scope.value(row, &bound).clone()).unwrap_or_default();
                record.insert(bound.field.name.clone(), value);
            }
            Item::Aggregate { function, path, alias } => {
                let name = alias.clone().unwrap_or_else(|| {
                    unnamed += 1;
                    format!("expr{}", unnamed - 1)
                });
                let bound = path.as_ref().map(|path| scope.bind(path)).transpose()?;
                record.insert(name, apply(scope, function, bound.as_ref(), rows));
            }
            Item::Children(query) => {
                return Err(SoqlError::malformed(
                    "a sub-select cannot be aggregated".into(),
                    query.object_at,
                ));
            }
            Item::Fields(_, at) => {
                return Err(SoqlError::malformed("FIELDS cannot be aggregated".into(), *at));
            }
        }
    }
    Ok(Value::Object(record))
}

fn apply(scope: &Scope<'_>, function: &str, bound: Option<&Bound<'_>>, rows: &[&Row]) -> Value {
    let Some(bound) = bound else { return rows.len().into() };
    let values = rows.iter().map(|row| scope.value(row, bound).clone()).filter(|value| !value.is_null());
    let numbers = |values: &[Value]| values.iter().filter_map(Value::as_f64).collect::<Vec<_>>();
    let values: Vec<Value> = values.collect();
    let by_key = |value: &&Value| filter::key(bound, value);
    let order = |left: &&Value, right: &&Value| match (left.as_f64(), right.as_f64()) {
        (Some(left), Some(right)) => left.total_cmp(&right),
        _ => by_key(left).cmp(&by_key(right)),
    };
    match function {
        "count" => values.len().into(),
        "count_distinct" => {
            values.iter().map(|value| filter::key(bound, value)).collect::<BTreeSet<_>>().len().into()
        }
        "sum" if values.is_empty() => Value::Null,
        "sum" => numbers(&values).iter().sum::<f64>().into(),
        "min" => values.iter().min_by(order).cloned().unwrap_or_default(),
        "max" => values.iter().max_by(order).cloned().unwrap_or_default(),
        _ if values.is_empty() => Value::Null,
        #[expect(clippy::cast_precision_loss, reason = "no org here has 2^52 rows")]
        _ => (numbers(&values).iter().sum::<f64>() / values.len() as f64).into(),
    }
}
