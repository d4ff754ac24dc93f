//! When the sync runs by itself.

use crate::{
    Stack,
    documented::Refusals,
    keep::{kept, save},
};
use axum::{Extension, Json};
use bootstrap::{
    Workspace,
    api::{ApiError, Body, Caller},
};
use domain::{Configuration, RunKind, configuration::ScheduleSettings};
use serde_json::{Value, json};

/// When the sync runs by itself, and when next.
#[utoipa::path(get, path = "/api/admin/schedules", responses((status = 200, description = "The schedules.", body = Value), Refusals))]
pub(crate) async fn schedules(workspace: Stack) -> Result<Json<Value>, ApiError> {
    let kept = kept(&workspace).await?;
    Ok(Json(schedules_json(&workspace, &kept.configuration)))
}

/// Sets when the sync runs by itself.
#[utoipa::path(put, path = "/api/admin/schedules", request_body = ScheduleSettings, responses((status = 200, description = "They are so.", body = Value), Refusals))]
pub(crate) async fn set_schedules(
    workspace: Stack,
    Extension(caller): Extension<Caller>,
    Body(schedules): Body<ScheduleSettings>,
) -> Result<Json<Value>, ApiError> {
    let before = kept(&workspace).await?;
    let configuration = Configuration { schedules, ..before.configuration.clone() };
    save(&workspace, &caller, Some(&before), &configuration).await?;
    Ok(Json(schedules_json(&workspace, &configuration)))
}

fn schedules_json(workspace: &Workspace, configuration: &Configuration) -> Value {
    let now = workspace.clock.now();
    let schedules = workspace.schedules(configuration);
    let next = |kind| schedules.next(kind, now).filter(|_| configuration.active);
    json!({
        "active": configuration.active,
        "periodic": configuration.schedules.periodic,
        "daily": configuration.schedules.daily,
        "offset_minutes": schedules.offset_minutes,
        "next": { "periodic": next(RunKind::Periodic), "daily": next(RunKind::Daily) },
    })
}
