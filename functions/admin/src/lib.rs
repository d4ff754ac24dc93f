#![doc = include_str!("../README.md")]

mod log;
mod quarantine;
mod runs;
mod settings;

use axum::{
    Router, middleware,
    routing::{get, post, put},
};
use bootstrap::{Workspace, api::require_key};
use std::sync::Arc;

/// The API.
pub fn router(workspace: Arc<Workspace>) -> Router {
    Router::new()
        .route("/admin/api/runs", post(runs::ask).get(runs::list))
        .route("/admin/api/runs/{run}", get(runs::show))
        .route("/admin/api/runs/{run}/cancel", post(runs::cancel))
        .route("/admin/api/runs/{run}/resume", post(runs::resume))
        .route("/admin/api/schedules", get(settings::schedules).put(settings::set_schedules))
        .route("/admin/api/activation", put(settings::set_activation))
        .route("/admin/api/log", get(log::page))
        .route("/admin/api/quarantine", get(quarantine::list))
        .route("/admin/api/quarantine/{conversation}/{decision}", post(quarantine::decide))
        .layer(middleware::from_fn_with_state(Arc::clone(&workspace), require_key))
        .with_state(workspace)
}

/// The state every handler gets.
type Stack = axum::extract::State<Arc<Workspace>>;
