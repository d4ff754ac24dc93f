//! Metadata that was deployed into the org, and the REST resource that deploys it.
//!
//! A deployment is worked off when it is asked for; the first look at it says that it is in progress, as a queue would.

pub(crate) mod access;
mod apply;
mod bundle;
mod check;
mod check_access;
mod check_pages;
mod field;
pub(crate) mod multipart;

use super::{
    answer::Answer,
    api::Call,
    error::{ApiError, ApiResult},
    id,
    org::{Caller, Org},
};
use crate::install::{Package, xml};
use base64::{Engine, engine::general_purpose::STANDARD};
use bundle::Bundle;
use roxmltree::Document;
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub(crate) use apply::install;

/// Kind and full name of a component.
pub(crate) type Key = (String, String);

/// A change that the journal keeps: kind, full name, and what the component is now; nothing when it is gone.
pub(crate) type Change = (String, String, Option<String>);

/// The components of the org by kind and name, as XML without the space between elements.
pub(crate) type Registry = BTreeMap<Key, String>;

/// What the org knows of metadata besides its schema.
#[derive(Debug, Default)]
pub(crate) struct Metadata {
    pub(crate) registry: Registry,
    /// The org has not opted in to external client apps by metadata.
    pub(crate) refuses_apps: bool,
    deployments: BTreeMap<String, Deployment>,
}

#[derive(Debug)]
struct Deployment {
    options: Value,
    result: Value,
    looks: u32,
}

/// A component that was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    kind: String,
    name: String,
    file: String,
    problem: String,
    warning: bool,
}

/// What a deployment does.
#[derive(Clone, Copy, Debug)]
struct Options {
    check_only: bool,
    all_or_nothing: bool,
}

/// Deploys the package Chatlink brings, as every standard org has it; its button opens that stack, if there is one.
pub(crate) fn deploy_ours(org: &mut Org, stack: Option<&str>) -> Result<(), String> {
    let package = Package::without_app(stack);
    let mut files = package.files.clone();
    files.insert("package.xml".to_owned(), package.manifest());
    let bundle = bundle::read(&files).map_err(|problem| problem.to_owned())?;
    let options = Options { check_only: false, all_or_nothing: true };
    let outcome = apply::deploy(org, &bundle, options).map_err(|error| error.message)?;
    let problems: Vec<String> =
        outcome.problems.iter().map(|one| format!("{}: {}", one.name, one.problem)).collect();
    if problems.is_empty() { Ok(()) } else { Err(problems.join("; ")) }
}

/// Label and address of every button on records of an object, for that record.
pub(crate) fn buttons(registry: &Registry, object: &str, record: &str) -> Vec<(String, String)> {
    let links = registry.iter().filter(|((kind, name), _)| {
        kind == "WebLink" && name.split_once('.').is_some_and(|(of, _)| of == object)
    });
    let merged = format!("{{!{object}.Id}}");
    let button = |xml: &str| {
        let document = Document::parse(xml).ok()?;
        let text = |name| xml::child(document.root_element(), name).map(str::to_owned);
        Some((text("masterLabel")?, text("url")?.replace(&merged, record)))
    };
    links.filter_map(|(_, xml)| button(xml)).collect()
}

/// Answers below `/metadata`.
pub(crate) fn route(
    org: &mut Org,
    caller: &Caller,
    method: &str,
    path: &[&str],
    call: &mut Call,
) -> ApiResult<Answer> {
    if !org.administers(&caller.user) {
        let message =
            "use of the Metadata API requires a user with the ModifyAllData or ModifyMetadata permissions";
        return Err(ApiError::new(403, "INSUFFICIENT_ACCESS", message));
    }
    match (method, path) {
        ("POST", ["deployRequest"]) => begin(org, call),
        ("GET", ["deployRequest", id]) => look(org, id, call.parameter("includeDetails") == Some("true")),
        // All is done by then; a real org also answers what came of it.
        ("PATCH", ["deployRequest", id]) => {
            let answer = look(org, id, false)?;
            Ok(Answer { status: 202, ..answer })
        }
        _ => Err(ApiError::not_found()),
    }
}

fn begin(org: &mut Org, call: &mut Call) -> ApiResult<Answer> {
    let mut body = call.take_object()?;
    let options = body.remove("options").unwrap_or_default();
    let options =
        options.get("deployOptions").cloned().ok_or_else(|| ApiError::json("deployOptions is missing"))?;
    let zip = body.get("zip").and_then(Value::as_str).and_then(|zip| STANDARD.decode(zip).ok());
    let zip = zip.ok_or_else(|| ApiError::bad("INVALID_MULTIPART_REQUEST", "the zip file is missing"))?;
    let flag = |name: &str, default| options.get(name).and_then(Value::as_bool).unwrap_or(default);
    let how = Options { check_only: flag("checkOnly", false), all_or_nothing: flag("rollbackOnError", true) };
    let number = u64::try_from(org.metadata.deployments.len()).unwrap_or_default() + 1;
    let id = id::make("0Af", number);
    let result = match bundle::unzip(&zip).and_then(|files| bundle::read(&files)) {
        Ok(bundle) => result(&id, how, &apply::deploy(org, &bundle, how)?),
        Err(message) => failed(&id, how, message),
    };
    org.metadata.deployments.insert(id.clone(), Deployment { options: options.clone(), result, looks: 0 });
    let pending = json!({"id": id, "status": "Pending", "done": false, "success": false, "details": null});
    Ok(Answer::json(201, json!({"id": id, "deployOptions": options, "deployResult": pending})))
}

fn look(org: &mut Org, id: &str, details: bool) -> ApiResult<Answer> {
    let id = id::normalize(id).ok_or_else(ApiError::not_found)?;
    let deployment = org.metadata.deployments.get_mut(&id).ok_or_else(ApiError::not_found)?;
    deployment.looks += 1;
    let mut result = deployment.result.clone();
    if deployment.looks == 1 {
        result = json!({"id": id, "status": "InProgress", "done": false, "success": false, "details": null});
    } else if !details {
        result["details"] = Value::Null;
    }
    Ok(Answer::ok(json!({"id": id, "deployOptions": deployment.options, "deployResult": result})))
}

/// A deployment that did not come to its components.
fn failed(id: &str, how: Options, message: &str) -> Value {
    json!({
        "id": id, "status": "Failed", "done": true, "success": false, "checkOnly": how.check_only,
        "rollbackOnError": how.all_or_nothing, "errorMessage": message, "errorStatusCode": "UNKNOWN_EXCEPTION",
        "numberComponentsTotal": 0, "numberComponentsDeployed": 0, "numberComponentErrors": 0,
        "details": {"componentFailures": [], "componentSuccesses": []},
    })
}

fn result(id: &str, how: Options, outcome: &apply::Outcome) -> Value {
    let errors = outcome.problems.iter().filter(|problem| !problem.warning).count();
    let kept = errors == 0 || !how.all_or_nothing;
    let status = match (errors, kept) {
        (0, _) => "Succeeded",
        (_, true) => "SucceededPartial",
        (_, false) => "Failed",
    };
    let failures: Vec<Value> = outcome.problems.iter().map(failure).collect();
    let mut successes = vec![success("", "package.xml", "package.xml", (false, true, false))];
    successes.extend(outcome.effects.iter().map(|effect| {
        let what = (effect.created, effect.changed, effect.deleted);
        success(&effect.kind, &effect.name, &effect.file, what)
    }));
    let done = if kept { outcome.effects.len() } else { 0 };
    json!({
        "id": id, "status": status, "done": true, "success": kept, "checkOnly": how.check_only,
        "rollbackOnError": how.all_or_nothing, "errorMessage": null, "errorStatusCode": null,
        "numberComponentsTotal": outcome.effects.len() + errors, "numberComponentsDeployed": done,
        "numberComponentErrors": errors, "numberTestsTotal": 0, "numberTestsCompleted": 0, "numberTestErrors": 0,
        "runTestsEnabled": false, "ignoreWarnings": true, "stateDetail": null,
        "details": {
            "allComponentMessages": [], "componentFailures": failures, "componentSuccesses": successes,
            "retrieveResult": null,
            "runTestResult": {"numTestsRun": 0, "numFailures": 0, "failures": [], "successes": [], "totalTime": 0.0},
        },
    })
}

fn failure(problem: &Problem) -> Value {
    json!({
        "componentType": problem.kind, "fullName": problem.name, "fileName": problem.file, "problem": problem.problem,
        "problemType": if problem.warning { "Warning" } else { "Error" }, "success": problem.warning,
        "created": false, "changed": false, "deleted": false, "lineNumber": null, "columnNumber": null,
    })
}

fn success(kind: &str, name: &str, file: &str, (created, changed, deleted): (bool, bool, bool)) -> Value {
    json!({
        "componentType": kind, "fullName": name, "fileName": file, "created": created, "changed": changed,
        "deleted": deleted, "success": true, "warning": false, "problem": null, "problemType": null,
    })
}

impl Problem {
    fn of(part: &bundle::Part, problem: String) -> Problem {
        let bundle::Part { kind, name, file, .. } = part.clone();
        Problem { kind, name, file, problem, warning: false }
    }
}

impl Bundle {
    fn rank(kind: &str) -> usize {
        ORDER.iter().position(|known| *known == kind).unwrap_or(ORDER.len())
    }
}

/// The order in which components of one deployment are looked at: what is pointed at comes first.
const ORDER: [&str; 16] = [
    "CustomPermission",
    "CustomObject",
    "CustomField",
    "WebLink",
    "ListView",
    "Layout",
    "CustomTab",
    "CustomApplication",
    "PermissionSet",
    "ReportType",
    "Report",
    "CspTrustedSite",
    "ExternalClientApplication",
    "ExtlClntAppOauthSettings",
    "ExtlClntAppGlobalOauthSettings",
    "ExtlClntAppOauthConfigurablePolicies",
];
