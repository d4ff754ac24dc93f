//! Every call of the API: where it leads, and its description, which is built only for whoever asks.

use crate::{
    account, choose, configuration, documented, facts, log, preview, quarantine, runs, schedules, sign_in,
    transcripts, widget_setup,
};
use axum::{
    Router,
    routing::{MethodRouter, get, post, put},
};
use bootstrap::Workspace;
use std::sync::Arc;
use utoipa::OpenApi;

type Calls = Vec<(&'static str, MethodRouter<Arc<Workspace>>)>;

/// Calls that take a session or the API key.
pub(crate) fn guarded() -> Calls {
    vec![
        ("/api/admin/me", get(sign_in::me)),
        ("/api/admin/sign-out", post(sign_in::end)),
        ("/api/admin/runs", get(runs::list).post(runs::ask)),
        ("/api/admin/runs/{run}", get(runs::show)),
        ("/api/admin/runs/{run}/cancel", post(runs::cancel)),
        ("/api/admin/runs/{run}/resume", post(runs::resume)),
        ("/api/admin/schedules", get(schedules::schedules).put(schedules::set_schedules)),
        ("/api/admin/configuration", get(configuration::show).put(configuration::replace)),
        ("/api/admin/configuration/check", post(configuration::check)),
        ("/api/admin/configuration/schema", get(configuration::schema)),
        ("/api/admin/audit", get(configuration::audit)),
        ("/api/admin/secrets", get(account::secrets)),
        ("/api/admin/secrets/liveperson", put(account::set_liveperson)),
        ("/api/admin/secrets/salesforce", put(account::set_salesforce)),
        ("/api/admin/terms", post(account::accept_terms)),
        ("/api/admin/activation", post(account::activate).delete(account::deactivate)),
        ("/api/admin/log", get(log::page)),
        ("/api/admin/log.csv", get(log::csv)),
        ("/api/admin/quarantine", get(quarantine::list)),
        ("/api/admin/quarantine/{conversation}/{decision}", post(quarantine::decide)),
        ("/api/admin/salesforce/objects", get(facts::objects)),
        ("/api/admin/salesforce/objects/{object}", get(facts::object)),
        ("/api/admin/salesforce/objects/{object}/fields/{field}/records", get(choose::records)),
        ("/api/admin/liveperson/skills", get(facts::skills)),
        ("/api/admin/parameters", get(facts::parameters)),
        ("/api/admin/preview", post(preview::preview)),
        ("/api/admin/addresses/test", post(preview::test_address)),
        ("/api/admin/transcripts", get(transcripts::transcripts)),
        ("/api/admin/widget-setup", get(widget_setup::widget_setup)),
    ]
}

/// What anybody may ask.
pub(crate) fn open() -> Calls {
    vec![
        ("/api/admin/health", get(sign_in::health)),
        ("/api/admin/sign-in", get(sign_in::begin)),
        ("/api/admin/sign-in/callback", get(sign_in::callback)),
    ]
}

/// The calls as a router.
pub(crate) fn routed(calls: Calls) -> Router<Arc<Workspace>> {
    calls.into_iter().fold(Router::new(), |router, (path, call)| router.route(path, call))
}

/// The description of [`guarded`].
#[derive(OpenApi)]
#[openapi(
    info(title = "Chatlink administration", description = "What the console does, and scripts may."),
    components(schemas(documented::ProblemDocument)),
    paths(
        sign_in::me,
        sign_in::end,
        runs::ask,
        runs::list,
        runs::show,
        runs::cancel,
        runs::resume,
        schedules::schedules,
        schedules::set_schedules,
        configuration::show,
        configuration::replace,
        configuration::check,
        configuration::schema,
        configuration::audit,
        account::secrets,
        account::set_liveperson,
        account::set_salesforce,
        account::accept_terms,
        account::activate,
        account::deactivate,
        log::page,
        log::csv,
        quarantine::list,
        quarantine::decide,
        facts::objects,
        facts::object,
        choose::records,
        facts::skills,
        facts::parameters,
        preview::preview,
        preview::test_address,
        transcripts::transcripts,
        widget_setup::widget_setup
    )
)]
struct Guarded;

/// The description of [`open`].
#[derive(OpenApi)]
#[openapi(paths(sign_in::health, sign_in::begin, sign_in::callback))]
struct Open;

/// The whole description.
pub(crate) fn document() -> utoipa::openapi::OpenApi {
    Guarded::openapi().merge_from(Open::openapi())
}

/// Method and path of every call that takes a session or the API key.
#[must_use]
pub fn guarded_calls() -> Vec<(String, String)> {
    let calls = Guarded::openapi().paths.paths.into_iter().flat_map(|(path, item)| {
        let methods = [("GET", item.get), ("PUT", item.put), ("POST", item.post), ("DELETE", item.delete)];
        methods.into_iter().filter_map(move |(method, call)| call.map(|_| (method.to_owned(), path.clone())))
    });
    calls.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_path_is_described_and_no_other() {
        for (calls, document) in [(guarded(), Guarded::openapi()), (open(), Open::openapi())] {
            let paths: BTreeSet<_> = calls.iter().map(|(path, _)| *path).collect();
            let described: BTreeSet<_> = document.paths.paths.keys().map(String::as_str).collect();
            assert_eq!(paths, described);
        }
    }
}
