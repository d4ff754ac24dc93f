//! The rest of the composite family: batch, graph and tree.

use super::{
    answer::Answer,
    api::Call,
    composite::{self, StepResult},
    error::{ApiError, ApiResult},
    org::{Caller, Org},
    records,
    store::Row,
};
use serde_json::{Value, json};

/// Answers `POST /composite/batch`. Each step counts as a call.
pub(crate) fn batch(org: &mut Org, caller: &Caller, call: &mut Call) -> ApiResult<Answer> {
    let mut body = call.take_object()?;
    let halt = body.get("haltOnError").and_then(Value::as_bool).unwrap_or(false);
    let Some(Value::Array(requests)) = body.remove("batchRequests") else {
        return Err(ApiError::json("batchRequests must be an array of subrequests"));
    };
    if requests.is_empty() || requests.len() > 25 {
        return Err(ApiError::bad("LIMIT_EXCEEDED", "a batch takes 1 to 25 subrequests"));
    }
    // The call itself is already counted once.
    let now = org.now();
    org.usage.add(now, requests.len() as u64 - 1);
    let (mut results, mut failed) = (Vec::new(), false);
    for mut request in requests {
        if failed && halt {
            let error = ApiError::new(
                412,
                "BATCH_PROCESSING_HALTED",
                "Batch processing was halted after an earlier error",
            );
            results.push(json!({"statusCode": 412, "result": [error.to_rest()]}));
            continue;
        }
        let url = request["url"].as_str().unwrap_or_default().to_owned();
        let url = url.trim_start_matches('/').trim_start_matches("services/data/");
        let method = request["method"].as_str().unwrap_or_default().to_owned();
        let answer =
            composite::sub_call(org, caller, &method, Some(url), Vec::new(), request["richInput"].take());
        failed |= !answer.succeeded();
        results.push(json!({"statusCode": answer.status, "result": answer.into_value()}));
    }
    Ok(Answer::ok(json!({"hasErrors": failed, "results": results})))
}

/// Answers `POST /composite/graph`: each graph is all or nothing.
pub(crate) fn graph(org: &mut Org, caller: &Caller, call: &mut Call) -> ApiResult<Answer> {
    let mut body = call.take_object()?;
    let Some(Value::Array(graphs)) = body.remove("graphs") else {
        return Err(ApiError::json("graphs must be an array"));
    };
    let nodes = |graph: &Value| graph["compositeRequest"].as_array().map_or(0, Vec::len);
    if graphs.is_empty() || graphs.len() > 75 || graphs.iter().map(nodes).sum::<usize>() > 500 {
        return Err(ApiError::bad(
            "LIMIT_EXCEEDED",
            "a call takes 1 to 75 graphs with at most 500 nodes together",
        ));
    }
    let mut results = Vec::new();
    for graph in graphs {
        let Value::Object(mut graph) = graph else { return Err(ApiError::json("a graph must be an object")) };
        let id = graph.get("graphId").cloned().unwrap_or_default();
        let steps = composite::steps(&mut graph)?;
        let answers = composite::run(org, caller, steps, true);
        let succeeded = answers.iter().all(|step| step.answer.succeeded());
        let answers: Vec<_> = answers.into_iter().map(StepResult::into_value).collect();
        results.push(json!({"graphId": id, "graphResponse": {"compositeResponse": answers}, "isSuccessful": succeeded}));
    }
    Ok(Answer::ok(json!({"graphs": results})))
}

/// Answers `POST /composite/tree/{Object}`: nested inserts, all or nothing.
pub(crate) fn tree(org: &mut Org, caller: &Caller, object: &str, call: &mut Call) -> ApiResult<Answer> {
    let object = org.object(caller, object)?.name.clone();
    let mut body = call.take_object()?;
    let Some(Value::Array(roots)) = body.remove("records") else {
        return Err(ApiError::bad("REQUIRED_FIELD_MISSING", "At least 1 record is required"));
    };
    let start = org.store.savepoint();
    let mut grown = Tree { results: Vec::new(), errors: Vec::new() };
    grown.plant(org, caller, &object, roots, None);
    if grown.results.len() + grown.errors.len() > 200 {
        org.store.rollback(start);
        return Err(ApiError::bad("EXCEEDED_ID_LIMIT", "record size must not exceed 200"));
    }
    if grown.errors.is_empty() {
        return Ok(Answer::json(201, json!({"hasErrors": false, "results": grown.results})));
    }
    org.store.rollback(start);
    Ok(Answer::json(400, json!({"hasErrors": true, "results": grown.errors})))
}

struct Tree {
    results: Vec<Value>,
    errors: Vec<Value>,
}

impl Tree {
    /// Inserts records of one kind under a parent, and their children under them.
    fn plant(
        &mut self,
        org: &mut Org,
        caller: &Caller,
        object: &str,
        rows: Vec<Value>,
        parent: Option<(&str, &str)>,
    ) {
        for row in rows {
            let Value::Object(mut row) = row else { continue };
            let reference =
                row.get("attributes").map(|attributes| attributes["referenceId"].clone()).unwrap_or_default();
            let children = take_children(org, object, &mut row);
            if let Some((field, id)) = parent {
                row.insert(field.to_owned(), id.into());
            }
            match records::insert(org, caller, object, row) {
                Err(error) => {
                    self.errors.push(json!({"referenceId": reference, "errors": [error.to_element()]}));
                }
                Ok(id) => {
                    self.results.push(json!({"referenceId": reference, "id": id}));
                    for (child, field, rows) in children {
                        self.plant(org, caller, &child, rows, Some((&field, &id)));
                    }
                }
            }
        }
    }
}

/// Takes the nested records out of a row: child object, the lookup to fill, rows.
fn take_children(org: &Org, object: &str, row: &mut Row) -> Vec<(String, String, Vec<Value>)> {
    let mut taken = Vec::new();
    for child in org.schema.children_of(object) {
        let Some(name) = &child.field.children else { continue };
        if let Some(Value::Array(rows)) = row.get_mut(name).map(|nested| nested["records"].take()) {
            row.remove(name);
            taken.push((child.object.name.clone(), child.field.name.clone(), rows));
        }
    }
    taken
}
