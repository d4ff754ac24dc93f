//! Account settings: secrets, terms, and whether the account is active.

use crate::{
    Stack,
    documented::Refusals,
    keep::{kept, save},
};
use aws::{LivePersonSecret, SalesforceSecret};
use axum::{Extension, Json, http::StatusCode};
use bootstrap::{
    Workspace,
    api::{ApiError, Body, Caller},
};
use domain::{
    Code, Configuration,
    configuration::{Problem, Terms},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The four strings of a LivePerson API key.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LivePersonStrings {
    /// App key, which OAuth calls consumer key.
    consumer_key: String,
    /// App secret, which OAuth calls consumer secret.
    consumer_secret: String,
    /// Access token.
    access_token: String,
    /// Access token secret.
    access_token_secret: String,
}

/// Keeps the four LivePerson strings. They are never given out again.
#[utoipa::path(
    put,
    path = "/api/admin/secrets/liveperson",
    request_body = LivePersonStrings,
    responses((status = 204, description = "They are kept."), Refusals)
)]
pub(crate) async fn set_liveperson(
    workspace: Stack,
    Body(strings): Body<LivePersonStrings>,
) -> Result<StatusCode, ApiError> {
    let LivePersonStrings { consumer_key, consumer_secret, access_token, access_token_secret } = strings;
    let secret = LivePersonSecret {
        consumer_key: filled("consumer_key", &consumer_key)?,
        consumer_secret: filled("consumer_secret", &consumer_secret)?,
        access_token: filled("access_token", &access_token)?,
        access_token_secret: filled("access_token_secret", &access_token_secret)?,
    };
    workspace.keep_liveperson_secret(&secret).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What goes with the Salesforce login.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SalesforceStrings {
    /// RSA private key, PEM, for JWT bearer.
    PrivateKey(String),
    /// Consumer secret, for client credentials.
    ClientSecret(String),
}

/// Keeps what goes with the Salesforce login. It is never given out again.
#[utoipa::path(
    put,
    path = "/api/admin/secrets/salesforce",
    request_body = SalesforceStrings,
    responses((status = 204, description = "It is kept."), Refusals)
)]
pub(crate) async fn set_salesforce(
    workspace: Stack,
    Body(strings): Body<SalesforceStrings>,
) -> Result<StatusCode, ApiError> {
    let secret = match strings {
        SalesforceStrings::PrivateKey(pem) => SalesforceSecret::PrivateKey(filled("private_key", &pem)?),
        SalesforceStrings::ClientSecret(text) => {
            SalesforceSecret::ClientSecret(filled("client_secret", &text)?)
        }
    };
    workspace.keep_salesforce_secret(&secret).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Pasted strings come with blanks and line ends around them.
fn filled(name: &str, text: &str) -> Result<String, ApiError> {
    match text.trim() {
        "" => Err(ApiError::unacceptable(
            Code::RequestInvalid,
            format!("{name}: it is empty; paste the whole string"),
        )),
        text => Ok(text.to_owned()),
    }
}

/// Which secrets are kept.
#[derive(Serialize, ToSchema)]
pub(crate) struct KeptSecrets {
    liveperson: bool,
    salesforce: bool,
}

/// Which secrets are kept; never what they are.
#[utoipa::path(
    get,
    path = "/api/admin/secrets",
    responses((status = 200, description = "Which are kept.", body = KeptSecrets), Refusals)
)]
pub(crate) async fn secrets(workspace: Stack) -> Result<Json<KeptSecrets>, ApiError> {
    let (liveperson, salesforce) = workspace.kept_secrets().await?;
    Ok(Json(KeptSecrets { liveperson, salesforce }))
}

/// The version of the configuration from now on.
#[derive(Serialize, ToSchema)]
pub(crate) struct NewVersion {
    version: u64,
}

/// Accepts the terms of use, in the caller's name.
#[utoipa::path(
    post,
    path = "/api/admin/terms",
    responses((status = 200, description = "They are accepted.", body = NewVersion), Refusals)
)]
pub(crate) async fn accept_terms(
    workspace: Stack,
    Extension(caller): Extension<Caller>,
) -> Result<Json<NewVersion>, ApiError> {
    let before = kept(&workspace).await?;
    let terms = Some(Terms { by: caller.name().to_owned(), at: workspace.clock.now() });
    let after = Configuration { terms, ..before.configuration.clone() };
    let version = save(&workspace, &caller, Some(&before), &after).await?;
    Ok(Json(NewVersion { version }))
}

/// Activates the account, if both logins work and the terms are accepted.
#[utoipa::path(
    post,
    path = "/api/admin/activation",
    responses((status = 200, description = "It is active.", body = NewVersion), Refusals)
)]
pub(crate) async fn activate(
    workspace: Stack,
    Extension(caller): Extension<Caller>,
) -> Result<Json<NewVersion>, ApiError> {
    let before = kept(&workspace).await?;
    let problems = what_stands_against(&workspace, &before.configuration).await;
    if let Some(first) = problems.first() {
        let sentence = "the account was not activated; see `problems`";
        return Err(ApiError::new(StatusCode::CONFLICT, first.code, sentence).with(problems));
    }
    set_active(&workspace, &caller, true).await
}

/// Deactivates the account: the widget is disabled, and no run starts or goes on.
#[utoipa::path(
    delete,
    path = "/api/admin/activation",
    responses((status = 200, description = "It is not active.", body = NewVersion), Refusals)
)]
pub(crate) async fn deactivate(
    workspace: Stack,
    Extension(caller): Extension<Caller>,
) -> Result<Json<NewVersion>, ApiError> {
    set_active(&workspace, &caller, false).await
}

async fn set_active(
    workspace: &Workspace,
    caller: &Caller,
    active: bool,
) -> Result<Json<NewVersion>, ApiError> {
    let before = kept(workspace).await?;
    let after = Configuration { active, ..before.configuration.clone() };
    let version = save(workspace, caller, Some(&before), &after).await?;
    Ok(Json(NewVersion { version }))
}

/// Both logins are tried for real, and both are told of.
async fn what_stands_against(workspace: &Workspace, configuration: &Configuration) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut note = |path: &str, code, sentence: String| {
        problems.push(Problem { path: path.to_owned(), code, sentence });
    };
    if configuration.terms.is_none() {
        note("terms", Code::SettingUnfit, "nobody has accepted the terms yet; accept them first".to_owned());
    }
    if let Err(error) = workspace.try_liveperson(configuration).await {
        let way = "check the account id and the four strings of its API key";
        note("liveperson", error.code, format!("the LivePerson login fails: {}; {way}", error.sentence));
    }
    if let Err(error) = workspace.try_salesforce(configuration).await {
        let way = "check the login and its key or secret, and that the sync user has the permission set";
        note("salesforce", error.code, format!("the Salesforce login fails: {}; {way}", error.sentence));
    }
    problems
}
