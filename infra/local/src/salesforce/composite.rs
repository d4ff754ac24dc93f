//! Composite: steps that may refer to one another's results.

use super::{
    answer::Answer,
    api::{self, Call},
    collections,
    error::{ApiError, ApiResult},
    org::{Caller, Org},
    references::Results,
};
use serde_json::{Map, Value, json};

/// Most steps of one call.
const MOST: usize = 25;
/// Most steps of one call that query or are collections.
const MOST_HEAVY: usize = 5;

/// One step as the client sent it.
pub(crate) struct Step {
    method: String,
    url: String,
    pub(crate) reference: String,
    headers: Vec<(String, String)>,
    body: Value,
}

/// What became of a step.
pub(crate) struct StepResult {
    pub(crate) reference: String,
    pub(crate) answer: Answer,
}

impl StepResult {
    pub(crate) fn into_value(self) -> Value {
        let headers: Map<String, Value> = self
            .answer
            .headers
            .iter()
            .filter(|(name, _)| *name == "location")
            .map(|(_, value)| ("Location".to_owned(), value.clone().into()))
            .collect();
        let status = self.answer.status;
        json!({"body": self.answer.into_value(), "httpHeaders": headers, "httpStatusCode": status, "referenceId": self.reference})
    }
}

/// Answers `POST /composite`.
pub(crate) fn composite(org: &mut Org, caller: &Caller, call: &mut Call) -> ApiResult<Answer> {
    let mut body = call.take_object()?;
    let all_or_none = body.get("allOrNone").and_then(Value::as_bool).unwrap_or(false);
    let steps = steps(&mut body)?;
    let heavy = steps.iter().filter(|step| is_heavy(&step.url)).count();
    if steps.is_empty() || steps.len() > MOST || heavy > MOST_HEAVY {
        let message = format!(
            "a composite call takes 1 to {MOST} subrequests, at most {MOST_HEAVY} of them queries or collections"
        );
        return Err(ApiError::bad("LIMIT_EXCEEDED", message));
    }
    let results = run(org, caller, steps, all_or_none);
    let results: Vec<_> = results.into_iter().map(StepResult::into_value).collect();
    Ok(Answer::ok(json!({"compositeResponse": results})))
}

fn is_heavy(url: &str) -> bool {
    ["/query", "/queryAll", "/composite/sobjects"].iter().any(|path| {
        let below = url.splitn(5, '/').nth(4).unwrap_or_default();
        below.starts_with(&path[1..])
    })
}

/// Reads the steps; a fault in any refuses the whole call.
pub(crate) fn steps(body: &mut Map<String, Value>) -> ApiResult<Vec<Step>> {
    let Some(Value::Array(steps)) = body.remove("compositeRequest") else {
        return Err(ApiError::json("compositeRequest must be an array of subrequests"));
    };
    let steps: Vec<Step> = steps.into_iter().map(step).collect::<ApiResult<_>>()?;
    let mut references: Vec<_> = steps.iter().map(|step| step.reference.as_str()).collect();
    references.sort_unstable();
    if references.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(ApiError::json("referenceId must be unique within a composite request"));
    }
    Ok(steps)
}

fn step(mut step: Value) -> ApiResult<Step> {
    let text = |name: &str| step[name].as_str().map(str::to_owned);
    let missing = |name: &str| ApiError::json(format!("a subrequest has no {name}"));
    let (method, url) =
        (text("method").ok_or_else(|| missing("method"))?, text("url").ok_or_else(|| missing("url"))?);
    let reference = text("referenceId").ok_or_else(|| missing("referenceId"))?;
    let sound = reference.starts_with(|c: char| c.is_ascii_alphanumeric())
        && reference.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if !sound {
        let message = format!(
            "referenceId '{reference}' must begin with a letter or digit and hold only letters, digits and _"
        );
        return Err(ApiError::json(message));
    }
    let mut headers = Vec::new();
    for (name, value) in step["httpHeaders"].as_object().into_iter().flatten() {
        let name = name.to_ascii_lowercase();
        if matches!(name.as_str(), "accept" | "authorization" | "content-type") {
            return Err(ApiError::json(format!("the header {name} is not allowed in a subrequest")));
        }
        headers.push((name, value.as_str().unwrap_or_default().to_owned()));
    }
    Ok(Step { method, url, reference, headers, body: step["body"].take() })
}

/// Runs the steps in order. With `all_or_none` one failure takes everything back.
pub(crate) fn run(org: &mut Org, caller: &Caller, steps: Vec<Step>, all_or_none: bool) -> Vec<StepResult> {
    let start = org.store.savepoint();
    let mut known = Results::default();
    let mut results: Vec<StepResult> = Vec::new();
    let mut failed = None;
    for step in steps {
        let reference = step.reference.clone();
        if failed.is_some() && all_or_none {
            results.push(StepResult { reference, answer: halted(ROLLED_BACK) });
            continue;
        }
        let answer = run_step(org, caller, step, &known);
        let value_failed =
            matches!(&answer.content, super::answer::Content::Json(body) if collections::has_failures(body));
        if !answer.succeeded() || (all_or_none && value_failed) {
            failed.get_or_insert(results.len());
        }
        if answer.succeeded() {
            known.remember(&reference, &answer);
        }
        results.push(StepResult { reference, answer });
    }
    if let Some(guilty) = failed.filter(|_| all_or_none) {
        org.store.rollback(start);
        for (_, innocent) in results.iter_mut().enumerate().filter(|(at, _)| *at != guilty) {
            innocent.answer = halted(ROLLED_BACK);
        }
    }
    results
}

const ROLLED_BACK: &str =
    "The transaction was rolled back since another operation in the same transaction failed.";

fn halted(message: &str) -> Answer {
    Answer::json(400, json!([{"errorCode": "PROCESSING_HALTED", "message": message}]))
}

fn run_step(org: &mut Org, caller: &Caller, mut step: Step, known: &Results) -> Answer {
    let resolved = known.resolve_text(&step.url).and_then(|url| {
        known.resolve(&mut step.body)?;
        Ok(url)
    });
    let url = match resolved {
        Ok(url) => url,
        Err(what) => {
            let message =
                format!("Invalid reference specified. No value for {what} found in {}", step.reference);
            return halted(&message);
        }
    };
    sub_call(org, caller, &step.method, url.strip_prefix("/services/data/"), step.headers, step.body)
}

/// Answers a call inside a call. `url` begins with the version.
pub(crate) fn sub_call(
    org: &mut Org,
    caller: &Caller,
    method: &str,
    url: Option<&str>,
    headers: Vec<(String, String)>,
    body: Value,
) -> Answer {
    if !matches!(method, "GET" | "POST" | "PATCH" | "PUT" | "DELETE" | "HEAD") {
        return ApiError::method_not_allowed(method, "GET,POST,PATCH,PUT,DELETE").into();
    }
    let (path, query) = url.map(|url| url.split_once('?').unwrap_or((url, ""))).unwrap_or_default();
    let Some((_, below)) = api::split_version(path) else { return ApiError::not_found().into() };
    let call = Call::new(method, below, query, headers, body);
    let nested = call.path.first().is_some_and(|first| first == "composite");
    if nested && call.path.get(1).is_none_or(|second| second != "sobjects") {
        return ApiError::bad("INVALID_OPERATION", "a composite call cannot contain another").into();
    }
    api::answer(org, caller, call)
}
