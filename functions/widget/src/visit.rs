//! A request of an agent who is signed in: whose, for which account, and for a conversation of which skill.

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, StatusCode, request::Parts},
};
use bootstrap::{
    AgentAtWork, HandlerError, Keeper, Workspace,
    api::{AGENT_SESSION_COOKIE, ApiError, cookie_of, is_same_origin},
};
use crm::{Desk, skill_of};
use domain::{Code, Configuration, configuration::SkillSettings};
use salesforce::AgentSession;
use std::sync::Arc;

/// Says which skill the conversation has, as `/context` answered it.
const SKILL: &str = "x-chatlink-skill";
/// More requests a minute than this are no person's.
const MOST_A_MINUTE: u64 = 600;

/// A request of an agent who is signed in.
pub(crate) struct Visit {
    pub(crate) workspace: Arc<Workspace>,
    pub(crate) configuration: Arc<Configuration>,
    pub(crate) at_work: AgentAtWork,
    skill: Option<String>,
}

/// An agent's calls to Salesforce.
pub(crate) type Session<'a> = AgentSession<'a, Keeper<'a>>;

impl Visit {
    /// Of the call that says which skill it is.
    pub(crate) fn of_context(
        workspace: Arc<Workspace>,
        configuration: Arc<Configuration>,
        at_work: AgentAtWork,
    ) -> Visit {
        Visit { workspace, configuration, at_work, skill: None }
    }

    pub(crate) async fn session(&self) -> Result<Session<'_>, HandlerError> {
        self.workspace.crm(&self.configuration, &self.at_work).await
    }

    /// What the agent works with here.
    pub(crate) fn desk<'a, 's>(
        &'a self,
        session: &'a Session<'s>,
    ) -> Result<Desk<'a, Session<'s>>, ApiError> {
        Ok(self.desk_of(session, self.skill()?))
    }

    pub(crate) fn desk_of<'a, 's>(
        &'a self,
        session: &'a Session<'s>,
        skill: &'a SkillSettings,
    ) -> Desk<'a, Session<'s>> {
        let instance_url = &self.at_work.agent.instance_url;
        Desk { session, configuration: &self.configuration, skill, instance_url }
    }

    fn skill(&self) -> Result<&SkillSettings, ApiError> {
        let missing = || {
            let sentence =
                format!("{SKILL}: name the conversation's skill in this header, as /context answers it");
            ApiError::unacceptable(Code::NotInSkill, sentence)
        };
        let named = self.skill.as_deref().ok_or_else(missing)?;
        let unknown = || {
            let sentence = "the conversation's skill is not enabled any more; load the widget again";
            ApiError::new(StatusCode::CONFLICT, Code::NotInSkill, sentence)
        };
        skill_of(&self.configuration, named).ok_or_else(unknown)
    }
}

/// Who sent a request, if somebody is signed in. For calls that answer everybody.
pub(crate) async fn agent_of(
    workspace: &Workspace,
    configuration: &Configuration,
    headers: &HeaderMap,
) -> Result<Option<AgentAtWork>, ApiError> {
    let Some(token) = cookie_of(headers, AGENT_SESSION_COOKIE) else { return Ok(None) };
    let Some(at_work) = workspace.agent(&token, &configuration.account).await? else { return Ok(None) };
    if at_work.requests > MOST_A_MINUTE {
        let second = workspace.clock.now().as_second().rem_euclid(60).unsigned_abs();
        return Err(ApiError::too_many(60 - second));
    }
    Ok(Some(at_work))
}

/// Only our own page may send what changes something, whatever site shows it.
pub(crate) fn must_be_ours(headers: &HeaderMap) -> Result<(), ApiError> {
    if is_same_origin(headers) {
        return Ok(());
    }
    let sentence = "only the widget's own page may send this";
    Err(ApiError::new(StatusCode::FORBIDDEN, Code::NotAllowed, sentence))
}

pub(crate) fn not_signed_in() -> ApiError {
    ApiError::new(StatusCode::UNAUTHORIZED, Code::NotSignedIn, "sign in to Salesforce first")
}

impl FromRequestParts<Arc<Workspace>> for Visit {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, workspace: &Arc<Workspace>) -> Result<Visit, ApiError> {
        if !parts.method.is_safe() {
            must_be_ours(&parts.headers)?;
        }
        let configuration = workspace.recent_configuration().await?;
        let at_work = agent_of(workspace, &configuration, &parts.headers).await?;
        let at_work = at_work.ok_or_else(not_signed_in)?;
        if !configuration.active {
            let sentence =
                "an administrator has deactivated the account; nothing can be done until it is active again";
            return Err(ApiError::new(StatusCode::CONFLICT, Code::AccountDeactivated, sentence));
        }
        let skill = parts.headers.get(SKILL).and_then(|value| value.to_str().ok()).map(str::to_owned);
        Ok(Visit { workspace: Arc::clone(workspace), configuration, at_work, skill })
    }
}
