#![doc = include_str!("../README.md")]

mod context;
mod conversation;
mod errors;
mod records;
mod search;
mod sign_in;
mod visit;

use axum::{
    Json, Router,
    extract::DefaultBodyLimit,
    routing::{get, post},
};
use bootstrap::Workspace;
use serde_json::{Value, json};
use std::sync::Arc;

/// The state every handler gets.
type Stack = axum::extract::State<Arc<Workspace>>;

/// A context and what else a form sends with it.
const MOST_BYTES: usize = crm::MAX_CONTEXT + 64 * 1024;

/// The API and the page.
pub fn router(workspace: Arc<Workspace>) -> Router {
    let (sdk_url, frame_ancestors) = workspace.widget_page();
    let page = ui::widget_page(sdk_url, frame_ancestors);
    let api = Router::new()
        .route("/health", get(health))
        .route("/sign-in", get(sign_in::begin))
        .route("/sign-in/callback", get(sign_in::callback))
        .route("/session", post(sign_in::redeem))
        .route("/sign-out", post(sign_in::end))
        .route("/context", post(context::context))
        .route("/search", post(search::find))
        .route("/recent", get(search::recently_used))
        .route("/lookups/{object}/{field}", get(search::candidates))
        .route("/records", post(records::save_form))
        .route("/records/{object}/{id}", get(records::show))
        .route("/forms", post(records::fill_in))
        .route("/links", post(conversation::link_record).delete(conversation::unlink_record))
        .route("/transcript", get(conversation::state))
        .route("/sync-chat", post(conversation::sync_now))
        .layer(DefaultBodyLimit::max(MOST_BYTES));
    Router::new().nest("/api/widget", api).with_state(workspace).merge(page)
}

/// Whether the function answers at all.
async fn health() -> Json<Value> {
    Json(json!({ "status": "ok" }))
}
