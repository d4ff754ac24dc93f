//! The page on the stack's first port: what is running and where to look.

use crate::{
    ports::{Ports, url},
    salesforce,
    stack::API_KEY,
};
use axum::{Router, extract::State, http::StatusCode, response::Html, routing::get};

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:44rem;padding:0 1rem;color:#222}\
    li{margin:.6rem 0}a{color:#0b5cab}small{color:#555;display:block}";

/// The overview.
pub(crate) fn router(ports: Ports, salesforce: salesforce::Simulator) -> Router {
    Router::new().route("/", get(overview)).with_state((ports, salesforce))
}

async fn overview(State((ports, salesforce)): State<(Ports, salesforce::Simulator)>) -> Html<String> {
    let records = salesforce.count("LP_ChatTranscript__c");
    Html(page(
        "Chatlink on this machine",
        &format!(
            "<p>The whole stack is running. {records} Chat Transcript records are in the Salesforce simulator.</p><ul>\
             <li><a href='{sf}/'>Chat Transcripts</a><small>the records in the Salesforce simulator, each with its page</small></li>\
             <li><a href='{lp}/'>Conversations</a><small>what the LivePerson simulator holds</small></li>\
             <li><a href='{sf}/__calls'>Calls to Salesforce</a> and <a href='{lp}/__calls'>to LivePerson</a><small>counted by operation</small></li>\
             <li>AWS operations at <code>{aws}</code><small>DynamoDB, EventBridge, EventBridge Scheduler and Secrets Manager, as far as Chatlink uses them</small></li>\
             <li><a href='/admin'>Console</a><small>what administrators set up and see; sign in as noor.adair@chatlink.example</small></li>\
             <li><a href='{workspace}'>Agent workspace</a><small>simulated: live conversations with the widget beside each; sign in as ilse.varga@agents.example.com</small></li>\
             <li>API at <code>/api/admin</code> and <code>/sync-chat</code><small>manual syncs, schedules, event log, quarantine, one record now; \
             send <code>Authorization: Bearer {API_KEY}</code></small></li></ul>",
            sf = url(ports.salesforce()),
            workspace = workspace(ports),
            lp = url(ports.liveperson()),
            aws = url(ports.aws()),
        ),
    ))
}

/// The simulated agent workspace, by a name that makes it another site than the widget, as in life.
pub(crate) fn workspace(ports: Ports) -> String {
    format!("http://localhost:{}/workspace", ports.liveperson())
}

/// A clear answer where nothing is.
pub(crate) async fn not_here() -> (StatusCode, Html<String>) {
    let text = "<p>No function of Chatlink serves this address. <a href='/'>What is running</a></p>";
    (StatusCode::NOT_FOUND, Html(page("Nothing here", text)))
}

fn page(title: &str, body: &str) -> String {
    format!(
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>\
         <title>{title}</title><style>{STYLE}</style><h1>{title}</h1>{body}</html>"
    )
}
