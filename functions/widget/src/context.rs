//! The first call: what the conversation is, who works on it, and what its skill may do.

use crate::{
    Stack,
    errors::{of_context, of_crm},
    visit::{Visit, agent_of, must_be_ours},
};
use aws::events::ConversationOpened;
use axum::{Json, http::HeaderMap};
use bootstrap::{
    HandlerError, Workspace,
    api::{ApiError, Body},
};
use crm::{Context, Desk, Linked, Situation, SituationKind, linked, skill_of, view};
use domain::{
    Code, Configuration,
    configuration::{Screen, SkillSettings},
    crm::{CrmError, CrmSession},
    ports::SinkError,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::Arc;

/// What the page knows.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sent {
    context: Value,
}

/// What the page is to show.
#[derive(Default, Serialize)]
pub(crate) struct Shown {
    situation: Option<Situation>,
    user: Option<User>,
    conversation: Option<Conversation>,
    skill: Option<Skill>,
    default_screen: Option<Screen>,
    search: Option<Search>,
    objects: Vec<view::OfferedObject>,
    links: Vec<view::Named>,
    transcript: Option<view::TranscriptState>,
}

#[derive(Serialize)]
struct User {
    name: String,
    username: String,
}

#[derive(Serialize)]
struct Conversation {
    id: String,
    channel: &'static str,
}

#[derive(Serialize)]
struct Skill {
    id: String,
    name: String,
}

#[derive(Serialize)]
struct Search {
    on_load: bool,
    editable: bool,
    values: Vec<view::SearchValue>,
}

/// Answers everybody: what is wrong is part of the answer.
pub(crate) async fn context(
    workspace: Stack,
    headers: HeaderMap,
    Body(Sent { context }): Body<Sent>,
) -> Result<Json<Shown>, ApiError> {
    must_be_ours(&headers)?;
    let read = Context::read(&context).map_err(|error| of_context(&error))?;
    let configuration = match workspace.recent_configuration().await {
        Ok(configuration) => configuration,
        Err(error) if error.code == Code::ConfigurationUnreadable => {
            return Ok(only(SituationKind::NotConfigured, ""));
        }
        Err(error) => return Err(error.into()),
    };
    let mut shown = Shown {
        conversation: read.conversation.as_ref().map(|conversation| Conversation {
            id: conversation.to_string(),
            channel: read.channel.as_str(),
        }),
        ..Shown::default()
    };
    let at_work = agent_of(&workspace, &configuration, &headers).await?;
    let skill = match skill(&workspace, &configuration, &read, at_work.is_some()).await? {
        Ok(skill) => skill,
        Err(situation) => return Ok(Json(Shown { situation: Some(situation), ..shown })),
    };
    shown.skill = Some(Skill { id: skill.skill.clone(), name: name_of(skill, &read) });
    let Some(at_work) = at_work else {
        let situation = Some(Situation::new(SituationKind::NotSignedIn, ""));
        return Ok(Json(Shown { situation, ..shown }));
    };
    let visit = Visit::of_context(Arc::clone(&workspace), Arc::clone(&configuration), at_work);
    let session = visit.session().await?;
    let desk = visit.desk_of(&session, skill);
    match fill(&mut shown, &visit, &desk, &read).await {
        Ok(()) => tell_transcript(&workspace, &read, context, &shown).await,
        Err(error) => shown.situation = Some(situation_of(error)?),
    }
    Ok(Json(shown))
}

fn only(kind: SituationKind, detail: &str) -> Json<Shown> {
    Json(Shown { situation: Some(Situation::new(kind, detail)), ..Shown::default() })
}

/// The settings of the conversation's skill, or what keeps the widget from working.
async fn skill<'c>(
    workspace: &Workspace,
    configuration: &'c Configuration,
    context: &Context,
    signed_in: bool,
) -> Result<Result<&'c SkillSettings, Situation>, HandlerError> {
    let stop = |kind, detail: &str| Ok(Err(Situation::new(kind, detail)));
    if !configuration.active {
        return stop(SituationKind::Deactivated, "");
    }
    if let Some(other) = context.account.as_deref().filter(|account| *account != configuration.account) {
        return stop(SituationKind::WrongAccount, other);
    }
    if context.conversation.is_none() {
        return stop(SituationKind::ConversationMissing, "");
    }
    let Some(named) = context.skill.as_deref() else { return stop(SituationKind::SkillMissing, "") };
    let known = match skill_of(configuration, named) {
        Some(known) => Some(known),
        // LivePerson is asked for nobody in particular.
        None if !signed_in => return stop(SituationKind::NotSignedIn, ""),
        None => renamed(workspace, configuration, named).await,
    };
    match known {
        None => stop(SituationKind::SkillNotEnabled, named),
        Some(skill) if skill.objects.is_empty() => stop(SituationKind::SkillWithoutObjects, named),
        Some(skill) => Ok(Ok(skill)),
    }
}

/// The widget SDK tells a skill's name; one that was renamed since the configuration was saved is found by its id.
async fn renamed<'c>(
    workspace: &Workspace,
    configuration: &'c Configuration,
    named: &str,
) -> Option<&'c SkillSettings> {
    if configuration.skills.is_empty() {
        return None;
    }
    let skills = workspace.skills(configuration).await;
    let skills =
        skills.inspect_err(|error| tracing::info!(%error, "LivePerson was not asked about a skill")).ok()?;
    let found = skills.into_iter().find(|skill| skill.name.eq_ignore_ascii_case(named))?;
    skill_of(configuration, &found.skill)
}

fn name_of(skill: &SkillSettings, context: &Context) -> String {
    context.skill.clone().filter(|name| *name != skill.skill).unwrap_or_else(|| skill.name.clone())
}

async fn fill<S: CrmSession>(
    shown: &mut Shown,
    visit: &Visit,
    desk: &Desk<'_, S>,
    context: &Context,
) -> Result<(), CrmError> {
    let agent = &visit.at_work.agent;
    shown.user = Some(User { name: agent.name.clone(), username: agent.username.clone() });
    shown.objects = desk.offered().await?;
    if shown.objects.is_empty() {
        let objects = desk.skill.objects.join(", ");
        shown.situation = Some(Situation::new(SituationKind::NoPermission, &objects));
        return Ok(());
    }
    let settings = &visit.configuration.widget;
    shown.default_screen = Some(desk.skill.default_screen.clone());
    shown.search = Some(Search {
        on_load: !settings.disable_on_load_search,
        editable: !settings.disable_search_edits,
        values: desk.search_values(context),
    });
    if let Some(conversation) = &context.conversation {
        let Linked { links, transcript } = linked(desk, conversation).await?;
        shown.links = links;
        shown.transcript = Some(transcript);
    }
    Ok(())
}

/// What is wrong at Salesforce, in words for the agent.
fn situation_of(error: CrmError) -> Result<Situation, ApiError> {
    match error {
        CrmError::SessionOver => Ok(Situation::new(SituationKind::NotSignedIn, "")),
        CrmError::Sink(
            error @ (SinkError::Unavailable { .. } | SinkError::LimitSpent | SinkError::Unauthorized { .. }),
        ) => Ok(Situation::new(SituationKind::SalesforceUnreachable, &error.to_string())),
        error => Err(of_crm(error)),
    }
}

/// Tells `transcript`, which makes the conversation's record. What the sync has written is known better, so then there is
/// nothing to tell. A bus that does not answer keeps no agent waiting: the sync makes the record as well.
async fn tell_transcript(workspace: &Workspace, context: &Context, model: Value, shown: &Shown) {
    let synced = shown.transcript.as_ref().is_some_and(|transcript| transcript.last_synced.is_some());
    let Some(conversation) = context.conversation.as_ref().filter(|_| !synced && shown.situation.is_none())
    else {
        return;
    };
    let opened = ConversationOpened {
        conversation: conversation.to_string(),
        channel: context.channel.to_string(),
        context: model,
    };
    if let Err(error) = workspace.bus.conversation_opened(&opened).await {
        tracing::warn!(%error, %conversation, "nobody was told of a conversation that has opened");
    }
}
