#![doc = include_str!("../README.md")]

mod account;
mod calls;
mod choose;
mod configuration;
mod csv_log;
mod documented;
mod facts;
mod keep;
mod log;
mod preview;
mod quarantine;
mod runs;
mod schedules;
mod sign_in;
mod transcripts;
mod widget_setup;

pub use calls::guarded_calls;

use axum::{Json, Router, extract::DefaultBodyLimit, middleware, routing::get};
use bootstrap::{Workspace, api::require_caller};
use std::sync::Arc;

/// More than the largest configuration: DynamoDB takes 400 KB an item.
const MOST_BYTES: usize = 512 * 1024;

/// The API and the page.
pub fn router(workspace: Arc<Workspace>) -> Router {
    calls::routed(calls::guarded())
        .route("/api/admin/openapi.json", get(async || Json(calls::document())))
        .layer(DefaultBodyLimit::max(MOST_BYTES))
        .layer(middleware::from_fn_with_state(Arc::clone(&workspace), require_caller))
        .merge(calls::routed(calls::open()))
        .with_state(workspace)
        .merge(ui::admin_pages())
}

/// The state every handler gets.
type Stack = axum::extract::State<Arc<Workspace>>;
