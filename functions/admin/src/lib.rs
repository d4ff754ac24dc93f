#![doc = include_str!("../README.md")]

mod account;
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

use axum::{Json, Router, extract::DefaultBodyLimit, middleware, routing::get};
use bootstrap::{Workspace, api::require_caller};
use std::sync::Arc;
use utoipa::{OpenApi, openapi::InfoBuilder};
use utoipa_axum::{router::OpenApiRouter, routes};

/// More than the largest configuration: DynamoDB takes 400 KB an item.
const MOST_BYTES: usize = 512 * 1024;

/// The API and the page.
pub fn router(workspace: Arc<Workspace>) -> Router {
    let (guarded, mut document) = guarded().split_for_parts();
    let (open, of_open) = open().split_for_parts();
    document.merge(of_open);
    guarded
        .route("/api/admin/openapi.json", get(async || Json(document)))
        .layer(DefaultBodyLimit::max(MOST_BYTES))
        .layer(middleware::from_fn_with_state(Arc::clone(&workspace), require_caller))
        .merge(open)
        .with_state(workspace)
        .merge(ui::admin_pages())
}

/// Method and path of every call that takes a session or the API key.
#[must_use]
pub fn guarded_calls() -> Vec<(String, String)> {
    let paths = guarded().into_openapi().paths.paths;
    let calls = paths.into_iter().flat_map(|(path, item)| {
        let methods = [("GET", item.get), ("PUT", item.put), ("POST", item.post), ("DELETE", item.delete)];
        methods.into_iter().filter_map(move |(method, call)| call.map(|_| (method.to_owned(), path.clone())))
    });
    calls.collect()
}

#[derive(OpenApi)]
#[openapi(components(schemas(documented::ProblemDocument)))]
struct Shared;

type Calls = OpenApiRouter<Arc<Workspace>>;

fn calls() -> Calls {
    let mut document = Shared::openapi();
    document.info = InfoBuilder::new()
        .title("Chatlink administration")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some("What the console does, and scripts may."))
        .build();
    OpenApiRouter::with_openapi(document)
}

/// Calls that take a session or the API key.
fn guarded() -> Calls {
    calls()
        .routes(routes!(sign_in::me))
        .routes(routes!(sign_in::end))
        .routes(routes!(runs::ask, runs::list))
        .routes(routes!(runs::show))
        .routes(routes!(runs::cancel))
        .routes(routes!(runs::resume))
        .routes(routes!(schedules::schedules, schedules::set_schedules))
        .routes(routes!(configuration::show, configuration::replace))
        .routes(routes!(configuration::check))
        .routes(routes!(configuration::schema))
        .routes(routes!(configuration::audit))
        .routes(routes!(account::secrets))
        .routes(routes!(account::set_liveperson))
        .routes(routes!(account::set_salesforce))
        .routes(routes!(account::accept_terms))
        .routes(routes!(account::activate, account::deactivate))
        .routes(routes!(log::page))
        .routes(routes!(log::csv))
        .routes(routes!(quarantine::list))
        .routes(routes!(quarantine::decide))
        .routes(routes!(facts::objects))
        .routes(routes!(facts::object))
        .routes(routes!(choose::records))
        .routes(routes!(facts::skills))
        .routes(routes!(facts::parameters))
        .routes(routes!(preview::preview))
        .routes(routes!(preview::test_address))
        .routes(routes!(transcripts::transcripts))
        .routes(routes!(widget_setup::widget_setup))
}

/// What anybody may ask.
fn open() -> Calls {
    calls()
        .routes(routes!(sign_in::health))
        .routes(routes!(sign_in::begin))
        .routes(routes!(sign_in::callback))
}

/// The state every handler gets.
type Stack = axum::extract::State<Arc<Workspace>>;
