//! When the sync runs by itself, and whether the account is activated.

use crate::Stack;
use aws::{ConfigurationDocument, SchedulesDocument};
use axum::{Json, http::StatusCode};
use bootstrap::{
    Workspace,
    api::{ApiError, Body},
};
use domain::{Code, Configuration, RunKind};
use serde::Deserialize;
use serde_json::{Value, json};

pub(crate) async fn schedules(workspace: Stack) -> Result<Json<Value>, ApiError> {
    let document = document(&workspace).await?;
    Ok(Json(schedules_json(&workspace, document)))
}

pub(crate) async fn set_schedules(
    workspace: Stack,
    Body(schedules): Body<SchedulesDocument>,
) -> Result<Json<Value>, ApiError> {
    let document = ConfigurationDocument { schedules, ..document(&workspace).await? };
    // EventBridge Scheduler first: what it refuses is not kept.
    workspace.apply_schedules(&Configuration::from(document.clone())).await?;
    workspace.table.keep_configuration(&document).await?;
    Ok(Json(schedules_json(&workspace, document)))
}

/// Whether the account is to be active.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Activation {
    active: bool,
}

pub(crate) async fn set_activation(
    workspace: Stack,
    Body(Activation { active }): Body<Activation>,
) -> Result<Json<Value>, ApiError> {
    let document = ConfigurationDocument { active, ..document(&workspace).await? };
    workspace.table.keep_configuration(&document).await?;
    workspace.apply_schedules(&Configuration::from(document)).await?;
    Ok(Json(json!({ "active": active })))
}

async fn document(workspace: &Workspace) -> Result<ConfigurationDocument, ApiError> {
    let missing = || {
        let sentence = "this workspace has no configuration yet; save one first";
        ApiError::new(StatusCode::CONFLICT, Code::ConfigurationUnreadable, sentence)
    };
    workspace.table.configuration_document().await?.ok_or_else(missing)
}

fn schedules_json(workspace: &Workspace, document: ConfigurationDocument) -> Value {
    let now = workspace.clock.now();
    let kept = document.schedules.clone();
    let active = document.active;
    let schedules = workspace.schedules(&Configuration::from(document));
    let next = |kind| schedules.next(kind, now).filter(|_| active);
    json!({
        "active": active,
        "periodic": kept.periodic,
        "daily": kept.daily,
        "offset_minutes": schedules.offset_minutes,
        "next": { "periodic": next(RunKind::Periodic), "daily": next(RunKind::Daily) },
    })
}
