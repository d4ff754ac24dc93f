//! The configuration as one document: read, checked, saved on the version that was read; and who changed what.

use crate::{
    Stack,
    documented::Refusals,
    keep::{is_stale, save},
};
use aws::{SaveError, VersionedConfiguration};
use axum::{
    Extension, Json,
    http::{
        HeaderMap, HeaderName, StatusCode,
        header::{ETAG, IF_MATCH},
    },
};
use bootstrap::{
    Workspace,
    api::{ApiError, Caller, Query, Text},
};
use domain::{
    Code, Configuration,
    configuration::{LoginFlow, Problem, SalesforceLogin, schema::json_schema},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sync::check_configuration;
use utoipa::ToSchema;

/// What a new configuration begins with.
const API_VERSION: &str = "v67.0";
const AUDIT_ENTRIES: usize = 50;

/// A configuration and its version, which a `PUT` gives back as `If-Match`.
#[derive(Serialize, ToSchema)]
pub(crate) struct Versioned {
    /// 0 when none is saved yet.
    version: u64,
    configuration: Configuration,
}

type Tagged = ([(HeaderName, String); 1], Json<Versioned>);

/// The configuration; before the first is saved, one to begin with.
#[utoipa::path(
    get,
    path = "/api/admin/configuration",
    responses((status = 200, description = "The configuration; its `ETag` is the version.", body = Versioned), Refusals)
)]
pub(crate) async fn show(workspace: Stack) -> Result<Tagged, ApiError> {
    Ok(match workspace.table.versioned_configuration().await? {
        Some(VersionedConfiguration { version, configuration }) => tagged(version, configuration),
        None => tagged(0, to_begin_with(&workspace)),
    })
}

/// Saves the configuration as a whole, if nobody else has saved since the version in `If-Match` was read.
#[utoipa::path(
    put,
    path = "/api/admin/configuration",
    params(("If-Match" = String, Header, description = "the version that was read, such as \"7\"")),
    request_body = Configuration,
    responses((status = 200, description = "It is saved.", body = Versioned), Refusals)
)]
pub(crate) async fn replace(
    workspace: Stack,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    Text(body): Text,
) -> Result<Tagged, ApiError> {
    let expected = version_of(&headers)?;
    let kept = workspace.table.versioned_configuration().await?;
    let current = kept.as_ref().map_or(0, |kept| kept.version);
    if current != expected {
        return Err(is_stale(&SaveError::Stale { expected, current }));
    }
    let configuration = Configuration::from_json(&body).map_err(|error| refused(vec![error.problem()]))?;
    let mut problems = problems_of(&workspace, &configuration).await?;
    let before = kept.as_ref().map_or_else(|| to_begin_with(&workspace), |kept| kept.configuration.clone());
    problems.extend(configuration.check_change(&before));
    if !problems.is_empty() {
        return Err(refused(problems));
    }
    let version = save(&workspace, &caller, kept.as_ref(), &configuration).await?;
    Ok(tagged(version, configuration))
}

/// Everything that is wrong with a configuration.
#[derive(Serialize, ToSchema)]
pub(crate) struct Checked {
    problems: Vec<Problem>,
}

/// Checks a configuration as saving it would, and saves nothing.
#[utoipa::path(
    post,
    path = "/api/admin/configuration/check",
    request_body = Configuration,
    responses((status = 200, description = "Everything that is wrong with it.", body = Checked), Refusals)
)]
pub(crate) async fn check(workspace: Stack, Text(body): Text) -> Result<Json<Checked>, ApiError> {
    let problems = match Configuration::from_json(&body) {
        Ok(configuration) => problems_of(&workspace, &configuration).await?,
        Err(error) => vec![error.problem()],
    };
    Ok(Json(Checked { problems }))
}

/// The JSON Schema of the configuration.
#[utoipa::path(
    get,
    path = "/api/admin/configuration/schema",
    responses((status = 200, description = "A JSON Schema of 2020-12.", body = Value), Refusals)
)]
pub(crate) async fn schema() -> Json<Value> {
    Json(json_schema())
}

/// Where a page of the audit begins.
#[derive(Deserialize)]
pub(crate) struct Before {
    before: Option<u64>,
}

/// Who changed what of the configuration, newest first.
#[utoipa::path(
    get,
    path = "/api/admin/audit",
    params(("before" = Option<u64>, Query, description = "a page's `next`")),
    responses((status = 200, description = "A page.", body = Value), Refusals)
)]
pub(crate) async fn audit(
    workspace: Stack,
    Query(Before { before }): Query<Before>,
) -> Result<Json<Value>, ApiError> {
    let page = workspace.table.audit_page(before, AUDIT_ENTRIES).await?;
    let entries = page.entries.iter().map(|entry| {
        json!({
            "version": entry.version,
            "at": entry.at,
            "by": entry.by,
            "changes": entry.changes,
            "left_out": entry.left_out,
        })
    });
    Ok(Json(json!({ "entries": entries.collect::<Vec<_>>(), "next": page.next })))
}

fn tagged(version: u64, configuration: Configuration) -> Tagged {
    ([(ETAG, format!("\"{version}\""))], Json(Versioned { version, configuration }))
}

/// Signs in where administrators do, and maps nothing.
fn to_begin_with(workspace: &Workspace) -> Configuration {
    let (login_url, client_id) = workspace.sign_in_app();
    let salesforce = SalesforceLogin {
        login_url: login_url.to_owned(),
        api_version: API_VERSION.to_owned(),
        flow: LoginFlow::JwtBearer {
            client_id: client_id.to_owned(),
            username: String::new(),
            audience: login_url.to_owned(),
        },
    };
    Configuration { active: false, ..Configuration::new("", salesforce) }
}

async fn problems_of(workspace: &Workspace, configuration: &Configuration) -> Result<Vec<Problem>, ApiError> {
    let facts = workspace.facts(configuration).await?;
    Ok(check_configuration(configuration, facts.as_ref()))
}

fn refused(problems: Vec<Problem>) -> ApiError {
    let code = problems.first().map_or(Code::ConfigurationMalformed, |first| first.code);
    let many = if problems.len() == 1 { "one thing is" } else { "several things are" };
    let sentence = format!("{many} wrong with the configuration, so it was not saved; see `problems`");
    ApiError::unacceptable(code, sentence).with(problems)
}

fn version_of(headers: &HeaderMap) -> Result<u64, ApiError> {
    let missing = || {
        let sentence = "send the version you read as `If-Match`, such as \"7\"; \"0\" for the first one";
        ApiError::new(StatusCode::PRECONDITION_REQUIRED, Code::RequestInvalid, sentence)
    };
    let given = headers.get(IF_MATCH).and_then(|value| value.to_str().ok()).ok_or_else(missing)?;
    given.trim().trim_matches('"').parse().map_err(|_| missing())
}
